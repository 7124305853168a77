import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyStore
import ParleyTestSupport
import Testing

/// Opens one organ's keys with one passphrase.
private struct OneCabinet: KeyCabinet {
    let signing: SigningKeyPair
    let sealing: SealingPrivateKey

    func keys(
        of organ: OrganID, opening passphrase: String
    ) async throws -> KeyRing.OrganKeys? {
        passphrase == "the right one" ? .init(signing: [signing], sealing: sealing) : nil
    }
}

struct KeyShiftTests {
    private let start = Timestamp(text: "2026-11-24T03:00:00Z")!
    private let clock: ManualClock
    private let poc = OrganID("poc")!
    private let identity: NodeIdentity
    private let directory: Directory
    private let shift: KeyShift

    init() throws {
        clock = ManualClock(start)
        let agreement = try TestAgreement()
        let party = try agreement.party("us")
        directory = Directory(agreement.agreement)
        shift = KeyShift(
            of: [poc],
            cabinet: OneCabinet(
                signing: party.signingKey,
                sealing: try SealingPrivateKey(seed: Array(repeating: 1, count: 32))),
            hours: 8, clock: clock)
        identity = try NodeIdentity(
            versions: AgreementVersions(agreement.agreement), at: start, seat: party.seat,
            logSigner: party.logSigner, witnessSigner: party.witnessSigner, keys: shift.ring)
    }

    private func unlock(_ passphrase: String = "the right one") async throws -> Timestamp {
        try await shift.unlock(poc, with: passphrase) {
            identity.isListed($0, of: poc, in: directory)
        }
    }

    private func reason(_ work: () async throws -> Void) async throws -> String? {
        do {
            try await work()
            return nil
        } catch let problem as Problem {
            return problem.reason
        }
    }

    private func canSign() -> Bool {
        (try? identity.signingKey(in: directory, at: clock.now())) != nil
    }

    @Test func `nothing is signed or opened until somebody unlocks, nor after the shift`()
        async throws
    {
        #expect(throws: NodeIdentityRefusal.keysLocked(identity.seat)) {
            try identity.signingKey(in: directory, at: start)
        }
        #expect(shift.ring.sealing(at: start) == nil)
        #expect(try await unlock() == start.adding(seconds: 8 * 3600))
        #expect(canSign() && shift.ring.sealing(at: clock.now()) != nil)
        clock.advance(seconds: 8 * 3600 - 1)
        #expect(canSign())
        // Told by the clock: nobody has wiped anything yet.
        clock.advance(seconds: 1)
        #expect(!canSign() && shift.ring.sealing(at: clock.now()) == nil)
        #expect(shift.ring.until(of: poc, at: clock.now()) == nil)
    }

    @Test func `what was locked or wiped is gone even for a clock that goes back`() async throws {
        _ = try await unlock()
        shift.ring.wipe(at: clock.now())
        #expect(canSign())
        shift.ring.wipe(at: start.adding(seconds: 8 * 3600))
        #expect(!canSign())
        _ = try await unlock()
        shift.ring.lock(poc)
        #expect(!canSign())
    }

    @Test func `unlocking anew begins another shift`() async throws {
        _ = try await unlock()
        clock.advance(seconds: 3600)
        #expect(try await unlock() == start.adding(seconds: 9 * 3600))
    }

    @Test func `a wrong passphrase, another organ and keys that nobody lists unlock nothing`()
        async throws
    {
        #expect(try await reason { _ = try await unlock("a wrong one") } == "passphrase-wrong")
        #expect(
            try await reason {
                _ = try await shift.unlock(OrganID("other")!, with: "the right one") { _ in true }
            } == "organ-unknown")
        #expect(
            try await reason {
                _ = try await shift.unlock(poc, with: "the right one") { _ in false }
            } == "key-not-listed")
        #expect(!canSign())
    }

    @Test func `keys of another organ are not known as this one's`() throws {
        let other = try TestAgreement().party("cn")
        #expect(!identity.isListed([other.signingKey], of: poc, in: directory))
        #expect(!identity.isListed([], of: poc, in: directory))
    }

    @Test func `what is held for good is never locked by the clock`() throws {
        let party = try TestAgreement().party("us")
        let ring = KeyRing(holding: [
            (poc, .init(signing: [party.signingKey], sealing: nil))
        ])
        #expect(ring.keys(of: poc, at: .latest) != nil && ring.until(of: poc, at: start) == nil)
        #expect(ring.sealing(at: start) == nil)
    }

    @Test func `a passphrase is tried as often as a password, and no more`() async throws {
        let folder = try TemporaryFolder()
        let store = try SQLiteDesk(path: folder.path("desk.sqlite"))
        let accounts = Accounts(
            of: PartyID("us")!, store: store, clock: clock, randomness: SeededRandomness(seed: 7),
            passwordCost: 10)
        let ann = AccountName("ann")!
        func tries(_ passphrase: String, as name: AccountName = ann) async throws {
            try await accounts.trying("keys", as: name, from: "192.0.2.1") {
                _ = try await unlock(passphrase)
            }
        }
        for _ in 0..<Attempts.free {
            #expect(try await reason { try await tries("a wrong one") } == "passphrase-wrong")
        }
        // The right one is not even tried.
        await #expect(throws: AccountRefusal.waits(until: start.adding(seconds: 30))) {
            try await tries("the right one")
        }
        #expect(!canSign())
        clock.advance(seconds: 30)
        try await tries("the right one")
        #expect(canSign())
    }
}
