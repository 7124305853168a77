import ArgumentParser
import Foundation
import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyStore

struct FetchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Open the body and exhibits of a statement.",
        discussion: """
            Writes body.json and every exhibit under its name into a folder. A file appears only \
            when its seal, its digest and its size hold to the last byte, and after its opening \
            has been recorded as a custody event.

            Example:
              parley fetch sha256:… --out opened --purpose "Search for the accounts"
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The statement's id.") var statement: String
    @Option(help: "Folder to write to; made when absent.") var out: OutputPlace
    @OptionGroup var circumstances: CustodyCircumstances
    @Option(help: "Why the exhibits are opened.") var purpose = "To read what was sent"

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let id = try statementArgument(statement)
            let (header, body) = try await home.opened(id)
            let folder = out.folder
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: true)
            try PrivateFile.write(body.canonicalBytes, to: folder.appending(path: "body.json"))
            var written = ["body.json"]
            var openings: [RecordedOpening] = []
            if !header.exhibits.isEmpty {
                let opener = ExhibitOpener(recorder: try await CustodyRecorder(home: home))
                for (reference, described) in zip(header.exhibits, body.exhibits) {
                    let opening = try await opener.open(
                        reference, described: described, in: header.thread,
                        as: try circumstances.opening(purpose: purpose))
                    try opener.write(
                        opening, of: described, to: folder.appending(path: described.name.text))
                    openings.append(opening)
                    written.append(described.name.text)
                }
            }
            let conditions = try await home.record().thread(header.thread).bindings()[id] ?? []
            emit(
                [
                    "statement": .string(id.text), "folder": .string(out.text),
                    "conditions": .array(conditions.map { .object($0.json) }),
                    "files": .array(written.map { .string($0) }),
                    "openings": .array(openings.map { .string($0.event.text) }),
                ], json: flag.json,
                lines: body.texts.map { "[\($0.language.text)] \($0.text)" }
                    + written.map { "  \(out.text)/\($0)" }
                    + openings.map { "  opening recorded: \($0.event)" }
                    + conditions.map(\.line))
        }
    }
}
