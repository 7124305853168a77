package import ParleyLog
package import ParleyStatements

/// Why a due instant or a local time cannot be worked out.
package enum WorkingTimeRefusal: Error, Hashable, Sendable {
    /// The calendar says nothing about that year.
    case yearMissing(year: Int)
    /// The calendar has the year, without UTC offsets.
    case offsetsMissing(year: Int)
    case limitOutOfRange(Int, longest: Int)

    package var reason: String {
        switch self {
        case .yearMissing: "year-missing"
        case .offsetsMissing: "offsets-missing"
        case .limitOutOfRange: "limit-out-of-range"
        }
    }

    package var explanation: String {
        switch self {
        case .yearMissing(let year): "the calendar has no data for \(year)"
        case .offsetsMissing(let year): "the calendar has no UTC offsets for \(year)"
        case .limitOutOfRange(let count, let longest):
            "a limit of \(count) is not between 1 and \(longest)"
        }
    }
}

/// A stretch of time in which a clock stands still: from its first second up to its last, which
/// no longer counts.
package struct Pause: Hashable, Sendable {
    package let from: Timestamp
    package let until: Timestamp

    package init(from: Timestamp, until: Timestamp) {
        self.from = from
        self.until = until
    }

    /// Never negative, whatever the order of the two ends.
    func seconds(after start: Timestamp) -> Int64 {
        max(0, until.seconds(since: max(from, start)))
    }
}

/// Turns agreed lengths of time into instants, by the agreement's calendars alone.
package enum WorkingTime {
    /// About a century of days, or of hours: more is a mistake, and would be a long computation.
    package static let longestLimitDays = 36_600
    package static let longestLimitHours = longestLimitDays * 24

    /// The last instant at which something due within `limit` of `start` is in time.
    ///
    /// - Parameter pauses: Stretches after `start` that do not overlap; see `Spec/request.md` §7.
    package static func due(
        after start: Timestamp, limit: TimeLimit, pauses: [Pause] = [],
        in calendar: WorkingCalendar
    ) throws(WorkingTimeRefusal) -> Timestamp {
        let paused = pauses.reduce(0) { $0 + $1.seconds(after: start) }
        switch limit {
        case .minutes(let count):
            // SPEC request §7: A limit in minutes MUST end like one in hours, with 60 seconds to
            // the minute.
            try check(count, longest: longestLimitHours * 60)
            return start.adding(seconds: Int64(count) * 60 + paused)
        case .hours(let count):
            try check(count, longest: longestLimitHours)
            // SPEC request §7: A limit in hours MUST end that many hours after the start and the
            // paused seconds, to the second, whatever the calendar says.
            return start.adding(seconds: Int64(count) * 3600 + paused)
        case .calendarDays(let count):
            try check(count, longest: longestLimitDays)
            // SPEC request §7: A limit in calendar days MUST end with the last second of the
            // requested party's local day that many days, and the paused days, after the local day
            // of the start.
            let first = try calendar.localDay(of: start)
            let last = CivilDate(
                daysSinceEpoch: first.daysSinceEpoch + count + days(paused))
            try calendar.checkYears(from: first, through: last)
            return try calendar.lastSecond(of: last)
        case .workingDays(let count):
            try check(count, longest: longestLimitDays)
            var lost: Int64 = 0
            for pause in pauses {
                lost += try calendar.workingSeconds(
                    from: max(pause.from, start), until: pause.until)
            }
            // SPEC request §7: A limit in working days MUST end with the last second of the local
            // day on which that many working days, and the paused working days, after the local
            // day of the start are complete.
            let day = try calendar.workingDay(
                count + days(lost), after: calendar.localDay(of: start))
            return try calendar.lastSecond(of: day)
        }
    }

    /// That instant in a party's own time, `2026-11-24 03:00 +08:00`: the second is left out.
    package static func localText(
        of instant: Timestamp, in calendar: WorkingCalendar
    ) throws(WorkingTimeRefusal) -> String {
        let local = try calendar.localTime(of: instant)
        let minute = local.secondOfDay / 60
        let offset = local.secondsEast.magnitude
        let sign = local.secondsEast < 0 ? " -" : " +"
        let rest = offset % 60 == 0 ? "" : ":" + twoDigits(Int(offset % 60))
        return local.day.text + " " + twoDigits(minute / 60) + ":" + twoDigits(minute % 60) + sign
            + twoDigits(Int(offset / 3600)) + ":" + twoDigits(Int(offset / 60 % 60)) + rest
    }

    private static func check(_ count: Int, longest: Int) throws(WorkingTimeRefusal) {
        guard (1...longest).contains(count) else {
            throw .limitOutOfRange(count, longest: longest)
        }
    }

    /// Whole days that hold that many seconds.
    private static func days(_ seconds: Int64) -> Int {
        // SPEC request §7: The sum of a clock's paused seconds MUST be rounded up to whole days of
        // 86,400 seconds, once, after adding.
        Int((seconds + 86_399) / 86_400)
    }

    private static func twoDigits(_ number: Int) -> String {
        (number < 10 ? "0" : "") + String(number)
    }
}
