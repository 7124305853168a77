import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyStatements
import ParleyTestSupport
import Testing

/// A file of headers, and everything for which it is refused (`Spec/scorecard.md` §6).
@Suite struct RecordHeadersTests {
    private let terms: TestAgreement
    private let first: [UInt8]
    private let line: [UInt8]

    init() throws {
        terms = try TestAgreement()
        let versions = AgreementVersions(terms.agreement)
        first = RecordHeaders.firstLine(versions, current: terms.agreement.id)
        let start = try #require(Timestamp(text: "2026-03-02T09:00:00Z"))
        let request = try terms.request("a question", from: "us", to: ["cn"], at: start)
        line = RecordHeaders.line(
            RecordedStatement(
                id: StatementID(Digest(hashing: request.envelope)),
                statement: try UnverifiedStatement(parsing: request.envelope).header,
                time: start.adding(seconds: 3),
                receipts: [try terms.party("cn").id: start.adding(seconds: 5)]))
    }

    @Test func `a record has the threads that its lines make, as of an instant`() throws {
        let headers = try RecordHeaders(parsing: first + line + line)
        let before = try #require(Timestamp(text: "2026-03-02T09:00:02Z"))
        #expect(headers.threads(settledBy: before).isEmpty)
        let threads = headers.threads(settledBy: before.adding(seconds: 1))
        #expect(threads.map(\.entries.count) == [1])
        #expect(threads.first?.entries.first?.record.receipts.count == 1)
    }

    @Test func `a last line needs no line break, and empty lines are nothing`() throws {
        let headers = try RecordHeaders(parsing: first + [0x0a] + line.dropLast())
        #expect(headers.records.count == 1)
    }

    @Test(arguments: [
        (#""parley":"headers/1""#, #""parley":"headers/2""#, "field-value-wrong", 1),
        (#""current":"sha256:"#, #""current":"sha512:"#, "field-value-wrong", 1),
        (#""receipts":{"cn""#, #""receipts":{"jp""#, "field-unknown", 2),
        (#""time":"2026-03-02T09:00:03Z""#, #""time":"yesterday""#, "field-value-wrong", 2),
        (#""act":"request.submit""#, #""act":"request.order""#, "field-value-wrong", 2),
        (#""urgency":"normal""#, #""urgent":"normal""#, "field-value-wrong", 2),
        (#""id":"#, #""ID":"#, "field-missing", 2),
    ]) func `a line that says something else is refused by its number`(
        from: String, to: String, reason: String, line number: Int
    ) throws {
        let text = String(decoding: first + line, as: UTF8.self)
        #expect(text.contains(from))
        try expectRefusal(Array(text.replacing(from, with: to).utf8), reason, line: number)
    }

    @Test func `an unknown version, another agreement, and nothing at all are refused`() throws {
        let current = "\"current\":\"\(terms.agreement.id)\""
        let other = "\"current\":\"\(Digest(hashing: [1]))\""
        let text = String(decoding: first, as: UTF8.self)
        #expect(text.contains(current))
        try expectRefusal(
            Array(text.replacing(current, with: other).utf8), "current-unknown", line: 1)
        let another = try TestAgreement(title: "Another").agreement
        let mixed = RecordHeaders.firstLine(AgreementVersions(another), current: another.id) + line
        try expectRefusal(mixed, "agreement-differs", line: 2)
        try expectRefusal([], "headers-empty", line: 1)
        try expectRefusal([0x0a, 0x0a], "headers-empty", line: 1)
    }

    @Test func `a line one byte too long is refused`() throws {
        let body = Array(line.dropLast())
        let spaces = RecordHeaders.lineLimitBytes - body.count
        let longest = body + Array(repeating: 0x20, count: spaces)
        #expect(try RecordHeaders(parsing: first + longest).records.count == 1)
        try expectRefusal(first + longest + [0x20], "too-long", line: 2)
    }

    private func expectRefusal(
        _ bytes: [UInt8], _ reason: String, line: Int,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        do throws(HeadersRefusal) {
            _ = try RecordHeaders(parsing: bytes)
            Issue.record("accepted", sourceLocation: sourceLocation)
        } catch {
            #expect(error.reason == reason, sourceLocation: sourceLocation)
            #expect(
                error.explanation.hasPrefix("line \(line): "), "\(error.explanation)",
                sourceLocation: sourceLocation)
        }
    }
}
