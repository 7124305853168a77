package import ParleyDialogue
package import ParleyLog
package import ParleyStatements

/// A record without its bodies and proofs: every header with the times that the proofs gave it.
///
/// Lines of JSON: the agreement first, then one statement each. What a scorecard, an agenda or a
/// report of cases is worked out from, by whoever has no home. Nothing in it is proven; each
/// statement and time can be, by a ``ThreadExport``.
///
/// - SeeAlso: `Spec/scorecard.md` §6.
package struct RecordHeaders: Sendable {
    package static let version = "headers/1"
    package static let sizeLimitBytes = 1024 * 1024 * 1024
    /// Of the first line; each other holds one header.
    package static let agreementLineLimitBytes = Agreement.sizeLimitBytes * 4
    package static let lineLimitBytes = 256 * 1024

    package let versions: AgreementVersions
    /// The version that the parties stand under.
    package let current: AgreementID
    package let records: [RecordedStatement]

    package init(
        versions: AgreementVersions, current: AgreementID, records: [RecordedStatement]
    ) {
        self.versions = versions
        self.current = current
        self.records = records
    }

    /// The threads as they stood at an instant, by id; what has no time by then is left out.
    package func threads(settledBy asOf: Timestamp) -> [DialogueThread] {
        let settled = records.filter { $0.isSettled(by: asOf) }
        return Dictionary(grouping: settled, by: \.statement.thread)
            .sorted { $0.key < $1.key }
            .map { DialogueThread(folding: $0.value, under: versions) }
    }

    /// The first line, with its line break.
    package static func firstLine(_ versions: AgreementVersions, current: AgreementID) -> [UInt8] {
        var object: JSONObject = [
            "parley": .string(version), "current": .string(current.text),
        ]
        let amendments = versions.all.compactMap { versions.documents[$0.id]?.envelopeBytes }
        if !amendments.isEmpty {
            object = object.adding([
                "amendments": .array(amendments.map { .string(Base64.encode($0)) })
            ])
        }
        // The agreement is canonical JSON, and its name comes first.
        return Array("{\"agreement\":".utf8) + versions.first.canonicalBytes + [0x2c]
            + JSONValue.object(object).canonicalBytes.dropFirst() + [0x0a]
    }

    /// One further line, with its line break.
    package static func line(_ record: RecordedStatement) -> [UInt8] {
        var object: JSONObject = [
            "id": .string(record.id.text), "statement": record.statement.json,
            "receipts": .object(
                JSONObject(
                    record.receipts.map { .init(name: $0.key.text, value: .string($0.value.text)) }
                )),
        ]
        if let time = record.time { object = object.adding(["time": .string(time.text)]) }
        return JSONValue.object(object).canonicalBytes + [0x0a]
    }

    package init(parsing bytes: [UInt8]) throws(HeadersRefusal) {
        // SPEC scorecard §6: A line of a file of headers MUST have at most 262144 bytes, the first
        // at most 4 times those of an agreement, and the file at most 1073741824.
        guard bytes.count <= Self.sizeLimitBytes else {
            throw HeadersRefusal(
                "too-long", "the file has more than \(Self.sizeLimitBytes) bytes", line: 1)
        }
        var head: Head?
        var records: [RecordedStatement] = []
        var number = 0
        for line in bytes.split(separator: 0x0a, omittingEmptySubsequences: true) {
            number += 1
            do {
                if head == nil {
                    head = try Self.reading(line, Self.agreementLineLimitBytes, Head.read)
                } else {
                    records.append(
                        try Self.reading(line, Self.lineLimitBytes, RecordedStatement.read))
                }
            } catch {
                throw HeadersRefusal(error.reason, error.explanation, line: number)
            }
        }
        guard let head else {
            throw HeadersRefusal("headers-empty", "the file holds no line", line: 1)
        }
        do {
            (versions, current) = (try head.versions(), head.current)
        } catch {
            throw HeadersRefusal(error.reason, error.explanation, line: 1)
        }
        self.records = records
        guard versions.version(current) != nil else {
            throw HeadersRefusal(
                "current-unknown", "current names no version that the file holds", line: 1)
        }
        // SPEC scorecard §6: Every statement of a file of headers MUST stand under a version of the
        // agreement that the file holds.
        if let other = records.firstIndex(where: {
            versions.version($0.statement.agreement) == nil
        }) {
            throw HeadersRefusal(
                "agreement-differs", "the statement stands under another agreement",
                line: other + 2)
        }
    }

    private static func reading<Value>(
        _ line: ArraySlice<UInt8>, _ limitBytes: Int,
        _ read: (inout JSONFields) throws(FieldRefusal) -> Value
    ) throws(LineRefusal) -> Value {
        let value: JSONValue
        do throws(JSONRefusal) {
            value = try JSONValue(parsing: Array(line), limitBytes: limitBytes)
        } catch {
            throw LineRefusal(error.reason, error.explanation)
        }
        do throws(FieldRefusal) {
            return try JSONFields.reading(value, read)
        } catch {
            throw LineRefusal(error.reason, error.explanation)
        }
    }

    private struct Head {
        let agreement: JSONValue
        let current: AgreementID
        let amendments: [[UInt8]]

        static func read(_ fields: inout JSONFields) throws(FieldRefusal) -> Head {
            _ = try fields.parsed("parley", version) { $0 == version ? true : nil }
            return Head(
                agreement: try fields.required("agreement"),
                current: try fields.parsed("current", "a digest", AgreementID.init(text:)),
                amendments: fields.optional("amendments") == nil
                    ? [] : try fields.parsedArray("amendments", "base 64", Base64.decode))
        }

        func versions() throws(LineRefusal) -> AgreementVersions {
            do {
                var versions = AgreementVersions(
                    try Agreement(parsing: agreement.canonicalBytes))
                for bytes in amendments { try versions.learn(AdoptedAgreement(parsing: bytes)) }
                return versions
            } catch let refusal as AgreementRefusal {
                throw LineRefusal(refusal.reason, refusal.explanation)
            } catch let refusal as AdoptionRefusal {
                throw LineRefusal(refusal.reason, refusal.explanation)
            } catch let refusal as AmendmentRefusal {
                throw LineRefusal(refusal.reason, refusal.explanation)
            } catch {
                throw LineRefusal("agreement-unreadable", "\(error)")
            }
        }
    }
}

private struct LineRefusal: Error {
    let reason: String
    let explanation: String

    init(_ reason: String, _ explanation: String) {
        self.reason = reason
        self.explanation = explanation
    }
}

package struct HeadersRefusal: Error, Hashable, Sendable {
    package let reason: String
    package let explanation: String

    init(_ reason: String, _ explanation: String, line: Int) {
        self.reason = reason
        self.explanation = "line \(line): " + explanation
    }
}

extension RecordedStatement {
    fileprivate static func read(
        _ fields: inout JSONFields
    ) throws(FieldRefusal) -> RecordedStatement {
        let payload = try fields.required("statement").canonicalBytes
        let statement: Statement
        do throws(StatementRefusal) {
            statement = try Statement(parsingPayload: payload)
        } catch {
            throw FieldRefusal(.wrongValue("a header: \(error.explanation)"), path: "/statement")
        }
        let receipts = try fields.object("receipts") { inner throws(FieldRefusal) in
            var receipts: [PartyID: Timestamp] = [:]
            for party in statement.to {
                receipts[party] = try inner.optionalParsed(
                    party.text, "an instant", Timestamp.init(text:))
            }
            return receipts
        }
        return RecordedStatement(
            id: try fields.parsed("id", "a SHA-256 digest", StatementID.init(text:)),
            statement: statement,
            time: try fields.optionalParsed("time", "an instant", Timestamp.init(text:)),
            receipts: receipts)
    }
}
