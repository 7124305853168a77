"""A second, simple reader of a home's ledger: its tables, its Merkle tree, its notes."""

import base64
import hashlib
import sqlite3

from parley import Failed, expect


class Ledger:
    """Reads `ledger.sqlite` of one home without changing it."""

    def __init__(self, home):
        self.path = home / "ledger.sqlite"

    def rows(self, sql, *arguments):
        connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=10)
        try:
            return connection.execute(sql, arguments).fetchall()
        finally:
            connection.close()

    def rows_or_none(self, sql, *arguments):
        """None while the file is not there, or waits for a process that may write to repair it."""
        try:
            return self.rows(sql, *arguments)
        except sqlite3.OperationalError:
            return None

    def ids(self):
        """Statement ids in log order; none when there is no ledger yet."""
        rows = self.rows_or_none("SELECT id FROM entry ORDER BY position")
        return None if rows is None else [row[0] for row in rows]

    def count(self):
        rows = self.rows_or_none("SELECT count(*) FROM entry")
        return rows[0][0] if rows else 0

    def outbox_count(self):
        rows = self.rows_or_none("SELECT count(*) FROM outbox")
        return rows[0][0] if rows else None

    def audit(self):
        """Checks the file, then the tree from its entries alone; every id comes once."""
        faults = self.rows("PRAGMA integrity_check")
        expect(faults == [("ok",)], f"{self.path.parent.name}: SQLite finds {faults}")
        ids = self.ids()
        expect(len(ids) == len(set(ids)), f"{self.path.parent.name}: an id comes twice")
        places = [row[0] for row in self.rows("SELECT position FROM entry ORDER BY position")]
        expect(
            places == list(range(len(ids))),
            f"{self.path.parent.name}: the log's places are {places}")
        for envelope, id in self.rows("SELECT envelope, id FROM entry"):
            expect(
                hashlib.sha256(envelope).digest() == id,
                f"{self.path.parent.name}: {id.hex()} is not its envelope's digest")
        (note,) = self.rows("SELECT note FROM own_checkpoint")[0]
        expect(
            checkpoint(note) == (len(ids), root(ids)),
            f"{self.path.parent.name}: its checkpoint is not over its entries")
        return ids

    def witnessed(self, party):
        """Size and root that this node last cosigned of a peer's log; None before the first."""
        rows = self.rows("SELECT note FROM witnessed WHERE party = ?", party)
        return checkpoint(rows[0][0]) if rows else None


def audit_both(world, parties=("us", "cn")):
    """Audits two ledgers: the same statements in both, and each log the one its peer witnessed."""
    ledgers = {party: Ledger(world.home(party)) for party in parties}
    ids = {party: ledger.audit() for party, ledger in ledgers.items()}
    one, other = parties
    expect(
        set(ids[one]) == set(ids[other]),
        f"{one} and {other} hold other statements: {differing(ids[one], ids[other])}")
    for party, peer in ((one, other), (other, one)):
        seen = ledgers[peer].witnessed(party)
        if seen is None:
            continue
        size, hash = seen
        expect(
            size <= len(ids[party]) and root(ids[party][:size]) == hash,
            f"{peer} has cosigned a log of {party} that is not a prefix of the one it holds")
    return ids[one]


def differing(one, other):
    return ", ".join(sorted(id.hex()[:12] for id in set(one) ^ set(other)))


def checkpoint(note):
    """Size and root of a checkpoint note."""
    lines = note.decode().split("\n")
    if len(lines) < 4:
        raise Failed(f"not a checkpoint: {note!r}")
    return int(lines[1]), base64.b64decode(lines[2])


# RFC 6962 §2.1, written from its text ----------------------------------------------------------


def leaf_hash(entry):
    return hashlib.sha256(b"\x00" + entry).digest()


def root(entries):
    if not entries:
        return hashlib.sha256(b"").digest()
    return tree_hash([leaf_hash(entry) for entry in entries])


def tree_hash(leaves):
    if len(leaves) == 1:
        return leaves[0]
    cut = split(len(leaves))
    return hashlib.sha256(b"\x01" + tree_hash(leaves[:cut]) + tree_hash(leaves[cut:])).digest()


def split(count):
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def inclusion_proof(index, leaves):
    if len(leaves) == 1:
        return []
    cut = split(len(leaves))
    if index < cut:
        return inclusion_proof(index, leaves[:cut]) + [tree_hash(leaves[cut:])]
    return inclusion_proof(index - cut, leaves[cut:]) + [tree_hash(leaves[:cut])]


def consistency_proof(old_size, leaves, is_whole=True):
    if old_size == 0:
        return []
    if old_size == len(leaves):
        return [] if is_whole else [tree_hash(leaves)]
    cut = split(len(leaves))
    if old_size <= cut:
        return consistency_proof(old_size, leaves[:cut], is_whole) + [tree_hash(leaves[cut:])]
    return consistency_proof(old_size - cut, leaves[cut:], False) + [tree_hash(leaves[:cut])]
