import ParleyDialogue
package import ParleyLog
package import ParleyService
package import ParleyStatements

/// What every page knows beside its content: language, where it is, whose node this is, who looks.
package struct Sheet: Sendable {
    /// Who has signed in.
    package struct Viewer: Sendable {
        package let account: AccountName
        package let caller: Caller
        /// Goes with every form; only a page of this session knows it.
        package let formToken: String

        /// Nil for nobody.
        package init?(_ caller: Caller, formToken: String) {
            guard let account = caller.account else { return nil }
            self.account = account
            self.caller = caller
            self.formToken = formToken
        }

        /// Has to set up a second factor before anything else.
        var lacksFactor: Bool { caller.lacksFactor }
    }

    package let words: Words
    /// Of this page, so that it can be had in another language.
    package let address: Address
    package let agreement: Agreement
    package let party: PartyID
    package let viewer: Viewer?
    /// Whether people may sign in at an identity provider.
    package let hasProvider: Bool
    package let now: Timestamp

    package init(
        words: Words, address: Address, agreement: Agreement, party: PartyID, viewer: Viewer?,
        hasProvider: Bool, now: Timestamp
    ) {
        self.hasProvider = hasProvider
        self.words = words
        self.address = address
        self.agreement = agreement
        self.party = party
        self.viewer = viewer
        self.now = now
    }

    /// Whether it is of those who work here, and not of what anybody may read.
    var isDesk: Bool { address.steps.first == "desk" }

    /// The same in another language.
    func speaking(_ words: Words) -> Sheet {
        Sheet(
            words: words, address: address, agreement: agreement, party: party, viewer: viewer,
            hasProvider: hasProvider, now: now)
    }

    package func link(_ address: Address) -> Link { Link(address, in: words.code) }

    package func link(_ steps: String...) -> Link { Link(Address(steps: steps), in: words.code) }

    /// By the rule that the desk itself goes by.
    func may(_ operation: String) -> Bool {
        Operation.named(operation)?.isAllowed(to: viewer?.caller ?? .nobody) ?? false
    }

    /// Others than whose node this is, in the order of the agreement.
    var others: [Party] { agreement.parties.filter { $0.id != party } }

    // MARK: Names

    /// A party's name in this language, marked with its own where it has none in it.
    func name(_ party: PartyID) -> String {
        agreement.party(party).flatMap { words.choose($0.name)?.text } ?? party.text
    }

    func wording(_ wording: Wording?, else code: String) -> String {
        guard let wording else { return code }
        return LanguageTag(words.tag).flatMap(wording.text(in:)) ?? wording.english
    }

    func title(of act: String) -> String {
        // What nodes record and root keys sign has no template, and its words here.
        words.known("act.\(act)")
            ?? wording(Act(rawValue: act).flatMap { ActWording.all[$0]?.title }, else: act)
    }

    // MARK: Times

    /// As a party's wall clock shows it; nil where its calendar does not reach.
    private func local(_ instant: Timestamp, of party: PartyID) -> LocalTime? {
        guard let row = agreement.party(party),
            let calendar = agreement.calendars[row.calendar]
        else { return nil }
        return try? calendar.localTime(of: instant)
    }

    /// - Parameter withYear: also in the year in which the page is made.
    func day(_ date: CivilDate, withYear: Bool = false) -> String {
        let today = CivilDate(daysSinceEpoch: Int(now.secondsSinceEpoch / 86_400))
        // At the desk everybody knows the year; what the public reads may be kept for long.
        let isPlain = !withYear && isDesk && date.year == today.year
        return words(
            isPlain ? "date.day" : "date.day-year",
            ("day", String(date.day)), ("month", words("month.\(date.month)")),
            ("year", String(date.year)))
    }

    private func minute(_ second: Int) -> String {
        let (hour, minute) = (second / 3600, second / 60 % 60)
        return (hour < 10 ? "0" : "") + "\(hour)" + (minute < 10 ? ":0" : ":") + "\(minute)"
    }

    /// `3 Nov 09:12 us · 22:12 cn`: ours first, then those of the other states; where a day differs
    /// from ours, by how much.
    ///
    /// - Parameter withYear: also in the year in which the page is made.
    func time(_ instant: Timestamp, withYear: Bool = false) -> String {
        guard let here = local(instant, of: party) else {
            let date = CivilDate(daysSinceEpoch: Int(instant.secondsSinceEpoch / 86_400))
            return day(date, withYear: withYear) + " "
                + minute(Int(instant.secondsSinceEpoch % 86_400)) + " UTC"
        }
        var text =
            day(here.day, withYear: withYear) + " " + minute(here.secondOfDay) + " " + party.text
        for other in others where other.kind == .state || agreement.parties.count == 2 {
            guard let there = local(instant, of: other.id) else { continue }
            text += " · " + minute(there.secondOfDay) + " " + other.id.text
            let days = there.day.daysSinceEpoch - here.day.daysSinceEpoch
            if days != 0 { text += days > 0 ? " (+\(days))" : " (\u{2212}\(-days))" }
        }
        return text
    }

    /// Between two instants, in its largest two units: `3 h 10 min`.
    func span(_ seconds: Int64) -> String {
        let seconds = seconds.magnitude
        let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60)
        var parts: [String] = []
        if days > 0 { parts.append(words("span.days", ("n", "\(days)"))) }
        if hours > 0, days < 10 { parts.append(words("span.hours", ("n", "\(hours)"))) }
        if days == 0, minutes > 0 || hours == 0 {
            parts.append(words("span.minutes", ("n", "\(minutes)")))
        }
        return parts.joined(separator: " ")
    }
}

extension Sheet {
    /// What a cell is, for a narrow window that leaves no room for the heads of columns.
    func head(_ text: String) -> Attribute {
        .plain(.dataHead, text + words("language.colon"))
    }
}

extension HTML {
    /// An instant in the zones of the sides, and exactly for machines.
    mutating func time(_ instant: Timestamp?, _ sheet: Sheet, withYear: Bool = false) {
        guard let instant else { return }
        self(
            .time, .plain(.datetime, instant.text),
            text: sheet.time(instant, withYear: withYear))
    }

    mutating func time(_ text: String?, _ sheet: Sheet, withYear: Bool = false) {
        time(text.flatMap { Timestamp(text: $0) }, sheet, withYear: withYear)
    }

    /// A symbol beside words; it says nothing that they do not.
    mutating func icon(_ symbol: StaticString) {
        self(.svg, .class("icon"), .plain(.ariaHidden, "true")) { html in
            html(.use, .href(Link(symbol: symbol)))
        }
    }

    /// What somebody else wrote, in its language, its paragraphs kept; its direction is its own.
    mutating func said(_ text: String, language: String?) {
        self(
            .div, .class("said"), language.map { .lang($0) }, .plain(.dir, "auto")
        ) { html in
            for paragraph in text.split(separator: "\n\n") {
                html(.p) { html in
                    for (place, line) in paragraph.split(separator: "\n").enumerated() {
                        if place > 0 { html(.br) }
                        html.text(String(line))
                    }
                }
            }
        }
    }
}

extension JSONValue {
    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }
}

extension JSONObject {
    func text(_ name: String) -> String? {
        guard case .string(let text)? = self[name] else { return nil }
        return text
    }

    func number(_ name: String) -> Int64? {
        guard case .integer(let number)? = self[name] else { return nil }
        return number
    }

    /// With another value under a name that is there, or one more.
    func replacing(_ name: String, with value: JSONValue) -> JSONObject {
        JSONObject(members.filter { $0.name != name } + [Member(name: name, value: value)])
    }

    func flag(_ name: String) -> Bool { self[name] == .bool(true) }

    func object(_ name: String) -> JSONObject {
        guard case .object(let object)? = self[name] else { return [:] }
        return object
    }

    func objects(_ name: String) -> [JSONObject] {
        guard case .array(let values)? = self[name] else { return [] }
        return values.compactMap { value in
            guard case .object(let object) = value else { return nil }
            return object
        }
    }

    func texts(_ name: String) -> [String] {
        guard case .array(let values)? = self[name] else { return [] }
        return values.compactMap { value in
            guard case .string(let text) = value else { return nil }
            return text
        }
    }
}
