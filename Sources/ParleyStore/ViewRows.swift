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
        row.add(next?.name)
        row.add(nextDue?.secondsSinceEpoch ?? ViewSchema.noDue)
        row.add(Int64(counts.statements))
        row.add(Int64(counts.irregular))
        row.add(Int64(counts.unsettled))
        row.add(Int64(counts.silences))
        row.add(Int64(counts.openSilences))
        row.add(lastSettled)
        row.add(isPaused ? 1 : 0 as Int64)
    }

    /// Of `thread`, in the order in which ``init(_:clocks:)`` takes them: a place is found sooner
    /// than a name.
    static let columns = """
        thread.due, thread.id, thread.agreement, thread.subject, thread.kind, thread.urgency, \
        thread.opener, thread.addressed, thread.state, thread.turn, thread.outcome, \
        thread.next_clock, thread.last_settled, thread.statements, thread.irregular, \
        thread.unsettled, thread.silences, thread.open_silences, thread.is_paused
        """
}

extension ThreadSummary {
    /// - Parameter clocks: none in a row of a list.
    /// - Throws: ``ViewDamage`` for a value that no fold has written.
    init(_ row: Row, clocks: [Clock] = []) throws {
        func parsed<Text, Value>(
            _ column: String, _ value: Text, _ parse: (Text) -> Value?
        ) throws -> Value {
            guard let parsed = parse(value) else {
                throw ViewDamage.valueMalformed(column: column)
            }
            return parsed
        }
        var counts = Counts()
        counts.statements = row[13]
        counts.irregular = row[14]
        counts.unsettled = row[15]
        counts.silences = row[16]
        counts.openSilences = row[17]
        let due: Int64 = row[0]
        self.init(
            id: try parsed("id", [UInt8](row[1] as Data)) { ThreadID(bytes: $0) },
            agreement: try parsed("agreement", row[2] as Data) {
                Digest(bytes: $0).map(AgreementID.init)
            },
            subject: row[3], kind: row[4],
            urgency: try (row[5] as String?).map {
                try parsed("urgency", $0, Urgency.init(rawValue:))
            },
            opener: try (row[6] as String?).map { try parsed("opener", $0) { PartyID($0) } },
            addressed: try (row[7] as String).split(separator: " ").map {
                try parsed("addressed", String($0)) { PartyID($0) }
            },
            state: row[8],
            turn: try (row[9] as String?).map { try parsed("turn", $0) { PartyID($0) } },
            outcome: try (row[10] as String?).map {
                try parsed("outcome", $0, ProceedingOutcome.init(rawValue:))
            },
            clocks: clocks,
            next: try (row[11] as String?).map {
                Next(
                    name: $0,
                    due: due == ViewSchema.noDue
                        ? nil : try parsed("due", due, Timestamp.init(secondsSinceEpoch:)))
            }, isPaused: row[18], counts: counts,
            lastSettled: try (row[12] as Int64?).map {
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

    /// - Parameter first: where its columns begin: `name`, `party`, `start`, `due`, `paused`,
    ///   `stop`, `is_end`.
    init(_ row: Row, from first: Int) throws {
        func instant(_ place: Int) throws -> Timestamp? {
            guard let seconds = row[first + place] as Int64? else { return nil }
            guard let instant = Timestamp(secondsSinceEpoch: seconds) else {
                throw ViewDamage.valueMalformed(column: "clock")
            }
            return instant
        }
        guard let party = PartyID(row[first + 1] as String), let start = try instant(2)
        else { throw ViewDamage.valueMalformed(column: "party") }
        self.init(
            name: row[first], party: party, start: start, due: try instant(3),
            pausedSince: try instant(4), stop: try instant(5), isEnd: row[first + 6])
    }

    /// In the order in which ``init(_:from:)`` takes them.
    static let columns = """
        clock.name, clock.party, clock.start, clock.due, clock.paused, clock.stop, clock.is_end
        """
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
