/// What each act is made of: the table of `Spec/statement.md` §5.
extension Act {
    package var form: Form {
        switch self {
        case .requestSubmit:
            Form(
                [.kind, .urgency], optional: [.basis, .law, .follows, .exercise], body: .required,
                exhibits: true, opensThread: true)
        case .requestClarificationAsk, .requestAcceptPart, .requestConsultReply:
            Form(body: .required)
        case .requestClarificationGive, .requestAnswer, .requestAnswerPart:
            Form(body: .required, exhibits: true)
        case .requestRefuse: Form([.ground], body: .required)
        case .requestPostpone: Form([.ground, .until], body: .required)
        case .requestProgress: Form(body: .optional, exhibits: true)
        case .requestReview: Form([.review], body: .optional)
        case .requestAcknowledge, .requestAccept, .requestWithdraw, .requestClose,
            .requestConditionsAccept, .requestConditionsDecline:
            Form(body: .optional)
        case .requestAuthorityCheck: Form([.authority], body: .required)
        case .requestConsult: Form([.ground], body: .required)
        case .requestConditionsPropose: Form([.conditions], body: .required)
        case .requestHold, .requestRenew: Form([.until], body: .optional)
        case .proceedingOpen:
            Form(
                optional: [.follows, .provisions, .exercise], body: .required, exhibits: true,
                opensThread: true)
        case .proceedingCharge, .proceedingSanction:
            Form([.provisions], body: .required, exhibits: true)
        case .proceedingDecide:
            Form([.outcome], optional: [.provisions], body: .required, exhibits: true)
        case .proceedingTry, .proceedingAppeal, .proceedingClose: Form(body: .optional)
        case .proceedingReport: Form(body: .required, exhibits: true)
        case .proceedingAsk: Form(body: .required)
        case .deliverySilence: Form([.silentParty], body: .none)
        case .keysAdd: Form([.signingKey], body: .none, opensThread: true)
        case .keysRetire: Form([.key], body: .none, opensThread: true)
        case .keysRevoke: Form([.key, .since], body: .none, opensThread: true)
        case .lawShare: Form(body: .none, document: .lawOverlay, opensThread: true)
        case .lawAdopt: Form(body: .none, document: .lawOverlay)
        case .lawWithdraw: Form(body: .optional)
        case .agreementAmend: Form(body: .none, document: .agreement, opensThread: true)
        case .agreementLeave: Form([.until], body: .optional, opensThread: true)
        case .custodyRecord: Form([.custody, .exhibit], body: .required)
        case .textPublish: Form(body: .none, document: .text)
        case .incidentReport, .incidentAcknowledge, .incidentUpdate, .incidentAsk, .incidentAnswer,
            .incidentClose, .campaignOpen, .campaignJoin, .campaignSplit, .campaignComment,
            .campaignClose:
            incidentForm
        default: dialogueForm
        }
    }

    private var incidentForm: Form {
        switch self {
        case .incidentReport, .campaignOpen:
            Form(
                optional: [.follows, .threads, .exercise], body: .required, exhibits: true,
                opensThread: true)
        case .incidentUpdate: Form(optional: [.threads], body: .required, exhibits: true)
        case .campaignJoin, .campaignSplit: Form([.threads], body: .required)
        case .incidentAsk: Form(body: .required)
        case .incidentAnswer, .campaignComment: Form(body: .required, exhibits: true)
        default: Form(body: .optional)
        }
    }

    private var dialogueForm: Form {
        switch self {
        case .allegationMake:
            Form(
                [.claims], optional: [.threads, .counters, .exercise], body: .required,
                exhibits: true, opensThread: true)
        case .allegationClaim: Form([.claims], body: .required, exhibits: true)
        case .allegationFindingPropose, .sessionAgendaPropose, .sessionMinutesPropose,
            .sessionOutcomesPropose, .sessionStatementPropose, .noticeConclude:
            Form([.text], body: .required, exhibits: true)
        case .allegationFindingAgree, .commitmentJoin: Form([.text], body: .optional)
        case .sessionAgendaAgree, .sessionMinutesAgree, .sessionOutcomesAgree,
            .sessionStatementAgree:
            Form([.text], optional: [.adReferendum], body: .optional)
        case .commitmentMake:
            Form(
                [.text], optional: [.follows, .exercise], body: .required, exhibits: true,
                opensThread: true)
        case .commitmentSupport, .commitmentContest:
            Form(optional: [.threads], body: .required, exhibits: true)
        case .commitmentJudge, .concernJudge: Form([.verdict], body: .optional)
        case .concernRaise:
            Form(
                optional: [.follows, .exercise], body: .required, exhibits: true,
                opensThread: true)
        case .concernTakeUp: Form([.threads], body: .optional)
        case .concernAssure: Form([.until], body: .required)
        case .noticePublish:
            Form(
                [.text, .until], optional: [.follows, .exercise], body: .required, exhibits: true,
                opensThread: true)
        case .noticeRevise: Form([.text], optional: [.until], body: .required, exhibits: true)
        case .sessionPropose:
            Form(
                [.round, .date], optional: [.follows, .exercise], body: .required, exhibits: true,
                opensThread: true)
        case .sessionMove: Form([.date], body: .optional)
        case .sessionHold: Form([.date], body: .optional, exhibits: true)
        case .sessionActionAdd: Form([.owner, .until], body: .required)
        case .hotlineCall:
            Form(
                [.post], optional: [.threads, .exercise], body: .required, exhibits: true,
                opensThread: true)
        case .hotlineEscalate, .hotlineAcknowledge: Form([.post], body: .optional)
        case .allegationEvidenceAsk, .allegationEvidenceDecline, .allegationFindingDecline,
            .allegationDisagree, .commitmentClarify, .commitmentEnd, .concernAsk, .concernReopen,
            .sessionDelegation, .sessionDecline, .sessionActionDecline, .sessionActionReturn,
            .sessionCancel:
            Form(body: .required)
        case .allegationEvidenceGive, .allegationDeny, .allegationAcceptPart, .allegationAccept,
            .allegationRebut, .allegationComment, .allegationRemedy, .concernExplain,
            .concernAnswer, .noticeComment, .noticeAnswer, .sessionActionDone, .hotlineRecord,
            .hotlineFollowUp:
            Form(body: .required, exhibits: true)
        default: Form(body: .optional)
        }
    }

    /// Whether the statement brings a text that others can sign too: its body holds the text and
    /// its `text` the digest.
    package var proposesText: Bool {
        form.terms.contains(.text) && form.body == .required
    }
}

extension Terms {
    package func holds(_ term: Act.Term) -> Bool {
        switch term {
        case .kind: kind != nil
        case .urgency: urgency != nil
        case .until: until != nil
        case .ground: ground != nil
        case .review: review != nil
        case .silentParty: silentParty != nil
        case .signingKey: signingKey != nil
        case .key: key != nil
        case .since: since != nil
        case .basis: basis != nil
        case .law: law != nil
        case .follows: follows != nil
        case .conditions: !conditions.isEmpty
        case .authority: authority != nil
        case .provisions: !provisions.isEmpty
        case .outcome: outcome != nil
        case .custody: custody != nil
        case .exhibit: exhibit != nil
        case .text: text != nil
        case .claims: !claims.isEmpty
        case .threads: !threads.isEmpty
        case .counters: counters != nil
        case .verdict: verdict != nil
        case .round: round != nil
        case .date: date != nil
        case .owner: owner != nil
        case .adReferendum: isAdReferendum
        case .post: post != nil
        case .exercise: isExercise
        }
    }
}
