import Foundation
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyStore
import Synchronization

/// Does commands as processes of their own: this same executable, with the home's files, a folder
/// for the command, and nothing else of the node's.
///
/// Apart from the node, since a command reads and writes as it likes and may take long: it holds up
/// nobody, its memory is gone with it, and it ends when whoever asked has gone.
///
/// Crash story. What a command says lies at the desk as a draft, durably; what it writes lies in
/// its folder until it stands among the desk's files. If the node dies in between, the folders are
/// removed when it starts next, and the command is given again.
struct ChildCommands: CommandRunner {
    static let limit = 4
    static let limitOfOne = 2

    private let folder: URL
    private let home: URL
    private let passphrase: String?
    private let files: FolderDeskFiles
    private let surroundings = Surroundings.here
    private let running = RunningCommands()

    /// - Parameter holdsKeys: whether the node holds its organs' keys while it runs. Where they are
    ///   unlocked for a shift, no command is given the passphrase: what is locked stays so.
    init(_ home: Home, files: FolderDeskFiles, holdsKeys: Bool) throws {
        self.home = home.folder
        self.files = files
        passphrase = holdsKeys ? try home.givenPassphrase() : nil
        folder = home.folder.appending(path: "commands", directoryHint: .isDirectory)
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func name(of words: [String]) -> String? { CommandTree.leaf(of: words)?.name }

    func run(_ run: CommandRun) async throws -> CommandResult {
        guard running.begin(run.account) else {
            throw Problem(
                status: 429, reason: "commands-too-many",
                detail: "the node does \(Self.limit) commands at a time, "
                    + "\(Self.limitOfOne) of one account",
                hint: "wait for one to end", retryAfterSeconds: 2)
        }
        defer { running.end(run.account) }
        let place = folder.appending(
            path: Hex.encode(surroundings.randomness.bytes(count: 16)),
            directoryHint: .isDirectory)
        defer { try? FileManager.default.removeItem(at: place) }
        try makeFolder(place.appending(path: "out"))
        let order = CommandOrder(
            name: run.name, words: run.words, inputs: try bring(run.inputs, to: place),
            behalf: .init(account: run.account, organ: run.organ))
        try order.write(in: place)
        let ended = try await child(in: place)
        return CommandResult(
            exitCode: ended.exitCode, output: ended.output, errorOutput: ended.errorOutput,
            files: try take(place.appending(path: "out"), for: run.account),
            draft: draft(in: place))
    }

    private func makeFolder(_ folder: URL) throws {
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Links what was sent along under its own name, in a folder for each.
    private func bring(_ inputs: [String: DeskFile], to place: URL) throws -> [String: String] {
        var paths: [String: String] = [:]
        for (number, input) in inputs.sorted(by: { $0.key < $1.key }).enumerated() {
            let path = "in/\(number)/\(input.value.name)"
            let file = place.appending(path: path)
            try makeFolder(file.deletingLastPathComponent())
            guard link(files.content(of: input.value.id).path(), file.path()) == 0 else {
                throw Problem.notFound
            }
            paths[input.key] = path
        }
        return paths
    }

    private func child(in place: URL) async throws -> BoundedChild.Ended {
        var environment = [
            "PARLEY_HOME": home.path(), "LANG": "C.UTF-8", CommandOrder.variable: place.path(),
        ]
        if let passphrase { environment["PARLEY_PASSPHRASE"] = passphrase }
        // The very file that this process runs, whatever has come to lie under its name.
        return try await BoundedChild(
            executable: "/proc/self/exe", arguments: [], clock: surroundings.clock
        ).run(in: place, environment)
    }

    private func draft(in place: URL) -> DraftID? {
        let file = place.appending(path: CommandOrder.draftName)
        return (try? PrivateFile.read(file.path(), limitBytes: 64))
            .flatMap { DraftID(text: String(decoding: $0, as: UTF8.self)) }
    }

    /// Makes what the command wrote files of the desk.
    private func take(_ out: URL, for account: AccountName) throws -> [CommandResult.Written] {
        var taken: [CommandResult.Written] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: out.path()).sorted() {
            let root = out.appending(path: name)
            guard let bytes = Hex.decode(name) else { continue }
            let place = String(decoding: bytes, as: UTF8.self)
            for path in try Self.paths(below: root) {
                guard taken.count < DeskFile.countLimit else {
                    throw Problem(
                        status: 422, reason: "files-too-many",
                        detail: "the command wrote more than \(DeskFile.countLimit) files",
                        hint: "give it on the node's machine, or ask for less")
                }
                let source = path.isEmpty ? root : root.appending(path: path)
                let size =
                    try FileManager.default
                    .attributesOfItem(atPath: source.path())[.size] as? UInt64 ?? 0
                let own =
                    path.isEmpty
                    ? URL(filePath: place).lastPathComponent : source.lastPathComponent
                let file = DeskFile(
                    id: FileID(randomness: surroundings.randomness), owner: account,
                    name: DeskFile.isName(own) ? own : "file", sizeBytes: size, digest: nil,
                    madeAt: surroundings.clock.now(), receivedBytes: size)
                try files.take(source, as: file)
                taken.append(.init(file: file, place: place, path: path))
            }
        }
        return taken
    }

    /// Of the plain files there, or the empty one where it is one itself.
    private static func paths(below root: URL) throws -> [String] {
        func kind(_ path: String) throws -> FileAttributeType? {
            try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType
        }
        if try kind(root.path()) == .typeRegular { return [""] }
        let all = try FileManager.default.subpathsOfDirectory(atPath: root.path())
        return try all.filter { try kind(root.appending(path: $0).path()) == .typeRegular }.sorted()
    }
}

/// How many commands of whom are going on.
final class RunningCommands: Sendable {
    private let counts = Mutex<[AccountName: Int]>([:])

    func begin(_ account: AccountName) -> Bool {
        counts.withLock { counts in
            let own = counts[account] ?? 0
            guard own < ChildCommands.limitOfOne,
                counts.values.reduce(0, +) < ChildCommands.limit
            else { return false }
            counts[account] = own + 1
            return true
        }
    }

    func end(_ account: AccountName) {
        counts.withLock { counts in
            let left = (counts[account] ?? 1) - 1
            counts[account] = left == 0 ? nil : left
        }
    }
}
