package import ParleyLog

/// A row that an answer used, and how far to trust it.
package struct RowUse: Hashable, Sendable {
    package let reference: RowReference
    package let origin: LawLayer.Origin
    package let source: RowID
    package let asOf: LawDate
    package let confidence: Confidence
    /// Whole months from the row's date to the day of asking.
    package let ageMonths: Int
    package let isStale: Bool
}

/// What the answer does not know.
package enum LawGap: Hashable, Comparable, Sendable {
    /// No row says whether the party is bound by the instrument.
    case standingUnknown(party: RowID, instrument: RowID)
    case standingUncertain(party: RowID, instrument: RowID)
    /// The offences of this party's home law are not in the data.
    case homeLawMissing(party: RowID)
    /// Reservations or declarations are flagged, and their text is not in the data.
    case reservationsUnread(party: RowID, instrument: RowID)
    case contentMissing(instrument: RowID)
    case territoriesMissing
    case noAct

    package static func < (one: LawGap, other: LawGap) -> Bool { one.key < other.key }

    package var key: String {
        switch self {
        case .standingUnknown(let party, let instrument):
            "standing-unknown:\(party):\(instrument)"
        case .standingUncertain(let party, let instrument):
            "standing-uncertain:\(party):\(instrument)"
        case .homeLawMissing(let party): "home-law-missing:\(party)"
        case .reservationsUnread(let party, let instrument):
            "reservations-unread:\(party):\(instrument)"
        case .contentMissing(let instrument): "content-missing:\(instrument)"
        case .territoriesMissing: "territories-missing"
        case .noAct: "no-act"
        }
    }
}

/// What of a question is answered; an answer names the rows of this alone.
package enum LawTopic: Hashable, Sendable {
    case status, offence
    /// Bases for one kind of request, or for all when nil.
    case basis(RowID?)
}

/// Everything that is answered to one question.
package struct LawAnswer: Sendable {
    package static let staleAfterMonths = 18

    package let question: LawQuestion
    package let topic: LawTopic
    package let staleAfterMonths: Int
    package let open: [LegalBasis]
    package let closed: [ClosedBasis]
    package let gaps: [LawGap]
    package let uses: [RowUse]

    /// - Parameters:
    ///   - askedOn: The day of asking, from which the age of rows counts.
    /// - Throws: ``LawRefusal/kindUnknown(_:)``.
    package init(
        _ question: LawQuestion, about topic: LawTopic, askedOn: CivilDate,
        staleAfterMonths: Int = LawAnswer.staleAfterMonths
    ) throws(LawRefusal) {
        self.question = question
        self.topic = topic
        self.staleAfterMonths = staleAfterMonths
        var rows: Set<RowReference> = []
        switch topic {
        case .status:
            (open, closed) = ([], [])
            for standing in question.standings {
                rows.formUnion(standing.rows)
                rows.formUnion(standing.reservations)
            }
        case .offence:
            (open, closed) = ([], [])
            rows.formUnion(question.dual?.rows ?? [])
        case .basis(let kind):
            if let kind, question.data.kindByID[kind] == nil { throw .kindUnknown(kind.text) }
            (open, closed) = question.bases(for: kind)
            for basis in open { rows.formUnion(basis.rows) }
            for basis in closed { rows.formUnion(basis.rows) }
            rows.formUnion(question.dual?.rows ?? [])
        }
        gaps = Self.gaps(question, topic, open, closed)
        uses = question.data.uses(of: rows, askedOn: askedOn, staleAfterMonths: staleAfterMonths)
    }

    /// The rows to read with care.
    package var doubtful: [RowUse] { uses.filter { $0.isStale || $0.confidence == .low } }

    private static func gaps(
        _ question: LawQuestion, _ topic: LawTopic, _ open: [LegalBasis], _ closed: [ClosedBasis]
    ) -> [LawGap] {
        var gaps: Set<LawGap> = []
        let parties = [question.first, question.second]
        let homeless = parties.filter { question.data.provisionsBySystem[$0] == nil }
        if topic != .status {
            gaps.formUnion(homeless.map { LawGap.homeLawMissing(party: $0) })
            if let dual = question.dual, dual.pairs.isEmpty { gaps.insert(.noAct) }
        }
        if topic != .offence { gaps.insert(.territoriesMissing) }
        let named = Set(open.map(\.instrument) + closed.map(\.instrument))
        for standing in question.standings {
            let instrument = standing.instrument
            let isAsked: (RowID) -> Bool =
                switch topic {
                case .status: { _ in true }
                case .basis: { _ in named.contains(instrument) }
                // A duty matters for a side whose home law is not in the data.
                case .offence:
                    {
                        homeless.contains($0) && question.punishes(instrument)
                    }
                }
            let positions = zip(parties, [standing.first, standing.second])
            for (party, position) in positions where isAsked(party) {
                switch position?.standing {
                case .unknown?:
                    gaps.insert(.standingUnknown(party: party, instrument: instrument))
                case .uncertain?:
                    gaps.insert(.standingUncertain(party: party, instrument: instrument))
                default: break
                }
                if topic != .offence, standing.verdict == .inForce,
                    question.data.hasUnread(party, instrument)
                {
                    gaps.insert(.reservationsUnread(party: party, instrument: instrument))
                }
            }
        }
        for basis in open where basis.row == nil {
            gaps.insert(.contentMissing(instrument: basis.instrument))
        }
        return gaps.sorted()
    }
}

extension LawQuestion {
    /// Whether the instrument obliges its parties to punish one of the touched offences.
    fileprivate func punishes(_ instrument: RowID) -> Bool {
        guard let rows = data.provisionsByInstrument[instrument] else { return false }
        return dual?.pairs.contains { rows[$0.offence] != nil } ?? false
    }
}

extension LawData {
    /// The rows with their layer, date, confidence and age, in the order of names.
    package func uses(
        of rows: Set<RowReference>, askedOn: CivilDate,
        staleAfterMonths: Int = LawAnswer.staleAfterMonths
    ) -> [RowUse] {
        // SPEC law §4: Every answer MUST name the rows that it used, with layer, date and
        // confidence, and mark those that are stale or of low confidence.
        rows.sorted().compactMap { reference in
            guard let marks = marks[reference], let standing = standing[reference] else {
                return nil
            }
            let age = marks.asOf.latest.months(until: askedOn)
            return RowUse(
                reference: reference, origin: standing.origin, source: marks.source,
                asOf: marks.asOf, confidence: marks.confidence, ageMonths: age,
                isStale: marks.confidence != .design && age > staleAfterMonths)
        }
    }

    func hasUnread(_ party: RowID, _ instrument: RowID) -> Bool {
        reservationsByParty[party]?.contains {
            $0.instrument == instrument && $0.effect == .notRead
        } ?? false
    }

    /// Finds a party by its code, whatever the case.
    package func party(named text: String) throws(LawRefusal) -> RowID {
        let id = RowID(text.uppercased())
        guard partyByID[id] != nil else { throw .partyUnknown(text) }
        return id
    }
}
