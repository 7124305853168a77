import Foundation
import ParleyDialogue
import ParleyExchange
import ParleyLog
import ParleyStatements

/// The list of what a custody package holds, and who put it together (`Spec/custody.md` §7).
///
/// Canonical JSON in `manifest.json`, signed as DSSE in `manifest.dsse.json`.
struct CustodyManifest {
    static let version = "custody-package/1"
    static let payloadType = "application/vnd.parley.custody-package.v1+json"
    static let limits = Envelope.Limits(
        payloadSizeBytes: 4 * 1024 * 1024, envelopeSizeBytes: 6 * 1024 * 1024, signatureCount: 2)
    static let fileLimit = 16_384

    static let name = "manifest.json"
    static let signatureName = "manifest.dsse.json"
    /// The files that vouch for the others and so are not listed themselves.
    static let vouching = [name, signatureName, FolderWriter.sumsName]

    struct File: Equatable {
        let path: String
        let sizeBytes: UInt64
        let digest: Digest
        /// What it is: `item`, `sealed`, `body`, `receipt` and so on.
        let kind: String
    }

    let agreement: AgreementID
    let thread: ThreadID
    let from: Seat
    let madeAt: Timestamp
    let exhibits: [BlobID]
    let files: [File]
    /// What could not be put in, in words.
    let gaps: [String]

    var bytes: [UInt8] {
        JSONValue.object([
            "parley": .string(Self.version), "agreement": .string(agreement.text),
            "thread": .string(thread.text),
            "from": .object(["party": .string(from.party.text), "organ": .string(from.organ.text)]),
            "madeAt": .string(madeAt.text),
            "exhibits": .array(exhibits.map { .string($0.text) }),
            "files": .array(
                files.map {
                    .object([
                        "path": .string($0.path), "kind": .string($0.kind),
                        "sizeBytes": .integer(Int64(clamping: $0.sizeBytes)),
                        "digest": .string($0.digest.text),
                    ])
                }),
            "gaps": .array(gaps.map { .string($0) }),
        ]).canonicalBytes
    }

    init(
        agreement: AgreementID, thread: ThreadID, from: Seat, madeAt: Timestamp,
        exhibits: [BlobID], files: [File], gaps: [String]
    ) {
        self.agreement = agreement
        self.thread = thread
        self.from = from
        self.madeAt = madeAt
        self.exhibits = exhibits
        self.files = files
        self.gaps = gaps
    }

    init(parsing bytes: [UInt8]) throws {
        do {
            let value = try JSONValue(
                parsingCanonical: bytes, limitBytes: Self.limits.payloadSizeBytes)
            self = try JSONFields.reading(value, Self.read)
        } catch let refusal as JSONRefusal {
            throw CommandFailure.notProven(refusal.reason, "manifest: \(refusal.explanation)")
        } catch let refusal as FieldRefusal {
            throw CommandFailure.notProven(refusal.reason, "manifest: \(refusal.explanation)")
        }
    }

    private static func read(_ fields: inout JSONFields) throws(FieldRefusal) -> CustodyManifest {
        _ = try fields.parsed("parley", version) { $0 == version ? true : nil }
        return CustodyManifest(
            agreement: try fields.parsed("agreement", "a digest", AgreementID.init(text:)),
            thread: try fields.parsed("thread", "a thread id", ThreadID.init(text:)),
            from: try fields.object("from") { fields throws(FieldRefusal) in
                Seat(
                    party: try fields.parsed("party", "a party", PartyID.init),
                    organ: try fields.parsed("organ", "an organ", OrganID.init))
            },
            madeAt: try fields.parsed("madeAt", "an instant", Timestamp.init(text:)),
            exhibits: try fields.parsedArray("exhibits", "a digest", BlobID.init(text:)),
            files: try fields.array("files") { value throws(FieldRefusal) in
                try JSONFields.reading(value) { fields throws(FieldRefusal) in
                    File(
                        path: try fields.parsed("path", "a path in the package", packagePath),
                        sizeBytes: UInt64(
                            try fields.integer("sizeBytes", in: 0...JSONValue.integerLimit)),
                        digest: try fields.parsed("digest", "a digest", Digest.init(text:)),
                        kind: try fields.string("kind"))
                }
            },
            gaps: try fields.parsedArray("gaps", "a text") { $0 })
    }

    /// The path itself when it cannot leave its folder: at most one folder and a plain name.
    static func packagePath(_ text: String) -> String? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        // SPEC custody §7: A path in a manifest MUST be a file name, or a folder's name, a slash
        // and a file name, each spelled as an exhibit's name is.
        guard (1...2).contains(parts.count), parts.allSatisfy({ ExhibitName($0) != nil }) else {
            return nil
        }
        return text
    }
}

/// Puts a package together in a folder of its own, which gets its name when it is whole.
struct CustodyPackageWriter {
    private var folder: FolderWriter
    private var kinds: [String: String] = [:]

    init(folder: URL) throws { self.folder = try FolderWriter(folder: folder) }

    var files: [CustodyManifest.File] {
        folder.files.compactMap { file in
            kinds[file.path].map {
                .init(path: file.path, sizeBytes: file.sizeBytes, digest: file.digest, kind: $0)
            }
        }
    }

    mutating func add(_ bytes: [UInt8], as path: String, kind: String) throws {
        try folder.add(bytes, as: path)
        kinds[path] = kind
    }

    mutating func add(copyOf source: URL, as path: String, kind: String) throws {
        try folder.add(copyOf: source, as: path)
        kinds[path] = kind
    }

    /// A file that `write` makes at the place it is given.
    mutating func add(as path: String, kind: String, write: (URL) throws -> Void) throws {
        try folder.add(as: path, write: write)
        kinds[path] = kind
    }

    /// Writes the manifest, its signature and the sums, and gives the folder its name.
    mutating func finish(_ manifest: CustodyManifest, signedWith key: SigningKeyPair) throws {
        let bytes = manifest.bytes
        let signed = try key.sign(payloadType: CustodyManifest.payloadType, payload: bytes)
            .storedBytes
        try folder.add(bytes, as: CustodyManifest.name)
        try folder.add(signed, as: CustodyManifest.signatureName)
        try folder.finish()
    }

    func abandon() { folder.abandon() }
}
