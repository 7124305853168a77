"""The log and the witness as strangers' software meets them: C2SP over HTTP."""

import contextlib
import hashlib
import http.client
import os
import shutil
import sqlite3

from handmade import HandmadePeer, client_context, tls_files
from ledger import Ledger, audit_both, checkpoint, leaf_hash, root, tree_hash
from parley import LIMIT_SECONDS, expect, free_port, make_world, run, until

TILE_WIDTH = 256
STATEMENT_COUNT = 300


class Reader:
    """Reads one node's log: over TLS with some party's key, with none, or over plain HTTP."""

    def __init__(self, port, context=None, agreement="us-cn-2015"):
        self.port, self.context, self.prefix = port, context, f"/log/{agreement}/"

    def request(self, method, path, body=None):
        if self.context:
            connection = http.client.HTTPSConnection(
                "127.0.0.1", self.port, context=self.context, timeout=LIMIT_SECONDS)
        else:
            connection = http.client.HTTPConnection(
                "127.0.0.1", self.port, timeout=LIMIT_SECONDS)
        try:
            connection.request(method, path, body=body)
            reply = connection.getresponse()
            return reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read()
        finally:
            connection.close()

    def get(self, path):
        return self.request("GET", self.prefix + path)

    def got(self, path):
        status, headers, body = self.get(path)
        expect(status == 200, f"{path} should be served, not answered {status}: {body!r}")
        return headers, body


def published_log(place):
    """Checkpoint, tiles and bundles hold together; what is not public is for the parties."""
    world = make_world(place / "w")
    public = free_port()
    try:
        world.serve("cn", options=["--public", f"127.0.0.1:{public}"])
        nobody = Reader(public)
        status, _, _ = nobody.get("checkpoint")
        expect(status == 404, f"an empty log has no checkpoint, not {status}")
        peer = HandmadePeer(world, "acme")
        deliver_many(peer, STATEMENT_COUNT)
        keyless = Reader(world.ports["cn"], client_context(None))
        party = Reader(world.ports["cn"], client_context(tls_files(world.home("acme"))))
        for reader in (nobody, keyless, party):
            check_hashes(reader, Ledger(world.home("cn")).ids())
        for reader in (nobody, keyless):
            status, _, _ = reader.get("tile/entries/000")
            expect(status == 403, f"entries are for parties here, not {status}")
        check_entries(party, Ledger(world.home("cn")).ids())
        check_paths(nobody, party)
        check_audits(world, public, place)
    finally:
        world.kill()


def deliver_many(peer, count):
    for start in range(0, count, 100):
        items = []
        for number in range(start, min(start + 100, count)):
            body = number.to_bytes(4, "big") + os.urandom(40)
            items.append((peer.sign(peer.header([body])), [body]))
        for outcome in peer.deliver(*items):
            expect(outcome[0][0] == b"R", f"a receipt was expected, not {outcome}")


def check_hashes(reader, ids):
    headers, note = reader.got("checkpoint")
    expect(headers["content-type"] == "text/plain; charset=utf-8", f"{headers}")
    expect(headers["cache-control"] == "no-cache", f"{headers}")
    expect(checkpoint(note) == (len(ids), root(ids)), "the checkpoint is not over the entries")
    leaves = [leaf_hash(id) for id in ids]
    headers, full = reader.got("tile/0/000")
    expect(headers["content-type"] == "application/octet-stream", f"{headers}")
    expect("immutable" in headers["cache-control"], f"{headers}")
    expect(full == b"".join(leaves[:TILE_WIDTH]), "tile 0 of level 0 holds other hashes")
    for width in (1, len(ids) - TILE_WIDTH):
        _, part = reader.got(f"tile/0/001.p/{width}")
        expect(part == b"".join(leaves[TILE_WIDTH:TILE_WIDTH + width]), f"{width} hashes of tile 1")
    _, above = reader.got("tile/1/000.p/1")
    expect(above == tree_hash(leaves[:TILE_WIDTH]), "level 1 holds another hash")
    _, old = reader.got("tile/0/000.p/7")
    expect(old == full[:7 * 32], "a partial tile of an older size is a slice of the full one")


def check_entries(reader, ids):
    def bundle(some):
        return b"".join(b"\x00\x20" + id for id in some)

    headers, full = reader.got("tile/entries/000")
    expect(full == bundle(ids[:TILE_WIDTH]), "bundle 0 holds other entries")
    expect(headers["cache-control"].startswith("private"), f"{headers}")
    rest = len(ids) - TILE_WIDTH
    _, part = reader.got(f"tile/entries/001.p/{rest}")
    expect(part == bundle(ids[TILE_WIDTH:]), "bundle 1 holds other entries")


def check_audits(world, public, place):
    """`parley audit` and `mirror` of the node itself, as anybody and as a party."""
    prefix = "log/us-cn-2015/"
    agreement = ("--agreement", world.agreement, "--json")
    own = f"https://127.0.0.1:{world.ports['cn']}/{prefix}"
    for log in (f"http://127.0.0.1:{public}/{prefix}", own):
        audit = run("audit", log, *agreement)
        expect(audit.code == 0 and audit.json["proven"], f"hashes are open to all: {audit}")
        expect(
            [one["reason"] for one in audit.json["findings"]].count("entries-not-open") == 1
            and audit.json["bundles"] == 0 and audit.json["audited"] == STATEMENT_COUNT,
            f"that the entries are not should be told: {audit.json}")
    mirror = run("mirror", own, "--out", place / "none", *agreement)
    expect(mirror.code == 3, f"a copy needs the entries: {mirror}")
    party = ("--home", world.home("acme"))
    audit = run("audit", own, *agreement, *party)
    expect(
        audit.code == 0 and audit.json["bundles"] == 2 and audit.json["proven"],
        f"a party may read them: {audit}")
    mirror = run("mirror", own, "--out", place / "copy", *agreement, *party)
    expect(mirror.code == 0, f"and copy them: {mirror}")
    audit = run("audit", place / "copy", *agreement)
    expect(audit.code == 0 and audit.json["entries"] == STATEMENT_COUNT, f"the copy: {audit}")


def check_paths(nobody, party):
    rest = STATEMENT_COUNT - TILE_WIDTH
    missing = [
        f"tile/0/001.p/{rest + 1}", "tile/0/001", "tile/0/002.p/1", "tile/1/000", "tile/2/000.p/1",
        "tile/0/0", "tile/0/000.p/256", "tile/0/000.p/01", "tile/00/000", "tile/64/000",
        "tile/0/x000/000", "tile/0/../checkpoint", "tile/-1/000", "tile/0/000/extra",
        "tile/0/x018/x446/x744/x073/x709/x551/615", "tile/" + "x001/" * 40 + "000", "tile/0/%30%30%30x",
    ]
    for path in missing:
        status, _, body = nobody.get(path)
        expect(status == 404, f"{path} names no tile; {status} {body!r}")
    for path in (f"tile/entries/001.p/{rest + 1}", "tile/entries/002.p/1", "tile/entries/001"):
        status, _, body = party.get(path)
        expect(status == 404, f"{path} names no bundle; {status} {body!r}")
    status, _, _ = nobody.request("GET", "/log/other/checkpoint")
    expect(status == 404, f"the node has no log of another agreement; {status}")
    status, _, _ = nobody.request("POST", "/exchange/v1/deliver", b"")
    expect(status == 404, f"nothing is delivered over plain HTTP; {status}")


def witness_duty(place):
    """Cosigns what grows, answers each fault with its status, and keeps what it cosigned."""
    world = make_world(place / "w")
    public = free_port()
    try:
        world.serve("cn", options=["--public", f"127.0.0.1:{public}"])
        peer, reader = HandmadePeer(world, "acme"), Reader(public)
        log = peer.log
        path = "/witness/" + hashlib.sha256(log.origin.encode()).hexdigest() + "/checkpoint"

        def add(body, status, what):
            seen, headers, answer = reader.request("POST", "/witness/add-checkpoint", body)
            expect(seen == status, f"{what}: {status} expected, not {seen} {answer!r}")
            return headers, answer

        status, _, _ = reader.request("GET", path)
        expect(status == 404, f"nothing is cosigned yet; {status}")
        for number in range(5):
            log.append(bytes([number]))
        _, line = add(log.add_checkpoint(0), 200, "the first checkpoint")
        expect(line.startswith("— cn.example.net/".encode()), f"a cosignature, not {line!r}")
        _, _, note = reader.request("GET", path)
        expect(note == log.note() + line, "the note with its cosignature should be served")
        headers, answer = add(log.add_checkpoint(0), 409, "an old size that is not the last")
        expect(
            (headers["content-type"], answer) == ("text/x.tlog.size", b"5\n"),
            f"the size should be told, not {headers} {answer!r}")
        add(log.add_checkpoint(5), 200, "the same size again")
        log.append(b"more")
        forged = log.add_checkpoint(5).replace(b"\n\n", b"\nAAAA\n\n", 1)
        add(forged, 400, "a hash that is none")
        add(log.add_checkpoint(5).replace(b"old 5", b"old 05"), 400, "a leading zero")
        add(b"old 9" + log.add_checkpoint(5)[5:], 400, "an old size above the new one")
        add(b"x" * (128 * 1024 + 1), 400, "a body of 128 KiB and a byte")
        add(log.add_checkpoint(5).replace(b"acme.example", b"else.example"), 404, "another log")
        broken = bytearray(log.add_checkpoint(5))
        # Another letter of base 64, so that it is a signature still.
        broken[-10] = ord("A") if broken[-10] != ord("A") else ord("B")
        add(bytes(broken), 403, "a broken signature")
        own = Ledger(world.home("cn")).rows_or_none("SELECT count(*) FROM entry")
        expect(own == [(0,)], "witnessing should log nothing")
        # What was cosigned is kept over a crash.
        world.nodes["cn"].process.kill()
        world.nodes["cn"].process.wait()
        world.serve("cn", options=["--public", f"127.0.0.1:{public}"])
        headers, answer = add(log.add_checkpoint(0), 409, "after a crash")
        expect(answer == b"5\n", f"5 was cosigned, not {answer!r}")
        add(log.add_checkpoint(5), 200, "growth after the crash")
        until(
            lambda: reader.request("GET", path)[2].startswith(log.note()),
            "the newer note should be served")
    finally:
        world.kill()


def rollback(place):
    """A ledger put back from an old copy is not signed from; the newest one is found by asking."""
    world = make_world(place / "w", parties=("us", "cn"))
    ask = ("request", "new", "--to", "cn", "--kind", "information", "--text", "Who?")
    home = world.home("us")
    ledger, note = home / "ledger.sqlite", home / "last-signed"
    try:
        world.serve("us", "cn")
        world.agreed(world.said("us", *ask)["thread"], 1)
        world.stop("us")
        back_up(ledger, place / "old.sqlite")
        world.serve("us")
        world.agreed(world.said("us", *ask)["thread"], 1)
        world.stop("us")
        back_up(ledger, place / "new.sqlite")

        put_back(place / "old.sqlite", ledger)
        refused(world, ask, "ledger-rolled-back")
        note.rename(place / "last-signed")
        refused(world, ask, "last-signed-missing")
        peer = ("--peer", f"cn=127.0.0.1:{world.ports['cn']}")
        recover = world.say("us", "log", "recover", *peer)
        expect(
            recover.code == 1 and recover.error["error"] == "peer-is-ahead",
            f"cn has seen more than the old copy holds: {recover}")
        refused(world, ask, "last-signed-missing")

        put_back(place / "new.sqlite", ledger)
        world.stop("cn")
        recover = world.say("us", "log", "recover", *peer)
        expect(
            recover.code == 1 and recover.error["error"] == "peer-not-reached",
            f"nobody could be asked: {recover}")
        world.serve("cn")
        done = world.said("us", "log", "recover", *peer)
        expect(done["cosigned"] == {"cn": 2}, f"cn has cosigned both: {done}")
        world.serve("us")
        world.agreed(world.said("us", *ask)["thread"], 1)
        shown = world.said("us", "log", "show")
        expect(shown["entryCount"] == 3, f"three requests were made: {shown}")
        world.stop()

        note.write_bytes(bytes(100))
        refused(world, ask, "last-signed-missing")
        world.serve("cn")
        world.said("us", "log", "recover", *peer)
        expect((home / "last-signed.damaged").exists(), "the damaged file should be kept aside")
        audit_both(world)
    finally:
        world.kill()


def back_up(ledger, copy):
    """By SQLite's own backup, as the guide says: what is committed may still stand in the -wal."""
    with contextlib.closing(sqlite3.connect(ledger)) as source:
        with contextlib.closing(sqlite3.connect(copy)) as target:
            source.backup(target)


def put_back(copy, ledger):
    """As an operator does who restores a backup: the file alone, nothing of what came later."""
    for name in ("-wal", "-shm"):
        ledger.with_name(ledger.name + name).unlink(missing_ok=True)
    shutil.copy(copy, ledger)


def refused(world, ask, reason):
    """Neither a command nor the node signs anything."""
    before = entry_count(world.home("us"))
    said = world.say("us", *ask)
    expect(said.code == 1 and said.error["error"] == reason, f"{reason} expected: {said}")
    serve = run("serve", "--home", world.home("us"), "--listen", f"127.0.0.1:{free_port()}", "--json")
    expect(serve.code == 1 and serve.error["error"] == reason, f"{reason} expected: {serve}")
    expect(entry_count(world.home("us")) == before, "something was logged")


def entry_count(home):
    """Of a ledger that nobody has open; a reader of our own may then repair it."""
    with contextlib.closing(sqlite3.connect(home / "ledger.sqlite")) as connection:
        return connection.execute("SELECT count(*) FROM entry").fetchone()[0]


def quorum(place):
    """A receipt with too few cosigners is not handed out; the checkpoint still is."""
    world = make_world(place / "w", terms={"receiptQuorum": 2})
    file = place / "receipt.tlog-proof"
    try:
        world.serve("us", "cn")
        thread = world.said(
            "us", "request", "new", "--to", "cn", "--kind", "information", "--text", "Who?")["thread"]
        (statement,) = world.agreed(thread, 1)["statements"]
        shown = world.said("us", "receipt", "show", statement["id"])
        expect(shown["quorumMet"] is False, f"acme has not cosigned: {shown}")
        refused = world.say("us", "receipt", "show", statement["id"], "--out", file)
        expect(
            refused.code == 3 and refused.error["error"] == "quorum-missing" and not file.exists(),
            f"no receipt is to be written: {refused}")
        file.write_text(shown["proof"])
        verify = run(
            "receipt", "verify", file, "--statement", statement["id"], "--agreement",
            world.agreement, "--json")
        expect(
            verify.code == 3 and verify.error["error"] == "quorum-missing",
            f"nor to be accepted: {verify}")
        export = place / "thread.json"
        world.said("us", "export", thread, "--out", export)
        verify = run("verify", export, "--agreement", world.agreement, "--json")
        expect(
            verify.code == 3 and b"quorum-missing" in verify.out + verify.err,
            f"nor to pass in an export: {verify}")
        reader = Reader(world.ports["cn"], client_context(None))
        _, note = reader.got("checkpoint")
        expect(checkpoint(note)[0] == 1, "the checkpoint should be served all the same")
    finally:
        world.kill()


def published_text(place):
    """A text is for anybody once its publication is on record, and is what its digest says."""
    world = make_world(place / "w")
    public = free_port()
    try:
        world.serve("cn", options=["--public", f"127.0.0.1:{public}"])
        world.serve("us")
        made = world.said(
            "cn", "commitment", "make", "--to", "us", "--text", "We shall not.", "--language", "en",
            "--also", "zh-Hans=我方不会。")
        shown = world.said("cn", "text", "show", made["statement"])
        path = "text/" + shown["text"].removeprefix("sha256:")
        for reader in (Reader(public), Reader(world.ports["cn"], client_context(None))):
            status, _, _ = reader.get(path)
            expect(status == 404, f"it is not published yet, and answered {status}")
        until(lambda: "time" in world.said(
            "cn", "commitment", "show", made["thread"])["statements"][0], "it should have a time")
        world.said("cn", "text", "publish", made["statement"])
        for reader in (Reader(public), Reader(world.ports["cn"], client_context(None))):
            until(lambda reader=reader: reader.get(path)[0] == 200, "it should be published")
            headers, body = reader.got(path)
            expect(
                "sha256:" + hashlib.sha256(body).hexdigest() == shown["text"]
                and headers["content-type"] == "application/vnd.parley.text.v1+json"
                and "immutable" in headers["cache-control"], f"{headers} {body}")
            for wrong, code in (("text/" + "0" * 64, 404), ("text/abc", 400), (path[:-1], 400)):
                expect(reader.get(wrong)[0] == code, f"{wrong} should be {code}")
        # A sealed body is not a text, published or not.
        with_bodies = {one.name for one in (world.home("cn") / "blobs").rglob("*") if one.is_file()}
        for name in with_bodies - {path.removeprefix("text/")}:
            expect(Reader(public).get("text/" + name)[0] != 200, f"{name} is for nobody")
    finally:
        world.kill()


CASES = [published_log, published_text, witness_duty, rollback, quorum]
