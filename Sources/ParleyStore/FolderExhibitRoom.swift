package import Foundation
import ParleyLog
package import ParleyNode
package import ParleyService
package import ParleyStatements

/// Exhibits sealed into a home's blobs, with what they are in `prepared/`.
///
/// Crash story. The sealed blob is durable under its digest before the note of it is; a crash in
/// between leaves a blob that nothing names, and who sealed it seals it again.
package struct FolderExhibitRoom: ExhibitRoom {
    private static let noteLimitBytes = 64 * 1024

    private let folder: URL
    private let blobs: FileBlobStore
    private let randomness: any Randomness

    /// Uses `prepared/` below `home`.
    package init(home: URL, blobs: FileBlobStore, randomness: any Randomness) throws {
        folder = home.appending(path: "prepared", directoryHint: .isDirectory)
        try DurableFile.makeFolder(folder)
        self.blobs = blobs
        self.randomness = randomness
    }

    package func prepare(
        _ name: ExhibitName, mediaType: String, seal: ExhibitSeal,
        feed: (_ take: ([UInt8]) throws -> Void) async throws -> Void
    ) async throws -> PreparedExhibit {
        let exhibit = try await self.seal(name, mediaType: mediaType, seal: seal, feed: feed)
        try keep(exhibit)
        return exhibit
    }

    /// Seals in 64 KiB records as the bytes come, so that memory does not grow with the file; what
    /// comes of it is not kept as prepared.
    package func seal(
        _ name: ExhibitName, mediaType: String, seal: ExhibitSeal,
        feed: (_ take: ([UInt8]) throws -> Void) async throws -> Void
    ) async throws -> PreparedExhibit {
        var writer = try SealWriter(
            agreement: seal.agreement, recipients: seal.recipients,
            contentKey: randomness.bytes(count: 32))
        let draft = try blobs.newDraft(named: "seal-" + Hex.encode(randomness.bytes(count: 16)))
        try draft.append(writer.header)
        var plainSize: UInt64 = 0
        do {
            try await feed { bytes in
                plainSize += UInt64(bytes.count)
                try draft.append(writer.seal(bytes))
                guard draft.sizeBytes <= seal.limitBytes else {
                    throw ExhibitRefusal.tooLong(name, limitBytes: seal.limitBytes)
                }
            }
        } catch {
            try blobs.discard(draft)
            throw error
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
                digest: writer.plainDigest),
            to: Set(seal.parties))
    }

    package func keep(_ exhibit: PreparedExhibit) throws {
        try DurableFile.write(
            JSONValue.object(exhibit.json).canonicalBytes,
            to: folder.appending(path: exhibit.reference.blob.digest.hex))
    }

    package func exhibit(_ blob: BlobID) throws -> PreparedExhibit {
        let file = folder.appending(path: blob.digest.hex)
        guard let data = try? Data(contentsOf: file), data.count <= Self.noteLimitBytes,
            let value = try? JSONValue(parsing: [UInt8](data), limitBytes: Self.noteLimitBytes),
            case .object(let fields) = value,
            case .integer(let sealedSize)? = fields["sealedSizeBytes"],
            case .integer(let size)? = fields["sizeBytes"],
            case .string(let mediaType)? = fields["mediaType"],
            case .string(let nameText)? = fields["name"], let name = ExhibitName(nameText),
            case .string(let digestText)? = fields["digest"],
            let digest = Digest(text: digestText), sealedSize >= 0, size >= 0
        else { throw ExhibitRefusal.unknown(blob) }
        var to: Set<PartyID>?
        if case .array(let parties)? = fields["to"] {
            to = Set(
                parties.compactMap { value in
                    guard case .string(let text) = value else { return nil }
                    return PartyID(text)
                })
        }
        return PreparedExhibit(
            reference: BlobReference(
                blob: blob, sizeBytes: UInt64(sealedSize), mediaType: mediaType, isSealed: true),
            described: .init(
                name: name, mediaType: mediaType, sizeBytes: UInt64(size), digest: digest),
            to: to)
    }
}
