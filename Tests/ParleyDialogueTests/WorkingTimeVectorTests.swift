import ParleyDialogue
import ParleyLog
import ParleyStatements
import ParleyTestSupport
import Testing

@testable import ParleyDialogue

struct WorkingTimeCase: CustomTestStringConvertible, Sendable {
    struct Computation: Sendable {
        let calendar: WorkingCalendar
        let start: Timestamp
        let limit: TimeLimit
        let pauses: [Pause]
        let due: Timestamp?
        let local: String?

        init(_ fields: inout VectorFields) throws {
            let name: String = try fields.required("calendar")
            calendar = try known(Village.calendars[name], "no calendar \(name)")
            start = try known(fields.time("start"), "no start")
            limit = try TimeLimit(vector: fields.fields("limit"))
            pauses = try (fields.list("pauses") ?? []).map { pause in
                var pause = pause
                let from = try known(pause.time("from"), "no from")
                let until = try known(pause.time("until"), "no until")
                try pause.done()
                return Pause(from: from, until: until)
            }
            due = try fields.time("due")
            local = try fields.optional("local")
        }

        func result(
            in calendar: WorkingCalendar? = nil
        ) -> Result<Timestamp, WorkingTimeRefusal> {
            do throws(WorkingTimeRefusal) {
                return .success(
                    try WorkingTime.due(
                        after: start, limit: limit, pauses: pauses, in: calendar ?? self.calendar))
            } catch {
                return .failure(error)
            }
        }
    }

    let testDescription: String
    let expectation: Expectation
    let computations: [Computation]

    static let all: [WorkingTimeCase] = {
        do {
            return try cases(in: "worktime", except: ["calendars.json"]) { name, fields in
                let expectation = try Expectation(&fields)
                let many = try fields.list("computations")?.map { one in
                    var one = one
                    let computation = try Computation(&one)
                    try one.done()
                    return computation
                }
                return WorkingTimeCase(
                    testDescription: name, expectation: expectation,
                    computations: try many ?? [Computation(&fields)])
            }
        } catch {
            preconditionFailure("\(error)")
        }
    }()
}

struct WorkingTimeVectorTests {
    @Test(arguments: WorkingTimeCase.all)
    func `each limit ends at the instant its vector names, or is refused for its reason`(
        vector: WorkingTimeCase
    ) throws {
        for computation in vector.computations {
            switch (vector.expectation, computation.result()) {
            case (.accept, .success(let due)):
                #expect(due == computation.due, "from \(computation.start)")
                if let local = computation.local {
                    #expect(
                        try WorkingTime.localText(of: due, in: computation.calendar) == local)
                }
            case (.refuse(let reason), .failure(let refusal)):
                #expect(refusal.reason == reason)
                #expect(!refusal.explanation.isEmpty)
            case (let expected, let result):
                Issue.record("\(expected) expected, from \(computation.start): \(result)")
            }
        }
    }

    // What flipping a byte is to a signed vector, taking away a year is to a calendar.
    @Test(arguments: WorkingTimeCase.all.filter { $0.expectation == .accept })
    func `without its years a limit in days is refused, and one in hours is not`(
        vector: WorkingTimeCase
    ) throws {
        for computation in vector.computations {
            let empty = WorkingCalendar(
                timeZone: computation.calendar.timeZone, weekend: computation.calendar.weekend,
                years: [:])
            switch (computation.limit, computation.result(in: empty)) {
            case (.hours, .success(let due)):
                #expect(due == computation.due)
            case (.calendarDays, .failure(let refusal)), (.workingDays, .failure(let refusal)):
                #expect(refusal.reason == "year-missing")
            case (_, let result):
                Issue.record("\(computation.limit): \(result)")
            }
        }
    }

    @Test func `a computation over a year left out in the middle names that year`() throws {
        let us = try known(Village.calendars["us"], "no calendar")
        let gap = WorkingCalendar(
            timeZone: us.timeZone, weekend: us.weekend,
            years: [2026: us.years[2026]!, 2028: us.years[2027]!])
        for limit in [TimeLimit.calendarDays(400), .workingDays(300)] {
            #expect(throws: WorkingTimeRefusal.yearMissing(year: 2027)) {
                try WorkingTime.due(after: "2026-12-01T12:00:00Z", limit: limit, in: gap)
            }
        }
    }

    @Test func `a year without offsets is refused, whatever its days say`() {
        let day = WorkingCalendar.Year(
            daysOff: [], workingWeekends: [], source: "none",
            asOf: CivilDate(text: "2026-01-01")!, offsets: [])
        let calendar = WorkingCalendar(timeZone: "Etc/UTC", weekend: [], years: [2026: day])
        #expect(throws: WorkingTimeRefusal.offsetsMissing(year: 2026)) {
            try WorkingTime.due(
                after: "2026-06-01T12:00:00Z", limit: .workingDays(1), in: calendar)
        }
        #expect(throws: WorkingTimeRefusal.offsetsMissing(year: 2026)) {
            try WorkingTime.localText(of: "2026-06-01T12:00:00Z", in: calendar)
        }
    }

    @Test func `a calendar on which nobody ever works is refused when its years run out`() {
        let us = Village.calendars["us"]!
        let idle = WorkingCalendar(
            timeZone: us.timeZone, weekend: [1, 2, 3, 4, 5, 6, 7], years: us.years)
        #expect(throws: WorkingTimeRefusal.yearMissing(year: 2028)) {
            try WorkingTime.due(
                after: "2026-06-01T12:00:00Z", limit: .workingDays(1), in: idle)
        }
    }

    @Test func `a day both off and worked is off`() throws {
        let cn = Village.calendars["cn"]!
        let day = CivilDate(text: "2026-02-15")!
        let year = cn.years[2026]!
        let both = WorkingCalendar(
            timeZone: cn.timeZone, weekend: cn.weekend,
            years: [
                2026: WorkingCalendar.Year(
                    daysOff: year.daysOff, workingWeekends: year.workingWeekends.union([day]),
                    source: year.source, asOf: year.asOf, offsets: year.offsets)
            ])
        #expect(try !both.isWorkingDay(day))
    }

    @Test(arguments: [
        ("cn", "2026-11-23T19:00:00Z", "2026-11-24 03:00 +08:00"),
        ("us", "2026-11-23T19:00:00Z", "2026-11-23 14:00 -05:00"),
        ("us", "2026-03-08T06:59:59Z", "2026-03-08 01:59 -05:00"),
        ("us", "2026-03-08T07:00:00Z", "2026-03-08 03:00 -04:00"),
        ("us", "2027-01-01T04:59:59Z", "2026-12-31 23:59 -05:00"),
        ("us", "2027-01-01T05:00:00Z", "2027-01-01 00:00 -05:00"),
        ("cn", "2025-12-31T16:00:00Z", "2026-01-01 00:00 +08:00"),
        ("ws", "2011-12-30T09:59:59Z", "2011-12-29 23:59 -10:00"),
        ("ws", "2011-12-30T10:00:00Z", "2011-12-31 00:00 +14:00"),
    ])
    func `an instant reads as the party's own clock shows it`(
        calendar: String, instant: String, text: String
    ) throws {
        #expect(
            try WorkingTime.localText(
                of: Timestamp(text: instant)!, in: Village.calendars[calendar]!) == text)
    }

    @Test(arguments: [
        ("cn", "2026-12-31T16:00:00Z", 2027), ("cn", "2025-12-31T15:59:59Z", 2025),
        ("us", "2026-01-01T04:59:59Z", 2025), ("us", "2028-01-01T05:00:00Z", 2028),
        ("us", "1970-01-01T00:00:00Z", 1970), ("us", "9999-12-31T23:59:59Z", 9999),
    ])
    func `an instant in a year without data has no local time, and the year is named`(
        calendar: String, instant: String, year: Int
    ) {
        #expect(throws: WorkingTimeRefusal.yearMissing(year: year)) {
            try WorkingTime.localText(
                of: Timestamp(text: instant)!, in: Village.calendars[calendar]!)
        }
    }
}
