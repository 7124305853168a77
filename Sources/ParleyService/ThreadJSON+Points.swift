package import ParleyDialogue
import ParleyLog
package import ParleyStatements

/// What the sides have undertaken beside the state, and what waits in a thread.
extension ThreadJSON {
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

    func points(of thread: DialogueThread) -> JSONObject {
        var object: JSONObject = [:]
        if thread.points.contains(where: { $0.kind != .question }) {
            object = object.adding(["points": .array(thread.points.map { .object(json($0)) })])
        }
        if !thread.verdicts.isEmpty {
            let members = thread.verdicts.map {
                JSONObject.Member(name: $0.key.text, value: .string($0.value.verdict.rawValue))
            }
            object = object.adding(["verdicts": .object(JSONObject(members))])
        }
        if !thread.members.isEmpty {
            let members = thread.members.map { thread, parties in
                JSONObject.Member(
                    name: thread.text,
                    value: .array(parties.sorted().map { .string($0.text) }))
            }
            object = object.adding(["members": .object(JSONObject(members))])
        }
        if let until = thread.commentsUntil {
            object = object.adding(["commentsUntil": .string(until.text)])
        }
        return object
    }

    private func json(_ point: ThreadPoint) -> JSONObject {
        var object: JSONObject = [
            "id": .string(point.id.text), "kind": .string(point.kind.rawValue),
            "by": .string(point.by.text), "awaits": .string(point.awaited.text),
            "standing": .string(point.standing.rawValue), "late": .bool(point.isLate(at: now)),
        ]
        if let due = point.due?.instant { object = object.adding(["due": .string(due.text)]) }
        if let text = point.text { object = object.adding(["text": .string(text.text)]) }
        if let settlement = point.settlement {
            object = object.adding([
                "settledBy": .string(settlement.by.text),
                "settledAt": .string(settlement.time.text),
            ])
        }
        return object
    }
}

extension ThreadConditions {
    package var json: JSONObject {
        [
            "id": .string(id.text), "standing": .string(standing.rawValue),
            "conditions": .array(conditions.map(JSONValue.string)),
        ]
    }
}

extension Terms {
    /// What acts of the dialogue say; what requests had before is told elsewhere.
    package var dialogueJSON: JSONObject {
        var object: JSONObject = [:]
        func add(_ name: String, _ value: JSONValue?) {
            if let value { object = object.adding([name: value]) }
        }
        add("until", until.map { .string($0.text) })
        add("text", text.map { .string($0.text) })
        add(
            "claims",
            claims.isEmpty
                ? nil
                : .array(
                    claims.map {
                        .object([
                            "level": .string($0.level.rawValue),
                            "confidence": .string($0.confidence.rawValue),
                            "likelihood": .string($0.likelihood.rawValue),
                        ])
                    }))
        add("threads", threads.isEmpty ? nil : .array(threads.map { .string($0.text) }))
        add("counters", counters.map { .string($0.text) })
        add("verdict", verdict.map { .string($0.rawValue) })
        add("round", round.map { .integer(Int64($0)) })
        add("date", date.map { .string($0.text) })
        add("owner", owner.map { .string($0.text) })
        add("post", post.map { .string($0) })
        add("adReferendum", isAdReferendum ? .bool(true) : nil)
        return object
    }
}
