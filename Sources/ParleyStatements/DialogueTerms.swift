/// What the parties agreed of the dialogue beyond requests: how long each kind of thread has, how
/// often they meet, and who is called (`Spec/agreement.md` §15).
package struct DialogueTerms: Hashable, Sendable {
    /// One post of a party's hotline ladder.
    package struct Rung: Hashable, Sendable {
        /// A short name, such as `duty-officer`.
        package let post: String
        /// How long after the call this post is called too; 0 the first.
        package let afterMinutes: Int

        package init(post: String, afterMinutes: Int) {
            self.post = post
            self.afterMinutes = afterMinutes
        }
    }

    /// By kind of thread, as acts begin; a clock that is not here does not run.
    package let clocks: [String: [ClockName: TimeLimit]]
    /// A session is due so many months after the last; nil where none is.
    package let sessionMonths: Int?
    /// Of each party that has one: first the first to be called.
    package let ladders: [PartyID: [Rung]]

    package static let none = DialogueTerms(clocks: [:], sessionMonths: nil, ladders: [:])

    /// To begin from. Sessions twice a year, and a hotline that is followed up in writing: as the
    /// dialogue of 2015 had it; the numbers of days are the program's own proposal.
    package static let standard = DialogueTerms(
        clocks: [
            "incident": [.acknowledge: .hours(24)],
            "allegation": [
                .acknowledge: .hours(72), .answer: .workingDays(20), .evidence: .workingDays(15),
            ],
            "concern": [.acknowledge: .hours(72), .answer: .workingDays(20)],
            "notice": [.comment: .calendarDays(30), .answer: .calendarDays(30)],
            "session": [.agree: .workingDays(10)],
            "hotline": [.acknowledge: .minutes(30), .followUp: .hours(24)],
        ], sessionMonths: 6, ladders: [:])

    package init(
        clocks: [String: [ClockName: TimeLimit]], sessionMonths: Int?,
        ladders: [PartyID: [Rung]]
    ) {
        self.clocks = clocks
        self.sessionMonths = sessionMonths
        self.ladders = ladders
    }

    /// The clocks that each kind of thread can have.
    package static let clockNames: [String: [ClockName]] = [
        "incident": [.acknowledge],
        "allegation": [.acknowledge, .answer, .evidence],
        "concern": [.acknowledge, .answer],
        "notice": [.comment, .answer],
        "session": [.agree],
        "hotline": [.acknowledge, .followUp],
    ]

    package static let rungLimit = 16
}

extension DialogueTerms {
    var json: JSONValue {
        let clocks = clocks.map { kind, limits in
            JSONObject.Member(
                name: kind,
                value: .object(
                    JSONObject(limits.map { .init(name: $0.key.rawValue, value: $0.value.json) })))
        }
        var fields: JSONObject = ["clocks": .object(JSONObject(clocks))]
        if let sessionMonths {
            fields = fields.adding(["sessionMonths": .integer(Int64(sessionMonths))])
        }
        if !ladders.isEmpty {
            let members = ladders.map { party, rungs in
                JSONObject.Member(
                    name: party.text,
                    value: .array(
                        rungs.map {
                            .object([
                                "post": .string($0.post),
                                "afterMinutes": .integer(Int64($0.afterMinutes)),
                            ])
                        }))
            }
            fields = fields.adding(["ladders": .object(JSONObject(members))])
        }
        return .object(fields)
    }
}

extension AgreementReader {
    /// ``DialogueTerms/none`` where the agreement has none of it.
    mutating func dialogue(_ object: JSONObject) -> DialogueTerms {
        let path = "/dialogue"
        guard let value = object["dialogue"],
            let object = self.object(
                value, at: path, required: ["clocks"], optional: ["sessionMonths", "ladders"])
        else { return .none }
        var clocks: [String: [ClockName: TimeLimit]] = [:]
        if case .object(let kinds)? = object["clocks"] {
            for kind in kinds.members {
                let place = jsonPointer(path + "/clocks", kind.name)
                // SPEC agreement §15: clocks MUST name kinds of thread of the table, and of each
                // at least one of its clocks.
                guard let names = DialogueTerms.clockNames[kind.name] else {
                    note(.valueWrong, at: place, "No kind of thread with clocks has this name.")
                    continue
                }
                clocks[kind.name] = map(
                    kind.value, at: place, count: 1...names.count, "a clock of this kind",
                    key: { text in names.first { $0.rawValue == text } }
                ) { reader, value, path in reader.timeLimit(value, at: path) }
            }
        } else {
            note(.typeWrong, at: path + "/clocks", "This is not an object.")
        }
        // SPEC agreement §15: sessionMonths MUST be from 1 to 120.
        let months = integer(object["sessionMonths"], at: path + "/sessionMonths", in: 1...120)
        // SPEC agreement §15: ladders MUST name parties, each with from 1 to 16 posts.
        let ladders = map(
            object["ladders"], at: path + "/ladders", count: 1...Agreement.partyLimit, "a party id",
            key: PartyID.init
        ) { reader, value, path in reader.ladder(value, at: path) }
        return DialogueTerms(
            clocks: clocks, sessionMonths: months.map(Int.init), ladders: ladders ?? [:])
    }

    private mutating func ladder(_ value: JSONValue, at path: String) -> [DialogueTerms.Rung]? {
        let rungs = list(value, at: path, count: 1...DialogueTerms.rungLimit) {
            reader, value, path -> DialogueTerms.Rung? in
            guard let object = reader.object(value, at: path, required: ["post", "afterMinutes"])
            else { return nil }
            let post = reader.parsed(
                object["post"], at: path + "/post", "a short name", shortName)
            // SPEC agreement §15: afterMinutes MUST be from 0 to 10080.
            let minutes = reader.integer(
                object["afterMinutes"], at: path + "/afterMinutes", in: 0...10_080)
            guard let post, let minutes else { return nil }
            return .init(post: post, afterMinutes: Int(minutes))
        }
        guard let rungs else { return nil }
        noteRepeats(rungs.map(\.post), at: path)
        // SPEC agreement §15: Of a ladder, the first post MUST be called after 0 minutes, and each
        // later one later than the one before it.
        let minutes = rungs.map(\.afterMinutes)
        guard minutes.first == 0, zip(minutes, minutes.dropFirst()).allSatisfy({ $0 < $1 }) else {
            note(.valueWrong, at: path, "The first post is called at once, each next one later.")
            return nil
        }
        return rungs
    }
}
