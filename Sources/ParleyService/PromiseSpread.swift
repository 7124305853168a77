import ParleyDialogue
import ParleyLog
import ParleyStatements

/// How long promises of one kind took, against the time they had: so many in each part of it.
///
/// The time from start to due has ``partsUntilDue`` parts; after it come as many of the same
/// length, and the last of them holds whatever took longer.
struct PromiseSpread {
    static let partsUntilDue = 21

    enum Standing: String, CaseIterable {
        case inTime, open, late, overdue

        /// Nil for what nothing can be said of: it is no longer asked for, or has no due time.
        fileprivate init?(verdict: String) {
            switch verdict {
            case "met": self = .inTime
            case "running", "paused": self = .open
            case "late": self = .late
            case "overdue": self = .overdue
            default: return nil
            }
        }
    }

    let party: PartyID
    let subject: String
    let promise: String
    private var counts: [Standing: [Int]] = [:]
    /// Of those that were stopped, in thousandths of the time that each had.
    private var taken: [Int64] = []

    /// Of the promises given, by subject, promise and party.
    static func all(of promises: [ScoredPromise], asOf: Timestamp) -> [PromiseSpread] {
        var spreads: [[String]: PromiseSpread] = [:]
        for promise in promises {
            guard let standing = Standing(verdict: promise.verdict), let due = promise.due,
                due > promise.start
            else { continue }
            let kind = promise.kind
            spreads[
                [kind.subject, kind.promise, kind.party.text],
                default: PromiseSpread(
                    party: kind.party, subject: kind.subject, promise: kind.promise)
            ].add(promise, standing, due: due, asOf: asOf)
        }
        return spreads.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
    }

    private init(party: PartyID, subject: String, promise: String) {
        self.party = party
        self.subject = subject
        self.promise = promise
    }

    private mutating func add(
        _ promise: ScoredPromise, _ standing: Standing, due: Timestamp, asOf: Timestamp
    ) {
        let had = due.seconds(since: promise.start)
        let took = max(0, (promise.stop ?? asOf).seconds(since: promise.start))
        let half = Int64(Self.partsUntilDue)
        // What is in time never stands behind the limit, nor what is not before it.
        let part = took <= had ? min(half - 1, took * half / had) : max(half, took * half / had)
        let empty = [Int](repeating: 0, count: 2 * Self.partsUntilDue)
        counts[standing, default: empty][Int(min(2 * half - 1, part))] += 1
        if standing == .inTime || standing == .late { taken.append(took * 1000 / had) }
    }

    var json: JSONObject {
        var json: JSONObject = [
            "party": .string(party.text), "subject": .string(subject),
            "promise": .string(promise),
        ]
        for standing in Standing.allCases {
            guard let parts = counts[standing] else { continue }
            json = json.adding([
                standing.rawValue: .array(parts.map { .integer(Int64($0)) })
            ])
        }
        let sorted = taken.sorted()
        // Half of those that were stopped took no longer.
        if !sorted.isEmpty {
            json = json.adding(["medianThousandths": .integer(sorted[(sorted.count - 1) / 2])])
        }
        return json
    }
}
