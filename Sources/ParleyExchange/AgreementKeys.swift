package import ParleyLog
package import ParleyStatements

/// The verifier keys that an agreement lists, parsed once.
package struct AgreementKeys: Sendable {
    private let logs: [PartyID: NoteKey]
    private let witnesses: [PartyID: NoteKey]
    private let outside: [NoteKey]
    private let partyOfWitness: [String: PartyID]

    package init(_ agreement: Agreement) throws { try self.init([agreement]) }

    /// - Parameter versions: Of one agreement; a party's keys are the same in all that list it.
    package init(_ versions: [Agreement]) throws {
        var logs: [PartyID: NoteKey] = [:]
        var witnesses: [PartyID: NoteKey] = [:]
        var partyOfWitness: [String: PartyID] = [:]
        for party in versions.flatMap(\.parties) where logs[party.id] == nil {
            logs[party.id] = try NoteKey(text: party.node.logKey)
            let witness = try NoteKey(text: party.node.witnessKey)
            witnesses[party.id] = witness
            partyOfWitness[witness.name] = party.id
        }
        self.logs = logs
        self.witnesses = witnesses
        self.partyOfWitness = partyOfWitness
        var outside: [NoteKey] = []
        for witness in versions.flatMap(\.outsideWitnesses) {
            let key = try NoteKey(text: witness.key)
            if !outside.contains(key) { outside.append(key) }
        }
        self.outside = outside
    }

    package func log(of party: PartyID) -> NoteKey? { logs[party] }
    package func witness(of party: PartyID) -> NoteKey? { witnesses[party] }

    /// The witnesses that are of no party.
    package var outsideWitnesses: [NoteKey] { outside }

    /// Every cosigner that the agreement knows.
    package var cosigners: [NoteKey] {
        witnesses.sorted { $0.key < $1.key }.map(\.value) + outside
    }

    /// The party whose node cosigns under that key name; nil for an outside witness.
    package func party(ofWitness name: String) -> PartyID? { partyOfWitness[name] }

    /// Of the cosigners named, those that are not of the party whose log it is: the ones that a
    /// receipt's quorum counts (`Spec/agreement.md` §7).
    package func outside(_ log: PartyID, among cosigners: some Sequence<String>) -> Set<String> {
        Set(cosigners.filter { partyOfWitness[$0] != log })
    }

    /// The most cosigners outside its party that any one log's proofs hold together: each proves
    /// the statement's place in that log.
    package func outsideCount(in proofs: [HeldProof]) -> Int {
        Dictionary(grouping: proofs, by: \.log).map { log, proofs in
            outside(log, among: proofs.flatMap(\.times.keys)).count
        }.max() ?? 0
    }

    /// The earliest time by a cosigner that is not of `author`'s party (design §2.5).
    package func earliestOutside(_ author: PartyID, in times: [String: Timestamp]) -> Timestamp? {
        // SPEC exchange §6: The time of a statement MUST be the earliest cosignature time, by a
        // cosigner that is not of its author's party, in the proofs held for it.
        times.filter { partyOfWitness[$0.key] != author }.map(\.value).min()
    }
}
