import ArgumentParser
import Foundation
import ParleyNode
import ParleyStatements
import ParleyWeb

struct KeysUnlockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unlock", abstract: "Unlock the organ's keys at the running node for a shift.",
        discussion: """
            Of a node that parley serve --unlock-hours runs. Officers do the same through its API.

            Example:
              parley keys unlock --passphrase-file organ.txt
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag

    func run() async throws {
        try await reporting(json: flag.json) {
            let passphrase = try Passphrase(options: home).value()
            try await tellKeys(
                home, flag, trailedAs: "keys.unlock", .unlock(passphrase: passphrase))
        }
    }
}

struct KeysLockCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock", abstract: "Lock the organ's keys at the running node.",
        discussion: "Example:\n  parley keys lock")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag

    func run() async throws {
        try await reporting(json: flag.json) {
            try await tellKeys(home, flag, trailedAs: "keys.lock", .lock)
        }
    }
}

struct KeysStateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "state",
        abstract: "Say whether the running node holds the organ's keys, and until when.",
        discussion: "Example:\n  parley keys state --json")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag

    func run() async throws {
        try await reporting(json: flag.json) {
            try await tellKeys(home, flag, trailedAs: nil, .show)
        }
    }
}

struct KeysPassphraseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "passphrase",
        abstract: "Encrypt the organ's signing and sealing keys under another passphrase.",
        discussion: """
            A passphrase of their own keeps them from whoever starts the node, which needs only \
            the keys of its log, its witness and its connections. Each file is replaced by itself, \
            so that one which could not be is still open to the old passphrase: give the command \
            again.

            Example:
              parley keys passphrase --new-passphrase-file organ.txt
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Option(
        name: .customLong("new-passphrase-file"),
        help: "File whose first line is the new passphrase (else asked at the terminal).")
    var newPassphraseFile: String?

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let fresh = try newPassphrase()
            let changed = try home.reencryptOrganKeys(under: fresh)
            emit(
                ["files": .array(changed.map { .string($0.path()) })], json: flag.json,
                lines: changed.map { "encrypted anew: \($0.path())" })
        }
    }

    private func newPassphrase() throws -> String {
        let least = 12
        let text: String
        if let newPassphraseFile {
            let bytes = try PrivateFile.read(newPassphraseFile, limitBytes: 4096)
            text = String(decoding: bytes.prefix { $0 != 0x0a && $0 != 0x0d }, as: UTF8.self)
        } else {
            text = try PasswordOptions.asked("New passphrase: ")
        }
        guard text.count >= least else {
            throw CommandFailure.refused(
                "passphrase-short",
                "the passphrase has \(text.count) characters; it must have \(least)")
        }
        return text
    }
}

extension Home {
    /// - Returns: the files, which are written anew one by one.
    fileprivate func reencryptOrganKeys(under fresh: String) throws -> [URL] {
        let files =
            signingKeyFiles(of: seat.organ).map { (KeyFile.Purpose.signing, $0) }
            + [(.sealing, keyFile(.sealing, of: seat.organ))]
        for (purpose, file) in files {
            // One that an earlier, broken-off run has written opens with the new one already.
            let done =
                try? KeyFile.isEncrypted(file)
                ? KeyFile.read(purpose, from: file, passphrase: { fresh }) : nil
            try (done ?? key(purpose, from: file)).write(
                to: file, passphrase: fresh, randomness: Surroundings.here.randomness)
        }
        return files.map(\.1)
    }
}

/// Asks the running node and prints what it says of the organ's keys.
private func tellKeys(
    _ options: HomeOptions, _ flag: JSONFlag, trailedAs operation: String?,
    _ wish: LocalClient.KeyWish
) async throws {
    let home = try Home(options: options)
    let organ = home.seat.organ
    func asked() async throws -> JSONObject {
        do {
            return try await LocalClient(socketPath: home.socketPath).keys(of: organ, wish)
        } catch let refusal as LocalRefusal {
            throw CommandFailure.refused(refusal.reason, refusal.explanation)
        } catch is LocalNodeGone {
            throw CommandFailure.failed(
                "node-not-running", "no node serves \(home.folder.path())",
                hint: "start it with: parley serve --unlock-hours 12 …")
        }
    }
    let json: JSONObject
    if let operation {
        json = try await HomeDesk(home).trailed(operation, organ.text, asked)
    } else {
        json = try await asked()
    }
    var line = "\(home.seat)  "
    if json["locked"] == .bool(true) {
        line += "locked"
    } else if case .string(let until)? = json["until"] {
        line += "unlocked until \(until)"
    } else {
        line += "held while the node runs"
    }
    emit(json, json: flag.json, lines: [line])
}
