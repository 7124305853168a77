package import ParleyLog

/// A day, a month or a year, as far as a source says when: `2026-02-05`, `2026-02`, `2026`.
package struct LawDate: Hashable, Sendable, CustomStringConvertible {
    package let text: String
    /// The first day that it can be.
    package let earliest: CivilDate
    /// The last day that it can be.
    package let latest: CivilDate

    /// Nil for other spellings, impossible dates, and years outside 1970 to 9999.
    package init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let last: CivilDate?
        switch parts.count {
        case 3: last = CivilDate(text: text)
        case 2: last = Self.lastDay(ofMonth: text)
        case 1: last = CivilDate(text: text + "-12-31")
        default: return nil
        }
        let missing = ["", "-01", "-01-01"]
        guard let last, let first = CivilDate(text: text + missing[3 - parts.count]) else {
            return nil
        }
        self.text = text
        earliest = first
        latest = last
    }

    package init(_ day: CivilDate) {
        text = day.text
        earliest = day
        latest = day
    }

    package var description: String { text }

    private static func lastDay(ofMonth text: String) -> CivilDate? {
        ["-31", "-30", "-29", "-28"].lazy.compactMap { CivilDate(text: text + $0) }.first
    }
}

extension CivilDate {
    /// Whole months from this day to `later`; 0 when `later` comes first.
    func months(until later: CivilDate) -> Int {
        let whole = (later.year - year) * 12 + later.month - month - (later.day < day ? 1 : 0)
        return max(0, whole)
    }
}
