import ArgumentParser
import Foundation
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore
import ParleyWeb
import X509

struct LogStampCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stamp",
        abstract: "Have a time-stamping authority stamp the log's latest checkpoint (RFC 3161).",
        discussion: """
            What is stamped is the note with the log's own signature; note and response are kept \
            in stamps/ in the home. Where the home has no network, write a query with --query, \
            have it answered elsewhere, and bring the answer back with --response. A node does it \
            by itself: parley serve --time-stamp URL --time-stamp-root FILE.

            Example:
              parley log stamp --authority https://tsa.example.org/ --root roots.pem
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "The authority's address, http:// or https://.") var authority: String?
    @Option(help: "Root certificates that you believe, PEM.") var root: String?
    @Option(help: "Write a query to this file instead.") var query: String?
    @Option(help: "Take the answer to such a query from this file.") var response: String?

    func validate() throws {
        guard [authority, query, response].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("give one of --authority, --query and --response")
        }
        guard query != nil || root != nil else {
            throw ValidationError("--root names the certificates that you believe")
        }
    }

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let versions = try home.knownVersions()
            let folder = try StampFolder(home)
            if let response {
                return try await take(response, into: folder)
            }
            guard let logKey = try AgreementKeys(versions.all).log(of: home.seat.party),
                let latest = try await home.ledger().tail().note
            else {
                throw CommandFailure.refused(
                    "log-empty", "the log has no checkpoint yet",
                    hint: "it has one once something was said")
            }
            if let query {
                let checkpoint = try UnverifiedCheckpoint(note: latest).verify(logKey: logKey)
                let note = checkpoint.note(keeping: [logKey])
                try folder.keep(note, size: checkpoint.size)
                try PrivateFile.write(
                    try TimeStamp.query(for: note, nonce: nil), to: URL(filePath: query),
                    mode: 0o644)
                emit(
                    ["query": .string(query)], json: flag.json,
                    lines: [
                        "query written to \(query)",
                        "  next: have it answered, then parley log stamp --response FILE "
                            + "--root FILE",
                    ])
                return
            }
            let stamper = Stamper(
                folder: folder,
                client: try TimeStampClient(
                    url: try stampURL(authority ?? ""), identity: try home.tlsIdentity()),
                roots: try stampRoots(root), logKey: logKey)
            let (size, stamp) = try await provingStamp { try await stamper.stamp(latest) }
            tell(stamp, size)
        }
    }

    private func take(_ file: String, into folder: StampFolder) async throws {
        let response = try PrivateFile.read(file, limitBytes: TimeStamp.sizeLimitBytes)
        let stamp = try await provingStamp {
            let imprint = try TimeStamp.imprint(in: response)
            guard let (note, size) = try folder.note(withDigest: imprint) else {
                throw TimeStampRefusal.imprintDiffers
            }
            let stamp = try await TimeStamp(
                verifying: response, over: note, nonce: nil, roots: try stampRoots(root))
            try folder.keep(response, of: size)
            return (size, stamp)
        }
        tell(stamp.1, stamp.0)
    }

    private func tell(_ stamp: TimeStamp, _ size: TreeSize) {
        emit(
            StampWords(stamp: stamp).json.adding([
                "entryCount": .integer(Int64(clamping: size.entryCount))
            ]), json: flag.json,
            lines: ["checkpoint of \(size.entryCount) entries"] + StampWords(stamp: stamp).lines)
    }
}

struct LogStampsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stamps",
        abstract: "List the checkpoints that were time-stamped, each checked.",
        discussion: "Example:\n  parley log stamps --root roots.pem")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "Root certificates that you believe, PEM.") var root: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let roots = try stampRoots(root)
            var lines: [String] = []
            var objects: [JSONValue] = []
            var faultCount = 0
            for stored in try StampFolder(home).all() {
                lines.append("checkpoint of \(stored.size) entries")
                var object: JSONObject = ["entryCount": .integer(Int64(clamping: stored.size))]
                do throws(TimeStampRefusal) {
                    let stamp = try await TimeStamp(
                        verifying: stored.response, over: stored.note, nonce: nil, roots: roots)
                    lines += StampWords(stamp: stamp).lines
                    object = object.adding(["stamp": .object(StampWords(stamp: stamp).json)])
                } catch {
                    faultCount += 1
                    lines.append("  \(error.explanation) [\(error.reason)]")
                    object = object.adding(["fault": .string(error.reason)])
                }
                objects.append(.object(object))
            }
            emit(
                ["stamps": .array(objects)], json: flag.json,
                lines: lines.isEmpty ? ["no checkpoint was stamped"] : lines)
            if faultCount > 0 { throw ExitCode(CommandFailure.Kind.notProven.rawValue) }
        }
    }
}

struct LogCheckStampCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check-stamp",
        abstract: "Check a stamped checkpoint with nothing but the agreement and the roots.",
        discussion: """
            Example:
              parley log check-stamp 42.note 42.tsr --root roots.pem --agreement agreement.json
            """)

    @OptionGroup var flag: JSONFlag
    @Argument(help: "The note.") var note: String
    @Argument(help: "The authority's response.") var response: String
    @Option(help: "Root certificates that you believe, PEM.") var root: String
    @Option(help: "The agreement's envelope.") var agreement: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let agreement = try AgreementFile.adopted(agreement).agreement
            let keys = try AgreementKeys(agreement)
            let bytes = try PrivateFile.read(note, limitBytes: 64 * 1024)
            let found = agreement.parties.compactMap { party -> (PartyID, VerifiedCheckpoint)? in
                guard let key = keys.log(of: party.id),
                    let checkpoint = try? UnverifiedCheckpoint(note: bytes).verify(logKey: key)
                else { return nil }
                return (party.id, checkpoint)
            }.first
            guard let (party, checkpoint) = found else {
                throw CommandFailure.notProven(
                    "checkpoint-of-no-party", "the note is no checkpoint of a party's log",
                    hint: "check that note and agreement belong together")
            }
            let answer = try PrivateFile.read(response, limitBytes: TimeStamp.sizeLimitBytes)
            let stamp = try await provingStamp {
                try await TimeStamp(
                    verifying: answer, over: bytes, nonce: nil, roots: try stampRoots(root))
            }
            let words = StampWords(stamp: stamp)
            emit(
                words.json.adding([
                    "log": .string(party.text),
                    "entryCount": .integer(Int64(clamping: checkpoint.size.entryCount)),
                ]), json: flag.json,
                lines: [
                    "proven: the log of \(party) had these \(checkpoint.size.entryCount) entries"
                ] + words.lines)
        }
    }
}

private struct StampWords {
    let stamp: TimeStamp

    var lines: [String] {
        [
            "  stamped \(stamp.time) by \(stamp.authority)",
            "  serial  \(stamp.serialNumber), policy \(stamp.policy)",
        ]
    }

    var json: JSONObject {
        [
            "time": .string(stamp.time.text), "authority": .string(stamp.authority),
            "serial": .string(stamp.serialNumber), "policy": .string(stamp.policy),
        ]
    }
}

func stampURL(_ text: String) throws -> LogURL {
    guard let url = LogURL(text) else {
        throw CommandFailure.refused(
            "address-malformed", "\(text) is not an authority's address",
            hint: "write http:// or https://, host and path")
    }
    return url
}

func stampRoots(_ path: String?) throws -> [Certificate] {
    let path = path ?? ""
    let bytes = try PrivateFile.read(path, limitBytes: 1 << 20)
    guard let roots = try? certificates(pem: String(decoding: bytes, as: UTF8.self)),
        !roots.isEmpty
    else {
        throw CommandFailure.refused(
            "certificate-malformed", "\(path) holds no certificates in PEM",
            hint: "give the root certificate of the authority's chain")
    }
    return roots
}

/// A time-stamp that does not hold is not proven; an authority that does not answer has failed.
private func provingStamp<Value>(_ work: () async throws -> Value) async throws -> Value {
    do {
        return try await work()
    } catch let refusal as TimeStampRefusal {
        throw CommandFailure.notProven(refusal.reason, refusal.explanation)
    } catch let failure as LogClientFailure {
        throw CommandFailure.failed(
            failure.reason, failure.explanation,
            hint: "check the authority's address, and run the command again")
    }
}
