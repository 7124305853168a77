import ParleyService
import ParleyStatements

/// Coming in: the first administrator, signing in and out.
package enum SignInPages {
    static var all: [Page] {
        [
            Page(
                "sign-in", forms: [.init("sign-in", "session.begin", signIn)], show: showSignIn),
            Page(
                "sign-out", forms: [.init("sign-out", "session.end", signOut)]
            ) { request in .redirect(Address(request.sheet.viewer == nil ? "sign-in" : "desk")) },
            Page("sign-in/provider") { request in
                let answer = try await request.ask("oidc.begin")
                return .leave(to: answer.json?.text("address") ?? "", answer)
            },
            Page(
                "first/{first}", forms: [.init("first", "first.add", addFirst)], show: showFirst),
        ]
    }

    // MARK: Signing in

    private static func showSignIn(_ request: PageRequest) -> PageReply {
        let words = request.words
        return .page(
            Frame(request.sheet, title: words("sign-in.title")).page { html in
                html(.h1, text: words("sign-in.title"))
                // What a form brought is not kept for whoever signs in next.
                let notes = ["first": "first.made", "over": "sign-in.over"]
                if request.problem == nil, let note = request.query("note").flatMap({ notes[$0] }) {
                    html(.p, .class("note"), .plain(.role, "status"), text: words(note))
                }
                html.problem(request.problem, request.sheet)
                html.form("sign-in", request) { html in
                    html.field("name", words("account.name"), request) {
                        [.plain(.autocomplete, "username"), .plain(.spellcheck, "false")]
                    }
                    html.secret(
                        "password", words("account.password"), request, "current-password")
                    html.field(
                        "code", words("account.code"), request, hint: words("account.code-hint"),
                        isRequired: false
                    ) {
                        [.plain(.autocomplete, "one-time-code"), .plain(.spellcheck, "false")]
                    }
                    html(.button, .class("main"), text: words("sign-in.do"))
                }
                if request.sheet.hasProvider {
                    html(.p) { html in
                        html(
                            .a, .href(request.sheet.link("sign-in", "provider")),
                            text: words("sign-in.elsewhere"))
                    }
                }
            })
    }

    private static func signIn(_ request: PageRequest) async throws -> PageReply {
        guard let operation = Operation.named("session.begin") else { throw Problem.notFound }
        let answer = try await request.ask(
            "session.begin", [:], request.form.given(for: operation.fields))
        return .redirect(next(request.query("next")), answer)
    }

    /// Where somebody wanted to go before they were asked to sign in: a page of ours or the desk.
    static func next(_ text: String?) -> Address {
        let desk = Address("desk")
        guard let text, text.hasPrefix("//desk"), !text.contains("\\") else { return desk }
        let parts = text.dropFirst(2).split(separator: "?", maxSplits: 1)
        let steps = parts[0].split(separator: "/").map(String.init)
        guard let address = Address(escapedSteps: steps, query: parts.dropFirst().first ?? "")
        else { return desk }
        return PageRouter.page(at: address.steps) == nil ? desk : address
    }

    private static func signOut(_ request: PageRequest) async throws -> PageReply {
        .redirect(Address("sign-in"), try await request.ask("session.end"))
    }

    /// What a browser shows for a moment between the provider's page and the desk.
    package static func leadingOn() -> HTML {
        var html = HTML()
        html.doctype()
        html(.html, .lang("en")) { html in
            html(.head) { html in
                html(.meta, .plain(.charset, "utf-8"))
                html(.title, text: "Parley")
            }
            html(.body) { html in
                for words in Words.all {
                    html(.p, .lang(words.tag)) { html in
                        html(
                            .a, .href(Link(Address("desk"), in: words.code)),
                            text: words("go.queue"))
                    }
                }
            }
        }
        return html
    }

    // MARK: The first administrator

    private static func showFirst(_ request: PageRequest) -> PageReply {
        let words = request.words
        return .page(
            Frame(request.sheet, title: words("first.title")).page { html in
                html(.h1, text: words("first.title"))
                html(.p, text: words("first.about"))
                html.problem(request.problem, request.sheet)
                html.form("first", request) { html in
                    html.field(
                        "name", words("account.name"), request, hint: words("account.name-hint")
                    ) {
                        [.plain(.autocomplete, "username"), .plain(.spellcheck, "false")]
                    }
                    html.secret(
                        "password", words("account.password"), request, "new-password",
                        hint: words("account.password-hint"))
                    html(.button, .class("main"), text: words("first.do"))
                }
            })
    }

    private static func addFirst(_ request: PageRequest) async throws -> PageReply {
        _ = try await request.ask(
            "first.add", [:],
            [
                "first": .string(request.parameter("first")),
                "name": .string(request.form.text("name") ?? ""),
                "password": .string(request.form.whole("password") ?? ""),
            ])
        return .redirect(Address("sign-in").with(("note", "first")))
    }
}
