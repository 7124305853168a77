package import ParleyLog
import ParleyStatements

/// A file that lies at the desk for a while: brought by its owner for something to take it in, or
/// made for its owner to fetch. Nobody else reaches it.
package struct DeskFile: Hashable, Sendable {
    /// Of one file, before it is sealed; an agreement may allow less.
    package static let sizeLimitBytes: UInt64 = 16 << 30
    /// Of one account at once.
    package static let countLimit = 200
    package static let totalLimitBytes: UInt64 = 32 << 30
    /// Then it is gone, whether or not it was fetched.
    package static let keptSeconds: Int64 = 7 * 24 * 3600

    package let id: FileID
    package let owner: AccountName
    package let name: String
    /// When it is whole.
    package let sizeBytes: UInt64
    /// What it has to be, where its owner said so.
    package let digest: Digest?
    package let madeAt: Timestamp
    /// How much of it is here, durably.
    package var receivedBytes: UInt64

    package init(
        id: FileID, owner: AccountName, name: String, sizeBytes: UInt64, digest: Digest?,
        madeAt: Timestamp, receivedBytes: UInt64
    ) {
        self.id = id
        self.owner = owner
        self.name = name
        self.sizeBytes = sizeBytes
        self.digest = digest
        self.madeAt = madeAt
        self.receivedBytes = receivedBytes
    }

    package var isWhole: Bool { receivedBytes == sizeBytes }

    package func hasExpired(at now: Timestamp) -> Bool {
        now.seconds(since: madeAt) > Self.keptSeconds
    }

    var json: JSONObject {
        var json: JSONObject = [
            "file": .string(id.description), "name": .string(name),
            "sizeBytes": .integer(Int64(sizeBytes)),
            "receivedBytes": .integer(Int64(receivedBytes)), "made": .string(madeAt.text),
        ]
        if let digest { json = json.adding(["digest": .string(digest.text)]) }
        return json
    }

    /// A name that is one component of a path wherever it is written.
    package static func isName(_ text: String) -> Bool { ExhibitName(text) != nil }
}

/// Where the desk's files lie.
package protocol DeskFiles: Sendable {
    /// All of them, whoever's.
    func all() async throws -> [DeskFile]
    func file(_ id: FileID) async throws -> DeskFile?
    /// Makes it, empty and durable.
    func add(_ file: DeskFile) async throws
    func remove(_ id: FileID) async throws
    /// Takes the file for one writer alone.
    ///
    /// - Returns: nil when somebody writes to it, or it does not stand at `offset`.
    func append(to id: FileID, at offset: UInt64) async throws -> (any DeskFileWriter)?
    /// - Returns: fewer bytes only at its end.
    func read(_ id: FileID, from offset: UInt64, count: Int) async throws -> [UInt8]
    /// Forgets what came, so that it may be sent again.
    func empty(_ id: FileID) async throws
}

package protocol DeskFileWriter: Sendable {
    func append(_ bytes: [UInt8]) async throws
    /// Returns when what came is durable; nothing may be appended then.
    func finish() async throws
}

/// Bytes to be sent as they are read.
package struct FileBytes: Sendable {
    package let file: DeskFile
    /// Which of them; all, or what was asked for.
    package let range: Range<UInt64>
    package let isPart: Bool
    package let read: @Sendable (_ offset: UInt64, _ count: Int) async throws -> [UInt8]

    /// Its bytes never change once it is whole.
    package var tag: String { "\"\(file.id)\"" }
}

/// One range of `Range` (RFC 9110 §14.1.2); what is no such range is as if it were not there.
enum ByteRange: Hashable {
    case from(UInt64, through: UInt64?)
    case last(UInt64)

    init?(header: String) {
        guard header.hasPrefix("bytes=") else { return nil }
        let parts = header.dropFirst(6).split(
            separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let numbers = parts.map { Self.number($0) }
        switch (parts[0].isEmpty, numbers[0], parts[1].isEmpty, numbers[1]) {
        case (true, _, false, let count?): self = .last(count)
        case (false, let first?, true, _): self = .from(first, through: nil)
        case (false, let first?, false, let last?) where first <= last:
            self = .from(first, through: last)
        default: return nil
        }
    }

    /// Of digits alone: a sign is none.
    static func number(_ text: some StringProtocol) -> UInt64? {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt64(text) : nil
    }

    /// Nil where it has no byte of so many.
    func bytes(of size: UInt64) -> Range<UInt64>? {
        switch self {
        case .from(let first, let last):
            guard first < size else { return nil }
            // The last possible number has none after it.
            return first..<min(size - 1, last ?? size - 1) + 1
        case .last(let count):
            guard count > 0, size > 0 else { return nil }
            return (size - min(count, size))..<size
        }
    }
}
