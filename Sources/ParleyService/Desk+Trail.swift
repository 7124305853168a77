import ParleyLog
import ParleyStatements

extension Desk {
    func exportTrail() -> Answer {
        var answer = Answer(nil)
        answer.pages = { [store = accounts.store] after in
            let entries = try await store.trail(
                from: after + 1, limit: 200, matching: TrailFilter())
            return LinesPage(
                lines: entries.flatMap { JSONValue.object($0.json).canonicalBytes + [0x0a] },
                next: entries.last?.number)
        }
        return answer
    }

    /// The same as `parley trail check` finds, by the same reading.
    func checkTrail(_ ask: Ask) async throws -> Answer {
        var check = TrailCheck(through: ask.given.text("head").flatMap { Digest(text: $0) })
        do {
            try await check.follow(accounts.store)
            try check.finish()
        } catch let fault as TrailCheck.Fault {
            throw Problem(
                status: 409, reason: fault.reason, detail: fault.explanation, hint: fault.hint)
        }
        return Answer(["count": .integer(check.count), "head": .string(check.head.text)])
    }
}
