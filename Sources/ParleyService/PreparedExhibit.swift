import ParleyLog
package import ParleyStatements

/// A sealed exhibit that lies in the home, ready to be named by a statement.
package struct PreparedExhibit: Hashable, Sendable {
    package let reference: BlobReference
    package let described: StatementBody.Exhibit
    /// The parties that can open it, beside the home's own; nil where that was not kept.
    package let to: Set<PartyID>?

    package init(
        reference: BlobReference, described: StatementBody.Exhibit, to: Set<PartyID>?
    ) {
        self.reference = reference
        self.described = described
        self.to = to
    }

    package var json: JSONObject {
        var json: JSONObject = [
            "exhibit": .string(reference.blob.text),
            "sealedSizeBytes": .integer(Int64(clamping: reference.sizeBytes)),
            "mediaType": .string(reference.mediaType), "name": .string(described.name.text),
            "sizeBytes": .integer(Int64(clamping: described.sizeBytes)),
            "digest": .string(described.digest.text),
        ]
        if let to {
            json = json.adding(["to": .array(to.sorted().map { .string($0.text) })])
        }
        return json
    }
}

package enum ExhibitRefusal: Error, Hashable, Sendable {
    case unknown(BlobID)
    case tooLong(ExhibitName, limitBytes: UInt64)
    case sealedOtherwise(ExhibitName, missing: PartyID)

    package var reason: String {
        switch self {
        case .unknown: "exhibit-unknown"
        case .tooLong: "exhibit-too-long"
        case .sealedOtherwise: "exhibit-sealed-otherwise"
        }
    }

    package var explanation: String {
        switch self {
        case .unknown(let blob): "\(blob) is no exhibit prepared in this home"
        case .tooLong(let name, let limitBytes):
            "\(name.text) is larger than the agreement allows (\(limitBytes) sealed bytes)"
        case .sealedOtherwise(let name, let missing):
            "\(name.text) was sealed without \(missing), who is told and could not open it"
        }
    }

    package var hint: String {
        switch self {
        case .unknown: "seal it first: parley attach FILE --to PARTY"
        case .tooLong: "split it, or agree on another limit"
        case .sealedOtherwise: "seal it again to everybody who is told"
        }
    }
}

/// Seals exhibits in pieces, and keeps what they are until a statement names them.
package protocol ExhibitRoom: Sendable {
    /// Durable when it returns.
    ///
    /// - Parameter feed: gives all plain bytes in order.
    /// - Throws: ``ExhibitRefusal/tooLong(_:limitBytes:)``, or what `feed` throws.
    func prepare(
        _ name: ExhibitName, mediaType: String, seal: ExhibitSeal,
        feed: (_ take: ([UInt8]) throws -> Void) async throws -> Void
    ) async throws -> PreparedExhibit
    /// - Throws: ``ExhibitRefusal/unknown(_:)``.
    func exhibit(_ blob: BlobID) throws -> PreparedExhibit
}

/// For whom an exhibit is sealed, and how large it may become.
package struct ExhibitSeal: Sendable {
    package let agreement: AgreementID
    package let parties: [PartyID]
    /// Of every organ of those parties, and of this home's own.
    package let recipients: [SealingPublicKey]
    /// Of sealed bytes.
    package let limitBytes: UInt64

    package init(
        agreement: AgreementID, parties: [PartyID], recipients: [SealingPublicKey],
        limitBytes: UInt64
    ) {
        self.agreement = agreement
        self.parties = parties
        self.recipients = recipients
        self.limitBytes = limitBytes
    }
}

extension PreparedExhibit {
    /// Whether everybody who is told can open it.
    ///
    /// - Throws: ``ExhibitRefusal/sealedOtherwise(_:missing:)``.
    package func check(isFor parties: [PartyID]) throws(ExhibitRefusal) {
        guard let to, let missing = parties.first(where: { !to.contains($0) }) else { return }
        throw .sealedOtherwise(described.name, missing: missing)
    }
}
