import ParleyLog
import ParleyStatements

extension DialogueThread {
    /// State, entries and clocks as lines of text: equal bytes at two nodes mean that both hold
    /// the same records and make the same of them.
    ///
    /// - SeeAlso: `Spec/request.md` §9.
    package func canonicalSummary() -> String {
        // SPEC request §9: Two nodes that hold the same records MUST write the same summary.
        var lines = ["parley \(kind.name) summary/1"]
        lines.append("thread " + (id?.text ?? "-"))
        lines.append("state " + state.rawValue)
        if let opening {
            let terms = [opening.kind, opening.urgency?.rawValue].compactMap { $0 }
            let words =
                [opening.statement.text] + terms + [opening.opener.text]
                + opening.addressed.map(\.text)
            lines.append("opening " + words.joined(separator: " "))
        }
        if let opening, let basis = opening.basis {
            lines.append("basis \(basis) \(opening.law?.text ?? "-")")
        }
        if let follows = opening?.follows { lines.append("follows \(follows)") }
        lines += entries.map(\.summary)
        lines += openQuestions.map { "question \($0)" }
        lines += points.filter { $0.kind != .question }.map(\.summary)
        lines += clocks.flatMap(\.summary)
        lines += consultations.map {
            "consultation \($0.id) \($0.ground) \($0.due?.text ?? "-") \($0.reply?.text ?? "-")"
        }
        lines += conditions.map {
            "conditions \($0.id) \($0.standing.rawValue) \($0.reply?.text ?? "-") "
                + $0.conditions.joined(separator: ",")
        }
        lines += authorityChecks.map { "authority \($0.id) \($0.verdict.rawValue)" }
        lines += (hold?.terms ?? []).map { "hold \($0.id) \($0.until)" }
        lines += (hold?.renewals ?? []).map { "renewal \($0.id) \($0.until)" }
        lines += proceeding.steps.map {
            "step \($0.id) \($0.act.rawValue) \($0.outcome?.rawValue ?? "-") "
                + ($0.provisions.isEmpty ? "-" : $0.provisions.joined(separator: "; "))
        }
        lines += reviews.map(\.summary)
        lines += silences.map {
            "silence \($0.id) \($0.about) \($0.party) \($0.time) \($0.receipt?.text ?? "-")"
                + ($0.isWitnessed ? " witnessed" : " unwitnessed")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

extension ThreadEntry {
    fileprivate var summary: String {
        var parts = [
            "entry", id.text, statement.act.rawValue, statement.from.description,
            record.time?.text ?? "-", settledTime?.text ?? "-", effect.code,
        ]
        for (party, time) in record.receipts.sorted(by: { $0.key < $1.key }) {
            parts.append("\(party)=\(time)")
        }
        return parts.joined(separator: " ")
    }
}

extension ThreadPoint {
    fileprivate var summary: String {
        "point \(kind.rawValue) \(id) \(awaited) \(due?.text ?? "-") \(standing.rawValue) "
            + (settlement.map { "\($0.statement) \($0.time)" } ?? "-")
    }
}

extension ThreadClock {
    fileprivate var summary: [String] {
        var line = "clock \(name.rawValue) \(start) \(agreedDue.text) \(due.text)"
        line += " " + (stop.map { "\($0.isEnd ? "ended" : "stopped") \($0.time)" } ?? "-")
        if let pausedSince { line += " paused \(pausedSince)" }
        return [line] + pauses.map { "pause \(name.rawValue) \($0.from) \($0.until)" }
            + postponements.map { "postponed \(name.rawValue) \($0.time) \($0.until)" }
    }
}

extension Due {
    fileprivate var text: String {
        switch self {
        case .at(let instant): instant.text
        case .unavailable(let party, let refusal): "unavailable:\(party):\(refusal.code)"
        }
    }
}

extension WorkingTimeRefusal {
    fileprivate var code: String {
        switch self {
        case .yearMissing(let year), .offsetsMissing(let year): "\(reason):\(year)"
        case .limitOutOfRange(let count, _): "\(reason):\(count)"
        }
    }
}

extension ThreadReview {
    fileprivate var summary: String {
        let judgements = [review.isComplete, review.isUsable, review.isWhole, review.isReasoned]
        return "review \(id) " + of.map(\.text).joined(separator: ",") + " "
            + judgements.map { $0 ? "yes" : "no" }.joined(separator: ",")
    }
}
