package import ParleyLog
package import ParleyStatements

/// One exhibit and everything recorded about its custody in one thread: a pure function of the
/// thread and of what the sealed bodies say, as far as they can be read here.
///
/// - SeeAlso: `Spec/custody.md`.
package struct CustodyChain: Hashable, Sendable {
    package let exhibit: BlobID
    /// The statements that carried it: the one that says who sealed it first, then in fold order.
    package let carriers: [StatementID]
    /// Who sealed it: the author of the first carrier that was applied.
    package let sender: Seat
    package let holders: [PartyID]
    /// What the carrier's body says of it; nil where that body cannot be read here.
    package let described: StatementBody.Exhibit?
    /// Accepted by the requester before a carrier was sent: they bind whoever has the exhibit.
    package let conditions: [ThreadConditions]
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

extension CustodyRow {
    fileprivate func settled(at time: Timestamp) -> CustodyRow {
        CustodyRow(
            id: id, by: by, event: event, answers: answers, recorded: time, reading: reading,
            breaks: [])
    }
}

/// How one party holds an exhibit.
package struct CustodyHold: Hashable, Sendable {
    package let holding: CustodyHolding
    /// The role that has it in hand; nil where none is named.
    package let handler: String?
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
        of thread: DialogueThread, bodies: [StatementID: StatementBody], toleranceSeconds: Int64
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
        let bindings = thread.bindings()
        return order.compactMap { blob in
            // A peer's irregular statement must not say who sealed what.
            guard let carrying = carriers[blob],
                let first = carrying.first(where: { $0.effect == .applied }) ?? carrying.first
            else { return nil }
            let described = described(blob, in: carrying, bodies)
            var fold = CustodyFold(
                sender: first.statement.from.party, content: described?.digest,
                toleranceSeconds: toleranceSeconds)
            for event in events[blob] ?? [] {
                fold.apply(event, body: bodies[event.id])
            }
            return CustodyChain(
                exhibit: blob,
                carriers: [first.id] + carrying.map(\.id).filter { $0 != first.id },
                sender: first.statement.from,
                holders: Set([first.statement.from.party] + first.statement.to).sorted(),
                described: described,
                // SPEC custody §6: A chain MUST name the conditions that bind any of its carriers.
                conditions: Set(carrying.flatMap { bindings[$0.id] ?? [] })
                    .sorted { ($0.time, $0.id) < ($1.time, $1.id) },
                rows: fold.rows)
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

    /// The breaks that a next row of `party` would have, as if everything recorded here were
    /// settled: what a composer is told before it signs.
    package func breaks(
        adding event: CustodyEvent, by seat: Seat, details: CustodyDetails, at now: Timestamp,
        toleranceSeconds: Int64
    ) -> [CustodyBreak] {
        var fold = replayed(toleranceSeconds: toleranceSeconds)
        fold.apply(
            CustodyRow(
                id: StatementID(exhibit.digest), by: seat, event: event,
                answers: predecessor(for: seat.party), recorded: now, reading: .read(details),
                breaks: []))
        return fold.rows.last?.breaks ?? []
    }

    /// How a party holds the exhibit now.
    package func hold(of party: PartyID) -> CustodyHold {
        replayed(toleranceSeconds: 0).hold(of: party)
    }

    private func replayed(toleranceSeconds: Int64) -> CustodyFold {
        var fold = CustodyFold(
            sender: sender.party, content: described?.digest, toleranceSeconds: toleranceSeconds)
        var waiting: [StatementID: [CustodyRow]] = [:]
        let isWaiting = Set(rows.filter { $0.recorded == nil }.map(\.id))
        var ready: [CustodyRow] = []
        for row in rows {
            if row.recorded != nil {
                fold.apply(row)
            } else if let answers = row.answers, isWaiting.contains(answers) {
                waiting[answers, default: []].append(row)
            } else {
                ready.append(row)
            }
        }
        // Those without a time stand by id: each is put behind the one that it answers.
        ready.reverse()
        while let row = ready.popLast() {
            fold.apply(row.settled(at: row.reading.details?.time ?? .latest))
            ready += waiting[row.id] ?? []
        }
        return fold
    }

    /// The row that `party`'s next event should answer: the last one that knows of the party's own
    /// last, else the last of all; the carrier while there is none.
    package func predecessor(for party: PartyID) -> StatementID? {
        let answered = Dictionary(
            rows.compactMap { row in row.answers.map { (row.id, $0) } },
            uniquingKeysWith: { one, _ in one })
        let own = rows.filter { $0.by.party == party }.map(\.id)
        // Each row is passed once, however deep a peer makes the chain.
        var known: Set<StatementID> = []
        for id in own {
            var before = answered[id]
            while let place = before, known.insert(place).inserted { before = answered[place] }
        }
        guard let last = own.last(where: { !known.contains($0) }) else {
            return rows.last { $0.recorded != nil }?.id ?? carriers.first
        }
        var after: Set<StatementID> = [last]
        var latest = last
        // A peer's row that has no time yet may never get one, and ours would wait for it.
        for row in rows
        where row.answers.map(after.contains) == true
            && (row.recorded != nil || row.by.party == party)
        {
            after.insert(row.id)
            latest = row.id
        }
        return latest
    }
}
