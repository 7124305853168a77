import ParleyLog
import ParleyStatements

@testable import ParleyExchange

/// The parsers of ParleyExchange.
enum ExchangeChecks {
    static func request(_ bytes: [UInt8]) {
        guard let request = try? DeliveryRequest(parsing: bytes) else { return }
        expect(request.wireBytes == bytes, "a delivery is written as it was read")
    }

    static func response(_ bytes: [UInt8]) {
        guard let response = try? DeliveryResponse(parsing: bytes) else { return }
        expect(response.wireBytes == bytes, "an answer is written as it was read")
    }

    static func export(_ bytes: [UInt8]) {
        guard let export = try? ThreadExport(parsing: bytes) else { return }
        expect(export.fileBytes == bytes, "an export is written as it was read")
    }

    static func fork(_ bytes: [UInt8]) {
        guard let proof = try? ForkProof(checking: bytes) else { return }
        expect(proof.fileBytes == bytes, "a proof of a fork is written as it was read")
        expect((try? proof.checkpoints()) != nil, "a proof of a fork names two checkpoints")
    }

    /// The input is a label without the zeros behind it.
    static func pouchLabel(_ bytes: [UInt8]) {
        _ = try? PouchLabel(parsing: bytes)
        guard bytes.count <= PouchLabel.sizeBytes else { return }
        let zeros = [UInt8](repeating: 0, count: PouchLabel.sizeBytes - bytes.count)
        guard let label = try? PouchLabel(parsing: bytes + zeros) else { return }
        expect(label.bytes == bytes + zeros, "a label is written as it was read")
    }

    /// The input is a manifest's payload.
    static func manifest(_ payload: [UInt8]) {
        guard
            let manifest = try? PouchManifest(
                recorded: wrapped(payload, PouchManifest.payloadType))
        else { return }
        let signed = known { try manifest.signed(with: keyPair) }
        expect(
            Self.payload(of: signed, PouchManifest.payloadType) == payload,
            "a manifest is written as it was read")
    }

    /// The input is a refusal's payload.
    static func refusal(_ payload: [UInt8]) {
        guard let refusal = try? Refusal(recorded: wrapped(payload, Refusal.payloadType)) else {
            return
        }
        let signed = known { try refusal.signed(with: keyPair) }
        expect(
            Self.payload(of: signed, Refusal.payloadType) == payload,
            "a refusal is written as it was read")
    }

    /// The first byte says how the rest is cut into pieces; cutting must not matter.
    static func pouch(_ bytes: [UInt8]) {
        let contents = Array(bytes.dropFirst())
        let whole = events(contents, pieceBytes: max(1, contents.count))
        let cut = events(contents, pieceBytes: 1 + Int(bytes.first ?? 0))
        expect(whole.refusal == cut.refusal, "a part is refused alike in any pieces")
        guard whole.refusal == nil else { return }
        expect(whole.events == cut.events, "a part says the same in any pieces")
        expect(whole.events.flatMap(frames) == contents, "a part is written as it was read")
    }

    private static func events(
        _ bytes: [UInt8], pieceBytes: Int
    ) -> (events: [PouchEvent], refusal: PouchRefusal?) {
        var reader = PouchReader()
        var events: [PouchEvent] = []
        do throws(PouchRefusal) {
            for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
                let piece = Array(bytes[start..<min(start + pieceBytes, bytes.count)])
                events += try reader.take(piece)
            }
            try reader.finish()
        } catch {
            return ([], error)
        }
        return (events, nil)
    }

    private static func frames(_ event: PouchEvent) -> [UInt8] {
        switch event {
        case .growth(let growth): growth.frame
        case .leafHashes(let hashes): PouchFrame.bytes(.leafHashes, hashes.flatMap(\.bytes))
        case .answer(let answer): answer.frames
        case .guide(let bytes): PouchFrame.bytes(.guide, bytes)
        case .piece(let piece): piece.frame
        case .data(let bytes, _): PouchFrame.bytes(.data, bytes)
        case .delivery(let bytes): PouchFrame.bytes(.delivery, bytes)
        }
    }

    private static let keyPair = known { try SigningKeyPair(ed25519Seed: LogChecks.seed) }

    /// An envelope around the payload with a signature that nobody checks here.
    private static func wrapped(_ payload: [UInt8], _ type: String) -> [UInt8] {
        let signature = Envelope.Signature(
            keyID: keyPair.publicKeys.keyIDs[0], bytes: [UInt8](repeating: 0, count: 64))
        return known {
            try Envelope(payloadType: type, payload: payload, signatures: [signature]).storedBytes
        }
    }

    private static func payload(of envelope: [UInt8], _ type: String) -> [UInt8]? {
        let limits = Envelope.Limits(
            payloadSizeBytes: 1 << 20, envelopeSizeBytes: 1 << 21, signatureCount: 2)
        return try? Envelope(parsing: envelope, payloadType: type, limits: limits).payload
    }
}
