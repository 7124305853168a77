package import ParleyDialogue
import ParleyLog
package import ParleyStatements

/// A scorecard as JSON for machines (`Spec/scorecard.md` §3).
extension Scorecard {
    package func json(under agreement: Agreement) -> JSONObject {
        return [
            "parley": .string("scorecard/1"), "agreement": .string(agreement.id.text),
            "parties": .array(parties.map { .string($0.text) }),
            "from": .string(period.lowerBound.text), "until": .string(period.upperBound.text),
            "asOf": .string(asOf.text),
            "timeliness": .array(timeliness.map { .object($0.json) }),
            "quality": .array(quality.map { .object($0.json) }),
            "commitments": .array(commitments.map { .object($0.json) }),
            "sessions": .object(sessions.json),
            "promises": .array(promises.map { .object($0.json) }),
        ]
    }

    /// The figures, and what was said of each commitment.
    var readersJSON: JSONObject {
        publicJSON.adding(["commitments": .array(commitments.map { .object($0.json) })])
    }

    /// The figures alone: what anybody is told names no thread and no statement.
    var publicJSON: JSONObject {
        // SPEC audience §4: What a node tells anybody of a scorecard MUST be its figures: no
        // promise, no thread and no statement of it.
        return [
            "parties": .array(parties.map { .string($0.text) }),
            "from": .string(period.lowerBound.text), "until": .string(period.upperBound.text),
            "asOf": .string(asOf.text),
            "timeliness": .array(timeliness.map { .object($0.json) }),
            "quality": .array(quality.map { .object($0.json) }),
            "sessions": .object(sessions.json),
        ]
    }
}

extension Scorecard.Sessions {
    fileprivate var json: JSONObject {
        let json: JSONObject = [
            "held": .array(held.map { .string($0.text) }),
            "missed": .array(missed.map { .string($0.text) }),
        ]
        return nextDue.map { json.adding(["nextDue": .string($0.text)]) } ?? json
    }
}

extension Scorecard.Timeliness {
    var json: JSONObject {
        var object = kind.json.adding([
            "inTime": .integer(Int64(inTime)), "late": .integer(Int64(late)),
            "overdue": .integer(Int64(overdue)), "open": .integer(Int64(open)),
            "ended": .integer(Int64(ended)), "unknown": .integer(Int64(unknown)),
        ])
        if let medianSeconds {
            object = object.adding(["medianSeconds": .integer(medianSeconds)])
        }
        if let p90Seconds { object = object.adding(["p90Seconds": .integer(p90Seconds)]) }
        return object
    }
}

extension Scorecard.Quality {
    fileprivate var json: JSONObject {
        let counts: [(String, Int)] = [
            ("reviews", reviews), ("complete", complete), ("usable", usable), ("whole", whole),
            ("reasoned", reasoned), ("refusals", refusals),
            ("unreasonedRefusals", unreasonedRefusals), ("silences", silences),
            ("reopened", reopened), ("calls", calls), ("callsAnswered", callsAnswered),
            ("drills", drills), ("drillsAnswered", drillsAnswered),
        ]
        let verdicts = Verdict.allCases.map {
            JSONObject.Member(name: $0.rawValue, value: .integer(Int64(self.verdicts[$0] ?? 0)))
        }
        return JSONObject(
            [
                .init(name: "party", value: .string(party.text)),
                .init(name: "verdicts", value: .object(JSONObject(verdicts))),
            ] + counts.map { .init(name: $0.0, value: .integer(Int64($0.1))) })
    }
}

extension Scorecard.Commitment {
    fileprivate var json: JSONObject {
        let verdicts = verdicts.map {
            JSONObject.Member(name: $0.key.text, value: .string($0.value.rawValue))
        }
        return [
            "thread": .string(thread.text), "maker": .string(maker.text),
            "joined": .array(joined.map { .string($0.text) }),
            "support": .integer(Int64(support)), "contest": .integer(Int64(contest)),
            "verdicts": .object(JSONObject(verdicts)), "ended": .bool(hasEnded),
        ]
    }
}

extension ScoredPromise.Kind {
    fileprivate var json: JSONObject {
        [
            "party": .string(party.text), "subject": .string(subject), "kind": .string(kind),
            "urgency": .string(urgency), "promise": .string(promise),
        ]
    }
}

extension ScoredPromise {
    package var json: JSONObject {
        var object = kind.json.adding([
            "thread": .string(thread.text), "start": .string(start.text),
            "verdict": .string(verdict),
        ])
        if let due { object = object.adding(["due": .string(due.text)]) }
        if let statement { object = object.adding(["statement": .string(statement.text)]) }
        if let stop { object = object.adding(["stop": .string(stop.text)]) }
        return object
    }

    package init(_ value: JSONValue) throws(FieldRefusal) {
        self = try JSONFields.reading(value) { fields throws(FieldRefusal) in
            ScoredPromise(
                kind: Kind(
                    party: try fields.parsed("party", "a party id", PartyID.init),
                    subject: try fields.string("subject"), kind: try fields.string("kind"),
                    urgency: try fields.string("urgency"), promise: try fields.string("promise")),
                thread: try fields.parsed("thread", "a thread id", ThreadID.init(text:)),
                start: try fields.parsed("start", "an instant", Timestamp.init(text:)),
                due: try fields.optionalParsed("due", "an instant", Timestamp.init(text:)),
                verdict: try fields.string("verdict"),
                statement: try fields.optionalParsed(
                    "statement", "a digest", StatementID.init(text:)),
                stop: try fields.optionalParsed("stop", "an instant", Timestamp.init(text:)))
        }
    }
}
