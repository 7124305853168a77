import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

/// Puts the words of the bodies that this home's organ can open into the views.
///
/// Commands do it, which have the passphrase, and the node that serves the home while it holds the
/// sealing key. Each batch stands in the trail, with how many bodies were opened, before their
/// words do here. A body that is sealed to others, or is not what its header says, is left out for
/// good; one that has not arrived yet is looked for again each time.
struct BodyTexts {
    private static let batch: Int = 200

    let held: HomeViews
    private let key: () throws -> SealingPrivateKey
    private let ledger: SQLiteLedger
    private let blobs: FileBlobStore

    init(_ held: HomeViews) throws { try self.init(held, key: held.home.sealingKey) }

    /// - Parameter key: asked for when there is something to open, and not before.
    init(_ held: HomeViews, key: @escaping () throws -> SealingPrivateKey) throws {
        self.held = held
        self.key = key
        ledger = try held.home.ledger()
        blobs = try held.home.blobs()
    }

    /// - Parameter most: so many statements are looked at; then no more.
    /// - Returns: how many bodies were read, and whether that was all.
    @discardableResult
    func bringUpToDate(
        json: Bool, most: Int = .max
    ) async throws -> (count: Int, isWhole: Bool) {
        let total = Int(clamping: try await ledger.tail().size.entryCount)
        var next = try await held.views.textCursor()
        let telling = HomeViews.Progress(of: "statements looked at for their words", json: json)
        var seals: SealOpener?
        var (count, looked) = (0, 0)
        // Those that wait for their bodies may be many, and must not keep new ones from their turn.
        var ids = try await held.views.awaitedTexts(limit: most == .max ? Self.batch * 50 : 50)
        repeat {
            var change = ViewBatch()
            var sealed: [(id: StatementID, header: Statement)] = []
            var places: [StatementID: EntryIndex] = [:]
            for id in ids {
                guard let entry = try await ledger.entry(id) else { continue }
                next = max(next, entry.index.next)
                let header = try UnverifiedStatement(parsing: entry.envelope).header
                guard let reference = header.body, reference.isSealed else { continue }
                guard try await blobs.size(of: reference.blob) != nil else {
                    change.awaited.append((entry.index, id))
                    continue
                }
                sealed.append((id, header))
                places[id] = entry.index
            }
            if !sealed.isEmpty {
                let opener = try seals ?? opener()
                seals = opener
                let bodies = try await opener.bodies(of: sealed)
                for (id, header) in sealed {
                    guard let body = bodies[id], let index = places[id] else { continue }
                    change.texts.append(
                        SearchText(
                            index: index, statement: id, thread: header.thread, text: body.words))
                }
            }
            count += change.texts.count
            change.textCursor = next
            try await held.views.write(change)
            guard looked < most else { return (count, false) }
            ids = try await ledger.ids(from: next, count: min(most - looked, Self.batch))
            looked += ids.count
            telling.tell(Int(clamping: next.position), of: total)
        } while !ids.isEmpty
        return (count, true)
    }

    private func opener() throws -> SealOpener {
        SealOpener(
            agreement: held.record.versions.id, key: try key(), blobs: blobs,
            record: { [trail = held.home.trail] bodies in
                guard !bodies.isEmpty else { return }
                try await trail.record("text.index", ["\(bodies.count) bodies"])
            })
    }
}

extension EntryIndex {
    fileprivate var next: EntryIndex { EntryIndex(position + 1) }
}

extension StatementBody {
    /// Everything in it that somebody may look for.
    fileprivate var words: String {
        let particulars = fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return (texts.map(\.text) + particulars + exhibits.map(\.name.text))
            .joined(separator: "\n")
    }
}
