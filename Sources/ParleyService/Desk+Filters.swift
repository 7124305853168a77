import ParleyNode
import ParleyStatements

extension Operation {
    private static let readers = Access.roles([.officer, .caseOfficer, .approver, .auditor])

    static let filters: [Operation] = [
        Operation(
            "filter.list", .get, "/account/filters", readers,
            "List the filters of the queue that one keeps, by name",
            fields: [
                .optional("counts", .flag, "With how many threads each finds; up to 1000")
            ], trailing: .aMinute),
        Operation(
            "filter.add", .put, "/account/filters/{filter}", readers,
            "Keep a filter of the queue under a name, in place of the one of that name",
            fields: QueueFilter.fields),
        Operation(
            "filter.remove", .delete, "/account/filters/{filter}", readers,
            "Remove a filter that one keeps", success: 204),
    ]
}

/// The filters that people keep, for a node's API and for commands on its machine alike.
package struct FilterDesk: Sendable {
    private let store: any DeskStore

    package init(_ store: any DeskStore) { self.store = store }

    /// By name.
    package func list(_ account: AccountName) async throws -> [SavedFilter] {
        try await known(account)
        return try await store.filters(of: account)
    }

    package func save(
        _ filter: QueueFilter, as text: String, of account: AccountName
    ) async throws -> SavedFilter {
        try await known(account)
        guard let name = FilterName(text) else { throw FilterRefusal.nameMalformed }
        let saved = SavedFilter(name: name, filter: filter)
        guard try await store.keep(saved, of: account, most: SavedFilter.most) else {
            throw FilterRefusal.tooMany(limit: SavedFilter.most)
        }
        return saved
    }

    package func filter(_ text: String, of account: AccountName) async throws -> QueueFilter {
        let name = FilterName(text)
        guard let saved = try await list(account).first(where: { $0.name == name }) else {
            throw FilterRefusal.unknown(text)
        }
        return saved.filter
    }

    package func remove(_ text: String, of account: AccountName) async throws {
        guard let name = FilterName(text), try await store.removeFilter(name, of: account) else {
            throw FilterRefusal.unknown(text)
        }
    }

    private func known(_ account: AccountName) async throws {
        guard try await store.account(account) != nil else {
            throw AccountRefusal.accountUnknown(account)
        }
    }
}

extension Desk {
    private var kept: FilterDesk { FilterDesk(accounts.store) }

    private func holder(_ ask: Ask) throws(Problem) -> AccountName {
        guard let name = ask.caller.account else { throw .signInNeeded }
        return name
    }

    func listFilters(_ ask: Ask) async throws -> Answer {
        // Whoever asks was just found: it is not looked up again.
        let saved = try await accounts.store.filters(of: try holder(ask))
        guard ask.given.flag("counts") == true, !saved.isEmpty else {
            return Answer(["filters": .array(saved.map { .object($0.json) })])
        }
        let views = try await home.views()
        var filters: [JSONValue] = []
        for one in saved {
            let count = try await count(one.filter, views)
            filters.append(.object(one.json.adding(["count": .integer(Int64(count))])))
        }
        return Answer(["filters": .array(filters)])
    }

    /// Many keep the same filter, and a page is looked at again and again.
    private func count(_ filter: QueueFilter, _ views: any Views) async throws -> Int {
        let now = clock.now()
        let name = String(
            decoding: JSONValue.object(filter.json).canonicalBytes, as: UTF8.self)
        let question = filter.question(of: node.identity.party.id, at: now, limit: 1000)
        return try await shelf.value("filter " + name, at: now, goodSeconds: 2) {
            try await views.count(question)
        }
    }

    func saveFilter(_ ask: Ask) async throws -> Answer {
        let saved = try await kept.save(
            QueueFilter(ask.given), as: ask.parameter("filter"), of: try holder(ask))
        return Answer(saved.json)
    }

    func removeFilter(_ ask: Ask) async throws -> Answer {
        try await kept.remove(ask.parameter("filter"), of: try holder(ask))
        return .nothing
    }
}
