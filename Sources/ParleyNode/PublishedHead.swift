package import ParleyLog
import Synchronization

/// The latest published checkpoint of a node's own log, shown by its writer once it is durable.
///
/// A lock and not the writer's actor: readers come by the thousand, and must neither wait for a
/// commit nor hold one up.
package final class PublishedHead: Sendable {
    private struct Shown: Sendable {
        var note: [UInt8]?
        var size = TreeSize(0)
    }

    private let shown = Mutex(Shown())

    init() {}

    /// The latest signed note as it may be published; nil before the first.
    package var note: [UInt8]? { shown.withLock { $0.note } }

    /// How many entries it covers.
    package var size: TreeSize { shown.withLock { $0.size } }

    func show(note: [UInt8]?, size: TreeSize) {
        shown.withLock { $0 = Shown(note: note, size: size) }
    }
}
