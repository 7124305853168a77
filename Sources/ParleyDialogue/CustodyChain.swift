package import ParleyLog
package import ParleyStatements

/// One exhibit and everything recorded about its custody in one thread: a pure function of the
/// thread and of what the sealed bodies say, as far as they can be read here.
///
/// - SeeAlso: `Spec/custody.md`.
package struct CustodyChain: Hashable, Sendable {
    package let exhibit: BlobID
    /// The statements that carried it, first in fold order first.
    package let carriers: [StatementID]
    /// Who sealed it: the author of the first carrier.
    package let sender: Seat
    package let holders: [PartyID]
    /// What the carrier's body says of it; nil where that body cannot be read here.
    package let described: StatementBody.Exhibit?
    /// In fold order, then those that have no settled time yet.
    package let rows: [CustodyRow]

    package enum Standing: String, Hashable, Sendable, CaseIterable {
        case whole
        /// Broken rows there are, and each is stated anew by a later row of its party that holds.
        case corrected
        case broken
    }

    package var standing: Standing {
        // SPEC custody §6: A chain MUST be shown as broken when a row of it is broken and no
        // correction that holds puts that row right.
        let broken = rows.filter { !$0.breaks.isEmpty }
        if broken.isEmpty { return .whole }
        let sound = Set(rows.filter(\.breaks.isEmpty).map(\.id))
        let isMended = broken.allSatisfy { row in
            row.breaks.allSatisfy(\.isCorrectable)
                && row.correctedBy.contains(where: sound.contains)
        }
        return isMended ? .corrected : .broken
    }
}

/// A custody event in its chain.
package struct CustodyRow: Hashable, Sendable {
    package let id: StatementID
    package let by: Seat
    package let event: CustodyEvent
    /// The row, or the carrier, that it follows on.
    package let answers: StatementID?
    /// The settled time of the statement; nil while nobody outside its party has seen it, and then
    /// the row is not judged yet.
    package let recorded: Timestamp?
    package let reading: CustodyReading
    package internal(set) var breaks: [CustodyBreak]
    /// Later rows that state this one anew.
    package internal(set) var correctedBy: [StatementID] = []
}

/// What is known here of a custody event's sealed body.
package enum CustodyReading: Hashable, Sendable {
    /// It is sealed to others, or not at hand.
    case sealed
    case read(CustodyDetails)
    case unfit(CustodyDetailsRefusal)

    package init(of event: CustodyEvent, fields: [String: String]) {
        do {
            self = .read(try CustodyDetails(of: event, fields: fields))
        } catch {
            self = .unfit(error)
        }
    }

    package var details: CustodyDetails? {
        if case .read(let details) = self { details } else { nil }
    }
}

extension CustodyChain {
    /// The chains of every exhibit in a thread, in the order in which the exhibits came.
    ///
    /// - Parameters:
    ///   - bodies: The bodies that can be read here, of carriers and of custody events.
    ///   - toleranceSeconds: How far two clocks may stand apart (the agreement's).
    package static func chains(
        of thread: RequestThread, bodies: [StatementID: StatementBody], toleranceSeconds: Int64
    ) -> [CustodyChain] {
        var order: [BlobID] = []
        var carriers: [BlobID: [ThreadEntry]] = [:]
        var events: [BlobID: [ThreadEntry]] = [:]
        for entry in thread.entries {
            for reference in entry.statement.exhibits {
                if carriers[reference.blob] == nil { order.append(reference.blob) }
                carriers[reference.blob, default: []].append(entry)
            }
            // SPEC custody §6: An irregular custody event MUST NOT stand in a chain.
            if case .irregular = entry.effect { continue }
            if entry.statement.act == .custodyRecord, let exhibit = entry.statement.terms.exhibit {
                events[exhibit, default: []].append(entry)
            }
        }
        return order.compactMap { blob in
            guard let carrying = carriers[blob], let first = carrying.first else { return nil }
            let described = described(blob, in: carrying, bodies)
            var fold = CustodyFold(
                sender: first.statement.from.party, content: described?.digest,
                toleranceSeconds: toleranceSeconds)
            for event in events[blob] ?? [] {
                fold.apply(event, body: bodies[event.id])
            }
            return CustodyChain(
                exhibit: blob, carriers: carrying.map(\.id), sender: first.statement.from,
                holders: Set([first.statement.from.party] + first.statement.to).sorted(),
                described: described, rows: fold.rows)
        }
    }

    private static func described(
        _ blob: BlobID, in carriers: [ThreadEntry], _ bodies: [StatementID: StatementBody]
    ) -> StatementBody.Exhibit? {
        for carrier in carriers {
            guard let body = bodies[carrier.id],
                let place = carrier.statement.exhibits.firstIndex(where: { $0.blob == blob }),
                body.exhibits.indices.contains(place)
            else { continue }
            return body.exhibits[place]
        }
        return nil
    }

    /// The row that `party`'s next event should answer: the last one that knows of the party's own
    /// last, else the last of all; the carrier while there is none.
    package func predecessor(for party: PartyID) -> StatementID? {
        var knows: [StatementID: Set<StatementID>] = [:]
        for row in rows { knows[row.id] = rowsBefore(row) }
        let own = rows.filter { $0.by.party == party }.map(\.id)
        let known = own.reduce(into: Set<StatementID>()) { $0.formUnion(knows[$1] ?? []) }
        guard let last = own.last(where: { !known.contains($0) }) else {
            return rows.last?.id ?? carriers.first
        }
        let after = rows.last { knows[$0.id]?.contains(last) == true }
        return after?.id ?? last
    }

    private func rowsBefore(_ row: CustodyRow) -> Set<StatementID> {
        let answered = Dictionary(
            rows.compactMap { row in row.answers.map { (row.id, $0) } },
            uniquingKeysWith: { one, _ in one })
        var before: Set<StatementID> = []
        var id = row.answers
        while let place = id, before.insert(place).inserted { id = answered[place] }
        return before
    }
}
