/// The tables of `views.sqlite`. There is no way from one version to the next: another version is
/// deleted and made anew.
enum ViewSchema {
    static let version = 7

    static let names = [
        "cursor", "thread", "clock", "tally", "text_cursor", "awaited_text", "search_text",
        "search_tail", "token_block", "token",
    ]

    /// What stands for "nobody knows when": after all instants that there are.
    static let noDue: Int64 = 253_402_300_799

    /// `clock.verdict`.
    enum Verdict: Int64 { case open = 0, met, late, ended, unknown }

    /// A clock's row bears its thread's kind and the month in which it started (year × 12 + month),
    /// so that triggers keep the tally by them: a scorecard then reads some rows a month, not all
    /// clocks. Open clocks have an index of their own, because only they can be overdue.
    ///
    /// Each index holds all that its questions ask about, also what is the same in every row of it:
    /// a queue that passes over 30,000 threads of the other side then reads no row of theirs.
    ///
    /// The index of texts (``TokenIndex``) keeps which text holds which token and not where in it:
    /// what stands side by side is compared in `search_text`, and most questions are answered
    /// without.
    static let tables = """
        CREATE TABLE cursor (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            entries INTEGER NOT NULL,
            proofs INTEGER NOT NULL,
            versions BLOB NOT NULL
        ) STRICT;
        CREATE TABLE thread (
            number INTEGER PRIMARY KEY,
            id BLOB NOT NULL UNIQUE,
            agreement BLOB NOT NULL,
            subject TEXT NOT NULL,
            kind TEXT,
            urgency TEXT,
            opener TEXT,
            addressed TEXT NOT NULL,
            state TEXT NOT NULL,
            turn TEXT,
            outcome TEXT,
            next_clock TEXT,
            is_paused INTEGER NOT NULL,
            due INTEGER NOT NULL,
            statements INTEGER NOT NULL,
            irregular INTEGER NOT NULL,
            unsettled INTEGER NOT NULL,
            silences INTEGER NOT NULL,
            open_silences INTEGER NOT NULL,
            last_settled INTEGER
        ) STRICT;
        CREATE INDEX thread_due
            ON thread (due, number, turn, kind, subject, opener, addressed)
            WHERE turn IS NOT NULL;
        CREATE INDEX thread_turn
            ON thread (turn, due, number, kind, subject, opener, addressed)
            WHERE turn IS NOT NULL;
        CREATE INDEX thread_list ON thread (id, kind, subject, state, opener, addressed);
        CREATE INDEX thread_silent ON thread (due, number) WHERE open_silences > 0;
        CREATE TABLE clock (
            thread INTEGER NOT NULL,
            place INTEGER NOT NULL,
            name TEXT NOT NULL,
            party TEXT NOT NULL,
            kind TEXT NOT NULL,
            month INTEGER NOT NULL,
            start INTEGER NOT NULL,
            due INTEGER,
            paused INTEGER,
            stop INTEGER,
            is_end INTEGER NOT NULL,
            verdict INTEGER NOT NULL,
            PRIMARY KEY (thread, place)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX clock_open ON clock (party, name, kind, due, month, verdict, paused)
            WHERE verdict = 0 AND paused IS NULL;
        CREATE INDEX clock_due ON clock (due) WHERE verdict = 0 AND paused IS NULL;
        CREATE TABLE tally (
            month INTEGER NOT NULL,
            party TEXT NOT NULL,
            name TEXT NOT NULL,
            kind TEXT NOT NULL,
            verdict INTEGER NOT NULL,
            count INTEGER NOT NULL,
            PRIMARY KEY (month, party, name, kind, verdict)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER clock_in AFTER INSERT ON clock BEGIN
            INSERT INTO tally VALUES (new.month, new.party, new.name, new.kind, new.verdict, 1)
            ON CONFLICT DO UPDATE SET count = count + 1;
        END;
        CREATE TRIGGER clock_out AFTER DELETE ON clock BEGIN
            UPDATE tally SET count = count - 1 WHERE month = old.month AND party = old.party
            AND name = old.name AND kind = old.kind AND verdict = old.verdict;
        END;
        CREATE TABLE text_cursor (
            only INTEGER PRIMARY KEY CHECK (only = 1),
            position INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE awaited_text (
            position INTEGER PRIMARY KEY,
            statement BLOB NOT NULL
        ) STRICT;
        CREATE TABLE search_text (
            position INTEGER PRIMARY KEY,
            statement BLOB NOT NULL,
            thread BLOB NOT NULL,
            text TEXT NOT NULL
        ) STRICT;
        CREATE INDEX search_thread ON search_text (thread, position);
        CREATE TABLE search_tail (
            position INTEGER PRIMARY KEY
        ) STRICT;
        CREATE TABLE token_block (
            number INTEGER PRIMARY KEY,
            last INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE token (
            block INTEGER NOT NULL,
            first BLOB NOT NULL,
            page BLOB NOT NULL,
            PRIMARY KEY (block, first)
        ) STRICT, WITHOUT ROWID;
        """
}
