package import ParleyDialogue
package import ParleyLog
package import ParleyStatements

/// Proof that a statement stands in one party's log, as it was checked when it came.
package struct HeldProof: Hashable, Sendable {
    /// Whose log it is: the author's, or a receiver's (then it is the receipt).
    package let log: PartyID
    package let place: LogPlace
    /// The signed and cosigned checkpoint note.
    package let note: [UInt8]
    /// When each cosigner said so, by the cosigner's key name.
    package let times: [String: Timestamp]

    package init(log: PartyID, place: LogPlace, note: [UInt8], times: [String: Timestamp]) {
        self.log = log
        self.place = place
        self.note = note
        self.times = times
    }
}

extension Statement {
    /// Body and exhibits, in that order.
    package var references: [BlobReference] { (body.map { [$0] } ?? []) + exhibits }
}

extension HeldProof {
    /// The C2SP tlog-proof text of this proof.
    package var text: [UInt8] {
        Receipt(index: place.index, proof: place.proof, checkpointNote: note).text
    }

    /// Takes in a tlog-proof after checking it whole; lines by keys not named here are left out.
    package init(
        checking text: [UInt8], entry: StatementID, log: PartyID, logKey: NoteKey,
        cosigners: [NoteKey]
    ) throws {
        let receipt = try UnverifiedReceipt(parsing: text)
        let verified = try receipt.verify(
            entry: entry.digest, logKey: logKey, cosigners: cosigners)
        self.init(
            log: log, place: LogPlace(index: verified.index, proof: receipt.proof),
            note: verified.checkpoint.note(keeping: [logKey] + cosigners),
            times: verified.cosignatures.reduce(into: [:]) { $0[$1.key.name] = $1.time })
    }
}

/// The one rule that turns proofs into times, for a node's own ledger and for an export alike.
package func recorded(
    _ id: StatementID, _ statement: Statement, proofs: [HeldProof], keys: AgreementKeys
) -> RecordedStatement {
    let author = statement.from.party
    var receipts: [PartyID: Timestamp] = [:]
    var earliest: Timestamp?
    for proof in proofs {
        guard let time = keys.earliestOutside(author, in: proof.times) else { continue }
        earliest = min(earliest ?? time, time)
        if proof.log != author {
            receipts[proof.log] = min(receipts[proof.log] ?? time, time)
        }
    }
    return RecordedStatement(
        id: id, statement: statement, time: earliest, receipts: receipts)
}
