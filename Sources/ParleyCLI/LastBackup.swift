import Foundation
import ParleyLog
import ParleyStatements

/// When the last whole backup of a home was made: a small file in the home, which a running node
/// reads each time somebody asks.
///
/// Written once the backup bears its name. Who dies in between is told too early that one is due.
struct LastBackup: Equatable {
    static let name = "last-backup"
    private static let version = "last-backup/1"
    private static let sizeLimitBytes = 4096

    /// The moment whose state it holds.
    let at: Timestamp

    var bytes: [UInt8] {
        JSONValue.object(["parley": .string(Self.version), "at": .string(at.text)])
            .canonicalBytes + [0x0a]
    }

    init(at: Timestamp) { self.at = at }

    /// Nil for anything but what `bytes` gives.
    init?(bytes: [UInt8]) {
        guard let value = try? JSONValue(parsing: bytes, limitBytes: Self.sizeLimitBytes),
            case .object(let fields) = value, fields["parley"] == .string(Self.version),
            case .string(let text)? = fields["at"], let at = Timestamp(text: text)
        else { return nil }
        self.at = at
    }

    /// Nil where none was made, or the file says nothing: better told too early than never.
    static func read(in home: URL) -> LastBackup? {
        let file = home.appending(path: name)
        guard let bytes = try? PrivateFile.read(file.path(), limitBytes: sizeLimitBytes) else {
            return nil
        }
        return LastBackup(bytes: bytes)
    }

    func write(in home: URL) throws {
        try PrivateFile.write(bytes, to: home.appending(path: Self.name))
    }
}
