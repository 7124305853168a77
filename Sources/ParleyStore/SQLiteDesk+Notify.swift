import Foundation
import GRDB
import ParleyLog
package import ParleyService
import ParleyStatements

/// Wishes and webhooks.
extension SQLiteDesk {
    package func wishes(of name: AccountName) async throws -> NotifyWishes {
        try await queue.read { db in try Self.wishes(of: name, db) }
    }

    private static func wishes(of name: AccountName, _ db: Database) throws -> NotifyWishes {
        let row = try Row.fetchOne(
            db, sql: "SELECT wishes FROM wishes WHERE account = ?", arguments: [name.text])
        return try row.map(NotifyWishes.init(row:)) ?? NotifyWishes()
    }

    package func keep(_ wishes: NotifyWishes, of name: AccountName) async throws {
        let bytes = Data(JSONValue.object(wishes.json).canonicalBytes)
        try await queue.write { db in
            try db.execute(
                sql: """
                    INSERT INTO wishes (account, wishes) VALUES (?1, ?2)
                    ON CONFLICT (account) DO UPDATE SET wishes = ?2
                    """, arguments: [name.text, bytes])
        }
    }

    package func receivers() async throws -> [NotifyReceiver] {
        try await queue.read { db in
            let hooks = Dictionary(
                grouping: try Row.fetchAll(
                    db, sql: "SELECT * FROM webhook WHERE account IS NOT NULL ORDER BY label"
                ).map(Webhook.init), by: \.account)
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT \(Account.columns), wishes.wishes FROM account
                    LEFT JOIN wishes ON wishes.account = account.name
                    WHERE NOT disabled ORDER BY name
                    """
            ).compactMap { row in
                let account = try Account(row)
                let wishes =
                    row["wishes"] as Data? == nil ? NotifyWishes() : try NotifyWishes(row: row)
                let own = hooks[account.name] ?? []
                guard wishes.mail != nil || !own.isEmpty else { return nil }
                return NotifyReceiver(account: account, wishes: wishes, webhooks: own)
            }
        }
    }

    package func receiver(_ name: AccountName) async throws -> NotifyReceiver? {
        try await queue.read { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT \(Account.columns) FROM account WHERE name = ? AND NOT disabled",
                arguments: [name.text])
            guard let account = try row.map({ try Account($0) }) else { return nil }
            return NotifyReceiver(
                account: account, wishes: try Self.wishes(of: name, db),
                webhooks: try Self.webhooks(of: name, db))
        }
    }

    package func webhooks(of name: AccountName?) async throws -> [Webhook] {
        try await queue.read { try Self.webhooks(of: name, $0) }
    }

    private static func webhooks(of name: AccountName?, _ db: Database) throws -> [Webhook] {
        try Row.fetchAll(
            db, sql: "SELECT * FROM webhook WHERE account IS ? ORDER BY label",
            arguments: [name?.text]
        ).map(Webhook.init)
    }

    package func webhook(_ id: WebhookID) async throws -> Webhook? {
        try await queue.read { db in
            try Row.fetchOne(
                db, sql: "SELECT * FROM webhook WHERE id = ?", arguments: [Data(id.bytes)]
            ).map(Webhook.init)
        }
    }

    package func add(_ webhook: Webhook, most: Int) async throws -> WebhookAdding {
        try await queue.write { db in
            let labels = try String.fetchAll(
                db, sql: "SELECT label FROM webhook WHERE account IS ?",
                arguments: [webhook.account?.text])
            if labels.contains(webhook.label) { return .labelTaken }
            if labels.count >= most { return .tooMany }
            try db.execute(
                sql: """
                    INSERT INTO webhook (id, account, label, address, kinds, secret, made)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    Data(webhook.id.bytes), webhook.account?.text, webhook.label,
                    webhook.address.text, webhook.kinds.text, Data(webhook.secret.bytes),
                    webhook.madeAt.secondsSinceEpoch,
                ])
            return .added
        }
    }

    package func removeWebhook(_ label: String, of name: AccountName?) async throws -> Bool {
        try await queue.write { db in
            let row = try Row.fetchOne(
                db, sql: "SELECT * FROM webhook WHERE account IS ? AND label = ?",
                arguments: [name?.text, label])
            guard let hook = try row.map(Webhook.init) else { return false }
            try db.execute(
                sql: "DELETE FROM webhook WHERE id = ?", arguments: [Data(hook.id.bytes)])
            for table in ["entry", "target"] {
                try db.execute(
                    sql: "DELETE FROM \(table) WHERE target = ?",
                    arguments: [NotifyTarget.webhook(hook.id).text])
            }
            return true
        }
    }
}

extension NotifyWishes {
    /// As ``SQLiteDesk/keep(_:of:)-(NotifyWishes,_)`` wrote them.
    fileprivate init(row: Row) throws {
        guard
            case .object(let json)? = try? JSONValue(
                parsing: [UInt8](row["wishes"] as Data), limitBytes: 64 * 1024),
            let fields = Operation.named("notify.set")?.fields,
            let given = try? Given(json.withoutEmptyLists, fields: fields),
            let wishes = try? NotifyWishes(given)
        else { throw LedgerDamage.valueMalformed(column: "wishes") }
        self = wishes
    }
}

extension JSONObject {
    /// As a request has them, where a list that is there is not empty.
    fileprivate var withoutEmptyLists: JSONObject {
        JSONObject(members.filter { $0.value != .array([]) })
    }
}

extension Set<NotifyKind> {
    fileprivate var text: String { sorted().map(\.rawValue).joined(separator: " ") }
}

extension Webhook {
    fileprivate init(_ row: Row) throws {
        guard let id = WebhookID(bytes: [UInt8](row["id"] as Data)),
            let secret = WebhookSecret(bytes: [UInt8](row["secret"] as Data))
        else { throw LedgerDamage.valueMalformed(column: "webhook") }
        self.init(
            id: id,
            account: row["account"] as String? == nil
                ? nil : try row.parsed("account") { AccountName($0) },
            label: row["label"], address: try row.parsed("address") { Webhook.address($0) },
            kinds: try row.parsed("kinds") { text in
                Set(text.split(separator: " ").compactMap { NotifyKind(rawValue: String($0)) })
            }, secret: secret, madeAt: try row.instant("made"))
    }
}
