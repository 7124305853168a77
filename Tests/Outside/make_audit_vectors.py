#!/usr/bin/env python3
"""Writes Vectors/audit/logs.json: small logs, whole and spoilt.

    make_audit_vectors.py VECTORS

Nothing of Parley is used, see reference_log.py (it needs the package `cryptography`).
"""
import json
import pathlib
import sys

from reference_log import Key, b64, leaf, note, root, sha, text_of

VECTORS = pathlib.Path(sys.argv[1])
ORIGIN = "log.parley.example/a"
LOG = Key(ORIGIN, "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
WITNESS = Key(
    "wit.parley.example/b", "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", 4)
STRANGER = Key(
    ORIGIN, "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")


def entries(count):
    return [b"%d" % number for number in range(count)]


def bundle(part):
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in part)


def checkpoint(of, cosigned=True, key=LOG):
    text = text_of(ORIGIN, len(of), root([leaf(entry) for entry in of]))
    lines = [key.line(text)] + ([WITNESS.line(text)] if cosigned else [])
    return note(text, *lines).encode()


def files(of):
    found = {"checkpoint": checkpoint(of)}
    for number, start in enumerate(range(0, len(of), 256)):
        part = of[start:start + 256]
        place = f"{number:03}" + ("" if len(part) == 256 else f".p/{len(part)}")
        found[f"tile/entries/{place}"] = bundle(part)
        found[f"tile/0/{place}"] = b"".join(leaf(entry) for entry in part)
    whole = [root([leaf(entry) for entry in of[start:start + 256]])
             for start in range(0, len(of) // 256 * 256, 256)]
    if whole:
        found[f"tile/1/000.p/{len(whole)}"] = b"".join(whole)
    return found


def case(name, why, served, refuse=None):
    made = {
        "name": name, "why": why, "key": LOG.vkey, "cosigners": [WITNESS.vkey],
        "files": {path: b64(data) for path, data in served.items()},
    }
    return made | ({"refuse": refuse} if refuse else {"accept": True})


SMALL, LARGE = entries(3), entries(258)


def spoilt(**changes):
    """The small log with files changed; None takes one away."""
    names = {"bundle": "tile/entries/000.p/3", "tile": "tile/0/000.p/3"}
    served = files(SMALL)
    for name, data in changes.items():
        path = names.get(name, name)
        del served[path]
        if data is not None:
            served[path] = data
    return served


def grown():
    """258 entries under a checkpoint, of a log that has grown to 512 and removed partial files."""
    served, old = files(entries(512)), files(LARGE)
    del served["tile/1/000.p/2"]
    return served | {name: old[name] for name in ("checkpoint", "tile/1/000.p/1")}


def cases():
    tile, whole = files(SMALL)["tile/0/000.p/3"], bundle(SMALL)
    text = text_of(ORIGIN, 3, root([leaf(entry) for entry in SMALL]))
    yield case("empty", "a log begins with no entry and no tile", files([]))
    yield case("small", "three entries: one partial tile", files(SMALL))
    yield case("large", "258 entries: a full tile, a partial one, and one above", files(LARGE))
    yield case(
        "full-for-partial", "a partial file may be gone when the full one is there", grown())
    yield case(
        "checkpoint-missing", "nothing tells how many entries there are",
        spoilt(checkpoint=None), "checkpoint-missing")
    yield case(
        "other-key", "a key of the same name is another key",
        spoilt(checkpoint=checkpoint(SMALL, key=STRANGER)), "log-signature-missing")
    yield case(
        "signature-of-other-text", "the log has not signed this size",
        spoilt(checkpoint=checkpoint(SMALL).replace(b"\n3\n", b"\n2\n", 1)),
        "log-signature-wrong")
    yield case(
        "other-origin", "a checkpoint names its log in its first line",
        spoilt(checkpoint=checkpoint(SMALL).replace(b"a\n3", b"b\n3", 1)),
        "checkpoint-origin-differs")
    yield case(
        "leading-zero", "a number has one spelling",
        spoilt(checkpoint=checkpoint(SMALL).replace(b"\n3\n", b"\n03\n", 1)),
        "checkpoint-size-malformed")
    yield case(
        "cosignature-of-other-text", "a known witness's line that does not verify spoils the note",
        spoilt(checkpoint=note(text, LOG.line(text), WITNESS.line(text + "x\n")).encode()),
        "cosignature-wrong")
    yield case("tile-missing", "every tile is served", spoilt(tile=None), "tile-missing")
    yield case("bundle-missing", "every entry is served", spoilt(bundle=None), "bundle-missing")
    yield case(
        "tile-short", "a tile holds as many hashes as its path says", spoilt(tile=tile[:-32]),
        "tile-length-wrong")
    yield case(
        "tile-long", "and no byte more", spoilt(tile=tile + b"\0"), "tile-length-wrong")
    yield case(
        "bundle-long", "a bundle is exactly its entries", spoilt(bundle=whole + b"\0"),
        "bundle-malformed")
    yield case(
        "entry-cut", "an entry's length is that of its bytes", spoilt(bundle=whole[:-1]),
        "bundle-malformed")
    yield case(
        "entry-missing", "a bundle holds as many entries as its path says",
        spoilt(bundle=bundle(SMALL[:2])), "bundle-malformed")
    yield case(
        "tile-of-other-entries", "a tile's hashes are those of the entries",
        spoilt(tile=tile[:64] + sha(b"x")), "entry-differs")
    yield case(
        "root-of-other-entries", "entries and tiles agree, and the log has signed another tree",
        files(entries(4)[1:]) | {"checkpoint": checkpoint(SMALL)}, "root-differs")
    above = files(LARGE) | {"tile/1/000.p/1": sha(b"x")}
    yield case(
        "tile-above-differs", "tiles above hold the roots of those below", above, "tile-differs")
    text = text_of(ORIGIN, 0, sha(b"x"))
    yield case(
        "empty-with-other-root", "the root of no entry is SHA-256 of nothing",
        {"checkpoint": note(text, LOG.line(text), WITNESS.line(text)).encode()}, "root-differs")


whole_file = {
    "about": "Small logs as they are served, each file in base 64, audited under one key and one "
             "witness: proven, or found out for the one reason named first.",
    "cases": list(cases()),
}
folder = VECTORS / "audit"
folder.mkdir(exist_ok=True)
(folder / "logs.json").write_text(json.dumps(whole_file, indent=2, ensure_ascii=False) + "\n")
