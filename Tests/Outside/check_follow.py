#!/usr/bin/env python3
"""Has strangers' software follow a serving node's log over HTTP.

    PARLEY=path/to/parley check_follow.py ARTEFACTS

ARTEFACTS/follow holds the home of a node, what it serves, and a receipt it gave. The node is started
with --public; then its log is followed as C2SP has it, from the checkpoint to the tiles, to the
receipt's entry, and to a later checkpoint once the log has grown.

metamorphic-log verifies signatures, inclusion and consistency; it fetches nothing, so the proofs it
judges are put together from tiles by `Tiles` below, which follows RFC 6962 and no line of Parley's.
Where Python is 3.12 or later, aics-tlog does all of it itself, the fetching over HTTP included. Each
is then given changed tiles, which it must refuse.
"""
import base64
import contextlib
import hashlib
import importlib.metadata
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time
import urllib.request

try:
    import metamorphic_log
except ImportError as missing:
    print(f"not tried: {missing}")
    sys.exit(3)

WIDTH = 256
LIMIT_SECONDS = 60
failed = []


def report(name, tool, check, refused_too=()):
    """Runs `check()`, which raises or returns False when something does not hold, and then each
    check in `refused_too`, which must not hold."""

    def holds(one):
        try:
            return one() not in (False, 0), "it says no"
        except Exception as error:
            return False, f"{type(error).__name__}: {error}"

    right, reason = holds(check)
    if right and any(holds(one)[0] for one in refused_too):
        right, reason = False, "changed tiles are believed as well"
    used = f"{tool} {importlib.metadata.version(tool)}"
    print(f"ok {name} with {used}" if right else f"FAILED {name} with {used}: {reason}")
    if not right:
        failed.append(name)


def get(url):
    with urllib.request.urlopen(url, timeout=LIMIT_SECONDS) as reply:
        return reply.read()


class Tiles:
    """The hashes of a tree of `size` leaves, from tiles below `prefix`; `change` may alter them."""

    def __init__(self, prefix, size, change=lambda path, tile: tile):
        self.prefix, self.size, self.change, self.kept = prefix, size, change, {}

    def tile(self, level, number):
        width = min(WIDTH, (self.size >> (8 * level)) - number * WIDTH)
        assert 0 < width and number < 1000, "no such tile, or a log too long for this check"
        path = f"tile/{level}/{number:03}" + (f".p/{width}" if width < WIDTH else "")
        if path not in self.kept:
            tile = self.change(path, get(self.prefix + path))
            assert len(tile) == 32 * width, f"{path} is {len(tile)} bytes"
            self.kept[path] = [tile[at:at + 32] for at in range(0, len(tile), 32)]
        return self.kept[path]

    def root(self, start, end):
        """The root over the leaves from start to end, by the definition of RFC 6962 §2.1; a whole
        subtree of 256^level leaves is looked up, since its tile holds it."""
        count, level = end - start, 0
        while count > 1 << (8 * level):
            level += 1
        if count == 1 << (8 * level) and start % count == 0:
            place = start >> (8 * level)
            return self.tile(level, place // WIDTH)[place % WIDTH]
        split = 1 << (count - 1).bit_length() - 1
        left, right = self.root(start, start + split), self.root(start + split, end)
        return hashlib.sha256(b"\x01" + left + right).digest()

    def inclusion(self, index, start=0, end=None):
        end = self.size if end is None else end
        if end - start == 1:
            return []
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if index < middle:
            return self.inclusion(index, start, middle) + [self.root(middle, end)]
        return self.inclusion(index, middle, end) + [self.root(start, middle)]

    def consistency(self, old, start=0, end=None, whole=True):
        end = self.size if end is None else end
        if old == end:
            return [] if whole else [self.root(start, end)]
        middle = start + (1 << (end - start - 1).bit_length() - 1)
        if old <= middle:
            return self.consistency(old, start, middle, whole) + [self.root(middle, end)]
        return self.consistency(old, middle, end, False) + [self.root(start, middle)]


def flip(path, tile):
    return bytes([tile[0] ^ 1]) + tile[1:]


def free_ports(count):
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@contextlib.contextmanager
def serving(home, name):
    """The node, and the prefix that its log has."""
    private, public = free_ports(2)
    node = subprocess.Popen(
        [os.environ["PARLEY"], "serve", "--home", str(home), "--listen", f"127.0.0.1:{private}",
         "--public", f"127.0.0.1:{public}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    prefix = f"http://127.0.0.1:{public}/log/{name}/"
    try:
        end = time.monotonic() + LIMIT_SECONDS
        while True:
            try:
                get(prefix + "checkpoint")
                break
            except OSError:
                assert time.monotonic() < end and node.poll() is None, "the node does not serve"
                time.sleep(0.05)
        yield prefix
    finally:
        node.send_signal(signal.SIGTERM)
        node.wait(LIMIT_SECONDS)


def grow(home):
    """One more statement, in the node's own log; to whom it goes does not matter here."""
    subprocess.run(
        [os.environ["PARLEY"], "request", "new", "--home", str(home), "--to", "us", "--kind",
         "information", "--text", "Another question.", "--json"],
        check=True, stdout=subprocess.DEVNULL, timeout=LIMIT_SECONDS)


def grown(prefix, home):
    before = get(prefix + "checkpoint").decode()
    grow(home)
    end = time.monotonic() + LIMIT_SECONDS
    while stated(after := get(prefix + "checkpoint").decode())[0] == stated(before)[0]:
        assert time.monotonic() < end, "the log does not grow"
        time.sleep(0.05)
    return before, after


def stated(note):
    """Size and root as the note states them; a verifier has to say that they are signed."""
    lines = note.split("\n")
    return int(lines[1]), base64.b64decode(lines[2], validate=True)


def read_receipt(folder):
    head, note = (folder / "receipt.tlog-proof").read_text().split("\n\n", 1)
    index = int(head.split("\n")[1].removeprefix("index "))
    return index, bytes.fromhex((folder / "receipt.entry").read_text()), note


def follow_by_metamorphic(prefix, key, receipt, notes):
    index, entry, receipt_note = receipt
    for name, note in zip(("receipt", "first", "later"), [receipt_note, *notes]):
        size, root = stated(note)

        def signed_and_whole(change=lambda path, tile: tile):
            head = metamorphic_log.checkpoint_verify(note, [key])
            assert (head.size, bytes(head.root)) == (size, root)
            return Tiles(prefix, size, change).root(0, size) == root

        report(
            f"{name}-checkpoint-over-tiles", "metamorphic-log", signed_and_whole,
            [lambda: signed_and_whole(flip)])

        def included(change=lambda path, tile: tile):
            metamorphic_log.checkpoint_verify_inclusion(
                note, [key], index, hashlib.sha256(b"\x00" + entry).digest(),
                Tiles(prefix, size, change).inclusion(index))

        report(
            f"receipted-entry-in-{name}", "metamorphic-log", included, [lambda: included(flip)])
    newest = notes[-1]
    for name, older in (("receipt", receipt_note), ("first", notes[0])):

        def consistent(change=lambda path, tile: tile):
            tiles = Tiles(prefix, stated(newest)[0], change)
            metamorphic_log.checkpoint_verify_consistency(
                older, newest, [key], tiles.consistency(stated(older)[0]))

        report(
            f"{name}-to-later", "metamorphic-log", consistent, [lambda: consistent(flip)])


def follow_by_aics(prefix, key, witnesses, receipt, notes):
    import aics_tlog

    class Changed(aics_tlog.HttpTileReader):
        """The same tiles, each with one bit flipped."""

        def read_tile(self, *arguments, **options):
            return flip(None, super().read_tile(*arguments, **options))

    def checked(note, quorum=0):
        read = aics_tlog.parse_note(note)
        witness_keys = [aics_tlog.parse_vkey(one) for one in witnesses]
        return aics_tlog.verify_checkpoint(
            read, aics_tlog.parse_vkey(key), witness_keys, quorum=quorum).ok

    index, entry, receipt_note = receipt
    report("receipt-cosigned", "aics-tlog", lambda: checked(receipt_note, len(witnesses)))
    newest = notes[-1]
    size, root = stated(newest)

    def audited(reader):
        # Raises on the first tile or bundle that does not authenticate.
        report = aics_tlog.audit_tiles(reader, size, root, entries=True)
        return checked(newest) and report.size == size and report.tiles and report.bundles

    report(
        "whole-log", "aics-tlog", lambda: audited(aics_tlog.HttpTileReader(prefix)),
        [lambda: audited(Changed(prefix))])

    def included(reader):
        tiles = aics_tlog.VerifiedTileReader(reader, size, root)
        proof = aics_tlog.inclusion_proof_from_tiles(tiles, index, size)
        assert aics_tlog.read_entry(tiles, index, size) == entry
        return aics_tlog.verify_leaf_inclusion(entry, index, size, proof, root)

    report(
        "receipted-entry-in-later", "aics-tlog",
        lambda: included(aics_tlog.HttpTileReader(prefix)), [lambda: included(Changed(prefix))])

    for name, older in (("receipt", receipt_note), ("first", notes[0])):

        def consistent(reader):
            old_size, old_root = stated(older)
            proof = aics_tlog.consistency_proof_from_tiles(reader, old_size, size)
            return aics_tlog.verify_consistency(old_size, size, old_root, root, proof)

        report(
            f"{name}-to-later", "aics-tlog",
            lambda: consistent(aics_tlog.HttpTileReader(prefix)),
            [lambda: consistent(Changed(prefix))])


def main():
    folder = pathlib.Path(sys.argv[1]) / "follow"
    key = (folder / "log.vkey").read_text()
    witnesses = (folder / "witness.vkeys").read_text().split()
    receipt = read_receipt(folder)
    with serving(folder / "cn", (folder / "name").read_text()) as prefix:
        notes = grown(prefix, folder / "cn")
        follow_by_metamorphic(prefix, key, receipt, notes)
        # Every property has been tried by now, so an older Python leaves nothing untried.
        if sys.version_info >= (3, 12):
            follow_by_aics(prefix, key, witnesses, receipt, notes)
    sys.exit(1 if failed else 0)


main()
