package import ParleyLog

/// What the parties agreed: the only configuration of their relationship (design §2.1).
///
/// Made only by ``Agreement/init(parsing:)``, so every value obeys `Spec/agreement.md`.
package struct Agreement: Hashable, Sendable {
    package let id: AgreementID
    /// The canonical JSON whose SHA-256 is ``id``.
    package let canonicalBytes: [UInt8]
    /// The versions before it; nil for a first version.
    package let amends: Amendment?
    /// Short name, also the last part of each log's origin.
    package let name: String
    package let title: [LanguageTag: String]
    /// An exercise or test agreement; every page and export says so.
    package let isExercise: Bool
    package let effectiveFrom: Timestamp
    package let languages: [LanguageTag]
    /// Signature algorithms that every statement must carry, all of them.
    package let algorithms: [SignatureAlgorithm]
    package let parties: [Party]
    package let calendars: [String: WorkingCalendar]
    package let requestKinds: [RequestKind]
    /// After this long without a receipt the sender's node records silence.
    package let silenceAfterSeconds: Int64
    /// A cosignature whose time is further than this from a node's own clock is not accepted.
    package let clockToleranceSeconds: Int64
    /// How many cosigners outside the log's own party a receipt needs.
    package let receiptQuorum: Int
    /// Witnesses beyond the parties' own nodes.
    package let outsideWitnesses: [OutsideWitness]
    /// Largest exhibit, in sealed bytes.
    package let exhibitLimitBytes: UInt64
    /// What of each party's log anybody may read.
    package let publicLog: Set<LogPart>
    package let dialogue: DialogueTerms
    /// Acts that leave only once a second person at their author's node has approved them.
    package let approvals: [ActPattern]

    package static let version = "agreement/1"
    package static let payloadType = "application/vnd.parley.agreement.v1+json"
    package static let sizeLimitBytes = Envelope.Limits.agreement.payloadSizeBytes
    package static let envelopeSizeLimitBytes = Envelope.Limits.agreement.envelopeSizeBytes
    package static let partyLimit = 16

    /// Parses canonical JSON and checks every rule of `Spec/agreement.md`.
    ///
    /// - Throws: ``AgreementRefusal`` with all problems that could be found.
    package init(parsing canonicalBytes: [UInt8]) throws(AgreementRefusal) {
        let value: JSONValue
        do throws(JSONRefusal) {
            // SPEC agreement §2: An agreement MUST be canonical JSON of at most 1048576 bytes.
            value = try JSONValue(parsingCanonical: canonicalBytes, limitBytes: Self.sizeLimitBytes)
        } catch {
            throw AgreementRefusal(error)
        }
        var reader = AgreementReader()
        let parts = reader.agreement(value)
        guard let parts, reader.problems.isEmpty else { throw AgreementRefusal(reader.problems) }
        id = AgreementID(Digest(hashing: canonicalBytes))
        self.canonicalBytes = canonicalBytes
        amends = parts.amends
        name = parts.name
        title = parts.title
        isExercise = parts.isExercise
        effectiveFrom = parts.effectiveFrom
        languages = parts.languages
        parties = parts.parties
        calendars = parts.calendars
        algorithms = parts.terms.algorithms
        requestKinds = parts.terms.requestKinds
        silenceAfterSeconds = parts.terms.silenceAfterSeconds
        clockToleranceSeconds = parts.terms.clockToleranceSeconds
        receiptQuorum = parts.terms.receiptQuorum
        outsideWitnesses = parts.terms.outsideWitnesses
        exhibitLimitBytes = parts.terms.exhibitLimitBytes
        publicLog = parts.terms.publicLog
        dialogue = parts.terms.dialogue
        approvals = parts.terms.approvals
    }

    /// The canonical form of an author's own layout of the JSON; checks no rule but JSON's.
    package static func canonicalize(json bytes: [UInt8]) throws(AgreementRefusal) -> [UInt8] {
        do throws(JSONRefusal) {
            return try JSONValue(parsing: bytes, limitBytes: sizeLimitBytes).canonicalBytes
        } catch {
            throw AgreementRefusal(error)
        }
    }

    package func party(_ id: PartyID) -> Party? { parties.first { $0.id == id } }
    package func organ(_ seat: Seat) -> Organ? {
        party(seat.party)?.organs.first { $0.id == seat.organ }
    }
    package func requestKind(_ name: String) -> RequestKind? {
        requestKinds.first { $0.name == name }
    }
}

extension Agreement {
    /// Which versions an amendment comes after.
    package struct Amendment: Hashable, Sendable {
        package let first: AgreementID
        package let previous: AgreementID

        package init(first: AgreementID, previous: AgreementID) {
            self.first = first
            self.previous = previous
        }
    }
}

/// A BCP 47 tag such as `en` or `zh-Hans`.
package struct LanguageTag: Hashable, Comparable, Sendable {
    package let text: String

    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        let isLetter: (UInt8) -> Bool = {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
        }
        guard (2...35).contains(bytes.count), bytes.prefix(2).allSatisfy(isLetter),
            bytes.allSatisfy({
                isLetter($0) || $0 == UInt8(ascii: "-")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
            }), bytes.last != UInt8(ascii: "-")
        else { return nil }
        self.text = text
    }

    package static func < (one: LanguageTag, other: LanguageTag) -> Bool { one.text < other.text }
}

package struct Party: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable, CaseIterable { case state, industry, observer }

    package let id: PartyID
    package let kind: Kind
    package let name: [LanguageTag: String]
    /// Languages in which this party accepts requests.
    package let languages: [LanguageTag]
    /// Key of ``Agreement/calendars``.
    package let calendar: String
    /// Signs the agreement; kept offline.
    package let rootKey: PublicKeySet
    package let organs: [Organ]
    package let node: Node
    /// Under whose law it stands: an ISO 3166-1 code of two letters, or `EU`.
    package let jurisdiction: String?

    package init(
        id: PartyID, kind: Kind, name: [LanguageTag: String], languages: [LanguageTag],
        calendar: String, rootKey: PublicKeySet, organs: [Organ], node: Node,
        jurisdiction: String? = nil
    ) {
        self.id = id
        self.kind = kind
        self.name = name
        self.languages = languages
        self.calendar = calendar
        self.rootKey = rootKey
        self.organs = organs
        self.node = node
        self.jurisdiction = jurisdiction
    }

    package struct Node: Hashable, Sendable {
        /// `https://host:port`, no path.
        package let url: String
        /// SHA-256 of the SubjectPublicKeyInfo of each TLS key the node may show.
        package let tlsPins: [Digest]
        /// Signed-note verifier key of the node's log (type 0x01), C2SP vkey text. The key's name
        /// is the log's origin, which ends in `/` and the agreement's name.
        package let logKey: String
        /// Verifier key of the node as a witness (type 0x04), C2SP vkey text.
        package let witnessKey: String

        package init(url: String, tlsPins: [Digest], logKey: String, witnessKey: String) {
            self.url = url
            self.tlsPins = tlsPins
            self.logKey = logKey
            self.witnessKey = witnessKey
        }
    }
}

package struct Organ: Hashable, Sendable {
    package let id: OrganID
    /// Such as `contact-point`, `ministry`, `csirt`, `security-team`.
    package let role: String
    package let name: [LanguageTag: String]
    package let signingKeys: [SigningKey]
    /// X-Wing public key, 1216 bytes.
    package let sealingKey: [UInt8]

    package init(
        id: OrganID, role: String, name: [LanguageTag: String], signingKeys: [SigningKey],
        sealingKey: [UInt8]
    ) {
        self.id = id
        self.role = role
        self.name = name
        self.signingKeys = signingKeys
        self.sealingKey = sealingKey
    }

    package struct SigningKey: Hashable, Sendable {
        package let keys: PublicKeySet
        package let notBefore: Timestamp
        /// The last second at which the key is valid.
        package let notAfter: Timestamp

        package init(keys: PublicKeySet, notBefore: Timestamp, notAfter: Timestamp) {
            self.keys = keys
            self.notBefore = notBefore
            self.notAfter = notAfter
        }
    }
}

package struct OutsideWitness: Hashable, Sendable {
    /// C2SP vkey text, type 0x04.
    package let key: String
    package let url: String

    package init(key: String, url: String) {
        self.key = key
        self.url = url
    }
}

/// A kind of request and the clocks the parties agreed for it.
package struct RequestKind: Hashable, Sendable {
    /// Such as `information` or `preservation`.
    package let name: String
    /// The acts a clock waits for, with one limit per urgency. A missing urgency means that the
    /// kind cannot be submitted with it.
    package let clocks: [Urgency: RequestClocks]
    /// Grounds on which it may be refused, by short name, such as `sovereignty`.
    package let refusalGrounds: [String]
    /// Grounds on which it may be postponed.
    package let postponementGrounds: [String]
    /// What in law it can be based on. Where there are any, a submission names one of them.
    package let bases: [RequestBasis]
    /// How long the requester has to answer before it is refused; nil where it may be refused
    /// without a consultation.
    package let consultation: TimeLimit?
    /// Urgencies with which it is neither accepted nor answered before the requester's authority
    /// has been confirmed by a call back.
    package let callBack: Set<Urgency>
    /// For how many days, at least, what it asks to be held is held; nil where nothing is.
    package let holdDays: Int?

    package init(
        name: String, clocks: [Urgency: RequestClocks], refusalGrounds: [String],
        postponementGrounds: [String], bases: [RequestBasis] = [],
        consultation: TimeLimit? = nil, callBack: Set<Urgency> = [], holdDays: Int? = nil
    ) {
        self.name = name
        self.clocks = clocks
        self.refusalGrounds = refusalGrounds
        self.postponementGrounds = postponementGrounds
        self.bases = bases
        self.consultation = consultation
        self.callBack = callBack
        self.holdDays = holdDays
    }

    package func basis(_ id: BasisID) -> RequestBasis? { bases.first { $0.id == id } }
}

/// What both parties hold an instrument to say of one kind of request: so both nodes compute alike,
/// whatever tables of law each has.
package struct RequestBasis: Hashable, Sendable {
    package let id: BasisID
    /// Those of the kind's grounds that the instrument knows.
    package let refusalGrounds: [String]
    /// The instrument's own time limits; where the agreement's is stricter, that one counts.
    package let limits: [ClockName: TimeLimit]
    /// For how many days, at least, the instrument has data held.
    package let holdDays: Int?

    package init(
        id: BasisID, refusalGrounds: [String], limits: [ClockName: TimeLimit] = [:],
        holdDays: Int? = nil
    ) {
        self.id = id
        self.refusalGrounds = refusalGrounds
        self.limits = limits
        self.holdDays = holdDays
    }
}

/// A row of the tables of law, by a kind of request and an instrument: `preservation:ets185`.
package struct BasisID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String

    /// Nil for what is not two short names with a colon between them.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ shortName(String($0)) != nil }) else {
            return nil
        }
        self.text = text
    }

    package var description: String { text }

    package static func < (one: BasisID, other: BasisID) -> Bool { one.text < other.text }
}

/// A promise with a time; the first three are a request's, in the order in which they fall due.
package enum ClockName: String, Hashable, Sendable, CaseIterable {
    /// Until a person of the requested side says that they have it.
    case acknowledge
    /// Until it is accepted, accepted in part, refused or postponed.
    case decide
    /// Until it is answered in full or refused; stands still while a question is open.
    case answer
    /// Until evidence that was asked for is supplied.
    case evidence
    /// Until the instant that a party itself promised.
    case assurance
    /// How long a notice is open for comments, at least.
    case comment
    /// Until a text that was proposed is agreed or declined.
    case agree
    /// Until a call is followed up in writing.
    case followUp = "follow-up"

    package static let ofRequests: [ClockName] = [.acknowledge, .decide, .answer]
}

package struct RequestClocks: Hashable, Sendable {
    /// From the request's time to its acknowledgement by a person.
    package let acknowledge: TimeLimit
    /// From the request's time to accept, accept in part, refuse or postpone.
    package let decide: TimeLimit
    /// From the request's time to the full answer; stands still while a clarification is open.
    package let answer: TimeLimit

    package init(acknowledge: TimeLimit, decide: TimeLimit, answer: TimeLimit) {
        self.acknowledge = acknowledge
        self.decide = decide
        self.answer = answer
    }
}

/// A length of agreed time.
package enum TimeLimit: Hashable, Sendable {
    case minutes(Int)
    case hours(Int)
    case calendarDays(Int)
    /// Working days of the requested side, by its calendar; ends at the end of its last day.
    case workingDays(Int)
}
