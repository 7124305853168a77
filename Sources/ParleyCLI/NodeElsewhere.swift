import ArgumentParser
import Foundation
import ParleyLog
import ParleyService
import ParleyStatements
import ParleyWeb

/// `parley --node URL …`: gives commands to a running node, through its API.
///
/// The words go to the node as they are. Files that they name are sent along and fetched back; what
/// the command would say is shown as it would leave, and leaves once it is confirmed.
struct NodeElsewhere: Sendable {
    /// The node that the command line names.
    @TaskLocal static var current: NodeElsewhere?

    /// What stands before the command, or else in the environment.
    struct Options {
        var node: String?
        var tokenFile: String?
        var pin: String?
        var confirms = false

        /// Takes them off the front of the words.
        static func taking(from words: inout [String]) throws -> Options {
            var options = Options()
            let environment = Surroundings.here.environment
            options.node = environment["PARLEY_NODE"]
            options.tokenFile = environment["PARLEY_TOKEN_FILE"]
            options.pin = environment["PARLEY_NODE_PIN"]
            let values: [(String, WritableKeyPath<Options, String?>)] = [
                ("--node", \.node), ("--token-file", \.tokenFile), ("--node-pin", \.pin),
            ]
            while let word = words.first {
                if word == "--yes" {
                    options.confirms = true
                    words.removeFirst()
                    continue
                }
                guard
                    let (name, path) = values.first(where: {
                        word == $0.0 || word.hasPrefix($0.0 + "=")
                    })
                else { break }
                words.removeFirst()
                if word != name {
                    options[keyPath: path] = String(word.dropFirst(name.count + 1))
                } else if words.isEmpty {
                    throw CommandFailure.usage("\(name) wants a value")
                } else {
                    options[keyPath: path] = words.removeFirst()
                }
            }
            guard options.node != nil || !options.confirms else {
                throw CommandFailure.usage("--yes goes with --node")
            }
            return options
        }
    }

    let client: APIClient
    let confirms: Bool
    let json: Bool

    init(_ options: Options, json: Bool) throws {
        guard let node = options.node, let url = LogURL(node), url.isTLS else {
            throw CommandFailure.refused(
                "node-malformed", "\(options.node ?? "") is no address of a node",
                hint: "write https://host:port, as parley serve --api has it")
        }
        guard let tokenFile = options.tokenFile else {
            throw CommandFailure.refused(
                "token-missing", "a node does nothing for nobody",
                hint: "name a file with a token: --token-file FILE, or PARLEY_TOKEN_FILE; "
                    + "parley token add makes one")
        }
        let pin = try options.pin.map { text in
            guard let pin = Digest(text: text) else {
                throw CommandFailure.refused(
                    "pin-malformed", "\(text) is no digest of a key",
                    hint: "write sha256: and 64 digits, as parley serve prints it")
            }
            return pin
        }
        let token = String(
            decoding: try PrivateFile.read(tokenFile, limitBytes: 4096).prefix { $0 > 0x20 },
            as: UTF8.self)
        client = try APIClient(url: url, token: token, pin: pin)
        confirms = options.confirms
        self.json = json
    }

    /// Does what the words say at the node.
    ///
    /// - Parameter notes: the files that they name.
    func run(_ words: [String], _ notes: FileNotes) async throws {
        for place in notes.outputs where FileManager.default.fileExists(atPath: place) {
            throw CommandFailure.refused(
                "file-exists", "\(place) is there already", hint: "name another place")
        }
        let desk = FilesElsewhere(client: client)
        var brought: [JSONObject.Member] = []
        var answer: JSONObject = [:]
        do {
            for name in notes.inputs {
                brought.append(.init(name: name, value: .string(try await desk.bring(name))))
            }
            answer =
                try await client.call(
                    .post, "/commands",
                    [
                        "words": .array(words.map(JSONValue.string)),
                        "files": .object(JSONObject(brought)),
                    ]) ?? [:]
        } catch {
            await discard(brought)
            throw error
        }
        await discard(brought)
        try await desk.fetch(answer)
        guard case .integer(let code)? = answer["exitCode"] else {
            throw APIClientFailure.answerMalformed(status: 200)
        }
        if case .string(let text)? = answer["errorOutput"] { printed(text, errorOutput: true) }
        guard code == 0, case .string(let draft)? = answer["draft"] else {
            if case .string(let text)? = answer["output"] { printed(text, errorOutput: false) }
            if code != 0 { throw ExitCode(Int32(clamping: code)) }
            return
        }
        try await DraftsElsewhere(client: client, json: json)
            .offer(draft, isConfirmed: confirms)
    }

    private func printed(_ text: String, errorOutput: Bool) {
        guard !text.isEmpty else { return }
        let lines = text.hasSuffix("\n") ? String(text.dropLast()) : text
        if errorOutput {
            Surroundings.here.errorOutput(lines)
        } else {
            Surroundings.here.output(lines)
        }
    }

    /// They were for this command alone; what cannot be discarded is gone in a week.
    private func discard(_ files: [JSONObject.Member]) async {
        for file in files {
            if case .string(let id) = file.value {
                _ = try? await client.call(.delete, "/files/\(id)")
            }
        }
    }
}

extension CommandFailure {
    /// What a node's API answered, as the command line says it.
    init(_ problem: Problem) {
        self =
            problem.status == 503
            ? .failed(problem.reason, problem.detail, hint: problem.hint)
            : .refused(problem.reason, problem.detail, hint: problem.hint)
    }

    init(_ failure: APIClientFailure) {
        self =
            switch failure {
            case .unreachable(let words): .failed("node-unreachable", "no answer: \(words)")
            case .keyNotTrusted(let shown):
                .failed(
                    "node-key-not-trusted", "the node shows the key \(shown.text)",
                    hint: "if its operator says that this is its key: --node-pin \(shown.text)")
            case .answerMalformed(let status):
                .failed("answer-malformed", "the node answered \(status) and no word of ours")
            }
    }
}
