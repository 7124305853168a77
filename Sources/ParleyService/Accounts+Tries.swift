import ParleyLog
import ParleyNode

extension Accounts {
    /// Lets somebody who is signed in try a secret that is not their password, as often as a
    /// password may be tried and no more: wrong tries count for the account and for the place.
    ///
    /// - Parameter work: throws a ``Problem`` with `passphrase-wrong` for a wrong one.
    /// - Throws: ``AccountRefusal/waits(until:)``, or what the work does.
    package func trying<Value>(
        _ what: String, as name: AccountName, from place: String,
        _ work: () async throws -> Value
    ) async throws -> Value {
        let keys = [
            Digest(hashing: Array("parley/try/\(what)\u{0}\(name.text)".utf8)),
            Self.key(ofPlace: place),
        ]
        try await waitIsOver(keys)
        do {
            let value = try await work()
            try await store.forgive(keys[0])
            return value
        } catch let problem as Problem where problem.reason == "passphrase-wrong" {
            for key in keys { try await store.failed(key, at: clock.now()) }
            throw problem
        }
    }

    /// By the word of an identity provider, whose own second factor counts in place of the
    /// account's.
    ///
    /// - Returns: the secret of a new session.
    /// - Throws: ``SignInRefusal/notLinked``, also where the account is disabled.
    package func signIn(linkedTo subject: String) async throws -> (Secret, Account) {
        guard let account = try await store.account(linkedTo: subject), !account.isDisabled else {
            throw SignInRefusal.notLinked
        }
        return (try await begin(account.name, isByProvider: true), account)
    }
}
