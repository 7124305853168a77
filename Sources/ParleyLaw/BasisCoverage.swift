extension LawQuestion {
    /// Nil: the instrument is not open for this conduct and kind.
    func coverage(
        _ row: RequestBasisRow?, _ standing: InstrumentStanding
    ) -> LegalBasis.Coverage? {
        guard let conduct, let dual, let row else { return .notAsked }
        let instrument = data.instrumentByID[standing.instrument]
        let treatyOffence = hasOffence(in: standing.instrument)
        if row.kind.text == "extradition" {
            guard let fit = treatyOffence else { return nil }
            return fit.adding(serious(instrument?.extraditionYears ?? 1, dual, needsBoth: true))
        }
        switch instrument?.kind {
        case .regionalLaw:
            // A directive that lists offences is open for these; a procedural one for any.
            let listsOffences = data.provisionsByInstrument[standing.instrument] != nil
            return listsOffences ? treatyOffence : .covered
        default: break
        }
        guard let years = instrument?.seriousCrimeYears else { return .covered }
        if let treatyOffence, treatyOffence == .covered { return treatyOffence }
        // SPEC law §7: Beyond the treaty's own offences, an instrument for serious crime MUST be
        // tried against the maximum of both sides, and both be shown.
        guard let crime = serious(years, dual, needsBoth: false) else { return treatyOffence }
        return facts(instrument?.conditions ?? [], conduct).flatMap { crime.adding($0) }
    }

    /// Whether the touched offences are in the instrument; nil when none is.
    private func hasOffence(in instrument: RowID) -> LegalBasis.Coverage? {
        guard let rows = data.provisionsByInstrument[instrument] else { return nil }
        var partial: [Condition] = []
        for pair in dual?.pairs ?? [] {
            for row in rows[pair.offence] ?? [] {
                if row.fit == .full { return .covered }
                if row.fit == .partial { partial.append(.coveredPart(row.reference)) }
            }
        }
        return partial.isEmpty ? nil : .coveredIf(partial)
    }

    /// Whether the maximum reaches `years`, on both sides or, where nobody says whose law
    /// measures, on one (rule D7).
    private func serious(
        _ years: Int, _ dual: DualCriminality, needsBoth: Bool
    ) -> LegalBasis.Coverage? {
        let sides = [
            best(dual.pairs.map { reach($0.first, years) }),
            best(dual.pairs.map { reach($0.second, years) }),
        ]
        let outcomes: [CriminalityOutcome] = sides.map(\.outcome)
        if outcomes == [.met, .met] { return .covered }
        if needsBoth {
            if outcomes.contains(.notMet) { return nil }
            return .coveredIf(sides.flatMap(\.conditions))
        }
        if !outcomes.contains(.met), !outcomes.contains(.metIf) { return nil }
        var open: [Condition] = []
        for (party, side) in zip([first, second], sides) {
            open += side.outcome == .met ? [.seriousCrimeOn(party: party)] : side.conditions
        }
        return .coveredIf(open)
    }

    private func reach(_ side: SideFinding, _ years: Int) -> Penalty.Reach {
        var tried: [Penalty.Reach] = []
        for provision in side.provisions
        where provision.outcome == .met || provision.outcome == .metIf {
            let reach = provision.penalty.reaches(years)
            if reach.outcome == .met || reach.outcome == .metIf {
                let open = provision.conditions + reach.conditions
                tried.append(.init(outcome: open.isEmpty ? .met : .metIf, conditions: open))
            } else {
                tried.append(reach)
            }
        }
        return best(tried)
    }

    private func best(_ tried: [Penalty.Reach]) -> Penalty.Reach {
        tried.max { one, other in
            one.outcome.rank == other.outcome.rank
                ? one.conditions.count > other.conditions.count
                : one.outcome.rank < other.outcome.rank
        } ?? Penalty.Reach(outcome: .unknown, conditions: [])
    }

    /// The facts that the instrument itself asks for; nil when one is said not to hold.
    private func facts(
        _ conditions: [String], _ conduct: Conduct
    ) -> LegalBasis.Coverage? {
        let named = ["organized criminal group": "organised-group"]
        var open: [Condition] = []
        for condition in conditions {
            let fact = [RowID(named[condition] ?? condition)]
            switch conduct.holds(anyOf: fact) {
            case true?: break
            case false?: return nil
            case nil: open.append(.fact(fact))
            }
        }
        return open.isEmpty ? .covered : .coveredIf(open)
    }

    /// Whether dual criminality is asked, and if so what it comes to.
    func dualNeed(
        _ row: RequestBasisRow?, _ standing: InstrumentStanding
    ) -> (outcome: CriminalityOutcome, alternatives: [[Condition]]) {
        let computed = (dual?.outcome ?? .unknown, dual?.alternatives ?? [])
        switch row?.dualCriminality {
        case .notRequired, .notApplicable: return (.notRequired, [])
        case .notRequiredForTreatyOffences, .asPreservation:
            // SPEC law §7: Preservation of data on a treaty offence MUST NOT be made to depend on
            // dual criminality.
            guard dual != nil, hasOffence(in: standing.instrument) == nil else {
                return (.notRequired, [])
            }
            // Rule D3: only a party that declared so may refuse, and declarations are not read.
            let unread = (data.reservationsByParty[second] ?? [])
                .filter { $0.instrument == standing.instrument }.map(\.reference)
            guard !unread.isEmpty, computed.0 != .met else { return (.notRequired, []) }
            let open = unread.map(Condition.reservation)
            return (.unknown, computed.1.isEmpty ? [open] : computed.1.map { open + $0 })
        case .mayBeRequired, .required: return computed
        case .unknown, nil: return (.unknown, [])
        }
    }
}

extension LegalBasis.Coverage {
    /// Both hold; nil when the other does not.
    func adding(_ other: LegalBasis.Coverage?) -> LegalBasis.Coverage? {
        guard let other else { return nil }
        switch (self, other) {
        case (.coveredIf(let some), .coveredIf(let more)):
            return .coveredIf(Set(some + more).sorted())
        case (.coveredIf, _): return self
        default: return other
        }
    }
}
