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

/// One party's folder: keys, agreement, ledger and blobs of a node that speaks for one organ or
/// more.
struct Home {
    let folder: URL
    /// The organs whose keys lie here, the one of `parley init` first: it speaks for the node.
    let organs: [OrganID]
    /// In whose name this command speaks and reads.
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
        var organs = [seat.organ]
        if case .array(let more)? = fields["organs"] {
            organs += more.compactMap { value in
                guard case .string(let text) = value else { return nil }
                return OrganID(text)
            }
        }
        self.organs = organs
        let speaker = try options.organ.map { try Self.organ($0, among: organs) }
        self.seat = Seat(party: seat.party, organ: speaker ?? seat.organ)
    }

    func organ(named name: String) throws -> OrganID { try Self.organ(name, among: organs) }

    private static func organ(_ name: String, among organs: [OrganID]) throws -> OrganID {
        guard let organ = organs.first(where: { $0.text == name }) else {
            throw CommandFailure.refused(
                "organ-unknown", "this home has no keys of \(name.debugDescription)",
                hint: "it has those of " + organs.map(\.text).joined(separator: ", "))
        }
        return organ
    }

    /// The organ that speaks for the node: of `parley init`.
    var ownSeat: Seat { Seat(party: seat.party, organ: organs[0]) }

    static func exists(at folder: URL) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: "home.json").path())
    }

    static func create(folder: URL, seat: Seat) throws {
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
        try note(seat, further: [], in: folder)
    }

    /// - Parameter organs: those whose keys lie in the home beside the seat's own.
    static func note(_ seat: Seat, further organs: [OrganID], in folder: URL) throws {
        var fields: JSONObject = [
            "parley": .string("home/1"), "seat": .string(seat.description),
        ]
        if !organs.isEmpty {
            fields = fields.adding(["organs": .array(organs.map { .string($0.text) })])
        }
        try PrivateFile.write(
            JSONValue.object(fields).canonicalBytes + [0x0a],
            to: folder.appending(path: "home.json"))
    }

    var agreementFile: URL { folder.appending(path: "agreement.json") }
    var socketPath: String { folder.appending(path: "node.sock").path() }
    var tlsCertificateFile: URL { folder.appending(path: "tls-certificate.pem") }

    static func keyFile(_ purpose: KeyFile.Purpose, in folder: URL) -> URL {
        folder.appending(path: "keys").appending(path: purpose.rawValue + ".key.json")
    }

    func secret(_ purpose: KeyFile.Purpose) throws -> [UInt8] {
        try key(purpose, from: Self.keyFile(purpose, in: folder)).secret
    }

    /// Opened with the passphrase that was given to this command.
    func key(_ purpose: KeyFile.Purpose, from file: URL) throws -> KeyFile {
        try KeyFile.read(purpose, from: file) { try passphrase.value() }
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

    /// The first of these is made by `parley init` or `parley organ add`.
    func keyFile(_ purpose: KeyFile.Purpose, of organ: OrganID) -> URL {
        organ == organs.first
            ? Self.keyFile(purpose, in: folder)
            : Self.organFolder(organ, in: folder).appending(path: purpose.rawValue + ".key.json")
    }

    /// Where the keys lie of an organ that was added.
    static func organFolder(_ organ: OrganID, in folder: URL) -> URL {
        folder.appending(path: "keys").appending(path: organ.text)
    }

    /// Every signing key of the organ, the first one first.
    func signingKeys(of organ: OrganID) throws -> [SigningKeyPair] {
        try signingKeyFiles(of: organ).map { try Self.pair(from: key(.signing, from: $0).secret) }
    }

    /// The files of its signing keys, in the order in which they were made.
    func signingKeyFiles(of organ: OrganID) -> [URL] {
        let added = (2...).lazy.map { addedSigningKeyFile($0, of: organ) }.prefix {
            FileManager.default.fileExists(atPath: $0.path())
        }
        return [keyFile(.signing, of: organ)] + added
    }

    /// Of a key made by `parley keys add`; they count from 2.
    func addedSigningKeyFile(_ number: Int, of organ: OrganID) -> URL {
        keyFile(.signing, of: organ).deletingLastPathComponent()
            .appending(path: "signing-\(number).key.json")
    }

    /// These organs' keys, held for as long as the process lives.
    func keyRing(of organs: [OrganID]) throws -> KeyRing {
        KeyRing(
            holding: try organs.map { organ in
                (
                    organ,
                    .init(
                        signing: try signingKeys(of: organ),
                        sealing: try sealingKey(of: organ))
                )
            })
    }

    /// The newest signing key that speaks for this home's organ now.
    func signingKey(in record: RecordReader) throws -> SigningKeyPair {
        let key = record.directory.newestLive(
            of: seat, at: Surroundings.here.clock.now(), among: try signingKeys(of: seat.organ))
        guard let key else {
            throw CommandFailure.refused(
                "no-live-key", "none of this home's signing keys speaks for \(seat) now",
                hint: "see them with: parley keys list; add one with: parley keys add")
        }
        return key
    }

    /// - Parameter file: where the root key's file has been brought to; nil for the home's own.
    func rootKey(at file: URL? = nil) throws -> SigningKeyPair {
        try Self.pair(from: key(.root, from: file ?? Self.keyFile(.root, in: folder)).secret)
    }

    func sealingKey() throws -> SealingPrivateKey { try sealingKey(of: seat.organ) }

    private func sealingKey(of organ: OrganID) throws -> SealingPrivateKey {
        try SealingPrivateKey(seed: try key(.sealing, from: keyFile(.sealing, of: organ)).secret)
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

    func identity(_ versions: AgreementVersions, keys: KeyRing) throws -> NodeIdentity {
        let now = Surroundings.here.clock.now()
        guard let party = versions.party(seat.party, at: now) else {
            throw CommandFailure.refused(
                "party-not-in-agreement", "the agreement does not list the party \(seat.party)",
                hint: "a party that joins adopts the version that lists it: "
                    + "parley agreement adopt FIRST LATER … --home \(folder.path())")
        }
        do {
            return try NodeIdentity(
                versions: versions, at: now, seat: ownSeat,
                logSigner: try NoteSigner(
                    name: try NoteKey(text: party.node.logKey).name, seed: try secret(.log),
                    type: .log),
                witnessSigner: try NoteSigner(
                    name: try NoteKey(text: party.node.witnessKey).name,
                    seed: try secret(.witness), type: .cosigner),
                keys: keys)
        } catch let refusal as NodeIdentityRefusal {
            throw CommandFailure.refused(refusal.reason, refusal.explanation)
        }
    }

    func ledger() throws -> SQLiteLedger {
        try SQLiteLedger(path: folder.appending(path: "ledger.sqlite").path())
    }

    /// Never to be restored from a backup: it says what no copy of the ledger may stand behind.
    static let lastSignedName = "last-signed"

    var lastSigned: FileLastSigned {
        FileLastSigned(path: folder.appending(path: Self.lastSignedName).path())
    }

    /// Makes way for a new one; what cannot be read says nothing of what was signed.
    func setAsideDamagedLastSigned() async throws {
        let file = folder.appending(path: Self.lastSignedName)
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

    @Option(
        name: .customLong("as"),
        help: "The organ in whose name this is said or read (default: the home's own).")
    var organ: String?

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
