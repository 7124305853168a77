import Foundation
import GRDB
import ParleyLog
import ParleyService
import ParleyStatements

/// Accounts, tokens and entries of the trail as rows, both ways.
extension Account {
    func insert(into db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO account (
                    name, organ, roles, disabled, password, factor, pending_factor, used_step,
                    recovery, made, subject, company)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                name.text, organ.text, roles.text, isDisabled, password?.text,
                (secondFactor?.bytes).map { Data($0) }, (pendingFactor?.bytes).map { Data($0) },
                usedStep, Data(recoveryCodes.sorted().flatMap(\.bytes)),
                madeAt.secondsSinceEpoch, subject, company?.text,
            ])
    }

    /// In the order in which ``init(_:from:)`` takes them: who asks is read with every question,
    /// and a place is found sooner than a name.
    static let columns = """
        account.name, account.organ, account.roles, account.made, account.disabled, \
        account.password, account.factor, account.pending_factor, account.used_step, \
        account.recovery, account.subject, account.company
        """
    static let columnCount = 12

    /// - Parameter first: where its columns begin.
    init(_ row: Row, from first: Int = 0) throws {
        self.init(
            name: try row.parsed(first) { AccountName($0) },
            organ: try row.parsed(first + 1) { OrganID($0) },
            roles: try row.roles(first + 2), madeAt: try row.instant(first + 3))
        isDisabled = row[first + 4]
        password = try row.optional(first + 5) { PasswordHash(text: $0) }
        secondFactor = (row[first + 6] as Data?).map { OneTimeSecret(bytes: [UInt8]($0)) }
        pendingFactor = (row[first + 7] as Data?).map { OneTimeSecret(bytes: [UInt8]($0)) }
        usedStep = row[first + 8]
        let codes = [UInt8](row[first + 9] as Data)
        for start in stride(from: 0, to: codes.count, by: Digest.byteCount) {
            guard let code = Digest(bytes: codes[start..<min(start + 32, codes.count)]) else {
                throw LedgerDamage.valueMalformed(column: "recovery")
            }
            recoveryCodes.insert(code)
        }
        subject = row[first + 10]
        company = try row.optional(first + 11) { CompanyName($0) }
    }
}

extension Session {
    /// In the order in which ``init(_:from:)`` takes them.
    static let columns = """
        session.digest, session.account, session.began, session.seen, session.by_provider
        """

    init(_ row: Row, from first: Int = 0) throws {
        self.init(
            digest: try row.digest(first),
            account: try row.parsed(first + 1) { AccountName($0) },
            began: try row.instant(first + 2), seen: try row.instant(first + 3),
            isByProvider: row[first + 4])
    }
}

extension APIToken {
    /// In the order in which ``init(_:from:)`` takes them.
    static let columns = """
        token.digest, token.account, token.label, token.roles, token.agreement, token.made, \
        token.until, token.used, token.revoked
        """

    init(_ row: Row, from first: Int = 0) throws {
        self.init(
            digest: try row.digest(first),
            account: try row.parsed(first + 1) { AccountName($0) }, label: row[first + 2],
            roles: try row.roles(first + 3),
            agreement: try row.optionalDigest(first + 4).map(AgreementID.init),
            madeAt: try row.instant(first + 5), until: try row.instant(first + 6),
            usedAt: try row.optionalInstant(first + 7),
            revokedAt: try row.optionalInstant(first + 8))
    }
}

extension TrailEntry {
    init(_ row: Row) throws {
        self.init(
            number: row["number"],
            event: TrailEvent(
                at: try row.instant("at"), account: row["account"], means: row["means"],
                operation: row["operation"], object: row["object"], outcome: row["outcome"]),
            previous: try row.digest("previous"))
    }
}

extension Set<Role> {
    /// Sorted, with a space between.
    var text: String { sorted().map(\.rawValue).joined(separator: " ") }
}

extension Row {
    func parsed<Value>(_ place: Int, _ parse: (String) -> Value?) throws -> Value {
        guard let value = try optional(place, parse) else { throw malformed(place) }
        return value
    }

    /// Nil for no value; what is there and cannot be read is damage.
    func optional<Value>(_ place: Int, _ parse: (String) -> Value?) throws -> Value? {
        guard let text = self[place] as String? else { return nil }
        guard let value = parse(text) else { throw malformed(place) }
        return value
    }

    func instant(_ place: Int) throws -> Timestamp {
        guard let instant = try optionalInstant(place) else { throw malformed(place) }
        return instant
    }

    func optionalInstant(_ place: Int) throws -> Timestamp? {
        guard let seconds = self[place] as Int64? else { return nil }
        guard let instant = Timestamp(secondsSinceEpoch: seconds) else { throw malformed(place) }
        return instant
    }

    func digest(_ place: Int) throws -> Digest {
        guard let digest = try optionalDigest(place) else { throw malformed(place) }
        return digest
    }

    func optionalDigest(_ place: Int) throws -> Digest? {
        guard let bytes = self[place] as Data? else { return nil }
        guard let digest = Digest(bytes: bytes) else { throw malformed(place) }
        return digest
    }

    func roles(_ place: Int) throws -> Set<Role> {
        try parsed(place) { text in
            let names = text.split(separator: " ").map(String.init)
            let roles = names.compactMap(Role.init(rawValue:))
            return roles.count == names.count ? Set(roles) : nil
        }
    }

    private func malformed(_ place: Int) -> LedgerDamage {
        .valueMalformed(column: Array(columnNames)[place])
    }

    // By name, where a question is seldom asked.

    func parsed<Value>(_ column: String, _ parse: (String) -> Value?) throws -> Value {
        try parsed(place(of: column), parse)
    }

    func instant(_ column: String) throws -> Timestamp { try instant(place(of: column)) }

    func optionalInstant(_ column: String) throws -> Timestamp? {
        try optionalInstant(place(of: column))
    }

    func digest(_ column: String) throws -> Digest { try digest(place(of: column)) }

    private func place(of column: String) throws -> Int {
        guard let place = columnNames.firstIndex(of: column) else {
            throw LedgerDamage.valueMalformed(column: column)
        }
        return columnNames.distance(from: columnNames.startIndex, to: place)
    }
}
