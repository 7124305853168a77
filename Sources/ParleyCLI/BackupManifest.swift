import ParleyLog
import ParleyNode
import ParleyStatements

/// What a backup of a home holds, and how its log stood then: `manifest.json`, canonical JSON.
///
/// Nobody signs it: whoever can change a backup can change the list in it too. It finds what was
/// lost or damaged, and half copies; its digest, noted elsewhere, finds the rest.
struct BackupManifest: Equatable {
    static let version = "backup/1"
    static let name = "manifest.json"
    static let sizeLimitBytes = 256 * 1024 * 1024
    /// So many files make a manifest within its limit, whatever they are called.
    static let fileLimit = 800_000

    let seat: Seat
    /// The agreement's first version; nil for a home that has adopted none.
    let agreement: AgreementID?
    let madeAt: Timestamp
    let log: SignedState.Tree
    let holdsKeys: Bool
    /// By path, each once.
    let files: [FolderWriter.File]

    var sizeBytes: UInt64 { files.reduce(0) { $0 + $1.sizeBytes } }

    /// What lies in the folder itself, by name.
    var places: [String] {
        Set(files.compactMap { $0.path.split(separator: "/").first.map(String.init) }).sorted()
    }

    var bytes: [UInt8] {
        var fields: JSONObject = [
            "parley": .string(Self.version), "seat": .string(seat.description),
            "madeAt": .string(madeAt.text),
            "log": .object([
                "size": .integer(Int64(clamping: log.size.entryCount)),
                "root": .string(log.root.text),
            ]),
            "files": .array(
                files.map {
                    .object([
                        "path": .string($0.path),
                        "sizeBytes": .integer(Int64(clamping: $0.sizeBytes)),
                        "digest": .string($0.digest.text),
                    ])
                }),
        ]
        if let agreement { fields = fields.adding(["agreement": .string(agreement.text)]) }
        if holdsKeys { fields = fields.adding(["keys": .bool(true)]) }
        return JSONValue.object(fields).canonicalBytes
    }

    init(
        seat: Seat, agreement: AgreementID?, madeAt: Timestamp, log: SignedState.Tree,
        holdsKeys: Bool, files: [FolderWriter.File]
    ) {
        self.seat = seat
        self.agreement = agreement
        self.madeAt = madeAt
        self.log = log
        self.holdsKeys = holdsKeys
        self.files = files.sorted { $0.path < $1.path }
    }

    /// - Throws: a failure that is not proven, for what no backup has as its list.
    init(parsing bytes: [UInt8]) throws {
        do {
            let value = try JSONValue(parsingCanonical: bytes, limitBytes: Self.sizeLimitBytes)
            self = try JSONFields.reading(value, Self.read)
        } catch let refusal as JSONRefusal {
            throw CommandFailure.notProven(refusal.reason, "manifest: \(refusal.explanation)")
        } catch let refusal as FieldRefusal {
            throw CommandFailure.notProven(refusal.reason, "manifest: \(refusal.explanation)")
        }
        for (file, next) in zip(files, files.dropFirst()) where file.path >= next.path {
            throw CommandFailure.notProven(
                "file-twice", "manifest: \(next.path) is listed twice or out of its place")
        }
    }

    private static func read(_ fields: inout JSONFields) throws(FieldRefusal) -> BackupManifest {
        _ = try fields.parsed("parley", version) { $0 == version ? true : nil }
        return BackupManifest(
            seat: try fields.parsed("seat", "a party and an organ", Seat.init),
            agreement: try fields.optionalParsed("agreement", "a digest", AgreementID.init(text:)),
            madeAt: try fields.parsed("madeAt", "an instant", Timestamp.init(text:)),
            log: try fields.object("log") { fields throws(FieldRefusal) in
                SignedState.Tree(
                    size: TreeSize(
                        UInt64(try fields.integer("size", in: 0...JSONValue.integerLimit))),
                    root: try fields.parsed("root", "a digest", Digest.init(text:)))
            },
            holdsKeys: try fields.mark("keys"),
            inOrder: try fields.array("files") { value throws(FieldRefusal) in
                try JSONFields.reading(value) { fields throws(FieldRefusal) in
                    FolderWriter.File(
                        path: try fields.parsed(
                            "path", "a path that a backup has", BackupContents.path),
                        sizeBytes: UInt64(
                            try fields.integer("sizeBytes", in: 0...JSONValue.integerLimit)),
                        digest: try fields.parsed("digest", "a digest", Digest.init(text:)))
                }
            })
    }

    private init(
        seat: Seat, agreement: AgreementID?, madeAt: Timestamp, log: SignedState.Tree,
        holdsKeys: Bool, inOrder files: [FolderWriter.File]
    ) {
        self.seat = seat
        self.agreement = agreement
        self.madeAt = madeAt
        self.log = log
        self.holdsKeys = holdsKeys
        self.files = files
    }
}
