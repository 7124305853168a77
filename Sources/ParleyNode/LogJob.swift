package import ParleyExchange
package import ParleyLog
package import ParleyStatements

/// A statement that may enter the log, with what the writer needs beside it.
package struct LoggableStatement: Sendable {
    package let verified: VerifiedStatement
    /// SHA-256 of the signed payload: one payload enters the log once, whatever its envelope.
    package let payload: Digest
    /// The author's proof, for a statement that came from a peer: its place in the author's log.
    package let authorPlace: LogPlace?
    /// The author's own log with cosignatures gathered before it reached us.
    package let earlierProofs: [HeldProof]

    package init(
        verified: VerifiedStatement, payload: Digest, authorPlace: LogPlace?,
        earlierProofs: [HeldProof]
    ) {
        self.verified = verified
        self.payload = payload
        self.authorPlace = authorPlace
        self.earlierProofs = earlierProofs
    }
}

/// Something to make durable in the next batch.
package enum LogJob: Sendable {
    /// This party's own statement; it goes to the outbox of each addressee, and with it what such a
    /// one has not been told of before.
    case local(LoggableStatement, silenceFor: StatementID?, retold: [Retold] = [])
    /// A peer's log growth and the statements in it whose blobs are all here.
    case delivered(Delivered)
    /// What a peer answered to our delivery.
    case answered(Answered)
    /// Somebody asks us to cosign a party's log, on the strength of its signature alone.
    case witnessed(PartyID, AddCheckpointRequest)
    /// Somebody hands us the proof of a fork of a party's log.
    case forkReported(PartyID, ForkProof)
    /// A party has taken word of a fork.
    case forkTold(PartyID, Digest)
    /// What the outside witnesses gave for this node's own statements.
    case cosignedOutside(CosignedOutside)
    /// Nothing: the writer is to find out where the ledger stands.
    case look

    /// An earlier statement of this party, for one that it was not addressed to.
    package struct Retold: Hashable, Sendable {
        let statement: StatementID
        let party: PartyID
    }

    package struct CosignedOutside: Sendable {
        package var proofs: [(statement: StatementID, proof: HeldProof)] = []
        package var covered: [StatementID] = []
        package var lacking: [StatementID] = []
        /// Deliveries to be made once more, so that the peers hold the proofs too.
        package var again: [(statement: StatementID, party: PartyID)] = []
    }

    package struct Delivered: Sendable {
        package let party: PartyID
        package let growth: AddCheckpointRequest
        package let knownSize: TreeSize
        package let statements: [LoggableStatement]

        package init(
            party: PartyID, growth: AddCheckpointRequest, knownSize: TreeSize,
            statements: [LoggableStatement]
        ) {
            self.party = party
            self.growth = growth
            self.knownSize = knownSize
            self.statements = statements
        }
    }

    package struct Answered: Sendable {
        package let party: PartyID
        /// The size of our log that the peer has now cosigned.
        package let cosigned: TreeSize
        /// The peer's own log growth, to be cosigned by us in turn; nil while its log is empty.
        package let growth: AddCheckpointRequest?
        /// The times that verified cosignatures in the peer's note carry, by key name.
        package let times: [String: Timestamp]
        package let settlements: [Settlement]
        /// Of those statements to several parties that this one had not receipted before: to whom.
        package let addressees: [StatementID: [PartyID]]

        package init(
            party: PartyID, cosigned: TreeSize, growth: AddCheckpointRequest?,
            times: [String: Timestamp], settlements: [Settlement],
            addressees: [StatementID: [PartyID]]
        ) {
            self.addressees = addressees
            self.party = party
            self.cosigned = cosigned
            self.growth = growth
            self.times = times
            self.settlements = settlements
        }
    }

    package enum Settlement: Sendable {
        /// Receipt against the checkpoint of the answer, and the author's proof now cosigned.
        case receipted(StatementID, LogPlace, authorProof: HeldProof)
        /// Receipt and author's proof of an earlier answer that was lost on its way.
        /// `later` is the author's proof under the checkpoint that was now delivered, where outside
        /// witnesses have cosigned it.
        case known(
            StatementID, receipt: HeldProof, authorProof: HeldProof, later: HeldProof? = nil)
        case refused(StatementID, envelope: [UInt8])
    }

    var statements: [LoggableStatement] {
        switch self {
        case .local(let statement, _, _): [statement]
        case .delivered(let delivered): delivered.statements
        case .answered, .witnessed, .forkReported, .forkTold, .cosignedOutside, .look: []
        }
    }
}

/// How far a peer's clock stands from ours, by the cosignature under its latest receipt: the time
/// that the answer took to come makes it look slow by as much.
package struct ClockSkew: Hashable, Sendable {
    package let secondsAhead: Int64
    package let measuredAt: Timestamp
}

package enum LogOutcome: Sendable {
    /// Of a local statement: the id under which its payload now stands, or stood already.
    case logged(StatementID, alreadyKnown: Bool)
    /// Of a peer's delivery.
    case received(Received)
    /// Of a fork that was reported or told of, and of outside cosignatures.
    case noted
    /// Our cosignature line over a party's checkpoint.
    case cosigned([UInt8])
    /// The peer's checkpoint could not be cosigned, and nothing was taken.
    case notCosigned(WitnessDecision)
    /// Of a peer's answer. An overtaken one began from a size of the peer's log that we have gone
    /// beyond since; its new receipts were left out.
    case answerStored(settledCount: Int, isOvertaken: Bool)
    /// The peer says that it has cosigned more of our log than there is; nothing was taken.
    case peerIsAhead(theirs: TreeSize, ours: TreeSize)

    package struct Received: Sendable {
        /// Our cosignature line over the peer's checkpoint.
        package let cosignature: [UInt8]
        /// `add-checkpoint` body of our log from the size the peer knew.
        package let growth: [UInt8]
        package let statements: [Taken]
    }

    package enum Taken: Sendable {
        case new(LogPlace)
        case known
        /// Another envelope over the same payload is in the log.
        case payloadKnown(as: StatementID)
    }
}

/// Why the log writer stopped instead of going on.
package enum LogFailure: Error, Hashable, Sendable {
    /// The clock stands before the last time this node signed; it must not sign an earlier one.
    case clockWentBack(lastSigned: Timestamp, now: Timestamp)
    /// The ledger's own note is not signed by this node's key or does not fit its tiles.
    case ledgerNotOurs(String)
    /// A peer has seen a larger log than we hold: the ledger was restored from an old copy.
    case peerIsAhead(party: PartyID, theirs: TreeSize, ours: TreeSize)
    /// This node has signed a tree that its ledger does not lead to: the ledger was restored from
    /// an old copy. `log` is the party whose log it is of, nil for the node's own.
    case rolledBack(log: PartyID?, signed: TreeSize, held: TreeSize)
    /// The ledger holds a log, and what was signed last is not known.
    case lastSignedMissing

    package var reason: String {
        switch self {
        case .clockWentBack: "clock-went-back"
        case .ledgerNotOurs: "ledger-not-ours"
        case .peerIsAhead: "peer-is-ahead"
        case .rolledBack: "ledger-rolled-back"
        case .lastSignedMissing: "last-signed-missing"
        }
    }

    package var explanation: String {
        switch self {
        case .clockWentBack(let last, let now):
            "the clock says \(now), and this node has signed \(last) before"
        case .ledgerNotOurs(let why): "the ledger is not as this node left it: \(why)"
        case .peerIsAhead(let party, let theirs, let ours):
            "\(party) has cosigned \(theirs.entryCount) entries of this node's log, which has "
                + "\(ours.entryCount): the ledger was restored from an old copy"
        case .rolledBack(let log, let signed, let held):
            "this node has signed \(log.map { "\($0)'s log" } ?? "its log") at "
                + "\(signed.entryCount) entries; the ledger leads to \(held.entryCount), or to "
                + "another tree: it was restored from an old copy"
        case .lastSignedMissing:
            "the ledger holds a log, and the file that says what was signed last is gone"
        }
    }
}
