import ParleyLog
package import ParleyNode
import ParleyStatements

/// 16 random bytes that name something of the desk's own, written as a thread's id is.
package struct DeskID<Named>: Hashable, Sendable, CustomStringConvertible {
    package let bytes: [UInt8]

    package init(randomness: any Randomness) { bytes = randomness.bytes(count: 16) }

    package init?(text: String) {
        guard let bytes = Base32.decode(text), bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    package var description: String { Base32.encode(bytes) }
}

package typealias DraftID = DeskID<Draft>
package typealias FileID = DeskID<DeskFile>
