import ParleyLog
import ParleyNode
import ParleyStatements

/// The keys of the caller's organ, for a shift.
extension Desk {
    private func organ(_ ask: Ask) throws(Problem) -> OrganID {
        guard let organ = ask.caller.organ else { throw .signInNeeded }
        return organ
    }

    private func policy() throws(Problem) -> KeyShift {
        guard let shift else { throw .keysHeld }
        return shift
    }

    func showKeys(_ ask: Ask) throws(Problem) -> Answer {
        Answer(
            KeyShift.json(
                of: try organ(ask), in: node.identity.keys, isPolicy: shift != nil,
                at: clock.now()))
    }

    func unlockKeys(_ ask: Ask) async throws -> Answer {
        let shift = try policy()
        let organ = try organ(ask)
        guard let name = ask.caller.account else { throw Problem.signInNeeded }
        try await accounts.trying("keys", as: name, from: ask.place) {
            _ = try await shift.unlock(
                organ, with: ask.given.text("passphrase") ?? "", at: node)
        }
        return try showKeys(ask)
    }

    func lockKeys(_ ask: Ask) throws(Problem) -> Answer {
        try policy().ring.lock(try organ(ask))
        return .nothing
    }
}
