package import ParleyLog

/// Why a statement is not taken. The order of the cases is the order of the checks.
package enum StatementRefusal: Error, Hashable, Sendable {
    // The envelope and the header's form.
    case envelope(EnvelopeRefusal)
    case header(JSONRefusal)
    case field(FieldRefusal)
    case addresseeCountWrong(count: Int, limitCount: Int)
    case addresseesNotSorted
    case addressedToSelf
    case answersMissing(Act)
    case answersNotAllowed(Act)
    case tooManyAnswers(count: Int, limitCount: Int)
    case answersNotSorted
    case termMissing(Act.Term, Act)
    case termNotAllowed(Act.Term, Act)
    case bodyNotAllowed(Act)
    case bodyMediaTypeWrong
    case bodyTooLong(sizeBytes: UInt64, limitBytes: UInt64)
    case bodyMissing(Act)
    case exhibitsWithoutBody
    case exhibitsNotAllowed(Act)
    case tooManyExhibits(count: Int, limitCount: Int)
    case blobTwice(BlobID)
    case documentMissing(Act)
    // The agreement.
    case agreementOther(AgreementID)
    case agreementNotYetEffective(Timestamp)
    case versionOther(AgreementID, expected: AgreementID)
    case versionNotNext(AgreementID, current: AgreementID)
    case partyHasLeft(PartyID, Timestamp)
    case leftAlready(PartyID)
    case partyUnknown(PartyID)
    case organUnknown(Seat)
    case kindUnknown(String)
    case urgencyNotOffered(Urgency, kind: String)
    case groundUnknown(String, Act)
    case silentPartyIsAuthor
    case exhibitTooLong(BlobID, sizeBytes: UInt64, limitBytes: UInt64)
    case addresseesNotAll(missing: [PartyID])
    // The signatures.
    case signatureUnknown(KeyID)
    case keyRevoked(KeyID)
    case keyRetired(KeyID)
    case signatureMissing(SignatureAlgorithm)
    case keyNotYetValid(KeyID, notBefore: Timestamp)
    case keyExpired(KeyID, notAfter: Timestamp)
    case signatureWrong(KeyID)
    // What a key change changes.
    case keyNotOfOrgan(KeyID)
    case keyEnded(KeyID)
    case keyAlgorithmsWrong
    case validityEmpty
    case keyTwice(KeyID)
    case tooManyKeys(limitCount: Int)

    package var reason: String {
        switch self {
        case .envelope(let refusal): refusal.reason
        case .header(let refusal): "header-" + refusal.reason
        case .field(let refusal): refusal.reason
        case .addresseeCountWrong: "addressee-count-wrong"
        case .addresseesNotSorted: "addressees-not-sorted"
        case .addressedToSelf: "addressed-to-self"
        case .answersMissing: "answers-missing"
        case .answersNotAllowed: "answers-not-allowed"
        case .tooManyAnswers: "too-many-answers"
        case .answersNotSorted: "answers-not-sorted"
        case .termMissing: "term-missing"
        case .termNotAllowed: "term-not-allowed"
        case .bodyNotAllowed: "body-not-allowed"
        case .bodyMediaTypeWrong: "body-media-type-wrong"
        case .bodyTooLong: "body-too-long"
        case .bodyMissing: "body-missing"
        case .exhibitsWithoutBody: "exhibits-without-body"
        case .exhibitsNotAllowed: "exhibits-not-allowed"
        case .tooManyExhibits: "too-many-exhibits"
        case .blobTwice: "blob-twice"
        case .documentMissing: "document-missing"
        case .agreementOther: "agreement-other"
        case .agreementNotYetEffective: "agreement-not-yet-effective"
        case .versionOther: "agreement-version-other"
        case .versionNotNext: "agreement-version-not-next"
        case .partyHasLeft: "party-has-left"
        case .leftAlready: "left-already"
        case .partyUnknown: "party-unknown"
        case .organUnknown: "organ-unknown"
        case .kindUnknown: "kind-unknown"
        case .urgencyNotOffered: "urgency-not-offered"
        case .groundUnknown: "ground-unknown"
        case .silentPartyIsAuthor: "silent-party-is-author"
        case .exhibitTooLong: "exhibit-too-long"
        case .signatureUnknown: "signature-unknown"
        case .signatureMissing: "signature-missing"
        case .keyNotYetValid: "key-not-yet-valid"
        case .keyExpired: "key-expired"
        case .signatureWrong: "signature-wrong"
        case .addresseesNotAll: "addressees-not-all"
        case .keyRevoked: "key-revoked"
        case .keyRetired: "key-retired"
        case .keyNotOfOrgan: "key-not-of-organ"
        case .keyEnded: "key-ended"
        case .keyAlgorithmsWrong: "key-algorithms-wrong"
        case .validityEmpty: "validity-empty"
        case .keyTwice: "key-twice"
        case .tooManyKeys: "too-many-keys"
        }
    }

    package var explanation: String {
        formExplanation ?? verdictExplanation ?? keyExplanation ?? reason
    }

    private var formExplanation: String? {
        switch self {
        case .envelope(let refusal): refusal.explanation
        case .header(let refusal): "Header: \(refusal.explanation)"
        case .field(let refusal): "Header: \(refusal.explanation)"
        case .addresseeCountWrong(let count, let limitCount):
            "The statement is addressed to \(count) parties; it needs 1 to \(limitCount)."
        case .addresseesNotSorted: "The addressees are not sorted, or one comes twice."
        case .addressedToSelf: "The statement is addressed to its author's own party."
        case .answersMissing(let act): "\(act.rawValue) must say which statements it answers."
        case .answersNotAllowed(let act): "\(act.rawValue) opens a thread and answers nothing."
        case .tooManyAnswers(let count, let limitCount):
            "The statement answers \(count) statements; it may answer \(limitCount)."
        case .answersNotSorted: "The answered statements are not sorted, or one comes twice."
        case .termMissing(let term, let act): "\(act.rawValue) needs the term \(term.rawValue)."
        case .termNotAllowed(let term, let act):
            "\(act.rawValue) does not take the term \(term.rawValue)."
        case .bodyNotAllowed(let act): "\(act.rawValue) has no body."
        case .bodyMediaTypeWrong: "The body's media type is not \(StatementBody.mediaType)."
        case .bodyTooLong(let sizeBytes, let limitBytes):
            "The body is \(sizeBytes) bytes; it may have \(limitBytes)."
        case .bodyMissing(let act): "\(act.rawValue) needs a body."
        case .exhibitsWithoutBody: "There are exhibits and no body that describes them."
        case .exhibitsNotAllowed(let act): "\(act.rawValue) has no exhibits."
        case .tooManyExhibits(let count, let limitCount):
            "The statement has \(count) exhibits; it may have \(limitCount)."
        case .blobTwice(let blob): "The blob \(blob) is named twice."
        case .documentMissing(let act): "\(act.rawValue) has one exhibit, the signed agreement."
        default: nil
        }
    }

    private var verdictExplanation: String? {
        switch self {
        case .agreementOther(let id): "The statement is under another agreement, \(id)."
        case .versionOther(let id, let expected):
            "It opens a thread under the version \(id); its author stands under \(expected)."
        case .versionNotNext(let id, let current):
            "The version \(id) does not amend \(current), under which the party stands."
        case .partyHasLeft(let party, let until): "\(party) has left the agreement as of \(until)."
        case .leftAlready(let party): "\(party) has said before that it leaves."
        case .agreementNotYetEffective(let instant):
            "The agreement is not in force before \(instant)."
        case .partyUnknown(let party): "The agreement has no party \(party)."
        case .organUnknown(let seat): "The agreement has no organ \(seat)."
        case .kindUnknown(let kind): "The agreement has no request kind \(kind)."
        case .urgencyNotOffered(let urgency, let kind):
            "The request kind \(kind) has no clocks for the urgency \(urgency.rawValue)."
        case .groundUnknown(let ground, let act):
            "The agreement has no ground \(ground) for \(act.rawValue)."
        case .silentPartyIsAuthor: "The party said to be silent is the author's own."
        case .exhibitTooLong(let blob, let sizeBytes, let limitBytes):
            "The exhibit \(blob) is \(sizeBytes) bytes; the agreement allows \(limitBytes)."
        case .signatureUnknown(let keyID): "The key \(keyID) is not of the author's organ."
        case .signatureMissing(let algorithm):
            "The \(algorithm.rawValue) signature that the agreement asks for is missing."
        case .keyNotYetValid(let keyID, let notBefore):
            "The key \(keyID) is not valid before \(notBefore)."
        case .keyExpired(let keyID, let notAfter):
            "The key \(keyID) is not valid after \(notAfter)."
        case .signatureWrong(let keyID): "The signature by \(keyID) does not verify."
        default: nil
        }
    }

    private var keyExplanation: String? {
        switch self {
        case .addresseesNotAll(let missing):
            "A key change tells every party; these are not addressed: "
                + missing.map(\.text).joined(separator: ", ") + "."
        case .keyRevoked(let keyID): "The key \(keyID) was revoked before this was said."
        case .keyRetired(let keyID): "The key \(keyID) was retired before this was said."
        case .keyNotOfOrgan(let keyID): "The organ has no key \(keyID)."
        case .keyEnded(let keyID): "The key \(keyID) was retired or revoked before."
        case .keyAlgorithmsWrong: "The new key's algorithms are not the agreement's."
        case .validityEmpty: "The new key's validity ends before it begins."
        case .keyTwice(let keyID):
            "The public key \(keyID) stands in the agreement or was added before."
        case .tooManyKeys(let limitCount):
            "The organ has \(limitCount) keys already; retire one first."
        default: nil
        }
    }
}
