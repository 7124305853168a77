package import ParleyLog

/// One party's working days. A year that is absent must stop a computation, never be guessed.
package struct WorkingCalendar: Hashable, Sendable {
    /// IANA name, such as `Asia/Shanghai`.
    package let timeZone: String
    /// ISO weekdays (Monday 1 … Sunday 7) on which nobody works.
    package let weekend: Set<Int>
    package let years: [Int: Year]

    package init(timeZone: String, weekend: Set<Int>, years: [Int: Year]) {
        self.timeZone = timeZone
        self.weekend = weekend
        self.years = years
    }

    package struct Year: Hashable, Sendable {
        package let daysOff: Set<CivilDate>
        /// Weekend days that are worked (China's exchanged days).
        package let workingWeekends: Set<CivilDate>
        package let source: String
        package let asOf: CivilDate
        /// UTC offset changes of that year: seconds east of UTC from an instant on. The first holds
        /// from before the year's local start. In the document, so that both nodes compute alike
        /// whatever time-zone data their machines carry.
        package let offsets: [Offset]

        package init(
            daysOff: Set<CivilDate>, workingWeekends: Set<CivilDate>, source: String,
            asOf: CivilDate, offsets: [Offset]
        ) {
            self.daysOff = daysOff
            self.workingWeekends = workingWeekends
            self.source = source
            self.asOf = asOf
            self.offsets = offsets
        }
    }

    package struct Offset: Hashable, Sendable {
        package let from: Timestamp
        package let secondsEast: Int

        package init(from: Timestamp, secondsEast: Int) {
            self.from = from
            self.secondsEast = secondsEast
        }
    }
}

extension WorkingCalendar {
    /// Parses a calendar file, laid out as its author likes (`Spec/agreement.md` §6).
    package init(parsing json: [UInt8]) throws(AgreementRefusal) {
        let value: JSONValue
        do throws(JSONRefusal) {
            value = try JSONValue(parsing: json, limitBytes: Agreement.sizeLimitBytes)
        } catch {
            throw AgreementRefusal(error)
        }
        var reader = AgreementReader()
        let calendar = reader.calendar(value, at: "")
        guard let calendar, reader.problems.isEmpty else { throw AgreementRefusal(reader.problems) }
        self = calendar
    }

    package var json: JSONValue {
        let years = years.map { year, days in
            JSONObject.Member(name: String(year), value: days.json)
        }
        return .object([
            "timeZone": .string(timeZone),
            "weekend": .array(weekend.sorted().map { .integer(Int64($0)) }),
            "years": .object(JSONObject(years)),
        ])
    }
}

extension WorkingCalendar.Year {
    fileprivate var json: JSONValue {
        .object([
            "daysOff": .array(daysOff.sorted().map { .string($0.text) }),
            "workingWeekends": .array(workingWeekends.sorted().map { .string($0.text) }),
            "source": .string(source), "asOf": .string(asOf.text),
            "offsets": .array(
                offsets.map {
                    .object([
                        "from": .string($0.from.text),
                        "secondsEast": .integer(Int64($0.secondsEast)),
                    ])
                }),
        ])
    }
}

extension AgreementReader {
    mutating func calendar(_ value: JSONValue?, at path: String) -> WorkingCalendar? {
        guard let object = object(value, at: path, required: ["timeZone", "weekend", "years"])
        else { return nil }
        let timeZone = parsed(
            object["timeZone"], at: path + "/timeZone", "an IANA time zone name", timeZoneName)
        // SPEC agreement §6: weekend MUST hold up to 6 ISO weekdays, Monday being 1 and Sunday 7.
        let weekendPath = path + "/weekend"
        let weekend = list(object["weekend"], at: weekendPath, count: 0...6) {
            reader, value, path in
            reader.integer(value, at: path, in: 1...7).map { Int($0) }
        }
        noteRepeats(weekend ?? [], at: weekendPath)
        guard let weekend else { return nil }
        // SPEC agreement §6: years MUST hold from 1 to 50 years, each named by its four digits.
        let years = map(
            object["years"], at: path + "/years", count: 1...50, "a year from 1970 to 9998",
            key: yearNumber
        ) { reader, value, path in
            reader.calendarYear(value, at: path, weekend: Set(weekend))
        }
        guard let timeZone, let years else { return nil }
        return WorkingCalendar(timeZone: timeZone, weekend: Set(weekend), years: years)
    }

    private mutating func calendarYear(
        _ value: JSONValue, at path: String, weekend: Set<Int>
    ) -> WorkingCalendar.Year? {
        let names = ["daysOff", "workingWeekends", "source", "asOf", "offsets"]
        guard let year = path.split(separator: "/").last.flatMap({ Int($0) }),
            let object = object(value, at: path, required: names)
        else { return nil }
        let daysOff = days(object["daysOff"], at: path + "/daysOff", of: year)
        let worked = days(object["workingWeekends"], at: path + "/workingWeekends", of: year)
        for (place, day) in (worked ?? []).enumerated() {
            // SPEC agreement §6: A day of workingWeekends MUST fall on a day of weekend.
            if !weekend.contains(day.weekday) {
                note(
                    .dayNotWeekend, at: "\(path)/workingWeekends/\(place)",
                    "\(day.text) is not on the weekend.")
            }
            // SPEC agreement §6: A day MUST NOT stand in both daysOff and workingWeekends.
            if daysOff?.contains(day) == true {
                note(
                    .dayOffAndWorked, at: "\(path)/workingWeekends/\(place)",
                    "\(day.text) is also a day off.")
            }
        }
        let source = words(object["source"], at: path + "/source")
        let asOf = parsed(object["asOf"], at: path + "/asOf", "a day", CivilDate.init(text:))
        let offsets = offsets(object["offsets"], at: path + "/offsets", of: year)
        guard let daysOff, let worked, let source, let asOf, let offsets else { return nil }
        return WorkingCalendar.Year(
            daysOff: Set(daysOff), workingWeekends: Set(worked), source: source, asOf: asOf,
            offsets: offsets)
    }

    private mutating func days(_ value: JSONValue?, at path: String, of year: Int) -> [CivilDate]? {
        let days = names(value, at: path, count: 0...366, "a day", CivilDate.init(text:))
        for (place, day) in (days ?? []).enumerated() where day.year != year {
            // SPEC agreement §6: Every day of daysOff and workingWeekends MUST fall in its year.
            note(.dayOutsideYear, at: "\(path)/\(place)", "\(day.text) is not in \(year).")
        }
        return days
    }

    private mutating func offsets(
        _ value: JSONValue?, at path: String, of year: Int
    ) -> [WorkingCalendar.Offset]? {
        let offsets = list(value, at: path, count: 1...16) { reader, value, path in
            reader.offset(value, at: path)
        }
        guard let offsets, let first = offsets.first,
            let start = Timestamp(text: "\(year)-01-01T00:00:00Z"),
            let end = Timestamp(text: "\(year + 1)-01-01T00:00:00Z")
        else { return nil }
        // SPEC agreement §6: The first of offsets MUST hold at the year's local start.
        if first.from > start.adding(seconds: Int64(-first.secondsEast)) {
            note(.offsetOutsideYear, at: path + "/0", "This begins after the year's local start.")
        }
        for (place, (one, next)) in zip(offsets, offsets.dropFirst()).enumerated() {
            // SPEC agreement §6: offsets MUST be sorted by from, no instant twice.
            if one.from >= next.from {
                note(.offsetsNotSorted, at: "\(path)/\(place + 1)", "This is not in order.")
            }
            // SPEC agreement §6: Every further offset MUST begin within its year.
            if next.from.adding(seconds: Int64(one.secondsEast)) < start
                || next.from.adding(seconds: Int64(one.secondsEast)) >= end
            {
                note(.offsetOutsideYear, at: "\(path)/\(place + 1)", "This is not in \(year).")
            }
        }
        return offsets
    }

    private mutating func offset(_ value: JSONValue, at path: String) -> WorkingCalendar.Offset? {
        guard let object = object(value, at: path, required: ["from", "secondsEast"]) else {
            return nil
        }
        let from = parsed(object["from"], at: path + "/from", "an instant", Timestamp.init(text:))
        // SPEC agreement §6: secondsEast MUST be from -50400 to 50400.
        let east = integer(object["secondsEast"], at: path + "/secondsEast", in: -50_400...50_400)
        guard let from, let east else { return nil }
        return WorkingCalendar.Offset(from: from, secondsEast: Int(east))
    }

    private func yearNumber(_ text: String) -> Int? {
        guard text.utf8.count == 4, let date = CivilDate(text: text + "-01-01"), date.year < 9999
        else { return nil }
        return date.year
    }

    private func timeZoneName(_ text: String) -> String? {
        // SPEC agreement §6: timeZone MUST have from 1 to 64 of A-Z a-z 0-9 / _ + and -.
        let isFit =
            (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                isLowerLetterOrDigit(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || "/_+-".utf8.contains(byte)
            }
        return isFit ? text : nil
    }
}
