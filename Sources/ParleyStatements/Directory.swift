package import ParleyLog

/// Who speaks: under which version of the agreement each party stands, and which keys speak for
/// which organ, those that the agreement lists as the key changes on the record have added and
/// ended them since (`Spec/agreement.md` §12, `Spec/keys.md`).
///
/// What counts is the order in the author's own log, which neither a late delivery nor a wrong
/// clock can move: a key speaks for what stands there after its addition and before its end.
package struct Directory: Sendable {
    /// Of one organ, at one time.
    package static let keyLimit = 16

    /// One change on the record.
    package struct Change: Hashable, Sendable {
        package let statement: StatementID
        /// Its place in its author's log.
        package let place: EntryIndex
        /// Of a revocation: from when on its party thinks the key was in other hands.
        package let since: Timestamp?
    }

    /// One key of an organ, with how it came and went.
    package struct Entry: Sendable {
        package let key: Organ.SigningKey
        /// Nil for a key that the agreement lists.
        package let addition: Change?
        package fileprivate(set) var retirement: Change?
        package fileprivate(set) var revocation: Change?
        let signer: SignerKeys

        /// The name of the entry: the id of its Ed25519 key.
        package var id: KeyID { KeyID(algorithm: .ed25519, publicKey: key.keys.ed25519) }
        /// Whether nothing has ended it so far.
        package var isLive: Bool { retirement == nil && revocation == nil }

        func isAdded(before place: EntryIndex?) -> Bool {
            guard let addition, let place else { return true }
            return addition.place < place
        }
    }

    package private(set) var versions: AgreementVersions
    private var roots: [PartyID: Entry] = [:]
    private var organs: [Seat: [Entry]] = [:]
    /// Every public key that stands anywhere in the agreement or was added since, by its bytes.
    private var publicKeys: Set<[UInt8]> = []

    package init(_ first: Agreement) {
        versions = AgreementVersions(first)
        list(first)
    }

    /// Knows the same versions, with nothing on the record yet.
    package init(knowing versions: AgreementVersions) {
        self.init(versions.first)
        // Each came after those before it when it was learned.
        _ = learn(versions.all.compactMap { versions.documents[$0.id] })
    }

    /// Takes a version of the agreement that all its parties have signed.
    package mutating func learn(_ adopted: AdoptedAgreement) throws(AmendmentRefusal) {
        let isKnown = versions.version(adopted.agreement.id) != nil
        try versions.learn(adopted)
        if !isKnown { list(adopted.agreement) }
    }

    /// Takes versions in whatever order they come.
    ///
    /// - Returns: why those that are left follow none, or change what an amendment cannot.
    package mutating func learn(_ adopted: [AdoptedAgreement]) -> [AmendmentRefusal] {
        var left = adopted
        while true {
            var refused: [(adopted: AdoptedAgreement, refusal: AmendmentRefusal)] = []
            for one in left {
                do throws(AmendmentRefusal) {
                    try learn(one)
                } catch {
                    refused.append((one, error))
                }
            }
            if refused.count == left.count { return refused.map(\.refusal) }
            left = refused.map(\.adopted)
        }
    }

    /// Lists the keys of a version's parties and organs that no earlier version has.
    private mutating func list(_ agreement: Agreement) {
        publicKeys.formUnion(agreement.publicKeys)
        for party in agreement.parties {
            if roots[party.id] == nil {
                roots[party.id] = Entry(
                    Organ.SigningKey(
                        keys: party.rootKey, notBefore: agreement.effectiveFrom, notAfter: .latest))
            }
            for organ in party.organs {
                let seat = Seat(party: party.id, organ: organ.id)
                // An agreement holds parsed key sets only, so none is left out here.
                if organs[seat] == nil {
                    organs[seat] = organ.signingKeys.compactMap { Entry($0) }
                }
            }
        }
    }

    /// Every key that the organ ever had, the agreement's first; nil when there is no such organ.
    package func entries(of seat: Seat) -> [Entry]? { organs[seat] }

    /// The organ's keys that speak now, valid at `now`, the newest last.
    package func live(of seat: Seat, at now: Timestamp) -> [Entry] {
        (organs[seat] ?? []).filter {
            $0.isLive && $0.key.notBefore <= now && now <= $0.key.notAfter
        }
    }

    /// Of these pairs the one that has come last and speaks for the organ at `now`.
    package func newestLive(
        of seat: Seat, at now: Timestamp, among pairs: [SigningKeyPair]
    ) -> SigningKeyPair? {
        for entry in live(of: seat, at: now).reversed() {
            if let pair = pairs.first(where: { $0.publicKeys == entry.key.keys }) { return pair }
        }
        return nil
    }

    /// Finds the key that signed what stands at `place` in the log of the seat's party.
    ///
    /// - Parameter place: Nil for what stands in no log yet.
    func signer(
        _ keyID: KeyID, of seat: Seat, at place: EntryIndex?
    ) throws(StatementRefusal) -> Entry {
        let entry = organs[seat]?.first { $0.signer.keyIDs.contains(keyID) }
        // SPEC keys §4: A statement MUST NOT be signed with a key whose addition does not stand
        // before it in its author's log.
        guard let entry, entry.isAdded(before: place) else { throw .signatureUnknown(keyID) }
        // SPEC keys §4: A statement MUST NOT be signed with a key whose retirement or revocation
        // stands before it in its author's log.
        if isBefore(entry.revocation, place) { throw .keyRevoked(keyID) }
        if isBefore(entry.retirement, place) { throw .keyRetired(keyID) }
        return entry
    }

    private func isBefore(_ change: Change?, _ place: EntryIndex?) -> Bool {
        guard let change else { return false }
        guard let place else { return true }
        return change.place < place
    }

    /// The root key of a party.
    func root(_ keyID: KeyID, of party: PartyID) throws(StatementRefusal) -> Entry {
        // SPEC keys §3: A key change MUST be signed by the root key of its author's party.
        // SPEC agreement §13: agreement.leave MUST be signed by the root key of its author's party.
        guard let root = roots[party], root.signer.keyIDs.contains(keyID) else {
            throw .signatureUnknown(keyID)
        }
        return root
    }

    // MARK: Changing

    /// Takes a change that has been verified; the same one again changes nothing.
    ///
    /// - Parameter seen: when it was first seen by somebody else than its author, as far as known.
    package mutating func apply(
        _ change: VerifiedStatement, at place: EntryIndex, seen: Timestamp
    ) throws(StatementRefusal) {
        try check(change.statement, id: change.id, at: place)
        let statement = change.statement
        guard statement.act.changesKeys else {
            try versions.apply(statement, id: change.id, at: place, seen: seen)
            return
        }
        let made = Change(
            statement: change.id, place: place, since: statement.terms.since)
        var entries = organs[statement.from] ?? []
        if let key = statement.terms.signingKey {
            guard !entries.contains(where: { $0.addition?.statement == change.id }),
                let entry = Entry(key, added: made)
            else { return }
            entries.append(entry)
            publicKeys.formUnion(key.keys.all)
        } else if let index = entries.firstIndex(where: { $0.id == statement.terms.key }) {
            if statement.act == .keysRevoke {
                entries[index].revocation = made
            } else {
                entries[index].retirement = made
            }
        }
        organs[statement.from] = entries
    }

    /// Checks a change against what is known so far, itself left out.
    ///
    /// - Parameter place: Nil for a change that stands in no log yet.
    func check(
        _ statement: Statement, id: StatementID, at place: EntryIndex?
    ) throws(StatementRefusal) {
        guard statement.act.changesKeys else {
            try versions.check(statement, id: id, at: place)
            return
        }
        let entries = organs[statement.from] ?? []
        if let key = statement.terms.signingKey {
            guard !entries.contains(where: { $0.addition?.statement == id }) else { return }
            try check(adding: key, to: entries)
        } else if let keyID = statement.terms.key {
            // SPEC keys §3: The key that is retired or revoked MUST be one of the organ's.
            guard let entry = entries.first(where: { $0.id == keyID }) else {
                throw .keyNotOfOrgan(keyID)
            }
            // SPEC keys §3: A key MUST NOT be retired or revoked twice, nor retired once it is
            // revoked.
            let same = statement.act == .keysRevoke ? entry.revocation : entry.retirement
            if same?.statement == id { return }
            guard same == nil, statement.act == .keysRevoke || !isBefore(entry.revocation, place)
            else { throw .keyEnded(keyID) }
        }
    }

    private func check(
        adding key: Organ.SigningKey, to entries: [Entry]
    ) throws(StatementRefusal) {
        // SPEC keys §3: The keys of an addition MUST have one public key for each of the
        // agreement's algorithms and no other.
        guard Set(key.keys.algorithms) == Set(versions.first.algorithms) else {
            throw .keyAlgorithmsWrong
        }
        // SPEC keys §3: The notBefore of an addition MUST be earlier than its notAfter.
        guard key.notBefore < key.notAfter else { throw .validityEmpty }
        // SPEC keys §3: An added public key MUST NOT stand in the agreement nor have been added
        // before, whatever has become of it.
        for algorithm in key.keys.algorithms {
            guard let bytes = key.keys.bytes(algorithm), publicKeys.contains(bytes) else {
                continue
            }
            throw .keyTwice(KeyID(algorithm: algorithm, publicKey: bytes))
        }
        // SPEC keys §3: An organ MUST NOT have more than 16 keys that are neither retired nor
        // revoked.
        guard entries.count(where: \.isLive) < Self.keyLimit else {
            throw .tooManyKeys(limitCount: Self.keyLimit)
        }
    }
}

extension Directory.Entry {
    fileprivate init?(_ key: Organ.SigningKey, added: Directory.Change? = nil) {
        guard let signer = try? SignerKeys(key.keys) else { return nil }
        self.key = key
        self.signer = signer
        addition = added
    }
}

extension PublicKeySet {
    fileprivate var all: [[UInt8]] { algorithms.compactMap(bytes) }
}

extension Agreement {
    /// The bytes of every public key in the document.
    fileprivate var publicKeys: Set<[UInt8]> {
        var found: Set<[UInt8]> = []
        var verifierKeys = outsideWitnesses.map(\.key)
        for party in parties {
            found.formUnion(party.rootKey.all)
            for organ in party.organs {
                found.insert(organ.sealingKey)
                for key in organ.signingKeys { found.formUnion(key.keys.all) }
            }
            verifierKeys += [party.node.logKey, party.node.witnessKey]
        }
        return found.union(
            verifierKeys.compactMap { try? NoteKey(text: $0).publicKey })
    }
}
