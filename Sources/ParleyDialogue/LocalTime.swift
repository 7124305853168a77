package import ParleyLog
package import ParleyStatements

/// An instant as a party's wall clock shows it.
package struct LocalTime: Hashable, Sendable {
    package let day: CivilDate
    package let secondOfDay: Int
    package let secondsEast: Int
}

// Whatever the machine's own time-zone data say, both nodes must find the same local day, so
// everything here reads the calendar document and nothing else.
extension WorkingCalendar {
    func localDay(of instant: Timestamp) throws(WorkingTimeRefusal) -> CivilDate {
        try localTime(of: instant).day
    }

    /// - Throws: ``WorkingTimeRefusal`` where the calendar does not hold the year.
    package func localTime(
        of instant: Timestamp
    ) throws(WorkingTimeRefusal) -> LocalTime {
        let yearInUTC = CivilDate(
            daysSinceEpoch: Int(instant.secondsSinceEpoch.flooredDays)
        ).year
        var missingYear = yearInUTC
        var emptyYear: Int?
        // A year's offsets hold for its local days; an instant near New Year may belong to the
        // local year before or after the one in UTC.
        for year in [yearInUTC, yearInUTC + 1, yearInUTC - 1] {
            guard let data = years[year] else { continue }
            guard let secondsEast = data.secondsEast(at: instant) else {
                emptyYear = emptyYear ?? year
                continue
            }
            let local = LocalTime(of: instant, secondsEast: secondsEast)
            if local.day.year == year { return local }
            if year == yearInUTC { missingYear = local.day.year }
        }
        if let emptyYear, emptyYear == missingYear { throw .offsetsMissing(year: emptyYear) }
        throw .yearMissing(year: missingYear)
    }

    /// The last instant whose local day is that day or an earlier one.
    ///
    /// A wall clock set back at midnight shows 23:59:59 twice: the later one counts. One set
    /// forward over midnight may not show it at all: the last second before the change counts.
    func lastSecond(of day: CivilDate) throws(WorkingTimeRefusal) -> Timestamp {
        let changes = try year(of: day).orderedOffsets
        guard !changes.isEmpty else { throw .offsetsMissing(year: day.year) }
        let lastLocalSecond = (Int64(day.daysSinceEpoch) + 1) * 86_400 - 1
        var last: Int64 = 0
        for (place, change) in changes.enumerated() {
            let from = place == 0 ? Int64.min : change.from.secondsSinceEpoch
            let next = changes.dropFirst(place + 1).first?.from.secondsSinceEpoch ?? Int64.max
            let candidate = min(lastLocalSecond - Int64(change.secondsEast), next - 1)
            if candidate >= from { last = max(last, candidate) }
        }
        // Only a day before 1970 or after 9999, which no calendar year can name, is not a time.
        guard let instant = Timestamp(secondsSinceEpoch: last) else {
            throw .yearMissing(year: day.year)
        }
        return instant
    }

    func isWorkingDay(_ day: CivilDate) throws(WorkingTimeRefusal) -> Bool {
        let data = try year(of: day)
        // SPEC request §7: A local day MUST count as working when it is not a day off, and is
        // outside the weekend or a working weekend day, of the requested party's calendar.
        if data.daysOff.contains(day) { return false }
        return !weekend.contains(day.weekday) || data.workingWeekends.contains(day)
    }

    /// The local day that completes `count` working days, counted from the day after `start`.
    func workingDay(_ count: Int, after start: CivilDate) throws(WorkingTimeRefusal) -> CivilDate {
        var day = start
        var remainingCount = count
        while remainingCount > 0 {
            day = CivilDate(daysSinceEpoch: day.daysSinceEpoch + 1)
            if try isWorkingDay(day) { remainingCount -= 1 }
        }
        return day
    }

    /// How many seconds between two instants fall on working days.
    func workingSeconds(
        from start: Timestamp, until end: Timestamp
    ) throws(WorkingTimeRefusal) -> Int64 {
        var seconds: Int64 = 0
        var cursor = start
        guard cursor < end else { return 0 }
        var day = try localDay(of: start)
        while cursor < end {
            let next = max(cursor, try lastSecond(of: day).adding(seconds: 1))
            let stop = min(next, end)
            if try isWorkingDay(day) { seconds += stop.seconds(since: cursor) }
            cursor = stop
            day = CivilDate(daysSinceEpoch: day.daysSinceEpoch + 1)
        }
        return seconds
    }

    /// Stops at the first year that the calendar does not hold.
    func checkYears(from first: CivilDate, through last: CivilDate) throws(WorkingTimeRefusal) {
        var year = first.year
        while year <= last.year {
            try holdsYear(year)
            year += 1
        }
    }

    private func year(of day: CivilDate) throws(WorkingTimeRefusal) -> Year {
        try holdsYear(day.year)
    }

    @discardableResult
    private func holdsYear(_ year: Int) throws(WorkingTimeRefusal) -> Year {
        // SPEC request §7: A node MUST NOT compute a due instant over a year that the calendar does
        // not hold.
        guard let data = years[year] else { throw .yearMissing(year: year) }
        return data
    }
}

extension WorkingCalendar.Year {
    /// By instant; the agreement's parser keeps them so, and a fold must not depend on it.
    fileprivate var orderedOffsets: [WorkingCalendar.Offset] {
        offsets.sorted { ($0.from, $0.secondsEast) < ($1.from, $1.secondsEast) }
    }

    fileprivate func secondsEast(at instant: Timestamp) -> Int? {
        let ordered = orderedOffsets
        return (ordered.last { $0.from <= instant } ?? ordered.first)?.secondsEast
    }
}

extension LocalTime {
    fileprivate init(of instant: Timestamp, secondsEast: Int) {
        let second = instant.secondsSinceEpoch + Int64(secondsEast)
        day = CivilDate(daysSinceEpoch: Int(second.flooredDays))
        secondOfDay = Int(second - second.flooredDays * 86_400)
        self.secondsEast = secondsEast
    }
}

extension Int64 {
    /// Whole days before that second, rounded down below zero too.
    fileprivate var flooredDays: Int64 { (self >= 0 ? self : self - 86_399) / 86_400 }
}
