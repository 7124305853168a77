package import ParleyExchange
package import ParleyNode
import ParleyStatements
import Synchronization

/// A part of a pouch in memory.
package struct MemoryPouchPart: PouchPart {
    package let name: String
    package let bytes: [UInt8]

    package init(_ bytes: [UInt8], name: String = "part") {
        self.bytes = bytes
        self.name = name
    }

    package func read(from offset: UInt64, count: Int) async throws -> [UInt8] {
        Array(bytes.dropFirst(Int(offset)).prefix(count))
    }
}

/// Collects the parts of a pouch.
package final class MemoryPouchBox: PouchBox {
    private let state = Mutex<(sealed: [[UInt8]], parts: [[UInt8]])>(([], []))

    package init() {}

    /// The parts with their labels; none before the pouch is closed.
    package var parts: [[UInt8]] { state.withLock { $0.parts } }

    package func beginPart() async throws { state.withLock { $0.sealed.append([]) } }

    package func append(_ sealed: [UInt8]) async throws {
        state.withLock { state in
            let last = state.sealed.count - 1
            state.sealed[last] += sealed
        }
    }

    package func close(labels: [PouchLabel]) async throws {
        state.withLock { state in
            state.parts = zip(labels, state.sealed).map { $0.bytes + $1 }
        }
    }

    package func discard() async { state.withLock { $0 = ([], []) } }
}

/// What a home remembers of opened pouches, in memory.
package final class MemoryPouchShelf: PouchShelf {
    private struct Shelved {
        let manifest: [UInt8]
        var finished: Set<Int> = []
        var kept: [Int: [UInt8]] = [:]
        var owed: [String: [OwedAnswer]] = [:]
    }

    private let state = Mutex<[PouchID: Shelved]>([:])

    package init() {}

    /// How many parts are kept.
    package var keptCount: Int { state.withLock { $0.values.reduce(0) { $0 + $1.kept.count } } }

    package func pouches() async throws -> [ShelvedPouch] {
        state.withLock { pouches in
            pouches.sorted { $0.key < $1.key }.map {
                ShelvedPouch(id: $0, manifest: $1.manifest, finished: $1.finished)
            }
        }
    }

    package func begin(_ id: PouchID, manifest: [UInt8]) async throws {
        state.withLock { $0[id] = $0[id] ?? Shelved(manifest: manifest) }
    }

    package func finish(part number: Int, of id: PouchID) async throws {
        state.withLock { pouches in
            _ = pouches[id]?.finished.insert(number)
            pouches[id]?.kept[number] = nil
        }
    }

    package func keep(_ part: any PouchPart, number: Int, of id: PouchID) async throws {
        let bytes = try await part.read(from: 0, count: .max)
        state.withLock { $0[id]?.kept[number] = bytes }
    }

    package func kept(of id: PouchID) async throws -> [Int: any PouchPart] {
        state.withLock { $0[id]?.kept ?? [:] }.mapValues { MemoryPouchPart($0, name: "kept") }
    }

    package func owe(
        _ answers: [OwedAnswer], of id: PouchID, part number: Int, delivery: Int
    ) async throws {
        state.withLock { $0[id]?.owed["\(number) \(delivery)"] = answers }
    }

    package func owed(of id: PouchID) async throws -> [OwedAnswer] {
        state.withLock { pouches in
            (pouches[id]?.owed ?? [:]).sorted { $0.key < $1.key }.flatMap(\.value)
        }
    }

    package func clear(_ id: PouchID) async throws {
        state.withLock { pouches in
            pouches[id]?.kept = [:]
            pouches[id]?.owed = [:]
        }
    }
}
