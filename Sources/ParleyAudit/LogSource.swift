/// Where a log is read: files below a prefix, in the layout of C2SP tlog-tiles.
package protocol LogSource: Sendable {
    /// Gives the file at a path such as `tile/0/x001/067`.
    ///
    /// - Throws: only when it could not be found out, never for what the log holds or lacks.
    func read(_ path: String, limitBytes: Int) async throws -> LogReading
}

package enum LogReading: Hashable, Sendable {
    case bytes([UInt8])
    case absent
    /// There, and not for whoever asks.
    case closed
    /// Longer than the limit; not read to its end.
    case tooLong
}

/// Where an auditor keeps how far it has come.
package protocol AuditStateStore: Sendable {
    /// Replaces what was kept before, all of it or nothing, and is durable when it returns.
    func save(_ state: [UInt8]) async throws
}

/// A copy of a log that grows while the log is audited.
package protocol LogCopy: Sendable {
    /// Takes a file whose hashes agree with those around it; no root has vouched for it yet.
    func keep(_ bytes: [UInt8], as file: LogFile) async throws
    /// Makes durable what was kept.
    func settle() async throws
    /// Publishes the checkpoint that vouches for everything kept; what it covers is final.
    func publish(_ checkpoint: SignedCheckpoint) async throws
}

/// A tile or bundle of a tree of one size.
package struct LogFile: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        case hashes(level: Int)
        case entries
    }

    package let content: Content
    package let number: UInt64
    /// 256, or fewer at the right edge.
    package let width: Int

    package init(_ content: Content, number: UInt64, width: Int = LogPath.tileWidth) {
        self.content = content
        self.number = number
        self.width = width
    }

    package var isFull: Bool { width == LogPath.tileWidth }
    package var full: LogFile { LogFile(content, number: number) }

    package var path: String {
        switch content {
        case .hashes(let level): LogPath.tile(level: level, number: number, width: width)
        case .entries: LogPath.entries(number: number, width: width)
        }
    }

    /// The size of the smallest tree that has all of it.
    package var coveredSize: UInt64 {
        let count = number * UInt64(LogPath.tileWidth) + UInt64(width)
        switch content {
        case .hashes(let level): return count << UInt64(8 * level)
        case .entries: return count
        }
    }
}

/// The paths of tlog-tiles, which the auditor only ever asks for.
package enum LogPath {
    package static let tileWidth = 256
    package static let checkpoint = "checkpoint"

    package static func tile(level: Int, number: UInt64, width: Int = tileWidth) -> String {
        "tile/\(level)/" + place(number, width)
    }

    package static func entries(number: UInt64, width: Int = tileWidth) -> String {
        "tile/entries/" + place(number, width)
    }

    /// Groups of three digits, all but the last after an `x`; a partial tile's width at the end.
    private static func place(_ number: UInt64, _ width: Int) -> String {
        var digits = String(number)
        while digits.utf8.count % 3 != 0 { digits = "0" + digits }
        var path = ""
        while digits.utf8.count > 3 {
            path += "x" + digits.prefix(3) + "/"
            digits.removeFirst(3)
        }
        return path + digits + (width == tileWidth ? "" : ".p/\(width)")
    }
}
