package import ParleyLog
import ParleyStatements
import Synchronization

/// What a caller names one request by, so that it is done once however often it is sent
/// (draft-ietf-httpapi-idempotency-key-header): 1 to 128 visible ASCII characters.
package struct RepeatKey: Hashable, Sendable {
    package static let header = "Idempotency-Key"
    package static let limitBytes = 128
    package static let keptSeconds: Int64 = 24 * 3600
    /// Of one account, kept at once.
    package static let mostKeys = 10_000
    /// Of one account's answers, kept at once.
    package static let mostBytes = 64 * 1024 * 1024

    package let account: AccountName
    /// Of the key's text: what is kept has one length, whatever was sent.
    package let digest: Digest
    /// Of the operation and all that it was given.
    package let request: Digest

    /// - Throws: `idempotency-key-malformed`.
    package init(
        _ text: String, account: AccountName, operation: Operation, _ ask: Ask
    ) throws(Problem) {
        guard (1...Self.limitBytes).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw Problem(
                status: 400, reason: "idempotency-key-malformed",
                detail: "a key is 1 to \(Self.limitBytes) visible ASCII characters")
        }
        self.account = account
        digest = Digest(hashing: Array("parley/repeat/key/v1\u{0}\(text)".utf8))
        let parameters = ask.parameters.sorted { $0.key < $1.key }
            .map { JSONObject.Member(name: $0.key, value: .string($0.value)) }
        let request: JSONObject = [
            "operation": .string(operation.id), "parameters": .object(JSONObject(parameters)),
            "match": .string(ask.ifMatch ?? ""), "given": .object(ask.given.object),
        ]
        self.request = Digest(
            hashing: Array("parley/repeat/request/v1\u{0}".utf8)
                + JSONValue.object(request).canonicalBytes)
    }

    /// The same for each try: what an operation makes is found again by it.
    var seed: Digest {
        Digest(
            hashing: Array("parley/repeat/seed/v1\u{0}\(account)\u{0}".utf8) + digest.bytes
                + request.bytes)
    }
}

/// An answer as it was given the first time.
package struct KeptAnswer: Hashable, Sendable {
    package let status: Int
    /// JSON: the answer, or the problem; nil where there was none.
    package let body: [UInt8]?

    package init(status: Int, body: [UInt8]?) {
        self.status = status
        self.body = body
    }
}

/// What stands under a key.
package enum RepeatClaim: Hashable, Sendable {
    /// Nothing; now, that it was begun.
    case new
    /// That it was begun, and not how it ended.
    case begun
    case answered(KeptAnswer)
    /// Another request.
    case other
    /// Nothing, and no more can be kept for the account.
    case full
}

/// Keeps for a day what was answered under a key.
package protocol RepeatStore: Sendable {
    /// Begins a request under its key, or says what stands there; in one step, durable.
    func claim(_ key: RepeatKey, at now: Timestamp) async throws -> RepeatClaim
    func keep(_ answer: KeptAnswer, under key: RepeatKey) async throws
}

/// Does each keyed request once.
///
/// Crash story. That a request was begun is durable before anything of it is done; its answer is
/// durable before anybody hears it. Who dies in between leaves a key that was begun: sent again,
/// the request is done again, and each operation that takes a key finds what it has made already
/// (a draft by an id that follows from the key, a statement by the digest of what was signed, a
/// review and a preview by being written again as they were). Where the answer could not be found
/// out, the key stays begun too, for the same reason.
package struct Repeats: Sendable {
    private let store: any RepeatStore
    private let running = Running()

    package init(store: any RepeatStore) { self.store = store }

    /// - Parameter work: does it; what it throws that is no ``Problem`` was not found out.
    /// - Returns: the answer, and whether it is one of before.
    package func once(
        _ key: RepeatKey, at now: Timestamp, _ work: () async throws -> KeptAnswer
    ) async throws -> (answer: KeptAnswer, isRepeated: Bool) {
        guard running.begin(key) else {
            throw Problem(
                status: 409, reason: "idempotency-key-in-use",
                detail: "the first request under this key is still being done",
                hint: "send it again a little later", retryAfterSeconds: 1)
        }
        defer { running.end(key) }
        switch try await store.claim(key, at: now) {
        case .answered(let answer): return (answer, true)
        case .other:
            throw Problem(
                status: 422, reason: "idempotency-key-reused",
                detail: "another request was sent under this key",
                hint: "make a new key for each request; send the old one only with the same")
        case .full:
            throw Problem(
                status: 429, reason: "idempotency-keys-too-many",
                detail: "an account has \(RepeatKey.mostKeys) keys a day, and "
                    + "\(RepeatKey.mostBytes) bytes of answers under them",
                hint: "send what may be done twice without a key", retryAfterSeconds: 3600)
        case .new, .begun: break
        }
        var answer: KeptAnswer
        do {
            answer = try await work()
        } catch let problem as Problem where problem.status < 500 && problem.status != 429 {
            answer = KeptAnswer(status: problem.status, body: problem.body)
        }
        try await store.keep(answer, under: key)
        return (answer, false)
    }
}

/// Which keys are at work in this process.
private final class Running: Sendable {
    private struct Name: Hashable {
        let account: AccountName
        let digest: Digest
    }

    private let names = Mutex<Set<Name>>([])

    func begin(_ key: RepeatKey) -> Bool {
        names.withLock { $0.insert(Name(account: key.account, digest: key.digest)).inserted }
    }

    func end(_ key: RepeatKey) {
        names.withLock { _ = $0.remove(Name(account: key.account, digest: key.digest)) }
    }
}
