import ArgumentParser
import Foundation
import ParleyAudit
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore
import ParleyWeb

import enum Crypto.P256

/// Which log is read, and by whose keys it is judged.
struct LogOptions: ParsableArguments {
    @Argument(help: "The log: http:// or https:// and its prefix, or a folder in the same layout.")
    var log: String

    @Option(help: "An adopted agreement: keys, cosigners and TLS pins are those it lists.")
    var agreement: String?

    @Option(help: "The log's verifier key, where no agreement says it.")
    var key: String?

    @Option(help: "A cosigner's verifier key, with --key; once for each.")
    var cosigner: [String] = []

    @Option(help: "A party's home: read as that party what the log does not open to all.")
    var home: String?

    @Option(
        name: .customLong("passphrase-file"),
        help:
            "File whose first line is that home's passphrase (else PARLEY_PASSPHRASE, else asked).")
    var passphraseFile: String?

    @Option(help: "FILE=sha256:…: a receipt and the statement it is for; once for each.")
    var receipt: [String] = []

    @Flag(name: .customLong("from-start"), help: "Read everything again.")
    var fromStart = false

    @Flag(help: "Say how far it is on standard error; done anyway on a terminal.")
    var progress = false

    func validate() throws {
        guard (agreement == nil) != (key == nil) else {
            throw ValidationError("Give --agreement FILE or --key VKEY.")
        }
        guard agreement == nil || cosigner.isEmpty else {
            throw ValidationError("The agreement says the cosigners; leave --cosigner.")
        }
        guard LogURL(log) != nil || !log.contains("://") else {
            throw ValidationError("\(log) is no http:// or https:// prefix of a log.")
        }
        for text in receipt where AuditedLog.receiptParts(text) == nil {
            throw ValidationError("--receipt takes FILE=sha256:…, the file and the statement.")
        }
    }
}

/// A log that is to be audited: where it is read, and who is to have signed it.
struct AuditedLog {
    let source: any LogSource
    let key: VerifierKey
    let cosigners: [VerifierKey]
    let receipts: [AuditReceipt]

    init(_ options: LogOptions) async throws {
        receipts = try Self.receipts(options.receipt)
        if let file = options.agreement {
            let agreement = try AgreementFile.adopted(file).agreement
            let pins = agreement.parties.flatMap { $0.node.tlsPins }
            let identity = try Self.identity(options)
            let first = try Self.place(options.log, identity, pins: pins)
            let party = try await Self.party(of: first, in: agreement)
            key = try Self.key(of: party.node.logKey)
            cosigners = try
                (agreement.parties.map { $0.node.witnessKey }
                + agreement.outsideWitnesses.map { $0.key }).map(Self.key(of:))
            // The checkpoint is read again over the pins of its party alone: another party's node
            // is not to speak for this log.
            source = try Self.place(options.log, identity, pins: party.node.tlsPins)
        } else {
            key = try Self.key(of: options.key ?? "")
            cosigners = try options.cosigner.map(Self.key(of:))
            source = try Self.place(options.log, try Self.identity(options), pins: nil)
        }
        guard key.kind == .log else {
            throw CommandFailure.refused(
                "key-kind-wrong", "\(key.text) is no Ed25519 key of a log",
                hint: "a log's key is of type 1: its base 64 begins with AQ to Af")
        }
    }

    /// The party whose log says that it is the one; its key is then to prove it.
    private static func party(
        of source: any LogSource, in agreement: Agreement
    ) async throws -> Party {
        let reading = try await reading {
            try await source.read(LogPath.checkpoint, limitBytes: SignedCheckpoint.limitBytes)
        }
        guard case .bytes(let note) = reading, let origin = SignedCheckpoint.statedOrigin(of: note)
        else {
            throw CommandFailure.failed(
                "checkpoint-missing", "there is no checkpoint to tell which log this is",
                hint: "check the prefix: checkpoint and tile/ stand right below it")
        }
        for party in agreement.parties {
            if try key(of: party.node.logKey).name.utf8.elementsEqual(origin.utf8) { return party }
        }
        throw CommandFailure.notProven(
            "log-not-in-agreement", "the agreement lists no log named \(origin)",
            hint: "parley agreement show lists them; or name a key with --key")
    }

    /// The TLS key to show: a party's own, or one that says nothing to anybody.
    private static func identity(_ options: LogOptions) throws -> TLSIdentity {
        if let home = options.home {
            var homeOptions = HomeOptions()
            homeOptions.home = home
            homeOptions.passphraseFile = options.passphraseFile
            homeOptions.organ = nil
            return try Home(options: homeOptions).tlsIdentity()
        }
        return try TLSIdentity(
            key: P256.Signing.PrivateKey(), commonName: "auditor",
            serial: [1] + Surroundings.here.randomness.bytes(count: 8))
    }

    private static func place(
        _ place: String, _ identity: TLSIdentity, pins: [Digest]?
    ) throws -> any LogSource {
        if let url = LogURL(place) {
            return try LogClient(url: url, identity: identity, pins: pins)
        }
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder),
            isFolder.boolValue
        else { throw CommandFailure.failed("folder-missing", "there is no folder \(place)") }
        return LogFolder(path: place)
    }

    static func key(of text: String) throws -> VerifierKey {
        do throws(VerifierKeyRefusal) {
            return try VerifierKey(text)
        } catch {
            throw CommandFailure.refused(error.reason, "\(text): \(error.explanation)")
        }
    }

    private static func receipts(_ texts: [String]) throws -> [AuditReceipt] {
        try texts.compactMap(receiptParts).map { file, id in
            AuditReceipt(
                name: file, entry: id.bytes,
                text: try PrivateFile.read(file, limitBytes: AuditReceipt.limitBytes))
        }
    }

    /// The two halves of FILE=sha256:…; the file's own name may hold equals signs.
    static func receiptParts(_ text: String) -> (file: String, id: Digest)? {
        guard let place = text.range(of: "=sha256:", options: .backwards),
            let id = Digest(text: String(text[text.index(after: place.lowerBound)...]))
        else { return nil }
        return (String(text[..<place.lowerBound]), id)
    }

    /// Runs what may fail because of a file or the network, and says so in the words of commands.
    static func reading<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            return try await work()
        } catch let failure as LogClientFailure {
            var hint: String?
            if case .answered = failure { hint = "the server has trouble; try again later" }
            throw CommandFailure.failed(failure.reason, failure.explanation, hint: hint)
        } catch let failure as LocalFileFailure {
            throw CommandFailure.failed(failure.reason, failure.explanation)
        } catch let failure as MirrorFailure {
            throw CommandFailure.notProven(failure.reason, failure.explanation)
        } catch let fault as AuditStateFault {
            throw CommandFailure.failed(fault.reason, fault.explanation)
        }
    }
}
