package import ParleyExchange
import ParleyLog
package import ParleyStatements

/// Opens pouches: deliveries go the way of the network's, blobs into the blob store, answers to
/// the statements that they answer.
///
/// Crash story. Each delivery, each blob and each run of answers is durable before the next is
/// begun, and a part is marked as taken only after all of it. Killed at any line, the same parts
/// are given again: what was taken is found and passed over, and the rest goes on.
package struct PouchOpener: Sendable {
    static let pieceBytes = 1 << 20

    let known: AgreementVersions
    let party: PartyID
    let keys: AgreementKeys
    let verifier: StatementVerifier
    let ledger: any Ledger
    let blobs: any BlobStore
    let desk: any PouchDesk
    let shelf: any PouchShelf
    let sealingKey: SealingPrivateKey
    let clock: any WallClock

    /// - Parameter known: the versions known apart from the record, the first at least.
    package init(
        known: AgreementVersions, party: PartyID, ledger: any Ledger, blobs: any BlobStore,
        desk: any PouchDesk, shelf: any PouchShelf, sealingKey: SealingPrivateKey,
        clock: any WallClock
    ) async throws {
        self.known = known
        self.party = party
        verifier = StatementVerifier(
            directory: try await ledger.directory(knowing: known, blobs: blobs))
        keys = try AgreementKeys(verifier.versions.all)
        self.ledger = ledger
        self.blobs = blobs
        self.desk = desk
        self.shelf = shelf
        self.sealingKey = sealingKey
        self.clock = clock
    }

    /// Takes what can be taken of the parts given, in whatever order, and of those kept before.
    ///
    /// - Parameter opening: called before each part is opened, with its pouch and number.
    /// - Returns: one report for each pouch, oldest first.
    /// - Throws: ``PouchPartRefusal`` before anything is taken, when a part is not what it says.
    package func open(
        _ parts: [any PouchPart],
        opening: @Sendable (PouchManifest, Int) -> Void = { _, _ in }
    ) async throws -> [PouchReport] {
        var pouches: [PouchID: Given] = [:]
        for part in parts {
            do throws(PouchRefusal) {
                try await sort(part, into: &pouches)
            } catch {
                throw PouchPartRefusal(name: part.name, refusal: error)
            }
        }
        // All are judged before the first is opened: a command is refused whole or not at all.
        for given in pouches.values { try await checkAgainstShelf(given) }
        var reports: [PouchReport] = []
        let oldestFirst = pouches.values.sorted {
            ($0.manifest.packedAt, $0.manifest.id) < ($1.manifest.packedAt, $1.manifest.id)
        }
        for given in oldestFirst {
            reports.append(try await open(given, opening: opening))
        }
        return reports
    }

    private struct Given {
        let manifest: PouchManifest
        let envelope: [UInt8]
        var parts: [Int: any PouchPart]
    }

    // MARK: Before anything is taken

    private func sort(
        _ part: any PouchPart, into pouches: inout [PouchID: Given]
    ) async throws(PouchRefusal) {
        let label = try PouchLabel(parsing: try await Self.read(part, 0, PouchLabel.sizeBytes))
        let (manifest, stated) = try label.checked(
            for: party, verifier: verifier, at: clock.now())
        var found = RunningDigest()
        var offset = UInt64(PouchLabel.sizeBytes)
        while found.sizeBytes <= stated.sizeBytes {
            let bytes = try await Self.read(part, offset, Self.pieceBytes)
            guard !bytes.isEmpty else { break }
            found.update(bytes)
            offset += UInt64(bytes.count)
        }
        try stated.check(found, number: label.number)
        var given =
            pouches[manifest.id]
            ?? Given(manifest: manifest, envelope: label.envelope, parts: [:])
        // SPEC pouch §3: A node MUST refuse a part whose manifest is not byte for byte that of the
        // parts of its pouch that came before.
        guard given.envelope == label.envelope else { throw .manifestDiffers(manifest.id) }
        given.parts[label.number] = part
        pouches[manifest.id] = given
    }

    private func checkAgainstShelf(_ given: Given) async throws {
        let shelved = try await shelf.pouches().first { $0.id == given.manifest.id }
        guard let shelved, shelved.manifest != given.envelope, let part = given.parts.first else {
            return
        }
        throw PouchPartRefusal(name: part.value.name, refusal: .manifestDiffers(given.manifest.id))
    }

    /// A medium that cannot be read is no fault of the pouch, and ends it like one cut short.
    private static func read(
        _ part: any PouchPart, _ offset: UInt64, _ count: Int
    ) async throws(PouchRefusal) -> [UInt8] {
        do {
            return try await part.read(from: offset, count: count)
        } catch {
            throw .unreadable("\(error)")
        }
    }

    // MARK: Opening

    private func open(
        _ given: Given, opening: @Sendable (PouchManifest, Int) -> Void
    ) async throws -> PouchReport {
        let id = given.manifest.id
        try await shelf.begin(id, manifest: given.envelope)
        let kept = try await shelf.kept(of: id)
        var report = PouchReport(manifest: given.manifest)
        if let shelved = try await shelf.pouches().first(where: { $0.id == id }) {
            report.finished = shelved.finished
        }
        let parts = kept.merging(given.parts) { $1 }
        for (number, part) in parts.sorted(by: { $0.key < $1.key }) {
            opening(given.manifest, number)
            let isWhole: Bool
            do {
                isWhole = try await take(part, number, of: given.manifest, into: &report.tally)
            } catch let refusal as PouchRefusal {
                throw PouchPartRefusal(name: part.name, refusal: refusal)
            }
            if isWhole {
                try await shelf.finish(part: number, of: id)
                report.finished.insert(number)
            } else if !report.finished.contains(number) {
                report.waiting.insert(number)
            }
        }
        if !report.missing.isEmpty {
            // Kept so that a medium need not be asked for twice; where no part is missing, nothing
            // would come that a copy could wait for.
            for number in report.waiting.sorted() where kept[number] == nil {
                if let part = parts[number] {
                    try await shelf.keep(part, number: number, of: id)
                }
            }
        }
        try await clearOlder(than: report)
        return report
    }

    /// A pouch holds everything that waited when it was packed. So once one is complete, what an
    /// older one held besides has been settled at its sender.
    private func clearOlder(than report: PouchReport) async throws {
        var newest: PouchManifest?
        var others: [PouchManifest] = []
        for pouch in try await shelf.pouches() {
            let manifest = try PouchManifest(recorded: pouch.manifest)
            guard manifest.from.party == report.manifest.from.party else { continue }
            others.append(manifest)
            let isComplete = pouch.finished.count == manifest.parts.count
            if isComplete, newest.map({ $0.packedAt < manifest.packedAt }) ?? true {
                newest = manifest
            }
        }
        guard let newest else { return }
        for manifest in others where manifest.packedAt < newest.packedAt {
            try await shelf.clear(manifest.id)
        }
    }

    private func take(
        _ part: any PouchPart, _ number: Int, of manifest: PouchManifest,
        into tally: inout PouchReport.Tally
    ) async throws -> Bool {
        // The node's log of the sender may move while a part is read: the network goes on. It gets
        // further each time, so this ends; more than a few times is no accident.
        for _ in 0..<8 {
            var opening = PartOpening(
                opener: self, manifest: manifest, number: number, tally: tally)
            do {
                defer { tally = opening.tally }
                return try await opening.run(part)
            } catch is PartOpening.LogMoved {
                continue
            }
        }
        throw PouchRefusal.deliveryRefused(
            reason: "log-moving",
            explanation: "this node took other deliveries of the sender all the while")
    }
}
