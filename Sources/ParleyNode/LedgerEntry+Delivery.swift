import ParleyExchange
import ParleyLog
import ParleyStatements

/// What the wire and the pouch alike carry of a statement.
extension LedgerEntry {
    /// At most this many of a statement's blobs travel inside the delivery.
    private static let inlineLimit = 8

    /// The statement with its proofs and small blobs.
    ///
    /// - Parameter place: in the log of `author`, who says it, at the size that is delivered.
    func deliveryItem(
        at place: LogPlace, by author: NodeIdentity, blobs: any BlobStore
    ) async throws -> DeliveryRequest.Item {
        var inline: [[UInt8]] = []
        for reference in try references().inline {
            inline.append(
                try await blobs.read(reference.blob, from: 0, count: Int(reference.sizeBytes)))
        }
        return DeliveryRequest.Item(
            envelope: envelope, place: place,
            cosignedProofs: cosigned(besides: author).prefix(4).map(\.text), blobs: inline)
    }

    /// The author's own proofs, those first that give the statement the earliest time.
    private func cosigned(besides author: NodeIdentity) -> [HeldProof] {
        func time(_ proof: HeldProof) -> Timestamp {
            proof.times.filter { $0.key != author.witnessSigner.key.name }.map(\.value).min()
                ?? .latest
        }
        return proofs.filter { $0.log == author.party.id }.sorted { time($0) < time($1) }
    }

    /// To whom the statement goes, where it is to several parties.
    ///
    /// - Parameter party: Nobody is told once more of what this one had receipted before.
    func addressees(receiptedBy party: PartyID) throws -> [PartyID] {
        let to = try UnverifiedStatement(parsing: envelope).header.to
        return to.count > 1 && !proofs.contains { $0.log == party } ? to : []
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
