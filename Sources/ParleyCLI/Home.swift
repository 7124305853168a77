import ArgumentParser
import Crypto
import Foundation
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore
import ParleyWeb
import Synchronization

/// One party's folder: keys, agreement, ledger and blobs of one organ's node.
struct Home {
    let folder: URL
    let seat: Seat
    private let passphrase: Passphrase
    let trail: HomeTrail

    static let limitBytes = 8 * 1024 * 1024

    /// Opens a home that `parley init` made.
    init(options: HomeOptions) throws {
        if Surroundings.here.behalf != nil {
            guard options.home == nil, options.passphraseFile == nil else {
                throw CommandFailure.refused(
                    "option-on-machine", "--home and --passphrase-file are for the node's machine",
                    hint: "leave them out")
            }
        }
        folder = options.folder
        passphrase = Passphrase(options: options)
        trail = HomeTrail(folder: folder)
        let file = folder.appending(path: "home.json")
        guard Self.exists(at: folder) else {
            throw CommandFailure.failed(
                "home-missing", "there is no Parley home at \(folder.path())",
                hint: "make one with: parley init --home \(folder.path()) …, "
                    + "or name yours with --home or PARLEY_HOME")
        }
        let bytes = try PrivateFile.read(file.path(), limitBytes: Self.limitBytes)
        guard let value = try? JSONValue(parsing: bytes, limitBytes: Self.limitBytes),
            case .object(let fields) = value, case .string(let text)? = fields["seat"],
            let seat = Seat(text)
        else {
            throw CommandFailure.failed("home-malformed", "\(file.path()) is not a home's file")
        }
        self.seat = seat
    }

    static func exists(at folder: URL) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "home.json").path())
    }

    static func create(folder: URL, seat: Seat) throws {
        let file = folder.appending(path: "home.json")
        guard !exists(at: folder) else {
            throw CommandFailure.refused(
                "home-exists", "\(folder.path()) is a home already",
                hint: "keys are never overwritten; choose another folder")
        }
        for place in [folder, folder.appending(path: "keys")] {
            try FileManager.default.createDirectory(
                at: place, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        // A folder that was there before keeps its mode otherwise.
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o700], ofItemAtPath: folder.path())
        let fields: JSONObject = [
            "parley": .string("home/1"), "seat": .string(seat.description),
        ]
        try PrivateFile.write(JSONValue.object(fields).canonicalBytes + [0x0a], to: file)
    }

    var agreementFile: URL { folder.appending(path: "agreement.json") }
    var socketPath: String { folder.appending(path: "node.sock").path() }
    var tlsCertificateFile: URL { folder.appending(path: "tls-certificate.pem") }

    static func keyFile(_ purpose: KeyFile.Purpose, in folder: URL) -> URL {
        folder.appending(path: "keys").appending(path: purpose.rawValue + ".key.json")
    }

    func secret(_ purpose: KeyFile.Purpose) throws -> [UInt8] {
        try KeyFile.read(purpose, from: Self.keyFile(purpose, in: folder)) {
            try passphrase.value()
        }.secret
    }

    /// The versions of the agreement that this home was given as files: the first, and those that
    /// were in force before its party joined.
    func knownVersions() throws -> AgreementVersions {
        guard FileManager.default.fileExists(atPath: agreementFile.path()) else {
            throw CommandFailure.failed(
                "agreement-missing", "this home has adopted no agreement yet",
                hint: "parley agreement adopt FILE --home \(folder.path())")
        }
        var versions = AgreementVersions(
            try AgreementFile.adopted(agreementFile.path()).agreement)
        var number = 2
        while FileManager.default.fileExists(atPath: versionFile(number).path()) {
            let adopted = try AgreementFile.adopted(versionFile(number).path())
            do {
                try versions.learn(adopted)
            } catch {
                throw CommandFailure.failed(
                    error.reason, "\(versionFile(number).path()): \(error.explanation)")
            }
            number += 1
        }
        return versions
    }

    /// Of a version that was in force, or agreed, before this home's party joined.
    func versionFile(_ number: Int) -> URL {
        folder.appending(path: "agreement-\(number).json")
    }

    /// The home's record as it stands now.
    func record() async throws -> RecordReader {
        try await RecordReader(
            known: try knownVersions(), ledger: try ledger(), blobs: try blobs())
    }

    /// The version under which this home's party now opens threads.
    func agreement(in record: RecordReader) -> Agreement {
        record.versions.version(of: seat.party, at: Surroundings.here.clock.now())
    }

    /// Every signing key of the home, the one of `parley init` first.
    func signingKeys() throws -> [SigningKeyPair] {
        try [secret(.signing)].map(Self.pair)
            + addedSigningKeyFiles().map { file in
                try Self.pair(
                    from: KeyFile.read(.signing, from: file) { try passphrase.value() }.secret)
            }
    }

    /// The files of the keys made by `parley keys add`, oldest first.
    func addedSigningKeyFiles() -> [URL] {
        (2...).lazy.map(addedSigningKeyFile).prefix {
            FileManager.default.fileExists(atPath: $0.path())
        }.map { $0 }
    }

    func addedSigningKeyFile(_ number: Int) -> URL {
        folder.appending(path: "keys").appending(path: "signing-\(number).key.json")
    }

    /// The newest signing key that speaks for this home's organ now.
    func signingKey(in record: RecordReader) throws -> SigningKeyPair {
        let key = record.directory.newestLive(
            of: seat, at: Surroundings.here.clock.now(), among: try signingKeys())
        guard let key else {
            throw CommandFailure.refused(
                "no-live-key", "none of this home's signing keys speaks for \(seat) now",
                hint: "see them with: parley keys list; add one with: parley keys add")
        }
        return key
    }

    /// - Parameter file: where the root key's file has been brought to; nil for the home's own.
    func rootKey(at file: URL? = nil) throws -> SigningKeyPair {
        try Self.pair(
            from: KeyFile.read(.root, from: file ?? Self.keyFile(.root, in: folder)) {
                try passphrase.value()
            }.secret)
    }

    func sealingKey() throws -> SealingPrivateKey {
        try SealingPrivateKey(seed: try secret(.sealing))
    }

    /// A signing secret is an Ed25519 seed, then perhaps an ML-DSA-65 seed.
    static func pair(from secret: [UInt8]) throws -> SigningKeyPair {
        try SigningKeyPair(
            ed25519Seed: Array(secret.prefix(32)),
            mlDSA65Seed: secret.count == 64 ? Array(secret.suffix(32)) : nil)
    }

    func tlsIdentity() throws -> TLSIdentity {
        TLSIdentity(
            certificatePEM: String(
                decoding: try PrivateFile.read(
                    tlsCertificateFile.path(), limitBytes: 64 * 1024), as: UTF8.self),
            keyPEM: String(decoding: try secret(.tls), as: UTF8.self))
    }

    func identity(_ versions: AgreementVersions) throws -> NodeIdentity {
        let now = Surroundings.here.clock.now()
        guard let party = versions.party(seat.party, at: now) else {
            throw CommandFailure.refused(
                "party-not-in-agreement", "the agreement does not list the party \(seat.party)",
                hint: "a party that joins adopts the version that lists it: "
                    + "parley agreement adopt FIRST LATER … --home \(folder.path())")
        }
        do {
            return try NodeIdentity(
                versions: versions, at: now, seat: seat,
                logSigner: try NoteSigner(
                    name: try NoteKey(text: party.node.logKey).name, seed: try secret(.log),
                    type: .log),
                witnessSigner: try NoteSigner(
                    name: try NoteKey(text: party.node.witnessKey).name,
                    seed: try secret(.witness), type: .cosigner),
                signingKeys: try signingKeys())
        } catch let refusal as NodeIdentityRefusal {
            throw CommandFailure.refused(refusal.reason, refusal.explanation)
        }
    }

    func ledger() throws -> SQLiteLedger {
        try SQLiteLedger(path: folder.appending(path: "ledger.sqlite").path())
    }

    /// Never to be restored from a backup: it says what no copy of the ledger may stand behind.
    var lastSigned: FileLastSigned {
        FileLastSigned(path: folder.appending(path: "last-signed").path())
    }

    /// Makes way for a new one; what cannot be read says nothing of what was signed.
    func setAsideDamagedLastSigned() async throws {
        let file = folder.appending(path: "last-signed")
        do {
            _ = try await lastSigned.load()
        } catch LastSignedFault.damaged {
            try FileManager.default.moveItem(
                at: file, to: folder.appending(path: "last-signed.damaged"))
        }
    }

    /// The passphrase as far as it was given, without asking anybody.
    func givenPassphrase() throws -> String? { try passphrase.given() }

    func blobs() throws -> FileBlobStore { try FileBlobStore(folder: folder) }

}

/// Which home, and how its keys are opened.
struct HomeOptions: ParsableArguments {
    @Option(help: "Your home folder (else PARLEY_HOME, else .parley in your user folder).")
    var home: String?

    @Option(
        name: .customLong("passphrase-file"),
        help: "File whose first line is the passphrase (else PARLEY_PASSPHRASE, else asked).")
    var passphraseFile: String?

    var folder: URL {
        let environment = Surroundings.here.environment
        if let path = home ?? environment["PARLEY_HOME"] {
            return URL(filePath: path, directoryHint: .isDirectory)
        }
        return URL(filePath: environment["HOME"] ?? ".", directoryHint: .isDirectory)
            .appending(path: ".parley", directoryHint: .isDirectory)
    }
}

/// Where a passphrase comes from: a file, the environment, or the person at the terminal.
///
/// A person is asked once a command, however many keys it opens.
struct Passphrase {
    let options: HomeOptions
    private let asked = Asked()

    private final class Asked: Sendable {
        let answer = Mutex<String?>(nil)
    }

    init(options: HomeOptions) { self.options = options }

    func given() throws -> String? {
        if let file = options.passphraseFile {
            let bytes = try PrivateFile.read(file, limitBytes: 4096)
            return String(decoding: bytes.prefix { $0 != 0x0a }, as: UTF8.self)
        }
        if let value = Surroundings.here.environment["PARLEY_PASSPHRASE"] { return value }
        return asked.answer.withLock { $0 }
    }

    func value() throws -> String {
        if let given = try given() { return given }
        guard isatty(STDIN_FILENO) == 1, let line = getpass("Passphrase: ") else {
            throw CommandFailure.failed(
                "passphrase-missing", "the keys are encrypted and no passphrase was given",
                hint: "use --passphrase-file FILE or PARLEY_PASSPHRASE, or run in a terminal")
        }
        let answer = String(cString: line)
        asked.answer.withLock { $0 = answer }
        return answer
    }
}
