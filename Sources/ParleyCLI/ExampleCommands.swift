import ArgumentParser
import Foundation
import ParleyExample
import ParleyExchange
import ParleyLog
import ParleyStatements

struct ExampleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "example", abstract: "Records made up, to try things on.",
        discussion: "Example:\n  parley example generate --threads 200 --into example",
        subcommands: [ExampleGenerateCommand.self])
}

struct ExampleGenerateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Make a record of any size: threads of every kind over thirteen months.",
        discussion: """
            Two states and a company, marked as an exercise. The same seed makes the same threads. \
            With --into, three homes whose nodes have said all of it to each other; their keys are \
            made from the seed and protect nothing. With --headers, the headers alone, some of \
            them irregular, silent or without a time, as scorecard --headers reads them.

            Example:
              parley example generate --threads 200 --into example
              parley queue --home example/us
              parley example generate --threads 20 --seed 7 --headers seven.headers
            """)

    static let threadLimit = 1_000_000

    @OptionGroup var flag: JSONFlag
    @Option(help: "How many threads, of eight statements on average.") var threads = 100
    @Option(help: "The same number makes the same threads.") var seed: UInt64 = 1
    @Option(help: "An empty or new folder for the homes us, cn and acme.") var into: String?
    @Option(help: "A file for the headers.") var headers: String?
    @Option(help: "With --headers: an agreement to use instead of the example's own.")
    var agreement: String?

    func validate() throws {
        guard (1...Self.threadLimit).contains(threads) else {
            throw ValidationError("--threads is from 1 to \(Self.threadLimit)")
        }
        guard (into != nil) != (headers != nil) else {
            throw ValidationError("give --into FOLDER or --headers FILE")
        }
        guard agreement == nil || headers != nil else {
            throw ValidationError("--agreement goes with --headers: homes have their own")
        }
    }

    func run() async throws {
        try await reporting(json: flag.json) {
            if let into {
                try await makeHomes(in: URL(filePath: into, directoryHint: .isDirectory))
            } else if let headers {
                try await writeHeaders(to: headers)
            }
        }
    }

    private func writeHeaders(to path: String) async throws {
        let record = try await record()
        let file = try DraftFile(of: URL(filePath: path), mode: 0o644)
        try file.write(
            RecordHeaders.firstLine(
                AgreementVersions(record.agreement), current: record.agreement.id))
        var count = 0
        for number in 0..<threads {
            for said in record.headers(of: number) {
                try file.write(RecordHeaders.line(said))
                count += 1
            }
        }
        try file.finish()
        emit(
            [
                "file": .string(path), "threads": .integer(Int64(threads)),
                "statements": .integer(Int64(count)),
            ], json: flag.json,
            lines: ["wrote \(count) headers in \(threads) threads to \(path)"])
    }

    private func record() async throws -> ExampleRecord {
        if let agreement {
            return try ExampleHomes.record(
                under: AgreementFile.unadopted(agreement).agreement, seed: seed)
        }
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "parley-example-\(newThread())")
        defer { try? FileManager.default.removeItem(at: folder) }
        return try await ExampleHomes.make(in: folder, seed: seed).record
    }

    private func makeHomes(in folder: URL) async throws {
        let there = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        guard there.isEmpty else {
            throw CommandFailure.refused(
                "folder-not-empty", "\(folder.path()) holds something already",
                hint: "name a new folder; what is there is left alone")
        }
        let homes = try await ExampleHomes.make(in: folder, seed: seed)
        let isJSON = flag.json
        let count = try await ExampleTalk(homes, threads: threads).run { said, done, of in
            if !isJSON {
                Surroundings.here.errorOutput(
                    "\(said) statements, \(done) of \(of) steps of time")
            }
        }
        emit(
            [
                "folder": .string(folder.path()), "threads": .integer(Int64(threads)),
                "statements": .integer(Int64(count)),
                "homes": .array(homes.parties.map { .string($0.text) }),
            ], json: flag.json,
            lines: [
                "\(count) statements in \(threads) threads, in the homes "
                    + homes.parties.map(\.text).joined(separator: ", "),
                "  next: parley queue --home \(folder.appending(path: "us").path())",
            ])
    }
}
