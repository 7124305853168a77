import Foundation
import GRDB
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyStatements

/// Writes one change inside the transaction that the caller opened.
struct LedgerWriting {
    let db: Database

    func apply(_ change: LedgerChange) throws {
        try write(change.entries)
        for tile in change.tiles {
            try run(
                """
                INSERT INTO tile (level, number, hashes) VALUES (?, ?, ?)
                ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes
                """, [tile.id.level, Int64(tile.id.number), joined(tile.hashes)])
        }
        if let note = change.note {
            try run(
                """
                INSERT INTO own_checkpoint (only, note) VALUES (1, ?)
                ON CONFLICT (only) DO UPDATE SET note = excluded.note
                """, [Data(note)])
        }
        for (party, note) in change.witnessedNotes {
            try run(
                """
                INSERT INTO witnessed (party, note) VALUES (?, ?)
                ON CONFLICT (party) DO UPDATE SET note = excluded.note
                """, [party.text, Data(note)])
        }
        for (party, size) in change.cosignedSizes {
            try run(
                """
                INSERT INTO cosigned (party, size) VALUES (?, ?)
                ON CONFLICT (party) DO UPDATE SET size = excluded.size
                """, [party.text, Int64(size.entryCount)])
        }
        try write(change.proofs)
        try writeOutbox(change)
        for statement in change.uncovered {
            try run(
                """
                INSERT INTO uncovered (position) SELECT position FROM entry WHERE id = ?
                ON CONFLICT DO NOTHING
                """, [statement.digest.data])
        }
        for statement in change.covered {
            try run(
                "DELETE FROM uncovered WHERE position = (SELECT position FROM entry WHERE id = ?)",
                [statement.digest.data])
        }
        try writeForks(change)
    }

    private func writeForks(_ change: LedgerChange) throws {
        for fork in change.forks {
            let digest = fork.proof.digest.data
            try run(
                """
                INSERT INTO fork (digest, party, proof, found_at) SELECT ?, ?, ?, ?
                WHERE (SELECT count(*) FROM fork WHERE party = ?) < ?
                ON CONFLICT DO NOTHING
                """,
                [
                    digest, fork.party.text, Data(fork.proof.fileBytes),
                    fork.foundAt.secondsSinceEpoch, fork.party.text, KnownFork.limitPerParty,
                ])
            // Known already: then everybody was told, or is still to be.
            guard db.changesCount > 0 else { continue }
            for party in change.forksToTell {
                try run(
                    """
                    INSERT INTO fork_to_tell (party, fork) SELECT ?, number FROM fork
                    WHERE digest = ?
                    """, [party.text, digest])
            }
        }
        for told in change.forksTold {
            try run(
                """
                DELETE FROM fork_to_tell WHERE party = ?
                AND fork = (SELECT number FROM fork WHERE digest = ?)
                """, [told.party.text, told.fork.data])
        }
    }

    private func write(_ entries: [LedgerChange.Entry]) throws {
        for entry in entries {
            try run(
                """
                INSERT INTO entry (position, id, payload, thread, envelope, taken_at)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
                [
                    Int64(entry.index.position), entry.id.digest.data, entry.payload.data,
                    Data(entry.thread.bytes), Data(entry.envelope),
                    entry.takenAt.secondsSinceEpoch,
                ])
            if entry.changesDirectory {
                try run(
                    "INSERT INTO directory_change (position) VALUES (?)",
                    [Int64(entry.index.position)])
            }
            if entry.concernsOverlay {
                try run(
                    "INSERT INTO overlay_statement (position) VALUES (?)",
                    [Int64(entry.index.position)])
            }
            if let text = entry.publishes {
                try run(
                    "INSERT INTO publication (text, position) VALUES (?, ?)",
                    [text.digest.data, Int64(entry.index.position)])
            }
        }
    }

    private func write(_ proofs: [(statement: StatementID, proof: HeldProof)]) throws {
        // One batch's proofs mostly share one note: hash and store it once.
        var rowOfNote: [[UInt8]: Int64] = [:]
        for (statement, proof) in proofs {
            let checkpoint: Int64
            if let row = rowOfNote[proof.note] {
                checkpoint = row
            } else {
                checkpoint = try row(of: proof)
                rowOfNote[proof.note] = checkpoint
            }
            try run(
                """
                INSERT INTO proof (position, log, place, hashes, checkpoint)
                SELECT position, ?, ?, ?, ? FROM entry WHERE id = ?
                ON CONFLICT DO NOTHING
                """,
                [
                    proof.log.text, Int64(proof.place.index.position),
                    joined(proof.place.proof), checkpoint, statement.digest.data,
                ])
        }
    }

    private func row(of proof: HeldProof) throws -> Int64 {
        let digest = Digest(hashing: proof.note).data
        let times = proof.times.sorted { $0.key < $1.key }
            .map { "\($0.value.secondsSinceEpoch) \($0.key)" }.joined(separator: "\n")
        try run(
            """
            INSERT INTO checkpoint (digest, note, times) VALUES (?, ?, ?)
            ON CONFLICT (digest) DO NOTHING
            """, [digest, Data(proof.note), times])
        return try Int64.fetchOne(
            db, sql: "SELECT number FROM checkpoint WHERE digest = ?", arguments: [digest]) ?? 0
    }

    private func writeOutbox(_ change: LedgerChange) throws {
        for delivery in change.deliveries { try queue(delivery) }
        for silence in change.silenced {
            try run(
                """
                UPDATE outbox SET may_fall_silent = 0 WHERE party = ?
                AND position = (SELECT position FROM entry WHERE id = ?)
                """, [silence.party.text, silence.statement.digest.data])
        }
        for settlement in change.settlements {
            try run(
                """
                DELETE FROM outbox WHERE party = ?
                AND position = (SELECT position FROM entry WHERE id = ?)
                """, [settlement.party.text, settlement.statement.digest.data])
            if let refusal = settlement.refusal {
                try run(
                    """
                    INSERT INTO refusal (id, party, envelope) VALUES (?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """,
                    [settlement.statement.digest.data, settlement.party.text, Data(refusal)])
            }
        }
        for delivery in change.again { try queue(delivery) }
    }

    private func queue(_ delivery: LedgerChange.Delivery) throws {
        try run(
            """
            INSERT INTO outbox (party, position, may_fall_silent)
            SELECT ?, position, ? FROM entry WHERE id = ?
            ON CONFLICT DO NOTHING
            """,
            [delivery.party.text, delivery.mayFallSilent, delivery.statement.digest.data])
    }

    private func run(_ sql: String, _ arguments: StatementArguments) throws {
        let statement = try db.cachedStatement(sql: sql)
        try statement.execute(arguments: arguments)
    }

    private func joined(_ hashes: [Digest]) -> Data {
        var data = Data(capacity: hashes.count * Digest.byteCount)
        for hash in hashes { hash.withBytes { data.append(contentsOf: $0) } }
        return data
    }
}
