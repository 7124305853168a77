import GRDB
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore
import ParleyTestSupport

/// A village whose nodes stand on simulated disks under the real ledger; one seed tells all that
/// happens to it.
final class DiskVillage {
    private static let start = Timestamp(text: "2026-03-02T09:00:00Z") ?? .latest
    private static let ledgerName = "ledger.sqlite"
    private static let signedName = "last-signed"

    private struct Stopped: Error {}

    let terms: TestAgreement
    let names: [String]
    let disks: [String: SimulatedDisk]
    let evidence: Evidence
    private(set) var faults: [String] = []
    private(set) var restarts = 0
    private var generator: SeededGenerator
    private var village: Village
    private var down: Set<String> = []
    /// By how many seconds a node's clock was set back.
    private var setBack: [String: Int64] = [:]
    private var keyChanges: [String: Int] = [:]
    /// Towards the end nothing fails any more.
    private var isCalm = false

    init(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        terms = try TestAgreement(seed % 4 == 3 ? ["us", "cn", "corp"] : ["us", "cn"])
        names = terms.parties.map(\.id.text)
        disks = names.reduce(into: [:]) { $0[$1] = SimulatedDisk(seed: generator.next()) }
        let evidence = Evidence(parties: names)
        self.evidence = evidence
        village = try await Village.make(terms, seed: 0, at: Self.start)
        self.generator = generator
        do {
            for name in names { try await begin(name) }
            village = try await Village.make(
                terms, seed: seed, weather: .rough,
                skewSeconds: Int64(self.generator.place(below: 3)) * 40 - 40, at: Self.start,
                makeLedger: { try self.ledger($0) }, makeLastSigned: { self.lastSigned($0) })
            await village.listen { evidence.hear($0) }
        } catch is Stopped {
            // What stopped it stands in `faults`.
        } catch {
            faults.append("nobody starts: \(error)")
        }
    }

    private func disk(_ name: String) -> SimulatedDisk {
        guard let disk = disks[name] else { preconditionFailure("every party has a disk") }
        return disk
    }

    private func ledger(_ name: String) throws -> SQLiteLedger {
        try SQLiteLedger(path: disk(name).databasePath(Self.ledgerName))
    }

    private func lastSigned(_ name: String) -> FileLastSigned {
        FileLastSigned(path: Self.signedName, calls: SimulatedFiles(disk(name)))
    }

    var tally: SimulatedDisk.Tally {
        disks.values.map(\.tally).reduce(SimulatedDisk.Tally(), +)
    }

    /// A number that is the same for the same run.
    var trace: [UInt64] { names.map { disk($0).trace } }

    // MARK: The run

    /// Lets things happen, lets them settle, cuts the power everywhere, and looks at what is left.
    func run(steps: Int = 80) async throws {
        guard faults.isEmpty else { return }
        do {
            for _ in 0..<steps {
                arm()
                await act()
                try await lookAfter()
            }
            try await finish()
        } catch is Stopped {
            // What stopped it stands in `faults`.
        } catch {
            faults.append("\(error)")
        }
    }

    private func act() async {
        let name = generator.pick(names) ?? "us"
        switch generator.place(below: 100) {
        case 0..<28: await trying { try await self.village.speak() }
        case 28..<32: await sayAgain()
        case 32..<36: await changeKeys(of: name)
        case 36..<38: await village.advance(seconds: 4000)
        case 38..<42: disk(name).end(generator.chance(50) ? .process : .power)
        default: await trying { _ = try await self.village.step() }
        }
    }

    /// Something may happen to a disk soon.
    private func arm() {
        for name in names where !disk(name).isGone {
            if generator.chance(6) { armEnd(disk(name)) }
            if generator.chance(4) { armFailure(disk(name)) }
        }
    }

    private func armEnd(_ disk: SimulatedDisk) {
        let end = generator.chance(65) ? SimulatedDisk.End.power : .process
        switch generator.place(below: 3) {
        case 0: disk.end(end, at: 1 + generator.place(below: 6), of: .flush)
        case 1: disk.end(end, at: 1 + generator.place(below: 3), of: .name)
        default: disk.end(end, at: 1 + generator.place(below: 90))
        }
    }

    private func armFailure(_ disk: SimulatedDisk) {
        let number = 1 + generator.place(below: 12)
        switch generator.place(below: 4) {
        case 0: disk.fill(forSteps: number * 4)
        case 1: disk.failReads(after: number)
        case 2: disk.fail(.flush, at: 1 + number / 4)
        default:
            let step = generator.pick(SimulatedDisk.Step.allCases) ?? .write
            disk.fail(step, at: number, times: 1 + generator.place(below: 3))
        }
    }

    /// Does something that may fail when a disk does, and for no other reason.
    private func trying(_ body: () async throws -> Void) async {
        let before = tally.failures
        do {
            try await body()
        } catch {
            let isInTrouble = tally.failures > before || disks.values.contains(where: \.isGone)
            if isInTrouble, Self.isDiskTrouble(error) { return }
            if case LogFailure.clockWentBack = error, setBack.values.contains(where: { $0 > 0 }) {
                return
            }
            faults.append("unexpected: \(error)")
        }
    }

    /// What a disk that fails or is gone may be told as; not that anything is damaged or missing.
    private static func isDiskTrouble(_ error: any Error) -> Bool {
        switch error {
        case is SimulatedDisk.Failure: true
        case let error as DatabaseError:
            [.SQLITE_IOERR, .SQLITE_FULL, .SQLITE_CANTOPEN].contains(error.resultCode)
        default: false
        }
    }

    private func sayAgain() async {
        guard let (envelope, party) = await village.takeUnanswered() else { return }
        await trying {
            do {
                try await self.village.submit(envelope, blobs: [], by: party.text)
            } catch is SubmitRefusal {
                // The talk has gone on meanwhile.
            }
        }
    }

    private func changeKeys(of name: String) async {
        let done = keyChanges[name] ?? 0
        guard names.count == 2, done < 2, let party = try? terms.party(name) else { return }
        await trying {
            let now = try await self.village.house(name).clock.now()
            let change =
                done == 0
                ? try self.terms.keyChange(
                    .keysAdd,
                    Terms(
                        signingKey: .init(
                            keys: party.nextSigningKey.publicKeys,
                            notBefore: Self.start.adding(seconds: -86_400),
                            notAfter: Self.start.adding(seconds: 200 * 86_400))), of: name,
                    at: now)
                : try self.terms.keyChange(
                    .keysRetire, Terms(key: party.signingKey.publicKeys.keyIDs[0]), of: name,
                    at: now)
            do {
                try await self.village.submit(change, blobs: [], by: name)
            } catch SubmitRefusal.notVerifiable(reason: "key-twice", _),
                SubmitRefusal.notVerifiable(reason: "key-ended", _)
            {
                // Done the last time, when nobody said so.
            }
            self.keyChanges[name] = done + 1
        }
    }

    // MARK: Nodes that are gone

    private func lookAfter() async throws {
        for name in names {
            if let note = try await village.house(name).node.published.checkpoint {
                evidence.hear(note)
            }
            guard disk(name).isGone else { continue }
            if down.insert(name).inserted { try await village.set(name, down: true) }
            if generator.chance(60) { try await raise(name) }
        }
    }

    /// The very first start.
    private func begin(_ name: String) async throws {
        let clock = ManualClock(Self.start)
        let identity = try terms.identity(of: name)
        try await starting(name) { ledger, lastSigned in
            _ = try await LogWriter(
                ledger: ledger, lastSigned: lastSigned, identity: identity, clock: clock)
        }
        disk(name).mend()
        disk(name).end(generator.chance(50) ? .process : .power)
        disk(name).restart()
    }

    private func raise(_ name: String) async throws {
        let clock = try await village.house(name).clock
        clock.advance(seconds: setBack[name] ?? 0)
        setBack[name] = !isCalm && generator.chance(15) ? 60 : 0
        clock.advance(seconds: -(setBack[name] ?? 0))
        try await starting(name) { ledger, lastSigned in
            try await self.village.restart(name, ledger: ledger, lastSigned: lastSigned)
        }
        down.remove(name)
        try await village.set(name, down: false)
        try await check(name)
    }

    /// Starts a node from what its disk kept, again and again where the disk does not let it.
    private func starting(
        _ name: String, _ body: (SQLiteLedger, FileLastSigned) async throws -> Void
    ) async throws {
        let disk = disk(name)
        for attempt in 0..<9 {
            if disk.isGone { disk.restart() }
            if isCalm || attempt == 8 {
                disk.mend()
            } else if generator.chance(40) {
                armEnd(disk)
            } else if generator.chance(10) {
                armFailure(disk)
            }
            let before = disk.tally.failures
            do {
                if generator.chance(25) { _ = try await ledger(name).tail() }
                let opened = try ledger(name)
                try await body(opened, lastSigned(name))
                restarts += 1
                return
            } catch {
                let isInTrouble = disk.isGone || disk.tally.failures > before
                guard isInTrouble, Self.isDiskTrouble(error) else {
                    faults.append("\(name) does not start: \(error)")
                    throw Stopped()
                }
                disk.end(.process)
            }
        }
        faults.append("\(name) does not start on a disk that works")
        throw Stopped()
    }

    // MARK: What is left

    /// Holds a node's log against what it has acknowledged and shown.
    private func check(_ name: String) async throws {
        guard !disk(name).isGone else { return }
        let log = try raw(name)
        let ids = try log.entryIDs()
        faults += evidence.faults(of: name, entries: ids)
        for row in log.rows where Digest(hashing: row.envelope) != row.id {
            faults.append("\(name): an envelope does not have the digest \(row.id)")
        }
        let party = try terms.party(name).id
        for id in await village.acknowledged[party] ?? [] {
            let count = ids.count { $0 == id.digest }
            if count != 1 { faults.append("\(name): acknowledged \(id), which is there \(count)x") }
        }
    }

    private func raw(_ name: String) throws -> RawLedger {
        try disk(name).sparing {
            try RawLedger(path: disk(name).databasePath(Self.ledgerName))
        }
    }

    private func finish() async throws {
        isCalm = true
        for name in names {
            disk(name).mend()
            if disk(name).isGone { try await raise(name) }
            try await village.house(name).clock.advance(seconds: setBack[name] ?? 0)
            setBack[name] = 0
        }
        await village.set(.fine)
        for _ in 0..<(await village.unanswered.count) { await sayAgain() }
        try await settle()
        let before = try await lookThrough()
        for name in names { disk(name).end(.power) }
        for name in names { try await raise(name) }
        try await settle()
        let after = try await lookThrough()
        if before != after { faults.append("the last loss of power has changed the logs") }
    }

    private func settle() async throws {
        do {
            try await village.settle(stepLimit: 2000)
        } catch {
            faults.append("\(error)")
            throw Stopped()
        }
    }

    /// Checks all that can be checked once everything is delivered.
    ///
    /// - Returns: the logs' entries.
    private func lookThrough() async throws -> [String: [Digest]] {
        faults += try await village.faults()
        for (words, _) in await village.failures {
            for sign in [
                "rolledBack", "peerIsAhead", "ledgerNotOurs", "changedMeanwhile", "damaged",
            ]
            where words.contains(sign) { faults.append("on the way: \(words)") }
        }
        var logs: [String: RawLedger] = [:]
        for name in names {
            let log = try raw(name)
            logs[name] = log
            for note in log.notes { evidence.hear(note) }
            let key = try terms.party(name).logSigner.key
            faults += try PlainLog.faults(in: log, signedBy: key).map { "\(name): \($0)" }
        }
        for name in names {
            try await check(name)
            for placing in logs[name]?.placings ?? [] {
                let rows = logs[placing.log]?.rows ?? []
                let stands = rows.indices.contains(placing.place) ? rows[placing.place].id : nil
                if stands != placing.id {
                    faults.append("\(name): holds a receipt of \(placing.log)'s for what it lacks")
                }
            }
        }
        faults += evidence.timeFaults()
        return logs.mapValues { $0.rows.map(\.id) }
    }
}
