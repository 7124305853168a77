import ArgumentParser
import Foundation
import ParleyService
import Testing

@testable import ParleyCLI

struct CommandPlaceTests {
    @Test func `every command has its place, and nothing else has one`() {
        let names = CommandTree.leaves.map(\.name)
        #expect(Set(names).count == names.count)
        let listed = Set(RemoteCommand.all.keys)
        #expect(Set(names).subtracting(listed).sorted() == [], "say where these are done")
        #expect(listed.subtracting(names).sorted() == [], "there are no such commands")
    }

    @Test func `words name a command by those that begin them`() {
        #expect(CommandTree.leaf(of: ["request", "new", "--to", "cn"])?.name == "request new")
        #expect(CommandTree.leaf(of: ["queue", "--ours"])?.name == "queue")
        #expect(CommandTree.leaf(of: ["incident", "report", "--to", "cn"])?.name == "incident say")
        #expect(CommandTree.leaf(of: ["incident", "show", "x"])?.name == "incident show")
        #expect(CommandTree.leaf(of: ["request"]) == nil)
        #expect(CommandTree.leaf(of: ["request", "sing"]) == nil)
        #expect(CommandTree.leaf(of: ["--help"]) == nil)
        #expect(CommandTree.leaf(of: []) == nil)
    }

    /// Options that name files have a type of their own: a command given from elsewhere reaches no
    /// file of the node's but what was sent along. Those commands are done on one's own machine.
    @Test func `no command that a node does for others takes a path as plain text`() throws {
        var options: [(String, Any)] = [
            ("saying", SayingOptions()), ("password", PasswordOptions()),
            ("report", ReportOptions()), ("conduct", ConductOptions()),
        ]
        for leaf in CommandTree.leaves {
            guard case .node? = RemoteCommand.all[leaf.name] else { continue }
            options.append((leaf.name, leaf.type.init()))
        }
        let names = ["file", "files", "folder", "path", "out", "into", "attach", "headers"]
        var seen: Set<String> = []
        for (name, holder) in options {
            for child in Mirror(reflecting: holder).children {
                let label = String((child.label ?? "").drop { $0 == "_" })
                guard names.contains(where: { label.lowercased().hasSuffix($0) }) else { continue }
                let kind = String(describing: type(of: child.value))
                #expect(
                    kind.contains("InputFile") || kind.contains("OutputPlace"),
                    "\(name): \(label) is \(kind)")
                seen.insert(label)
            }
        }
        // Else the names above would have looked at nothing.
        #expect(seen.isSuperset(of: ["out", "attach", "passwordFile", "headers", "file"]))
    }
}

struct CommandFilesTests {
    private func inside<Value>(
        _ files: CommandFiles, _ work: () throws -> Value
    ) rethrows -> Value {
        let still = Surroundings(
            clock: LawRun.still, randomness: LawRun.none, environment: [:], files: files,
            behalf: nil, output: { _ in }, errorOutput: { _ in })
        return try Surroundings.$current.withValue(still, operation: work)
    }

    private let folder = URL(filePath: "/nowhere/commands/one", directoryHint: .isDirectory)

    @Test func `given from elsewhere, a command reads what was sent along and nothing else`()
        throws
    {
        try inside(.brought(folder: folder, inputs: ["a.txt": "in/0/a.txt"])) {
            let path = try InputFile(argument: "a.txt").path()
            #expect(path == "/nowhere/commands/one/in/0/a.txt")
            for other in ["/etc/passwd", "b.txt", "", "-", "../a.txt", "in/0/a.txt"] {
                #expect(throws: CommandFailure.self, "\(other)") {
                    try InputFile(argument: other).path()
                }
                #expect(throws: CommandFailure.self, "\(other)") {
                    try GivenText(argument: "@" + other).read()
                }
            }
            #expect(throws: CommandFailure.self) { try GivenText(argument: "-").read() }
            #expect(InputFile.ifThere("/etc/passwd") == nil)
        }
    }

    @Test func `given from elsewhere, a command writes below its own folder, whatever it names`() {
        inside(.brought(folder: folder, inputs: [:])) {
            for place in ["out.json", "/etc/cron.d/x", "../../keys", "", "."] {
                for url in [OutputPlace(argument: place).file, OutputPlace(argument: place).folder]
                {
                    let path = url.standardized.path()
                    #expect(path.hasPrefix("/nowhere/commands/one/out"), "\(place): \(path)")
                }
            }
        }
    }

    @Test func `what a command line names is noted, each once, in order`() throws {
        let notes = FileNotes()
        inside(.noted(notes)) {
            _ = InputFile(argument: "b")
            _ = GivenText(argument: "@a")
            _ = GivenText(argument: "plain words")
            _ = GivenVersion(argument: "zh-Hans=@c")
            _ = GivenText(argument: "-")
            _ = OutputPlace(argument: "out")
            _ = InputFile(argument: "b")
        }
        #expect(notes.inputs == ["b", "a", "c", "-"])
        #expect(notes.outputs == ["out"])
    }
}
