package import ParleyLog

/// What one organ says to parties: the small signed part, the header (design §2.3).
///
/// On the wire it is the canonical JSON of `Spec/statement.md` §5, the payload of an ``Envelope``.
/// A value of this type is a draft that anybody may fill in; ``SigningKeyPair/sign(_:)`` and
/// ``UnverifiedStatement`` check its form, ``StatementVerifier`` checks it against the agreement.
/// What it says at length stands in a ``StatementBody``, named here by its sealed bytes' digest.
package struct Statement: Hashable, Sendable {
    package let agreement: AgreementID
    package let thread: ThreadID
    package let act: Act
    package let from: Seat
    /// Addressed parties, sorted, at least one, none twice, never the author's own.
    package let to: [PartyID]
    /// The statements replied to, sorted, none twice; empty just where ``Act/Form/opensThread``.
    package let answers: [StatementID]
    /// What the author says the time was; shown, never believed (design §2.5).
    package let at: Timestamp
    package let terms: Terms
    package let body: BlobReference?
    /// In the order in which the body lists them.
    package let exhibits: [BlobReference]

    package init(
        agreement: AgreementID, thread: ThreadID, act: Act, from: Seat, to: [PartyID],
        answers: [StatementID], at: Timestamp, terms: Terms, body: BlobReference?,
        exhibits: [BlobReference]
    ) {
        self.agreement = agreement
        self.thread = thread
        self.act = act
        self.from = from
        self.to = to
        self.answers = answers
        self.at = at
        self.terms = terms
        self.body = body
        self.exhibits = exhibits
    }
}

/// The stored bytes that a statement names without holding.
package struct BlobReference: Hashable, Sendable {
    package let blob: BlobID
    /// Size of the stored (sealed) bytes.
    package let sizeBytes: UInt64
    /// Of the plain content, such as `application/stix+json`.
    package let mediaType: String
    package let isSealed: Bool

    package init(blob: BlobID, sizeBytes: UInt64, mediaType: String, isSealed: Bool) {
        self.blob = blob
        self.sizeBytes = sizeBytes
        self.mediaType = mediaType
        self.isSealed = isSealed
    }
}

/// The small facts that drive clocks; each act takes its own and no others (``Act/form``).
package struct Terms: Hashable, Sendable {
    /// `request.submit`: a request kind of the agreement, such as `information`.
    package var kind: String?
    /// `request.submit`.
    package var urgency: Urgency?
    /// `request.postpone`: the day-and-time by which the requested side promises to act.
    package var until: Timestamp?
    /// `request.submit`: on which basis in law it asks.
    package var basis: BasisID?
    /// `request.submit`: the digest of the tables of law by which the basis was chosen.
    package var law: Digest?
    /// `request.submit`, `proceeding.open`: the thread that this one goes on from, such as a
    /// preservation, or the request or allegation that a proceeding came from.
    package var follows: ThreadID?
    /// `request.conditions.propose`: sorted, none twice, such as `use-only-for-case`.
    package var conditions: [String]
    /// `request.authority.check`: what the call back came to.
    package var authority: AuthorityVerdict?
    /// `proceeding.…`: the provisions of law, such as `18 USC 1030(a)(2)`, sorted, none twice.
    package var provisions: [String]
    /// `proceeding.decide`.
    package var outcome: ProceedingOutcome?
    /// The digest of a ``BoundText``: what is proposed, and what is signed too.
    package var text: Digest?
    /// `allegation.make`, `allegation.claim`: from 1 to 16.
    package var claims: [Claim]
    /// Other threads that it is about, such as a campaign's incidents; sorted, none twice.
    package var threads: [ThreadID]
    /// `allegation.make`: the allegation that this one answers with one of its own.
    package var counters: ThreadID?
    /// `commitment.judge`: is it kept; `concern.judge`: does the answer satisfy.
    package var verdict: Verdict?
    /// `session.propose`: the number of the session, 1 the first.
    package var round: Int?
    /// When a session is to begin, or began.
    package var date: Timestamp?
    /// `session.action.add`: who is to do it.
    package var owner: PartyID?
    /// Agreed subject to the author's capital.
    package var isAdReferendum: Bool
    /// `hotline.…`: a post of the agreement's ladder, or the one that answered.
    package var post: String?
    /// An exercise, and shown as one wherever the thread is.
    package var isExercise: Bool
    /// `request.refuse`, `request.postpone`: a ground of the agreement's list for that kind.
    package var ground: String?
    /// `request.review`.
    package var review: AnswerReview?
    /// `delivery.silence`: the party that gave no receipt.
    package var silentParty: PartyID?
    /// `custody.record`: what happened.
    package var custody: CustodyEvent?
    /// `custody.record`: to which exhibit, by the digest of its stored (sealed) bytes.
    package var exhibit: BlobID?
    /// `keys.add`.
    package var signingKey: Organ.SigningKey?
    /// `keys.retire`, `keys.revoke`: the Ed25519 key of the entry that ends.
    package var key: KeyID?
    /// `keys.revoke`: from when on its party thinks the key was in other hands.
    package var since: Timestamp?

    package init(
        kind: String? = nil, urgency: Urgency? = nil, until: Timestamp? = nil,
        basis: BasisID? = nil, law: Digest? = nil, follows: ThreadID? = nil,
        conditions: [String] = [], authority: AuthorityVerdict? = nil,
        provisions: [String] = [], outcome: ProceedingOutcome? = nil,
        ground: String? = nil, review: AnswerReview? = nil, silentParty: PartyID? = nil,
        custody: CustodyEvent? = nil, exhibit: BlobID? = nil,
        signingKey: Organ.SigningKey? = nil, key: KeyID? = nil, since: Timestamp? = nil,
        text: Digest? = nil, claims: [Claim] = [], threads: [ThreadID] = [],
        counters: ThreadID? = nil, verdict: Verdict? = nil, round: Int? = nil,
        date: Timestamp? = nil, owner: PartyID? = nil, isAdReferendum: Bool = false,
        post: String? = nil, isExercise: Bool = false
    ) {
        self.text = text
        self.claims = claims
        self.threads = threads
        self.counters = counters
        self.verdict = verdict
        self.round = round
        self.date = date
        self.owner = owner
        self.isAdReferendum = isAdReferendum
        self.post = post
        self.isExercise = isExercise
        self.kind = kind
        self.urgency = urgency
        self.until = until
        self.basis = basis
        self.law = law
        self.follows = follows
        self.conditions = conditions
        self.authority = authority
        self.provisions = provisions
        self.outcome = outcome
        self.ground = ground
        self.review = review
        self.silentParty = silentParty
        self.custody = custody
        self.exhibit = exhibit
        self.signingKey = signingKey
        self.key = key
        self.since = since
    }
}

package enum Urgency: String, Hashable, Sendable, CaseIterable {
    case normal
    case urgent
    /// Great and near danger to a person's life or safety; never a company's loss.
    case emergency
}

/// What came of calling back the authority that a request names, over a number known from before
/// and not from the request itself: forged emergency requests are the live threat.
package enum AuthorityVerdict: String, Hashable, Sendable, CaseIterable {
    case confirmed
    case denied
    case notReached = "not-reached"
}

/// How a proceeding was decided.
package enum ProceedingOutcome: String, Hashable, Sendable, CaseIterable {
    case convicted, acquitted
    /// By a court, without a judgement of guilt.
    case dismissed
    /// By the authority that conducted it.
    case discontinued
    /// Ended by agreement or order without trial.
    case settled
    /// Handed to the authorities of another party.
    case transferred
}

/// A party's own judgement: of the keeping of a commitment, or of an answer to a concern.
package enum Verdict: String, Hashable, Sendable, CaseIterable {
    case yes, partly, no, unclear
}

/// The requesting side's four yes-or-no judgements of an answer (facts on "quality").
package struct AnswerReview: Hashable, Sendable {
    package let isComplete: Bool
    package let isUsable: Bool
    package let isWhole: Bool
    package let isReasoned: Bool

    package init(isComplete: Bool, isUsable: Bool, isWhole: Bool, isReasoned: Bool) {
        self.isComplete = isComplete
        self.isUsable = isUsable
        self.isWhole = isWhole
        self.isReasoned = isReasoned
    }
}
