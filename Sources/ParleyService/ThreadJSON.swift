package import ParleyDialogue
package import ParleyLog
package import ParleyStatements

/// Threads as the API and `--json` show them.
package struct ThreadJSON {
    package let versions: AgreementVersions
    package let now: Timestamp
    /// Threads that go on from the one shown.
    package let followers: [DialogueThread]

    package init(
        versions: AgreementVersions, now: Timestamp, followers: [DialogueThread] = []
    ) {
        self.versions = versions
        self.now = now
        self.followers = followers
    }

    package func json(_ thread: DialogueThread) -> JSONObject {
        var object: JSONObject = [
            "thread": .string(thread.id?.text ?? "-"),
            "agreement": .string(thread.agreement.text),
            "state": .string(thread.state.rawValue),
            "exercise": .bool(isExercise(thread)),
            "statements": .array(thread.entries.map { .object(json($0)) }),
            "clocks": .array(thread.clocks.map { .object(json($0)) }),
        ]
        let texts: [(String, String?)] = [
            ("subject", thread.kind.name), ("kind", thread.requestKind),
            ("urgency", thread.urgency?.rawValue),
            ("requester", thread.opener?.text), ("requested", thread.requested?.text),
            ("turn", turn(in: thread)),
        ]
        for case (let name, let text?) in texts {
            object = object.adding([name: .string(text)])
        }
        return object.adding(undertakings(of: thread)).adding(points(of: thread))
    }

    private func turn(in thread: DialogueThread) -> String? {
        let parties = thread.whoseTurn.map(\.text)
        return parties.isEmpty ? nil : parties.joined(separator: ", ")
    }

    private func isExercise(_ thread: DialogueThread) -> Bool {
        versions.first.isExercise || thread.opening?.isExercise == true
    }

    private func json(_ entry: ThreadEntry) -> JSONObject {
        let statement = entry.statement
        let receipts = entry.record.receipts.map {
            JSONObject.Member(name: $0.key.text, value: .string($0.value.text))
        }
        var object: JSONObject = [
            "id": .string(entry.id.text), "act": .string(statement.act.rawValue),
            "from": .string(statement.from.description),
            "to": .array(statement.to.map { .string($0.text) }),
            "answers": .array(statement.answers.map { .string($0.text) }),
            "saidAt": .string(statement.at.text), "effect": .string(entry.effect.code),
            "receipts": .object(JSONObject(receipts)),
            "exhibits": .array(statement.exhibits.map { .string($0.blob.text) }),
        ]
        if let time = entry.record.time { object = object.adding(["time": .string(time.text)]) }
        if !statement.terms.dialogueJSON.members.isEmpty {
            object = object.adding(["terms": .object(statement.terms.dialogueJSON)])
        }
        return object
    }

    private func json(_ clock: ThreadClock) -> JSONObject {
        var object: JSONObject = [
            "name": .string(clock.name.rawValue), "start": .string(clock.start.text),
            "verdict": .string(clock.verdict(at: now).code),
        ]
        if let due = clock.due.instant { object = object.adding(["due": .string(due.text)]) }
        return object
    }
}

extension ThreadSummary {
    /// A row of the queue.
    ///
    /// - Parameters:
    ///   - us: whose node it is.
    ///   - title: how its words begin, where they may be shown.
    package func json(
        for us: PartyID, at now: Timestamp, title: String? = nil
    ) -> JSONObject {
        var members: [JSONObject.Member] = []
        func add(_ name: String, _ value: JSONValue) {
            members.append(.init(name: name, value: value))
        }
        func add(_ name: String, _ text: String?) {
            if let text { add(name, .string(text)) }
        }
        // In the order in which they are written: a list of them is asked for again and again.
        members.reserveCapacity(22)
        add("addressed", .array(addressed.map { .string($0.text) }))
        add("agreement", agreement.text)
        add("clock", next?.name)
        add("due", next?.due?.text)
        add("irregular", .integer(Int64(counts.irregular)))
        add("kind", kind)
        add("lastSettled", lastSettled?.text)
        add("openSilences", .integer(Int64(counts.openSilences)))
        add("opener", opener?.text)
        add("ours", .bool(turn == us))
        add("outcome", outcome?.rawValue)
        add("overdue", .bool(isOverdue(at: now)))
        add("silences", .integer(Int64(counts.silences)))
        add("state", state)
        add("statements", .integer(Int64(counts.statements)))
        add("subject", subject)
        add("thread", id.text)
        add("title", title)
        add("turn", turn?.text)
        add("unsettled", .integer(Int64(counts.unsettled)))
        add("urgency", urgency?.rawValue)
        return JSONObject(inOrder: members)
    }
}
