package import ParleyLog

/// The short name of a party in its agreement: 2 to 32 of `a-z 0-9 -`, beginning with a letter.
package struct PartyID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        guard isShortName(text) else { return nil }
        self.text = text
    }

    package var description: String { text }

    package static func < (one: PartyID, other: PartyID) -> Bool { one.text < other.text }
}

/// The short name of an organ within its party; spelled like a ``PartyID``.
package struct OrganID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String

    package init?(_ text: String) {
        guard isShortName(text) else { return nil }
        self.text = text
    }

    package var description: String { text }

    package static func < (one: OrganID, other: OrganID) -> Bool { one.text < other.text }
}

private func isShortName(_ text: String) -> Bool {
    let bytes = text.utf8
    guard (2...32).contains(bytes.count), let first = bytes.first,
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first)
    else { return false }
    return bytes.allSatisfy {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
    }
}

/// One party's organ: `us/poc`.
package struct Seat: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let party: PartyID
    package let organ: OrganID

    package init(party: PartyID, organ: OrganID) {
        self.party = party
        self.organ = organ
    }

    /// Parses `party/organ`.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let party = PartyID(String(parts[0])),
            let organ = OrganID(String(parts[1]))
        else { return nil }
        self.init(party: party, organ: organ)
    }

    package var description: String { party.text + "/" + organ.text }

    package static func < (one: Seat, other: Seat) -> Bool {
        (one.party, one.organ) < (other.party, other.organ)
    }
}

/// SHA-256 of a statement's stored envelope bytes; also the entry that stands in the log.
package struct StatementID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let digest: Digest

    package init(_ digest: Digest) { self.digest = digest }

    package init?(text: String) {
        guard let digest = Digest(text: text) else { return nil }
        self.digest = digest
    }

    package var text: String { digest.text }
    package var description: String { text }

    package static func < (one: StatementID, other: StatementID) -> Bool {
        one.digest < other.digest
    }
}

/// SHA-256 of an agreement's canonical JSON.
package struct AgreementID: Hashable, Sendable, CustomStringConvertible {
    package let digest: Digest

    package init(_ digest: Digest) { self.digest = digest }

    package init?(text: String) {
        guard let digest = Digest(text: text) else { return nil }
        self.digest = digest
    }

    package var text: String { digest.text }
    package var description: String { text }
}

/// SHA-256 of a blob's stored bytes (the sealed bytes, where it is sealed).
package struct BlobID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let digest: Digest

    package init(_ digest: Digest) { self.digest = digest }

    package init?(text: String) {
        guard let digest = Digest(text: text) else { return nil }
        self.digest = digest
    }

    package var text: String { digest.text }
    package var description: String { text }

    package static func < (one: BlobID, other: BlobID) -> Bool { one.digest < other.digest }
}

/// 16 random bytes that name a thread, written as 26 characters of lower-case base 32
/// (RFC 4648 §6 alphabet, no padding; the two spare low bits are zero).
package struct ThreadID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package static let byteCount = 16

    package let bytes: [UInt8]

    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// The first sixteen bytes of a digest.
    package init(_ digest: Digest) { bytes = Array(digest.bytes.prefix(Self.byteCount)) }

    package init?(text: String) {
        guard text.utf8.count == 26, let bytes = Base32.decode(text) else { return nil }
        self.init(bytes: bytes)
    }

    package var text: String { Base32.encode(bytes) }

    package var description: String { text }

    package static func < (one: ThreadID, other: ThreadID) -> Bool {
        one.bytes.lexicographicallyPrecedes(other.bytes)
    }
}
