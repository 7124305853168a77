import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements

/// Figures, logs and receipts, as anybody may ask for them.
extension Desk {
    // MARK: Figures

    /// How long figures are given out again.
    private static let figuresGoodSeconds: Int64 = 300

    /// As the record stood at a whole instant some time ago: so two nodes count the same, and
    /// nobody learns by the minute who has asked whom for what.
    func publicScorecard(_ ask: Ask) async throws -> Answer {
        let node = node
        let agreement = node.identity.agreement
        let others = agreement.parties.filter { $0.id != node.identity.party.id }.map(\.id)
        let states = others.filter { agreement.party($0)?.kind == .state }
        // SPEC audience §4: A node MUST tell nobody figures with a company where the agreement has
        // other states.
        let told = states.isEmpty ? others : states
        guard
            let other = ask.given.text("with").map({ PartyID($0) }) ?? told.first,
            told.contains(other)
        else { throw Problem.notFound }
        let now = clock.now()
        let theirs = try await theirFigures(of: other)
        let asOf = theirs?.asOf ?? now.adding(seconds: -(now.secondsSinceEpoch % figuresSeconds))
        let begun = agreement.effectiveFrom
        let from = theirs?.from ?? min(begun, asOf.adding(seconds: -1))
        let until = theirs?.until ?? asOf
        // What came late may still move them: they are worked out again after a while.
        let card = try await shelf.value(
            "scorecard \(other.text) \(from) \(until) \(asOf)", at: now,
            goodSeconds: min(figuresSeconds, Self.figuresGoodSeconds)
        ) {
            Scorecard(
                of: try await reports.threads(asOf: asOf), between: node.identity.party.id,
                and: other, under: agreement, period: from..<until, asOf: asOf)
        }
        var json = card.publicJSON.adding([
            "party": .string(node.identity.party.id.text), "with": .string(other.text),
            "others": .array(told.map { .string($0.text) }),
        ])
        if let theirs { json = json.adding(["theirs": .object(theirs.json(beside: card))]) }
        return Answer(json)
    }

    /// What the other party published, where this node's operator has put it beside ours and it is
    /// of the same two.
    private func theirFigures(of other: PartyID) async throws -> ScorecardFile? {
        guard let bytes = try await home.figures(of: other) else { return nil }
        let parties = [node.identity.party.id, other].sorted()
        return (try? ScorecardFile(parsing: bytes)).flatMap { $0.parties == parties ? $0 : nil }
    }

    // MARK: Logs

    func publicRecord() async throws -> Answer {
        let node = node
        let identity = node.identity
        let tail = try await ledger.tail()
        let keys = node.keys
        let logs = identity.parties.map { party -> JSONValue in
            let note =
                party.id == identity.party.id
                ? node.published.checkpoint : tail.witnessedNotes[party.id]
            var json: JSONObject = [
                "party": .string(party.id.text), "url": .string(party.node.url),
                "path": .string("/log/" + identity.agreement.name + "/"),
            ]
            if let log = keys.log(of: party.id) {
                json = json.adding(["origin": .string(log.name), "logKey": .string(log.text)])
                if let note { json = json.adding(Self.json(note, of: party.id, log, keys)) }
            }
            if party.id == identity.party.id {
                json = json.adding([
                    "cosignedSizes": .object(
                        JSONObject(
                            tail.cosignedSizes.sorted { $0.key < $1.key }.map {
                                .init(
                                    name: $0.key.text,
                                    value: .integer(Int64(clamping: $0.value.entryCount)))
                            }))
                ])
            }
            if let witness = keys.witness(of: party.id) {
                json = json.adding(["witnessKey": .string(witness.text)])
            }
            return .object(json)
        }
        return Answer([
            "party": .string(identity.party.id.text),
            "publicLog": .array(
                identity.agreement.publicLog.map(\.rawValue).sorted().map(JSONValue.string)),
            "logs": .array(logs),
            "outsideWitnesses": .array(keys.outsideWitnesses.map { .string($0.text) }),
            "now": .string(clock.now().text),
        ])
    }

    private static func json(
        _ note: [UInt8], of party: PartyID, _ log: NoteKey, _ keys: AgreementKeys
    ) -> JSONObject {
        guard let checkpoint = try? UnverifiedCheckpoint(note: note).verify(logKey: log),
            let cosignatures = try? checkpoint.cosignatures(by: keys.cosigners)
        else { return [:] }
        return [
            "size": .integer(Int64(clamping: checkpoint.size.entryCount)),
            "root": .string(Base64.encode(checkpoint.root.bytes)),
            "note": .string(
                String(
                    decoding: checkpoint.note(keeping: [log] + keys.cosigners), as: UTF8.self)),
            "cosignatures": .array(
                cosignatures.map { one in
                    var json: JSONObject = [
                        "name": .string(one.key.name), "time": .string(one.time.text),
                    ]
                    if let by = keys.party(ofWitness: one.key.name) {
                        json = json.adding([
                            "party": .string(by.text), "outside": .bool(by != party),
                        ])
                    } else {
                        json = json.adding(["outside": .bool(true)])
                    }
                    return .object(json)
                }),
        ]
    }

    // MARK: Receipts

    func checkReceipt(_ ask: Ask) throws -> Answer {
        let check = ReceiptCheck(versions: node.record.versions, keys: node.keys)
        return Answer(
            check.json(
                Array((ask.given.text("text") ?? "").utf8),
                statement: ask.given.text("statement").flatMap { StatementID(text: $0) }))
    }
}
