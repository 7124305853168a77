import Foundation
import GRDB
import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

/// What SQLite alone does with as many rows of the same size: a row a statement with its text, four
/// a thread, and the same tokens into its own full-text index (FTS5), in transactions of the same
/// length; no fold, no tokens cut, no further index.
enum BareInsert {
    /// - Returns: statements a second.
    static func rate(_ talk: ViewTalk, folder: String, threads: Int) async throws -> Double {
        let path = URL(filePath: folder).appending(path: "bare.sqlite").path
        let queue = try DatabaseQueue(path: path)
        try await queue.writeWithoutTransaction { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
            try db.execute(
                sql: """
                    CREATE TABLE text (
                        position INTEGER PRIMARY KEY, id BLOB, thread BLOB, text TEXT);
                    CREATE TABLE row (number INTEGER PRIMARY KEY, id BLOB, rest TEXT);
                    CREATE VIRTUAL TABLE token USING fts5 (tokens, content = '', columnsize = 0,
                        detail = 'none', tokenize = 'ascii');
                    INSERT INTO token (token, rank) VALUES ('hashsize', 8388608);
                    """)
        }
        let tokens = SearchTokens()
        var count = 0
        var seconds = 0.0
        for first in stride(from: 0, to: threads, by: 500) {
            let made = try (first..<min(first + 500, threads)).map { number in
                let thread = try talk.thread(number, first: count)
                count += thread.records.count
                return thread.texts.map { text in
                    var joined: [UInt8] = []
                    tokens.append(text.text, to: &joined)
                    return Row(text, String(decoding: joined, as: UTF8.self))
                }
            }
            let took = try await ContinuousClock().measure {
                try await queue.write { db in try insert(made, db) }
            }
            seconds += took.inSeconds
        }
        try queue.close()
        try FileManager.default.removeItem(atPath: path)
        return Double(count) / seconds
    }

    private struct Row {
        let position: Int64
        let id: Data
        let thread: Data
        let text: String
        let tokens: String

        init(_ text: SearchText, _ tokens: String) {
            position = Int64(text.index.position)
            id = text.statement.digest.withBytes { Data($0) }
            thread = Data(text.thread.bytes)
            self.text = text.text
            self.tokens = tokens
        }
    }

    private static func insert(_ threads: [[Row]], _ db: Database) throws {
        let text = try db.cachedStatement(sql: "INSERT INTO text VALUES (?, ?, ?, ?)")
        let token = try db.cachedStatement(sql: "INSERT INTO token (rowid, tokens) VALUES (?, ?)")
        let row = try db.cachedStatement(sql: "INSERT INTO row (id, rest) VALUES (?, ?)")
        let rest = String(repeating: "x", count: 90)
        for thread in threads {
            for _ in 0..<4 {
                row.setUncheckedArguments([thread[0].thread, rest])
                try row.execute()
            }
            for one in thread {
                text.setUncheckedArguments([one.position, one.id, one.thread, one.text])
                try text.execute()
                token.setUncheckedArguments([one.position, one.tokens])
                try token.execute()
            }
        }
    }
}
