import ArgumentParser
import Foundation
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyStore

/// Seals exhibits of one home as commands name them.
struct ExhibitSealer {
    let home: Home
    let record: RecordReader
    private let room: FolderExhibitRoom

    init(home: Home, record: RecordReader) throws {
        self.home = home
        self.record = record
        room = try home.exhibitRoom()
    }

    func seal(_ file: AttachedFile, to parties: [PartyID]) async throws -> PreparedExhibit {
        guard let name = ExhibitName(file.file.name) else {
            throw CommandFailure.refused(
                "exhibit-name-unfit", "\(file.file.name) cannot be an exhibit's name",
                hint: "rename the file: no slash, control character or leading dot, 200 bytes")
        }
        let url = URL(filePath: try file.file.path())
        guard let input = try? FileHandle(forReadingFrom: url) else {
            throw CommandFailure.failed("file-missing", "\(file.file.text) cannot be read")
        }
        defer { try? input.close() }
        return try await seal(name, mediaType: file.mediaType, to: parties) { take in
            // Foundation's buffers live until their pool drains; on Linux each is freed at once.
            while let bytes = try input.read(upToCount: 1 << 20), !bytes.isEmpty {
                try take([UInt8](bytes))
            }
        }
    }

    /// Seals anew what a recorded opening gives; no plain byte touches the disk.
    func seal(
        _ opening: RecordedOpening, as described: StatementBody.Exhibit, to parties: [PartyID],
        through opener: ExhibitOpener
    ) async throws -> PreparedExhibit {
        try await seal(described.name, mediaType: described.mediaType, to: parties) { take in
            try opener.stream(opening, named: described.name.text, take: take)
        }
    }

    private func seal(
        _ name: ExhibitName, mediaType: String, to parties: [PartyID],
        feed: (([UInt8]) throws -> Void) async throws -> Void
    ) async throws -> PreparedExhibit {
        let seal = ExhibitSeal(
            agreement: record.versions.id, parties: parties,
            recipients: try home.sealingKeys(parties, in: record.versions),
            limitBytes: home.agreement(in: record).exhibitLimitBytes)
        do {
            return try await room.seal(name, mediaType: mediaType, seal: seal, feed: feed)
        } catch let refusal as ExhibitRefusal {
            throw CommandFailure(refusal)
        }
    }
}

extension CommandFailure {
    init(_ refusal: ExhibitRefusal) {
        self = .refused(refusal.reason, refusal.explanation, hint: refusal.hint)
    }
}

extension Home {
    func exhibitRoom() throws -> FolderExhibitRoom {
        try FolderExhibitRoom(
            home: folder, blobs: try blobs(), randomness: Surroundings.here.randomness)
    }

    /// What `parley attach` has sealed before.
    func preparedExhibit(_ text: String) throws -> PreparedExhibit {
        do {
            if let blob = BlobID(text: text) { return try exhibitRoom().exhibit(blob) }
        } catch let refusal as ExhibitRefusal {
            throw CommandFailure(refusal)
        }
        throw CommandFailure.refused(
            "exhibit-unknown", "\(text) is no exhibit prepared in this home",
            hint: "seal one with: parley attach FILE --to PARTY")
    }
}

struct AttachCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "attach", abstract: "Seal a file to parties, ready to be attached.",
        discussion: """
            Prints the digest that a statement then names with --exhibit.

            Example:
              parley attach traffic.pcap --to cn --media-type application/vnd.tcpdump.pcap
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The file.") var file: InputFile
    @Option(help: "A party that may open it; may be given several times.") var to: [String]
    @Option(name: .customLong("media-type"), help: "Media type of the plain file.")
    var mediaType: String?

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let sealer = try ExhibitSealer(home: home, record: try await home.record())
            let exhibit = try await sealer.seal(
                AttachedFile(file: file, mediaType: mediaType ?? guessedMediaType(file.name)),
                to: try to.map(partyArgument))
            try home.exhibitRoom().keep(exhibit)
            emit(
                [
                    "blob": .string(exhibit.reference.blob.text),
                    "sealedSizeBytes": .integer(Int64(exhibit.reference.sizeBytes)),
                    "plainDigest": .string(exhibit.described.digest.text),
                    "mediaType": .string(exhibit.reference.mediaType),
                ], json: flag.json,
                lines: [
                    "sealed \(exhibit.described.name.text), "
                        + "\(exhibit.described.sizeBytes) bytes", exhibit.reference.blob.text,
                ])
        }
    }
}

func partyArgument(_ text: String) throws -> PartyID {
    guard let party = PartyID(text) else {
        throw CommandFailure.refused("party-malformed", "\(text) is not a party's name")
    }
    return party
}

/// The media type of common evidence by its file name; anything else is plain bytes.
func guessedMediaType(_ path: String) -> String {
    switch URL(filePath: path).pathExtension.lowercased() {
    case "json": "application/json"
    case "stix": "application/stix+json"
    case "txt", "log": "text/plain"
    case "pdf": "application/pdf"
    case "pcap": "application/vnd.tcpdump.pcap"
    case "zip": "application/zip"
    default: "application/octet-stream"
    }
}
