import ParleyLog

/// An instant as RFC 3339 has it, in any offset and with any fraction of a second, for those who
/// ask; what is signed has one spelling alone.
enum DateTime {
    /// Fractions are left off, a leap second counts as the one before it, and what lies before 1970
    /// is 1970; nil for what is no instant.
    static func timestamp(_ text: String) -> Timestamp? {
        let form =
            /(\d{4})(-\d{2}-\d{2})[Tt](\d{2}:\d{2}):(\d{2})(?:\.\d+)?(?:[Zz]|([+-])(\d{2}):(\d{2}))/
        // The form takes the digits of any script; RFC 3339 has those of ASCII.
        guard text.utf8.allSatisfy({ $0 < 0x80 }), let match = text.wholeMatch(of: form),
            let year = Int(match.1)
        else { return nil }
        let isOld = year < 1970
        // Old dates are checked in a year of as many days.
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let shown = isOld ? (isLeap ? "1972" : "1971") : String(match.1)
        let second = match.4 == "60" ? "59" : String(match.4)
        guard let local = Timestamp(text: "\(shown)\(match.2)T\(match.3):\(second)Z") else {
            return nil
        }
        var offset: Int64 = 0
        if let sign = match.5, let hours = match.6.flatMap({ Int64($0) }),
            let minutes = match.7.flatMap({ Int64($0) })
        {
            guard hours < 24, minutes < 60 else { return nil }
            offset = (hours * 60 + minutes) * (sign == "-" ? -60 : 60)
        }
        if isOld { return Timestamp(secondsSinceEpoch: 0) }
        let seconds = local.secondsSinceEpoch - offset
        return Timestamp(
            secondsSinceEpoch: min(max(0, seconds), Timestamp.latest.secondsSinceEpoch))
    }
}
