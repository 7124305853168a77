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

    init(_ row: Row) throws {
        self.init(
            name: try row.parsed("name") { AccountName($0) },
            organ: try row.parsed("organ") { OrganID($0) },
            roles: try row.roles(), madeAt: try row.instant("made"))
        isDisabled = row["disabled"]
        if row["password"] as String? != nil {
            password = try row.parsed("password") { PasswordHash(text: $0) }
        }
        secondFactor = (row["factor"] as Data?).map { OneTimeSecret(bytes: [UInt8]($0)) }
        pendingFactor = (row["pending_factor"] as Data?).map { OneTimeSecret(bytes: [UInt8]($0)) }
        usedStep = row["used_step"]
        subject = row["subject"]
        if row["company"] as String? != nil {
            company = try row.parsed("company") { CompanyName($0) }
        }
        let codes = [UInt8](row["recovery"] as Data)
        for start in stride(from: 0, to: codes.count, by: Digest.byteCount) {
            guard let code = Digest(bytes: codes[start..<min(start + 32, codes.count)]) else {
                throw LedgerDamage.valueMalformed(column: "recovery")
            }
            recoveryCodes.insert(code)
        }
    }
}

extension Session {
    init(_ row: Row) throws {
        self.init(
            digest: try row.digest("digest"),
            account: try row.parsed("account") { AccountName($0) },
            began: try row.instant("began"), seen: try row.instant("seen"),
            isByProvider: row["by_provider"])
    }
}

extension APIToken {
    init(_ row: Row) throws {
        self.init(
            digest: try row.digest("digest"),
            account: try row.parsed("account") { AccountName($0) }, label: row["label"],
            roles: try row.roles(),
            agreement: row["agreement"] as Data? == nil
                ? nil : AgreementID(try row.digest("agreement")),
            madeAt: try row.instant("made"), until: try row.instant("until"),
            usedAt: try row.optionalInstant("used"),
            revokedAt: try row.optionalInstant("revoked"))
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
    func parsed<Value>(_ column: String, _ parse: (String) -> Value?) throws -> Value {
        guard let text = self[column] as String?, let value = parse(text) else {
            throw LedgerDamage.valueMalformed(column: column)
        }
        return value
    }

    func optionalInstant(_ column: String) throws -> Timestamp? {
        try (self[column] as Int64?).map { _ in try instant(column) }
    }

    func instant(_ column: String) throws -> Timestamp {
        guard let instant = Timestamp(secondsSinceEpoch: self[column]) else {
            throw LedgerDamage.valueMalformed(column: column)
        }
        return instant
    }

    func digest(_ column: String) throws -> Digest {
        guard let digest = Digest(bytes: self[column] as Data) else {
            throw LedgerDamage.valueMalformed(column: column)
        }
        return digest
    }

    func roles() throws -> Set<Role> {
        try parsed("roles") { text in
            let names = text.split(separator: " ").map(String.init)
            let roles = names.compactMap(Role.init(rawValue:))
            return roles.count == names.count ? Set(roles) : nil
        }
    }
}
