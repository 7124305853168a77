"""Folds threads of statements from their headers, written from Spec/ alone: it shares nothing with
the product but the specification. Times are whole seconds since 1970.
"""

import datetime
import functools

from thread_rules import Lawful, protocols
from working_time import Unavailable, due

# What may stand in every state and moves nothing.
BESIDE = {"delivery.silence", "custody.record", "text.publish"}


@functools.lru_cache(None)
def seconds(instant):
    return int(datetime.datetime.fromisoformat(instant).timestamp())


def due_or_none(limit, start, calendar):
    """The due instant of a limit; None where there is no limit, or the calendar does not tell."""
    try:
        return due(limit, start, calendar) if limit else None
    except Unavailable:
        return None


class Rules:
    """What a fold takes from an agreement."""

    def __init__(self, agreement, calendars, kinds, dialogue, seats, silence):
        self.agreement, self.calendars, self.kinds = agreement, calendars, kinds
        self.dialogue, self.seats, self.silence = dialogue, seats, silence


class Statement:
    """A header with its id, and the times that its proofs give it."""

    def __init__(self, name, header, time, receipts=None):
        self.id, self.time, self.receipts = name, time, receipts or {}
        self.act, self.thread = header["act"], header["thread"]
        self.agreement, self.party = header["agreement"], header["from"]["party"]
        self.to, self.answers = tuple(header["to"]), tuple(header.get("answers", ()))
        self.terms = header.get("terms", {})
        self.exhibits = [one["digest"] for one in header.get("exhibits", ())]
        self.settled, self.depth, self.effect = None, 0, None

    def until(self, term="until"):
        return seconds(self.terms[term]) if term in self.terms else None


class Clock:
    """A clock of a thread; `limits` is empty where `due_at` was promised outright."""

    def __init__(self, name, party, start, limits, calendar, due_at=None):
        self.name, self.party, self.start = name, party, start
        self.limits, self.calendar, self.due_at = limits, calendar, due_at
        self.pauses, self.paused_since, self.postponed = [], None, []
        self.stop = self.ended = self.by = None

    @property
    def runs(self):
        return self.stop is None

    def limit_due(self, pauses=()):
        if self.due_at is not None:
            return self.due_at
        return min(due(limit, self.start, self.calendar, pauses) for limit in self.limits)

    def due(self):
        """The due instant that counts, without a pause that lasts; None where it is not known."""
        try:
            latest = self.limit_due(self.pauses)
        except Unavailable:
            return None
        for said, until in self.postponed:
            since = sum(max(0, end - max(begin, said)) for begin, end in self.pauses)
            latest = max(latest, until + since)
        return latest

    def moves(self, at):
        """Whether what is said at that instant may still move the due instant."""
        last = None if self.paused_since is not None else self.due()
        return last is None or at <= last

    def pause(self, at):
        if self.paused_since is None and self.moves(at):
            self.paused_since = at

    def resume(self, at):
        if self.paused_since is not None:
            self.pauses.append((self.paused_since, at))
            self.paused_since = None

    def finish(self, statement, is_ended):
        self.resume(statement.settled)
        self.stop, self.ended, self.by = statement.settled, is_ended, statement

    def verdict(self, now):
        if self.runs and self.paused_since is not None:
            return "paused"
        last = self.due()
        if last is None:
            return "unknown"
        if not self.runs:
            return "late" if self.stop > last else "ended" if self.ended else "met"
        return "overdue" if now > last else "running"


class Point:
    """What waits in a thread beside its state."""

    def __init__(self, kind, statement, awaits, due_at, falls_due):
        self.kind, self.statement, self.awaits = kind, statement, awaits
        self.due_at, self.falls_due = due_at, falls_due
        # What settled it last, and what first did since it was last open.
        self.standing, self.by, self.kept = "open", None, None

    def may_settle(self, party, who):
        if who == "other":
            return party != self.statement.party
        if who == "settler":
            return self.by is not None and party == self.by.party
        return (party in self.awaits) == (who == "awaited")

    def verdict(self, now, is_over):
        if self.due_at is None:
            return "unknown"
        if self.standing == "superseded" or (self.standing == "open" and is_over):
            return "ended"
        if self.standing == "open":
            return "overdue" if now > self.due_at else "running"
        return "late" if self.kept.settled > self.due_at else "met"


def joined(statements):
    """Of each statement once, with the earliest time and receipts (request.md §2)."""
    kept = {}
    for one in statements:
        first = kept.setdefault(one.id, one)
        if first is not one:
            known = [time for time in (first.time, one.time) if time is not None]
            first.time = min(known, default=None)
            for party, time in one.receipts.items():
                first.receipts[party] = min(time, first.receipts.get(party, time))
    return kept


def fold_order(kept):
    """Settles what can be settled; those in fold order (request.md §3)."""
    waits, answered_by, ready, settled = {}, {}, [], []
    for one in kept.values():
        one.settled, one.depth = None, 0
        one.effect = "untimed" if one.time is None else "waiting"
        if one.time is None:
            continue
        waits[one.id] = len(set(one.answers))
        for name in set(one.answers):
            answered_by.setdefault(name, []).append(one)
        if not one.answers:
            ready.append(one)
    while ready:
        one = ready.pop()
        answered = [kept[name] for name in one.answers]
        one.settled = max([one.time] + [other.settled for other in answered])
        one.depth = max((other.depth + 1 for other in answered), default=0)
        settled.append(one)
        for other in answered_by.get(one.id, ()):
            waits[other.id] -= 1
            if waits[other.id] == 0:
                ready.append(other)
    return sorted(settled, key=lambda one: (one.settled, one.depth, one.id))


class Thread(Lawful):
    """One thread as its statements leave it."""

    def __init__(self, name, rules):
        self.name, self.rules = name, rules
        self.protocol = self.opening = None
        self.state, self.parties = "unopened", frozenset()
        self.clocks, self.points, self.statements = [], [], {}
        self.holders = {}
        self.silences, self.consultations, self.conditions = [], [], []
        self.checks, self.holds, self.renewals, self.reviews = [], [], [], {}
        self.outcome, self.is_charged = None, False

    @property
    def kind(self):
        return self.protocol.name if self.protocol else None

    @property
    def request_kind(self):
        return self.rules.kinds[self.opening.terms["kind"]]

    @property
    def basis(self):
        return next(
            (one for one in self.request_kind.get("bases", ())
             if one["basis"] == self.opening.terms.get("basis")), {})

    def take(self, one):
        reason = self.reason(one)
        one.effect = f"irregular:{reason}" if reason else "applied"
        self.statements[one.id] = one
        for digest in one.exhibits:
            self.holders.setdefault(digest, set()).update((one.party, *one.to))
        if reason:
            return
        if one.act == "delivery.silence":
            self.silences.append(one)
        elif one.act in protocols():
            self.open(one)
        if one.act not in BESIDE:
            self.apply(one)

    def open(self, one):
        self.protocol, self.opening = protocols()[one.act], one
        self.parties = frozenset((one.party, *one.to))

    def apply(self, one):
        rows = self.protocol.rows_of(one.act, one.party == self.opening.party)
        row = next(row for row in rows if self.state in row.states)
        self.settle(one, row)
        self.note(one)
        if row.raises:
            self.raise_point(one, *row.raises)
        for verb, name, is_calling in row.clocks:
            self.turn_clock(one, verb, name, is_calling)
        self.state = row.becomes or self.state

    def settle(self, one, row):
        for point in self.settled_by(one, row):
            becomes = row.settles[2] if row.settles else "answered"
            if becomes == "agreed" and one.terms.get("adReferendum"):
                becomes = "ad-referendum"
            point.standing, point.by = becomes, one
            point.kept = None if becomes == "open" else point.kept or one

    def raise_point(self, one, kind, is_only):
        for point in self.points if is_only else ():
            if point.kind == kind and point.standing == "open":
                point.standing = "superseded"
        agreed = self.rules.dialogue.get(self.kind, {})
        name = {"evidence": "evidence", "comment": "answer"}.get(kind)
        limit = agreed.get("agree" if self.kind == "session" else name)
        is_opener = one.party == self.opening.party
        awaits = tuple(sorted(self.opening.to)) if is_opener else (self.opening.party,)
        due_at = due_or_none(limit, one.settled, self.rules.calendars[awaits[0]])
        if kind == "action":
            awaits, due_at = (one.terms["owner"],), one.until()
        self.points.append(Point(kind, one, awaits, due_at, kind == "action" or bool(limit)))

    def turn_clock(self, one, verb, name, is_calling):
        running = [clock for clock in self.clocks if clock.name == name and clock.runs]
        if verb == "starts":
            self.start_clock(one, name, is_calling)
        elif verb == "promises":
            self.clocks.append(Clock(name, one.party, one.settled, [], None, one.until()))
        for clock in running:
            if verb == "pauses":
                clock.pause(one.settled)
            elif verb == "resumes" and not self.is_asking():
                clock.resume(one.settled)
            elif verb == "extends" and clock.moves(one.settled):
                clock.postponed.append((one.settled, one.until()))
            elif verb in ("stops", "ends"):
                clock.finish(one, verb == "ends")

    def start_clock(self, one, name, is_calling):
        party = self.opening.party if is_calling else min(self.opening.to)
        if self.kind == "request":
            limits = [self.request_kind["clocks"][self.opening.terms["urgency"]][name]]
            limits += [self.basis["limits"][name]] if name in self.basis.get("limits", ()) else []
        else:
            limit = self.rules.dialogue.get(self.kind, {}).get(name)
            limits = [limit] if limit else []
        if limits:
            calendar = self.rules.calendars[party]
            self.clocks.append(Clock(name, party, one.settled, limits, calendar))
            if name == "answer" and self.kind != "request" and self.is_asking():
                self.clocks[-1].pause(one.settled)

    @property
    def is_over(self):
        """Whether nobody may do anything any more."""
        return not any(
            self.state in row.states for rows in self.protocol.rows.values() for row in rows)

    def is_asking(self):
        """Whether something is open that holds the answer's clock."""
        return any(
            point.kind in ("question", "evidence") and point.standing == "open"
            for point in self.points
        ) or any(one["standing"] == "open" for one in self.conditions)

    def note(self, one):
        """What a request or a proceeding keeps beside state, points and clocks."""
        act = one.act
        if act == "request.consult":
            calendar = self.rules.calendars[self.opening.party]
            due_at = due_or_none(self.request_kind.get("consultation"), one.settled, calendar)
            self.consultations.append(
                {"id": one.id, "ground": one.terms["ground"], "due": due_at, "reply": None})
        elif act == "request.consult.reply":
            for asked in self.consultations:
                if asked["id"] in one.answers and not asked["reply"]:
                    asked["reply"] = one.id
        elif act == "request.conditions.propose":
            self.conditions.append({"id": one.id, "standing": "open"})
        elif act in ("request.conditions.accept", "request.conditions.decline"):
            for proposed in self.conditions:
                if proposed["id"] in one.answers and proposed["standing"] == "open":
                    proposed["standing"] = "accepted" if act.endswith("accept") else "declined"
        elif act in ("request.answer", "request.refuse", "request.withdraw"):
            for proposed in self.conditions:
                if proposed["standing"] == "open":
                    proposed["standing"] = "lapsed"
        elif act == "request.authority.check":
            self.checks.append(one.terms["authority"])
        elif act == "request.hold":
            self.holds.append(one.until())
        elif act == "request.renew":
            self.renewals.append(one.until())
        elif act == "request.review":
            self.reviews.update((other.id, one.terms["review"]) for other in self.reviewed(one))
        elif act == "proceeding.charge":
            self.is_charged = True
        elif act == "proceeding.decide":
            self.outcome = one.terms["outcome"]


def fold(name, statements, rules):
    """A thread from the set of its statements, whatever their order and repeats."""
    thread, kept = Thread(name, rules), joined(statements)
    for one in fold_order(kept):
        thread.take(one)
    return thread
