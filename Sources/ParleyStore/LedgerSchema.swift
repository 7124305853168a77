/// The tables of `ledger.sqlite`; the file says its version in SQLite's `user_version`.
enum LedgerSchema {
    /// What leads from each version to the next, the first from an empty file.
    static let versions = [version1, version2, version3, version4, version5, version6, version7]

    /// `position` is the entry's index in this node's own log. Proofs refer to a checkpoint row, so
    /// that a batch of 500 statements stores its note once.
    private static let version1 = """
        CREATE TABLE entry (
            position INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE,
            payload BLOB NOT NULL UNIQUE,
            thread BLOB NOT NULL,
            envelope BLOB NOT NULL,
            taken_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX entry_thread ON entry (thread, position);
        CREATE TABLE tile (
            level INTEGER NOT NULL,
            number INTEGER NOT NULL,
            hashes BLOB NOT NULL,
            PRIMARY KEY (level, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE own_checkpoint (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            note BLOB NOT NULL
        ) STRICT;
        CREATE TABLE witnessed (
            party TEXT PRIMARY KEY,
            note BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE cosigned (
            party TEXT PRIMARY KEY,
            size INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE checkpoint (
            number INTEGER PRIMARY KEY,
            digest BLOB NOT NULL UNIQUE,
            note BLOB NOT NULL,
            times TEXT NOT NULL
        ) STRICT;
        CREATE TABLE proof (
            position INTEGER NOT NULL REFERENCES entry (position),
            log TEXT NOT NULL,
            place INTEGER NOT NULL,
            hashes BLOB NOT NULL,
            checkpoint INTEGER NOT NULL REFERENCES checkpoint (number)
        ) STRICT;
        CREATE UNIQUE INDEX proof_once ON proof (position, log, checkpoint);
        CREATE TABLE outbox (
            party TEXT NOT NULL,
            position INTEGER NOT NULL REFERENCES entry (position),
            may_fall_silent INTEGER NOT NULL,
            PRIMARY KEY (party, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX outbox_silence ON outbox (position) WHERE may_fall_silent;
        CREATE TABLE refusal (
            id BLOB NOT NULL,
            party TEXT NOT NULL,
            envelope BLOB NOT NULL,
            UNIQUE (id, party)
        ) STRICT;
        """

    /// Proofs of forks, kept for ever, and who is still to be told.
    private static let version2 = """
        CREATE TABLE fork (
            number INTEGER PRIMARY KEY,
            digest BLOB NOT NULL UNIQUE,
            party TEXT NOT NULL,
            proof BLOB NOT NULL,
            found_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE fork_to_tell (
            party TEXT NOT NULL,
            fork INTEGER NOT NULL REFERENCES fork (number),
            PRIMARY KEY (party, fork)
        ) STRICT, WITHOUT ROWID;
        """

    /// Which entries change keys: few, and read at every start.
    private static let version3 = """
        CREATE TABLE key_change (
            position INTEGER PRIMARY KEY REFERENCES entry (position)
        ) STRICT;
        """

    /// Statements that went out without all outside cosignatures.
    private static let version4 = """
        CREATE TABLE uncovered (
            position INTEGER PRIMARY KEY REFERENCES entry (position)
        ) STRICT;
        """

    /// They also put versions of the agreement on record, and say that a party leaves.
    private static let version5 = "ALTER TABLE key_change RENAME TO directory_change;"

    /// Statements about overlays on the tables of law: few, and read for each answer.
    private static let version6 = """
        CREATE TABLE overlay_statement (
            position INTEGER PRIMARY KEY REFERENCES entry (position)
        ) STRICT;
        """

    /// Which statements publish which text: asked for by anybody.
    private static let version7 = """
        CREATE TABLE publication (
            text BLOB NOT NULL,
            position INTEGER NOT NULL REFERENCES entry (position),
            PRIMARY KEY (text, position)
        ) STRICT, WITHOUT ROWID;
        """
}
