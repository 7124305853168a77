package import ParleyService
package import ParleyStatements

/// One thing that a page asks of the desk, as a program would through the API.
package struct PageQuestion: Sendable {
    package let operation: String
    package let parameters: [String: String]
    package let given: JSONObject
    package let ifMatch: String?

    package init(
        _ operation: String, _ parameters: [String: String] = [:], _ given: JSONObject = [:],
        ifMatch: String? = nil
    ) {
        self.operation = operation
        self.parameters = parameters
        self.given = given
        self.ifMatch = ifMatch
    }
}

/// Whom pages ask. Who may ask for what is checked there and written down there, as for the API: a
/// page can show and do nothing that its reader could not have had from the API.
package protocol PageDesk: Sendable {
    /// Answers in the order of the questions; what they leave in the trail is durable before.
    ///
    /// - Throws: what could not be found out; a refusal is an answer.
    func answers(_ questions: [PageQuestion]) async throws -> [Result<Answer, Problem>]
}

/// What a browser asks for, once it is known who asks.
package struct PageRequest: Sendable {
    package let sheet: Sheet
    /// By the names in the page's path.
    package let parameters: [String: String]
    /// What was posted; empty for a page that is only looked at.
    package let form: Form
    /// Why what was posted was not done: the page is shown again with what was typed.
    package var problem: Problem?
    package let desk: any PageDesk
    /// As the browser names this node: `https://host:port`; empty where it does not.
    package let origin: String

    package init(
        sheet: Sheet, parameters: [String: String], form: Form, desk: any PageDesk,
        origin: String = ""
    ) {
        self.origin = origin
        self.sheet = sheet
        self.parameters = parameters
        self.form = form
        self.desk = desk
    }

    var words: Words { sheet.words }

    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    func query(_ name: String) -> String? {
        sheet.address.query.first { $0.name == name }?.value
    }

    /// - Throws: ``Problem``, or what could not be found out.
    func ask(
        _ operation: String, _ parameters: [String: String] = [:], _ given: JSONObject = [:],
        ifMatch: String? = nil
    ) async throws -> Answer {
        let question = PageQuestion(operation, parameters, given, ifMatch: ifMatch)
        guard let answer = try await desk.answers([question]).first else {
            preconditionFailure("one answer for each question")
        }
        return try answer.get()
    }

    func read(
        _ operation: String, _ parameters: [String: String] = [:], _ given: JSONObject = [:]
    ) async throws -> JSONObject {
        try await ask(operation, parameters, given).json ?? [:]
    }

    /// What was typed into a field, when the page is shown again.
    func typed(_ name: String) -> String { form.text(name) ?? "" }
}

/// What a browser is answered.
package enum PageReply: Sendable {
    case page(HTML, status: Int = 200)
    /// To another page, which is asked for anew (303).
    case redirect(Address, Answer? = nil)
    /// To the page of an identity provider, which the node's operator has named.
    case leave(to: String, Answer)
    /// What is no page, as it stands: a feed, a document to keep.
    case file([UInt8], type: String)
    /// What was typed was saved: its new tag, for a script that saves again and again.
    case saved(tag: String, note: String)
}

/// One page: where it is, what it needs of the desk, what it shows, and the forms on it.
package struct Page: Sendable {
    package typealias Show = @Sendable (PageRequest) async throws -> PageReply

    /// A form posts to its page; which one it is stands in its field `do`.
    package struct FormAction: Sendable {
        package let name: String
        package let operation: String
        let act: Show

        init(_ name: String, _ operation: String, _ act: @escaping Show) {
            self.name = name
            self.operation = operation
            self.act = act
        }
    }

    /// Below the language, with `{name}` for what stands there.
    package let path: String
    /// The operations without which it shows nothing; none for a page that anybody may see.
    package let needs: [String]
    package let forms: [FormAction]
    let show: Show

    init(
        _ path: String, needs: [String] = [], forms: [FormAction] = [], show: @escaping Show
    ) {
        self.path = path
        self.needs = needs
        self.forms = forms
        self.show = show
    }

    /// By its name in the path.
    package func parameters(at steps: [String]) -> [String: String]? {
        let own = path.isEmpty ? [] : path.split(separator: "/")
        guard own.count == steps.count else { return nil }
        var parameters: [String: String] = [:]
        for (pattern, step) in zip(own, steps) {
            if pattern.hasPrefix("{") {
                parameters[String(pattern.dropFirst().dropLast())] = step
            } else if pattern != step {
                return nil
            }
        }
        return parameters
    }
}
