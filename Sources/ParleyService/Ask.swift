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
    /// Under which the caller may send the same again.
    package var repeatKey: RepeatKey?
    /// `Upload-Offset` and `Range`, as they came.
    package var uploadOffset: String?
    package var range: String?
    /// The body as it comes, for ``Operation/takesBytes``.
    package var body: (any AsyncSequence<[UInt8], any Error> & Sendable)?
    /// Of a sign-in at a provider that was begun in the same browser.
    package var pending: Secret?

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

    /// The words that name a command, and none that it says.
    private var command: String? {
        given.texts("words").map { words in
            words.prefix(3).prefix { word in
                word.utf8.allSatisfy { (0x61...0x7A).contains($0) || $0 == 0x2D }
                    && word.first != "-"
            }.joined(separator: " ")
        }
    }

    /// What it is about, for the trail.
    package var object: String {
        parameters.values.first ?? given.text("name") ?? given.text("label") ?? command ?? ""
    }
}

/// Some lines of a long answer.
package struct LinesPage: Sendable {
    /// Each with its line end.
    package let lines: [UInt8]
    /// With what the page after it is asked for; nil for none.
    package let next: Int64?

    package init(lines: [UInt8], next: Int64?) {
        self.lines = lines
        self.next = next
    }
}

/// What the API answers when it is no ``Problem``.
package struct Answer: Sendable {
    package let json: JSONObject?
    /// As it is sent; nil where there is nothing.
    package let bytes: [UInt8]?
    /// Begins a session in the browser that asked.
    package let session: Secret?
    /// Ends the browser's session.
    package let endsSession: Bool
    /// For ``Operation/Media/bytes``.
    package var file: FileBytes?
    /// Written in place of ``json``, page after page, as fast as it is read; the first is asked for
    /// with 0.
    package var pages: (@Sendable (_ after: Int64) async throws -> LinesPage)?
    /// Binds a sign-in at a provider to the browser that begins it.
    package let pending: Secret?
    /// What it is about, for the trail, where the asker could not name it.
    package let object: String?

    package init(
        _ json: JSONObject?, session: Secret? = nil, endsSession: Bool = false,
        pending: Secret? = nil, object: String? = nil
    ) {
        self.pending = pending
        self.object = object
        self.json = json
        bytes = json.map { JSONValue.object($0).canonicalBytes }
        self.session = session
        self.endsSession = endsSession
    }

    static let nothing = Answer(nil)

    /// An entity tag of the whole of it; nil where there is nothing.
    package var tag: String? { bytes.map { "\"\(Digest(hashing: $0).hex)\"" } }
}
