package import ParleyStatements

extension DialogueThread {
    /// What that act of that party is about, beside coming after the latest statements: the points
    /// that it settles, the answers that it judges. A text is agreed to by itself, so of several
    /// that wait the first alone.
    package func answered(by act: Act, of party: PartyID) -> [StatementID] {
        switch act {
        case .requestConsultReply: return openConsultations
        case .requestConditionsAccept, .requestConditionsDecline: return openConditions
        case .requestReview:
            let reviewable: [Act] = [.requestAnswer, .requestAnswerPart, .requestRefuse]
            return entries.last {
                $0.effect == .applied && reviewable.contains($0.statement.act)
            }.map { [$0.id] } ?? []
        default:
            let points = settleable(by: act, of: party).map(\.id)
            return act.form.terms.contains(.text) ? Array(points.prefix(1)) : points
        }
    }
}
