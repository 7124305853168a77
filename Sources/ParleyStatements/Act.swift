/// What a statement does. The text is `subject.verb`; one case per row of `Spec/statement.md` §5.
package enum Act: String, Hashable, Sendable, CaseIterable {
    case requestSubmit = "request.submit"
    case requestAcknowledge = "request.acknowledge"
    case requestClarificationAsk = "request.clarification.ask"
    case requestClarificationGive = "request.clarification.give"
    case requestAccept = "request.accept"
    case requestAcceptPart = "request.accept-part"
    case requestRefuse = "request.refuse"
    case requestPostpone = "request.postpone"
    case requestProgress = "request.progress"
    case requestAnswerPart = "request.answer-part"
    case requestAnswer = "request.answer"
    case requestReview = "request.review"
    case requestWithdraw = "request.withdraw"
    case requestClose = "request.close"
    /// The requested side records that it called the requester's authority back.
    case requestAuthorityCheck = "request.authority.check"
    /// It means to refuse, on a ground, and asks the requester first.
    case requestConsult = "request.consult"
    case requestConsultReply = "request.consult.reply"
    case requestConditionsPropose = "request.conditions.propose"
    case requestConditionsAccept = "request.conditions.accept"
    case requestConditionsDecline = "request.conditions.decline"
    /// What the request asks to be held is held, until an instant.
    case requestHold = "request.hold"
    /// The requester asks for it to be held longer.
    case requestRenew = "request.renew"
    case proceedingOpen = "proceeding.open"
    case proceedingCharge = "proceeding.charge"
    case proceedingTry = "proceeding.try"
    case proceedingDecide = "proceeding.decide"
    case proceedingSanction = "proceeding.sanction"
    case proceedingAppeal = "proceeding.appeal"
    case proceedingReport = "proceeding.report"
    case proceedingAsk = "proceeding.ask"
    case proceedingClose = "proceeding.close"
    /// A party's own rows over the shipped tables of law; the document is its exhibit.
    case lawShare = "law.share"
    /// The same document, signed by another party: an overlay that both have signed.
    case lawAdopt = "law.adopt"
    case lawWithdraw = "law.withdraw"
    case incidentReport = "incident.report"
    case incidentAcknowledge = "incident.acknowledge"
    case incidentUpdate = "incident.update"
    case incidentAsk = "incident.ask"
    case incidentAnswer = "incident.answer"
    case incidentClose = "incident.close"
    case campaignOpen = "campaign.open"
    /// Incidents that its author counts to the campaign, with reasons.
    case campaignJoin = "campaign.join"
    case campaignSplit = "campaign.split"
    case campaignComment = "campaign.comment"
    case campaignClose = "campaign.close"
    case allegationMake = "allegation.make"
    /// A further claim, with its own evidence.
    case allegationClaim = "allegation.claim"
    /// A person has it; nothing is admitted.
    case allegationAcknowledge = "allegation.acknowledge"
    case allegationEvidenceAsk = "allegation.evidence.ask"
    case allegationEvidenceGive = "allegation.evidence.give"
    case allegationEvidenceDecline = "allegation.evidence.decline"
    /// An answer, kept as written.
    case allegationDeny = "allegation.deny"
    case allegationAcceptPart = "allegation.accept-part"
    case allegationAccept = "allegation.accept"
    case allegationRebut = "allegation.rebut"
    case allegationComment = "allegation.comment"
    case allegationFindingPropose = "allegation.finding.propose"
    case allegationFindingAgree = "allegation.finding.agree"
    case allegationFindingDecline = "allegation.finding.decline"
    /// That the two do not agree, in its author's words.
    case allegationDisagree = "allegation.disagree"
    case allegationRemedy = "allegation.remedy"
    case allegationWithdraw = "allegation.withdraw"
    /// Evidence that was asked for did not come in time.
    case allegationLapse = "allegation.lapse"
    case allegationClose = "allegation.close"
    case commitmentMake = "commitment.make"
    /// The same text, signed by another party: it binds that one too.
    case commitmentJoin = "commitment.join"
    case commitmentClarify = "commitment.clarify"
    /// What speaks for its being kept.
    case commitmentSupport = "commitment.support"
    case commitmentContest = "commitment.contest"
    /// How its author sees its keeping now.
    case commitmentJudge = "commitment.judge"
    case commitmentEnd = "commitment.end"
    case concernRaise = "concern.raise"
    case concernAcknowledge = "concern.acknowledge"
    /// The party that was told puts it to another, in the thread named.
    case concernTakeUp = "concern.take-up"
    case concernAsk = "concern.ask"
    case concernExplain = "concern.explain"
    /// A promise to answer by an instant.
    case concernAssure = "concern.assure"
    case concernAnswer = "concern.answer"
    case concernJudge = "concern.judge"
    case concernReopen = "concern.reopen"
    case concernWithdraw = "concern.withdraw"
    case concernClose = "concern.close"
    case noticePublish = "notice.publish"
    case noticeComment = "notice.comment"
    case noticeAnswer = "notice.answer"
    case noticeRevise = "notice.revise"
    /// The text as it takes effect.
    case noticeConclude = "notice.conclude"
    case noticeWithdraw = "notice.withdraw"
    case sessionPropose = "session.propose"
    case sessionMove = "session.move"
    case sessionAgree = "session.agree"
    case sessionDelegation = "session.delegation"
    case sessionAgendaPropose = "session.agenda.propose"
    case sessionAgendaAgree = "session.agenda.agree"
    case sessionHold = "session.hold"
    case sessionMinutesPropose = "session.minutes.propose"
    case sessionMinutesAgree = "session.minutes.agree"
    case sessionOutcomesPropose = "session.outcomes.propose"
    case sessionOutcomesAgree = "session.outcomes.agree"
    case sessionStatementPropose = "session.statement.propose"
    case sessionStatementAgree = "session.statement.agree"
    /// A text that was proposed is not agreed, with reasons.
    case sessionDecline = "session.decline"
    /// What was agreed ad referendum is agreed by the capital too.
    case sessionConfirm = "session.confirm"
    case sessionActionAdd = "session.action.add"
    case sessionActionDecline = "session.action.decline"
    case sessionActionDone = "session.action.done"
    case sessionActionAccept = "session.action.accept"
    case sessionActionReturn = "session.action.return"
    case sessionConclude = "session.conclude"
    case sessionCancel = "session.cancel"
    case sessionClose = "session.close"
    case hotlineCall = "hotline.call"
    /// The next post of the ladder is called.
    case hotlineEscalate = "hotline.escalate"
    /// By a person, at a post.
    case hotlineAcknowledge = "hotline.acknowledge"
    case hotlineRecord = "hotline.record"
    case hotlineFollowUp = "hotline.follow-up"
    /// Nobody answered, or it is no longer needed.
    case hotlineEnd = "hotline.end"
    case hotlineClose = "hotline.close"
    /// The words of a text that was bound by its digest, for anybody to read.
    case textPublish = "text.publish"
    /// The sender's node records that a statement was not receipted in the agreed time.
    case deliverySilence = "delivery.silence"
    /// Signed by the root key of the author's party, about a key of the author's organ.
    case keysAdd = "keys.add"
    case keysRetire = "keys.retire"
    case keysRevoke = "keys.revoke"
    /// Its author's party stands from here on under the version that the statement names; the
    /// document is its exhibit.
    case agreementAmend = "agreement.amend"
    /// Signed by the root key of the author's party, which leaves the agreement.
    case agreementLeave = "agreement.leave"
    /// Somebody who holds an exhibit records what happened to it.
    case custodyRecord = "custody.record"

    /// What a statement of one act is made of: a row of the table.
    package struct Form: Hashable, Sendable {
        package enum Presence: Hashable, Sendable { case required, optional, none }

        /// Required.
        package let terms: Set<Term>
        /// May stand there; every other term is refused.
        package let optionalTerms: Set<Term>
        package let body: Presence
        package let allowsExhibits: Bool
        /// What its one exhibit is, open to read: a document that the record itself relies on.
        package let document: Document?
        /// Answers nothing: the first statement of its thread.
        package let opensThread: Bool

        init(
            _ terms: Set<Term> = [], optional: Set<Term> = [], body: Presence,
            exhibits: Bool = false, document: Document? = nil, opensThread: Bool = false
        ) {
            self.terms = terms
            optionalTerms = optional
            self.body = body
            allowsExhibits = exhibits
            self.document = document
            self.opensThread = opensThread
        }
    }

    package enum Document: Hashable, Sendable, CaseIterable {
        /// The signed envelope of a version of the agreement.
        case agreement
        /// An overlay on the tables of law (`Spec/law.md` §3).
        case lawOverlay
        /// A bound text (`Spec/statement.md` §8).
        case text

        package var mediaType: String {
            switch self {
            case .agreement: Agreement.payloadType
            case .lawOverlay: "application/vnd.parley.law-overlay.v1+json"
            case .text: BoundText.mediaType
            }
        }

        package var limitBytes: Int {
            switch self {
            case .agreement: Agreement.envelopeSizeLimitBytes
            case .lawOverlay: 1_048_576
            case .text: BoundText.sizeLimitBytes
            }
        }
    }

    package enum Term: String, Hashable, Sendable, CaseIterable {
        case kind, urgency, until, ground, review, silentParty
        case basis, law, follows, conditions, authority
        case provisions, outcome
        case text, claims, threads, counters, verdict
        case round, date, owner, adReferendum, post, exercise
        case custody, exhibit
        case signingKey, key, since
    }

    /// Whether it changes who speaks, with which keys or under which version of the agreement: then
    /// it has a thread of its own.
    package var changesDirectory: Bool { isSignedByRoot || self == .agreementAmend }

    /// Whether it is about an overlay on the tables of law.
    package var concernsOverlay: Bool {
        switch self {
        case .lawShare, .lawAdopt, .lawWithdraw: true
        default: false
        }
    }

    /// Whether the root key of its author's party signs it.
    package var isSignedByRoot: Bool {
        changesKeys || self == .agreementLeave
    }

    /// Whether it changes which keys speak for an organ.
    var changesKeys: Bool {
        switch self {
        case .keysAdd, .keysRetire, .keysRevoke: true
        default: false
        }
    }

    /// Whether it may be said beside the protocol, in a thread of any kind, and moves nothing.
    package var isBesideProtocols: Bool {
        switch self {
        case .deliverySilence, .custodyRecord, .textPublish: true
        default: false
        }
    }
}
