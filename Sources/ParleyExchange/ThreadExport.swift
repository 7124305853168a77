package import ParleyDialogue
import ParleyLog
package import ParleyStatements

/// A thread as one file that a third person can check with nothing but the agreement.
///
/// Canonical JSON: `parley`, `agreement` (its first version), `thread`, and per statement its
/// envelope and the proofs held for it, both base 64; likewise what the parties that are heard have
/// changed, their keys and the version they stand under, without which a signature by a newer key
/// could not be judged; and the signed amendments. Bodies and exhibits are not in it: the header
/// holds their digests.
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
    /// In any order: their places in their authors' logs are in their proofs.
    package let changes: [Item]
    /// Signed amendments of the agreement, in any order.
    package let amendments: [[UInt8]]

    package init(
        agreement: AgreementID, thread: ThreadID, items: [Item], changes: [Item] = [],
        amendments: [[UInt8]] = []
    ) {
        self.agreement = agreement
        self.thread = thread
        self.items = items
        self.changes = changes
        self.amendments = amendments
    }

    package var fileBytes: [UInt8] {
        var object: JSONObject = [
            "parley": .string(Self.version),
            "agreement": .string(agreement.text),
            "thread": .string(thread.text),
            "statements": .array(items.map(\.json)),
        ]
        if !changes.isEmpty {
            object = object.adding(["changes": .array(changes.map(\.json))])
        }
        if !amendments.isEmpty {
            object = object.adding([
                "amendments": .array(amendments.map { .string(Base64.encode($0)) })
            ])
        }
        return JSONValue.object(object).canonicalBytes
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
        let items = try reader.array("statements", Item.read)
        let changes =
            reader.optional("changes") == nil ? [] : try reader.array("changes", Item.read)
        let amendments =
            reader.optional("amendments") == nil
            ? []
            : try reader.parsedArray("amendments", "base 64", Base64.decode)
        return ThreadExport(
            agreement: agreement, thread: thread, items: items, changes: changes,
            amendments: amendments)
    }

    /// Checks every signature and proof against the agreement's first version alone.
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
        var verifier = StatementVerifier(agreement: agreement)
        faults += learnAmendments(&verifier.directory)
        let keys = try AgreementKeys(verifier.versions.all)
        faults += apply(changes, to: &verifier, keys: keys)
        var records: [RecordedStatement] = []
        for (place, item) in items.enumerated() {
            do {
                var found: [Fault] = []
                let reading = try Reading(item, keys: keys, faults: &found)
                _ = try reading.checked(by: verifier, keys: keys, faults: &found)
                if reading.record.statement.thread != thread {
                    found.append(
                        Fault(
                            "thread-differs",
                            "the statement belongs to the thread "
                                + reading.record.statement.thread.text))
                }
                faults += found.map { $0.at(place) }
                records.append(reading.record)
            } catch {
                faults.append(Fault(error.reason, error.explanation).at(place))
            }
        }
        return VerifiedExport(
            records: records, directory: verifier.directory, faults: faults)
    }

    private func learnAmendments(_ directory: inout Directory) -> [ExportFault] {
        var adopted: [AdoptedAgreement] = []
        var faults: [ExportFault] = []
        for (number, bytes) in amendments.enumerated() {
            do throws(AdoptionRefusal) {
                adopted.append(try AdoptedAgreement(parsing: bytes))
            } catch {
                faults.append(
                    Fault(error.reason, "amendment \(number): " + error.explanation).at(nil))
            }
        }
        return faults + directory.learn(adopted).map { Fault($0.reason, $0.explanation).at(nil) }
    }

    /// Takes the changes in the order of their authors' logs.
    private func apply(
        _ changes: [Item], to verifier: inout StatementVerifier, keys: AgreementKeys
    ) -> [ExportFault] {
        var faults: [ExportFault] = []
        var readings: [(place: EntryIndex, number: Int, reading: Reading)] = []
        func note(_ number: Int, _ found: [Fault]) {
            faults += found.map {
                Fault($0.reason, "change \(number): " + $0.explanation).at(nil)
            }
        }
        for (number, item) in changes.enumerated() {
            var found: [Fault] = []
            do {
                let reading = try Reading(item, keys: keys, faults: &found)
                if !reading.record.statement.act.changesDirectory {
                    found.append(Fault("no-change", "the statement changes no key and no version"))
                } else if let place = reading.authorPlace {
                    readings.append((place, number, reading))
                } else {
                    found.append(Fault("place-missing", "no proof of its author's log is held"))
                }
            } catch {
                found.append(Fault(error.reason, error.explanation))
            }
            note(number, found)
        }
        // SPEC exchange §8: A verifier of an export MUST judge the changes in the order of their
        // places in their authors' logs, and the statements after them.
        for (place, number, reading) in readings.sorted(by: { $0.place < $1.place }) {
            var found: [Fault] = []
            do {
                let change = try reading.checked(by: verifier, keys: keys, faults: &found)
                try verifier.directory.apply(
                    change, at: place, seen: reading.record.time ?? change.statement.at)
            } catch {
                found.append(Fault(error.reason, error.explanation))
            }
            note(number, found)
        }
        return faults
    }
}

private struct Fault {
    let reason: String
    let explanation: String

    init(_ reason: String, _ explanation: String) {
        self.reason = reason
        self.explanation = explanation
    }

    func at(_ place: Int?) -> ExportFault {
        ExportFault(place: place, reason: reason, explanation: explanation)
    }
}

/// One statement of an export with those of its proofs that hold.
private struct Reading {
    let unverified: UnverifiedStatement
    let proofs: [HeldProof]
    let record: RecordedStatement

    /// Where its author's log has it; nil without a proof of that log.
    var authorPlace: EntryIndex? {
        proofs.first { $0.log == unverified.header.from.party }?.place.index
    }

    init(
        _ item: ThreadExport.Item, keys: AgreementKeys, faults: inout [Fault]
    ) throws(StatementRefusal) {
        unverified = try UnverifiedStatement(parsing: item.envelope)
        var proofs: [HeldProof] = []
        for proof in item.proofs {
            guard let logKey = keys.log(of: proof.log) else {
                faults.append(
                    Fault("party-unknown", "the agreement has no party \(proof.log)"))
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
                        Fault(
                            "line-by-unknown-key",
                            "a note of \(proof.log)'s log has a line by a key that the agreement "
                                + "does not list"))
                }
                proofs.append(held)
            } catch {
                let refusal = error as? ReceiptRefusal
                faults.append(
                    Fault(
                        refusal?.reason ?? "proof-wrong",
                        "proof of \(proof.log)'s log: " + (refusal?.explanation ?? "\(error)")))
            }
        }
        self.proofs = proofs
        record = recorded(unverified.id, unverified.header, proofs: proofs, keys: keys)
    }

    /// Checks the signatures at the statement's time and place, and that enough have seen it.
    func checked(
        by verifier: StatementVerifier, keys: AgreementKeys, faults: inout [Fault]
    ) throws(StatementRefusal) -> VerifiedStatement {
        let verified = try verifier.verify(
            unverified, at: record.time ?? unverified.header.at, place: authorPlace)
        // SPEC exchange §8: A verifier of an export MUST report a statement when no log's proofs
        // of it hold the cosignatures that receiptQuorum asks for.
        let count = keys.outsideCount(in: proofs)
        let version = verifier.versions.version(verified.statement.agreement)
        let quorum = (version ?? verifier.versions.first).receiptQuorum
        if count < quorum {
            faults.append(
                Fault(
                    "quorum-missing",
                    "\(count) cosigners outside the log's own party are held; the agreement asks "
                        + "for \(quorum)"))
        }
        if record.time == nil {
            faults.append(
                Fault("time-missing", "no cosignature from outside the author's party is held"))
        }
        return verified
    }
}

extension ThreadExport.Item {
    fileprivate var json: JSONValue {
        .object([
            "envelope": .string(Base64.encode(envelope)),
            "proofs": .array(
                proofs.map {
                    .object([
                        "log": .string($0.log.text), "proof": .string(Base64.encode($0.text)),
                    ])
                }),
        ])
    }

    fileprivate static func read(_ value: JSONValue) throws(FieldRefusal) -> ThreadExport.Item {
        try JSONFields.reading(value) { reader throws(FieldRefusal) in
            ThreadExport.Item(
                envelope: try reader.parsed("envelope", "base 64", Base64.decode),
                proofs: try reader.array("proofs") { value throws(FieldRefusal) in
                    try JSONFields.reading(value) { reader throws(FieldRefusal) in
                        ThreadExport.Proof(
                            log: try reader.parsed("log", "a party", PartyID.init),
                            text: try reader.parsed("proof", "base 64", Base64.decode))
                    }
                })
        }
    }
}

package struct VerifiedExport: Sendable {
    package let records: [RecordedStatement]
    /// Versions and keys as the changes in the export leave them.
    package let directory: Directory
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
