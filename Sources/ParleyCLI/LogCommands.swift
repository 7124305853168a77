import ArgumentParser
import Foundation
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore
import ParleyWeb

struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "This node's log, and what its peers have seen of it.",
        discussion: "Example:\n  parley log show --home us",
        subcommands: [
            LogShowCommand.self, LogForksCommand.self, LogCheckForkCommand.self,
            LogRecoverCommand.self, LogStampCommand.self, LogStampsCommand.self,
            LogCheckStampCommand.self,
        ])
}

struct LogShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show the log's size and root, and who has cosigned how much.",
        discussion: "Example:\n  parley log show --home us")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let record = try await home.record()
            let keys = try AgreementKeys(record.versions.all)
            let ledger = try home.ledger()
            let tail = try await ledger.tail()
            let forks = try await ledger.forks()
            guard let logKey = keys.log(of: home.seat.party) else {
                throw CommandFailure.refused(
                    "party-not-in-agreement", "the agreement has no log of \(home.seat.party)")
            }
            let own = try tail.note.map {
                try UnverifiedCheckpoint(note: $0).verify(logKey: logKey)
            }
            let status = await LocalClient(socketPath: home.socketPath).status()
            let lateCount = try await ledger.uncovered(limit: 1000).count
            // Of the empty tree before the first statement, as RFC 6962 has it.
            let root = Base64.encode((own?.root ?? Merkle.emptyRoot).bytes)
            let peers = record.versions.parties(at: Surroundings.here.clock.now()).map(\.id)
                .filter { $0 != home.seat.party }
            let seen = try peers.map { party in
                (
                    party: party, cosigned: tail.cosignedSizes[party] ?? TreeSize(0),
                    witnessed: try witnessed(party, tail, keys)
                )
            }
            let report = LogReport(
                logKey: logKey, size: tail.size, root: root, forks: forks, status: status,
                lateCount: lateCount, peers: seen)
            emit(report.json, json: flag.json, lines: report.lines)
        }
    }

    private func witnessed(
        _ party: PartyID, _ tail: LedgerTail, _ keys: AgreementKeys
    ) throws -> TreeSize {
        guard let note = tail.witnessedNotes[party], let key = keys.log(of: party) else {
            return TreeSize(0)
        }
        return try UnverifiedCheckpoint(note: note).verify(logKey: key).size
    }
}

/// How a node's log stands, in words.
private struct LogReport {
    let logKey: NoteKey
    let size: TreeSize
    /// Base 64.
    let root: String
    let forks: [KnownFork]
    /// Nil while no node serves the home.
    let status: NodeStatus?
    /// Statements that went out without every outside cosignature.
    let lateCount: Int
    let peers: [(party: PartyID, cosigned: TreeSize, witnessed: TreeSize)]

    var json: JSONObject {
        [
            "origin": .string(logKey.name), "key": .string(logKey.text),
            "entryCount": .integer(Int64(clamping: size.entryCount)),
            "root": .string(root), "forkCount": .integer(Int64(forks.count)),
            "clockSkews": .array(
                (status?.clockSkews ?? []).map {
                    .object([
                        "party": .string($0.party.text),
                        "secondsAhead": .integer($0.secondsAhead),
                        "measuredAt": .string($0.measuredAt.text),
                    ])
                }),
            "witnesses": .array((status?.witnesses ?? []).map { .object($0.json) }),
            "lackingOutsideCosignatures": .integer(Int64(lateCount)),
            "peers": .array(
                peers.map {
                    .object([
                        "party": .string($0.party.text),
                        "hasCosigned": .integer(Int64(clamping: $0.cosigned.entryCount)),
                        "weHaveCosigned": .integer(Int64(clamping: $0.witnessed.entryCount)),
                    ])
                }),
        ]
    }

    var lines: [String] {
        var lines = [
            "\(logKey.name): \(size.entryCount) entries", "  root \(root)",
            "  key  \(logKey.text)",
        ]
        lines += peers.map {
            "  \($0.party): has cosigned \($0.cosigned.entryCount) of it; we have "
                + "cosigned \($0.witnessed.entryCount) of theirs"
        }
        lines += (status?.witnesses ?? []).map {
            "  \($0.name): "
                + ($0.fault ?? $0.cosignedAt.map { "cosigned last at \($0)" }
                    ?? "not asked since the node was started")
        }
        if lateCount > 0 {
            lines.append(
                "  sent without every outside cosignature: \(lateCount), asked for again each "
                    + "minute")
        }
        lines += (status?.clockSkews ?? []).map {
            "  \($0.party)'s clock was \(abs($0.secondsAhead)) s "
                + "\($0.secondsAhead < 0 ? "behind" : "ahead of") ours at " + $0.measuredAt.text
        }
        return lines
            + forks.map { "  \($0.party)'s log has shown two histories: parley log forks" }
    }
}

struct LogRecoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract:
            "After moving or restoring a home: ask the peers whether its ledger is the newest.",
        discussion: """
            A node keeps what it signed last in the file last-signed, which belongs in no backup. \
            Without that file it signs nothing until this command has asked every peer what it has \
            cosigned of the node's log, and the ledger leads to all of it.

            Example:
              parley log recover --home us --peer cn=192.0.2.7:7443
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag

    @Option(
        name: .customLong("peer"),
        help: "Reach a party's node elsewhere: party=host:port. The pins hold all the same.")
    var peers: [String] = []

    @Option(help: "Go on without the word of a party that cannot be reached; once for each.")
    var without: [String] = []

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let identity = try home.identity(
                try await home.record().versions, keys: try home.keyRing(of: [home.seat.organ]))
            let lock = try await HomeLock.forServing(home)
            defer { lock.release() }
            try await home.setAsideDamagedLastSigned()
            let client = try PeerClient(
                agreement: identity.versions.id, parties: identity.parties,
                identity: try home.tlsIdentity(),
                addresses: try PeerAddress.parse(peers))
            let asked = identity.parties.map(\.id)
                .filter { $0 != identity.party.id && !without.contains($0.text) }
            let origin = identity.logSigner.key.name
            let sizes = try await Recovery(
                ledger: try home.ledger(), lastSigned: home.lastSigned, identity: identity
            ).run(asking: asked) { party in
                do {
                    return try await client.witnessedNote(origin: origin, at: party)
                } catch {
                    throw CommandFailure.failed(
                        "peer-not-reached", "\(party) could not be asked: \(error)",
                        hint: "name its address with --peer \(party)=host:port, or go on with "
                            + "--without \(party) if you know that it has seen nothing newer")
                }
            }
            try await home.trail.record("log.recover", [""])
            let known = sizes.sorted { $0.key < $1.key }
            emit(
                [
                    "recovered": .bool(true),
                    "cosigned": .object(
                        JSONObject(
                            known.map {
                                .init(
                                    name: $0.key.text,
                                    value: .integer(Int64(clamping: $0.value.entryCount)))
                            })),
                ], json: flag.json,
                lines: ["the ledger is the newest that any peer asked knows of"]
                    + known.map { "  \($0.key) has cosigned \($0.value.entryCount) entries" })
        }
    }
}
