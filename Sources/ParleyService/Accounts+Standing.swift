package import ParleyLog
import ParleyStatements

extension Accounts {
    /// Who somebody is, and until when at least.
    package struct Standing: Hashable, Sendable {
        package let caller: Caller
        package let until: Timestamp
    }

    /// The same as ``caller(with:under:)``, without counting as use: a stream left open keeps no
    /// session alive.
    func standing(
        of secret: Digest, by means: Caller.Means, under agreement: AgreementID, at now: Timestamp
    ) async throws -> Standing? {
        switch means {
        case .session:
            guard let (session, account) = try await store.session(secret),
                !session.isOver(at: now), !account.isDisabled
            else { return nil }
            return Standing(
                caller: caller(in: session, of: account), until: session.isOverAfter)
        case .token:
            guard let (token, account) = try await store.token(secret), token.isGood(at: now),
                !account.isDisabled, token.agreement == nil || token.agreement == agreement
            else { return nil }
            return Standing(
                caller: Caller(
                    account: account.name, organ: account.organ,
                    roles: token.roles.intersection(account.roles),
                    means: .token(label: token.label)), until: token.until)
        case .command, .nothing: return nil
        }
    }
}

extension Session {
    /// The first instant at which it is over, unless it is used before.
    fileprivate var isOverAfter: Timestamp {
        min(
            seen.adding(seconds: Self.idleSeconds), began.adding(seconds: Self.longestSeconds)
        ).adding(seconds: 1)
    }
}
