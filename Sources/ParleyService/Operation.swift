/// One thing that can be asked of a node's API, and who may.
///
/// This file is the list of what is allowed; whatever does not stand in it is refused. The routes,
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

    /// `thread.list`; also the name in the trail.
    package let id: String
    package let method: Method
    /// Below ``root``, with `{name}` for what stands there.
    package let path: String
    package let access: Access
    /// One sentence, without a full stop.
    package let summary: String

    package static let root = "/api/v1"

    package func isAllowed(to caller: Caller) -> Bool {
        switch access {
        case .anybody: true
        case .person: caller.means == .session
        case .roles(let roles): !roles.isDisjoint(with: caller.roles)
        }
    }

    package static func named(_ id: String) -> Operation? { all.first { $0.id == id } }

    private init(
        _ id: String, _ method: Method, _ path: String, _ access: Access, _ summary: String
    ) {
        self.id = id
        self.method = method
        self.path = path
        self.access = access
        self.summary = summary
    }

    private static let readers = Access.roles([.officer, .caseOfficer, .approver, .auditor])
    /// Who may see what was sealed to this party.
    private static let openers = Access.roles([.officer, .caseOfficer, .approver])
    private static let administrators = Access.roles([.administrator])

    package static let all: [Operation] = [
        Operation("document.show", .get, "/openapi.json", .anybody, "This document"),
        Operation(
            "first.add", .post, "/first", .anybody,
            "Make the first administrator, with the address that the node printed"),
        Operation("session.begin", .post, "/session", .anybody, "Sign in"),
        Operation("session.show", .get, "/session", .person, "Say who is signed in"),
        Operation("session.end", .delete, "/session", .person, "Sign out"),
        Operation("password.set", .put, "/account/password", .person, "Change one's password"),
        Operation(
            "factor.begin", .post, "/account/factor", .person,
            "Begin a second factor: returns what an authenticator reads"),
        Operation(
            "factor.confirm", .put, "/account/factor", .person,
            "Confirm the second factor with a code of it: returns recovery codes"),
        Operation("factor.remove", .delete, "/account/factor", .person, "Give up the factor"),
        Operation("token.list", .get, "/account/tokens", .person, "List one's tokens"),
        Operation(
            "token.add", .post, "/account/tokens", .person,
            "Make a token for a program: returns its secret, this once"),
        Operation(
            "token.revoke", .delete, "/account/tokens/{label}", .person, "Revoke a token"),
        Operation("account.list", .get, "/accounts", administrators, "List the accounts"),
        Operation("account.add", .post, "/accounts", administrators, "Make an account"),
        Operation("account.show", .get, "/accounts/{name}", administrators, "Show an account"),
        Operation(
            "account.change", .patch, "/accounts/{name}", administrators,
            "Change an account's roles or password, disable it, or take its second factor away"),
        Operation(
            "trail.list", .get, "/trail", .roles([.auditor, .administrator]),
            "Read the trail of what was done at this node"),
        Operation(
            "node.show", .get, "/node",
            .roles([.officer, .caseOfficer, .approver, .auditor, .administrator]),
            "Say how the node does: agreement, peers, log, clocks"),
        Operation("thread.list", .get, "/threads", readers, "List threads, the next due first"),
        Operation(
            "thread.show", .get, "/threads/{thread}", readers,
            "Show a thread: statements, clocks, points and what is lawful now"),
        Operation(
            "body.show", .get, "/statements/{statement}/body", openers,
            "Open the sealed body of a statement"),
        Operation("text.search", .get, "/search", openers, "Search the words of bodies"),
    ]
}
