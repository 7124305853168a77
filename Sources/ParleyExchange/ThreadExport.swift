package import ParleyDialogue
import ParleyLog
package import ParleyStatements

/// A thread as one file that a third person can check with nothing but the agreement.
///
/// Canonical JSON: `parley`, `agreement`, `thread`, and per statement its envelope and the proofs
/// held for it, both base 64. Bodies and exhibits are not in it: the header holds their digests.
///
/// - SeeAlso: `Spec/exchange.md` §8.
package struct ThreadExport: Hashable, Sendable {
    package static let sizeLimitBytes = 256 * 1024 * 1024
    package static let version = "thread-export/1"

    package struct Item: Hashable, Sendable {
        package let envelope: [UInt8]
        package let proofs: [Proof]

        package init(envelope: [UInt8], proofs: [Proof]) {
            self.envelope = envelope
            self.proofs = proofs
        }
    }

    package struct Proof: Hashable, Sendable {
        /// Whose log the proof is of.
        package let log: PartyID
        /// C2SP tlog-proof.
        package let text: [UInt8]

        package init(log: PartyID, text: [UInt8]) {
            self.log = log
            self.text = text
        }
    }

    package let agreement: AgreementID
    package let thread: ThreadID
    package let items: [Item]

    package init(agreement: AgreementID, thread: ThreadID, items: [Item]) {
        self.agreement = agreement
        self.thread = thread
        self.items = items
    }

    package var fileBytes: [UInt8] {
        JSONValue.object([
            "parley": .string(Self.version),
            "agreement": .string(agreement.text),
            "thread": .string(thread.text),
            "statements": .array(
                items.map { item in
                    .object([
                        "envelope": .string(Base64.encode(item.envelope)),
                        "proofs": .array(
                            item.proofs.map {
                                .object([
                                    "log": .string($0.log.text),
                                    "proof": .string(Base64.encode($0.text)),
                                ])
                            }),
                    ])
                }),
        ]).canonicalBytes
    }

    package init(parsing bytes: [UInt8]) throws(ExportRefusal) {
        let value: JSONValue
        do throws(JSONRefusal) {
            value = try JSONValue(parsingCanonical: bytes, limitBytes: Self.sizeLimitBytes)
        } catch {
            throw .notAnExport(reason: error.reason, explanation: error.explanation)
        }
        do throws(FieldRefusal) {
            self = try JSONFields.reading(value, Self.read)
        } catch {
            throw .notAnExport(reason: error.reason, explanation: error.explanation)
        }
    }

    private static func read(_ reader: inout JSONFields) throws(FieldRefusal) -> ThreadExport {
        _ = try reader.parsed("parley", version) { $0 == version ? true : nil }
        let agreement = try reader.parsed("agreement", "a digest", AgreementID.init(text:))
        let thread = try reader.parsed("thread", "a thread id", ThreadID.init(text:))
        let items = try reader.array("statements") { value throws(FieldRefusal) in
            try JSONFields.reading(value) { reader throws(FieldRefusal) in
                Item(
                    envelope: try reader.parsed("envelope", "base 64", Base64.decode),
                    proofs: try reader.array("proofs") { value throws(FieldRefusal) in
                        try JSONFields.reading(value) { reader throws(FieldRefusal) in
                            Proof(
                                log: try reader.parsed("log", "a party", PartyID.init),
                                text: try reader.parsed("proof", "base 64", Base64.decode))
                        }
                    })
            }
        }
        return ThreadExport(agreement: agreement, thread: thread, items: items)
    }

    /// Checks every signature and proof against the agreement alone.
    ///
    /// - Returns: the statements with the times the proofs give them, and everything found wrong;
    ///   the record is proven only where nothing is.
    package func verified(under agreement: Agreement) throws -> VerifiedExport {
        var faults: [ExportFault] = []
        if self.agreement != agreement.id {
            faults.append(
                ExportFault(
                    place: nil, reason: "agreement-differs",
                    explanation: "the export names the agreement \(self.agreement)"))
        }
        // SPEC exchange §8: A verifier of an export MUST report that it holds no statement, if it
        // holds none.
        if items.isEmpty {
            faults.append(
                ExportFault(
                    place: nil, reason: "no-statements",
                    explanation: "the export holds no statement, so it proves none"))
        }
        let keys = try AgreementKeys(agreement)
        let verifier = StatementVerifier(agreement: agreement)
        var records: [RecordedStatement] = []
        for (place, item) in items.enumerated() {
            do {
                records.append(
                    try Self.record(
                        item, at: place, thread: thread, keys: keys, verifier: verifier,
                        faults: &faults))
            } catch {
                faults.append(
                    ExportFault(
                        place: place, reason: error.reason, explanation: error.explanation))
            }
        }
        return VerifiedExport(records: records, faults: faults)
    }

    private static func record(
        _ item: Item, at place: Int, thread: ThreadID, keys: AgreementKeys,
        verifier: StatementVerifier, faults: inout [ExportFault]
    ) throws(StatementRefusal) -> RecordedStatement {
        let unverified = try UnverifiedStatement(parsing: item.envelope)
        var proofs: [HeldProof] = []
        for proof in item.proofs {
            guard let logKey = keys.log(of: proof.log) else {
                faults.append(
                    ExportFault(
                        place: place, reason: "party-unknown",
                        explanation: "the agreement has no party \(proof.log)"))
                continue
            }
            do {
                let held = try HeldProof(
                    checking: proof.text, entry: unverified.id, log: proof.log,
                    logKey: logKey, cosigners: keys.cosigners)
                // SPEC exchange §8: A verifier of an export MUST report a note with a line by a key
                // that the agreement does not list.
                // Elsewhere such lines are passed over; in evidence every byte is accounted for.
                if held.note != (try UnverifiedReceipt(parsing: proof.text).checkpointNote) {
                    faults.append(
                        ExportFault(
                            place: place, reason: "line-by-unknown-key",
                            explanation: "a note of \(proof.log)'s log has a line by a key that "
                                + "the agreement does not list"))
                }
                proofs.append(held)
            } catch {
                let refusal = error as? ReceiptRefusal
                faults.append(
                    ExportFault(
                        place: place, reason: refusal?.reason ?? "proof-wrong",
                        explanation: "proof of \(proof.log)'s log: "
                            + (refusal?.explanation ?? "\(error)")))
            }
        }
        let record = recorded(
            unverified.id, unverified.header, proofs: proofs, keys: keys)
        _ = try verifier.verify(unverified, at: record.time ?? unverified.header.at)
        if unverified.header.thread != thread {
            faults.append(
                ExportFault(
                    place: place, reason: "thread-differs",
                    explanation: "the statement belongs to the thread \(unverified.header.thread)"))
        }
        // SPEC exchange §8: A verifier of an export MUST report a statement when no log's proofs
        // of it hold the cosignatures that receiptQuorum asks for.
        let count = keys.outsideCount(in: proofs)
        if count < verifier.agreement.receiptQuorum {
            faults.append(
                ExportFault(
                    place: place, reason: "quorum-missing",
                    explanation: "\(count) cosigners outside the log's own party are held; the "
                        + "agreement asks for \(verifier.agreement.receiptQuorum)"))
        }
        if record.time == nil {
            faults.append(
                ExportFault(
                    place: place, reason: "time-missing",
                    explanation: "no cosignature from outside the author's party is held"))
        }
        return record
    }
}

package struct VerifiedExport: Sendable {
    package let records: [RecordedStatement]
    package let faults: [ExportFault]
}

/// One thing wrong with an export.
package struct ExportFault: Hashable, Sendable {
    /// Place of the statement in the file, from 0; nil for the file as a whole.
    package let place: Int?
    package let reason: String
    package let explanation: String
}

package enum ExportRefusal: Error, Hashable, Sendable {
    case notAnExport(reason: String, explanation: String)

    package var reason: String {
        switch self {
        case .notAnExport(let reason, _): reason
        }
    }

    package var explanation: String {
        switch self {
        case .notAnExport(_, let explanation): explanation
        }
    }
}
