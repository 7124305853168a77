package import ParleyLog

/// How a party stands to an instrument on a day.
package enum PartyStanding: String, Hashable, Sendable, CaseIterable {
    case none, invited, signed, bound, denounced, unknown
    case notEligible = "not-eligible"
    /// The row has the party sign or accede later.
    case notYet = "not-yet"
    case inForce = "in-force"
    /// The day falls where the row's dates are not exact, or the treaty's delay is not in the data.
    case uncertain

    /// Whether it is certain that the instrument does not bind on that day.
    var isOut: Bool { ![.inForce, .uncertain, .unknown].contains(self) }
}

package struct PartyPosition: Hashable, Sendable {
    package let standing: PartyStanding
    package let since: LawDate?
    package let row: RowReference?
}

/// How an instrument stands between two parties on a day.
package struct InstrumentStanding: Hashable, Sendable {
    package enum Verdict: String, Hashable, Sendable, CaseIterable {
        case inForce = "in-force"
        case notInForce = "not-in-force"
        case suspended, political, unknown
        /// The requested side's own law, which needs no treaty.
        case homeLaw = "home-law"
    }

    package enum Rank: Int, Hashable, Sendable, Comparable {
        case bilateral = 1
        case multilateral, homeLaw, political

        package static func < (one: Rank, other: Rank) -> Bool { one.rawValue < other.rawValue }
    }

    package let instrument: RowID
    package let title: String
    package let rank: Rank
    package let verdict: Verdict
    package let first: PartyPosition?
    package let second: PartyPosition?
    package let reservations: [RowReference]
    package let languages: [String]
    /// The least sure of the rows, and the rows.
    package let confidence: Confidence
    package let rows: [RowReference]
}

extension LawData {
    /// Every instrument that could stand between the two, in the order of ranks and names.
    package func standings(
        _ first: RowID, _ second: RowID, on day: CivilDate
    ) -> [InstrumentStanding] {
        let pair = Set([first, second])
        var found = bilateral.filter { joins($0, first, second) }.map { standing(of: $0, on: day) }
        for instrument in multilateral {
            found.append(standing(of: instrument, first, second, on: day))
        }
        for instrument in instruments {
            switch instrument.kind {
            case .politicalCommitment where Set(instrument.parties) == pair:
                found.append(promise(instrument, on: day))
            case .domesticLaw where instrument.parties == [second]:
                found.append(homeLaw(instrument, on: day))
            default: break
            }
        }
        return found.sorted {
            ($0.rank.rawValue, $0.instrument) < ($1.rank.rawValue, $1.instrument)
        }
    }

    package func position(
        of party: RowID, in instrument: Instrument, on day: CivilDate
    ) -> PartyPosition {
        guard let row = statusByParty[party]?[instrument.id] else {
            // A regional law binds member states alone, and those have a row.
            let isRegional = instrument.kind == .regionalLaw
            return PartyPosition(standing: isRegional ? .none : .unknown, since: nil, row: nil)
        }
        func position(_ standing: PartyStanding, _ since: LawDate? = nil) -> PartyPosition {
            PartyPosition(standing: standing, since: since, row: row.reference)
        }
        if let denounced = row.denounced, day >= denounced.earliest {
            return position(day >= denounced.latest ? .denounced : .uncertain, denounced)
        }
        if row.status == .memberState {
            guard let start = instrument.appliesFrom ?? instrument.adopted else {
                return position(.inForce)
            }
            return position(day >= start.latest ? .inForce : .notYet, start)
        }
        if let start = row.inForce ?? derivedStart(row, instrument), day >= start.earliest {
            return position(day >= start.latest ? .inForce : .uncertain, start)
        }
        if let bound = row.bound, day >= bound.earliest {
            // SPEC law §5: Between a party's consent and the day on which the instrument enters
            // into force for it, the instrument MUST NOT count as in force.
            let isSettled = row.inForce != nil || instrument.inForce == nil
            return position(day >= bound.latest && isSettled ? .bound : .uncertain, bound)
        }
        if let signed = row.signed, day >= signed.earliest {
            return position(day >= signed.latest ? .signed : .uncertain, signed)
        }
        switch row.status {
        case .invited: return position(.invited)
        case .none: return position(.none)
        case .notEligible: return position(.notEligible)
        case .party, .signatory, .ratified, .memberState:
            return position(row.signed ?? row.bound ?? row.inForce == nil ? .uncertain : .notYet)
        }
    }

    /// The day by which an instrument in force has surely reached a party whose row has only the
    /// day of its consent: the delays of the treaties here are shorter than 90 days.
    private func derivedStart(_ row: TreatyStatus, _ instrument: Instrument) -> LawDate? {
        guard let bound = row.bound, let general = instrument.inForce else { return nil }
        let later = CivilDate(daysSinceEpoch: bound.latest.daysSinceEpoch + 90)
        return LawDate(max(later, general.latest))
    }

    private func standing(
        of instrument: Instrument, _ first: RowID, _ second: RowID, on day: CivilDate
    ) -> InstrumentStanding {
        let positions = [first, second].map { position(of: $0, in: instrument, on: day) }
        let isGenerallyOff =
            instrument.kind != .regionalLaw
            && (instrument.inForce.map { day < $0.earliest } ?? true)
        let verdict: InstrumentStanding.Verdict
        // SPEC law §5: An instrument MUST count as in force between two parties only when it is in
        // force for both on that day.
        if isGenerallyOff || positions.contains(where: \.standing.isOut) {
            verdict = .notInForce
        } else {
            verdict = positions.allSatisfy { $0.standing == .inForce } ? .inForce : .unknown
        }
        let reservations = [first, second].flatMap { party in
            (reservationsByParty[party] ?? []).filter { $0.instrument == instrument.id }
        }
        return made(
            instrument.id, instrument.short, .multilateral, verdict,
            rows: [instrument.reference] + positions.compactMap(\.row), positions: positions,
            reservations: reservations.map(\.reference), languages: instrument.languages)
    }

    private func standing(
        of agreement: BilateralAgreement, on day: CivilDate
    ) -> InstrumentStanding {
        let verdict: InstrumentStanding.Verdict
        if let denounced = agreement.denounced, day >= denounced.earliest {
            verdict = .notInForce
        } else if let suspended = agreement.suspended, day >= suspended.earliest {
            verdict = .suspended
        } else if let start = agreement.inForce {
            verdict = day >= start.latest ? .inForce : .notInForce
        } else {
            verdict = agreement.status == "in-force" ? .unknown : .notInForce
        }
        let instrument = instrumentByID[agreement.id]
        return made(
            agreement.id, instrument?.short ?? agreement.id.text, .bilateral, verdict,
            rows: [agreement.reference] + (instrument.map { [$0.reference] } ?? []),
            languages: instrument?.languages ?? [])
    }

    private func promise(_ instrument: Instrument, on day: CivilDate) -> InstrumentStanding {
        let isMade = instrument.adopted.map { day >= $0.latest } ?? true
        return made(
            instrument.id, instrument.short, .political, isMade ? .political : .notInForce,
            rows: [instrument.reference], languages: instrument.languages)
    }

    private func homeLaw(_ instrument: Instrument, on day: CivilDate) -> InstrumentStanding {
        let isOn = instrument.inForce.map { day >= $0.latest } ?? true
        return made(
            instrument.id, instrument.short, .homeLaw, isOn ? .homeLaw : .notInForce,
            rows: [instrument.reference], languages: instrument.languages)
    }

    private func made(
        _ id: RowID, _ title: String, _ rank: InstrumentStanding.Rank,
        _ verdict: InstrumentStanding.Verdict, rows: [RowReference],
        positions: [PartyPosition] = [], reservations: [RowReference] = [], languages: [String]
    ) -> InstrumentStanding {
        InstrumentStanding(
            instrument: id, title: title, rank: rank, verdict: verdict,
            first: positions.first, second: positions.last, reservations: reservations,
            languages: languages, confidence: leastSure(rows), rows: rows)
    }

    /// Whether the agreement is one of the two, or of one and the union that the other is in.
    private func joins(
        _ agreement: BilateralAgreement, _ first: RowID, _ second: RowID
    ) -> Bool {
        let parties = Set(agreement.parties)
        if parties == [first, second] { return true }
        // The union's agreements with others; between the union and its member they say nothing.
        let union = RowID("EU")
        guard parties.contains(union), first != union, second != union else { return false }
        return parties.contains(first) && isMember(second)
            || parties.contains(second) && isMember(first)
    }

    private func isMember(_ party: RowID) -> Bool {
        statusByParty[party]?.values.contains { $0.status == .memberState } ?? false
    }

    func leastSure(_ rows: [RowReference]) -> Confidence {
        rows.compactMap { marks[$0]?.confidence }.min() ?? .low
    }
}
