import Foundation
import GRDB
import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyTestSupport
import Testing

@testable import ParleyStore

@Suite struct SQLiteViewsTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("views.sqlite")
    }

    // MARK: Folds

    @Test(arguments: 0..<12 as Range<UInt64>)
    func `folded bit by bit or all at once, in any batches, the views are the same`(
        seed: UInt64
    ) async throws {
        let terms = try TestAgreement(["us", "cn", "corp"])
        let village = try await Village.make(
            terms, seed: seed, weather: .rough, at: Self.start,
            makeLedger: { name in
                guard seed.isMultiple(of: 2) else { return MemoryLedger() }
                return try SQLiteLedger(path: folder.path("\(name).ledger"))
            })
        var generator = SeededGenerator(seed: seed)
        let views = try SQLiteViews(path: path)
        for _ in 0..<60 {
            if generator.chance(40) {
                try await village.speak()
            } else {
                _ = try await village.step()
            }
            if generator.chance(20) {
                try await keeper(village, views).bringUpToDate(
                    batch: 1 + generator.place(below: 3))
            }
        }
        try await keeper(village, views).bringUpToDate(batch: 1)
        #expect(try await keeper(village, views).bringUpToDate() == 0)
        let anew = try SQLiteViews(path: folder.path("anew.sqlite"))
        try await keeper(village, anew).bringUpToDate()
        let rows = try await everything(in: views)
        #expect(rows == (try await everything(in: anew)))
        #expect(try await views.cursor() == (try await anew.cursor()))
        try await compare(rows, with: village)
        try await compareTallies(views, with: rows)
        try await keeper(village, views).bringUpToDate(rebuilding: true, batch: 2)
        #expect(try await everything(in: views) == rows)
        try await compareTallies(views, with: rows)
    }

    @Test func `a fold that is broken off at any write is taken up again`() async throws {
        let village = try await talk(seed: 5)
        let whole = try SQLiteViews(path: folder.path("whole.sqlite"))
        try await keeper(village, whole).bringUpToDate()
        let rows = try await everything(in: whole)
        #expect(rows.count > 3)
        for failing in 1...rows.count {
            for kind in [FaultyViews.Kind.lost, .doneButUnacknowledged] {
                let views = try SQLiteViews(path: folder.path("\(failing)-\(kind).sqlite"))
                let faulty = FaultyViews(views, failing: failing, kind)
                await #expect(throws: FaultyViews.Failure(write: failing)) {
                    try await keeper(village, faulty).bringUpToDate(batch: 1)
                }
                try await keeper(village, views).bringUpToDate(batch: 2)
                #expect(try await everything(in: views) == rows)
                try await compareTallies(views, with: rows)
            }
        }
    }

    // MARK: The file

    @Test func `only the owner may read the file`() async throws {
        let views = try SQLiteViews(path: path)
        try await views.write(ViewBatch())
        for file in [path, path + "-wal"] {
            let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions]
            #expect(mode as? Int == 0o600)
        }
        try views.pool.close()
    }

    @Test(arguments: [
        "PRAGMA user_version = 99", "PRAGMA user_version = 0", "DROP TABLE clock",
    ])
    func `views that are not of this version are made anew`(change: String) async throws {
        let village = try await talk(seed: 6)
        var rows: [ThreadSummary] = []
        do {
            let views = try SQLiteViews(path: path)
            try await keeper(village, views).bringUpToDate()
            rows = try await everything(in: views)
            try await views.pool.write { try $0.execute(sql: change) }
            try views.pool.close()
        }
        let views = try SQLiteViews(path: path)
        #expect(try await views.cursor() == nil)
        try await keeper(village, views).bringUpToDate()
        #expect(try await everything(in: views) == rows)
    }

    @Test func `a file that is no database is made anew`() async throws {
        try Data(repeating: 0x41, count: 9000).write(to: URL(filePath: path))
        let views = try SQLiteViews(path: path)
        #expect(try await views.cursor() == nil)
    }

    @Test func `damage inside the file is told as damage`() async throws {
        let village = try await talk(seed: 7)
        do {
            let views = try SQLiteViews(path: path)
            try await keeper(village, views).bringUpToDate()
            try await views.pool.writeWithoutTransaction {
                try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            }
            try views.pool.close()
        }
        let size = try Data(contentsOf: URL(filePath: path)).count
        let file = try FileHandle(forUpdating: URL(filePath: path))
        try file.seek(toOffset: 4096)
        try file.write(contentsOf: Data(repeating: 0xFF, count: size - 4096))
        try file.close()
        do {
            let views = try SQLiteViews(path: path)
            _ = try await views.queue(QueueQuestion(turn: .anybody))
            // Found at once and made anew.
            #expect(try await views.cursor() == nil)
        } catch {
            #expect(SQLiteViews.isDamage(error))
        }
        try SQLiteViews.remove(path)
        try await keeper(village, try SQLiteViews(path: path)).bringUpToDate()
    }

    // MARK: Questions

    @Test func `the queue is in the order of what is due, filtered as asked`() async throws {
        let village = try await talk(seed: 8)
        let views = try SQLiteViews(path: path)
        try await keeper(village, views).bringUpToDate()
        let rows = try await everything(in: views)
        let us = try village.terms.party("us").id
        let corp = try village.terms.party("corp").id
        let noon = Self.start.adding(seconds: 86_400)
        func asked(_ change: (inout QueueQuestion) -> Void) async throws -> Set<ThreadID> {
            var question = QueueQuestion(turn: .anybody, limit: 1000)
            change(&question)
            let found = try await views.queue(question)
            let dues = found.map { $0.nextDue ?? .latest }
            #expect(dues == dues.sorted())
            return Set(found.map(\.id))
        }
        func expected(_ isWanted: (ThreadSummary) -> Bool) -> Set<ThreadID> {
            Set(rows.filter(isWanted).map(\.id))
        }
        #expect(try await asked { _ in } == expected { $0.turn != nil })
        #expect(try await asked { $0.turn = .of(us) } == expected { $0.turn == us })
        #expect(
            try await asked { $0.turn = .ofOthers(than: us) }
                == expected { $0.turn != nil && $0.turn != us })
        #expect(
            try await asked { $0.dueBefore = noon }
                == expected { $0.turn != nil && $0.isOverdue(at: noon.adding(seconds: 0)) })
        #expect(
            try await asked { $0.party = corp }
                == expected { $0.turn != nil && ($0.opener == corp || $0.addressed == [corp]) })
        #expect(
            try await asked { $0.kind = "information" }
                == expected { $0.turn != nil && $0.kind == "information" })
        #expect(try await asked { $0.isSilent = true } == expected { $0.counts.openSilences > 0 })
        #expect(try await views.queue(QueueQuestion(turn: .anybody, limit: 2)).count == 2)
        for row in rows {
            #expect(try await views.summary(of: row.id) == row)
            #expect(try await views.threads(beginning: row.id.text, limit: 5) == [row.id])
            let short = String(row.id.text.prefix(9))
            #expect(try await views.threads(beginning: short, limit: 5) == [row.id])
        }
        #expect(try await views.threads(beginning: "not base 32!", limit: 5) == [])
    }

    @Test func `texts are found by English and by Chinese words, the newest first`() async throws {
        let views = try SQLiteViews(path: path)
        let said = [
            "Ransomware hit a hospital.", "勒索软件攻击了医院。", "钓鱼邮件来自银行", "The BANK was phished：银行",
            "Ｆｕｌｌ ｗｉｄｔｈ cafe\u{301}", "件软索勒",
        ]
        var batch = ViewBatch()
        batch.texts = said.enumerated().map { text(place: $0.offset, $0.element) }
        try await views.write(batch)
        // Once more: what is known stays as it is.
        try await views.write(batch)
        func found(_ words: String, limit: Int = 9) async throws -> [UInt64] {
            let question = try SearchQuestion(words, using: SQLiteViews.tokens)
            return try await views.search(question, limit: limit).hits.map(\.index.position)
        }
        #expect(try await found("hospital") == [0])
        #expect(try await found("HOSPITAL ransomware") == [0])
        #expect(try await found("医院") == [1])
        #expect(try await found("银行") == [3, 2])
        #expect(try await found("银行", limit: 1) == [3])
        #expect(try await found("bank 银行") == [3])
        #expect(try await found("勒索软件") == [1])
        #expect(try await found("软件") == [1])
        #expect(try await found("件软") == [5])
        #expect(try await found("行") == [3, 2])
        #expect(try await found("攻") == [1])
        #expect(try await found("full width") == [4])
        #expect(try await found("café") == [4])
        #expect(try await found("hosp") == [])
        #expect(try await found("\"bank\" OR NOT * ^") == [])
        #expect(try await views.status().texts == said.count)
    }

    // MARK: Making

    private func text(place: Int, _ words: String) -> SearchText {
        let digest = Digest(hashing: Array("statement \(place)".utf8))
        return SearchText(
            index: EntryIndex(UInt64(place)), statement: StatementID(digest),
            thread: ThreadID(bytes: Array(digest.bytes.prefix(16)))!, text: words)
    }

    private func talk(seed: UInt64) async throws -> Village {
        let village = try await Village.make(
            try TestAgreement(["us", "cn", "corp"]), seed: seed, at: Self.start)
        for _ in 0..<40 {
            try await village.speak()
            for _ in 0..<3 { _ = try await village.step() }
        }
        return village
    }

    private func keeper(_ village: Village, _ views: any Views) async throws -> ViewKeeper {
        let house = try await village.house("us")
        return ViewKeeper(
            of: try #require(PartyID("us")), record: house.node.record, ledger: house.ledger,
            views: views)
    }

    private func everything(in views: SQLiteViews) async throws -> [ThreadSummary] {
        let ids = try await views.threads(beginning: "", limit: 0)
        #expect(ids == [])
        let all = try await views.pool.read { db in
            try Data.fetchAll(db, sql: "SELECT id FROM thread ORDER BY id")
        }.compactMap { ThreadID(bytes: [UInt8]($0)) }
        var rows: [ThreadSummary] = []
        for id in all { rows.append(try #require(try await views.summary(of: id))) }
        return rows
    }

    private func compare(_ rows: [ThreadSummary], with village: Village) async throws {
        let record = try await village.house("us").node.record
        var expected: [ThreadSummary] = []
        for id in try await record.threads().sorted() {
            if let row = ThreadSummary(try await record.thread(id), for: PartyID("us")) {
                expected.append(row)
            }
        }
        #expect(rows == expected)
    }

    private func compareTallies(
        _ views: SQLiteViews, with rows: [ThreadSummary]
    ) async throws {
        let period = TallyPeriod(
            from: CivilDate(daysSinceEpoch: 0), to: CivilDate(daysSinceEpoch: 40_000))
        let now = Self.start.adding(seconds: 3 * 86_400)
        let tallies = try await views.tallies(period, at: now)
        let clocks = rows.flatMap(\.clocks)
        #expect(tallies.reduce(0) { $0 + $1.open } == clocks.count { $0.stop == nil })
        #expect(
            tallies.reduce(0) { $0 + $1.overdue }
                == clocks.count { $0.isRunning && ($0.due.map { now > $0 } ?? false) })
        let stopped = clocks.filter { $0.stop != nil }
        func count(_ isMeant: (Timestamp, Timestamp, Bool) -> Bool) -> Int {
            stopped.count { clock in
                guard let stop = clock.stop, let due = clock.due else { return false }
                return isMeant(stop, due, clock.isEnd)
            }
        }
        #expect(tallies.reduce(0) { $0 + $1.met } == count { $0 <= $1 && !$2 })
        #expect(tallies.reduce(0) { $0 + $1.late } == count { stop, due, _ in stop > due })
        #expect(tallies.reduce(0) { $0 + $1.ended } == count { $0 <= $1 && $2 })
        #expect(tallies.reduce(0) { $0 + $1.unknown } == stopped.count { $0.due == nil })
    }
}
