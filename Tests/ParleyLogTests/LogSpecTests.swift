import Foundation
import ParleyLog
import ParleyTestSupport
import Testing

/// The examples that the specification shows are the vectors it names.
@Suite struct LogSpecTests {
    private func page(_ name: String) throws -> String {
        let page = VectorFolder.root.deletingLastPathComponent().appending(path: "Spec/\(name)")
        return String(decoding: try Data(contentsOf: page), as: UTF8.self)
    }

    private func isShown(_ text: String, in page: String) -> Bool {
        page.contains("```\n" + text + (text.hasSuffix("\n") ? "" : "\n") + "```\n")
    }

    @Test func `the checkpoint, its keys and the witness's request are shown as they are`() throws {
        let page = try page("log.md")
        let checkpoint = try #require(
            try CheckpointVectorTests.CheckpointVector.load("log/checkpoints.json")
                .first { $0.name == "cosigned" })
        #expect(isShown(checkpoint.note, in: page))
        #expect(isShown(checkpoint.logKey + "\n" + checkpoint.cosigners[0], in: page))
        let text = checkpoint.note.prefix { $0 != "—" }.dropLast()
        #expect(isShown("cosignature/v1\ntime 1767225600\n" + text, in: page))
        let request = try #require(
            try CheckpointVectorTests.WitnessVector.load("log/add-checkpoint.json")
                .first { $0.name == "growth" })
        #expect(isShown(request.body, in: page))
        #expect(page.contains("`\(Merkle.emptyRoot.hex)`"))
        for (level, number, width) in [(2, 1_234_067, 256), (0, 273, 112)] as [(Int, UInt64, Int)] {
            let path = try #require(
                TilePath(content: .hashes(level: level), number: number, width: width))
            #expect(page.contains("`\(path.text)`"))
        }
    }

    @Test func `the receipt and its statement are shown as they are`() throws {
        let page = try page("receipt.md")
        let receipt = try #require(
            try ReceiptTests.ReceiptVector.load("receipt/receipts.json")
                .first { $0.name == "cosigned" })
        #expect(isShown(receipt.receipt, in: page))
        #expect(page.contains("`sha256:\(receipt.entry)`"))
    }

    @Test func `every reason that a vector names is a code in the specification`() throws {
        let page = try page("log.md") + page("receipt.md")
        for folder in ["log", "note", "receipt"] {
            for file in try VectorFolder.files(in: folder) {
                let whole = try JSONSerialization.jsonObject(with: Data(contentsOf: file))
                let cases = (whole as? [String: Any])?["cases"] as? [[String: Any]] ?? []
                #expect(!cases.isEmpty)
                for reason in Set(cases.compactMap { $0["refuse"] as? String }) {
                    #expect(page.contains("`\(reason)`"), "\(reason)")
                }
            }
        }
    }
}
