package import ParleyStatements

/// The blobs that verified statements name and this node does not hold yet, with their sizes.
///
/// Kept in memory: after a restart the statements are delivered again and ask again.
package actor WantedBlobs {
    /// More than this many at once are forgotten oldest first; their statements ask again.
    static let limit = 4096

    private var sizes: [BlobID: UInt64] = [:]
    private var order: [BlobID] = []

    func ask(for blob: BlobID, sizeBytes: UInt64) {
        if sizes.updateValue(sizeBytes, forKey: blob) == nil { order.append(blob) }
        if order.count > Self.limit { sizes[order.removeFirst()] = nil }
    }

    /// The size that the statement states; nil for a blob nobody asked for.
    package func size(of blob: BlobID) -> UInt64? { sizes[blob] }

    package func arrived(_ blob: BlobID) {
        sizes[blob] = nil
        order.removeAll { $0 == blob }
    }
}
