import Foundation
import ParleyLog
import ParleyStore

/// Makes a home of a backup that was checked, where there is none.
///
/// Crash story: the home gets its name when all of it is flushed (``FolderWriter``); who dies
/// before restores again.
struct BackupRestoring {
    /// Stands in the place of what was signed last, and cannot be read as such, so that nothing is
    /// signed before the peers were asked. No file at all would do for a log that has entries; an
    /// empty one would be taken for that of a new home, though its peers may have cosigned more.
    private static let unknownLastSigned =
        "Restored from a backup: what was signed last is not known. Run parley log recover.\n"

    let manifest: BackupManifest
    let source: URL
    var home: FolderWriter

    /// - Throws: a failure that is not proven, where a file is no longer the one that was checked.
    mutating func restore() throws {
        for file in manifest.files {
            let copied = try home.add(
                copyOf: source.appending(path: file.path), as: file.path)
            guard copied == file else {
                throw CommandFailure.notProven(
                    "file-differs", "\(file.path) is not the file that was listed")
            }
        }
        try home.add(LastBackup(at: manifest.madeAt).bytes, as: LastBackup.name)
        try home.finish(vouching: Array(Self.unknownLastSigned.utf8), as: Home.lastSignedName)
    }
}
