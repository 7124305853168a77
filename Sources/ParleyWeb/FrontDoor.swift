import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import Synchronization

/// Between the network and the desk: says who asks, how often they may, and writes down what was
/// done. The API and the pages come in by it, and there is no other way.
struct FrontDoor: Sendable {
    let desk: Desk
    private let events: EventKeeper
    private let clock: any WallClock
    private let strangers: RateLimit
    private let callers: RateLimit
    private let looked = Looked()

    init(
        desk: Desk, events: EventKeeper, clock: any WallClock, requestsPerSecond: Int
    ) {
        self.desk = desk
        self.events = events
        self.clock = clock
        strangers = RateLimit(
            perSecond: Int64(max(1, requestsPerSecond / 50)),
            burst: Int64(max(60, requestsPerSecond / 10)))
        callers = RateLimit(
            perSecond: Int64(requestsPerSecond), burst: Int64(requestsPerSecond) * 4)
    }

    /// Who holds a secret.
    ///
    /// - Parameter operation: what they ask for; nil for a page, which anybody may ask for.
    /// - Throws: ``Problem`` where nobody holds it, or where somebody asks too often.
    func caller(
        with secret: Secret?, for operation: Operation?, at place: String
    ) async throws -> Caller {
        let now = clock.now()
        guard let secret else {
            try Self.limit(strangers, "place " + place, now)
            return .nobody
        }
        guard
            let caller = try await desk.accounts.caller(
                with: secret.text, under: desk.agreement)
        else {
            try Self.limit(strangers, "place " + place, now)
            // A browser sends the cookie of a session that is over when its user signs in again.
            if operation?.access ?? .anybody == .anybody, secret.kind == .session { return .nobody }
            throw Problem.signInNeeded
        }
        try Self.limit(callers, caller.account?.text ?? "", now)
        return caller
    }

    private static func limit(
        _ rate: RateLimit, _ asker: String, _ now: Timestamp
    ) throws(Problem) {
        guard rate.allows(asker, at: now) else { throw .tooOften }
    }

    /// Answers several things at once, each checked on its own. What they leave in the trail is
    /// durable, in one commit, before anything is returned.
    ///
    /// - Throws: what could not be found out; a refusal is an answer.
    func answers(
        _ asks: [(Operation, Result<Ask, Problem>)], to caller: Caller
    ) async throws -> [Result<Answer, Problem>] {
        var answers: [Result<Answer, Problem>] = []
        var events: [TrailEvent] = []
        for (operation, ask) in asks {
            let answer = try await answer(operation, ask, to: caller)
            answers.append(answer)
            let asked = (try? ask.get())?.object ?? ""
            switch answer {
            case .success(let answer):
                events += event(operation, caller, answer.object ?? asked, "done")
            case .failure(let problem):
                events += event(operation, caller, asked, problem.reason)
            }
        }
        try await record(events)
        return answers
    }

    /// Whether somebody may ask for something at all.
    static func check(_ operation: Operation, for caller: Caller) throws(Problem) {
        guard !operation.isAllowed(to: caller) else { return }
        if caller.means == .nothing { throw .signInNeeded }
        throw caller.lacksFactor ? .factorNeeded : .notAllowed
    }

    private func answer(
        _ operation: Operation, _ ask: Result<Ask, Problem>, to caller: Caller
    ) async throws -> Result<Answer, Problem> {
        do {
            try Self.check(operation, for: caller)
            return .success(try await desk.answer(operation, try ask.get()))
        } catch let problem as Problem {
            return .failure(problem)
        }
    }

    /// Durable before anybody hears the answer; where it cannot be written, nobody does.
    func trail(
        _ operation: Operation, _ caller: Caller, _ object: String, _ outcome: String
    ) async throws {
        try await record(event(operation, caller, object, outcome))
    }

    private func record(_ events: [TrailEvent]) async throws {
        if events.isEmpty { return }
        try await desk.accounts.store.record(events)
        self.events.stir()
    }

    /// What stands in the trail of it; nothing, where enough does already.
    private func event(
        _ operation: Operation, _ caller: Caller, _ object: String, _ outcome: String
    ) -> [TrailEvent] {
        let now = clock.now()
        switch operation.trailing {
        case .nothing: return []
        case .aMinute:
            guard
                outcome != "done"
                    || looked.isNew("\(caller.account?.text ?? "") \(operation.id)", at: now)
            else { return [] }
        case .always: break
        }
        if caller.means == .nothing {
            // Each refused one would let anybody fill the disk. A wrong password has cost its
            // hashing, and there is a wait on it; of the rest, once a minute tells enough.
            guard operation.access == .anybody else { return [] }
            guard
                ["done", "sign-in-refused", "code-needed"].contains(outcome)
                    || looked.isNew("nobody \(operation.id) \(outcome)", at: now)
            else { return [] }
        }
        return [
            TrailEvent(
                at: now, caller: caller, operation: operation.id,
                object: String(object.prefix(128)), outcome: outcome)
        ]
    }
}

/// Who has looked at what in the last minute.
private final class Looked: Sendable {
    private static let most = 10_000
    private let last = Mutex<[String: Timestamp]>([:])

    func isNew(_ key: String, at now: Timestamp) -> Bool {
        last.withLock { last in
            if let before = last[key], now.seconds(since: before) < 60 { return false }
            if last.count >= Self.most { last.removeAll() }
            last[key] = now
            return true
        }
    }
}
