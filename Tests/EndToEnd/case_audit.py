"""A log made by hand and served by Python's own file server, audited, mirrored and caught."""

import functools
import hashlib
import http.server
import json
import shutil
import ssl
import threading
from pathlib import Path

from handmade import Signer, base64_text, fresh_key, secret
from ledger import inclusion_proof, leaf_hash, root, tree_hash
from parley import AGREEMENT_NAME, PARTIES, done, expect, make_world, run

ORIGIN = "log.example.org/audited"
WITNESS = "wit.example.org/one"
WITNESSED_AT = 1_767_225_600


class Key:
    """A key that signs notes (C2SP signed-note)."""

    def __init__(self, name, kind, seed, folder):
        self.name = name
        self.signer = Signer(seed, folder / f"{kind}.key")
        typed = bytes([kind]) + self.signer.public
        self.id = hashlib.sha256(name.encode() + b"\n" + typed).digest()[:4]
        self.text = f"{name}+{self.id.hex()}+{base64_text(typed)}"

    def line(self, message, before=b""):
        signature = self.id + before + self.signer.sign(message)
        return f"\u2014 {self.name} {base64_text(signature)}\n".encode()


class Log:
    """Entries, and the files that C2SP tlog-tiles makes of them."""

    def __init__(self, key, witness=None):
        self.key = key
        self.witness = witness

    def note(self, entries):
        text = f"{self.key.name}\n{len(entries)}\n{base64_text(root(entries))}\n".encode()
        lines = self.key.line(text)
        if self.witness:
            message = b"cosignature/v1\ntime %d\n" % WITNESSED_AT + text
            lines += self.witness.line(message, WITNESSED_AT.to_bytes(8, "big"))
        return text + b"\n" + lines

    def write(self, entries, folder):
        """Adds the files of these entries; those of smaller trees stay."""
        row = [leaf_hash(entry) for entry in entries]
        for start in range(0, len(entries), 256):
            part = entries[start:start + 256]
            bundle = b"".join(len(entry).to_bytes(2, "big") + entry for entry in part)
            put(folder / "tile/entries", start // 256, len(part), bundle)
        level = 0
        while row:
            for start in range(0, len(row), 256):
                part = row[start:start + 256]
                put(folder / f"tile/{level}", start // 256, len(part), b"".join(part))
            whole = len(row) // 256 * 256
            row = [tree_hash(row[start:start + 256]) for start in range(0, whole, 256)]
            level += 1
        (folder / "checkpoint").write_bytes(self.note(entries))

    def receipt(self, index, entries):
        path = inclusion_proof(index, [leaf_hash(entry) for entry in entries])
        lines = "".join(base64_text(one) + "\n" for one in path)
        head = f"c2sp.org/tlog-proof@v1\nindex {index}\n{lines}\n"
        return head.encode() + self.note(entries)


def put(folder, number, width, content):
    place = folder / f"{number:03}" if width == 256 else folder / f"{number:03}.p" / str(width)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(content)


def ids(count, salt=""):
    return [hashlib.sha256(f"statement {number}{salt}".encode()).digest()
            for number in range(count)]


class Server:
    """Python's file server for one folder, over TLS where a certificate is given."""

    def __init__(self, folder, certificate=None, keeps_open=False, handler=None):
        base = handler or http.server.SimpleHTTPRequestHandler

        class Quiet(base):
            protocol_version = "HTTP/1.1" if keeps_open else "HTTP/1.0"

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
        self.scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
            self.scheme = "https"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"{self.scheme}://127.0.0.1:{self.server.server_port}/"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


class Scene:
    """A log in a folder, and audits of it with a state."""

    def __init__(self, place):
        self.folder = place / "log"
        self.state = place / "state.json"
        self.copy = place / "copy"
        self.log = Log(
            Key(ORIGIN, 1, b"\x01" * 32, place), Key(WITNESS, 4, b"\x02" * 32, place))
        self.keys = ("--key", self.log.key.text, "--cosigner", self.log.witness.text)

    def audit(self, place, *options):
        return run("audit", place, *self.keys, *options, "--json")

    def proven(self, place, *options):
        result = self.audit(place, *options)
        expect(result.code == 0 and result.json["proven"], str(result))
        return result.json

    def caught(self, place, reasons, *options):
        result = self.audit(place, *options)
        expect(result.code == 3, f"exit code 3 expected: {result}")
        found = [one["reason"] for one in result.json["findings"]]
        expect(found == reasons, f"{reasons} expected: {found}")
        return result.json

    def mirror(self, place):
        return run("mirror", place, "--out", self.copy, *self.keys, "--json")


def files_of(folder):
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in Path(folder).rglob("*") if file.is_file() and file.name[0] != "."
    }


def audited_log(place):
    """A log is audited over HTTP, goes on from the state as it grows, and is mirrored."""
    scene = Scene(place)
    entries = ids(1000)
    scene.log.write(entries[:700], scene.folder)
    receipt = place / "receipt.tlog-proof"
    receipt.write_bytes(scene.log.receipt(7, entries[:300]))
    receipted = ("--receipt", f"{receipt}=sha256:{entries[7].hex()}")
    for keeps_open in (False, True):
        with Server(scene.folder, keeps_open=keeps_open) as server:
            seen = scene.proven(server.url, *receipted)
            expect(seen["entries"] == 700 and seen["bundles"] == 3, f"not all was read: {seen}")
            expect(seen["receipts"][0]["holds"], f"the receipt should hold: {seen}")
            expect(
                seen["cosigned"] == [{"cosigner": WITNESS, "time": "2026-01-01T00:00:00Z"}],
                f"the witness is not told: {seen}")
    with Server(scene.folder) as server:
        state = ("--state", scene.state)
        scene.proven(server.url, *state)
        first = scene.mirror(server.url)
        expect(first.code == 0, str(first))
        expect(files_of(scene.copy) == files_of(scene.folder), "the copy is not the log")
        scene.log.write(entries, scene.folder)
        grown = scene.proven(server.url, *state)
        expect(
            grown["startedAt"] == 700 and grown["entries"] == 300,
            f"it should have gone on at 700: {grown}")
        nothing = scene.proven(server.url, *state)
        expect(nothing["entries"] == 0, f"nothing was new: {nothing}")
        second = scene.mirror(server.url)
        expect(second.code == 0 and second.json["startedAt"] == 700, str(second))
    copied = files_of(scene.copy)
    expect("tile/0/002.p/188" not in copied, "a partial tile stayed beside the full one")
    expect(copied["tile/entries/002"] == files_of(scene.folder)["tile/entries/002"], "a copy")
    with Server(scene.copy) as server:
        expect(scene.proven(server.url)["audited"] == 1000, "the copy should serve as the log")
    expect(scene.proven(scene.copy)["audited"] == 1000, "the copy should be auditable")
    words = run("audit", scene.copy, *scene.keys)
    expect(words.out.decode().strip().splitlines()[-1].startswith("PROVEN"), str(words))


def tampered_log(place):
    """Each kind of lie ends with exit code 3 and its reason, and the copy keeps what held."""
    scene = Scene(place)
    entries = ids(700)
    scene.log.write(entries, scene.folder)
    state = ("--state", scene.state)
    scene.proven(scene.folder, *state)
    kept = scene.state.read_bytes()
    expect(scene.mirror(scene.folder).code == 0, "the mirror should begin")
    receipt = place / "receipt.tlog-proof"
    receipt.write_bytes(scene.log.receipt(300, entries[:500]))
    receipted = ("--receipt", f"{receipt}=sha256:{entries[300].hex()}")

    def tamper(name):
        folder = place / name
        shutil.copytree(scene.folder, folder)
        return folder

    flipped = tamper("flipped")
    bundle = bytearray((flipped / "tile/entries/001").read_bytes())
    bundle[40] ^= 1
    (flipped / "tile/entries/001").write_bytes(bundle)
    with Server(flipped) as server:
        found = scene.caught(server.url, ["entry-differs", "tile-differs", "root-differs"])
        expect(found["findings"][0]["place"] == "tile/entries/001", f"not its place: {found}")
    missing = tamper("missing")
    (missing / "tile/0/000").unlink()
    with Server(missing) as server:
        scene.caught(server.url, ["tile-missing"])

    rewritten = entries[:300] + ids(1, "x") + entries[301:] + ids(100, "y")
    forked = place / "forked"
    scene.log.write(rewritten, forked)
    with Server(forked) as server:
        scene.proven(server.url)
        found = scene.caught(server.url, ["fork"], *state)
        expect(len(found["evidence"][0]) == 2, "both signed notes are the proof")
        found = scene.caught(server.url, ["receipted-entry-missing", "fork"], *receipted)
        said = found["findings"][0]["explanation"]
        expect(
            entries[300].hex() in said and rewritten[300].hex() in said,
            f"both facts should be told: {said}")
        before = files_of(scene.copy)
        refused = scene.mirror(server.url)
        expect(refused.code == 3, f"a fork is not mirrored: {refused}")
        expect(
            files_of(scene.copy)["checkpoint"] == before["checkpoint"],
            "the copy should keep the checkpoint that held")
        scene.proven(scene.copy)

    short = place / "short"
    scene.log.write(entries[:600], short)
    scene.caught(short, ["rollback"], *state)
    other = Scene(place / "short")
    other.keys = ("--key", Key(ORIGIN, 1, b"\x07" * 32, place / "short").text)
    other.caught(short, ["log-signature-missing"])
    expect(scene.state.read_bytes() == kept, "a state should not follow a log that lies")
    scene.state.write_bytes(kept.replace(b"700", b"701", 1))
    damaged = scene.audit(scene.folder, *state)
    expect(damaged.code == 1 and damaged.error["error"] == "state-damaged", str(damaged))


class Elsewhere(http.server.SimpleHTTPRequestHandler):
    """Sends tiles elsewhere."""

    def do_GET(self):
        if self.path.startswith("/tile"):
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            super().do_GET()


class Squeezed(http.server.SimpleHTTPRequestHandler):
    """Says that everything is compressed."""

    def end_headers(self):
        self.send_header("Content-Encoding", "gzip")
        super().end_headers()


def unfit_servers(place):
    """What cannot be found out is no accusation: exit code 1, with the reason."""
    scene = Scene(place)
    scene.log.write(ids(300), scene.folder)
    for handler, reason in ((Elsewhere, "log-redirects"), (Squeezed, "log-encoding-unknown")):
        with Server(scene.folder, handler=handler) as server:
            result = scene.audit(server.url)
            expect(result.code == 1 and result.error["error"] == reason, str(result))
    gone = scene.audit(server.url)
    expect(gone.code == 1 and gone.error["error"] == "log-unreachable", str(gone))
    with Server(scene.folder) as server:
        elsewhere = scene.audit(server.url + "nothing/")
        expect(elsewhere.code == 3, str(elsewhere))
        expect(elsewhere.json["findings"][0]["reason"] == "checkpoint-missing", str(elsewhere))
    for arguments in (
            ("audit", scene.folder), ("audit", "ftp://log.example.org/", *scene.keys),
            ("audit", scene.folder, *scene.keys, "--receipt", "file")):
        result = run(*arguments, "--json")
        expect(result.code == 64 and result.error["error"] == "usage", str(result))


def audit_under_agreement(place):
    """The agreement says the keys, and which TLS keys may serve the log."""
    world = make_world(place / "w", parties=("us", "cn"))
    home = world.home("us")
    folder = place / "log"
    log = Log(Key(f"{PARTIES['us'][2]}/{AGREEMENT_NAME}", 1, secret(home, "log"), place))
    log.write(ids(300), folder)
    options = ("--agreement", world.agreement, "--json")
    tls_key = place / "tls.key"
    tls_key.write_bytes(secret(home, "tls"))
    with Server(folder, certificate=(home / "tls-certificate.pem", tls_key)) as server:
        seen = run("audit", server.url, *options)
        expect(seen.code == 0 and seen.json["audited"] == 300, str(seen))
    # A stranger, and the other party, whose node is not to speak for this log.
    their_key = place / "cn-tls.key"
    their_key.write_bytes(secret(world.home("cn"), "tls"))
    for certificate in (
            fresh_key(place), (world.home("cn") / "tls-certificate.pem", their_key)):
        with Server(folder, certificate=certificate) as server:
            refused = run("audit", server.url, *options)
            expect(refused.code == 1, str(refused))
            expect(refused.error["error"] == "tls-key-not-pinned", str(refused))
    with Server(folder, certificate=fresh_key(place, "any")) as server:
        seen = run("audit", server.url, "--key", log.key.text, "--json")
        expect(seen.code == 0, f"without an agreement the log's signature is trusted: {seen}")
    stranger = place / "stranger-log"
    Log(Key("log.example.org/other", 1, b"\x09" * 32, place)).write(ids(3), stranger)
    unlisted = run("audit", stranger, *options)
    expect(unlisted.code == 3 and unlisted.error["error"] == "log-not-in-agreement", str(unlisted))
    mirrored = done(
        "mirror", folder, "--out", place / "copy", "--agreement", world.agreement)
    expect(mirrored["log"] == log.key.name, json.dumps(mirrored))


CASES = [audited_log, tampered_log, unfit_servers, audit_under_agreement]
