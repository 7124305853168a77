import ArgumentParser
import Crypto
import Foundation

/// What `Benchmarks/run.py` needs measured from inside Swift; it prints one JSON object each.
@main
struct ParleyBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parley-bench",
        abstract: "Load for a Parley node; Benchmarks/run.py starts it and says what it means.",
        subcommands: [
            VerifyRate.self, Deliver.self, Lone.self, AuditLog.self, HashRate.self, Append.self,
            Law.self, ViewFold.self,
        ])
}

/// One core's rate of Ed25519 verifications with the library that the node uses.
struct VerifyRate: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Verify Ed25519 signatures of 1 KiB messages, one after another.")

    @Option(help: "How many to verify.")
    var count = 40_000

    func run() throws {
        let key = try Curve25519.Signing.PrivateKey(rawRepresentation: (0..<32).map { UInt8($0) })
        let publicKey = key.publicKey
        let signed = try (0..<64).map { number in
            let message = (0..<1024).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ number) }
            return (message: message, signature: Array(try key.signature(for: message)))
        }
        var validCount = 0
        let elapsed = ContinuousClock().measure {
            for number in 0..<count {
                let (message, signature) = signed[number % signed.count]
                if publicKey.isValidSignature(signature, for: message) { validCount += 1 }
            }
        }
        guard validCount == count else { throw BenchFailure.signatureWrong }
        try printJSON(["perSecond": Double(count) / elapsed.inSeconds])
    }
}

enum BenchFailure: Error {
    case homeMalformed(String)
    case signatureWrong
    /// The tree asked for a tile that it no longer holds; it is made large enough for all.
    case tileForgotten
    case deliveryNotTaken(String)
    case outcomesDiffer(receipted: Int, known: Int, refused: Int, blobsMissing: Int)
    case receiptTimedOut
}

extension Duration {
    var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) / 1e18
    }
}

/// One object, one line, on standard output.
func printJSON(_ fields: [String: Any]) throws {
    let data = try JSONSerialization.data(withJSONObject: fields, options: [.sortedKeys])
    print(String(decoding: data, as: UTF8.self))
}
