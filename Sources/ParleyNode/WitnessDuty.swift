package import ParleyExchange
package import ParleyLog
import ParleyStatements

/// What a node does as witness of the other parties' logs (C2SP tlog-witness, `Spec/log.md` §7).
///
/// It asks nobody who they are: the log's own signature is what counts, so an auditor or the log's
/// operator may bring a checkpoint as well as the log's node.
package struct WitnessDuty: Sendable {
    private let keys: AgreementKeys
    private let parties: [PartyID]
    private let logs: [(party: PartyID, key: NoteKey)]
    private let writer: LogWriter

    package init(identity: NodeIdentity, keys: AgreementKeys, writer: LogWriter) {
        self.keys = keys
        self.writer = writer
        parties = identity.parties.map(\.id)
        logs = identity.parties.map(\.id)
            .filter { $0 != identity.party.id }
            .compactMap { party in keys.log(of: party).map { (party, $0) } }
    }

    /// Answers one `add-checkpoint` request.
    ///
    /// - Returns: the cosignature line, durable as witness state; the size to begin from; or why
    ///   not, with the status that tlog-witness gives it.
    /// - Throws: ``LogFailure`` and errors of the ledger's; nothing is cosigned then.
    package func addCheckpoint(_ body: [UInt8]) async throws -> Answer {
        var refusal = WitnessRefusal.malformed
        for log in logs {
            let request: AddCheckpointRequest
            do throws(WitnessRefusal) {
                request = try AddCheckpointRequest(parsing: body, logKey: log.key)
            } catch {
                refusal = error
                // Another party's log, perhaps.
                if case .originUnknown = error { continue }
                return .refused(error)
            }
            switch try await writer.perform(.witnessed(log.party, request)) {
            case .cosigned(let line): return .cosigned(line)
            case .notCosigned(.conflict(let known)): return .conflict(known: known)
            case .notCosigned(.refused(let refusal)): return .refused(refusal)
            case .notCosigned(.cosign), .logged, .received, .answerStored, .peerIsAhead,
                .noted:
                preconditionFailure("a checkpoint is cosigned or it is not")
            }
        }
        return .refused(refusal)
    }

    /// Takes in the proof of a fork from whoever has one.
    ///
    /// - Returns: false when it is of no log of the agreement's parties.
    /// - Throws: ``ForkProofRefusal``, and errors of the ledger's.
    package func takeForkProof(_ bytes: [UInt8]) async throws -> Bool {
        let proof = try ForkProof(checking: bytes)
        // The node's own log too: a proof against it is to be seen by its own people first.
        let party = parties.first { keys.log(of: $0) == proof.log }
        guard let party else { return false }
        _ = try await writer.perform(.forkReported(party, proof))
        return true
    }

    /// The latest note of a log that this node has cosigned, by the lower-case hexadecimal SHA-256
    /// of the log's origin; nil when it has cosigned none.
    package func checkpoint(originDigest: String) async -> [UInt8]? {
        for log in logs where Digest(hashing: Array(log.key.name.utf8)).hex == originDigest {
            return await writer.witnessedNote(log.party)
        }
        return nil
    }

    package enum Answer: Sendable {
        case cosigned([UInt8])
        case conflict(known: TreeSize)
        case refused(WitnessRefusal)
    }
}
