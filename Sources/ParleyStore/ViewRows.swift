import Foundation
import GRDB
import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements

/// Summaries as rows, both ways.
extension ThreadSummary {
    func bind(to row: inout BoundRow) throws {
        row.add(id.bytes)
        row.add(agreement.digest)
        row.add(subject)
        row.add(kind)
        row.add(urgency?.rawValue)
        row.add(opener?.text)
        row.add(addressed.map(\.text).joined(separator: " "))
        row.add(state)
        row.add(turn?.text)
        row.add(outcome?.rawValue)
        row.add(nextClock.map(Int64.init))
        row.add(nextDue?.secondsSinceEpoch ?? ViewSchema.noDue)
        row.add(Int64(counts.statements))
        row.add(Int64(counts.irregular))
        row.add(Int64(counts.unsettled))
        row.add(Int64(counts.silences))
        row.add(Int64(counts.openSilences))
        row.add(lastSettled)
    }

    /// - Throws: ``ViewDamage`` for a value that no fold has written.
    init(_ row: Row, _ db: Database) throws {
        func parsed<Text, Value>(
            _ column: String, _ value: Text, _ parse: (Text) -> Value?
        ) throws -> Value {
            guard let parsed = parse(value) else {
                throw ViewDamage.valueMalformed(column: column)
            }
            return parsed
        }
        var counts = Counts()
        counts.statements = row["statements"]
        counts.irregular = row["irregular"]
        counts.unsettled = row["unsettled"]
        counts.silences = row["silences"]
        counts.openSilences = row["open_silences"]
        let clocks = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT * FROM clock WHERE thread = ? ORDER BY place"),
            arguments: [row["number"] as Int64]
        ).map(Clock.init)
        self.init(
            id: try parsed("id", [UInt8](row["id"] as Data)) { ThreadID(bytes: $0) },
            agreement: try parsed("agreement", row["agreement"] as Data) {
                Digest(bytes: $0).map(AgreementID.init)
            },
            subject: row["subject"], kind: row["kind"],
            urgency: try (row["urgency"] as String?).map {
                try parsed("urgency", $0, Urgency.init(rawValue:))
            },
            opener: try (row["opener"] as String?).map { try parsed("opener", $0) { PartyID($0) } },
            addressed: try (row["addressed"] as String).split(separator: " ").map {
                try parsed("addressed", String($0)) { PartyID($0) }
            },
            state: row["state"],
            turn: try (row["turn"] as String?).map { try parsed("turn", $0) { PartyID($0) } },
            outcome: try (row["outcome"] as String?).map {
                try parsed("outcome", $0, ProceedingOutcome.init(rawValue:))
            },
            clocks: clocks, nextClock: row["next_clock"], counts: counts,
            lastSettled: try (row["last_settled"] as Int64?).map {
                try parsed("last_settled", $0, Timestamp.init(secondsSinceEpoch:))
            })
    }
}

extension ThreadSummary.Clock {
    func bind(to row: inout BoundRow, kind: String) {
        row.add(name)
        row.add(party.text)
        row.add(kind)
        row.add(
            CivilDate(daysSinceEpoch: Int(start.secondsSinceEpoch / 86_400)).countedMonth)
        row.add(start)
        row.add(due)
        row.add(pausedSince)
        row.add(stop)
        row.add(isEnd ? 1 : 0 as Int64)
        row.add(verdict.rawValue)
    }

    /// What is settled about it: an open clock's lateness depends on who asks when.
    private var verdict: ViewSchema.Verdict {
        guard let stop else { return .open }
        guard let due else { return .unknown }
        return stop > due ? .late : isEnd ? .ended : .met
    }

    init(_ row: Row) throws {
        func instant(_ column: String) throws -> Timestamp? {
            guard let seconds = row[column] as Int64? else { return nil }
            guard let instant = Timestamp(secondsSinceEpoch: seconds) else {
                throw ViewDamage.valueMalformed(column: column)
            }
            return instant
        }
        guard let party = PartyID(row["party"] as String), let start = try instant("start")
        else { throw ViewDamage.valueMalformed(column: "party") }
        self.init(
            name: row["name"], party: party, start: start, due: try instant("due"),
            pausedSince: try instant("paused"), stop: try instant("stop"), isEnd: row["is_end"])
    }
}

extension SearchText {
    init(_ row: Row) throws {
        guard let statement = Digest(bytes: row["statement"] as Data),
            let thread = ThreadID(bytes: [UInt8](row["thread"] as Data))
        else { throw ViewDamage.valueMalformed(column: "statement") }
        self.init(
            index: EntryIndex(UInt64(max(0, row["position"] as Int64))),
            statement: StatementID(statement), thread: thread, text: row["text"])
    }
}
