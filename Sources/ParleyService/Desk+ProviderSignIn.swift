import ParleyLog
import ParleyStatements

/// Signing in by an identity provider's word. It opens accounts that somebody here has linked to
/// whom the provider names, and makes none.
extension Desk {
    private func door() throws(Problem) -> ProviderSignIn {
        guard let provider else { throw .notFound }
        return provider
    }

    func beginAtProvider() async throws -> Answer {
        let door = try door()
        do {
            let (address, secret) = try await door.begin()
            return Answer(["address": .string(address)], pending: secret)
        } catch let refusal as SignInRefusal {
            throw refusal.problem
        }
    }

    func endAtProvider(_ ask: Ask) async throws -> Answer {
        let door = try door()
        do {
            // An answer without a code is the provider's no, whatever it says besides.
            let subject = try await door.end(
                code: ask.given.text("code"), state: ask.given.text("state"),
                issuer: ask.given.text("iss"), secret: ask.pending)
            let (secret, account) = try await accounts.signIn(linkedTo: subject)
            return Answer(account.json, session: secret, object: account.name.text)
        } catch let refusal as SignInRefusal {
            throw refusal.problem
        }
    }
}
