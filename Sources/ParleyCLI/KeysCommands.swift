import ArgumentParser
import Foundation
import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyWeb

struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Which keys speak for which organ, and changing that.",
        discussion: """
            Changes are statements, signed with the party's root key and told to every party. What \
            an organ's key signed before it was retired or revoked stays valid; what stands after \
            that in its party's log is refused, whatever date it bears.

            A root key that is kept on another machine: write a draft with --out, sign it there \
            with parley keys sign, bring it back and hand it in with parley keys submit.

            Example:
              parley keys list
              parley keys add --root-key /media/usb/root.key.json
              parley keys revoke ed25519:… --since 2026-11-20T00:00:00Z
              parley keys unlock --passphrase-file organ.txt
            """,
        subcommands: [
            KeysListCommand.self, KeysAddCommand.self, KeysRetireCommand.self,
            KeysRevokeCommand.self, KeysSignCommand.self, KeysSubmitCommand.self,
            KeysUnlockCommand.self, KeysLockCommand.self, KeysStateCommand.self,
            KeysPassphraseCommand.self,
        ])
}

struct KeysListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List every party's signing keys, with what became of them.",
        discussion: "Example:\n  parley keys list --json")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let record = try await home.record()
            let directory = record.directory
            let changes = try await record.changes()
            let times = Dictionary(changes.map { ($0.id, $0.time) }) { one, _ in one }
            var objects: [JSONValue] = []
            var lines: [String] = []
            for party in record.versions.parties(at: Surroundings.here.clock.now()) {
                for organ in party.organs {
                    let seat = Seat(party: party.id, organ: organ.id)
                    lines.append("\(seat)")
                    for entry in directory.entries(of: seat) ?? [] {
                        let words = KeyWords(entry: entry, seat: seat, times: times)
                        objects.append(.object(words.json))
                        lines += words.lines
                    }
                }
            }
            emit(["keys": .array(objects)], json: flag.json, lines: lines)
        }
    }
}

/// One key in words.
private struct KeyWords {
    let entry: Directory.Entry
    let seat: Seat
    /// The record's times of the key changes; nil for one that no other party has seen yet.
    let times: [StatementID: Timestamp?]

    private var changes: [(word: String, change: Directory.Change)] {
        [("added", entry.addition), ("retired", entry.retirement), ("revoked", entry.revocation)]
            .compactMap { word, change in change.map { (word, $0) } }
    }

    private func time(_ change: Directory.Change) -> Timestamp? {
        times[change.statement] ?? nil
    }

    var lines: [String] {
        let state = changes.last?.word ?? "listed"
        var lines = [
            "  \(entry.id)",
            "    \(state == "listed" ? "in the agreement" : state), valid "
                + "\(entry.key.notBefore) to \(entry.key.notAfter)",
        ]
        for (word, change) in changes {
            let since = change.since.map { ", in doubt since \($0)" } ?? ""
            lines.append(
                "    \(word) \(time(change).map(\.text) ?? "(no other party has seen it yet)")"
                    + "\(since) by \(change.statement)")
        }
        return lines
    }

    var json: JSONObject {
        let object: JSONObject = [
            "organ": .string(seat.description), "key": .string(entry.id.text),
            "live": .bool(entry.isLive), "notBefore": .string(entry.key.notBefore.text),
            "notAfter": .string(entry.key.notAfter.text),
        ]
        return changes.reduce(object) { object, named in
            var change: JSONObject = ["statement": .string(named.change.statement.text)]
            if let time = time(named.change) {
                change = change.adding(["time": .string(time.text)])
            }
            if let since = named.change.since {
                change = change.adding(["since": .string(since.text)])
            }
            return object.adding([named.word: .object(change)])
        }
    }
}

/// What every command takes that says something with the party's root key.
struct RootSigningOptions: ParsableArguments {
    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag

    @Option(
        name: .customLong("root-key"),
        help: "The party's root key (default: keys/root.key.json in the home).")
    var rootKey: String?

    @Option(help: "Write a draft for the machine that has the root key, and change nothing yet.")
    var out: String?

    func rootKey(of home: Home) throws -> SigningKeyPair {
        try home.rootKey(at: rootKey.map { URL(filePath: $0) })
    }

    /// Signs the change and hands it in, or writes its draft.
    func change(
        _ act: Act, _ terms: Terms, words: String, through writer: StatementWriter,
        text: String? = nil, language: String = "en"
    ) async throws {
        let home = writer.home
        let statement = try await writer.change(act, terms, text: text, language: language)
        if let out {
            let draft = URL(filePath: out)
            guard !FileManager.default.fileExists(atPath: draft.path()) else {
                throw CommandFailure.refused(
                    "file-exists", "\(out) is there already", hint: "choose another name")
            }
            try PrivateFile.write(statement.payloadBytes(), to: draft, mode: 0o644)
            emit(
                ["draft": .string(out)], json: flag.json,
                lines: [
                    "draft written to \(out)",
                    "  next, where the root key is: parley keys sign \(out) --root-key FILE "
                        + "--out SIGNED",
                ])
            return
        }
        let envelope = try rootKey(of: home).signed(statement)
        let id = try await home.submit(envelope)
        emit(
            ["statement": .string(id.text), "act": .string(act.rawValue)], json: flag.json,
            lines: [words, "  statement \(id)"])
    }
}

struct KeysAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make a signing key for this home's organ and add it.",
        discussion: """
            The key file is made first, keys/signing-N.key.json, encrypted like the others. A \
            running node takes the new key up by itself.

            Example:
              parley keys add --valid-until 2028-01-01T00:00:00Z
            """)

    @OptionGroup var options: RootSigningOptions
    @Option(name: .customLong("valid-from"), help: "Valid from (default: now).")
    var validFrom: String?
    @Option(name: .customLong("valid-until"), help: "Valid until (default: 2 years).")
    var validUntil: String?
    @Flag(name: .customLong("no-passphrase"), help: "Leave the key file unencrypted.")
    var noPassphrase = false

    func run() async throws {
        try await reporting(json: options.flag.json) {
            let home = try Home(options: options.home)
            let writer = try await StatementWriter(home: home)
            let surroundings = Surroundings.here
            let now = surroundings.clock.now()
            let from = try validFrom.map(timeArgument) ?? now
            let until = try validUntil.map(timeArgument) ?? from.adding(seconds: 2 * 365 * 86_400)
            guard from < until else {
                throw CommandFailure.refused(
                    "validity-empty", "the key's validity ends before it begins",
                    hint: "give a --valid-until later than \(from)")
            }
            // Without the root key nothing is begun: no key file is left that nobody lists.
            if options.out == nil { _ = try options.rootKey(of: home) }
            let algorithms = writer.agreement.algorithms
            let secret = surroundings.randomness.bytes(count: 32 * algorithms.count)
            let pair = try Home.pair(from: secret)
            let organ = home.seat.organ
            let file = home.addedSigningKeyFile(
                home.signingKeyFiles(of: organ).count + 1, of: organ)
            // Durable before anybody can rely on it: a listed key that is lost speaks no more.
            try KeyFile(purpose: .signing, secret: secret).write(
                to: file,
                passphrase: noPassphrase ? nil : try Passphrase(options: options.home).value(),
                randomness: surroundings.randomness)
            try await options.change(
                .keysAdd,
                Terms(
                    signingKey: .init(keys: pair.publicKeys, notBefore: from, notAfter: until)),
                words: "added \(pair.publicKeys.keyIDs[0]), kept in \(file.path()); "
                    + "a running node takes it up by itself", through: writer)
        }
    }
}

struct KeysRetireCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire", abstract: "End a key that is no longer used.",
        discussion: "Example:\n  parley keys retire ed25519:…")

    @OptionGroup var options: RootSigningOptions
    @Argument(help: "The key's id, as keys list prints it.") var key: String

    func run() async throws {
        try await reporting(json: options.flag.json) {
            let home = try Home(options: options.home)
            let writer = try await StatementWriter(home: home)
            let key = try keyArgument(key)
            try await checkAnotherSpeaks(than: key, writer)
            try await options.change(
                .keysRetire, Terms(key: key), words: "retired \(key)", through: writer)
        }
    }

    /// Nobody is hurried into retiring: what the organ or its running node would then lack is
    /// better put in place first. A stolen key is revoked without such questions.
    private func checkAnotherSpeaks(
        than key: KeyID, _ writer: StatementWriter
    ) async throws {
        let home = writer.home
        let others = writer.record.directory.live(of: home.seat, at: Surroundings.here.clock.now())
            .map(\.id).filter { $0 != key }
        guard !others.isEmpty else {
            throw CommandFailure.refused(
                "last-key", "\(home.seat) has no other key that speaks now",
                hint: "add one first: parley keys add; a stolen key is revoked: "
                    + "parley keys revoke")
        }
        let held = await LocalClient(socketPath: home.socketPath).status()?.signingKeys
        guard held.map({ !Set($0).isDisjoint(with: others) }) ?? true else {
            throw CommandFailure.refused(
                "node-lacks-key", "the running node holds none of the organ's other keys",
                hint: "it takes a new key up within seconds; if it does not, its log says why")
        }
    }
}

struct KeysRevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke", abstract: "End a key that others may have had in their hands.",
        discussion: """
            Statements that the key signed before stay as they are; --since says from when on they \
            are to be doubted.

            Example:
              parley keys revoke ed25519:… --since 2026-11-20T00:00:00Z
            """)

    @OptionGroup var options: RootSigningOptions
    @Argument(help: "The key's id, as keys list prints it.") var key: String
    @Option(help: "From when on the key may have been in other hands (default: now).")
    var since: String?

    func run() async throws {
        try await reporting(json: options.flag.json) {
            let home = try Home(options: options.home)
            let key = try keyArgument(key)
            let since = try since.map(timeArgument) ?? Surroundings.here.clock.now()
            try await options.change(
                .keysRevoke, Terms(key: key, since: since),
                words: "revoked \(key), in doubt since \(since)",
                through: try await StatementWriter(home: home))
        }
    }
}

struct KeysSignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign a draft with the root key; needs no home.",
        discussion: """
            Example:
              parley keys sign revoke.draft --root-key root.key.json --out revoke.signed
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The draft that --out wrote.") var draft: String
    @Option(name: .customLong("root-key"), help: "The party's root key file.") var rootKey: String
    @Option(help: "File to write.") var out: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let bytes = try PrivateFile.read(
                draft, limitBytes: Envelope.Limits.statement.payloadSizeBytes)
            let statement: Statement
            do throws(StatementRefusal) {
                statement = try Statement(parsingPayload: bytes)
            } catch {
                throw CommandFailure.refused(
                    error.reason, error.explanation,
                    hint: "give the file that keys add, retire or revoke, or agreement leave, "
                        + "wrote with --out")
            }
            guard statement.act.isSignedByRoot else {
                throw CommandFailure.refused(
                    "no-key-change", "the draft is of \(statement.act.rawValue)",
                    hint: "the root key signs changes of keys, leaving, and agreements, alone")
            }
            let root = try KeyFile.read(.root, from: URL(filePath: rootKey)) {
                try Passphrase(options: home).value()
            }
            let envelope = try Home.pair(from: root.secret).signed(statement)
            try PrivateFile.write(envelope, to: URL(filePath: out), mode: 0o644)
            emit(
                ["signed": .string(out), "act": .string(statement.act.rawValue)],
                json: flag.json,
                lines: [
                    "signed \(statement.act.rawValue) of \(statement.from)",
                    "  said at \(statement.at), to "
                        + statement.to.map(\.text).joined(separator: ", "),
                ] + (statement.changedKey.map { ["  key  \($0)"] } ?? []) + [
                    "  next, in the home: parley keys submit \(out)"
                ])
        }
    }
}

struct KeysSubmitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "submit", abstract: "Hand in a change that was signed elsewhere.",
        discussion: "Example:\n  parley keys submit revoke.signed")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The file that keys sign wrote.") var file: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let envelope = try PrivateFile.read(
                file, limitBytes: Envelope.Limits.statement.envelopeSizeBytes)
            let statement: Statement
            do throws(StatementRefusal) {
                statement = try UnverifiedStatement(parsing: envelope).header
            } catch {
                throw CommandFailure.refused(error.reason, error.explanation)
            }
            guard statement.act.isSignedByRoot else {
                throw CommandFailure.refused(
                    "no-key-change", "the file is of \(statement.act.rawValue)",
                    hint: "give the file that parley keys sign wrote")
            }
            let id = try await home.submit(envelope)
            emit(
                ["statement": .string(id.text), "act": .string(statement.act.rawValue)],
                json: flag.json,
                lines: ["\(statement.act.rawValue) recorded", "  statement \(id)"])
        }
    }
}

private func keyArgument(_ text: String) throws -> KeyID {
    guard let key = KeyID(text: text), key.algorithm == .ed25519 else {
        throw CommandFailure.refused(
            "key-id-malformed", "\(text) is not the id of an Ed25519 key",
            hint: "write ed25519: and 64 digits, as parley keys list prints it")
    }
    return key
}

extension Statement {
    /// The key that a key change is about.
    fileprivate var changedKey: KeyID? {
        terms.key
            ?? terms.signingKey.map {
                KeyID(algorithm: .ed25519, publicKey: $0.keys.ed25519)
            }
    }
}

extension SigningKeyPair {
    fileprivate func signed(_ statement: Statement) throws -> [UInt8] {
        do throws(StatementRefusal) {
            return try sign(statement)
        } catch {
            throw CommandFailure.refused(error.reason, error.explanation)
        }
    }
}
