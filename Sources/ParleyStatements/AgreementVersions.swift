package import ParleyLog

/// The versions of one agreement that are known, and under which of them each party stands
/// (`Spec/agreement.md` §12).
///
/// A party stands under the version that it last put on record in its own log, and for what it says
/// before that version's time still under the one before. So neither a late delivery nor another
/// party's pace changes under which version a thread was opened.
package struct AgreementVersions: Hashable, Sendable {
    /// A version that a party has put on record.
    package struct Recorded: Hashable, Sendable {
        package let statement: StatementID
        /// Its place in the party's log.
        package let place: EntryIndex
        package let version: AgreementID
    }

    /// A party's word that it leaves.
    package struct Departure: Hashable, Sendable {
        package let statement: StatementID
        package let place: EntryIndex
        /// From then on it opens no thread and none is opened with it; whatever its word says, not
        /// before that was seen, by any clock, so that nothing is undone by it.
        package let until: Timestamp
    }

    /// The first version and then each as it became known.
    package private(set) var all: [Agreement]
    /// The amendments as all their parties have signed them.
    package private(set) var documents: [AgreementID: AdoptedAgreement] = [:]
    private var recorded: [PartyID: [Recorded]] = [:]
    package private(set) var departures: [PartyID: Departure] = [:]

    package init(_ first: Agreement) { all = [first] }

    package var first: Agreement { all[0] }

    /// The first version's id: what connections, seals, pouches and exports name, whichever
    /// version is in force.
    package var id: AgreementID { first.id }

    package func version(_ id: AgreementID) -> Agreement? { all.first { $0.id == id } }

    /// A version with every version that it comes after, the first left out, earliest first.
    package func amendments(upTo id: AgreementID) -> [Agreement] {
        var found: [Agreement] = []
        var next = version(id)
        while let version = next, let previous = version.amends?.previous {
            found.append(version)
            next = self.version(previous)
        }
        return found.reversed()
    }

    /// How many amendments lead to that version; nil for one that is not known.
    package func number(_ id: AgreementID) -> Int? {
        version(id) == nil ? nil : amendments(upTo: id).count
    }

    /// What the party has put on record so far, in the order of its log.
    package func recorded(by party: PartyID) -> [Recorded] { recorded[party] ?? [] }

    /// The version under which a party opens threads.
    ///
    /// - Parameter place: Where in the party's log; nil for what stands in no log yet.
    /// - Parameter time: What the opening statement says of itself, since its author signed that.
    package func version(
        of party: PartyID, before place: EntryIndex? = nil, at time: Timestamp
    ) -> Agreement {
        let inForce = recorded(by: party).last { recorded in
            guard let version = version(recorded.version) else { return false }
            return place.map { recorded.place < $0 } ?? true && version.effectiveFrom <= time
        }
        return inForce.flatMap { version($0.version) } ?? first
    }

    /// A party as the version under which it stands describes it, or else the latest that has it.
    package func party(_ id: PartyID, at time: Timestamp) -> Party? {
        version(of: id, at: time).party(id)
            ?? all.reversed().lazy.compactMap { $0.party(id) }.first
    }

    /// Every party of any version, in the order in which they came: threads of a version that is
    /// past go on.
    package func parties(at time: Timestamp) -> [Party] {
        var seen: Set<PartyID> = []
        return all.flatMap(\.parties).map(\.id).filter { seen.insert($0).inserted }
            .compactMap { party($0, at: time) }
    }

    /// The largest exhibit that any version allows, in sealed bytes; a signed amendment is let
    /// through in any case.
    package var exhibitLimitBytes: UInt64 {
        max(
            all.map(\.exhibitLimitBytes).max() ?? 0, UInt64(Agreement.envelopeSizeLimitBytes))
    }

    /// When the next version that somebody has put on record comes into force.
    package func nextChange(after time: Timestamp) -> Timestamp? {
        recorded.values.joined().compactMap { version($0.version)?.effectiveFrom }
            .filter { $0 > time }.min()
    }

    /// Since when a party has left, for what stands at `place` in that party's own log; nil while
    /// it has not.
    func departure(
        of party: PartyID, before place: EntryIndex? = nil, at now: Timestamp
    ) -> Timestamp? {
        guard let departure = departures[party], now >= departure.until,
            place.map({ departure.place < $0 }) ?? true
        else { return nil }
        return departure.until
    }

    // MARK: Learning

    /// Takes a version that every one of its parties has signed; one that is known changes nothing.
    package mutating func learn(_ adopted: AdoptedAgreement) throws(AmendmentRefusal) {
        let next = adopted.agreement
        guard version(next.id) == nil else { return }
        // SPEC agreement §12: An amendment MUST name the first version, and a version that the
        // verifier holds as previous.
        guard let amends = next.amends else { throw .notAnAmendment(next.id) }
        guard amends.first == id else { throw .ofAnother(amends.first) }
        guard let previous = version(amends.previous) else {
            throw .previousUnknown(amends.previous)
        }
        // SPEC agreement §12: An amendment MUST keep the name, exercise and algorithms of the first
        // version.
        for (field, isKept) in [
            ("name", next.name == previous.name),
            ("exercise", next.isExercise == previous.isExercise),
            ("algorithms", Set(next.algorithms) == Set(previous.algorithms)),
        ] where !isKept {
            throw .changed(field)
        }
        for version in all {
            for party in next.parties {
                try checkKept(party, of: version)
            }
        }
        all.append(next)
        documents[next.id] = adopted
    }

    private func checkKept(
        _ party: Party, of version: Agreement
    ) throws(AmendmentRefusal) {
        guard let earlier = version.party(party.id) else { return }
        // SPEC agreement §12: A party that stands in two versions MUST have the same rootKey,
        // logKey and witnessKey in both.
        for (field, isKept) in [
            ("rootKey", party.rootKey == earlier.rootKey),
            ("logKey", party.node.logKey == earlier.node.logKey),
            ("witnessKey", party.node.witnessKey == earlier.node.witnessKey),
        ] where !isKept {
            throw .changed("\(field) of \(party.id)")
        }
        for organ in party.organs {
            guard let before = earlier.organs.first(where: { $0.id == organ.id }) else { continue }
            // SPEC agreement §12: An organ that stands in two versions MUST have the same
            // signingKeys and sealingKey in both.
            guard organ.signingKeys == before.signingKeys else {
                throw .changed("signingKeys of \(party.id)/\(organ.id)")
            }
            guard organ.sealingKey == before.sealingKey else {
                throw .changed("sealingKey of \(party.id)/\(organ.id)")
            }
        }
    }

    // MARK: On the record

    /// Takes a statement that has been verified; the same one again changes nothing.
    mutating func apply(
        _ statement: Statement, id: StatementID, at place: EntryIndex, seen: Timestamp
    ) throws(StatementRefusal) {
        try check(statement, id: id, at: place)
        let party = statement.from.party
        if statement.act == .agreementAmend {
            guard !recorded(by: party).contains(where: { $0.statement == id }) else { return }
            recorded[party, default: []].append(
                Recorded(statement: id, place: place, version: statement.agreement))
            recorded[party]?.sort { $0.place < $1.place }
        } else if let until = statement.terms.until, departures[party] == nil {
            let tolerance = version(statement.agreement)?.clockToleranceSeconds ?? 0
            departures[party] = Departure(
                statement: id, place: place,
                until: max(until, seen.adding(seconds: tolerance)))
        }
    }

    /// Checks a statement against what is known so far, itself left out.
    func check(
        _ statement: Statement, id: StatementID, at place: EntryIndex?
    ) throws(StatementRefusal) {
        let party = statement.from.party
        if statement.act == .agreementAmend {
            let before = recorded(by: party).last { recorded in
                recorded.statement != id && (place.map { recorded.place < $0 } ?? true)
            }
            let next = version(statement.agreement)
            let previous = next?.amends?.previous
            // SPEC agreement §12: A party MUST put versions on record one after the other: each
            // amends the one that the party put on record last, or the first version, or one that
            // does not list the party.
            let current = before?.version ?? first.id
            let joins = previous.flatMap(version).map { $0.party(party) == nil } ?? false
            guard previous == current || joins else {
                throw .versionNotNext(statement.agreement, current: current)
            }
        } else {
            // SPEC agreement §13: A party MUST NOT say twice that it leaves.
            if let departure = departures[party], departure.statement != id {
                throw .leftAlready(party)
            }
        }
    }
}

/// Why a version is no amendment of what is known.
package enum AmendmentRefusal: Error, Hashable, Sendable {
    case notAnAmendment(AgreementID)
    case ofAnother(AgreementID)
    case previousUnknown(AgreementID)
    case changed(String)

    package var reason: String {
        switch self {
        case .notAnAmendment: "not-an-amendment"
        case .ofAnother: "amends-another-agreement"
        case .previousUnknown: "amended-version-unknown"
        case .changed: "amendment-changes-too-much"
        }
    }

    package var explanation: String {
        switch self {
        case .notAnAmendment(let id): "The agreement \(id) amends no other."
        case .ofAnother(let first): "It amends another agreement, which began as \(first)."
        case .previousUnknown(let id): "The version that it amends, \(id), is not known here."
        case .changed(let field): "An amendment cannot change \(field)."
        }
    }
}
