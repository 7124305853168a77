import ArgumentParser
import Foundation
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

/// A sealed exhibit that lies in the home, ready to be named by a statement.
struct PreparedExhibit {
    let reference: BlobReference
    let described: StatementBody.Exhibit
}

/// Seals files in 64 KiB records as they are read: memory does not grow with the file.
struct ExhibitSealer {
    let home: Home
    let record: RecordReader
    let blobs: FileBlobStore

    func seal(_ file: AttachedFile, to parties: [PartyID]) async throws -> PreparedExhibit {
        let url = URL(filePath: file.path)
        guard let name = ExhibitName(url.lastPathComponent) else {
            throw CommandFailure.refused(
                "exhibit-name-unfit", "\(url.lastPathComponent) cannot be an exhibit's name",
                hint: "rename the file: no slash, control character or leading dot, 200 bytes")
        }
        guard let input = try? FileHandle(forReadingFrom: url) else {
            throw CommandFailure.failed("file-missing", "\(file.path) cannot be read")
        }
        defer { try? input.close() }
        return try seal(name, mediaType: file.mediaType, to: parties) { take in
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
        try seal(described.name, mediaType: described.mediaType, to: parties) { take in
            try opener.stream(opening, named: described.name.text, take: take)
        }
    }

    private func seal(
        _ name: ExhibitName, mediaType: String, to parties: [PartyID],
        feed: (([UInt8]) throws -> Void) throws -> Void
    ) throws -> PreparedExhibit {
        let recipients = try home.sealingKeys(parties, in: record.versions)
        let randomness = Surroundings.here.randomness
        var writer = try SealWriter(
            agreement: record.versions.id, recipients: recipients,
            contentKey: randomness.bytes(count: 32))
        let draft = try blobs.newDraft(named: "seal-" + Hex.encode(randomness.bytes(count: 16)))
        try draft.append(writer.header)
        let limitBytes = home.agreement(in: record).exhibitLimitBytes
        var plainSize: UInt64 = 0
        try feed { bytes in
            plainSize += UInt64(bytes.count)
            try draft.append(writer.seal(bytes))
            guard draft.sizeBytes <= limitBytes else {
                throw CommandFailure.refused(
                    "exhibit-too-long",
                    "\(name) is larger than the agreement allows "
                        + "(\(limitBytes) sealed bytes)",
                    hint: "split it, or agree on another limit")
            }
        }
        try draft.append(writer.finish())
        let sizeBytes = draft.sizeBytes
        guard let blob = try blobs.adopt(draft) else {
            preconditionFailure("a draft without an expected digest is always adopted")
        }
        return PreparedExhibit(
            reference: BlobReference(
                blob: blob, sizeBytes: sizeBytes, mediaType: mediaType, isSealed: true),
            described: .init(
                name: name, mediaType: mediaType, sizeBytes: plainSize,
                digest: writer.plainDigest))
    }
}

/// What `parley attach` remembers of an exhibit until a statement names it.
struct PreparedFolder {
    let folder: URL

    init(home: Home) throws {
        folder = home.folder.appending(path: "prepared")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    func keep(_ exhibit: PreparedExhibit) throws {
        let fields: JSONObject = [
            "blob": .string(exhibit.reference.blob.text),
            "sealedSizeBytes": .integer(Int64(exhibit.reference.sizeBytes)),
            "mediaType": .string(exhibit.reference.mediaType),
            "name": .string(exhibit.described.name.text),
            "sizeBytes": .integer(Int64(exhibit.described.sizeBytes)),
            "digest": .string(exhibit.described.digest.text),
        ]
        try PrivateFile.write(
            JSONValue.object(fields).canonicalBytes,
            to: folder.appending(path: exhibit.reference.blob.digest.hex))
    }

    func exhibit(_ text: String) throws -> PreparedExhibit {
        guard let blob = BlobID(text: text),
            let data = try? Data(contentsOf: folder.appending(path: blob.digest.hex)),
            let value = try? JSONValue(parsing: [UInt8](data), limitBytes: 64 * 1024),
            case .object(let fields) = value,
            case .integer(let sealedSize)? = fields["sealedSizeBytes"],
            case .integer(let size)? = fields["sizeBytes"],
            case .string(let mediaType)? = fields["mediaType"],
            case .string(let nameText)? = fields["name"], let name = ExhibitName(nameText),
            case .string(let digestText)? = fields["digest"],
            let digest = Digest(text: digestText)
        else {
            throw CommandFailure.refused(
                "exhibit-unknown", "\(text) is no exhibit prepared in this home",
                hint: "seal one with: parley attach FILE --to PARTY")
        }
        return PreparedExhibit(
            reference: BlobReference(
                blob: blob, sizeBytes: UInt64(sealedSize), mediaType: mediaType, isSealed: true),
            described: .init(
                name: name, mediaType: mediaType, sizeBytes: UInt64(size), digest: digest))
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
    @Argument(help: "The file.") var file: String
    @Option(help: "A party that may open it; may be given several times.") var to: [String]
    @Option(name: .customLong("media-type"), help: "Media type of the plain file.")
    var mediaType: String?

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let sealer = ExhibitSealer(
                home: home, record: try await home.record(), blobs: try home.blobs())
            let exhibit = try await sealer.seal(
                AttachedFile(path: file, mediaType: mediaType ?? guessedMediaType(file)),
                to: try to.map(partyArgument))
            try PreparedFolder(home: home).keep(exhibit)
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
