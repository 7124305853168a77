package import ParleyDialogue
package import ParleyLog
package import ParleyStatements

/// A scorecard as somebody else worked it out: `scorecard/1`, as `parley scorecard --json` writes
/// it.
package struct ScorecardFile: Sendable {
    package static let sizeLimitBytes = 64 * 1024 * 1024

    package let from: Timestamp
    package let until: Timestamp
    package let asOf: Timestamp
    package let parties: [PartyID]
    package let promises: [ScoredPromise]

    package enum Refusal: Error, Hashable, Sendable {
        case json(JSONRefusal)
        case field(FieldRefusal)

        package var reason: String {
            switch self {
            case .json(let refusal): refusal.reason
            case .field(let refusal): refusal.reason
            }
        }

        package var explanation: String {
            switch self {
            case .json(let refusal): refusal.explanation
            case .field(let refusal): refusal.explanation
            }
        }
    }

    package init(parsing bytes: [UInt8]) throws(Refusal) {
        let value: JSONValue
        do throws(JSONRefusal) {
            value = try JSONValue(parsing: bytes, limitBytes: Self.sizeLimitBytes)
        } catch {
            throw .json(error)
        }
        do throws(FieldRefusal) {
            self = try JSONFields.reading(value) { fields throws(FieldRefusal) in
                _ = try fields.parsed("parley", "scorecard/1") { $0 == "scorecard/1" ? $0 : nil }
                let from = try fields.parsed("from", "an instant", Timestamp.init(text:))
                let file = ScorecardFile(
                    from: from,
                    until: try fields.parsed("until", "a later instant") { text in
                        Timestamp(text: text).flatMap { from < $0 ? $0 : nil }
                    },
                    asOf: try fields.parsed("asOf", "an instant", Timestamp.init(text:)),
                    parties: try fields.parsedArray("parties", "a party id", PartyID.init),
                    promises: try fields.array("promises", ScoredPromise.init))
                for name in ["agreement", "timeliness", "quality", "commitments", "sessions"] {
                    _ = fields.optional(name)
                }
                return file
            }
        } catch {
            throw .field(error)
        }
    }

    private init(
        from: Timestamp, until: Timestamp, asOf: Timestamp, parties: [PartyID],
        promises: [ScoredPromise]
    ) {
        self.from = from
        self.until = until
        self.asOf = asOf
        self.parties = parties
        self.promises = promises
    }

    /// Whether the two are of the same parties, period and instant.
    package func isComparable(with other: ScorecardFile) -> Bool {
        parties == other.parties && from == other.from && until == other.until
            && asOf == other.asOf
    }

    /// Its lines, and how many promises stand otherwise than in ours; no thread is named.
    func json(beside ours: Scorecard) -> JSONObject {
        let differences = ScorecardComparison(ours.promises, promises).differences
        return [
            "timeliness": .array(
                Scorecard.timeliness(of: promises).map { .object($0.json) }),
            "differences": .integer(Int64(differences.count)),
        ]
    }
}
