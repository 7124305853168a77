/// One thing that can be asked of a node's API: where, by whom, with what.
///
/// ``all`` is the list of what is allowed; whatever does not stand in it is refused. The routes,
/// the document in `Spec/openapi.json`, `parley role list` and the test that tries every operation
/// as every role are made from it.
package struct Operation: Hashable, Sendable {
    package enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"
    }

    package enum Access: Hashable, Sendable {
        case anybody
        /// Whoever has signed in, with a session and not with a token.
        case person
        case roles(Set<Role>)
    }

    /// What stands in the trail of it.
    package enum Trailing: Hashable, Sendable {
        case nothing
        /// Once a minute and caller: looked at again and again.
        case aMinute
        case always
    }

    /// What an answer that is no problem consists of.
    package enum Media: String, Sendable {
        case json = "application/json"
        /// Events as they happen (WHATWG HTML §9.2); the answer ends with who listens.
        case events = "text/event-stream"
        /// One JSON object a line.
        case lines = "application/x-ndjson"
        /// Of any length, or the `Range` of it that was asked for.
        case bytes = "application/octet-stream"
    }

    /// `thread.list`; also its name in the trail.
    package let id: String
    package let method: Method
    /// Below ``root``, with `{name}` for what stands there.
    package let path: String
    package let access: Access
    /// One sentence, without a full stop.
    package let summary: String
    /// Of the query, for ``Method/get``; else of the JSON body.
    package let fields: [Field]
    /// The status of an answer that is no problem.
    package let success: Int
    package let trailing: Trailing
    /// Whether the caller says with `If-Match` which state is to be changed.
    package let needsMatch: Bool
    package let produces: Media
    /// Whether its body is bytes of any length, from `Upload-Offset` on.
    package let takesBytes: Bool

    package static let root = "/api/v1"
    package static let bodyLimitBytes = 256 * 1024

    init(
        _ id: String, _ method: Method, _ path: String, _ access: Access, _ summary: String,
        fields: [Field] = [], success: Int = 200, trailing: Trailing = .always,
        needsMatch: Bool = false, produces: Media = .json, takesBytes: Bool = false
    ) {
        self.takesBytes = takesBytes
        self.produces = produces
        self.needsMatch = needsMatch
        self.id = id
        self.method = method
        self.path = path
        self.access = access
        self.summary = summary
        self.fields = fields
        self.success = success
        self.trailing = trailing
    }

    /// What somebody may do who has yet to set up the second factor that the node asks for.
    private static let withoutFactor: Set<String> = [
        "session.show", "session.end", "session.list", "session.end-all", "password.set",
        "factor.begin", "factor.confirm",
    ]

    package func isAllowed(to caller: Caller) -> Bool {
        if access == .anybody { return true }
        guard !caller.lacksFactor || Self.withoutFactor.contains(id) else { return false }
        switch access {
        case .anybody: return true
        case .person: return caller.means == .session
        case .roles(let roles): return !roles.isDisjoint(with: caller.roles)
        }
    }

    /// Whether a request may bear a key under which it is done once, however often it is sent. Not
    /// where what is given or answered is secret: of that nothing is kept.
    package var takesKey: Bool {
        // Commands print whatever they like, tokens among it; a webhook's secret is shown once.
        guard method == .post, case .roles = access,
            !["command.run", "webhook.add", "node-webhook.add"].contains(id)
        else { return false }
        return !fields.contains { ["password", "passphrase"].contains($0.name) }
    }

    package static func named(_ id: String) -> Operation? { all.first { $0.id == id } }

    /// What may be done at a path; nothing where there is none.
    package static func methods(at path: String) -> [Method] {
        guard path.hasPrefix(root + "/") else { return [] }
        let parts = path.dropFirst(root.count).split(
            separator: "/", omittingEmptySubsequences: false)
        return all.filter { operation in
            let own = operation.path.split(separator: "/", omittingEmptySubsequences: false)
            return own.count == parts.count
                && zip(own, parts).allSatisfy { $0 == $1 || $0.hasPrefix("{") && !$1.isEmpty }
        }.map(\.method)
    }

    /// The names in its path.
    package var parameters: [String] {
        path.split(separator: "/").filter { $0.hasPrefix("{") }
            .map { String($0.dropFirst().dropLast()) }
    }
}
