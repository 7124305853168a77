import ParleyLaw
import ParleyLog
import ParleyStatements

extension LawPage {
    /// What stands, in groups: what binds first, what is not known last.
    var status: [String] {
        let parts = [
            "first": question.first.text, "second": question.second.text,
            "day": question.day.text,
        ]
        var lines = [words("status-head", parts)]
        let order: [InstrumentStanding.Verdict] = [
            .inForce, .political, .homeLaw, .suspended, .notInForce, .unknown,
        ]
        for verdict in order {
            let standings = question.standings.filter { $0.verdict == verdict }
            guard !standings.isEmpty else { continue }
            lines += [
                "",
                verdict == .homeLaw
                    ? words("home-law-of", parts) : words(.verdict, verdict.rawValue),
            ]
            let regional = verdict == .notInForce ? standings.filter(isForMembersAlone) : []
            let regionalIDs = Set(regional.map(\.instrument))
            lines += standings.filter { !regionalIDs.contains($0.instrument) }.map(line)
            if !regional.isEmpty {
                lines.append(
                    "  \(words("members-only")): \(words.list(regional.map(\.instrument.text)))")
            }
        }
        return lines
    }

    /// Regional law that binds neither side.
    private func isForMembersAlone(_ standing: InstrumentStanding) -> Bool {
        data.instrument(standing.instrument)?.kind == .regionalLaw
            && [standing.first, standing.second].allSatisfy { $0?.standing == PartyStanding.none }
    }

    private func line(_ standing: InstrumentStanding) -> String {
        var reasons: [String] = []
        let row = data.instrument(standing.instrument)
        if standing.verdict == .notInForce, standing.rank == .multilateral,
            row?.kind != .regionalLaw, row?.inForce.map({ question.day < $0.earliest }) ?? true
        {
            reasons.append(words("nobody"))
        }
        let sides = zip([question.first, question.second], [standing.first, standing.second])
        let isNothingKnown = [standing.first, standing.second].allSatisfy {
            $0?.standing == .unknown
        }
        if !isNothingKnown {
            reasons += sides.compactMap { party, position in position.map { side(party, $0) } }
        }
        if standing.rank == .bilateral, let agreement = data.bilateral(standing.instrument) {
            if standing.verdict == .suspended, let day = agreement.suspended {
                reasons.append(words("from-to", ["date": day.text]))
            } else if let start = agreement.inForce, standing.verdict == .inForce {
                reasons.append(words("since", ["date": start.text]))
            }
        } else if standing.rank == .political, let day = row?.adopted {
            reasons.append(day.text)
        }
        let detail =
            reasons.isEmpty ? "" : words("colon") + reasons.joined(separator: words("comma"))
        return "  " + name(standing.instrument) + detail + doubt(standing.confidence)
    }

    private func side(_ party: RowID, _ position: PartyPosition) -> String {
        var text = words(.standing, position.standing.rawValue)
        if position.since == nil { text = text.replacing(" {date}", with: "") }
        return words.filled(text, ["party": party.text, "date": position.since?.text ?? ""])
    }
}
