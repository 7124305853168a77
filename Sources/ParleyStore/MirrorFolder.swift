import Foundation
package import ParleyAudit

/// A verified copy of a log as files, which any static file server can serve.
///
/// Crash story. Tiles and bundles are written under their names one by one, each fsynced before it
/// is renamed into place; the folders are fsynced before the checkpoint that needs them is written,
/// and it is written last. So at any moment the checkpoint there describes files that are there.
/// Files beyond it are not vouched for yet, and are read again or replaced by the next run.
package actor MirrorFolder: LogCopy {
    private let root: String
    /// The size of the tree that the checkpoint in the folder vouches for.
    private let publishedSize: UInt64
    private var madeFolders: Set<String> = []
    private var changedFolders: Set<String> = []

    /// - Parameter published: the checkpoint that stands in the folder, verified; nil in a new one.
    package init(path: String, published: SignedCheckpoint?) throws {
        root = path.hasSuffix("/") ? path : path + "/"
        publishedSize = published?.size ?? 0
        try Self.make(folder: root)
    }

    package func keep(_ bytes: [UInt8], as file: LogFile) throws {
        let path = root + file.path
        if try LocalFile.read(path, limitBytes: bytes.count) == .bytes(bytes) {
            // Perhaps of a run that died before it had fsynced the folder.
            changedFolders.insert(LocalFile.folder(of: path))
            return
        }
        let isThere = access(path, F_OK) == 0
        guard !isThere || file.coveredSize > publishedSize else {
            throw MirrorFailure.verifiedFileDiffers(path: file.path)
        }
        try makeFolder(of: path)
        try LocalFile.write(bytes, to: path)
        changedFolders.insert(LocalFile.folder(of: path))
    }

    package func settle() throws {
        for folder in changedFolders { try LocalFile.sync(folder) }
        changedFolders = []
    }

    package func publish(_ checkpoint: SignedCheckpoint) throws {
        try settle()
        try removePartials(upTo: checkpoint.size)
        try LocalFile.write(checkpoint.note, to: root + LogPath.checkpoint)
        try LocalFile.sync(root)
    }

    /// Removes partial files whose full one is there; a reader of the older checkpoint falls back
    /// to it. Before the new checkpoint is written, so that a run that dies between begins here
    /// again.
    private func removePartials(upTo size: UInt64) throws {
        for level in 0..<8 {
            let width = UInt64(8 * (level + 1))
            for number in (publishedSize >> width)..<max(publishedSize >> width, size >> width) {
                try removePartials(of: LogFile(.hashes(level: level), number: number))
                if level == 0 { try removePartials(of: LogFile(.entries, number: number)) }
            }
        }
    }

    private func removePartials(of file: LogFile) throws {
        let folder = root + file.path + ".p"
        guard access(folder, F_OK) == 0, access(root + file.path, F_OK) == 0 else { return }
        try FileManager.default.removeItem(atPath: folder)
    }

    private func makeFolder(of path: String) throws {
        let folder = LocalFile.folder(of: path)
        guard madeFolders.insert(folder).inserted else { return }
        try Self.make(folder: folder)
        // Each folder on the way is an entry in the one above it.
        var above = String(folder.dropLast())
        while above.count > root.count {
            above = String(LocalFile.folder(of: above).dropLast())
            changedFolders.insert(above + "/")
        }
        changedFolders.insert(root)
    }

    private static func make(folder: String) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw LocalFileFailure(path: folder, code: errno)
        }
    }
}

/// Why a mirror does not go on.
package enum MirrorFailure: Error, Hashable, Sendable {
    /// A file that an earlier run verified, or somebody has damaged, is not what the log serves.
    case verifiedFileDiffers(path: String)

    package var reason: String { "mirrored-file-differs" }

    package var explanation: String {
        switch self {
        case .verifiedFileDiffers(let path):
            "\(path) in the copy is not what the log serves; it is not replaced"
        }
    }
}
