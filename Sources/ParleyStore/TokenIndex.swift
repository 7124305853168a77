import Foundation
import GRDB
import ParleyDialogue
import ParleyLog
import ParleyNode

/// The index of texts: by token, the positions of the texts that hold it, in blocks.
///
/// A block is written once, its rows in the order of their key, and never changed: so writing costs
/// next to nothing, and a question looks into the newest blocks first and stops when it has enough.
/// Texts that came one by one are in no block at first; they are read through until there are
/// enough of them to make one. SQLite's own full-text index was measured against this one: it took
/// three times as long to write, and a single statement waited for its merges.
struct TokenIndex {
    /// Fewer than these are read through rather than indexed: a few milliseconds at most.
    static let leastTexts = 512
    /// More than these make several blocks, so that the memory taken is bounded.
    static let mostTexts = 8192

    let db: Database

    /// - Parameter texts: ascending, none in the index.
    func add(_ texts: [SearchText]) throws {
        guard texts.count < Self.leastTexts else {
            for first in stride(from: 0, to: texts.count, by: Self.mostTexts) {
                try write(texts[first..<min(first + Self.mostTexts, texts.count)])
            }
            return
        }
        let tail = try RowWriter(db, "INSERT INTO search_tail (position) VALUES (?)")
        for text in texts { try tail.run { $0.add(Int64(text.index.position)) } }
        let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM search_tail") ?? 0
        guard count >= Self.leastTexts else { return }
        try write(Self.tail(of: db)[...])
        try db.execute(sql: "DELETE FROM search_tail")
    }

    private func write(_ texts: ArraySlice<SearchText>) throws {
        guard let last = texts.last else { return }
        var table = PostingTable(textCount: texts.count)
        var joined: [UInt8] = []
        for place in texts.indices {
            joined.removeAll(keepingCapacity: true)
            SQLiteViews.tokens.append(texts[place].text, to: &joined)
            table.add(joined, at: Int64(texts[place].index.position))
        }
        let block = try RowWriter(db, "INSERT INTO token_block (last) VALUES (?) RETURNING number")
        let number = try block.run { $0.add(Int64(last.index.position)) }
        let row = try RowWriter(db, "INSERT INTO token (block, first, page) VALUES (?, ?, ?)")
        try table.forEachPage { page in
            try row.run { row in
                row.add(number)
                row.add(page.first)
                row.add(page.bytes)
            }
        }
    }

    /// The texts that are in no block, ascending.
    private static func tail(of db: Database) throws -> [SearchText] {
        try Row.fetchAll(
            db.cachedStatement(
                sql: "SELECT search_text.* FROM search_tail JOIN search_text USING (position)")
        ).map { try SearchText($0) }.sorted { $0.index.position < $1.index.position }
    }

    /// Calls `body` with the texts that have all terms, those latest in the log first, until it
    /// says that it has enough.
    func search(
        _ question: SearchQuestion, _ body: (SearchText) throws -> Bool
    ) throws {
        // Ascending: the last is the next to be looked at.
        var waiting = try Self.tail(of: db).filter {
            question.hasTerms($0.text, using: SQLiteViews.tokens)
        }.map(\.index).map { Int64($0.position) }
        var blocks = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT number, last FROM token_block ORDER BY last"))[...]
        let text = try db.cachedStatement(sql: "SELECT * FROM search_text WHERE position = ?")
        while true {
            if let block = blocks.last, waiting.last.map({ $0 < block["last"] as Int64 }) ?? true {
                blocks.removeLast()
                waiting += try positions(of: question, in: block["number"])
                waiting.sort()
            } else if let position = waiting.popLast() {
                guard let row = try Row.fetchOne(text, arguments: [position]) else {
                    throw Self.damage
                }
                if try body(SearchText(row)) { return }
            } else {
                return
            }
        }
    }

    /// Ascending.
    private func positions(of question: SearchQuestion, in block: Int64) throws -> [Int64] {
        var common: [Int64]?
        for term in question.terms {
            let found = try positions(of: term, in: block)
            common = common?.common(with: found) ?? found
            if common?.isEmpty ?? true { return [] }
        }
        return common ?? []
    }

    private func positions(
        of term: SearchQuestion.Term, in block: Int64
    ) throws -> [Int64] {
        let wanted = Array(term.text.utf8)
        // The page that it would be in, and for a beginning those that follow. No byte of UTF-8 is
        // 0xFF: so far reach the tokens that begin so.
        let pages = try db.cachedStatement(
            sql: """
                SELECT page FROM token WHERE block = ?1 AND first < ?3 AND first >= coalesce(
                    (SELECT max(first) FROM token WHERE block = ?1 AND first <= ?2), x'')
                ORDER BY first
                """)
        let end = Data(wanted + (term.isPrefix ? [0xFF] : [0]))
        var all: [Int64] = []
        let rows = try Data.fetchCursor(pages, arguments: [block, Data(wanted), end])
        while let page = try rows.next() {
            var reader = PostingReader([UInt8](page))
            while !reader.isAtEnd {
                guard let token = reader.token() else { throw Self.damage }
                let isMeant =
                    term.isPrefix ? token.starts(with: wanted) : token.elementsEqual(wanted)
                if isMeant {
                    guard let positions = reader.positions() else { throw Self.damage }
                    guard term.isPrefix else { return positions }
                    all += positions
                } else {
                    guard reader.skipPositions() else { throw Self.damage }
                }
            }
        }
        return Set(all).sorted()
    }

    private static var damage: ViewDamage { .valueMalformed(column: "page") }
}
