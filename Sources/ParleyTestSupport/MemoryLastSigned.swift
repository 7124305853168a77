package import ParleyNode
import Synchronization

/// What was signed last, in memory; stays when a node of the test is started again.
package final class MemoryLastSigned: LastSigned {
    private let state: Mutex<SignedState?>

    package init(_ state: SignedState? = nil) { self.state = Mutex(state) }

    package func load() async throws -> SignedState? { state.withLock { $0 } }

    package func replace(_ old: SignedState?, with new: SignedState) async throws {
        try state.withLock { state in
            guard state == old else {
                throw TestSupportFault(words: "somebody else has signed in between")
            }
            state = new
        }
    }
}
