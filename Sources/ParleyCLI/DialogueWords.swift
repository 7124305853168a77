import ParleyDialogue
import ParleyLog
import ParleyStatements

/// What an act is for, in a line: the help of the command that says it.
enum ActWords {
    static func abstract(_ act: Act) -> String { lines[act] ?? act.rawValue }

    private static let lines: [Act: String] = [
        .incidentReport: "tell others of an incident: --text, --attach, --about THREAD",
        .incidentAcknowledge: "say that a person has it",
        .incidentUpdate: "tell what is new; --about links other threads",
        .incidentAsk: "ask the other side",
        .incidentAnswer: "answer what was asked",
        .incidentClose: "close it",
        .campaignOpen: "count incidents as one campaign: --about THREAD …",
        .campaignJoin: "count further incidents to it, with reasons: --about THREAD …",
        .campaignSplit: "count incidents to it no longer, with reasons: --about THREAD …",
        .campaignComment: "say something about it",
        .campaignClose: "close it",
        .allegationMake:
            "allege: --claim LEVEL:CONFIDENCE:LIKELIHOOD …, --counters THREAD, --attach evidence",
        .allegationClaim: "a further claim, with its own evidence: --claim …",
        .allegationAcknowledge: "say that a person has it; nothing is admitted",
        .allegationEvidenceAsk: "ask for evidence; the answer's clock stands still",
        .allegationEvidenceGive: "supply what was asked for: --attach",
        .allegationEvidenceDecline: "say why it is not supplied",
        .allegationDeny: "deny; kept as written, and an answer",
        .allegationAcceptPart: "accept in the part that the text names",
        .allegationAccept: "accept",
        .allegationRebut: "answer a denial",
        .allegationComment: "say something beside",
        .allegationFindingPropose: "propose the text of a joint finding",
        .allegationFindingAgree: "sign the text that the other side proposed",
        .allegationFindingDecline: "say why not",
        .allegationDisagree: "put on record that the two do not agree",
        .allegationRemedy: "tell what was done about it",
        .allegationWithdraw: "take it back",
        .allegationLapse: "evidence that was asked for is overdue: it lapses",
        .allegationClose: "close it",
        .commitmentMake: "commit: --text in each language (--also zh-Hans=…)",
        .commitmentJoin: "sign the same text: it binds this party too",
        .commitmentClarify: "say what it covers, and what it does not",
        .commitmentSupport: "tell what speaks for its being kept: --about THREAD",
        .commitmentContest: "tell what speaks against it: --about THREAD",
        .commitmentJudge: "say how this party sees its keeping: --verdict yes|partly|no|unclear",
        .commitmentEnd: "end it, with reasons",
        .concernRaise: "raise a concern",
        .concernAcknowledge: "say that a person has it",
        .concernTakeUp: "put it to another party: parley concern pass THREAD --to PARTY",
        .concernAsk: "ask what is meant; the answer's clock stands still",
        .concernExplain: "answer that question",
        .concernAssure: "promise an answer by a time: --until",
        .concernAnswer: "answer",
        .concernJudge: "say whether the answer satisfies: --verdict yes|partly|no|unclear",
        .concernReopen: "say what is still open; its clocks start anew",
        .concernWithdraw: "take it back",
        .concernClose: "close it",
        .noticePublish: "publish a measure for comment: --until, --text in each language",
        .noticeComment: "comment on it",
        .noticeAnswer: "answer comments: --answering STATEMENT …, or --all",
        .noticeRevise: "publish the next version; parley notice diff THREAD shows what changed",
        .noticeConclude: "publish the text as it takes effect",
        .noticeWithdraw: "take it back",
        .sessionPropose: "propose a session: --round 1 --date TIME",
        .sessionMove: "propose another date: --date TIME",
        .sessionAgree: "agree to the date",
        .sessionDelegation: "tell who comes, by office",
        .sessionAgendaPropose: "propose the agenda; [brackets] mark what is not agreed",
        .sessionAgendaAgree: "agree to it; --ad-referendum subject to the capital",
        .sessionHold: "say that it took place: --date TIME",
        .sessionMinutesPropose: "propose the minutes",
        .sessionMinutesAgree: "agree to them",
        .sessionOutcomesPropose: "propose the list of outcomes",
        .sessionOutcomesAgree: "agree to it",
        .sessionStatementPropose: "propose the joint statement, in each language",
        .sessionStatementAgree: "agree to it",
        .sessionDecline: "say why a proposed text or date is not agreed: --answering",
        .sessionConfirm: "confirm what was agreed ad referendum",
        .sessionActionAdd: "add an action item: --owner PARTY --until TIME",
        .sessionActionDecline: "say why this party will not do it",
        .sessionActionDone: "say that it is done, with evidence: --answering, --attach",
        .sessionActionAccept: "say so too",
        .sessionActionReturn: "say what is missing",
        .sessionConclude: "end the session; its action items go on",
        .sessionCancel: "call it off",
        .sessionClose: "close the thread",
        .hotlineCall: "call: --post, the first of the ladder",
        .hotlineEscalate: "call the next post: --post",
        .hotlineAcknowledge: "a person has answered: --post",
        .hotlineRecord: "put the record of the call on record",
        .hotlineFollowUp: "follow up in writing",
        .hotlineEnd: "end a call that nobody answered, or that is no longer needed",
        .hotlineClose: "close it",
        .proceedingOpen: "say that proceedings have been opened: --from THREAD, --provision",
        .proceedingCharge: "say who is charged, under which provisions: --provision",
        .proceedingTry: "say that the matter is before a court",
        .proceedingDecide:
            "say how it was decided: --outcome convicted, acquitted, dismissed (by a court), "
            + "discontinued (by the authority), settled or transferred",
        .proceedingSanction: "say what the sanction is, under which provisions: --provision",
        .proceedingAppeal: "say that it was appealed",
        .proceedingReport: "report how it stands; also answers a question",
        .proceedingAsk: "ask the conducting party how it stands",
        .proceedingClose: "close it: there is nothing more to come",
    ]
}

extension Act {
    /// As it is written on the command line: `evidence-ask` of `allegation.evidence.ask`.
    var commandVerb: String {
        String(rawValue.drop { $0 != "." }.dropFirst()).replacing(".", with: "-")
    }
}

extension Terms {
    /// What a statement's terms say, beside its act, for people.
    var words: [String] {
        var words: [String] = []
        if let ground { words.append("ground \(ground)") }
        if let until { words.append("until \(until)") }
        if let authority { words.append(authority.rawValue) }
        if let outcome { words.append(outcome.rawValue) }
        if !provisions.isEmpty { words.append(provisions.joined(separator: "; ")) }
        if !conditions.isEmpty { words.append(conditions.joined(separator: ", ")) }
        if let custody { words.append(custody.rawValue) }
        words += claims.map(\.words)
        if let verdict { words.append("verdict \(verdict.rawValue)") }
        if let round { words.append("round \(round)") }
        if let date { words.append("on \(date)") }
        if let owner { words.append("for \(owner)") }
        if let post { words.append("post \(post)") }
        if isAdReferendum { words.append("ad referendum") }
        if let counters { words.append("counters \(counters)") }
        if !threads.isEmpty { words.append("about " + threads.map(\.text).joined(separator: ", ")) }
        if isExercise { words.append("EXERCISE") }
        return words
    }
}

extension Claim {
    /// `state: likely (55-80 %), moderate confidence`.
    var words: String {
        "\(level.rawValue): \(likelihood.rawValue) "
            + "(\(likelihood.band.lowerBound)-\(likelihood.band.upperBound) %), "
            + "\(confidence.rawValue) confidence"
    }
}

/// What waits in a thread, and what its parties have said of it beside the state.
extension ThreadWords {
    func points(of thread: DialogueThread) -> [String] {
        var lines: [String] = []
        for point in thread.points where point.kind != .pledge {
            var line = "  \(point.kind.rawValue) \(point.standing.rawValue)"
            if point.standing == .open { line += ", awaits \(point.awaited)" }
            if let due = point.due?.instant {
                line += point.isLate(at: now) ? ", LATE, was due " : ", due "
                line += both(due, thread)
            }
            if let settlement = point.settlement {
                line += ", by \(settlement.by) \(both(settlement.time, thread))"
            }
            if point.kind == .comment, let until = thread.commentsUntil, point.time > until {
                line += ", after the period"
            }
            lines += [line, "       \(point.id)"]
        }
        lines += ladder(of: thread)
        for (party, said) in thread.verdicts.sorted(by: { $0.key < $1.key }) {
            lines.append(
                "  verdict of \(party): \(said.verdict.rawValue), \(both(said.time, thread))")
        }
        if let until = thread.commentsUntil {
            lines.append("  open for comments until \(both(until, thread))")
        }
        for (member, parties) in thread.members.sorted(by: { $0.key < $1.key }) {
            lines.append(
                "  counted by \(parties.sorted().map(\.text).joined(separator: ", ")): \(member)")
        }
        return lines
    }

    /// Of a call that no person has answered: who is to be called, and since when.
    private func ladder(of thread: DialogueThread) -> [String] {
        guard thread.state == .calling, let called = thread.requested, let start = thread.openedAt
        else { return [] }
        let rungs = agreement(of: thread).dialogue.ladders[called] ?? []
        return rungs.map { rung in
            let from = start.adding(seconds: Int64(rung.afterMinutes) * 60)
            return "  post \(rung.post) of \(called): "
                + (now >= from ? "to be called since " : "to be called from ") + both(from, thread)
        }
    }

}
