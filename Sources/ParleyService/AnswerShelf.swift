import ParleyDialogue
import ParleyLog

/// What was worked out a moment ago, so that a crowd costs no more than one reader.
///
/// One caller works a thing out while the others wait for it; what fails is tried again by the
/// next. What it holds is named by the node, never by an asker.
package actor AnswerShelf {
    /// For how long what was worked out is given out again.
    static let goodSeconds: Int64 = 10

    private var kept: [String: (value: any Sendable, at: Timestamp, until: Timestamp)] = [:]
    private var working: Set<String> = []
    private var waiting: [String: [CheckedContinuation<Void, Never>]] = [:]

    package init() {}

    /// How many things are kept.
    var count: Int { kept.count }

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
        // What is old is given to nobody, and there is no end to what may be asked.
        kept = kept.filter { now < $0.value.until }
        kept[name] = (value, now, now.adding(seconds: goodSeconds))
        return value
    }
}
