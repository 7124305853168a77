import Crypto
import ParleyAudit
import Synchronization

/// A log made by the plainest reading of RFC 6962 and C2SP that there is; it shares no code with
/// what it tests.
struct BuiltLog {
    static let origin = "log.parley.example/a"
    static let witness = "wit.parley.example/b"

    struct Signer {
        let name: String
        let type: UInt8
        let key: Curve25519.Signing.PrivateKey

        init(_ name: String, type: UInt8, seed: UInt8) {
            self.name = name
            self.type = type
            let seed = Array(repeating: seed, count: 32)
            guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
                preconditionFailure("any 32 bytes are a key")
            }
            self.key = key
        }

        var publicBytes: [UInt8] { [type] + Array(key.publicKey.rawRepresentation) }
        var keyID: [UInt8] { Array(sha(Array(name.utf8) + [10] + publicBytes).prefix(4)) }

        var verifierKey: String {
            let id = keyID.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            return "\(name)+\(id)+\(base64(publicBytes))"
        }

        func line(_ message: [UInt8], before signature: [UInt8] = []) throws -> String {
            let bytes = keyID + signature + Array(try key.signature(for: message))
            return "\u{2014} \(name) \(base64(bytes))\n"
        }
    }

    static let log = Signer(origin, type: 0x01, seed: 1)
    static let cosigner = Signer(witness, type: 0x04, seed: 2)

    static func key() throws -> VerifierKey { try VerifierKey(log.verifierKey) }
    static func cosignerKey() throws -> VerifierKey { try VerifierKey(cosigner.verifierKey) }

    let entries: [[UInt8]]
    private let leaves: [[UInt8]]

    init(entries: [[UInt8]]) {
        self.entries = entries
        leaves = entries.map { sha([0] + $0) }
    }

    /// Entries of one to five bytes, each another.
    init(count: Int, salt: UInt8 = 0) {
        self.init(
            entries: (0..<count).map { number in
                Array("\(number)".utf8) + Array(repeating: salt, count: salt == 0 ? 0 : 1)
            })
    }

    func prefix(_ count: Int) -> BuiltLog { BuiltLog(entries: Array(entries.prefix(count))) }

    var root: [UInt8] { Self.root(leaves[...]) }

    var text: [UInt8] { Array("\(Self.origin)\n\(entries.count)\n\(base64(root))\n".utf8) }

    func note(by signer: Signer = log, cosigned: Int? = nil) throws -> [UInt8] {
        var lines = try signer.line(text)
        if let cosigned { lines += try Self.cosignature(of: text, at: cosigned) }
        return text + [10] + Array(lines.utf8)
    }

    static func cosignature(of text: [UInt8], at time: Int) throws -> String {
        let bytes = (0..<8).map { UInt8(truncatingIfNeeded: time >> (56 - 8 * $0)) }
        return try cosigner.line(
            Array("cosignature/v1\ntime \(time)\n".utf8) + text, before: bytes)
    }

    /// Every file that the tree of all entries has.
    func files(cosigned: Int? = nil) throws -> [String: [UInt8]] {
        var files = ["checkpoint": try note(cosigned: cosigned)]
        var row = leaves
        var level = 0
        while !row.isEmpty {
            for start in stride(from: 0, to: row.count, by: 256) {
                let hashes = row[start..<min(start + 256, row.count)]
                let place = Self.place(start / 256, hashes.count)
                files["tile/\(level)/\(place)"] = hashes.flatMap(\.self)
                if level == 0 {
                    files["tile/entries/\(place)"] = Self.bundle(
                        entries[start..<min(start + 256, entries.count)])
                }
            }
            row = stride(from: 0, to: row.count / 256 * 256, by: 256)
                .map { Self.root(row[$0..<($0 + 256)]) }
            level += 1
        }
        return files
    }

    static func bundle(_ entries: some Sequence<[UInt8]>) -> [UInt8] {
        entries.flatMap { [UInt8($0.count / 256), UInt8($0.count % 256)] + $0 }
    }

    func receipt(for index: Int, extra: String = "") throws -> [UInt8] {
        let hashes = Self.path(leaves[...], index).map { base64($0) + "\n" }.joined()
        return Array("c2sp.org/tlog-proof@v1\n\(extra)index \(index)\n\(hashes)\n".utf8)
            + (try note())
    }

    private static func place(_ number: Int, _ width: Int) -> String {
        let digits = String(1000 + number % 1000).dropFirst()
        let path =
            number < 1000 ? "\(digits)" : "x\(String(1000 + number / 1000).dropFirst())/\(digits)"
        return width == 256 ? path : "\(path).p/\(width)"
    }

    private static func split(_ count: Int) -> Int {
        var split = 1
        while split * 2 < count { split *= 2 }
        return split
    }

    static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        guard let first = leaves.first else { return sha([]) }
        guard leaves.count > 1 else { return first }
        let split = split(leaves.count)
        return sha([1] + root(leaves.prefix(split)) + root(leaves.dropFirst(split)))
    }

    private static func path(_ leaves: ArraySlice<[UInt8]>, _ index: Int) -> [[UInt8]] {
        guard leaves.count > 1 else { return [] }
        let split = split(leaves.count)
        let (left, right) = (leaves.prefix(split), leaves.dropFirst(split))
        return index < split
            ? path(left, index) + [root(right)] : path(right, index - split) + [root(left)]
    }
}

func sha(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

func base64(_ bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var bits = bytes.flatMap { byte in (0..<8).map { byte >> (7 - $0) & 1 } }
    while bits.count % 6 != 0 { bits.append(0) }
    var text = ""
    for start in stride(from: 0, to: bits.count, by: 6) {
        text.append(letters[bits[start..<(start + 6)].reduce(0) { $0 * 2 + Int($1) }])
    }
    while text.count % 4 != 0 { text += "=" }
    return text
}

/// Files in memory; stops working after so many readings, where told to.
final class MemoryLog: LogSource {
    struct Stopped: Error {}

    private let files: [String: [UInt8]]
    private let readingsLeft: Mutex<Int>
    private let readPaths = Mutex<[String]>([])

    init(_ files: [String: [UInt8]], readings: Int = .max) {
        self.files = files
        readingsLeft = Mutex(readings)
    }

    var paths: [String] { readPaths.withLock { $0 } }

    func read(_ path: String, limitBytes: Int) async throws -> LogReading {
        guard
            readingsLeft.withLock({
                $0 -= 1; return $0 >= 0
            })
        else { throw Stopped() }
        readPaths.withLock { $0.append(path) }
        guard let bytes = files[path] else { return .absent }
        return bytes.count <= limitBytes ? .bytes(bytes) : .tooLong
    }
}

final class MemoryState: AuditStateStore {
    private let saved: Mutex<[UInt8]?>
    private let count = Mutex(0)

    init(_ state: [UInt8]? = nil) { saved = Mutex(state) }

    var bytes: [UInt8]? { saved.withLock { $0 } }
    var saves: Int { count.withLock { $0 } }

    func save(_ state: [UInt8]) async throws {
        saved.withLock { $0 = state }
        count.withLock { $0 += 1 }
    }
}

/// One audit in memory; the state is carried over in `state`.
func audit(
    _ files: [String: [UInt8]], state: MemoryState? = nil, receipts: [AuditReceipt] = [],
    cosigners: [VerifierKey] = [], earlier: [SignedCheckpoint] = [], fromStart: Bool = false,
    key: VerifierKey? = nil
) async throws -> AuditReport {
    try await audit(
        MemoryLog(files), state: state, receipts: receipts, cosigners: cosigners,
        earlier: earlier, fromStart: fromStart, key: key)
}

func audit(
    _ source: MemoryLog, state: MemoryState? = nil, receipts: [AuditReceipt] = [],
    cosigners: [VerifierKey] = [], earlier: [SignedCheckpoint] = [], fromStart: Bool = false,
    key: VerifierKey? = nil, copy: (any LogCopy)? = nil
) async throws -> AuditReport {
    let key = try key ?? BuiltLog.key()
    let auditor = Auditor(
        log: key, cosigners: cosigners, receipts: receipts, earlier: earlier,
        fromStart: fromStart, chunksAhead: 3, chunksPerSave: 1)
    return try await auditor.audit(
        from: try state?.bytes.map { try AuditState(parsing: $0, log: key) },
        through: .init(source: source, store: state, copy: copy))
}

extension AuditReport {
    /// The reasons of what is more than a note, in order.
    var reasons: [String] { listed.filter { $0.severity != .note }.map(\.reason) }
    var notes: [String] { listed.filter { $0.severity == .note }.map(\.reason) }
}
