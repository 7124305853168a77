package import ParleyLog
package import ParleyStatements

/// What stands before the sealed bytes of each part, and can be read by whoever holds it.
///
/// Layout, 65,536 bytes: `parley-pouch/1` and a line feed, the part's number from 1 (UInt16,
/// big-endian), the length of the manifest's envelope (UInt32, big-endian), the envelope, zeros. It
/// has a fixed size so that it can be written last, when the digests that it names are known.
///
/// - SeeAlso: `Spec/pouch.md` §2.
package struct PouchLabel: Hashable, Sendable {
    package static let sizeBytes = 65_536
    static let magic = Array("parley-pouch/1\n".utf8)
    static let envelopeLimitBytes = sizeBytes - magic.count - 6

    package let number: Int
    package let envelope: [UInt8]

    package init(number: Int, envelope: [UInt8]) {
        precondition(
            (1...PouchManifest.partLimit).contains(number)
                && envelope.count <= Self.envelopeLimitBytes, "our own labels keep their limits")
        self.number = number
        self.envelope = envelope
    }

    package var bytes: [UInt8] {
        let head =
            Self.magic + bigEndian(UInt64(number), byteCount: 2)
            + bigEndian(UInt64(envelope.count), byteCount: 4) + envelope
        return head + Array(repeating: 0, count: Self.sizeBytes - head.count)
    }

    package init(parsing bytes: [UInt8]) throws(PouchRefusal) {
        // SPEC pouch §2: A reader MUST refuse a part that does not begin with the line
        // `parley-pouch/1`.
        guard bytes.starts(with: Self.magic) else { throw .formatUnknown }
        guard bytes.count == Self.sizeBytes else {
            throw .labelTruncated(sizeBytes: bytes.count)
        }
        let rest = bytes.dropFirst(Self.magic.count)
        let place = Int(ParleyExchange.number(bigEndian: rest.prefix(2)))
        let size = Int(ParleyExchange.number(bigEndian: rest.dropFirst(2).prefix(4)))
        // SPEC pouch §2: A reader MUST refuse a label in which the bytes behind the manifest are
        // not all zero.
        guard size <= Self.envelopeLimitBytes,
            rest.dropFirst(6 + size).allSatisfy({ $0 == 0 })
        else { throw .labelMalformed }
        number = place
        envelope = Array(rest.dropFirst(6).prefix(size))
    }

    /// The manifest, checked for this node, and what it says of this part.
    package func checked(
        for party: PartyID, verifier: StatementVerifier, at now: Timestamp
    ) throws(PouchRefusal) -> (PouchManifest, PouchManifest.Part) {
        let manifest = try PouchManifest(
            checking: envelope, for: party, verifier: verifier, at: now)
        // SPEC pouch §2: A reader MUST refuse a part whose number is not one of the parts that its
        // manifest lists.
        guard manifest.parts.indices.contains(number - 1) else {
            throw .partNumberWrong(number: number, count: manifest.parts.count)
        }
        return (manifest, manifest.parts[number - 1])
    }
}

extension PouchManifest.Part {
    /// Holds the sealed bytes of a part against the manifest.
    package func check(_ found: RunningDigest, number: Int) throws(PouchRefusal) {
        // SPEC pouch §2: A reader MUST refuse a part whose sealed bytes have not the size and the
        // digest that the manifest states, before it opens them.
        guard found.sizeBytes >= sizeBytes else {
            throw .partTruncated(
                number: number, sizeBytes: found.sizeBytes, statedBytes: sizeBytes)
        }
        guard found.sizeBytes == sizeBytes else {
            throw .partTooLong(number: number, statedBytes: sizeBytes)
        }
        guard found.digest == digest else { throw .partAltered(number: number) }
    }
}

/// `number` as `byteCount` bytes, most significant first.
func bigEndian(_ number: UInt64, byteCount: Int) -> [UInt8] {
    (0..<byteCount).reversed().map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
}

func number(bigEndian bytes: some Sequence<UInt8>) -> UInt64 {
    bytes.reduce(0) { $0 << 8 | UInt64($1) }
}
