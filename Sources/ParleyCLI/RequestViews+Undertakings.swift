import ParleyDialogue
import ParleyLog
import ParleyStatements

/// What the sides have undertaken beside the state: basis, consultations, conditions, call backs,
/// holds.
extension ThreadWords {
    func basis(of thread: DialogueThread) -> [String] {
        guard let opening = thread.opening else { return [] }
        var lines: [String] = []
        if let basis = opening.basis {
            lines.append(
                "  on the basis \(basis), by the tables of law \(opening.law?.text ?? "-")")
        }
        if let follows = opening.follows { lines.append("  goes on from \(follows)") }
        return lines
    }

    func undertakings(of thread: DialogueThread) -> [String] {
        var lines: [String] = []
        for check in thread.authorityChecks {
            lines.append(
                "  authority called back \(both(check.time, thread)): \(check.verdict.rawValue)")
        }
        for one in thread.consultations {
            var line = "  consulted on \(one.ground) \(both(one.time, thread)): "
            if one.reply != nil {
                line += "replied"
            } else if let due = one.due?.instant {
                line += (now > due ? "no reply by " : "reply by ") + both(due, thread)
            } else {
                line += "no reply yet"
            }
            lines.append(line)
        }
        for one in thread.conditions {
            lines.append(
                "  conditions \(one.standing.rawValue): " + one.conditions.joined(separator: ", "))
        }
        if let hold = thread.hold {
            switch hold.standing(at: now, followers: followers) {
            case .held(let until): lines.append("  held until \(both(until, thread))")
            case .heldForRequest(let id):
                lines.append("  held while the request \(id) is not decided")
            case .runOut(let since): lines.append("  HELD NO LONGER since \(both(since, thread))")
            }
            lines += hold.renewals.map { "  asked to be held until \(both($0.until, thread))" }
        }
        for other in followers {
            lines.append("  gone on from here: " + row(other).joined(separator: " · "))
        }
        return lines
    }

    func undertakings(of thread: DialogueThread) -> JSONObject {
        var object: JSONObject = [:]
        func add(_ name: String, _ value: JSONValue) { object = object.adding([name: value]) }
        if let basis = thread.opening?.basis { add("basis", .string(basis.text)) }
        if let law = thread.opening?.law { add("law", .string(law.text)) }
        if let follows = thread.opening?.follows { add("follows", .string(follows.text)) }
        if !thread.authorityChecks.isEmpty {
            add(
                "authorityChecks",
                .array(
                    thread.authorityChecks.map {
                        .object([
                            "id": .string($0.id.text), "time": .string($0.time.text),
                            "verdict": .string($0.verdict.rawValue),
                        ])
                    }))
        }
        if !thread.consultations.isEmpty {
            add(
                "consultations",
                .array(
                    thread.consultations.map {
                        .object([
                            "id": .string($0.id.text), "ground": .string($0.ground),
                            "due": .string($0.due?.instant?.text ?? "-"),
                            "reply": .string($0.reply?.text ?? "-"),
                        ])
                    }))
        }
        if !thread.conditions.isEmpty {
            add("conditions", .array(thread.conditions.map { .object($0.json) }))
        }
        if thread.kind == .proceeding {
            add("outcome", .string(thread.proceeding.outcome?.rawValue ?? "-"))
            add(
                "steps",
                .array(
                    thread.proceeding.steps.map {
                        .object([
                            "id": .string($0.id.text), "time": .string($0.time.text),
                            "act": .string($0.act.rawValue),
                            "outcome": .string($0.outcome?.rawValue ?? "-"),
                            "provisions": .array($0.provisions.map(JSONValue.string)),
                        ])
                    }))
        }
        if !followers.isEmpty {
            add(
                "followers",
                .array(
                    followers.map {
                        .object([
                            "thread": .string($0.id?.text ?? "-"),
                            "subject": .string($0.kind.name), "state": .string($0.state.rawValue),
                            "outcome": .string($0.proceeding.outcome?.rawValue ?? "-"),
                        ])
                    }))
        }
        if let hold = thread.hold {
            add(
                "hold",
                .object([
                    "until": .string(hold.until.text),
                    "standing": .string(hold.standing(at: now, followers: followers).code),
                    "asked": .array(hold.renewals.map { .string($0.until.text) }),
                ]))
        }
        return object
    }
}

extension ThreadConditions {
    /// Beside what they bind.
    var line: String {
        "  BOUND by conditions accepted in \(reply?.text ?? "-"): "
            + conditions.joined(separator: ", ")
    }

    var json: JSONObject {
        [
            "id": .string(id.text), "standing": .string(standing.rawValue),
            "conditions": .array(conditions.map(JSONValue.string)),
        ]
    }
}
