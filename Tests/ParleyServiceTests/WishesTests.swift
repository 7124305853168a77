import ParleyLog
import ParleyStatements
import Testing

@testable import ParleyService

struct WishesTests {
    private func at(_ text: String) -> Timestamp { Timestamp(text: "2026-03-02T\(text)Z")! }

    @Test(arguments: [
        // Beijing's night, as UTC has it: 14:00 to 23:00.
        ("13:59:59", "13:59:59", "13:59:59"), ("14:00:00", "23:00:00", "14:00:00"),
        ("22:59:59", "23:00:00", "22:59:59"), ("23:00:00", "23:00:00", "23:00:00"),
    ])
    func `quiet hours hold back all but the hotline until they end`(
        now: String, due: String, call: String
    ) {
        var wishes = NotifyWishes()
        wishes.quiet = QuietHours(from: 22 * 60, until: 7 * 60)
        wishes.offsetMinutes = 480
        #expect(wishes.due(.overdue, at: at(now)) == at(due))
        #expect(wishes.due(.hotline, at: at(now)) == at(call))
    }

    @Test func `quiet hours of one day, and behind UTC`() {
        var wishes = NotifyWishes()
        wishes.quiet = QuietHours(from: 12 * 60, until: 13 * 60 + 30)
        wishes.offsetMinutes = -330
        #expect(wishes.due(.silence, at: at("17:29:59")) == at("17:29:59"))
        #expect(wishes.due(.silence, at: at("17:30:00")) == at("19:00:00"))
        #expect(QuietHours(from: 60, until: 60) == nil && QuietHours(from: 0, until: 1440) == nil)
    }

    @Test func `a digest comes at full hours of the holder's clock, after quiet hours`() {
        var wishes = NotifyWishes()
        wishes.digestHours = 4
        wishes.offsetMinutes = 330
        // Midnight there is 18:30 UTC; four hours on is 22:30.
        #expect(wishes.due(.receipt, at: at("18:30:00")) == at("22:30:00"))
        #expect(wishes.due(.receipt, at: at("22:29:59")) == at("22:30:00"))
        #expect(wishes.due(.hotline, at: at("22:29:59")) == at("22:29:59"))
        wishes.quiet = QuietHours(from: 0, until: 6 * 60)
        #expect(
            wishes.due(.receipt, at: at("18:31:00")) == Timestamp(text: "2026-03-03T00:30:00Z"))
    }

    @Test func `wishes are read back as they were given`() throws {
        let json: JSONObject = [
            "language": .string("zh"), "mail": .string("duty@example.org"),
            "mailKinds": .array([.string("hotline"), .string("overdue")]),
            "webhookKinds": .array([.string("peer")]), "digestHours": .integer(6),
            "quietFrom": .string("22:00"), "quietUntil": .string("07:00"),
            "offsetMinutes": .integer(480), "ladder": .bool(true),
        ]
        let fields = try #require(Operation.named("notify.set")).fields
        let wishes = try NotifyWishes(try Given(json, fields: fields))
        #expect(
            JSONValue.object(wishes.json).canonicalBytes == JSONValue.object(json).canonicalBytes)
    }

    @Test(arguments: [
        (["quietFrom": "22:00"], NotifyRefusal.quietMalformed),
        (["quietFrom": "22:00", "quietUntil": "22:00"], .quietMalformed),
        (["quietFrom": "24:00", "quietUntil": "07:00"], .quietMalformed),
        (["quietFrom": "2:000", "quietUntil": "07:00"], .quietMalformed),
        (["mail": "duty at example"], .mailMalformed),
    ])
    func `half of what goes together is refused`(
        fields: [String: String], refusal: NotifyRefusal
    ) throws {
        let json = JSONObject(
            fields.sorted { $0.key < $1.key }.map {
                JSONObject.Member(name: $0.key, value: .string($0.value))
            })
        let given = try Given(json, fields: try #require(Operation.named("notify.set")).fields)
        #expect(throws: refusal) { _ = try NotifyWishes(given) }
    }
}

struct WebhookTests {
    @Test func `a signature is over id, time and body, as others compute it`() throws {
        let secret = try #require(WebhookSecret(bytes: Array(0..<32)))
        #expect(secret.text == "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")
        let headers = secret.headers(
            id: "one", at: Timestamp(secondsSinceEpoch: 1_764_414_248)!, body: Array("{}".utf8))
        #expect(headers.map(\.name) == ["webhook-id", "webhook-timestamp", "webhook-signature"])
        #expect(
            headers.map(\.value) == [
                "one", "1764414248", "v1,OMsMLdkZYp+jqD/9Zbp7OWRPGL5QaHAj7TVgFDLotkA=",
            ])
    }

    @Test(arguments: [
        ("hooks.example.org", "https://hooks.example.org/x", true),
        ("hooks.example.org", "https://HOOKS.example.org", true),
        ("hooks.example.org", "https://hooks.example.org:444/x", false),
        ("hooks.example.org:444", "https://hooks.example.org:444/x", true),
        ("hooks.example.org", "https://xhooks.example.org/", false),
        ("*.example.org", "https://a.b.example.org/", true),
        ("*.example.org", "https://example.org/", false),
        ("*.example.org", "https://example.org.example.net/", false),
        ("*.example.org:8443", "https://a.example.org:8443/", true),
        ("*", "https://192.0.2.1/", true), ("*", "https://192.0.2.1:8443/", false),
        ("[2001:db8::1]:444", "https://[2001:db8::1]:444/", true),
    ])
    func `an operator's pattern fits hosts and ports, whole`(
        pattern: String, url: String, fits: Bool
    ) throws {
        let policy = try #require(WebhookPolicy(allowing: [pattern], mayBeNear: false))
        #expect(policy.allows(try #require(Webhook.address(url))) == fits)
    }

    @Test(arguments: [
        "", "https://hooks.example.org", "hooks.example.org/x", "a*.example.org", "*example.org",
        "*.*.example.org", "hooks.example.org:0", "x@hooks.example.org", "hooks.example.org?",
    ])
    func `what is no host is no pattern`(text: String) {
        #expect(WebhookPolicy(allowing: [text], mayBeNear: false) == nil)
    }

    @Test(arguments: [
        "http://hooks.example.org/", "https://a@hooks.example.org/", "https://hooks.example.org/#x",
        "https:///x", "ftp://hooks.example.org/", "https://hooks.example.org/\r\nX: y",
        "https://hooks.example.org/" + String(repeating: "x", count: 1024),
    ])
    func `what is no https address is no webhook's`(text: String) {
        #expect(Webhook.address(text) == nil)
    }
}

struct FilingNewsTests {
    private func receiver(_ name: String, _ role: Role, of organ: String = "poc") -> NotifyReceiver
    {
        var wishes = NotifyWishes()
        wishes.mail = MailAddress("\(name)@example.org")
        wishes.kinds = [.mail: [.filing]]
        return NotifyReceiver(
            account: Account(
                name: AccountName(name)!, organ: OrganID(organ)!, roles: [role],
                madeAt: Timestamp(text: "2026-03-02T00:00:00Z")!), wishes: wishes, webhooks: [])
    }

    @Test func `what a company hands in is told to who can take it up, and to nobody else`() {
        let filing = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
        var plan = NotifyPlan(
            party: PartyID("us")!,
            receivers: [
                receiver("ann", .caseOfficer), receiver("bob", .approver),
                receiver("cat", .officer, of: "csirt"), receiver("eve", .company),
            ], webhooks: [], hotlineSeconds: 60, has: { $0 == .mail },
            now: Timestamp(text: "2026-03-02T09:00:00Z")!)
        for did in ["handed-in", "taken", "withdrawn", "returned"] {
            plan.add(
                ServiceEvent(
                    .filing, for: .organ(OrganID("poc")!),
                    ["filing": .string(filing), "did": .string(did)]), draft: nil)
        }
        let entries = plan.taking.entries
        #expect(entries.map(\.target) == [.mail(AccountName("ann")!)])
        #expect(entries.map { $0.fact.filing?.description } == [filing])
        #expect(entries.first.flatMap { NotifyFact($0.fact.json) } == entries.first?.fact)
    }
}
