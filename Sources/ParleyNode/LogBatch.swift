import ParleyExchange
import ParleyLog
import ParleyStatements

/// What the log writer knows between two commits: values only, so that a batch works on a copy.
struct LogState: Sendable {
    struct Own: Sendable {
        let note: [UInt8]
        let checkpoint: Checkpoint
        let times: [String: Timestamp]
    }

    let keys: AgreementKeys
    var tree: TileTree
    var own: Own?
    var witnessed: [PartyID: VerifiedCheckpoint]
    /// The notes that go with them, with this node's own line.
    var witnessedNotes: [PartyID: [UInt8]]
    var cosignedSizes: [PartyID: TreeSize]
    /// Proofs of forks taken in since this node was started: anybody may bring one, and bringing it
    /// again must cost no commit and wake nobody.
    var forksNoted: Set<Digest> = []
    /// Since this node was started.
    var skews: [PartyID: ClockSkew] = [:]
    /// The latest time this node has put under a signature.
    var lastSigned: Timestamp?

    init(tail: LedgerTail, ledger: any Ledger, identity: NodeIdentity) throws {
        tree = TileTree(size: tail.size) { try ledger.tileHashes($0) }
        keys = try AgreementKeys(identity.versions.all)
        cosignedSizes = tail.cosignedSizes
        witnessed = [:]
        witnessedNotes = tail.witnessedNotes
        lastSigned = nil
        for (party, note) in tail.witnessedNotes {
            guard let key = keys.log(of: party) else { continue }
            let verified = try UnverifiedCheckpoint(note: note).verify(logKey: key)
            witnessed[party] = verified
            try noteSigningTime(in: verified, of: identity)
        }
        guard let note = tail.note else {
            guard tail.size.entryCount == 0 else {
                throw LogFailure.ledgerNotOurs("it holds entries and no checkpoint")
            }
            return
        }
        let verified = try UnverifiedCheckpoint(note: note).verify(logKey: identity.logSigner.key)
        guard verified.size == tail.size, try tree.root() == verified.root else {
            throw LogFailure.ledgerNotOurs("its checkpoint does not fit its tiles")
        }
        let cosignatures = try verified.cosignatures(by: [identity.witnessSigner.key])
        own = Own(
            note: note,
            checkpoint: Checkpoint(
                origin: verified.origin, size: verified.size, root: verified.root),
            times: cosignatures.reduce(into: [:]) { $0[$1.key.name] = $1.time })
        try noteSigningTime(in: verified, of: identity)
    }

    private mutating func noteSigningTime(
        in checkpoint: VerifiedCheckpoint, of identity: NodeIdentity
    ) throws {
        let times = try checkpoint.cosignatures(by: [identity.witnessSigner.key]).map(\.time)
        lastSigned = (times + [lastSigned].compactMap { $0 }).max()
    }

    /// Reading fills the tree's cache, which is why this and the next are `mutating`.
    mutating func growth(for party: PartyID, from size: TreeSize?) throws -> Growth? {
        guard let own else { return nil }
        let old = min(size ?? cosignedSizes[party] ?? TreeSize(0), own.checkpoint.size)
        return Growth(
            addCheckpointBody: try Self.addCheckpointBody(from: old, own: own, tree: &tree),
            note: own.note, size: own.checkpoint.size)
    }

    mutating func place(of index: EntryIndex, in size: TreeSize) throws -> LogPlace {
        LogPlace(
            index: index,
            proof: try Merkle.inclusionProof(of: index, in: size, reading: &tree))
    }

    static func addCheckpointBody(
        from old: TreeSize, own: Own, tree: inout TileTree
    ) throws -> [UInt8] {
        let proof = try Merkle.consistencyProof(
            from: old, to: own.checkpoint.size, reading: &tree)
        return AddCheckpointRequest.body(oldSize: old, proof: proof, note: own.note)
    }
}

/// One group commit, worked out in memory.
struct LogBatch {
    /// What a job waits for until the batch's checkpoint is signed.
    enum Draft {
        case done(LogOutcome)
        case received(LogJob.Delivered, cosignature: [UInt8], taken: [Taken])
    }

    enum Taken {
        case new(EntryIndex)
        case known
        case payloadKnown(as: StatementID)
    }

    private(set) var state: LogState
    private var known: KnownStatements
    private let identity: NodeIdentity
    private let now: Timestamp
    private var change = LedgerChange()
    private var leafHashes: [Digest] = []
    /// Proofs that wait for the batch's own checkpoint: statement, index in our log.
    private var receiptsDue: [(statement: StatementID, index: EntryIndex)] = []

    init(state: LogState, known: KnownStatements, identity: NodeIdentity, now: Timestamp) {
        self.state = state
        self.known = known
        self.identity = identity
        self.now = now
    }

    mutating func work(_ job: LogJob) throws -> Draft {
        switch job {
        case .local(let statement, let silenced, let retold):
            return local(statement, silenced: silenced, retold: retold)
        case .delivered(let delivered):
            return try received(delivered)
        case .answered(let answered):
            return try store(answered)
        case .witnessed(let party, let request):
            return try witness(request, of: party)
        case .forkReported(let party, let proof):
            note(proof, of: party)
            return .done(.noted)
        case .forkTold(let party, let fork):
            change.forksTold.append((fork, party))
            return .done(.noted)
        case .look:
            return .done(.noted)
        case .cosignedOutside(let gathered):
            change.proofs += gathered.proofs.map { ($0.statement, $0.proof) }
            change.covered += gathered.covered
            change.uncovered += gathered.lacking
            for again in gathered.again {
                change.again.append(
                    .init(statement: again.statement, party: again.party, mayFallSilent: false))
            }
            return .done(.noted)
        }
    }

    /// Signs the checkpoint over everything appended and gives back what is to be made durable.
    mutating func close() throws -> LedgerChange {
        if !leafHashes.isEmpty {
            change.tiles = try state.tree.append(leafHashes)
            try signCheckpoint()
        }
        guard let own = state.own else { return change }
        for due in receiptsDue {
            let proof = HeldProof(
                log: identity.party.id, place: try place(of: due.index), note: own.note,
                times: own.times)
            change.proofs.append((due.statement, proof))
        }
        return change
    }

    mutating func outcome(of draft: Draft) throws -> LogOutcome {
        switch draft {
        case .done(let outcome):
            return outcome
        case .received(let delivered, let cosignature, let taken):
            guard let own = state.own else {
                // Nothing was ever logged here: an empty growth says so.
                return .received(
                    .init(cosignature: cosignature, growth: [], statements: []))
            }
            let old = min(delivered.knownSize, own.checkpoint.size)
            return .received(
                .init(
                    cosignature: cosignature,
                    growth: try LogState.addCheckpointBody(
                        from: old, own: own, tree: &state.tree),
                    statements: try taken.map { taken throws -> LogOutcome.Taken in
                        switch taken {
                        case .new(let index): .new(try place(of: index))
                        case .known: .known
                        case .payloadKnown(let id): .payloadKnown(as: id)
                        }
                    }))
        }
    }

    // MARK: The three kinds of job

    private mutating func local(
        _ statement: LoggableStatement, silenced: StatementID?, retold: [LogJob.Retold]
    ) -> Draft {
        let id = statement.verified.id
        switch append(statement) {
        case .new: break
        case .known: return .done(.logged(id, alreadyKnown: true))
        case .payloadKnown(let other): return .done(.logged(other, alreadyKnown: true))
        }
        for party in statement.verified.statement.to {
            change.deliveries.append(
                .init(
                    statement: id, party: party,
                    mayFallSilent: statement.verified.statement.act != .deliverySilence))
            if let silenced { change.silenced.append((silenced, party)) }
        }
        for one in retold {
            change.deliveries.append(
                .init(statement: one.statement, party: one.party, mayFallSilent: false))
        }
        return .done(.logged(id, alreadyKnown: false))
    }

    private mutating func received(_ delivered: LogJob.Delivered) throws -> Draft {
        let decision = WitnessDecision.decide(
            stored: state.witnessed[delivered.party], request: delivered.growth)
        guard case .cosign(let checkpoint) = decision else {
            noteFork(in: delivered.growth, of: delivered.party)
            return .done(.notCosigned(decision))
        }
        guard delivered.knownSize <= state.tree.size else {
            // One peer's claim must not fail the batch that others share.
            return .done(.peerIsAhead(theirs: delivered.knownSize, ours: state.tree.size))
        }
        let (line, note) = try cosign(checkpoint, of: delivered.party)
        remember(checkpoint, note: note, of: delivered.party)
        let outside = try outsideTimes(in: checkpoint)
        let times = outside.merging([identity.witnessSigner.key.name: now]) { $1 }
        var taken: [Taken] = []
        for statement in delivered.statements {
            let place = append(statement)
            taken.append(place)
            let id = statement.verified.id
            for proof in statement.earlierProofs { change.proofs.append((id, proof)) }
            guard let authorPlace = statement.authorPlace else { continue }
            if case .new(let index) = place { receiptsDue.append((id, index)) }
            // Of one that is known already, what outside witnesses have said since is kept.
            if case .known = place, outside.isEmpty { continue }
            if case .payloadKnown = place { continue }
            change.proofs.append(
                (
                    id,
                    HeldProof(log: delivered.party, place: authorPlace, note: note, times: times)
                ))
        }
        return .received(delivered, cosignature: line, taken: taken)
    }

    private mutating func witness(
        _ request: AddCheckpointRequest, of party: PartyID
    ) throws -> Draft {
        let decision = WitnessDecision.decide(stored: state.witnessed[party], request: request)
        guard case .cosign(let checkpoint) = decision else {
            noteFork(in: request, of: party)
            return .done(.notCosigned(decision))
        }
        let (line, note) = try cosign(checkpoint, of: party)
        remember(checkpoint, note: note, of: party)
        return .done(.cosigned(line))
    }

    private mutating func store(_ answered: LogJob.Answered) throws -> Draft {
        var note: [UInt8] = []
        var times = answered.times
        var isOvertaken = false
        if let growth = answered.growth {
            let decision = WitnessDecision.decide(
                stored: state.witnessed[answered.party], request: growth)
            switch decision {
            case .cosign(let checkpoint):
                note = try cosign(checkpoint, of: answered.party).note
                remember(checkpoint, note: note, of: answered.party)
                times[identity.witnessSigner.key.name] = now
            case .conflict:
                // While it answered, the peer delivered to us, and we have cosigned more of its
                // log. What stands on its own is taken; the receipts will be known next time.
                isOvertaken = true
            case .refused:
                noteFork(in: growth, of: answered.party)
                return .done(.notCosigned(decision))
            }
        }
        if let witness = state.keys.witness(of: answered.party),
            let time = answered.times[witness.name]
        {
            state.skews[answered.party] = ClockSkew(
                secondsAhead: time.seconds(since: now), measuredAt: now)
        }
        if answered.cosigned > state.cosignedSizes[answered.party] ?? TreeSize(0) {
            state.cosignedSizes[answered.party] = answered.cosigned
            change.cosignedSizes[answered.party] = answered.cosigned
        }
        var settledCount = 0
        for settlement in answered.settlements {
            switch settlement {
            case .receipted(let id, let place, let authorProof):
                if isOvertaken { continue }
                let receipt = HeldProof(
                    log: answered.party, place: place, note: note, times: times)
                settle(id, in: answered, proofs: [receipt, authorProof])
            case .known(let id, let receipt, let authorProof, let later):
                let proofs = [receipt, authorProof, later].compactMap { $0 }
                settle(id, in: answered, proofs: proofs)
            case .refused(let id, let envelope):
                change.settlements.append(
                    .init(statement: id, party: answered.party, refusal: envelope))
            }
            settledCount += 1
        }
        return .done(.answerStored(settledCount: settledCount, isOvertaken: isOvertaken))
    }

    // MARK: Forks

    /// Keeps the proof where the request gives one, and has every party told, the accused too.
    private mutating func noteFork(in request: AddCheckpointRequest, of party: PartyID) {
        guard let key = state.keys.log(of: party), let cosigned = state.witnessed[party],
            let proof = ForkProof(log: key, cosigned: cosigned, contradictedBy: request)
        else { return }
        note(proof, of: party)
    }

    private mutating func note(_ proof: ForkProof, of party: PartyID) {
        guard state.forksNoted.count < KnownFork.limitPerParty * Agreement.partyLimit,
            state.forksNoted.insert(proof.digest).inserted
        else { return }
        change.forks.append(KnownFork(party: party, proof: proof, foundAt: now))
        change.forksToTell = identity.parties.map(\.id)
            .filter { $0 != identity.party.id }
    }

    // MARK: Steps

    private mutating func settle(
        _ id: StatementID, in answered: LogJob.Answered, proofs: [HeldProof]
    ) {
        for proof in proofs { change.proofs.append((id, proof)) }
        change.settlements.append(.init(statement: id, party: answered.party, refusal: nil))
        // SPEC exchange §6: A node MUST deliver a statement to several parties to each of them once
        // more when one has receipted it, with the author's proofs that have been cosigned by then.
        for party in answered.addressees[id] ?? [] {
            change.again.append(.init(statement: id, party: party, mayFallSilent: false))
        }
    }

    private mutating func append(_ statement: LoggableStatement) -> Taken {
        let id = statement.verified.id
        if known.entries.contains(id) { return .known }
        if let other = known.payloads[statement.payload] { return .payloadKnown(as: other) }
        known.entries.insert(id)
        known.payloads[statement.payload] = id
        let index = EntryIndex(state.tree.size.entryCount + UInt64(leafHashes.count))
        leafHashes.append(Merkle.leafHash(of: id.digest))
        let header = statement.verified.statement
        change.entries.append(
            .init(
                index: index, id: id, payload: statement.payload, thread: header.thread,
                envelope: statement.verified.envelopeBytes, takenAt: now,
                changesDirectory: header.act.changesDirectory,
                concernsOverlay: header.act.concernsOverlay,
                publishes: header.act == .textPublish ? header.exhibits.first?.blob : nil))
        return .new(index)
    }

    /// What the agreement's outside witnesses have said of the checkpoint, just now.
    private func outsideTimes(in checkpoint: VerifiedCheckpoint) throws -> [String: Timestamp] {
        try checkpoint.cosignatures(by: state.keys.outsideWitnesses)
            .filter {
                abs($0.time.seconds(since: now)) <= identity.agreement.clockToleranceSeconds
            }
            .reduce(into: [:]) { $0[$1.key.name] = $1.time }
    }

    /// Cosigns the checkpoint as it came; of the note's lines only the log's own, its party's
    /// witness's and outside witnesses' of just now are kept, so that nobody's stray line is
    /// handed on.
    private mutating func cosign(
        _ checkpoint: VerifiedCheckpoint, of party: PartyID
    ) throws -> (line: [UInt8], note: [UInt8]) {
        try advanceClock()
        let line = Array(
            try identity.witnessSigner.cosignatureLine(over: checkpoint.checkpoint, at: now).utf8)
        let outside = try outsideTimes(in: checkpoint)
        let keys =
            [state.keys.log(of: party), state.keys.witness(of: party)].compactMap { $0 }
            + state.keys.outsideWitnesses.filter { outside[$0.name] != nil }
        return (line, checkpoint.note(keeping: keys) + line)
    }

    private mutating func remember(
        _ checkpoint: VerifiedCheckpoint, note: [UInt8], of party: PartyID
    ) {
        state.witnessed[party] = checkpoint
        state.witnessedNotes[party] = note
        change.witnessedNotes[party] = note
    }

    private mutating func signCheckpoint() throws {
        try advanceClock()
        let checkpoint = Checkpoint(
            origin: identity.logSigner.key.name, size: state.tree.size,
            root: try state.tree.root())
        let note =
            try identity.logSigner.note(over: checkpoint)
            + Array(identity.witnessSigner.cosignatureLine(over: checkpoint, at: now).utf8)
        state.own = LogState.Own(
            note: note, checkpoint: checkpoint,
            times: [identity.witnessSigner.key.name: now])
        change.note = note
    }

    private mutating func advanceClock() throws {
        // SPEC log §6: A node MUST sign nothing while its clock stands before the latest time that
        // it has signed.
        if let last = state.lastSigned, now < last {
            throw LogFailure.clockWentBack(lastSigned: last, now: now)
        }
        state.lastSigned = now
    }

    private mutating func place(of index: EntryIndex) throws -> LogPlace {
        LogPlace(
            index: index,
            proof: try Merkle.inclusionProof(
                of: index, in: state.tree.size, reading: &state.tree))
    }
}
