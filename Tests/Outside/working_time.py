"""Limits in minutes, hours, calendar days and working days, from Spec/request.md §7 and
Spec/agreement.md §6 alone. Times are whole seconds since 1970, days their number since 1970.
"""

import datetime

DAY = 86_400
MOST_DAYS, MOST_HOURS = 36_600, 878_400
EPOCH = datetime.date(1970, 1, 1).toordinal()


class Unavailable(Exception):
    """No due instant exists; `reason` says why."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


def day_number(text):
    return datetime.date.fromisoformat(text).toordinal() - EPOCH


class Calendar:
    """A calendar of an agreement: a party's local days, and which of them are worked."""

    def __init__(self, document):
        weekend = set(document["weekend"])
        self.years = []
        for name, year in sorted(document["years"].items()):
            first = day_number(f"{name}-01-01")
            last = day_number(f"{name}-12-31")
            offsets = sorted(
                (int(datetime.datetime.fromisoformat(one["from"]).timestamp()), one["secondsEast"])
                for one in year["offsets"])
            off = {day_number(day) for day in year["daysOff"]}
            worked = {day_number(day) for day in year["workingWeekends"]}
            working = [
                day not in off and ((day + 3) % 7 + 1 not in weekend or day in worked)
                for day in range(first, last + 1)]
            self.years.append((first, last, segments(offsets), working))

    def year_of(self, day):
        for year in self.years:
            if year[0] <= day <= year[1]:
                return year
        raise Unavailable("year-missing")

    def local_day(self, instant):
        for first, last, parts, _ in self.years:
            for begin, end, east in parts:
                if begin <= instant < end and first <= (instant + east) // DAY <= last:
                    return (instant + east) // DAY
        raise Unavailable("year-missing")

    def is_working(self, day):
        first, _, _, working = self.year_of(day)
        return working[day - first]

    def last_second(self, day):
        """The last second of a local day, over whatever the clock does then."""
        parts = self.year_of(day)[2]
        wanted = (day + 1) * DAY - 1
        shown = [wanted - east for begin, end, east in parts if begin <= wanted - east < end]
        if shown:
            return max(shown)
        # The clock jumped over it: the last second before the jump.
        return min(begin - 1 for begin, _, east in parts if wanted < begin + east)

    def worked_seconds(self, begin, end):
        """How many seconds of a stretch lie in local days that are worked."""
        total = 0
        while begin < end:
            day = self.local_day(begin)
            parts = self.year_of(day)[2]
            part_end, east = next(
                (stop, east) for start, stop, east in parts if start <= begin < stop)
            stop = min(end, part_end, (day + 1) * DAY - east)
            if self.is_working(day):
                total += stop - begin
            begin = stop
        return total


def segments(offsets):
    """(from, until, seconds east), the first from ever and the last for ever."""
    begins = [float("-inf")] + [begin for begin, _ in offsets[1:]]
    ends = begins[1:] + [float("inf")]
    return [(begin, end, east) for begin, end, (_, east) in zip(begins, ends, offsets)]


def due(limit, start, calendar, pauses=()):
    """The last second that is in time; raises Unavailable."""
    ((unit, count),) = limit.items()
    most = {"minutes": MOST_HOURS * 60, "hours": MOST_HOURS}.get(unit, MOST_DAYS)
    if not 1 <= count <= most:
        raise Unavailable("limit-out-of-range")
    if unit in ("minutes", "hours"):
        paused = sum(end - begin for begin, end in pauses)
        return start + count * (60 if unit == "minutes" else 3600) + paused
    if unit == "calendarDays":
        paused = sum(end - begin for begin, end in pauses)
        return calendar.last_second(calendar.local_day(start) + count + -(-paused // DAY))
    paused = sum(calendar.worked_seconds(begin, end) for begin, end in pauses)
    left, day = count + -(-paused // DAY), calendar.local_day(start)
    while left:
        day += 1
        left -= calendar.is_working(day)
    return calendar.last_second(day)
