import ParleyExchange
import ParleyLog
package import ParleyStatements

/// Seals frames into parts, each within a limit, and remembers their digests.
struct PouchWriter {
    private let agreement: AgreementID
    private let recipients: [SealingPublicKey]
    private let randomness: any Randomness
    private let box: any PouchBox
    /// Plain bytes that a part may hold.
    let plainLimitBytes: UInt64
    private var seal: SealWriter?
    private var plainBytes: UInt64 = 0
    private var sealed = RunningDigest()
    private(set) var parts: [PouchManifest.Part] = []

    init(
        agreement: AgreementID, recipients: [SealingPublicKey], partLimitBytes: UInt64?,
        randomness: any Randomness, box: any PouchBox
    ) {
        self.agreement = agreement
        self.recipients = recipients
        self.randomness = randomness
        self.box = box
        plainLimitBytes =
            partLimitBytes.map {
                Self.plainLimit(partLimitBytes: $0, recipientCount: recipients.count)
            } ?? .max
    }

    /// The number of the part that is being written, from 1; 0 before the first.
    var number: Int { parts.count + (seal == nil ? 0 : 1) }

    /// Plain bytes that the part being written still has room for.
    var roomBytes: UInt64 { seal == nil ? plainLimitBytes : plainLimitBytes - plainBytes }

    /// Writes frames that belong together into one part.
    mutating func add(_ frames: [UInt8]) async throws {
        if UInt64(frames.count) > roomBytes { try await endPart() }
        guard UInt64(frames.count) <= plainLimitBytes else {
            throw PouchFailure.partLimitTooSmall(neededBytes: frames.count)
        }
        if seal == nil { try await beginPart() }
        plainBytes += UInt64(frames.count)
        if let bytes = seal?.seal(frames) { try await write(bytes) }
    }

    /// Ends the part being written, if one is.
    mutating func endPart() async throws {
        guard let rest = seal?.finish() else { return }
        try await write(rest)
        parts.append(.init(sizeBytes: sealed.sizeBytes, digest: sealed.digest))
        seal = nil
    }

    private mutating func beginPart() async throws {
        guard parts.count < PouchManifest.partLimit else { throw PouchFailure.tooManyParts }
        let writer: SealWriter
        do {
            writer = try SealWriter(
                agreement: agreement, recipients: recipients,
                contentKey: randomness.bytes(count: SealFormat.contentKeySizeBytes))
        }
        try await box.beginPart()
        sealed = RunningDigest()
        plainBytes = 0
        seal = writer
        try await write(writer.header)
    }

    private mutating func write(_ bytes: [UInt8]) async throws {
        sealed.update(bytes)
        try await box.append(bytes)
    }

    /// The most plain bytes whose label and sealed form fit into a part.
    static func plainLimit(partLimitBytes: UInt64, recipientCount: Int) -> UInt64 {
        let limit = partLimitBytes.subtractingReportingOverflow(UInt64(PouchLabel.sizeBytes))
        guard !limit.overflow else { return 0 }
        var low: UInt64 = 0
        var high = limit.partialValue
        while low < high {
            let middle = high - (high - low) / 2
            let size = SealWriter.sealedSize(
                ofPlainSize: middle, recipientCount: recipientCount)
            if size <= limit.partialValue { low = middle } else { high = middle - 1 }
        }
        return low
    }
}

/// Why nothing could be packed.
package enum PouchFailure: Error, Hashable, Sendable {
    case partyUnknown(PartyID)
    /// Something that is not cut would not fit into a part.
    case partLimitTooSmall(neededBytes: Int)
    case tooManyParts
    case blobAbsent(BlobID)
}
