import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyStatements
import ParleyTestSupport
import Testing

/// An export of one thread that went to and fro, and what a third person makes of it.
@Suite struct ThreadExportTests {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest

    @Test func `an export of a thread proves it whole`() async throws {
        let export = try await Self.export()
        let verified = try export.verified(under: try TestAgreement().agreement)
        #expect(verified.faults == [])
    }

    private static func export() async throws -> ThreadExport {
        let terms = try TestAgreement()
        let village = try await Village.make(terms, seed: 1, at: start)
        let request = try terms.request("a", from: "us", to: ["cn"], at: start)
        try await village.submit(request.envelope, blobs: request.blobs, by: "us")
        try await village.settle()
        return try await village.export(try TestAgreement.thread("a"), by: "cn")
    }
}
