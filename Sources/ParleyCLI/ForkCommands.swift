import ArgumentParser
import Foundation
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

struct LogForksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forks",
        abstract: "List proofs that a party's log has shown two histories.",
        discussion: """
            A proof holds both checkpoints with the log's own signature: a third person needs the \
            log's key and nothing else to see that they contradict one another.

            Example:
              parley log forks --home us --out proofs
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "Folder to write each proof to, as a file.") var out: OutputPlace?

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let forks = try await home.ledger().forks()
            let files = try out.map { folder in
                try forks.map { fork in
                    let url = folder.folder
                        .appending(path: "fork-\(fork.proof.digest.hex.prefix(16)).json")
                    try FileManager.default.createDirectory(
                        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                    try PrivateFile.write(fork.proof.fileBytes, to: url, mode: 0o644)
                    return url.path()
                }
            }
            let found = try forks.enumerated().map { place, fork in
                ForkWords(
                    try fork.proof.checkpoints(), party: fork.party, foundAt: fork.foundAt,
                    file: files?[place])
            }
            emit(
                ["forks": .array(found.map { .object($0.json) })], json: flag.json,
                lines: found.isEmpty
                    ? ["no log of this agreement is known to have shown two histories"]
                    : found.flatMap(\.lines))
        }
    }
}

struct LogCheckForkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-fork", abstract: "Check a proof that a log has shown two histories.",
        discussion: """
            Offline, with nothing but the agreement that lists the log's key. Exit code 3 when it \
            proves nothing.

            Example:
              parley log check-fork fork-0123456789abcdef.json --agreement agreement.json
            """)

    @OptionGroup var flag: JSONFlag
    @Argument(help: "The proof.") var file: String
    @Option(help: "The agreement, signed by all its parties.") var agreement: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let agreement = try AgreementFile.adopted(agreement).agreement
            let keys = try AgreementKeys(agreement)
            let bytes = try PrivateFile.read(file, limitBytes: ForkProof.sizeLimitBytes)
            let words: ForkWords
            do throws(ForkProofRefusal) {
                let proof = try ForkProof(checking: bytes)
                guard
                    let party = agreement.parties.first(where: { keys.log(of: $0.id) == proof.log })
                else {
                    throw .noteNotSigned(
                        reason: "origin-unknown",
                        explanation: "the agreement lists no log with the key \(proof.log.text)")
                }
                words = ForkWords(
                    try proof.checkpoints(), party: party.id, foundAt: nil, file: nil)
            } catch {
                throw CommandFailure.notProven(
                    error.reason, error.explanation,
                    hint: "it proves nothing as it is; ask whoever gave it to you for the file "
                        + "again")
            }
            emit(words.json.adding(["proven": .bool(true)]), json: flag.json, lines: words.lines)
        }
    }
}

/// One fork in words: what the log has signed, and what it has signed besides.
private struct ForkWords {
    let json: JSONObject
    let lines: [String]

    init(
        _ checkpoints: (first: VerifiedCheckpoint, second: VerifiedCheckpoint), party: PartyID,
        foundAt: Timestamp?, file: String?
    ) {
        let sides = [checkpoints.first, checkpoints.second].map {
            (size: $0.size.entryCount, root: Base64.encode($0.root.bytes))
        }
        var json: JSONObject = [
            "party": .string(party.text), "log": .string(checkpoints.first.origin),
            "signed": .array(
                sides.map {
                    .object([
                        "entryCount": .integer(Int64(clamping: $0.size)),
                        "root": .string($0.root),
                    ])
                }),
        ]
        if let foundAt { json = json.adding(["foundAt": .string(foundAt.text)]) }
        if let file { json = json.adding(["file": .string(file)]) }
        self.json = json
        lines =
            ["the log of \(party) (\(checkpoints.first.origin)) has signed two histories:"]
            + sides.map { "  \($0.size) entries, root \($0.root)" }
            + ["  the second does not contain the first"]
            + (foundAt.map { ["  found at \($0)"] } ?? []) + (file.map { ["  wrote \($0)"] } ?? [])
    }
}
