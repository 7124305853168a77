import ParleyDialogue
import ParleyLog

/// What was worked out a moment ago, so that a crowd costs no more than one reader.
///
/// One caller works a thing out while the others wait for it; what fails is tried again by the
/// next. What it holds is named by the node, never by an asker.
package actor AnswerShelf {
    /// For how long what was worked out is given out again.
    static let goodSeconds: Int64 = 10

    private var kept: [String: (value: any Sendable, at: Timestamp)] = [:]
    private var working: Set<String> = []
    private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

    package init() {}

    /// - Parameter goodSeconds: how old it may be.
    func value<Value: Sendable>(
        _ name: String, at now: Timestamp, goodSeconds: Int64 = goodSeconds,
        _ work: @Sendable () async throws -> Value
    ) async throws -> Value {
        while true {
            if let held = kept[name], let value = held.value as? Value,
                (0..<goodSeconds).contains(now.seconds(since: held.at))
            {
                return value
            }
            guard working.contains(name) else { break }
            await withCheckedContinuation { waiting[name, default: []].append($0) }
        }
        working.insert(name)
        defer {
            working.remove(name)
            for one in waiting.removeValue(forKey: name) ?? [] { one.resume() }
        }
        let value = try await work()
        // Of another day nobody asks again.
        kept = kept.filter { now.seconds(since: $0.value.at) < 86_400 }
        kept[name] = (value, now)
        return value
    }
}
