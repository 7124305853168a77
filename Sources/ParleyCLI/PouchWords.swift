import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements

/// What `parley pouch open` says of one pouch.
struct PouchWords {
    private let report: PouchReport
    private var tally: PouchReport.Tally { report.tally }

    init(_ report: PouchReport) { self.report = report }

    var lines: [String] {
        let manifest = report.manifest
        var lines = ["pouch \(manifest.id) of \(manifest.from), packed \(manifest.packedAt)"]
        if isUnchanged {
            lines.append("  nothing new: everything in it was here")
        } else {
            lines.append(
                "  statements: \(tally.taken.count) taken, \(tally.known.count) here before, "
                    + "\(tally.refused.count) refused, \(tally.waiting.count) waiting")
            lines.append(
                "  receipts and refusals: \(tally.answers.settledCount) stored, "
                    + "\(tally.answers.knownCount) here before")
        }
        lines += tally.refused.sorted { $0.key < $1.key }.map {
            "  refused \($0.key): \($0.value.explanation) [\($0.value.reason)]"
        }
        lines += tally.answers.faults.map {
            "  not believed, about \($0.statement): \($0.explanation) [\($0.reason)]"
        }
        lines += waits
        if report.isComplete { lines.append("  complete") }
        return lines
    }

    private var waits: [String] {
        var lines: [String] = []
        if tally.waiting.values.contains(.newerPouch) {
            lines.append(
                "  a newer pouch was opened before this one; open that again with all its parts")
        }
        if !tally.blobsSpoiled.isEmpty {
            lines.append(
                "  \(tally.blobsSpoiled.count) blobs had begun with other bytes, which were thrown "
                    + "away; open all parts again")
        }
        if !report.missing.isEmpty {
            let numbers = report.missing.map(String.init).joined(separator: ", ")
            lines.append(
                "  still missing of \(report.manifest.parts.count) parts: \(numbers)")
        }
        if !report.waiting.isEmpty, report.missing.isEmpty {
            let numbers = report.waiting.sorted().map(String.init).joined(separator: ", ")
            lines.append("  to be given again: \(numbers)")
        }
        return lines
    }

    /// Whether nothing was done: all of it was here, and nothing waits.
    private var isUnchanged: Bool {
        tally.taken.isEmpty && tally.refused.isEmpty && tally.waiting.isEmpty
            && tally.blobsTaken.isEmpty && tally.answers.settledCount == 0
            && tally.answers.faults.isEmpty && report.waiting.isEmpty
    }

    var json: JSONObject {
        let manifest = report.manifest
        return [
            "pouch": .string(manifest.id.text), "from": .string(manifest.from.description),
            "packedAt": .string(manifest.packedAt.text),
            "partCount": .integer(Int64(manifest.parts.count)),
            "finished": numbers(report.finished.sorted()),
            "waiting": numbers(report.waiting.sorted()), "missing": numbers(report.missing),
            "complete": .bool(report.isComplete), "unchanged": .bool(isUnchanged),
            "statements": .object([
                "taken": .array(tally.taken.sorted().map { .string($0.text) }),
                "known": .array(tally.known.sorted().map { .string($0.text) }),
                "refused": .array(
                    tally.refused.sorted { $0.key < $1.key }.map {
                        fault($0.key, $0.value.reason, $0.value.explanation)
                    }),
                "waiting": .array(
                    tally.waiting.sorted { $0.key < $1.key }.map {
                        .object([
                            "statement": .string($0.key.text), "for": .string($0.value.rawValue),
                        ])
                    }),
            ]),
            "blobs": .integer(Int64(tally.blobsTaken.count)),
            "answers": .object([
                "stored": .integer(Int64(tally.answers.settledCount)),
                "known": .integer(Int64(tally.answers.knownCount)),
                "faults": .array(
                    tally.answers.faults.map { fault($0.statement, $0.reason, $0.explanation) }),
            ]),
        ]
    }

    private func numbers(_ numbers: [Int]) -> JSONValue {
        .array(numbers.map { .integer(Int64($0)) })
    }

    private func fault(
        _ id: StatementID, _ reason: String, _ explanation: String
    ) -> JSONValue {
        .object([
            "statement": .string(id.text), "reason": .string(reason),
            "explanation": .string(explanation),
        ])
    }
}
