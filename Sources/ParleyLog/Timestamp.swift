/// An instant in whole POSIX seconds, UTC; what every signature and clock in Parley counts in.
///
/// Text form: RFC 3339 with `Z` and no fraction, `2026-11-23T09:12:33Z`, years 1970 to 9999.
package struct Timestamp: Hashable, Comparable, Sendable {
    package static let latest = Timestamp(secondsSinceEpoch: 253_402_300_799)!

    package let secondsSinceEpoch: Int64

    /// Returns nil before 1970 and after 9999, which the text form cannot say.
    package init?(secondsSinceEpoch: Int64) {
        guard (0...253_402_300_799).contains(secondsSinceEpoch) else { return nil }
        self.secondsSinceEpoch = secondsSinceEpoch
    }

    /// Parses exactly `YYYY-MM-DDTHH:MM:SSZ`; nil for other spellings and impossible dates.
    package init?(text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T"), bytes[13] == UInt8(ascii: ":"),
            bytes[16] == UInt8(ascii: ":"), bytes[19] == UInt8(ascii: "Z"),
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10]), let hour = Self.number(bytes[11..<13]),
            let minute = Self.number(bytes[14..<16]), let second = Self.number(bytes[17..<19]),
            let date = CivilDate(year: year, month: month, day: day),
            hour < 24, minute < 60, second < 60
        else { return nil }
        self.init(
            secondsSinceEpoch: Int64(date.daysSinceEpoch) * 86_400
                + Int64(hour * 3600 + minute * 60 + second))
    }

    package var text: String {
        let date = CivilDate(daysSinceEpoch: Int(secondsSinceEpoch / 86_400))
        let second = Int(secondsSinceEpoch % 86_400)
        // A page of a list writes a hundred: each in one piece.
        return String(unsafeUninitializedCapacity: 20) { characters in
            date.write(to: characters)
            characters[10] = UInt8(ascii: "T")
            Self.write(second / 3600, to: characters, at: 11)
            characters[13] = UInt8(ascii: ":")
            Self.write(second / 60 % 60, to: characters, at: 14)
            characters[16] = UInt8(ascii: ":")
            Self.write(second % 60, to: characters, at: 17)
            characters[19] = UInt8(ascii: "Z")
            return 20
        }
    }

    /// Two digits.
    fileprivate static func write(
        _ number: Int, to characters: UnsafeMutableBufferPointer<UInt8>, at place: Int
    ) {
        characters[place] = UInt8(ascii: "0") + UInt8(number / 10)
        characters[place + 1] = UInt8(ascii: "0") + UInt8(number % 10)
    }

    /// The instant `seconds` later, held inside 1970 to 9999.
    package func adding(seconds: Int64) -> Timestamp {
        let (sum, overflow) = secondsSinceEpoch.addingReportingOverflow(seconds)
        let bounded = overflow ? (seconds > 0 ? Int64.max : 0) : sum
        return Timestamp(
            secondsSinceEpoch: min(max(bounded, 0), Self.latest.secondsSinceEpoch))!
    }

    /// Seconds from `earlier` to this instant; negative when this one comes first.
    package func seconds(since earlier: Timestamp) -> Int64 {
        secondsSinceEpoch - earlier.secondsSinceEpoch
    }

    package static func < (one: Timestamp, other: Timestamp) -> Bool {
        one.secondsSinceEpoch < other.secondsSinceEpoch
    }

    static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + Int(digit - UInt8(ascii: "0"))
        }
        return value
    }
}

extension Timestamp: CustomStringConvertible {
    package var description: String { text }
}

/// A day of the proleptic Gregorian calendar, without a time zone; text form `2026-11-23`.
package struct CivilDate: Hashable, Comparable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int

    /// Returns nil for a day that does not exist or a year outside 1970 to 9999.
    package init?(year: Int, month: Int, day: Int) {
        guard (1970...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.daysIn(month: month, year: year)
        else { return nil }
        self.year = year
        self.month = month
        self.day = day
    }

    /// The day that many days after 1970-01-01; the algorithm is Howard Hinnant's `civil_from_days`
    /// (https://howardhinnant.github.io/date_algorithms.html).
    package init(daysSinceEpoch: Int) {
        let shifted = daysSinceEpoch + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra =
            (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    }

    /// Parses exactly `YYYY-MM-DD`.
    package init?(text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = Timestamp.number(bytes[0..<4]), let month = Timestamp.number(bytes[5..<7]),
            let day = Timestamp.number(bytes[8..<10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package var text: String {
        String(unsafeUninitializedCapacity: 10) { characters in
            write(to: characters)
            return 10
        }
    }

    /// Ten characters.
    fileprivate func write(to characters: UnsafeMutableBufferPointer<UInt8>) {
        Timestamp.write(year / 100, to: characters, at: 0)
        Timestamp.write(year % 100, to: characters, at: 2)
        characters[4] = UInt8(ascii: "-")
        Timestamp.write(month, to: characters, at: 5)
        characters[7] = UInt8(ascii: "-")
        Timestamp.write(day, to: characters, at: 8)
    }

    /// Days after 1970-01-01; the inverse of ``init(daysSinceEpoch:)``.
    package var daysSinceEpoch: Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = shiftedYear / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// ISO 8601 weekday: Monday is 1, Sunday is 7.
    package var weekday: Int { (daysSinceEpoch + 3) % 7 + 1 }

    package static func < (one: CivilDate, other: CivilDate) -> Bool {
        (one.year, one.month, one.day) < (other.year, other.month, other.day)
    }

    static func daysIn(month: Int, year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }
}
