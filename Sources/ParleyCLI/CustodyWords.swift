import ParleyDialogue
import ParleyLog
import ParleyService
import ParleyStatements

/// Puts chains of custody into words for people and into JSON for machines.
enum CustodyWords {
    static func lines(_ chain: CustodyChain) -> [String] {
        var lines = ["Exhibit \(chain.exhibit)"]
        if let described = chain.described {
            lines += [
                "  \(described.name.text) · \(described.mediaType) · \(described.sizeBytes) bytes",
                "  content \(described.digest)",
            ]
        }
        let others = chain.holders.filter { $0 != chain.sender.party }.map(\.text)
        lines += [
            "  sealed by \(chain.sender) to \(others.joined(separator: ", "))",
            "  carried by \(chain.carriers.map(\.text).joined(separator: ", "))",
        ]
        lines += chain.conditions.map(\.line)
        for (place, row) in chain.rows.enumerated() { lines += self.lines(row, place) }
        return lines + [verdict(chain)]
    }

    private static func verdict(_ chain: CustodyChain) -> String {
        var limits: [String] = []
        let sealed = chain.rows.filter { $0.reading == .sealed }.count
        let unseen = chain.rows.filter { $0.recorded == nil }.count
        if sealed > 0 { limits.append("\(sealed) judged by the header alone") }
        if unseen > 0 { limits.append("\(unseen) not judged yet") }
        let suffix = limits.isEmpty ? "" : " (\(limits.joined(separator: ", ")))"
        return switch chain.standing {
        case .whole:
            chain.rows.isEmpty
                ? "  WHOLE: no event yet"
                : "  WHOLE: no break in \(chain.rows.count) event(s)\(suffix)"
        case .corrected: "  CORRECTED: every break is stated anew by a later row\(suffix)"
        case .broken: "  BROKEN\(suffix)"
        }
    }

    private static func lines(_ row: CustodyRow, _ place: Int) -> [String] {
        let recorded = row.recorded.map { "\($0)" } ?? "not yet cosigned    "
        var lines = ["  \(place + 1). \(recorded)  \(row.by)  \(row.event.rawValue)"]
        lines.append("       \(row.id)")
        switch row.reading {
        case .sealed: lines.append("       its words are sealed to others")
        case .unfit: break
        case .read(let details):
            lines.append("       by \(details.handler) at \(details.time): \(details.purpose)")
            let shown = CustodyDetails.Field.allCases.filter {
                ![.handler, .time, .purpose].contains($0)
            }
            let fields = details.fields
            lines += shown.compactMap { field in
                fields[field.rawValue].map { "       \(field.rawValue): \($0)" }
            }
        }
        lines += row.breaks.map { "       BREAK: \($0.explanation) [\($0.reason)]" }
        lines += row.correctedBy.map { "       corrected by \($0)" }
        return lines
    }

    static func json(_ chain: CustodyChain) -> JSONObject {
        var object: JSONObject = [
            "exhibit": .string(chain.exhibit.text),
            "carriers": .array(chain.carriers.map { .string($0.text) }),
            "sender": .string(chain.sender.description),
            "holders": .array(chain.holders.map { .string($0.text) }),
            "standing": .string(chain.standing.rawValue),
            "conditions": .array(chain.conditions.map { .object($0.json) }),
            "rows": .array(chain.rows.map { .object(json($0)) }),
        ]
        if let described = chain.described {
            object = object.adding([
                "name": .string(described.name.text), "mediaType": .string(described.mediaType),
                "sizeBytes": .integer(Int64(clamping: described.sizeBytes)),
                "content": .string(described.digest.text),
            ])
        }
        return object
    }

    private static func json(_ row: CustodyRow) -> JSONObject {
        var object: JSONObject = [
            "statement": .string(row.id.text), "by": .string(row.by.description),
            "event": .string(row.event.rawValue),
            "breaks": .array(
                row.breaks.map {
                    .object([
                        "reason": .string($0.reason), "explanation": .string($0.explanation),
                    ])
                }),
            "correctedBy": .array(row.correctedBy.map { .string($0.text) }),
        ]
        if let recorded = row.recorded {
            object = object.adding(["recorded": .string(recorded.text)])
        }
        if let answers = row.answers { object = object.adding(["answers": .string(answers.text)]) }
        if let details = row.reading.details {
            let fields = details.fields.map {
                JSONObject.Member(name: $0.key, value: .string($0.value))
            }
            object = object.adding(["details": .object(JSONObject(fields))])
        }
        return object
    }
}
