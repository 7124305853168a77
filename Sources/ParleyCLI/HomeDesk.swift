import ArgumentParser
import Foundation
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyStore

/// A home's accounts, as the operator of this machine reaches them: with the home's own files,
/// whether or not a node serves it. What is done stands in the trail.
struct HomeDesk {
    let home: Home
    let store: any DeskStore
    let accounts: Accounts

    /// - Parameter factorRoles: of whom a second factor is asked; nobody signs in to a command.
    init(_ home: Home, factorRoles: Set<Role> = []) throws {
        self.home = home
        store = try SQLiteDesk(path: Self.path(home))
        accounts = Accounts(
            of: home.seat.party, store: store, clock: Surroundings.here.clock,
            randomness: Surroundings.here.randomness, factorRoles: factorRoles)
    }

    static func path(_ home: Home) -> String { path(in: home.folder) }

    static func path(in folder: URL) -> String { folder.appending(path: "desk.sqlite").path() }

    /// Does the work and writes down that it was done, or why not.
    func trailed<Value>(
        _ operation: String, _ object: String, _ work: () async throws -> Value
    ) async throws -> Value {
        do {
            let value = try await work()
            try await record(operation, object, "done")
            return value
        } catch let refusal as any DeskRefusal {
            try await record(operation, object, refusal.reason)
            throw CommandFailure(refusal)
        } catch let failure as CommandFailure {
            try await record(operation, object, failure.reason)
            throw failure
        }
    }

    private func record(_ operation: String, _ object: String, _ outcome: String) async throws {
        try await store.record([
            TrailEvent(
                at: Surroundings.here.clock.now(), caller: Surroundings.here.caller,
                operation: operation,
                object: object, outcome: outcome)
        ])
    }
}

extension CommandFailure {
    init(_ refusal: some DeskRefusal) {
        self = .refused(refusal.reason, refusal.explanation, hint: refusal.hint)
    }
}

func accountArgument(_ text: String) throws -> AccountName {
    guard let name = AccountName(text) else {
        throw CommandFailure(AccountRefusal.nameMalformed(text))
    }
    return name
}

func rolesArgument(_ texts: [String]) throws -> Set<Role> {
    Set(
        try texts.map { text in
            guard let role = Role(rawValue: text) else {
                throw CommandFailure(AccountRefusal.roleUnknown(text))
            }
            return role
        })
}
