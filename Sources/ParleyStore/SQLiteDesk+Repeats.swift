import Foundation
import GRDB
package import ParleyLog
package import ParleyService
import ParleyStatements

extension SQLiteDesk {
    package func claim(_ key: RepeatKey, at now: Timestamp) async throws -> RepeatClaim {
        try await queue.write { db in
            // A clock that was set back must not make answers last longer than the day.
            try db.execute(
                sql: "DELETE FROM repeat WHERE at NOT BETWEEN ? AND ?",
                arguments: [
                    now.secondsSinceEpoch - RepeatKey.keptSeconds,
                    now.secondsSinceEpoch + RepeatKey.keptSeconds,
                ])
            let held = try Row.fetchOne(
                db, sql: "SELECT * FROM repeat WHERE account = ? AND key = ?",
                arguments: [key.account.text, key.digest.data])
            if let held {
                guard try held.digest("request") == key.request else { return .other }
                guard let status = held["status"] as Int? else { return .begun }
                return .answered(
                    KeptAnswer(
                        status: status, body: (held["body"] as Data?).map { [UInt8]($0) }))
            }
            let sums = try Row.fetchOne(
                db,
                sql: "SELECT count(*), coalesce(sum(size), 0) FROM repeat WHERE account = ?",
                arguments: [key.account.text])
            if let sums,
                sums[0] as Int >= RepeatKey.mostKeys || sums[1] as Int >= RepeatKey.mostBytes
            {
                return .full
            }
            try db.execute(
                sql: """
                    INSERT INTO repeat (account, key, request, at, size) VALUES (?, ?, ?, ?, 0)
                    """,
                arguments: [
                    key.account.text, key.digest.data, key.request.data, now.secondsSinceEpoch,
                ])
            return .new
        }
    }

    package func keep(_ answer: KeptAnswer, under key: RepeatKey) async throws {
        try await queue.write { db in
            try db.execute(
                sql: """
                    UPDATE repeat SET status = ?, body = ?, size = ? WHERE account = ? AND key = ?
                    """,
                arguments: [
                    answer.status, answer.body.map { Data($0) }, answer.body?.count ?? 0,
                    key.account.text, key.digest.data,
                ])
        }
    }
}
