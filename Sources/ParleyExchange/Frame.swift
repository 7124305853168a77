/// One piece of a delivery on the wire: a kind byte, a big-endian 32-bit length, that many bytes.
///
/// - SeeAlso: `Spec/exchange.md` §3.
package struct Frame: Hashable, Sendable {
    package enum Kind: UInt8, Hashable, Sendable {
        case checkpoint = 0x43  // C
        case knownSize = 0x4b  // K
        case statement = 0x53  // S
        case inclusion = 0x49  // I
        case cosignedProof = 0x50  // P
        case blob = 0x42  // B
        case cosignature = 0x57  // W
        case receipt = 0x52  // R
        case receiptText = 0x54  // T
        case blobsMissing = 0x4d  // M
        case refusal = 0x58  // X
    }

    package let kind: Kind
    package let bytes: ArraySlice<UInt8>
}

/// Why a delivery's bytes could not be taken apart.
package enum FrameRefusal: Error, Hashable, Sendable {
    case deliveryTooLong(limitBytes: Int)
    case frameTruncated(offsetBytes: Int)
    case kindUnknown(UInt8)
    case frameTooLong(kind: Frame.Kind, sizeBytes: Int, limitBytes: Int)
    case orderWrong(kind: Frame.Kind)
    case frameMissing(kind: Frame.Kind)
    case contentMalformed(kind: Frame.Kind)
    case tooManyStatements(limit: Int)

    package var reason: String {
        switch self {
        case .deliveryTooLong: "delivery-too-long"
        case .frameTruncated: "frame-truncated"
        case .kindUnknown: "frame-kind-unknown"
        case .frameTooLong: "frame-too-long"
        case .orderWrong: "frame-order-wrong"
        case .frameMissing: "frame-missing"
        case .contentMalformed: "frame-content-malformed"
        case .tooManyStatements: "too-many-statements"
        }
    }

    package var explanation: String {
        switch self {
        case .deliveryTooLong(let limit): "a delivery may have \(limit) bytes"
        case .frameTruncated(let offset): "the frame at byte \(offset) is cut short"
        case .kindUnknown(let kind): "no frame has the kind \(kind)"
        case .frameTooLong(let kind, let size, let limit):
            "a \(kind) frame is \(size) bytes; it may have \(limit)"
        case .orderWrong(let kind): "a \(kind) frame stands where it may not"
        case .frameMissing(let kind): "a \(kind) frame is missing"
        case .contentMalformed(let kind): "the content of a \(kind) frame is malformed"
        case .tooManyStatements(let limit): "a delivery may hold \(limit) statements"
        }
    }
}

extension Frame.Kind {
    /// The most bytes a frame of this kind may hold.
    package var limitBytes: Int {
        switch self {
        case .checkpoint, .cosignedProof, .receiptText: 64 * 1024
        case .knownSize: 20
        case .statement, .refusal: 64 * 1024
        case .inclusion, .receipt: 8 + 63 * 32
        case .blob: DeliveryLimits.inlineBlobBytes
        case .cosignature: 4096
        case .blobsMissing: 65 * 32
        }
    }
}

/// Writes frames one after another.
struct FrameWriter {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ kind: Frame.Kind, _ content: some Collection<UInt8>) {
        precondition(content.count <= kind.limitBytes, "our own frames keep the limits we state")
        let size = UInt32(content.count)
        bytes.append(kind.rawValue)
        for shift in [24, 16, 8, 0] {
            bytes.append(UInt8(truncatingIfNeeded: size >> UInt32(shift)))
        }
        bytes.append(contentsOf: content)
    }
}

/// Takes frames off a delivery's bytes, each within its limit, nothing left over.
struct FrameReader {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { offset == bytes.count }

    /// The kind of the next frame, without taking it; nil at the end or for an unknown kind.
    var nextKind: Frame.Kind? { isAtEnd ? nil : Frame.Kind(rawValue: bytes[offset]) }

    mutating func next() throws(FrameRefusal) -> Frame {
        guard bytes.count - offset >= 5 else {
            throw .frameTruncated(offsetBytes: offset)
        }
        guard let kind = Frame.Kind(rawValue: bytes[offset]) else {
            throw .kindUnknown(bytes[offset])
        }
        let size = bytes[(offset + 1)..<(offset + 5)].reduce(0) { $0 << 8 | Int($1) }
        // SPEC exchange §3: A node MUST refuse a frame longer than the limit of its kind.
        guard size <= kind.limitBytes else {
            throw .frameTooLong(kind: kind, sizeBytes: size, limitBytes: kind.limitBytes)
        }
        guard bytes.count - offset - 5 >= size else {
            throw .frameTruncated(offsetBytes: offset)
        }
        let content = bytes[(offset + 5)..<(offset + 5 + size)]
        offset += 5 + size
        return Frame(kind: kind, bytes: content)
    }

    mutating func next(_ kind: Frame.Kind) throws(FrameRefusal) -> ArraySlice<UInt8> {
        guard !isAtEnd else { throw .frameMissing(kind: kind) }
        let frame = try next()
        guard frame.kind == kind else { throw .orderWrong(kind: frame.kind) }
        return frame.bytes
    }
}
