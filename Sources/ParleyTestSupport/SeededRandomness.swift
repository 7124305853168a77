import ParleyExample
import ParleyNode
import Synchronization

/// Choices from a seed, so that a seed that failed can be run again. They are made as the standard
/// library makes them: seeds are kept in tests, so how must not change.
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var numbers: SplitMix64

    package init(seed: UInt64) { numbers = SplitMix64(seed: seed) }

    package mutating func next() -> UInt64 { numbers.next() }

    package mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &self) < percent
    }

    package mutating func place(below count: Int) -> Int {
        Int.random(in: 0..<count, using: &self)
    }

    package mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.randomElement(using: &self)
    }

    package mutating func bytes(count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}

/// The same for a node's port.
package final class SeededRandomness: Randomness {
    private let generator: Mutex<SeededGenerator>

    package init(seed: UInt64) { generator = Mutex(SeededGenerator(seed: seed)) }

    package func bytes(count: Int) -> [UInt8] {
        generator.withLock { $0.bytes(count: count) }
    }
}
