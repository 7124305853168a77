import Foundation

/// A file of SQLite's that only its owner may read.
enum OwnFile {
    /// Makes it, empty, where there is none; SQLite gives its other files the mode of this one.
    ///
    /// One that is there is not even opened: closing it again would take away every lock that this
    /// process has on it (POSIX, `fcntl`), those of SQLite's connections too. The next process to
    /// close the file would then believe that it is the last, and remove the log that this one goes
    /// on writing to.
    static func make(_ path: String) throws {
        let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if descriptor < 0, errno == EEXIST { return }
        guard descriptor >= 0 else { throw BlobFailure.system(call: "open", code: errno) }
        close(descriptor)
    }
}
