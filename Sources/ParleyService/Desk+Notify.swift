import ParleyLog
package import ParleyNode
package import ParleyStatements

extension NotifyWishes {
    /// As `notify.set` takes them.
    package init(_ given: Given) throws(NotifyRefusal) {
        self.init()
        language = given.text("language") ?? language
        if let text = given.text("mail") {
            guard let address = MailAddress(text) else { throw .mailMalformed }
            mail = address
        }
        for channel in NotifyChannel.allCases {
            let names = given.texts(channel.rawValue + "Kinds") ?? []
            kinds[channel] = Set(names.compactMap(NotifyKind.init(rawValue:)))
        }
        digestHours = given.number("digestHours")
        offsetMinutes = given.number("offsetMinutes") ?? 0
        isOnLadder = given.flag("ladder") ?? false
        let (from, until) = (given.text("quietFrom"), given.text("quietUntil"))
        if from == nil, until == nil { return }
        guard let first = from.flatMap(QuietHours.minute),
            let last = until.flatMap(QuietHours.minute),
            let hours = QuietHours(from: first, until: last)
        else { throw .quietMalformed }
        quiet = hours
    }
}

/// How people at a node are told of things, for its API and for commands on its machine alike.
package struct NotifyDesk: Sendable {
    private let accounts: Accounts
    private let clock: any WallClock
    private let randomness: any Randomness
    private let means: Means

    /// What the node's operator has set up.
    package enum Means: Sendable {
        /// As for a command: the node that serves knows.
        case unknown
        /// Nothing at all where nil.
        case known(NotifyPorts?)
    }

    package init(
        _ accounts: Accounts, means: Means, clock: any WallClock, randomness: any Randomness
    ) {
        self.accounts = accounts
        self.means = means
        self.clock = clock
        self.randomness = randomness
    }

    private var store: any DeskStore { accounts.store }

    private func has(_ channel: NotifyChannel) -> Bool {
        switch means {
        case .unknown: true
        case .known(let ports): ports?.has(channel) ?? false
        }
    }

    private func known(_ name: AccountName) async throws {
        guard try await store.account(name) != nil else {
            throw AccountRefusal.accountUnknown(name)
        }
    }

    package func show(_ name: AccountName) async throws -> JSONObject {
        try await known(name)
        let wishes = try await store.wishes(of: name)
        var json: JSONObject = [
            "wishes": .object(wishes.json), "webhooks": .array(try await hooks(of: name)),
            "mail": .object(try await store.standing(of: .mail(name)).json),
        ]
        guard case .known(let ports) = means else { return json }
        json = json.adding([
            "channels": .array(NotifyChannel.allCases.filter(has).map { .string($0.rawValue) })
        ])
        guard let ports else { return json }
        return json.adding(["hotlineSeconds": .integer(ports.hotlineSeconds)])
    }

    package func set(_ wishes: NotifyWishes, of name: AccountName) async throws -> JSONObject {
        try await known(name)
        try await store.keep(wishes, of: name)
        return try await show(name)
    }

    /// - Returns: by how many ways it is told.
    package func test(_ name: AccountName) async throws -> Int {
        try await known(name)
        let now = clock.now()
        let receiver = try await store.receiver(name)
        var targets: [NotifyTarget] = []
        if receiver?.wishes.mail != nil { targets.append(.mail(name)) }
        targets += receiver?.webhooks.map { .webhook($0.id) } ?? []
        targets = targets.filter { has($0.channel) }
        guard !targets.isEmpty else { throw NotifyRefusal.offNow }
        let fact = NotifyFact(.test, at: now)
        let entries = targets.map {
            NotifyEntry(target: $0, fact: fact, audience: nil, isDigest: false, due: now)
        }
        guard try await store.takeTest(entries, of: name, at: now) else {
            throw NotifyRefusal.testTooSoon
        }
        return targets.count
    }

    // MARK: Webhooks

    private func hooks(of name: AccountName?) async throws -> [JSONValue] {
        var hooks: [JSONValue] = []
        for hook in try await store.webhooks(of: name) {
            let standing = try await store.standing(of: .webhook(hook.id))
            hooks.append(.object(hook.json.adding(standing.json)))
        }
        return hooks
    }

    /// - Parameter name: nil for the node's own.
    package func webhooks(of name: AccountName?) async throws -> JSONObject {
        if let name { try await known(name) }
        return ["webhooks": .array(try await hooks(of: name))]
    }

    /// - Returns: its label and its secret, shown this once.
    package func add(
        _ label: String, at text: String, kinds: Set<NotifyKind>, of name: AccountName?
    ) async throws -> JSONObject {
        if let name { try await known(name) }
        guard APIToken.isLabel(label), let address = Webhook.address(text) else {
            throw NotifyRefusal.webhookMalformed
        }
        // A command does not know what the node that serves allows; it is asked again before each
        // message.
        if case .known(let ports) = means, ports?.policy?.allows(address) != true {
            throw NotifyRefusal.webhookNotAllowed(host: address.host)
        }
        guard let id = WebhookID(bytes: randomness.bytes(count: 16)),
            let secret = WebhookSecret(bytes: randomness.bytes(count: WebhookSecret.sizeBytes))
        else { preconditionFailure("so many bytes were asked for") }
        let hook = Webhook(
            id: id, account: name, label: label, address: address, kinds: kinds, secret: secret,
            madeAt: clock.now())
        let most = name == nil ? Webhook.mostOfNode : Webhook.mostOfAccount
        switch try await store.add(hook, most: most) {
        case .added: break
        case .labelTaken: throw NotifyRefusal.webhookLabelTaken(label)
        case .tooMany: throw NotifyRefusal.webhooksTooMany(limit: most)
        }
        return ["label": .string(label), "secret": .string(secret.text)]
    }

    package func remove(_ label: String, of name: AccountName?) async throws {
        guard try await store.removeWebhook(label, of: name) else {
            throw NotifyRefusal.webhookUnknown(label)
        }
    }
}

extension Desk {
    private var telling: NotifyDesk {
        NotifyDesk(accounts, means: .known(notify), clock: clock, randomness: randomness)
    }

    private func own(_ ask: Ask) throws(Problem) -> AccountName {
        guard let name = ask.caller.account else { throw .signInNeeded }
        return name
    }

    private func kinds(_ ask: Ask) -> Set<NotifyKind> {
        Set((ask.given.texts("kinds") ?? []).compactMap(NotifyKind.init(rawValue:)))
    }

    func showNotify(_ ask: Ask) async throws -> Answer {
        Answer(try await telling.show(try own(ask)))
    }

    func setNotify(_ ask: Ask) async throws -> Answer {
        Answer(try await telling.set(try NotifyWishes(ask.given), of: try own(ask)))
    }

    func testNotify(_ ask: Ask) async throws -> Answer {
        Answer(["targets": .integer(Int64(try await telling.test(try own(ask))))])
    }

    func listWebhooks(_ ask: Ask) async throws -> Answer {
        Answer(try await telling.webhooks(of: try own(ask)))
    }

    func addWebhook(_ ask: Ask) async throws -> Answer {
        Answer(
            try await telling.add(
                ask.given.text("label") ?? "", at: ask.given.text("address") ?? "", kinds: [],
                of: try own(ask)))
    }

    func removeWebhook(_ ask: Ask) async throws -> Answer {
        try await telling.remove(ask.parameter("hook"), of: try own(ask))
        return .nothing
    }

    func listNodeWebhooks() async throws -> Answer {
        Answer(try await telling.webhooks(of: nil))
    }

    func addNodeWebhook(_ ask: Ask) async throws -> Answer {
        Answer(
            try await telling.add(
                ask.given.text("label") ?? "", at: ask.given.text("address") ?? "",
                kinds: kinds(ask), of: nil))
    }

    func removeNodeWebhook(_ ask: Ask) async throws -> Answer {
        try await telling.remove(ask.parameter("webhook"), of: nil)
        return .nothing
    }
}
