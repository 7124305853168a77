import ArgumentParser
import ParleyAudit
import ParleyLog
import ParleyStatements

/// An audit's report, for people and for machines.
struct AuditWords {
    let report: AuditReport
    let log: VerifierKey

    /// - Throws: the exit code of a log that is not proven.
    func print(json: Bool) throws {
        emit(object, json: json, lines: lines)
        if !report.isProven { throw ExitCode(CommandFailure.Kind.notProven.rawValue) }
    }

    private var lines: [String] {
        var lines: [String] = []
        if let checkpoint = report.checkpoint {
            lines += [
                "the log \(checkpoint.origin): \(checkpoint.size) entries",
                "  root \(checkpoint.root.hex), signed by the log",
            ]
            lines += report.cosignatures.map { "  cosigned \($0.time) by \($0.name)" }
            lines.append(
                "  read \(report.tally.entries) entries: \(report.tally.bundles) bundles, "
                    + "\(report.tally.tiles) tiles"
                    + (report.startedAt > 0
                        ? "; the first \(report.startedAt) were audited before" : ""))
            lines += report.receipts.filter(\.holds).map {
                "  receipt \($0.name): entry \($0.index) is there"
            }
        } else {
            lines.append("the log \(log.name): nothing it shows is believed")
        }
        let findings = report.listed
        lines += findings.filter { $0.severity == .note }.map { "  note: " + words($0) }
        guard !report.isProven else {
            return lines + [
                "PROVEN: every entry and tile hashes to the root that the log has signed"
            ]
        }
        return lines + ["NOT PROVEN:"]
            + findings.filter { $0.severity != .note }.map {
                "  \($0.severity.rawValue): " + words($0)
            }
    }

    private func words(_ finding: Finding) -> String {
        (finding.place.map { "\($0): " } ?? "") + "\(finding.explanation) [\(finding.reason)]"
    }

    private var object: JSONObject {
        var object: JSONObject = [
            "log": .string(log.name), "proven": .bool(report.isProven),
            "startedAt": integer(report.startedAt), "audited": integer(report.reached),
            "entries": integer(report.tally.entries), "bundles": integer(report.tally.bundles),
            "tiles": integer(report.tally.tiles),
            "cosigned": .array(
                report.cosignatures.map {
                    .object(["cosigner": .string($0.name), "time": .string($0.time.text)])
                }),
            "receipts": .array(
                report.receipts.map {
                    .object([
                        "file": .string($0.name), "index": integer($0.index),
                        "holds": .bool($0.holds),
                    ])
                }),
            "findings": .array(report.listed.map(finding)),
            "evidence": .array(
                report.evidence.map { pair in
                    .array(pair.map { .string(String(decoding: $0.note, as: UTF8.self)) })
                }),
        ]
        if let checkpoint = report.checkpoint {
            object = object.adding([
                "size": integer(checkpoint.size), "root": .string(checkpoint.root.text),
            ])
        }
        return object
    }

    private func finding(_ finding: Finding) -> JSONValue {
        var fields: JSONObject = [
            "reason": .string(finding.reason), "severity": .string(finding.severity.rawValue),
            "explanation": .string(finding.explanation),
        ]
        if let place = finding.place { fields = fields.adding(["place": .string(place)]) }
        return .object(fields)
    }

    /// Sizes beyond what our JSON holds are a log's word alone; nobody has that many entries.
    private func integer(_ number: UInt64) -> JSONValue {
        .integer(Int64(min(number, UInt64(JSONValue.integerLimit))))
    }
}
