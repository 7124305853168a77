import ParleyExchange
import ParleyLog
import ParleyStatements

/// What the wire and the pouch alike carry of a statement.
extension LedgerEntry {
    /// At most this many of a statement's blobs travel inside the delivery.
    private static let inlineLimit = 8

    /// The statement with its proofs and small blobs.
    ///
    /// - Parameter place: in the log of `party`, who says it, at the size that is delivered.
    func deliveryItem(
        at place: LogPlace, by party: PartyID, blobs: any BlobStore
    ) async throws -> DeliveryRequest.Item {
        var inline: [[UInt8]] = []
        for reference in try references().inline {
            inline.append(
                try await blobs.read(reference.blob, from: 0, count: Int(reference.sizeBytes)))
        }
        return DeliveryRequest.Item(
            envelope: envelope, place: place,
            cosignedProofs: proofs.filter { $0.log == party }.prefix(4).map(\.text), blobs: inline)
    }

    /// The blobs that travel inside the delivery, and those that travel by themselves.
    func references() throws -> (inline: [BlobReference], apart: [BlobReference]) {
        let references = try UnverifiedStatement(parsing: envelope).header.references
        let isSmall = { (reference: BlobReference) in
            reference.sizeBytes <= UInt64(DeliveryLimits.inlineBlobBytes)
        }
        let first = references.prefix(Self.inlineLimit)
        return (
            first.filter(isSmall),
            first.filter { !isSmall($0) } + references.dropFirst(Self.inlineLimit)
        )
    }

    /// The receipt that this node gave for a peer's statement, and the author's proof that it
    /// stored then.
    func answer(
        by identity: NodeIdentity
    ) throws -> (receipt: HeldProof, authorProof: HeldProof)? {
        let author = try UnverifiedStatement(parsing: envelope).header.from.party
        guard let receipt = proofs.first(where: { $0.log == identity.party.id }),
            let authorProof = proofs.first(where: {
                $0.log == author && $0.times[identity.witnessSigner.key.name] != nil
            })
        else { return nil }
        return (receipt, authorProof)
    }
}
