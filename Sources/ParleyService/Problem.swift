import ParleyStatements

/// Why a request over HTTP was not done, as `application/problem+json` (RFC 9457) has it, with the
/// reason that the command line gives too.
package struct Problem: Error, Hashable, Sendable {
    package let status: Int
    /// A code that does not change.
    package let reason: String
    /// One sentence with the facts.
    package let detail: String
    /// What to do.
    package let hint: String?
    /// After so many seconds the same may be asked again.
    package let retryAfterSeconds: Int64?

    package init(
        status: Int, reason: String, detail: String, hint: String? = nil,
        retryAfterSeconds: Int64? = nil
    ) {
        self.status = status
        self.reason = reason
        self.detail = detail
        self.hint = hint
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// Nil for bytes that are none.
    package init?(body: [UInt8]) {
        guard let value = try? JSONValue(parsing: body, limitBytes: 64 * 1024),
            case .object(let fields) = value, case .string(let reason)? = fields["reason"],
            case .string(let detail)? = fields["detail"]
        else { return nil }
        var status: Int64 = 0
        if case .integer(let number)? = fields["status"] { status = number }
        var hint: String?
        if case .string(let text)? = fields["hint"] { hint = text }
        self.init(status: Int(clamping: status), reason: reason, detail: detail, hint: hint)
    }

    package var body: [UInt8] {
        var json: JSONObject = [
            "type": .string("about:blank"), "status": .integer(Int64(status)),
            "reason": .string(reason), "detail": .string(detail),
        ]
        if let hint { json = json.adding(["hint": .string(hint)]) }
        return JSONValue.object(json).canonicalBytes
    }
}

extension Problem {
    /// One answer for what is not there and what is none of the caller's business.
    package static let notFound = Problem(
        status: 404, reason: "not-found", detail: "there is nothing here for you")
    package static let signInNeeded = Problem(
        status: 401, reason: "sign-in-needed", detail: "this is for those who have signed in",
        hint: "send a session's cookie, or a token as Authorization: Bearer")
    package static let notAllowed = Problem(
        status: 403, reason: "not-allowed", detail: "your roles do not allow this",
        hint: "parley role list says what each role may do")

    package static let factorNeeded = Problem(
        status: 403, reason: "factor-needed",
        detail: "this node asks a second factor of your roles, and your account has none yet",
        hint: "set one up: POST /account/factor, then PUT /account/factor with a code of it")
    package static let tooOften = Problem(
        status: 429, reason: "too-often", detail: "this was asked too often in a row",
        hint: "wait a little", retryAfterSeconds: 1)

    package init(_ refusal: some DeskRefusal, retryAfterSeconds: Int64? = nil) {
        self.init(
            status: refusal.status, reason: refusal.reason, detail: refusal.explanation,
            hint: refusal.hint,
            retryAfterSeconds: retryAfterSeconds ?? refusal.retryAfterSeconds)
    }
}

/// Why the service does not do what somebody asked of it.
package protocol DeskRefusal: Error, Sendable {
    /// Of HTTP.
    var status: Int { get }
    /// A code that does not change.
    var reason: String { get }
    /// One sentence with the facts.
    var explanation: String { get }
    /// What to do.
    var hint: String? { get }
    /// After so many seconds the same may be asked again.
    var retryAfterSeconds: Int64? { get }
}

extension DeskRefusal {
    package var hint: String? { nil }
    package var retryAfterSeconds: Int64? { nil }
}
