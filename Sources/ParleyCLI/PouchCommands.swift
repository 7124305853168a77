import ArgumentParser
import Foundation
import Logging
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore
import ParleyWeb

struct PouchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pouch", abstract: "Carry statements and receipts by hand, on any medium.",
        discussion: "Example:\n  parley pouch pack --to cn --out cn.pouch",
        subcommands: [PouchPackCommand.self, PouchOpenCommand.self])
}

struct PouchPackCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pack", abstract: "Pack everything that waits for a party.",
        discussion: """
            Takes every statement that the party owes a receipt for, their bodies and exhibits, \
            and the receipts for what its own pouches brought. Packing changes nothing in this \
            home: what is not answered is packed again the next time.

            The contents are sealed to the party. Who packed for whom, when and how much can be \
            read by whoever holds the medium.

            Example:
              parley pouch pack --to cn --out cn.pouch --max-size 4GB
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "The party.") var to: String
    @Option(help: "File to write; with --max-size FILE.001, FILE.002 and so on.") var out: String
    @OptionGroup var size: PartSizeOption

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let to = try partyArgument(to)
            let partLimit = try size.bytes()
            try await home.trail.record("pouch.pack", [to.text])
            let packed = try await PouchPacking(home: home)
                .pack(for: to, out: out, partLimitBytes: partLimit)
            emit(packed.json, json: flag.json, lines: packed.lines)
        }
    }
}

struct PouchOpenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open", abstract: "Open a pouch, or some of its parts.",
        discussion: """
            Parts may be given together or one at a time, in any order; what can be taken of each \
            is taken as it comes. What is printed as taken is durable. Opening again changes \
            nothing; an opening that was broken off is gone on with by opening again.

            Example:
              parley pouch open cn.pouch.001 cn.pouch.002 --reply us.pouch
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The pouch's file, or files of its parts.") var files: [String]
    @Option(help: "Pack what is now owed in return into this file.") var reply: String?
    @OptionGroup var size: PartSizeOption

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let partLimit = try size.bytes()
            for file in files where !FileManager.default.fileExists(atPath: file) {
                throw CommandFailure.failed("file-missing", "\(file) cannot be read")
            }
            try await home.trail.record("pouch.open", [""])
            let reports = try await opened(home)
            var words = reports.flatMap { PouchWords($0).lines }
            var object: JSONObject = [
                "pouches": .array(reports.map { .object(PouchWords($0).json) })
            ]
            if let reply {
                let senders = Set(reports.map(\.manifest.from.party))
                guard let sender = senders.first, senders.count == 1 else {
                    throw CommandFailure.refused(
                        "reply-to-several", "the pouches are of several parties; all were opened",
                        hint: "pack for each of them: parley pouch pack --to PARTY --out FILE")
                }
                try await home.trail.record("pouch.pack", [sender.text])
                let packed = try await PouchPacking(home: home)
                    .pack(for: sender, out: reply, partLimitBytes: partLimit)
                object = object.adding(["reply": .object(packed.json)])
                words += packed.lines
            }
            emit(object, json: flag.json, lines: words)
            if reports.contains(where: { !$0.tally.answers.faults.isEmpty }) {
                throw ExitCode(CommandFailure.Kind.notProven.rawValue)
            }
        }
    }

    private func opened(_ home: Home) async throws -> [PouchReport] {
        let sealingKey = try home.sealingKey()
        let blobs = try home.blobs()
        let ledger = try home.ledger()
        // Two at once would each keep and mark the same parts.
        let lock = try HomeLock(home: home, file: "pouch.lock")
        defer { lock.release() }
        let json = flag.json
        do {
            return try await NodeAtHand.work(at: home) { desk in
                let opener = try await PouchOpener(
                    known: try home.knownVersions(), party: home.seat.party, ledger: ledger,
                    blobs: blobs,
                    desk: desk, shelf: try FilePouchShelf(home: home.folder),
                    sealingKey: sealingKey, clock: Surroundings.here.clock)
                return try await opener.open(files.map { FilePouchPart($0) }) { manifest, number in
                    guard !json, manifest.parts.count > 1 else { return }
                    Surroundings.here.errorOutput(
                        "opening part \(number) of \(manifest.parts.count)")
                }
            }
        } catch let part as PouchPartRefusal {
            throw part.failure
        } catch let refusal as LocalRefusal {
            throw CommandFailure.failed(
                refusal.reason, refusal.explanation,
                hint: "the node's log says more; open the pouch again when it runs")
        }
    }
}

extension PouchPartRefusal {
    fileprivate var failure: CommandFailure {
        let message = "\(name): \(refusal.explanation)"
        let hint =
            ReasonHints.byReason[refusal.reason]
            ?? "keep the medium and ask the sender to pack anew; other pouches are not touched"
        switch refusal {
        case .partAltered, .notSigned, .manifestDiffers, .seal, .checkpoint, .deliveryRefused:
            return .notProven(refusal.reason, message, hint: hint)
        default:
            return .refused(refusal.reason, message, hint: hint)
        }
    }
}

/// The most bytes of one part.
struct PartSizeOption: ParsableArguments {
    static let leastBytes: UInt64 = 1 << 20

    @Option(
        name: .customLong("max-size"),
        help: "Split into parts of at most this size, such as 700MB or 4GB.")
    var maxSize: String?

    func bytes() throws -> UInt64? {
        guard let maxSize else { return nil }
        let digits = maxSize.prefix { $0.isASCII && $0.isNumber }
        let factors: [String: UInt64] = [
            "": 1, "B": 1, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000,
            "TB": 1_000_000_000_000, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30,
            "TIB": 1 << 40,
        ]
        let unit = maxSize.dropFirst(digits.count).uppercased()
        guard let number = UInt64(digits), let factor = factors[unit],
            case let product = number.multipliedReportingOverflow(by: factor), !product.overflow
        else {
            throw CommandFailure.refused(
                "size-malformed", "\(maxSize) is not a size",
                hint: "write bytes, or a number with KB, MB, GB, TB, KiB, MiB, GiB or TiB")
        }
        guard product.partialValue >= Self.leastBytes else {
            throw CommandFailure.refused(
                "size-too-small", "parts of \(maxSize) are too small",
                hint: "a part must have room for a statement with its body: at least 1MiB")
        }
        return product.partialValue
    }
}

/// Packs one pouch of a home and says what is in it.
struct PouchPacking {
    let home: Home

    struct Result {
        let json: JSONObject
        let lines: [String]
    }

    func pack(
        for party: PartyID, out: String, partLimitBytes: UInt64?
    ) async throws -> Result {
        let identity = try home.identity(
            try await home.record().versions, keys: try home.keyRing(of: [home.ownSeat.organ]))
        let parties = identity.parties.map(\.id)
        guard parties.contains(party) else {
            throw CommandFailure.refused(
                "party-not-in-agreement", "the agreement does not list the party \(party)",
                hint: "its parties are " + parties.map(\.text).joined(separator: ", "))
        }
        guard party != home.seat.party else {
            throw CommandFailure.refused(
                "pouch-to-oneself", "\(party) is this home's own party",
                hint: "name the party that the pouch is carried to: --to PARTY")
        }
        let surroundings = Surroundings.here
        let packer = PouchPacker(
            identity: identity, ledger: try home.ledger(),
            blobs: try home.blobs(), shelf: try FilePouchShelf(home: home.folder),
            clock: surroundings.clock, randomness: surroundings.randomness)
        let box = FilePouchBox(path: out, isSplit: partLimitBytes != nil)
        do {
            guard
                let packed = try await packer.pack(
                    for: party, partLimitBytes: partLimitBytes, box: box)
            else { return nothing(for: party) }
            return result(
                of: packed, names: packed.manifest.parts.indices.map { box.name(of: $0 + 1) })
        } catch let failure as PouchFailure {
            throw failure.command
        } catch let exists as PouchFileExists {
            throw CommandFailure.refused(
                "file-exists", "\(exists.name) is there already",
                hint: "a pouch is never overwritten; choose another name, or move it away")
        } catch let failure as BlobFailure {
            throw CommandFailure.failed(
                "file-not-written", "\(out) cannot be written: \(failure)",
                hint: "check that the folder exists, is yours and has room")
        }
    }

    private func nothing(for party: PartyID) -> Result {
        Result(
            json: ["files": .array([]), "to": .string(party.text)],
            lines: ["nothing waits for \(party); no pouch was written"])
    }

    private func result(of packed: PackedPouch, names: [String]) -> Result {
        let manifest = packed.manifest
        let sizes = manifest.parts.map { $0.sizeBytes + UInt64(PouchLabel.sizeBytes) }
        let total = sizes.reduce(0, +)
        return Result(
            json: [
                "pouch": .string(manifest.id.text), "to": .string(manifest.to.text),
                "packedAt": .string(manifest.packedAt.text),
                "files": .array(names.map { .string($0) }),
                "sizeBytes": .integer(Int64(clamping: total)),
                "statements": .integer(Int64(packed.statementCount)),
                "answers": .integer(Int64(packed.answerCount)),
            ],
            lines: [
                "packed \(manifest.id) for \(manifest.to): \(packed.statementCount) statements, "
                    + "\(packed.answerCount) answers"
            ] + zip(names, sizes).map { "  \($0), \($1) bytes" }
                + [
                    "  sealed to \(manifest.to); from whom, for whom, when and how large can be "
                        + "read by whoever holds it"
                ]
                + (packed.statementCount == 0
                    ? [] : ["  the statements stay in the outbox until an answer comes"]))
    }
}

extension PouchFailure {
    fileprivate var command: CommandFailure {
        switch self {
        case .partyUnknown(let party):
            .refused("party-not-in-agreement", "nothing can be packed for \(party)")
        case .partLimitTooSmall(let needed):
            .refused(
                "size-too-small", "a part must have room for \(needed) bytes",
                hint: "choose a larger --max-size")
        case .tooManyParts:
            .refused(
                "too-many-parts", "more than \(PouchManifest.partLimit) parts would be needed",
                hint: "choose a larger --max-size")
        case .blobAbsent(let blob):
            .failed(
                "blob-missing", "the blob \(blob) is not in this home",
                hint: "restore blobs/ from a backup of the home")
        }
    }
}
