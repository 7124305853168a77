import Foundation
import ParleyLog
import ParleyService
import ParleyStatements
import ParleyTestSupport
import Testing

struct OperationTests {
    @Test func `no two operations share a name or a place, and each says one sentence`() {
        let all = Operation.all
        #expect(Set(all.map(\.id)).count == all.count)
        #expect(Set(all.map { "\($0.method.rawValue) \($0.path)" }).count == all.count)
        for operation in all {
            #expect(!operation.summary.hasSuffix("."), "\(operation.id)")
            #expect(operation.parameters.count <= 1, "the trail names one object")
            #expect(operation.method != .delete || operation.fields.isEmpty)
        }
    }

    @Test func `the document in Spec is the one that the node serves`() throws {
        let file = VectorFolder.root.deletingLastPathComponent()
            .appending(path: "Spec/openapi.json")
        let expected = JSONValue.object(OpenAPI.document).indentedBytes
        #expect(try [UInt8](Data(contentsOf: file)) == expected + [0x0a])
    }

    @Test func `a role is allowed what names it, and a token nothing that is for people alone`() {
        for operation in Operation.all {
            for role in Role.allCases {
                let person = Caller(account: nil, organ: nil, roles: [role], means: .session)
                let program = Caller(
                    account: nil, organ: nil, roles: [role], means: .token(label: "x"))
                switch operation.access {
                case .anybody:
                    #expect(operation.isAllowed(to: person) && operation.isAllowed(to: .nobody))
                case .person:
                    #expect(operation.isAllowed(to: person) && !operation.isAllowed(to: program))
                    #expect(!operation.isAllowed(to: .nobody))
                case .roles(let roles):
                    #expect(operation.isAllowed(to: person) == roles.contains(role))
                    #expect(operation.isAllowed(to: program) == roles.contains(role))
                    #expect(!operation.isAllowed(to: .nobody))
                }
            }
        }
    }

    @Test func `who lacks the second factor that is asked for may set one up and leave`() {
        let lacking = Caller(
            account: nil, organ: nil, roles: Set(Role.allCases), means: .session,
            lacksFactor: true)
        let allowed = Operation.all.filter {
            $0.access != .anybody && $0.isAllowed(to: lacking)
        }
        #expect(
            Set(allowed.map(\.id)) == [
                "factor.begin", "factor.confirm", "password.set", "session.end",
                "session.end-all", "session.list", "session.show",
            ])
        for operation in Operation.all where operation.access == .anybody {
            #expect(operation.isAllowed(to: lacking), "\(operation.id)")
        }
    }

    @Test func `nobody but who may open seals reads bodies or looks for their words`() throws {
        for name in ["body.show", "text.search"] {
            let operation = try #require(Operation.named(name))
            guard case .roles(let roles) = operation.access else {
                Issue.record("\(name) is open")
                continue
            }
            #expect(roles == [.officer, .caseOfficer, .approver])
        }
    }
}

struct FieldTests {
    private let operation = Operation.named("account.add")!
    private let listing = Operation.named("trail.list")!

    private func reason(_ object: JSONObject) -> String? {
        do throws(Problem) {
            _ = try Given(object, fields: operation.fields)
            return nil
        } catch {
            return "\(error.reason): \(error.detail)"
        }
    }

    private let good: JSONObject = [
        "name": .string("ann"), "password": .string("twelve and more"),
        "roles": .array([.string("officer"), .string("auditor")]),
    ]

    @Test func `what is given is checked against the fields, and the fault is named`() {
        #expect(reason(good) == nil)
        #expect(
            reason(good.adding(["x": .bool(true)])) == "field-unknown: there is no field x here")
        #expect(
            reason(["name": .string("ann"), "password": .string("twelve and more")])
                == "field-missing: roles is missing")
        func with(_ name: String, _ value: JSONValue) -> String? {
            reason(
                JSONObject(
                    good.members.map { $0.name == name ? .init(name: name, value: value) : $0 }))
        }
        #expect(
            with("name", .string("a"))
                == "field-wrong: name should be as ^[a-z][a-z0-9._@-]{1,63}$")
        #expect(
            with("password", .string("eleven char"))
                == "field-wrong: password should be 12 to 512 characters")
        #expect(with("password", .string(String(repeating: "口", count: 512))) == nil)
        #expect(with("password", .string(String(repeating: "口", count: 513))) != nil)
        #expect(with("name", .string(String(repeating: "a", count: 64))) == nil)
        #expect(with("name", .string(String(repeating: "a", count: 65))) != nil)
        #expect(with("name", .integer(7)) == "field-wrong: name should be of another type")
        for wrong: JSONValue in [
            .array([]), .array([.string("king")]),
            .array([.string("officer"), .string("officer")]),
            .array([.integer(1)]), .string("officer"),
        ] {
            #expect(with("roles", wrong)?.hasPrefix("field-wrong: roles should be") == true)
        }
    }

    @Test(arguments: [
        ("2026-11-24T03:00:00Z", "2026-11-24T03:00:00Z"),
        ("2026-11-24t11:00:00.123+08:00", "2026-11-24T03:00:00Z"),
        ("2026-11-23T22:30:00-04:30", "2026-11-24T03:00:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("1904-02-29T00:00:00Z", "1970-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59-01:00", "9999-12-31T23:59:59Z"),
    ])
    func `an instant may be asked for in any spelling of RFC 3339`(
        text: String, meant: String
    ) throws {
        let given = try Given(query: [("since", text)], fields: listing.fields)
        #expect(given.instant("since") == Timestamp(text: meant))
    }

    @Test(arguments: [
        "2026-11-24", "2026-11-24T03:00Z", "2026-02-29T00:00:00Z", "1905-02-29T00:00:00Z",
        "2026-11-24T24:00:00Z", "2026-11-24T03:00:00", "2026-11-24T03:00:00+24:00",
        " 2026-11-24T03:00:00Z", "２026-11-24T03:00:00Z",
        "2026-11-24T03:00:00+٠١:٠٠", "2026-11-24T03:00:00.１Z",
    ])
    func `what is no instant is refused`(text: String) {
        #expect(throws: Problem.self) {
            try Given(query: [("since", text)], fields: listing.fields)
        }
    }

    @Test func `a query's values are read as their kind`() throws {
        let given = try Given(
            query: [("limit", "500"), ("since", "2026-11-24T03:00:00Z"), ("account", "ann")],
            fields: listing.fields)
        #expect(given.number("limit") == 500 && given.text("account") == "ann")
        #expect(given.instant("since") == Timestamp(text: "2026-11-24T03:00:00Z"))
        for pair in [
            ("limit", "501"), ("limit", "0"), ("limit", ""), ("limit", "+5"), ("limit", "five"),
            ("since", "2026"),
            ("x", "1"), ("after", ""), ("after", "0"), ("after", "9999999999999999999"),
        ] {
            #expect(throws: Problem.self, "\(pair)") {
                try Given(query: [pair], fields: listing.fields)
            }
        }
        #expect(throws: Problem.self) {
            try Given(query: [("limit", "1"), ("limit", "1")], fields: listing.fields)
        }
    }
}

struct RateLimitTests {
    private let start = Timestamp(text: "2026-11-24T03:00:00Z")!

    @Test func `so many at once, and so many a second after that`() {
        let rate = RateLimit(perSecond: 2, burst: 5)
        func count(_ asker: String, after seconds: Int64) -> Int {
            (0..<20).count { _ in rate.allows(asker, at: start.adding(seconds: seconds)) }
        }
        #expect(count("a", after: 0) == 5)
        #expect(count("b", after: 0) == 5)
        #expect(count("a", after: 1) == 2)
        #expect(count("a", after: 100) == 5)
        // A clock that goes back gives nobody more.
        #expect(count("a", after: 50) == 0)
    }

    @Test func `a great many askers do not fill the memory, nor shut each other out`() {
        let rate = RateLimit(perSecond: 1, burst: 1)
        for number in 0..<50_000 { #expect(rate.allows("place \(number)", at: start)) }
    }
}
