package import ParleyLog

/// One way to ask for one kind of thing.
package struct LegalBasis: Sendable {
    /// Whether the instrument is open for the conduct.
    package enum Coverage: Hashable, Sendable {
        case covered
        case coveredIf([Condition])
        /// No conduct was described.
        case notAsked

        package var code: String {
            switch self {
            case .covered: "covered"
            case .coveredIf: "covered-if"
            case .notAsked: "not-asked"
            }
        }
    }

    package struct Ground: Hashable, Sendable {
        package let id: RowID
        package let title: String
        package let article: String?
    }

    package let kind: RowID
    package let instrument: RowID
    package let rank: InstrumentStanding.Rank
    package let verdict: InstrumentStanding.Verdict
    /// Nil: the treaty stands, but its content is not in the data.
    package let row: RequestBasisRow?
    package let coverage: Coverage
    package let dualCriminality: CriminalityOutcome
    /// Each a set that must hold as a whole; any one of them is enough.
    package let dualCriminalityAlternatives: [[Condition]]
    package let grounds: [Ground]
    package let forbiddenGrounds: [Ground]
    package let rules: [CooperationRule]
    package let channel: String
    package let languages: [String]
    package let confidence: Confidence
    package let rows: [RowReference]

    package var dualCriminalityConditions: [Condition] { dualCriminalityAlternatives.first ?? [] }

    package var mandatoryFields: [RequestBasisRow.Field] {
        row?.fields.filter(\.isRequired) ?? []
    }
}

extension LegalBasis.Ground {
    init(_ ground: RefusalGround, in instrument: RowID) {
        self.init(id: ground.id, title: ground.title, article: ground.article(in: instrument))
    }
}

/// A way that would exist, and why it is closed.
package struct ClosedBasis: Hashable, Sendable {
    package enum Why: String, Hashable, Sendable, CaseIterable {
        case notInForce = "not-in-force"
        case notKnownInForce = "not-known-in-force"
        case suspended
        case notCovered = "not-covered"
        case reserved
    }

    package let kind: RowID
    package let instrument: RowID
    package let why: Why
    package let rows: [RowReference]
}

/// The question, and what is worked out once for all kinds.
package struct LawQuestion: Sendable {
    package let data: LawData
    /// Who asks.
    package let first: RowID
    /// Who is asked.
    package let second: RowID
    package let day: CivilDate
    package let conduct: Conduct?
    package let standings: [InstrumentStanding]
    package let dual: DualCriminality?

    /// - Throws: ``LawRefusal`` for a party that the data does not know, or one party twice.
    package init(
        _ first: RowID, _ second: RowID, on day: CivilDate, conduct: Conduct?, in data: LawData
    ) throws(LawRefusal) {
        for party in [first, second] where data.partyByID[party] == nil {
            throw .partyUnknown(party.text)
        }
        guard first != second else { throw .sameParty(first.text) }
        self.data = data
        self.first = first
        self.second = second
        self.day = day
        self.conduct = conduct
        standings = data.standings(first, second, on: day)
        dual = conduct.map { data.dualCriminality(first, second, $0, on: day) }
    }

    /// The ways to ask for `kind` (for every kind when nil), best first, and those that are closed.
    package func bases(
        for kind: RowID?
    ) -> (open: [LegalBasis], closed: [ClosedBasis]) {
        var open: [LegalBasis] = []
        var closed: [ClosedBasis] = []
        let standingByID = Dictionary(grouping: standings, by: \.instrument)
            .compactMapValues(\.first)
        for row in data.bases where kind == nil || row.kind == kind {
            guard let standing = standingByID[row.instrument] else { continue }
            if let (why, rows) = obstacle(row, standing) {
                closed.append(
                    ClosedBasis(
                        kind: row.kind, instrument: row.instrument, why: why, rows: rows))
            } else {
                open.append(basis(row.kind, row, standing))
            }
        }
        open += treatiesNotRead(kind)
        open.sort {
            ($0.kind, $0.rank.rawValue, -$0.confidence.order, $0.instrument)
                < ($1.kind, $1.rank.rawValue, -$1.confidence.order, $1.instrument)
        }
        return (open, closed)
    }

    /// Agreements of the two that stand, whose content the data does not have: they still come
    /// before others, because the procedure of Budapest article 27 yields to them.
    private func treatiesNotRead(_ kind: RowID?) -> [LegalBasis] {
        let general = RowID("mla-general")
        guard kind == nil || kind == general, data.kindByID[general] != nil else { return [] }
        return standings.filter { standing in
            standing.rank == .bilateral && standing.verdict == .inForce
                && !data.bases.contains { $0.instrument == standing.instrument }
                && !(data.bilateral.first { $0.id == standing.instrument }?.kind
                    == "direct-data-access")
        }.map { basis(general, nil, $0) }
    }

    /// Why the row cannot be used, and the rows that say so.
    private func obstacle(
        _ row: RequestBasisRow, _ standing: InstrumentStanding
    ) -> (why: ClosedBasis.Why, rows: [RowReference])? {
        // SPEC law §7: A basis MUST NOT be offered on an instrument that is not in force between
        // the two, unless it is the requested side's own law or a promise, which is said.
        switch standing.verdict {
        case .notInForce: return (.notInForce, standing.rows)
        case .suspended: return (.suspended, standing.rows)
        case .unknown: return (.notKnownInForce, standing.rows)
        case .inForce, .political, .homeLaw: break
        }
        let reserved = [first, second].flatMap { party in
            (data.reservationsByParty[party] ?? []).filter {
                $0.instrument == row.instrument && $0.effect == .notApplied
                    && $0.article == row.article
            }
        }
        if !reserved.isEmpty { return (.reserved, reserved.map(\.reference)) }
        guard coverage(row, standing) == nil else { return nil }
        return (.notCovered, [row.reference] + standing.rows + (dual?.rows ?? []))
    }

    private func basis(
        _ kind: RowID, _ row: RequestBasisRow?, _ standing: InstrumentStanding
    ) -> LegalBasis {
        let instrument = standing.instrument
        let need = dualNeed(row, standing)
        let rules = data.rulesByInstrument[instrument] ?? []
        let grounds = (row?.grounds ?? []).compactMap { data.groundByID[$0] }
        let forbidden = data.grounds.filter {
            $0.isForbidden && $0.article(in: instrument) != nil
        }
        let cited =
            standing.rows + (row.map { [$0.reference] } ?? []) + rules.map(\.reference)
            + (grounds + forbidden).map(\.reference) + standing.reservations
            + [RowReference(.requestKinds, kind)]
        return LegalBasis(
            kind: kind, instrument: instrument, rank: standing.rank, verdict: standing.verdict,
            row: row, coverage: coverage(row, standing) ?? .notAsked,
            dualCriminality: need.outcome, dualCriminalityAlternatives: need.alternatives,
            grounds: grounds.map { .init($0, in: instrument) },
            forbiddenGrounds: forbidden.map { .init($0, in: instrument) }, rules: rules,
            channel: data.kindByID[kind]?.channel ?? "", languages: standing.languages,
            confidence: min(standing.confidence, row?.marks.confidence ?? .high), rows: cited)
    }
}

extension Confidence {
    fileprivate var order: Int {
        switch self {
        case .low: 0
        case .medium: 1
        case .high, .design: 2
        }
    }
}
