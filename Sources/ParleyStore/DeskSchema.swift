/// The tables of `desk.sqlite`: each element brings a file of the version before it to its own.
enum DeskSchema {
    static let versions = [
        """
        CREATE TABLE account (
            name TEXT PRIMARY KEY,
            organ TEXT NOT NULL,
            roles TEXT NOT NULL,
            disabled INTEGER NOT NULL,
            password TEXT,
            factor BLOB,
            pending_factor BLOB,
            used_step INTEGER,
            recovery BLOB NOT NULL,
            made INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE session (
            digest BLOB PRIMARY KEY,
            account TEXT NOT NULL,
            began INTEGER NOT NULL,
            seen INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX session_account ON session (account);
        CREATE TABLE token (
            digest BLOB PRIMARY KEY,
            account TEXT NOT NULL,
            label TEXT NOT NULL,
            roles TEXT NOT NULL,
            agreement BLOB,
            made INTEGER NOT NULL,
            until INTEGER NOT NULL,
            used INTEGER,
            revoked INTEGER,
            UNIQUE (account, label)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE attempts (
            key BLOB PRIMARY KEY,
            count INTEGER NOT NULL,
            last INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE trail (
            number INTEGER PRIMARY KEY,
            at INTEGER NOT NULL,
            account TEXT NOT NULL,
            means TEXT NOT NULL,
            operation TEXT NOT NULL,
            object TEXT NOT NULL,
            outcome TEXT NOT NULL,
            previous BLOB NOT NULL
        ) STRICT;
        CREATE INDEX trail_account ON trail (account, number);
        CREATE INDEX trail_object ON trail (object, number);
        CREATE TRIGGER trail_kept BEFORE DELETE ON trail BEGIN
            SELECT raise(ABORT, 'the trail is never shortened');
        END;
        CREATE TRIGGER trail_fixed BEFORE UPDATE ON trail BEGIN
            SELECT raise(ABORT, 'the trail is never changed');
        END;
        """,
        """
        CREATE TABLE draft (
            id BLOB PRIMARY KEY,
            organ TEXT NOT NULL,
            revision INTEGER NOT NULL,
            state TEXT NOT NULL,
            reviewed_revision INTEGER,
            reviewer TEXT,
            approved INTEGER,
            note TEXT,
            reviewed INTEGER,
            preview_revision INTEGER,
            payload BLOB,
            previewed INTEGER,
            statement BLOB
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX draft_open ON draft (organ) WHERE state = 'open';
        CREATE TABLE draft_revision (
            draft BLOB NOT NULL,
            revision INTEGER NOT NULL,
            editor TEXT NOT NULL,
            saved INTEGER NOT NULL,
            content BLOB NOT NULL,
            PRIMARY KEY (draft, revision)
        ) STRICT, WITHOUT ROWID;
        """,
        """
        CREATE TABLE repeat (
            account TEXT NOT NULL,
            key BLOB NOT NULL,
            request BLOB NOT NULL,
            at INTEGER NOT NULL,
            status INTEGER,
            body BLOB,
            size INTEGER NOT NULL,
            PRIMARY KEY (account, key)
        ) STRICT;
        CREATE INDEX repeat_at ON repeat (at);
        CREATE INDEX repeat_size ON repeat (account, size);
        """,
        """
        ALTER TABLE account ADD COLUMN subject TEXT;
        CREATE UNIQUE INDEX account_subject ON account (subject) WHERE subject IS NOT NULL;
        """,
        "ALTER TABLE session ADD COLUMN by_provider INTEGER NOT NULL DEFAULT 0;",
        """
        CREATE TABLE wishes (
            account TEXT PRIMARY KEY,
            wishes BLOB NOT NULL,
            tested INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE webhook (
            id BLOB PRIMARY KEY,
            account TEXT,
            label TEXT NOT NULL,
            address TEXT NOT NULL,
            kinds TEXT NOT NULL,
            secret BLOB NOT NULL,
            made INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE UNIQUE INDEX webhook_label ON webhook (coalesce(account, ''), label);
        CREATE TABLE telling (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            epoch TEXT,
            number INTEGER,
            dropped INTEGER NOT NULL,
            refused INTEGER NOT NULL
        ) STRICT;
        INSERT INTO telling VALUES (1, NULL, NULL, 0, 0);
        CREATE TABLE told (name TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE INDEX told_at ON told (at);
        CREATE TABLE entry (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            target TEXT NOT NULL,
            fact BLOB NOT NULL,
            audience TEXT,
            hotline INTEGER NOT NULL,
            digest INTEGER NOT NULL,
            at INTEGER NOT NULL,
            due INTEGER NOT NULL,
            thread TEXT,
            page INTEGER,
            batch INTEGER,
            tries INTEGER NOT NULL DEFAULT 0
        ) STRICT;
        CREATE INDEX entry_due ON entry (due);
        CREATE INDEX entry_target ON entry (target, hotline, batch);
        CREATE INDEX entry_batch ON entry (batch) WHERE batch IS NOT NULL;
        CREATE INDEX entry_page ON entry (thread) WHERE page IS NOT NULL;
        CREATE TABLE target (
            target TEXT PRIMARY KEY,
            arrived INTEGER,
            fault TEXT,
            fault_at INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE call (
            thread TEXT PRIMARY KEY,
            party TEXT NOT NULL,
            count INTEGER NOT NULL,
            due INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """,
        """
        CREATE TABLE filter (
            account TEXT NOT NULL,
            name TEXT NOT NULL,
            filter BLOB NOT NULL,
            PRIMARY KEY (account, name)
        ) STRICT, WITHOUT ROWID;
        """,
        """
        ALTER TABLE account ADD COLUMN company TEXT;
        CREATE TABLE filing (
            id BLOB PRIMARY KEY,
            company TEXT NOT NULL,
            organ TEXT NOT NULL,
            revision INTEGER NOT NULL,
            editor TEXT NOT NULL,
            saved INTEGER NOT NULL,
            content BLOB NOT NULL,
            state TEXT NOT NULL,
            note TEXT NOT NULL,
            follows BLOB,
            draft BLOB
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX filing_company ON filing (company, saved, id);
        CREATE INDEX filing_follows ON filing (follows) WHERE follows IS NOT NULL;
        CREATE INDEX filing_waiting ON filing (organ, saved) WHERE state = 'handed-in';
        CREATE UNIQUE INDEX filing_draft ON filing (draft) WHERE draft IS NOT NULL;
        """,
    ]
}
