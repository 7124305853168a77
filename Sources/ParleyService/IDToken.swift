import Foundation
package import ParleyLog
import ParleyStatements

/// What an identity provider's token must say to be believed (OpenID Connect Core 1.0 §3.1.3.7).
package struct IDTokenCheck: Sendable {
    package static let tokenLimitBytes = 16 * 1024
    /// How far the provider's clock may be from ours.
    static let clockToleranceSeconds: Int64 = 60
    /// A token is used at once; an older one was made for something else.
    static let oldestSeconds: Int64 = 600
    private static let subjectLimitBytes = 255

    let issuer: String
    let clientID: String
    /// The claim that names the account.
    let claim: String

    package init(issuer: String, clientID: String, claim: String) {
        self.issuer = issuer
        self.clientID = clientID
        self.claim = claim
    }

    /// - Parameter keys: the provider's, as its JWKS document has them.
    /// - Returns: who signed in, by the claim that names accounts.
    package func subject(
        of token: String, signedBy keys: [UInt8], nonce: String, at now: Timestamp
    ) throws(SignInRefusal) -> String {
        try subject(of: token, signedBy: try ProviderKeys(parsing: keys), nonce: nonce, at: now)
    }

    func subject(
        of token: String, signedBy keys: ProviderKeys, nonce: String, at now: Timestamp
    ) throws(SignInRefusal) -> String {
        let claims = try verified(token, keys)
        guard text("iss", claims) == issuer else { throw .issuerWrong }
        try checkAudience(claims)
        try checkTimes(claims, at: now)
        guard text("nonce", claims) == nonce else { throw .nonceWrong }
        // An address that the provider has not verified is anybody's.
        guard claim != "email" || claims["email_verified"] == .bool(true),
            let subject = text(claim, claims),
            (1...Self.subjectLimitBytes).contains(subject.utf8.count)
        else { throw .claimMissing(claim) }
        return subject
    }

    private func text(_ name: String, _ claims: JSONObject) -> String? {
        guard case .string(let text)? = claims[name] else { return nil }
        return text
    }

    /// The signature first: nothing unsigned is looked at but what chooses the key.
    private func verified(
        _ token: String, _ keys: ProviderKeys
    ) throws(SignInRefusal) -> JSONObject {
        guard token.utf8.count <= Self.tokenLimitBytes else { throw .documentTooLong("id_token") }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = Base64URL.decode(parts[0]),
            let payload = Base64URL.decode(parts[1]), let signature = Base64URL.decode(parts[2])
        else { throw .documentMalformed("id_token") }
        let head = try ProviderDocument.object(header, named: "id_token")
        // Only these; what `none` or a shared secret would sign is signed by nobody.
        guard let algorithm = text("alg", head).flatMap(ProviderKeys.Algorithm.init(rawValue:))
        else { throw .algorithmRefused }
        guard head["crit"] == nil else { throw .algorithmRefused }
        try keys.verify(
            signature, over: Array("\(parts[0]).\(parts[1])".utf8), by: algorithm,
            id: text("kid", head))
        return try ProviderDocument.object(payload, named: "id_token")
    }

    private func checkAudience(_ claims: JSONObject) throws(SignInRefusal) {
        let audiences: [JSONValue] =
            switch claims["aud"] {
            case .string(let one)?: [.string(one)]
            case .array(let several)?: several
            default: []
            }
        guard audiences.contains(.string(clientID)) else { throw .audienceWrong }
        if claims["azp"] != nil || audiences.count > 1 {
            guard text("azp", claims) == clientID else { throw .audienceWrong }
        }
    }

    private func checkTimes(_ claims: JSONObject, at now: Timestamp) throws(SignInRefusal) {
        func seconds(_ name: String) throws(SignInRefusal) -> Int64 {
            guard case .integer(let seconds)? = claims[name] else { throw .timesWrong }
            return seconds
        }
        let (now, tolerance) = (now.secondsSinceEpoch, Self.clockToleranceSeconds)
        guard try seconds("exp") > now - tolerance else { throw .expired }
        let issued = try seconds("iat")
        guard issued <= now + tolerance, issued >= now - Self.oldestSeconds else {
            throw .timesWrong
        }
        if claims["nbf"] != nil {
            guard try seconds("nbf") <= now + tolerance else { throw .timesWrong }
        }
    }
}

/// Why somebody is not let in by a provider's word. Nobody outside is told more than the reason.
package enum SignInRefusal: Error, Hashable, Sendable {
    case addressRefused(String)
    case unreachable
    case answered(Int)
    case documentTooLong(String)
    case documentMalformed(String)
    case algorithmRefused
    case keyUnknown
    case signatureWrong
    case issuerWrong
    case audienceWrong
    case expired
    case timesWrong
    case nonceWrong
    case claimMissing(String)
    /// The provider was asked and said no.
    case providerRefused
    /// No cookie of ours came with it, or one that was used or is too old.
    case notBegun
    case stateWrong
    case notLinked

    package var reason: String {
        switch self {
        case .addressRefused: "oidc-address-refused"
        case .unreachable: "oidc-unreachable"
        case .answered: "oidc-answer-wrong"
        case .documentTooLong: "oidc-document-too-long"
        case .documentMalformed: "oidc-document-malformed"
        case .algorithmRefused: "oidc-algorithm-refused"
        case .keyUnknown: "oidc-key-unknown"
        case .signatureWrong: "oidc-signature-wrong"
        case .issuerWrong: "oidc-issuer-wrong"
        case .audienceWrong: "oidc-audience-wrong"
        case .expired: "oidc-expired"
        case .timesWrong: "oidc-times-wrong"
        case .nonceWrong: "oidc-nonce-wrong"
        case .claimMissing: "oidc-claim-missing"
        case .providerRefused: "oidc-refused"
        case .notBegun: "oidc-not-begun"
        case .stateWrong: "oidc-state-wrong"
        case .notLinked: "oidc-not-linked"
        }
    }

    package var explanation: String {
        switch self {
        case .addressRefused(let what): "the provider's \(what) is at an address that is not asked"
        case .unreachable: "the identity provider cannot be reached"
        case .answered(let status): "the identity provider answered \(status)"
        case .documentTooLong(let name): "the provider's \(name) is too long"
        case .documentMalformed(let name): "the provider's \(name) is not what it should be"
        case .algorithmRefused: "the token is not signed with RS256, ES256 or EdDSA"
        case .keyUnknown: "the token is signed with a key that the provider does not list"
        case .signatureWrong: "the token's signature is not the provider's"
        case .issuerWrong: "the token is of another issuer"
        case .audienceWrong: "the token is for somebody else"
        case .expired: "the token has expired"
        case .timesWrong: "the token's times are missing or are not of now"
        case .nonceWrong: "the token was made for another sign-in"
        case .claimMissing(let claim): "the token does not say \(claim)"
        case .providerRefused: "the identity provider did not let you in"
        case .notBegun: "no sign-in was begun in this browser, or it was used or is too old"
        case .stateWrong: "the answer belongs to another sign-in"
        case .notLinked: "no account here is linked to whom the provider names"
        }
    }

    /// What the provider, or the way to it, is at fault for is no fault of the caller's.
    private var isProvider: Bool {
        switch self {
        case .addressRefused, .unreachable, .answered, .documentTooLong, .documentMalformed: true
        default: false
        }
    }

    package var problem: Problem {
        Problem(
            status: isProvider ? 502 : 401, reason: reason, detail: explanation,
            hint: isProvider
                ? "the node's operator looks at its settings and the provider"
                : "begin again with GET /session/oidc")
    }
}
