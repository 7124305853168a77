package import ParleyExchange
import ParleyLog
package import ParleyStatements

/// What is checked of an answer about one statement, however it came.
struct AnswerChecks: Sendable {
    private let identity: NodeIdentity
    private let keys: AgreementKeys
    private let directory: LiveDirectory

    init(identity: NodeIdentity, keys: AgreementKeys, directory: LiveDirectory) {
        self.identity = identity
        self.keys = keys
        self.directory = directory
    }

    /// A receipt that was given before, and the author's proof that was kept with it.
    func known(
        _ receipt: [UInt8], _ authorProof: [UInt8], of id: StatementID, from party: PartyID
    ) throws -> (receipt: HeldProof, authorProof: HeldProof) {
        guard let theirLog = keys.log(of: party), let theirWitness = keys.witness(of: party),
            let ourLog = keys.log(of: identity.party.id)
        else { throw CourierFailure.answerWrong("the party has no keys") }
        let receipt = try HeldProof(
            checking: receipt, entry: id, log: party, logKey: theirLog, cosigners: keys.cosigners)
        // Without its time it would end the wait for a receipt and prove nothing.
        guard receipt.times[theirWitness.name] != nil else {
            throw CourierFailure.answerWrong("the peer has not cosigned its receipt")
        }
        return (
            receipt,
            try HeldProof(
                checking: authorProof, entry: id, log: identity.party.id, logKey: ourLog,
                cosigners: keys.cosigners)
        )
    }

    /// Only a signed word takes a statement out of the outbox.
    func refused(
        _ envelope: [UInt8], _ id: StatementID, by party: PartyID, at now: Timestamp
    ) throws -> LogJob.Settlement {
        let verifier = StatementVerifier(directory: directory.current)
        _ = try Refusal(checking: envelope, about: id, by: party, verifier: verifier, at: now)
        return .refused(id, envelope: envelope)
    }

    /// The size of our log that the peer has cosigned in the author's proof; nil when it has not.
    func cosignedSize(in authorProof: HeldProof, by party: PartyID) throws -> TreeSize? {
        guard let theirWitness = keys.witness(of: party),
            let ourLog = keys.log(of: identity.party.id),
            authorProof.times[theirWitness.name] != nil
        else { return nil }
        return try UnverifiedCheckpoint(note: authorProof.note).verify(logKey: ourLog).size
    }
}

/// What came of answers that were carried by hand.
package struct AnswersStored: Hashable, Sendable {
    /// Receipts and refusals that were new.
    package var settledCount = 0
    /// Those held already.
    package var knownCount = 0
    /// Those that were not believed.
    package var faults: [Fault] = []

    package struct Fault: Hashable, Sendable {
        package let statement: StatementID
        package let reason: String
        package let explanation: String

        package init(statement: StatementID, reason: String, explanation: String) {
            self.statement = statement
            self.reason = reason
            self.explanation = explanation
        }
    }

    package init() {}
}

/// Stores answers that came without a connection, long after the statements left.
///
/// Crash story. What an answer is checked against, the statement itself and its own log, is in the
/// ledger for ever: nothing about a pouch is remembered here, so it may have been packed twice, or
/// its statements delivered over the network meanwhile. The answers of one call are stored in one
/// commit; a call that is repeated finds them and changes nothing.
package struct AnswerKeeper: Sendable {
    private let identity: NodeIdentity
    private let checks: AnswerChecks
    private let witnesses: AgreementKeys
    private let writer: LogWriter
    private let ledger: any Ledger
    private let clock: any WallClock

    init(
        identity: NodeIdentity, keys: AgreementKeys, directory: LiveDirectory, writer: LogWriter,
        ledger: any Ledger, clock: any WallClock
    ) {
        self.identity = identity
        checks = AnswerChecks(identity: identity, keys: keys, directory: directory)
        witnesses = keys
        self.writer = writer
        self.ledger = ledger
        self.clock = clock
    }

    /// Stores what `party` answered; one answer that is not believed does not hold up the others.
    package func store(
        _ answers: [PouchAnswer], from party: PartyID
    ) async throws -> AnswersStored {
        var stored = AnswersStored()
        var settlements: [LogJob.Settlement] = []
        var settledCount = 0
        var cosigned = TreeSize(0)
        for answer in answers {
            do {
                let (entry, held) = try await answered(answer, from: party)
                if let held {
                    // It may have been delivered once more; that is done with then.
                    settlements += held.settlement
                    stored.knownCount += 1
                    continue
                }
                let (settlement, size) = try check(answer, of: entry, from: party)
                settlements.append(settlement)
                settledCount += 1
                cosigned = max(cosigned, size)
            } catch let fault as AnswerFault {
                stored.faults.append(
                    .init(
                        statement: answer.statement, reason: fault.reason,
                        explanation: fault.explanation))
            }
        }
        guard !settlements.isEmpty else { return stored }
        _ = try await writer.perform(
            .answered(
                .init(
                    party: party, cosigned: cosigned, growth: nil, times: [:],
                    settlements: settlements, addressees: [:])))
        stored.settledCount = settledCount
        return stored
    }

    private struct AnswerFault: Error {
        let reason: String
        let explanation: String
    }

    /// An answer that was taken before.
    private struct Held {
        let settlement: [LogJob.Settlement]
    }

    /// - Returns: the statement that is answered, and the answer if it is held already.
    private func answered(
        _ answer: PouchAnswer, from party: PartyID
    ) async throws -> (LedgerEntry, Held?) {
        // SPEC pouch §6: A node MUST NOT take an answer about a statement that its party has not
        // addressed to the party that packed the pouch.
        guard let entry = try await ledger.entry(answer.statement),
            let statement = try? UnverifiedStatement(parsing: entry.envelope).header,
            statement.from.party == identity.party.id,
            statement.to.contains(party) || statement.act.changesDirectory
        else {
            throw AnswerFault(
                reason: "answer-of-another",
                explanation: "this party has addressed no such statement to \(party)")
        }
        switch answer.outcome {
        case .receipted:
            let own = identity.party.id
            guard let receipt = entry.proofs.first(where: { $0.log == party }),
                let authorProof = entry.proofs.first(where: { $0.log == own })
            else { return (entry, nil) }
            return (
                entry,
                Held(settlement: [.known(entry.id, receipt: receipt, authorProof: authorProof)])
            )
        case .refused:
            let isKnown = try await ledger.refusals().contains {
                $0.statement == entry.id && $0.party == party
            }
            return (entry, isKnown ? Held(settlement: []) : nil)
        }
    }

    private func check(
        _ answer: PouchAnswer, of entry: LedgerEntry, from party: PartyID
    ) throws -> (LogJob.Settlement, TreeSize) {
        do {
            switch answer.outcome {
            case .receipted(let receipt, let authorProof):
                let known = try checks.known(receipt, authorProof, of: entry.id, from: party)
                guard
                    let cosigned = try checks.cosignedSize(in: known.authorProof, by: party)
                else {
                    throw AnswerFault(
                        reason: "author-proof-not-cosigned",
                        explanation: "\(party) has not cosigned this party's log in it")
                }
                for proof in [known.receipt, known.authorProof] {
                    try checkTime(of: proof, by: party, since: entry.takenAt)
                }
                return (
                    .known(entry.id, receipt: known.receipt, authorProof: known.authorProof),
                    cosigned
                )
            case .refused(let envelope):
                return (
                    try checks.refused(envelope, entry.id, by: party, at: clock.now()), TreeSize(0)
                )
            }
        } catch let fault as AnswerFault {
            throw fault
        } catch let fault as RefusalFault {
            throw AnswerFault(reason: fault.reason, explanation: fault.explanation)
        } catch let refusal as ReceiptRefusal {
            throw AnswerFault(reason: refusal.reason, explanation: refusal.explanation)
        } catch {
            throw AnswerFault(reason: "answer-wrong", explanation: "\(error)")
        }
    }

    /// The network's answers come at once and are held to the clock from both sides; a pouch may
    /// have travelled for weeks, so what is known is only that it was opened after it was packed.
    private func checkTime(
        of proof: HeldProof, by party: PartyID, since logged: Timestamp
    ) throws {
        guard let witness = witnesses.witness(of: party), let time = proof.times[witness.name]
        else { return }
        let tolerance = identity.agreement.clockToleranceSeconds
        // SPEC pouch §6: A node MUST refuse a receipt out of a pouch whose time lies after its own
        // clock, or before it logged the statement, by more than the agreement's tolerance.
        guard time.seconds(since: clock.now()) <= tolerance,
            logged.seconds(since: time) <= tolerance
        else {
            throw AnswerFault(
                reason: "receipt-time-unfit",
                explanation: "\(party) says \(time); the statement was logged \(logged) and it is "
                    + "\(clock.now()) here")
        }
    }
}
