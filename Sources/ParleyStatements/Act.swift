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

        package var mediaType: String {
            switch self {
            case .agreement: Agreement.payloadType
            case .lawOverlay: "application/vnd.parley.law-overlay.v1+json"
            }
        }

        package var limitBytes: Int {
            switch self {
            case .agreement: Agreement.envelopeSizeLimitBytes
            case .lawOverlay: 1_048_576
            }
        }
    }

    package enum Term: String, Hashable, Sendable, CaseIterable {
        case kind, urgency, until, ground, review, silentParty
        case basis, law, follows, conditions, authority
        case provisions, outcome
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

    package var form: Form {
        switch self {
        case .requestSubmit:
            Form(
                [.kind, .urgency], optional: [.basis, .law, .follows], body: .required,
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
                optional: [.follows, .provisions], body: .required, exhibits: true,
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
        }
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
        }
    }
}
