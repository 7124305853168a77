package import ParleyLog
package import ParleyNode
package import ParleyStatements
import Synchronization

/// A witness of no party, in this process; it can be away, or wrong in one way or another.
package final class TestWitness: WitnessTransport {
    package enum Mood: Hashable, Sendable {
        case fine
        case away
        /// Signs with a key that nobody has agreed to.
        case wrongKey
        /// Says that it has cosigned more than there is.
        case ahead
        case clockOff(seconds: Int64)
    }

    private struct State {
        var mood = Mood.fine
        var known: VerifiedCheckpoint?
        var askedCount = 0
    }

    package let agreed: OutsideWitness
    private let signer: NoteSigner
    private let stranger: NoteSigner
    private let clock: any WallClock
    private let logKey: NoteKey
    private let state = Mutex(State())

    /// - Parameter logKey: of the one log that it follows.
    package init(logKey: NoteKey, clock: any WallClock) throws {
        signer = try Self.signer("witness")
        stranger = try Self.signer("stranger")
        agreed = OutsideWitness(key: signer.key.text, url: "https://witness.example.net")
        self.logKey = logKey
        self.clock = clock
    }

    /// What an agreement lists for the witness of the tests.
    package static func listed() throws -> OutsideWitness {
        OutsideWitness(
            key: try signer("witness").key.text, url: "https://witness.example.net")
    }

    private static func signer(_ seed: String) throws -> NoteSigner {
        try NoteSigner(
            name: "witness.example.net", seed: Digest(hashing: Array(seed.utf8)).bytes,
            type: .cosigner)
    }

    package var name: String { signer.key.name }
    package var askedCount: Int { state.withLock(\.askedCount) }
    package func set(_ mood: Mood) { state.withLock { $0.mood = mood } }

    package func addCheckpoint(
        _ body: [UInt8], at witness: OutsideWitness
    ) async throws -> WitnessReply {
        let now = clock.now()
        return try state.withLock { state in
            state.askedCount += 1
            if state.mood == .away { throw TestSupportFault(words: "the witness is away") }
            if state.mood == .ahead { return .conflict(known: TreeSize(1_000_000)) }
            let request = try AddCheckpointRequest(parsing: body, logKey: logKey)
            switch WitnessDecision.decide(stored: state.known, request: request) {
            case .conflict(let known): return .conflict(known: known)
            case .refused(let refusal): return .refused(status: refusal.status)
            case .cosign(let checkpoint):
                state.known = checkpoint
                var time = now
                if case .clockOff(let seconds) = state.mood { time = now.adding(seconds: seconds) }
                let key = state.mood == .wrongKey ? stranger : signer
                return .cosigned(
                    Array(
                        try key.cosignatureLine(over: checkpoint.checkpoint, at: time).utf8))
            }
        }
    }
}
