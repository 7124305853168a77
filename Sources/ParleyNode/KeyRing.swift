package import ParleyLog
package import ParleyStatements
import Synchronization

/// The private keys of the organs that this node speaks for, held while the process lives or, where
/// the node's policy says so, from when somebody unlocks them until their shift is over.
///
/// What was held is let go of: the last reference gone, the cryptographic library overwrites it.
package final class KeyRing: Sendable {
    package struct OrganKeys: Sendable {
        /// The one that `parley init` made first.
        package let signing: [SigningKeyPair]
        /// Nil where nothing that is sealed is opened.
        package let sealing: SealingPrivateKey?

        package init(signing: [SigningKeyPair], sealing: SealingPrivateKey?) {
            self.signing = signing
            self.sealing = sealing
        }
    }

    private struct Held {
        let keys: OrganKeys
        /// Nil for as long as the process lives.
        let until: Timestamp?

        func isGood(at now: Timestamp) -> Bool { until.map { now < $0 } ?? true }
    }

    /// The node's own first.
    package let organs: [OrganID]
    private let held: Mutex<[OrganID: Held]>

    /// Holds them for as long as the process lives.
    package init(holding keys: [(organ: OrganID, keys: OrganKeys)]) {
        organs = keys.map(\.organ)
        held = Mutex(
            Dictionary(keys.map { ($0.organ, Held(keys: $0.keys, until: nil)) }) { $1 })
    }

    /// Holds nothing yet.
    package init(locked organs: [OrganID]) {
        self.organs = organs
        held = Mutex([:])
    }

    /// Nil while they are locked.
    package func keys(of organ: OrganID, at now: Timestamp) -> OrganKeys? {
        held.withLock { held in
            guard let one = held[organ], one.isGood(at: now) else { return nil }
            return one.keys
        }
    }

    /// Until when they are unlocked; nil while they are locked, and where they never are.
    package func until(of organ: OrganID, at now: Timestamp) -> Timestamp? {
        held.withLock { $0[organ]?.until.flatMap { now < $0 ? $0 : nil } }
    }

    /// The first organ's sealing key that is held: what is said in an agreement is sealed to every
    /// organ of a party, so that any of them opens it.
    package func sealing(at now: Timestamp) -> SealingPrivateKey? {
        organs.lazy.compactMap { self.keys(of: $0, at: now)?.sealing }.first
    }

    package func unlock(_ organ: OrganID, _ keys: OrganKeys, until: Timestamp) {
        precondition(organs.contains(organ), "an organ of this node")
        held.withLock { $0[organ] = Held(keys: keys, until: until) }
    }

    package func lock(_ organ: OrganID) { held.withLock { $0[organ] = nil } }

    /// Lets go of what nobody may use any more.
    package func wipe(at now: Timestamp) {
        held.withLock { held in held = held.filter { $0.value.isGood(at: now) } }
    }
}
