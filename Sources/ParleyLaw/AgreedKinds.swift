package import ParleyLog
package import ParleyStatements

/// What of the tables of law goes into an agreement, where both sides sign it: from then on both
/// nodes compute with the same grounds and limits, whatever tables each of them has.
package struct AgreedKinds: Sendable {
    package let kinds: [RequestKind]
    /// Kinds that nothing in force between any two of the parties lets them ask for.
    package let left: [RowID]

    /// Where the tables name none: the program's own, to begin from.
    static let standardGrounds = ["sovereignty", "home-law", "law-or-treaty", "form"]

    /// Every kind of request of the tables, with the bases that stand between any two parties.
    ///
    /// - Throws: ``LawRefusal`` for a party that the tables do not know, or one named twice.
    package init(
        between parties: [RowID], on day: CivilDate, in data: LawData
    ) throws(LawRefusal) {
        var open: [RowID: Set<RequestBasisRow.Key>] = [:]
        for first in parties {
            for second in parties where second != first || parties.count < 2 {
                let question = try LawQuestion(first, second, on: day, conduct: nil, in: data)
                for basis in question.bases(for: nil).open where basis.row != nil {
                    open[basis.kind, default: []].insert(.init(basis))
                }
            }
        }
        var kinds: [RequestKind] = []
        var left: [RowID] = []
        for kind in data.kinds {
            let rows = data.bases.filter {
                open[kind.id]?.contains(.init(kind: $0.kind, instrument: $0.instrument)) ?? false
            }
            // SPEC law §9: A coercive kind without a basis MUST NOT be offered.
            guard !rows.isEmpty || !kind.isCoercive else {
                left.append(kind.id)
                continue
            }
            kinds.append(RequestKind(kind, on: rows, in: data))
        }
        self.kinds = kinds
        self.left = left
    }
}

extension RequestBasisRow {
    fileprivate struct Key: Hashable {
        let kind: RowID
        let instrument: RowID

        init(kind: RowID, instrument: RowID) {
            self.kind = kind
            self.instrument = instrument
        }

        init(_ basis: LegalBasis) {
            self.init(kind: basis.kind, instrument: basis.instrument)
        }
    }

    /// The basis as an agreement has it; nil for an id that is no short name.
    package func agreed(in data: LawData) -> RequestBasis? {
        guard let id = BasisID(id.text) else { return nil }
        var limits: [ClockName: ParleyStatements.TimeLimit] = [:]
        var holdDays: Int?
        for limit in timeLimits {
            guard let governs = limit.governs, let value = limit.value else { continue }
            if governs == .hold, limit.unit == "day", ["minimum", "fixed"].contains(limit.sense) {
                holdDays = max(holdDays ?? 0, value)
            }
            // SPEC law §9: Only a limit whose sense is a maximum for the requested side MUST be
            // taken for a clock.
            guard limit.sense.hasPrefix("maximum"), let name = ClockName(rawValue: governs.rawValue)
            else { continue }
            switch limit.unit {
            case "hour": limits[name] = .hours(value)
            case "day": limits[name] = .calendarDays(value)
            default: break
            }
        }
        // Tables that name no ground do not say that there is none; else nothing could be refused.
        let named = grounds.compactMap { data.refusalName(of: $0) }
        return RequestBasis(
            id: id, refusalGrounds: named.isEmpty ? AgreedKinds.standardGrounds : named,
            limits: limits, holdDays: holdDays)
    }
}

extension LawData {
    fileprivate func refusalName(of ground: RowID) -> String? {
        guard let row = groundByID[ground], row.isRefusal, !row.isForbidden else { return nil }
        return row.name
    }

    /// The row of the basis that an agreement names.
    package func row(of basis: BasisID) -> RequestBasisRow? {
        bases.first { $0.id.text == basis.text }
    }
}

extension RequestKind {
    /// Beside its bases a kind has clocks, and times to consult and to hold, to begin from: they
    /// are the program's own, and the parties change them as they agree.
    fileprivate init(_ kind: RequestKindRow, on rows: [RequestBasisRow], in data: LawData) {
        let bases = rows.compactMap { $0.agreed(in: data) }
        let standard = Standard(of: kind)
        var grounds: [String] = []
        for ground in bases.isEmpty ? AgreedKinds.standardGrounds : bases.flatMap(\.refusalGrounds)
        where !grounds.contains(ground) {
            grounds.append(ground)
        }
        self.init(
            name: kind.id.text, clocks: standard.clocks, refusalGrounds: grounds,
            postponementGrounds: ["ongoing-case"], bases: bases,
            consultation: standard.consultation,
            callBack: standard.clocks[.emergency] == nil ? [] : [.emergency],
            holdDays: kind.id.text == "preservation" ? Standard.holdDays : nil)
    }

    private struct Standard {
        /// As ETS 185 article 29(7) and the United Nations convention article 42(8) have it.
        static let holdDays = 60

        let clocks: [Urgency: RequestClocks]
        let consultation: TimeLimit?

        init(of kind: RequestKindRow) {
            let emergency = RequestClocks(
                acknowledge: .hours(2), decide: .hours(8), answer: .hours(8))
            if kind.id.text.hasPrefix("emergency") {
                clocks = [.emergency: emergency]
                consultation = nil
                return
            }
            var clocks: [Urgency: RequestClocks]
            if kind.channel == "24x7-contact" {
                consultation = .hours(24)
                clocks = [
                    .normal: RequestClocks(
                        acknowledge: .hours(8), decide: .hours(24), answer: .hours(72)),
                    .urgent: RequestClocks(
                        acknowledge: .hours(8), decide: .hours(8), answer: .hours(24)),
                    .emergency: emergency,
                ]
            } else if kind.isCoercive {
                consultation = .workingDays(5)
                clocks = [
                    .normal: RequestClocks(
                        acknowledge: .workingDays(5), decide: .calendarDays(30),
                        answer: .calendarDays(120)),
                    .urgent: RequestClocks(
                        acknowledge: .hours(8), decide: .hours(24), answer: .calendarDays(30)),
                ]
            } else {
                consultation = nil
                clocks = [
                    .normal: RequestClocks(
                        acknowledge: .hours(24), decide: .workingDays(5), answer: .workingDays(10)),
                    .urgent: RequestClocks(
                        acknowledge: .hours(8), decide: .hours(8), answer: .hours(72)),
                    .emergency: emergency,
                ]
            }
            if !kind.isUrgentAllowed { clocks = clocks.filter { $0.key == .normal } }
            self.clocks = clocks
        }
    }
}
