#!/usr/bin/env python3
"""Writes Vectors/log, Vectors/note and Vectors/receipt.

    make_log_vectors.py VECTORS

Nothing of Parley is used, see reference_log.py (it needs the package `cryptography`). The seeds
are the test keys of RFC 8032 §7.1, the leaves those of the Certificate Transparency tests.
"""
import base64
import json
import pathlib
import sys

from reference_log import (
    Key, b64, consistency, inclusion, leaf, line, note, root, sha, text_of,
)

VECTORS = pathlib.Path(sys.argv[1])
SEEDS = [
    "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
]
LEAVES = [
    bytes.fromhex(text)
    for text in ["", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                 "606162636465666768696a6b6c6d6e6f"]
]
TIME = 1767225600


LOG = Key("log.parley.example/a", SEEDS[0])
WITNESS = Key("wit.parley.example/b", SEEDS[1], kind=4)
OTHER = Key("wit.parley.example/c", SEEDS[2], kind=4)
STRANGER = Key("log.parley.example/a", SEEDS[2])
HASHES = [leaf(entry) for entry in LEAVES]
SEVEN = text_of(LOG.name, 7, root(HASHES[:7]))
SEVEN_LINE = LOG.line(SEVEN)


def spoilt(signature_line):
    """The same line with the last bit of its signature turned."""
    head, name, payload = signature_line.split(" ")
    raw = bytearray(base64.b64decode(payload))
    raw[-1] ^= 1
    return f"{head} {name} {b64(raw)}\n"


class File:
    def __init__(self, folder, name, about):
        self.path, self.cases = VECTORS / folder / f"{name}.json", []
        self.about = about

    def accept(self, name, why, **fields):
        self.cases.append({"name": name, "why": why, **fields, "accept": True})

    def refuse(self, name, why, reason, **fields):
        self.cases.append({"name": name, "why": why, **fields, "refuse": reason})

    def write(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        whole = {"about": self.about, "cases": self.cases}
        self.path.write_text(json.dumps(whole, indent=2, ensure_ascii=False) + "\n")


def keys():
    file = File("note", "keys", "Verifier keys (C2SP signed-note), one line of text each. An accepted key names its type and key id; flipsAccepted counts single-byte changes that give another readable key: one of a type that is not known, and so never counts.")
    file.accept("published", "The example of the signed-note specification",
                key="example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
                type=1, keyID="530d903a")
    file.accept("log", "Type 0x01", key=LOG.vkey, type=1, keyID="320954a7")
    file.accept("witness", "Type 0x04", key=WITNESS.vkey, type=4, keyID="d9d9a0fa",
                flipsAccepted=1)
    plus = next(key for key in (Key("plus.example", sha(bytes([n])).hex()) for n in range(99))
                if "+" in key.vkey.split("+", 2)[2])
    file.accept("plus-in-the-base-64", "Only the first two plus signs part the text",
                key=plus.vkey, type=1, keyID=plus.id.hex(),
                flipsAccepted=1)
    wide = Key("log.parley.example/日志", SEEDS[0])
    file.accept("name-beyond-ascii", "A name is UTF-8", key=wide.vkey, type=1, keyID=wide.id.hex())
    file.accept("type-not-known", "Its key id may follow another rule and is taken as stated",
                key="example.org/x+00c0ffee+" + b64(b"\x02abc"), type=2, keyID="00c0ffee",
                flipsAccepted=23)
    public = bytes(range(256)) * 5 + bytes(32)
    ml = "wit.parley.example/m"
    ml_id = sha(ml.encode() + b"\n\x06" + public)[:4].hex()
    file.accept("ml-dsa-44", "Named and sized, so that a line by it can be told from a stranger's",
                key=f"{ml}+{ml_id}+{b64(bytes([6]) + public)}", type=6, keyID=ml_id,
                flipsAccepted=2)
    body = b64(b"\x01" + LOG.public)

    def refuse(name, why, reason, text):
        file.refuse(name, why, reason, key=text)

    refuse("one-plus-sign", "The key id is missing", "key-text-malformed", f"{LOG.name}+{body}")
    refuse("nothing", "Not even a name", "key-text-malformed", "")
    refuse("id-in-capitals", "One spelling only", "key-text-malformed",
           LOG.vkey.replace("320954a7", "320954A7"))
    refuse("id-too-short", "Seven digits", "key-text-malformed", LOG.vkey.replace("320954a7", "320954a"))
    refuse("id-too-long", "Ten digits", "key-text-malformed", LOG.vkey.replace("320954a7", "320954a700"))
    refuse("id-of-another-key", "The text is not trusted for the id", "key-id-differs",
           LOG.vkey.replace("320954a7", "320954a6"))
    refuse("type-changed", "The type is part of the key id", "key-id-differs",
           f"{LOG.name}+{LOG.id.hex()}+{b64(bytes([4]) + LOG.public)}")
    refuse("name-changed", "The name is part of the key id", "key-id-differs",
           LOG.vkey.replace("/a+", "/b+"))
    refuse("no-padding", "Base 64 with its padding only", "key-text-malformed",
           plus.vkey + "=" if not plus.vkey.endswith("=") else plus.vkey[:-1])
    refuse("url-alphabet", "One alphabet only", "key-text-malformed",
           plus.vkey.split("+", 2)[0] + "+" + plus.id.hex() + "+"
           + plus.vkey.split("+", 2)[2].replace("+", "-"))
    refuse("no-type", "Base 64 of nothing", "key-text-malformed", f"{LOG.name}+{LOG.id.hex()}+")

    def computed(name, kind, public):
        name_id = sha(name.encode() + b"\n" + bytes([kind]) + public)[:4].hex()
        return f"{name}+{name_id}+{b64(bytes([kind]) + public)}"

    refuse("name-empty", "A key has a name", "key-name-unfit", computed("", 1, LOG.public))
    refuse("name-with-space", "A space ends the name in a signature line", "key-name-unfit",
           computed("log a", 1, LOG.public))
    refuse("name-with-em-space", "Any Unicode white space", "key-name-unfit",
           computed("log\u2003a", 1, LOG.public))
    refuse("name-with-line-feed", "A line feed ends the line", "key-name-unfit",
           computed("log\na", 1, LOG.public))
    refuse("name-with-bell", "No control character", "key-name-unfit",
           computed("log\u0007a", 1, LOG.public))
    refuse("name-too-long", "256 bytes; 255 are allowed", "key-name-unfit",
           computed("a" * 256, 1, LOG.public))
    refuse("key-too-short", "31 bytes are no Ed25519 key", "key-length-wrong",
           computed("a", 1, LOG.public[:31]))
    refuse("cosigner-key-too-long", "33 bytes are no Ed25519 key", "key-length-wrong",
           computed("a", 4, LOG.public + b"\x00"))
    refuse("ml-dsa-44-too-short", "1311 bytes are no ML-DSA-44 key", "key-length-wrong",
           computed("a", 6, public[:1311]))
    refuse("too-long", "Above 4096 bytes", "key-text-too-long",
           "a+00000000+" + b64(b"\x02" + bytes(3070)))
    file.write()


def notes():
    file = File("note", "notes", "Signed notes (C2SP signed-note) and the keys known to their reader. Bytes that are no UTF-8 are written as noteHex. An accepted note names the keys that signed; flipsAccepted counts single-byte changes after which they still do.")
    published = "This is an example message.\n"
    published_key = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
    published_line = "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
    file.accept("published", "The example of the signed-note specification", keys=[published_key],
                note=note(published, published_line), signedBy=["example.com/foo"])
    text = "Agreed minutes.\n\nSecond paragraph.\n"
    signed = LOG.line(text)
    known = [LOG.vkey]
    file.accept("empty-line-in-the-text", "The last empty line parts text and signatures",
                keys=known, note=note(text, signed), signedBy=[LOG.name])
    only = "\n"
    file.accept("text-of-one-empty-line", "The shortest text", keys=known,
                note=note(only, LOG.line(only)), signedBy=[LOG.name])
    strangers = [line(f"stranger.example/{n}", bytes([n, 0, 0, 0, 1])) for n in range(20)]
    file.accept("twenty-strangers", "Lines of unknown keys are passed over; sixteen at the least",
                keys=known, note=note(text, *strangers, signed), signedBy=[LOG.name],
                flipsAccepted=401)
    file.accept("same-name-other-id", "A known name with an unknown id is a stranger", keys=known,
                note=note(text, STRANGER.line(text), signed), signedBy=[LOG.name],
                flipsAccepted=104)
    both = Key("b.example", SEEDS[1])
    file.accept("two-known-keys", "Both are named, in the reader's order",
                keys=[both.vkey, LOG.vkey], note=note(text, signed, both.line(text)),
                signedBy=["b.example", LOG.name], flipsAccepted=39)

    def refuse(name, why, reason, whole, keys=known):
        file.refuse(name, why, reason, keys=keys, note=whole)

    good = note(text, signed)
    refuse("last-line-feed-missing", "Every line ends in a line feed", "note-signatures-missing", good[:-1])
    refuse("empty", "Nothing at all", "note-signatures-missing", "")
    refuse("no-signatures", "The empty line is the last", "note-signatures-missing", "text\n\n")
    refuse("no-empty-line", "Nothing parts text and signatures", "note-signatures-missing",
           "text\n" + LOG.line("text\n"))
    refuse("carriage-return", "A control character", "note-not-text", note("text\r\n", LOG.line("text\r\n")))
    refuse("tab", "A control character", "note-not-text", note("a\tb\n", LOG.line("a\tb\n")))
    bad = b"\xff\n"
    file.refuse("not-utf-8", "0xFF stands nowhere in UTF-8", "note-not-text", keys=known,
                noteHex=(bad + b"\n" + line(LOG.name, LOG.id + LOG.private.sign(bad)).encode()).hex())
    surrogate = b"\xed\xa0\x80\n"
    file.refuse("surrogate", "A lone surrogate is no UTF-8", "note-not-text", keys=known,
                noteHex=(surrogate + b"\n" + line(
                    LOG.name, LOG.id + LOG.private.sign(surrogate)).encode()).hex())
    refuse("hyphen", "An em dash begins the line", "note-signature-malformed",
           note(text, signed.replace("—", "-")))
    refuse("two-spaces", "One space only", "note-signature-malformed",
           note(text, signed.replace("— ", "—  ")))
    refuse("trailing-space", "Nothing after the base 64", "note-signature-malformed",
           note(text, signed[:-1] + " \n"))
    refuse("name-missing", "A line names its key", "note-signature-malformed",
           note(text, signed.replace(LOG.name + " ", "")))
    refuse("name-with-plus", "No plus sign in a name", "note-signature-malformed",
           note(text, signed.replace("/a", "/+a")))
    refuse("padding-missing", "Padded base 64 only", "note-signature-malformed",
           note(text, signed.replace("=\n", "\n")))
    assert signed.endswith("=\n")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    last = signed[-3]
    refuse("unused-bit-set", "One spelling for each signature", "note-signature-malformed",
           note(text, signed[:-3] + alphabet[alphabet.index(last) ^ 1] + "=\n"))
    refuse("id-without-signature", "Four bytes are an id alone", "note-signature-malformed",
           note(text, signed, line("x", b"\x00\x00\x00\x00")))
    refuse("text-among-signatures", "Every line after the last empty line is a signature",
           "note-signature-malformed", note(text, signed, "and so on\n"))
    refuse("empty-line-at-the-end", "It makes the signatures text", "note-signatures-missing", good + "\n")
    refuse("sixty-five-lines", "Sixty-four are allowed", "note-too-many-signatures",
           note(text, signed, *(line("x", bytes([0, 0, 0, 0, n])) for n in range(64))))
    refuse("too-long", "Above 65536 bytes", "note-too-long", note("a" * 65536 + "\n", signed))
    refuse("strangers-only", "Nobody known has signed", "note-not-signed-by-known-key",
           note(text, STRANGER.line(text)))
    refuse("no-keys", "A reader that knows nobody believes nobody", "note-not-signed-by-known-key",
           good, keys=[])
    refuse("same-id-other-name", "Both name and id are the key's", "note-not-signed-by-known-key",
           note(text, signed.replace("/a ", "/b ")))
    refuse("cosigner-key-only", "A cosigner's key signs no plain text", "note-not-signed-by-known-key",
           note(text, WITNESS.line(text)), keys=[WITNESS.vkey])
    refuse("text-changed", "Not what was signed", "note-signature-wrong",
           note(text.replace("Agreed", "Agread"), signed))
    refuse("signature-of-another-note", "Not what was signed", "note-signature-wrong",
           note(text, LOG.line("Other.\n")))
    refuse("last-bit-of-signature", "Ed25519 has no second spelling of a signature",
           "note-signature-wrong", note(text, spoilt(signed)))
    refuse("signature-too-long", "65 bytes", "note-signature-wrong",
           note(text, line(LOG.name, LOG.id + LOG.private.sign(text.encode()) + b"\x00")))
    refuse("one-good-one-bad", "A known key's bad line condemns the note", "note-signature-wrong",
           note(text, signed, spoilt(signed)))
    refuse("text-with-its-separator", "The empty line is not signed", "note-signature-wrong",
           note(text, LOG.line(text + "\n")))
    file.write()


def roots():
    file = File("log", "roots", "Roots over entries (hexadecimal). The first eight are those of the Certificate Transparency tests.")
    for size in range(9):
        file.accept(f"size-{size}", "Empty tree" if size == 0 else "RFC 6962 §2.1",
                    entries=[entry.hex() for entry in LEAVES[:size]], root=root(HASHES[:size]).hex())
    file.write()


def inclusions():
    file = File("log", "inclusion", "Inclusion proofs in the tree of the eight leaves of roots.json: entry (hexadecimal), index, size, root (hexadecimal), proof (base 64).")

    def case(index, size, /, **change):
        fields = dict(entry=LEAVES[index].hex(), index=str(index), size=str(size),
                      root=root(HASHES[:size]).hex(),
                      proof=[b64(part) for part in inclusion(index, HASHES[:size])])
        return {**fields, **change}

    def proof(index, size):
        return [b64(part) for part in inclusion(index, HASHES[:size])]

    for index, size in [(0, 1), (0, 2), (4, 7), (6, 7), (0, 8), (7, 8)]:
        file.accept(f"{index}-in-{size}", "A place at an edge or a joint of the tree", **case(index, size))
    zero = b64(bytes(32))
    refuse = file.refuse
    refuse("index-is-size", "Indices end one below the size", "index-outside-tree", **case(6, 7, index="7"))
    refuse("index-far-outside", "And stay outside", "index-outside-tree",
           **case(6, 7, index=str(2**63 - 1)))
    refuse("empty-tree", "Nothing is in it", "index-outside-tree",
           **case(0, 1, size="0", root=root([]).hex()))
    refuse("neighbour-index", "The proof of another place", "root-differs", **case(4, 7, index="5"))
    refuse("other-entry", "The proof of another entry", "root-differs", **case(4, 7, entry="3032"))
    refuse("leaf-hash-as-entry", "A leaf is hashed under its own prefix", "root-differs",
           **case(4, 7, entry=HASHES[4].hex()))
    refuse("node-as-leaf", "An inner node is no leaf: the prefixes keep them apart", "root-differs",
           entry=(HASHES[0] + HASHES[1]).hex(), index="0", size="2",
           root=root(HASHES[:4]).hex(), proof=[b64(root(HASHES[2:4]))])
    refuse("root-of-eight", "A root of another size", "root-differs", **case(4, 7, root=root(HASHES).hex()))
    refuse("proof-from-eight", "A proof in another tree", "root-differs", **case(4, 7, proof=proof(4, 8)))
    refuse("two-hashes-swapped", "Order is part of the proof", "root-differs",
           **case(4, 7, proof=[proof(4, 7)[n] for n in (1, 0, 2)]))
    refuse("one-hash-zero", "Each hash counts", "root-differs", **case(4, 7, proof=proof(4, 7)[:2] + [zero]))
    refuse("first-hash-missing", "Too few", "proof-too-short", **case(4, 7, proof=proof(4, 7)[1:]))
    refuse("last-hash-missing", "Too few", "proof-too-short", **case(4, 7, proof=proof(4, 7)[:-1]))
    refuse("no-proof", "Too few", "proof-too-short", **case(4, 7, proof=[]))
    refuse("hash-after-the-root", "Too many", "proof-too-long", **case(4, 7, proof=proof(4, 7) + [zero]))
    refuse("hash-in-tree-of-one", "A tree of one needs no proof", "proof-too-long", **case(0, 1, proof=[zero]))
    refuse("smaller-tree-claimed", "Size 4 has no third sibling for index 4", "index-outside-tree",
           **case(4, 7, size="4"))
    refuse("size-of-2-to-the-62", "Six hashes are not sixty-two", "proof-too-short", **case(0, 8, size=str(2**62)))
    file.write()


def consistencies():
    file = File("log", "consistency", "Consistency proofs between trees of the eight leaves of roots.json: two sizes, two roots (hexadecimal), proof (base 64).")

    def proof(old, new):
        return [b64(part) for part in consistency(old, HASHES[:new])]

    def case(old, new, /, **change):
        fields = {"from": str(old), "fromRoot": root(HASHES[:old]).hex(), "to": str(new),
                  "toRoot": root(HASHES[:new]).hex(),
                  "proof": proof(old, new) if old else []}
        return {**fields, **change}

    for old, new in [(0, 0), (0, 7), (1, 2), (3, 7), (4, 8), (6, 8), (7, 8), (8, 8)]:
        file.accept(f"{old}-to-{new}", "Growth, from nothing, or none", **case(old, new))
    zero = b64(bytes(32))
    refuse = file.refuse
    refuse("shrinking", "A log never shrinks", "size-shrinks", **case(3, 7, **{
        "from": "7", "to": "3", "fromRoot": root(HASHES[:7]).hex(), "toRoot": root(HASHES[:3]).hex()}))
    refuse("two-roots-at-one-size", "A fork", "root-differs",
           **case(7, 7, toRoot=root(HASHES[1:8]).hex()))
    refuse("proof-at-one-size", "Equal trees need none", "proof-too-long", **case(7, 7, proof=[zero]))
    refuse("proof-from-nothing", "The empty tree needs none", "proof-too-long", **case(0, 7, proof=[zero]))
    refuse("nothing-with-another-root", "The empty tree has one root", "root-differs",
           **case(0, 7, fromRoot=root(HASHES[:1]).hex()))
    refuse("empty-proof", "Too few", "proof-too-short", **case(3, 7, proof=[]))
    refuse("empty-proof-from-power-of-two", "Too few", "proof-too-short", **case(4, 8, proof=[]))
    refuse("old-root-alone", "The old root is no proof of itself", "proof-too-short",
           **case(3, 7, proof=[b64(root(HASHES[:3]))]))
    refuse("last-hash-missing", "Too few", "proof-too-short", **case(3, 7, proof=proof(3, 7)[:-1]))
    refuse("hash-after-the-roots", "Too many", "proof-too-long", **case(3, 7, proof=proof(3, 7) + [zero]))
    refuse("old-root-repeated", "From a power of two the old root is not sent", "proof-too-long",
           **case(4, 8, proof=[b64(root(HASHES[:4]))] + proof(4, 8)))
    refuse("old-root-changed", "History rewritten", "root-differs",
           **case(3, 7, fromRoot=root(HASHES[1:4]).hex()))
    refuse("new-root-changed", "Another future", "root-differs",
           **case(3, 7, toRoot=root(HASHES[1:8]).hex()))
    refuse("other-old-size", "The proof from another size", "root-differs",
           **case(3, 7, proof=proof(5, 7)))
    refuse("two-hashes-swapped", "Order is part of the proof", "root-differs",
           **case(3, 7, proof=[proof(3, 7)[n] for n in (0, 2, 1, 3)]))
    fork = HASHES[:2] + [leaf(b"another")] + HASHES[3:7]
    refuse("entry-replaced", "The new tree holds another third entry", "root-differs", **case(3, 7, **{
        "toRoot": root(fork).hex(), "proof": [b64(part) for part in consistency(3, fork)]}))
    file.write()


def checkpoints():
    file = File("log", "checkpoints", "Checkpoint notes, the log's verifier key, and the cosigners known to the reader. Accepted: size, root, the cosignatures that count (name and time), and the keys whose lines cannot be verified here. flipsAccepted counts single-byte changes after which the checkpoint is still believed: all of them make a cosigner's line a stranger's.")
    base = dict(logKey=LOG.vkey, cosigners=[WITNESS.vkey, OTHER.vkey])

    def accept(name, why, text, *lines, size=7, tree_root=None, cosignatures=(), **more):
        file.accept(name, why, **{**base, **more}, note=note(text, *lines), size=str(size),
                    root=(tree_root or root(HASHES[:7])).hex(),
                    cosignatures=[{"name": key, "time": time} for key, time in cosignatures])

    def refuse(name, why, reason, text, *lines, **more):
        file.refuse(name, why, reason, **{**base, **more}, note=note(text, *lines))

    witnessed = WITNESS.line(SEVEN)
    accept("cosigned", "The checkpoint of seven entries, one cosignature", SEVEN, SEVEN_LINE, witnessed,
           cosignatures=[(WITNESS.name, TIME)], flipsAccepted=25)
    accept("not-cosigned", "The log's line alone", SEVEN, SEVEN_LINE)
    accept("two-cosigners", "Earliest first", SEVEN, SEVEN_LINE, WITNESS.line(SEVEN, TIME + 60),
           OTHER.line(SEVEN), cosignatures=[(OTHER.name, TIME), (WITNESS.name, TIME + 60)],
           flipsAccepted=51)
    accept("one-cosigner-twice", "The earliest time counts, once", SEVEN, SEVEN_LINE,
           WITNESS.line(SEVEN, TIME + 60), WITNESS.line(SEVEN, TIME),
           cosignatures=[(WITNESS.name, TIME)], flipsAccepted=50)
    empty = text_of(LOG.name, 0, root([]))
    accept("empty-log", "Size 0 is the one number that begins with 0", empty, LOG.line(empty), size=0,
           tree_root=root([]))
    longer = text_of(LOG.name, 7, root(HASHES[:7]), "an extension", "and another")
    accept("extension-lines", "Kept, and covered by both signatures", longer, LOG.line(longer),
           WITNESS.line(longer), cosignatures=[(WITNESS.name, TIME)], flipsAccepted=25)
    public = bytes(range(256)) * 5 + bytes(32)
    ml = "wit.parley.example/m"
    ml_id = sha(ml.encode() + b"\n\x06" + public)[:4]
    ml_key = f"{ml}+{ml_id.hex()}+{b64(bytes([6]) + public)}"
    accept("ml-dsa-44-line", "Told, and never counted", SEVEN, SEVEN_LINE,
           line(ml, ml_id + TIME.to_bytes(8, "big") + bytes(16)),
           cosigners=[WITNESS.vkey, ml_key], notVerifiable=[ml], flipsAccepted=31)
    plain = Key(WITNESS.name, SEEDS[1], kind=1)
    accept("plain-line-of-a-cosigner", "A plain signature is no cosignature", SEVEN, SEVEN_LINE,
           plain.line(SEVEN), flipsAccepted=99)
    refuse("size-with-leading-zero", "One spelling only", "checkpoint-size-malformed",
           *(lambda text: (text, LOG.line(text)))(SEVEN.replace("\n7\n", "\n07\n")))
    for name, size in [("size-negative", "-1"), ("size-with-plus", "+7"), ("size-not-a-number", "seven"),
                       ("size-2-to-the-63", str(2**63)), ("size-in-other-digits", "７")]:
        text = SEVEN.replace("\n7\n", f"\n{size}\n")
        refuse(name, "A decimal number below 2^63", "checkpoint-size-malformed", text, LOG.line(text))
    for name, value in [("root-too-short", b64(bytes(31))), ("root-too-long", b64(bytes(33))),
                        ("root-without-padding", b64(bytes(32))[:-1]),
                        ("root-with-unused-bit", b64(bytes(32))[:-2] + "B="),
                        ("root-in-hexadecimal", bytes(32).hex())]:
        text = "\n".join([LOG.name, "7", value]) + "\n"
        refuse(name, "The base 64 of 32 bytes", "checkpoint-root-malformed", text, LOG.line(text))
    text = f"{LOG.name}\n7\n"
    refuse("no-root", "Three lines at the least", "checkpoint-malformed", text, LOG.line(text))
    text = SEVEN + "\nafter an empty line\n"
    refuse("empty-line", "No line is empty", "checkpoint-malformed", text, LOG.line(text))
    text = "\n" + SEVEN
    refuse("origin-empty", "No line is empty", "checkpoint-malformed", text, LOG.line(text))
    text = SEVEN.replace("/a", "/x")
    refuse("other-origin", "The log's key speaks for its own log", "checkpoint-origin-differs", text,
           LOG.line(text))
    accented = Key("log.parley.example/\u00e9", SEEDS[0])
    text = SEVEN.replace("/a", "/e\u0301")
    refuse("origin-spelt-otherwise", "Names are bytes: é in one character or in two differ",
           "checkpoint-origin-differs", text, accented.line(text), logKey=accented.vkey)
    refuse("signed-by-another", "Same name, other key", "note-not-signed-by-known-key", SEVEN,
           STRANGER.line(SEVEN))
    refuse("log-line-wrong", "Not the log's signature", "note-signature-wrong", SEVEN, spoilt(SEVEN_LINE))
    refuse("cosigner-key-as-log-key", "A log signs with type 0x01", "note-not-signed-by-known-key",
           SEVEN, Key(LOG.name, SEEDS[0], kind=4).line(SEVEN), logKey=Key(LOG.name, SEEDS[0], kind=4).vkey)
    refuse("cosignature-wrong", "A known cosigner's bad line condemns the note", "note-signature-wrong",
           SEVEN, SEVEN_LINE, spoilt(witnessed))
    refuse("cosignature-of-another-time", "The time is signed", "note-signature-wrong", SEVEN, SEVEN_LINE,
           line(WITNESS.name, WITNESS.id + (TIME + 1).to_bytes(8, "big")
                + base64.b64decode(witnessed.split(" ")[2])[12:]))
    refuse("cosignature-of-another-checkpoint", "The text is signed", "note-signature-wrong", SEVEN,
           SEVEN_LINE, WITNESS.line(empty))
    refuse("cosignature-without-extensions", "The whole text is signed", "note-signature-wrong", longer,
           LOG.line(longer), witnessed)
    refuse("cosignature-too-short", "71 bytes", "note-signature-wrong", SEVEN, SEVEN_LINE,
           line(WITNESS.name, base64.b64decode(witnessed.split(" ")[2])[:-1]))
    refuse("cosignature-after-9999", "No clock says so", "cosignature-time-unfit", SEVEN, SEVEN_LINE,
           WITNESS.line(SEVEN, 253402300800))
    refuse("cosignature-time-of-2-to-the-63", "No clock says so", "cosignature-time-unfit", SEVEN,
           SEVEN_LINE, WITNESS.line(SEVEN, 2**63))
    refuse("one-cosignature-good-one-bad", "A known cosigner's bad line condemns the note",
           "note-signature-wrong", SEVEN, SEVEN_LINE, witnessed, spoilt(witnessed))
    file.write()


def tile_paths():
    file = File("log", "tile-paths", "Paths of tiles and entry bundles (C2SP tlog-tiles) below a log's address. flipsAccepted counts single-byte changes that give another tile's path.")
    for name, why, path, level, number, width, flips in [
        ("first", "The first tile of leaf hashes", "tile/0/000", 0, 0, 256, 4),
        ("partial", "The right edge", "tile/0/000.p/1", 0, 0, 1, 4),
        ("widest-partial", "255 of 256", "tile/0/000.p/255", 0, 0, 255, 6),
        ("last-in-one-group", "999", "tile/1/999", 1, 999, 256, 4),
        ("first-in-two-groups", "1000", "tile/1/x001/000", 1, 1000, 256, 6),
        ("three-groups", "The example of the specification", "tile/2/x001/x234/067", 2, 1234067, 256, 9),
        ("group-of-zeros-inside", "Only the first group may not be zero", "tile/0/x001/x000/000.p/112",
         0, 1000000, 112, 11),
        ("highest-level", "63", "tile/63/000", 63, 0, 256, 4),
        ("bundle", "Entries", "tile/entries/000", "entries", 0, 256, 3),
        ("partial-bundle", "Entries at the right edge", "tile/entries/x070/004.p/96", "entries", 70004, 96, 8),
        ("largest-number", "2^64 - 1", "tile/0/x018/x446/x744/x073/x709/x551/615", 0, 2**64 - 1, 256, 12),
    ]:
        file.accept(name, why, path=path, level=str(level), number=str(number), width=width,
                    flipsAccepted=flips)
    for name, why, reason, path in [
        ("empty", "No path", "not-a-tile", ""),
        ("checkpoint", "No tile", "not-a-tile", "checkpoint"),
        ("no-number", "A level alone", "not-a-tile", "tile/0"),
        ("leading-slash", "Relative to the log's address", "not-a-tile", "/tile/0/000"),
        ("other-word", "One word", "not-a-tile", "tiles/0/000"),
        ("dots", "No way out of the tiles", "number-wrong", "tile/0/../000"),
        ("level-64", "63 is the highest", "level-wrong", "tile/64/000"),
        ("level-with-zero", "One spelling only", "level-wrong", "tile/00/000"),
        ("level-with-sign", "Digits only", "level-wrong", "tile/-1/000"),
        ("level-empty", "A level is named", "level-wrong", "tile//000"),
        ("level-word", "Entries is the only word", "level-wrong", "tile/data/000"),
        ("two-digits", "Groups have three", "number-wrong", "tile/0/00"),
        ("four-digits", "Groups have three", "number-wrong", "tile/0/1000"),
        ("x-before-last", "The last group has no x", "number-wrong", "tile/0/x000"),
        ("x-missing", "Every other group has one", "number-wrong", "tile/0/001/000"),
        ("x-in-capitals", "One spelling only", "number-wrong", "tile/0/X001/000"),
        ("redundant-first-group", "One spelling only", "number-wrong", "tile/0/x000/001"),
        ("trailing-slash", "One spelling only", "number-wrong", "tile/0/000/"),
        ("empty-group", "One spelling only", "number-wrong", "tile/0/x001//000"),
        ("other-digits", "ASCII digits only", "number-wrong", "tile/0/００１"),
        ("beyond-64-bits", "2^64", "number-wrong", "tile/0/x018/x446/x744/x073/x709/x551/616"),
        ("width-0", "An empty tile is not served", "width-wrong", "tile/0/000.p/0"),
        ("width-256", "A full tile has no width in its path", "width-wrong", "tile/0/000.p/256"),
        ("width-with-zero", "One spelling only", "width-wrong", "tile/0/000.p/01"),
        ("width-empty", "A width is named", "width-wrong", "tile/0/000.p/"),
        ("width-missing", "A width is named", "number-wrong", "tile/0/000.p"),
        ("width-word", "Digits only", "width-wrong", "tile/0/000.p/x"),
        ("two-widths", "One width", "number-wrong", "tile/0/000.p/1.p/2"),
        ("query", "A path alone", "number-wrong", "tile/0/000?x=1"),
        ("too-long", "65 bytes", "path-too-long", "tile/0/" + "x001/" * 11 + "000"),
    ]:
        file.refuse(name, why, reason, path=path)
    file.write()


def add_checkpoints():
    file = File("log", "add-checkpoint", "Requests to a witness (C2SP tlog-witness): the log's key, the note that the witness cosigned last or null, the request's body; the HTTP status, the reason, and for 409 the size answered. flipsAccepted counts single-byte changes after which it is still cosigned.")

    def text(size, leaves=HASHES, *extensions):
        return text_of(LOG.name, size, root(leaves[:size]), *extensions)

    def signed(size, leaves=HASHES):
        whole = text(size, leaves)
        return note(whole, LOG.line(whole))

    def body(old, proof, whole):
        return "\n".join([f"old {old}", *proof]) + "\n\n" + whole

    def proof(old, new, leaves=HASHES):
        return [b64(part) for part in consistency(old, leaves[:new])]

    base = dict(logKey=LOG.vkey)

    def accept(name, why, stored, request, **more):
        file.accept(name, why, **base, stored=stored, body=request, status=200, **more)

    def refuse(name, why, status, reason, stored, request, **more):
        file.refuse(name, why, reason, **{**base, **more}, stored=stored, body=request, status=status)

    three, seven = signed(3), signed(7)
    growth = body(3, proof(3, 7), seven)
    accept("first", "Never cosigned before", None, body(0, [], seven))
    accept("growth", "From three entries to seven", three, growth)
    accept("again", "The same size is cosigned anew, with a new time", seven, body(7, [], seven))
    accept("empty-log", "Size 0 with the root of the empty tree", None, body(0, [], signed(0)))
    accept("from-the-empty-log", "Size 0 was cosigned before", signed(0), body(0, [], seven))
    accept("strangers-line", "Lines of unknown keys are passed over", three,
           growth + line("stranger.example", bytes(20)), flipsAccepted=16)
    longer = text(7, HASHES, "extension")
    accept("extension-line", "Cosigned as it stands", three,
           body(3, proof(3, 7), note(longer, LOG.line(longer))))

    refuse("empty", "No body", 400, "add-checkpoint-malformed", three, "")
    refuse("no-empty-line", "Nothing before the note ends", 400, "add-checkpoint-malformed", three,
           "old 3\n" + "\n".join(proof(3, 7)))
    refuse("no-old-line", "It comes first", 400, "number-malformed", three, "\n".join(proof(3, 7)) + "\n\n" + seven)
    refuse("old-with-leading-zero", "One spelling only", 400, "number-malformed", three, growth.replace("old 3", "old 03"))
    refuse("old-negative", "Digits only", 400, "number-malformed", three, growth.replace("old 3", "old -3"))
    refuse("old-with-space", "One space, no more", 400, "number-malformed", three, growth.replace("old 3", "old  3"))
    refuse("old-2-to-the-63", "Numbers are below it", 400, "number-malformed", three,
           growth.replace("old 3", f"old {2**63}"))
    refuse("carriage-returns", "Lines end in a line feed alone", 400, "number-malformed", three,
           growth.replace("old 3\n", "old 3\r\n"))
    refuse("hash-too-short", "31 bytes", 400, "hash-malformed", three,
           body(3, proof(3, 7)[:3] + [b64(bytes(31))], seven))
    refuse("hash-without-padding", "Padded base 64 only", 400, "hash-malformed", three,
           body(3, proof(3, 7)[:3] + [proof(3, 7)[3][:-1]], seven))
    refuse("sixty-four-hashes", "63 are allowed", 400, "too-many-hashes", three,
           body(3, [b64(bytes(32))] * 64, seven))
    refuse("note-without-signature", "No note", 400, "note-signatures-missing", three,
           body(3, proof(3, 7), text(7)))
    broken = SEVEN.replace("\n7\n", "\n07\n")
    refuse("checkpoint-malformed", "No checkpoint", 400, "checkpoint-size-malformed", three,
           body(3, proof(3, 7), note(broken, LOG.line(broken))))
    refuse("old-above-new", "A log never shrinks", 400, "old-size-above-new", seven, body(7, [], three))
    foreign = Key("log.parley.example/z", SEEDS[0])
    foreign_text = SEVEN.replace("/a", "/z")
    refuse("origin-unknown", "A log that is not in the agreement", 404, "origin-unknown", three,
           body(3, proof(3, 7), note(foreign_text, foreign.line(foreign_text))))
    refuse("origin-unknown-and-unsigned", "404 comes before 403", 404, "origin-unknown", three,
           body(3, proof(3, 7), note(foreign_text, STRANGER.line(foreign_text))))
    refuse("signed-by-another", "Nobody trusted has signed", 403, "note-not-signed-by-known-key", three,
           body(3, proof(3, 7), note(SEVEN, STRANGER.line(SEVEN))))
    refuse("signature-wrong", "A trusted line that fails", 403, "note-signature-wrong", three,
           body(3, proof(3, 7), note(SEVEN, spoilt(SEVEN_LINE))))
    refuse("signature-wrong-and-old-above-new", "403 comes before the sizes", 403, "note-signature-wrong", three,
           body(9, [], note(SEVEN, spoilt(SEVEN_LINE))))
    refuse("stale", "The log has forgotten what it was told", 409, "old-size-differs", three,
           body(2, proof(2, 7), seven), known="3")
    refuse("ahead", "The log believes more than was cosigned", 409, "old-size-differs", three,
           body(6, proof(6, 7), seven), known="3")
    refuse("asking-for-the-size", "Old 0 where 3 was cosigned", 409, "old-size-differs", three,
           body(0, [], seven), known="3")
    refuse("never-cosigned", "Old 3 where nothing was", 409, "old-size-differs", None, growth, known="0")
    refuse("smaller-than-cosigned", "An older checkpoint replayed", 409, "old-size-differs", seven,
           body(3, [], three), known="7")
    other = HASHES[:6] + [leaf(b"another")]
    refuse("other-root-at-one-size", "A fork", 422, "root-contradicts", seven, body(7, [], signed(7, other)))
    refuse("other-root-at-one-size-with-proof", "A fork, whatever else it brings", 422, "root-contradicts",
           seven, body(7, [b64(bytes(32))], signed(7, other)))
    refuse("proof-missing", "Growth is proven", 422, "proof-too-short", three, body(3, [], seven))
    refuse("proof-too-long", "No hash too many", 422, "proof-too-long", three,
           body(3, proof(3, 7) + [b64(bytes(32))], seven))
    refuse("proof-wrong", "Each hash counts", 422, "root-differs", three,
           body(3, proof(3, 7)[:3] + [b64(bytes(32))], seven))
    fork = HASHES[:2] + [leaf(b"another")] + HASHES[3:7]
    refuse("forked", "A true proof in another history", 422, "root-differs", three,
           body(3, proof(3, 7, fork), signed(7, fork)))
    refuse("proof-from-nothing", "Old 0 needs none", 422, "proof-too-long", None,
           body(0, [b64(bytes(32))], seven))
    refuse("proof-at-one-size", "Equal sizes need none", 422, "proof-too-long", seven,
           body(7, [b64(bytes(32))], seven))
    nothing = text_of(LOG.name, 0, bytes(32))
    refuse("empty-log-with-another-root", "The empty tree has one root", 422, "root-differs", None,
           body(0, [], note(nothing, LOG.line(nothing))))
    file.write()


def receipts():
    file = File("receipt", "receipts", "Receipts (C2SP tlog-proof) for the eighth statement of a log whose entries are the SHA-256 of `statement 1` to `statement 11`. entry is the digest asked about, in hexadecimal. flipsAccepted counts single-byte changes after which the receipt still shows the same place in the same tree: all of them make a cosigner's line a stranger's, or change the unsigned extra line.")
    entries = [sha(f"statement {n}".encode()) for n in range(1, 12)]
    hashes = [leaf(entry) for entry in entries]
    text = text_of(LOG.name, 11, root(hashes))
    log_line, witness_line = LOG.line(text), WITNESS.line(text)
    whole = note(text, log_line, witness_line)
    proof = [b64(part) for part in inclusion(7, hashes)]
    base = dict(entry=entries[7].hex(), logKey=LOG.vkey, cosigners=[WITNESS.vkey])

    def receipt(index=7, proof=proof, whole=whole, extra=None, header="c2sp.org/tlog-proof@v1"):
        lines = [header] + ([] if extra is None else [extra]) + [f"index {index}", *proof]
        return "\n".join(lines) + "\n\n" + whole

    def accept(name, why, value, flips, cosigned=True, **more):
        file.accept(name, why, **{**base, **more}, receipt=value,
                    cosignatures=[{"name": WITNESS.name, "time": TIME}] if cosigned else [],
                    flipsAccepted=flips)

    def refuse(name, why, reason, value, **more):
        file.refuse(name, why, reason, **{**base, **more}, receipt=value)

    accept("cosigned", "What a node hands out", receipt(), 25)
    accept("extra-line", "Read, and believed in nothing", receipt(extra="extra " + b64(b"anything")), 35)
    accept("no-cosigner-known", "How many are enough is asked elsewhere", receipt(), 105, cosigned=False,
           cosigners=[])
    one = text_of(LOG.name, 1, hashes[0])
    accept("only-entry", "A tree of one needs no hashes",
           receipt(0, [], note(one, LOG.line(one), WITNESS.line(one))), 25, entry=entries[0].hex())

    refuse("empty", "No receipt", "receipt-malformed", "")
    refuse("note-missing", "No empty line", "receipt-malformed", receipt().split("\n\n")[0] + "\n")
    refuse("other-version", "One version", "receipt-header-wrong", receipt(header="c2sp.org/tlog-proof@v2"))
    refuse("header-missing", "It comes first", "receipt-header-wrong", receipt().split("\n", 1)[1])
    refuse("byte-order-mark", "Nothing before the header", "receipt-header-wrong", "\ufeff" + receipt())
    refuse("carriage-returns", "Lines end in a line feed alone", "receipt-malformed",
           receipt().replace("\n", "\r\n"))
    refuse("extra-not-base-64", "Base 64", "receipt-extra-malformed", receipt(extra="extra !"))
    refuse("extra-with-combining-mark", "Not one byte more", "receipt-extra-malformed",
           receipt(extra="extra \u0301" + b64(b"abc")))
    refuse("extra-after-index", "In its place only", "hash-malformed",
           receipt(proof=["extra " + b64(b"abc"), *proof]))
    refuse("two-extra-lines", "One at the most", "number-malformed",
           receipt(extra="extra YWJj\nextra YWJj"))
    refuse("index-missing", "A place is named", "number-malformed", receipt().replace("index 7\n", ""))
    refuse("index-with-leading-zero", "One spelling only", "number-malformed", receipt(index="07"))
    refuse("index-empty", "A place is named", "number-malformed", receipt(index=""))
    refuse("index-2-to-the-63", "Numbers are below it", "number-malformed", receipt(index=2**63))
    refuse("hash-too-short", "32 bytes", "hash-malformed", receipt(proof=proof[:-1] + [b64(bytes(31))]))
    refuse("sixty-four-hashes", "63 are allowed", "too-many-hashes", receipt(proof=[b64(bytes(32))] * 64))
    refuse("other-entry", "Another statement is not in that place", "root-differs", receipt(),
           entry=entries[8].hex())
    refuse("other-index", "The statement is not in that place", "root-differs", receipt(index=6))
    refuse("index-outside", "Beyond the tree", "index-outside-tree", receipt(index=11))
    refuse("hash-missing", "Too few", "proof-too-short", receipt(proof=proof[:-1]))
    refuse("hash-too-many", "Too many", "proof-too-long", receipt(proof=proof + [b64(bytes(32))]))
    refuse("hashes-reversed", "From the leaf upward", "root-differs", receipt(proof=proof[::-1]))
    refuse("checkpoint-unsigned", "No signature lines", "note-signatures-missing", receipt(whole=text))
    refuse("checkpoint-of-another-size", "Another tree", "root-differs",
           (lambda t: receipt(whole=note(t, LOG.line(t))))(text_of(LOG.name, 10, root(hashes[:10]))))
    refuse("checkpoint-root-changed", "Not what the log signed", "note-signature-wrong",
           receipt(whole=note(text_of(LOG.name, 11, root(hashes[::-1])), log_line)))
    refuse("another-log", "The author's receipt is no receipt of the receiver's", "checkpoint-origin-differs",
           receipt(), logKey=Key("log.parley.example/z", SEEDS[0]).vkey)
    refuse("another-key", "Nobody trusted has signed", "note-not-signed-by-known-key", receipt(),
           logKey=STRANGER.vkey)
    refuse("cosignature-wrong", "A known cosigner's bad line condemns the note", "note-signature-wrong",
           receipt(whole=note(text, log_line, spoilt(witness_line))))
    refuse("text-after-the-note", "Nothing follows the signatures", "note-signature-malformed",
           receipt() + "and so on\n")
    file.write()


def forks():
    file = File("fork", "proofs", "Proofs that a log has signed two histories (canonical JSON as text): the "
                "log's key is the one named in them; the two sizes, or the one reason of the refusal.")
    other = [leaf(bytes([9]))] + HASHES[1:]

    def signed(leaves, key=LOG):
        text = text_of(LOG.name, len(leaves), root(leaves))
        return note(text, key.line(text))

    def document(first=signed(HASHES[:6]), second=signed(other[:8]), hash=root(other[:6]),
                 proof=tuple(consistency(6, other[:8])), log=LOG.vkey, **changes):
        fields = {
            "parley": "fork/1", "log": log, "first": b64(first.encode()),
            "second": b64(second.encode()), "root": b64(hash), "proof": [b64(one) for one in proof],
        } | changes
        fields = {name: value for name, value in fields.items() if value is not None}
        return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def accept(name, why, first, second, text):
        file.accept(name, why, proof=text, sizes=[first, second])

    def refuse(name, why, reason, text):
        file.refuse(name, why, reason, proof=text)

    accept("growth", "The larger tree does not hold the smaller one", 6, 8, document())
    accept("same-size", "Two roots at one size", 7, 7, document(
        signed(HASHES[:7]), signed(other[:7]), root(other[:7]), []))
    accept("power-of-two", "root is named, so this size proves as well as another", 4, 7, document(
        signed(HASHES[:4]), signed(other[:7]), root(other[:4]), consistency(4, other[:7])))
    accept("one-entry", "The smallest", 1, 1, document(
        signed(HASHES[:1]), signed(other[:1]), root(other[:1]), []))
    line_of_witness = WITNESS.line(text_of(LOG.name, 6, root(HASHES[:6])))
    accept("cosigned", "Lines of other keys are no matter", 6, 8,
           document(first=signed(HASHES[:6]) + line_of_witness))

    refuse("no-fork", "The second tree holds the first", "roots-agree", document(
        second=signed(HASHES), hash=root(HASHES[:6]), proof=consistency(6, HASHES)))
    refuse("same-note-twice", "A checkpoint does not contradict itself", "roots-agree", document(
        signed(HASHES[:7]), signed(HASHES[:7]), root(HASHES[:7]), []))
    refuse("root-made-up", "The consistency proof does not lead from it", "root-differs",
           document(hash=sha(b"made up")))
    refuse("proof-made-up", "Anybody can write a wrong proof", "root-differs", document(
        second=signed(HASHES), hash=root(other[:6]), proof=consistency(6, other[:8])))
    refuse("proof-short", "A hash is missing", "proof-too-short",
           document(proof=consistency(6, other[:8])[:-1]))
    refuse("proof-long", "A hash too many", "proof-too-long",
           document(proof=consistency(6, other[:8]) + [sha(b"more")]))
    refuse("proof-at-one-size", "Nothing is to be proven between equal sizes", "proof-too-long",
           document(signed(HASHES[:7]), signed(other[:7]), root(other[:7]), [sha(b"more")]))
    refuse("root-not-the-seconds", "At one size root is the second root", "root-differs",
           document(signed(HASHES[:7]), signed(other[:7]), sha(b"made up"), []))
    refuse("order", "The first has no more entries", "size-shrinks",
           document(signed(other[:8]), signed(HASHES[:6]), sha(b"any"), consistency(6, other[:8])))
    refuse("first-by-a-stranger", "The log did not sign it", "note-not-signed-by-known-key",
           document(first=signed(HASHES[:6], STRANGER)))
    refuse("second-by-a-stranger", "The log did not sign it", "note-not-signed-by-known-key",
           document(second=signed(other[:8], STRANGER)))
    refuse("second-spoilt", "A signature with one bit turned", "note-signature-wrong", document(
        second=note(text_of(LOG.name, 8, root(other[:8])),
                    spoilt(LOG.line(text_of(LOG.name, 8, root(other[:8])))))))
    elsewhere = Key("log.parley.example/z", SEEDS[0])
    text = text_of(elsewhere.name, 8, root(other[:8]))
    refuse("another-log", "Two logs may differ as they like", "checkpoint-origin-differs",
           document(second=note(text, elsewhere.line(text))))
    refuse("witness-key", "A cosigner's key is no log's key", "field-value-wrong",
           document(log=WITNESS.vkey))
    refuse("key-malformed", "A key's id is that of its name and bytes", "field-value-wrong",
           document(log=LOG.vkey.replace("320954a7", "320954a8")))
    refuse("version", "One version", "field-value-wrong", document(parley="fork/2"))
    refuse("field-missing", "Every field is needed", "field-missing", document(root=None))
    refuse("field-more", "No other field", "field-unknown", document(note="x"))
    refuse("hash-short", "32 bytes", "field-value-wrong", document(root=b64(bytes(31))))
    refuse("proof-of-numbers", "Hashes are texts", "field-value-wrong", document(proof=[]).replace('"proof":[]', '"proof":[1]'))
    refuse("indented", "One layout", "not-canonical",
           json.dumps(json.loads(document()), indent=1, sort_keys=True))
    refuse("empty", "Nothing", "unexpected-end", "")
    refuse("too-long", "A byte more than 256 KiB", "too-long",
           json.dumps("x" * (262145 - 2)))
    file.write()


for write in [keys, notes, roots, inclusions, consistencies, checkpoints, tile_paths, add_checkpoints,
              receipts, forks]:
    write()
