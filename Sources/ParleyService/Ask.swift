import ParleyLog
package import ParleyStatements

/// What somebody asks of the API, once it is known who they are.
package struct Ask: Sendable {
    package let caller: Caller
    /// By which the caller was known; nil for nobody.
    package let secret: Secret?
    /// Where the connection comes from.
    package let place: String
    /// By the names in the operation's path.
    package let parameters: [String: String]
    package let given: Given
    /// The tag of the state that the caller has changed.
    package let ifMatch: String?

    package init(
        caller: Caller, secret: Secret?, place: String, parameters: [String: String],
        given: Given, ifMatch: String?
    ) {
        self.ifMatch = ifMatch
        self.caller = caller
        self.secret = secret
        self.place = place
        self.parameters = parameters
        self.given = given
    }

    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// What it is about, for the trail.
    package var object: String {
        parameters.values.first ?? given.text("name") ?? given.text("label") ?? ""
    }
}

/// What the API answers when it is no ``Problem``.
package struct Answer: Sendable {
    package let json: JSONObject?
    /// Begins a session in the browser that asked.
    package let session: Secret?
    /// Ends the browser's session.
    package let endsSession: Bool

    package init(_ json: JSONObject?, session: Secret? = nil, endsSession: Bool = false) {
        self.json = json
        self.session = session
        self.endsSession = endsSession
    }

    static let nothing = Answer(nil)

    /// An entity tag of the whole of it; nil where there is nothing.
    package var tag: String? {
        json.map { "\"\(Digest(hashing: JSONValue.object($0).canonicalBytes).hex)\"" }
    }
}
