"""Writes Vectors/pouch: labels, manifests and contents of pouches, from Spec/pouch.md alone.

Signatures are judged elsewhere: those here have the right length and verify nothing.
"""

import base64
import json
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent.parent / "Vectors" / "pouch"
MAGIC = b"parley-pouch/1\n"
LABEL_SIZE = 65_536
AGREEMENT = "sha256:6718e8597a42ddb3cf23e1cb48c1698216667ca91956f01870086e63faa1c493"


# Labels -----------------------------------------------------------------------------------------

def label(number=1, envelope=b"{}", length=None, tail=b""):
    head = MAGIC + number.to_bytes(2, "big")
    head += (len(envelope) if length is None else length).to_bytes(4, "big") + envelope
    return head + bytes(LABEL_SIZE - len(head) - len(tail)) + tail


ROOM = LABEL_SIZE - len(MAGIC) - 6

LABELS = [
    ("an envelope", "Number, length, envelope, zeros", label(), {"number": 1, "envelopeBytes": 2}),
    ("no envelope", "Whether it is a manifest is judged next", label(envelope=b""),
     {"number": 1, "envelopeBytes": 0}),
    ("highest number", "All 16 bits count; whether there is such a part the manifest says",
     label(65_535), {"number": 65_535, "envelopeBytes": 2}),
    ("number zero", "Whether there is such a part the manifest says", label(0),
     {"number": 0, "envelopeBytes": 2}),
    ("nothing", "An empty file", b"", "pouch-format-unknown"),
    ("line alone", "The file ends after its first line", MAGIC, "pouch-label-truncated"),
    ("another version", "A later format is another line", b"parley-pouch/2\n" + label()[15:],
     "pouch-format-unknown"),
    ("no line feed", "The whole line counts", b"parley-pouch/1 " + label()[15:],
     "pouch-format-unknown"),
    ("a sealed file", "What stands behind a label, without it", b"parley-seal/1\n" + bytes(70),
     "pouch-format-unknown"),
    ("one byte short", "65,535 of 65,536", label()[:-1], "pouch-label-truncated"),
    ("length past the label", "One byte more than there is room for",
     label(length=ROOM + 1), "pouch-label-malformed"),
    ("longest length", "All bits set", label(length=2**32 - 1), "pouch-label-malformed"),
    ("length too short", "The rest of the envelope is not zero", label(length=1),
     "pouch-label-malformed"),
    ("a byte at the end", "Nothing hides behind the manifest", label(tail=b"\x01"),
     "pouch-label-malformed"),
    ("length of the other byte order", "2 as little-endian",
     label(length=2 << 24), "pouch-label-malformed"),
]


# Manifests --------------------------------------------------------------------------------------

PART = {"digest": "sha256:" + "11" * 32, "sizeBytes": 4096}
MANIFEST = {
    "agreement": AGREEMENT, "from": {"organ": "poc", "party": "us"},
    "packedAt": "2026-11-23T09:12:33Z", "parley": "pouch/1", "parts": [PART],
    "pouch": "0f1e2d3c4b5a69788796a5b4c3d2e1f0", "to": "cn",
}


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def envelope(payload, payload_type="application/vnd.parley.pouch.v1+json", signatures=1):
    if isinstance(payload, dict):
        payload = canonical(payload)
    return canonical({
        "payload": base64.b64encode(payload).decode(), "payloadType": payload_type,
        "signatures": [
            {"keyid": f"ed25519:{n:02x}" + "22" * 31, "sig": base64.b64encode(bytes(64)).decode()}
            for n in range(signatures)
        ],
    })


def changed(**fields):
    return envelope(MANIFEST | fields)


def without(name):
    return envelope({key: value for key, value in MANIFEST.items() if key != name})


def read(parts=1, pouch=MANIFEST["pouch"], to="cn"):
    return {"parts": parts, "pouch": pouch, "to": to}


MANIFESTS = [
    ("one part", "The smallest pouch", envelope(MANIFEST), read()),
    ("most parts", "256 of them", changed(parts=[PART] * 256), read(256)),
    ("largest part", "A size up to 2^53 - 1", changed(parts=[PART | {"sizeBytes": 2**53 - 1}]),
     read()),
    ("to one's own party", "Whose it is, who opens it judges", changed(to="us"), read(to="us")),
    ("no parts", "Then there is nothing to open", changed(parts=[]), "pouch-part-count-wrong"),
    ("257 parts", "One past the limit", changed(parts=[PART] * 257), "pouch-part-count-wrong"),
    ("empty part", "A sealed file is never empty", changed(parts=[PART | {"sizeBytes": 0}]),
     "field-value-wrong"),
    ("part without a digest", "It could not be judged", changed(parts=[{"sizeBytes": 1}]),
     "field-missing"),
    ("part with a name", "No field that is not named", changed(parts=[PART | {"name": "a"}]),
     "field-unknown"),
    ("short digest", "A digest is never shortened",
     changed(parts=[PART | {"digest": "sha256:1111"}]), "field-value-wrong"),
    ("another document", "A refusal is no manifest", changed(parley="refusal/1"),
     "field-value-wrong"),
    ("id of 31 digits", "16 bytes", changed(pouch="0" * 31), "field-value-wrong"),
    ("id of 34 digits", "16 bytes", changed(pouch="0" * 34), "field-value-wrong"),
    ("id in capitals", "One spelling", changed(pouch="A" * 32), "field-value-wrong"),
    ("to several", "A pouch is for one party", changed(to=["cn", "corp"]), "field-type-wrong"),
    ("party malformed", "A party's name", changed(to="CN"), "field-value-wrong"),
    ("from a party alone", "An organ signs", changed(**{"from": {"party": "us"}}),
     "field-missing"),
    ("time with a fraction", "Times are whole seconds", changed(packedAt="2026-11-23T09:12:33.5Z"),
     "field-value-wrong"),
    ("no agreement", "Every document names its own", without("agreement"), "field-missing"),
    ("no time", "It orders the pouches of one party", without("packedAt"), "field-missing"),
    ("a comment", "No field that is not named", changed(comment="by courier"), "field-unknown"),
    ("payload with a space", "One spelling", envelope(canonical(MANIFEST) + b" "),
     "not-canonical"),
    ("another payload type", "It was signed as something else",
     envelope(MANIFEST, "application/vnd.parley.refusal.v1+json"), "payload-type-wrong"),
    ("no signature", "Nobody vouches for it", envelope(MANIFEST, signatures=0), "unsigned"),
    ("three signatures", "An organ has at most two keys", envelope(MANIFEST, signatures=3),
     "too-many-signatures"),
    ("nothing", "An empty label", b"", "unexpected-end"),
]


# Contents ---------------------------------------------------------------------------------------

def frame(kind, content=b"", length=None):
    size = len(content) if length is None else length
    return kind.encode("latin-1") + size.to_bytes(4, "big") + content


def number(value):
    return value.to_bytes(8, "big")


def growth(base, size, edge):
    return frame("L", number(base) + number(size) + bytes(32 * edge))


def piece(size, offset, length, data=None):
    head = frame("O", b"\x33" * 32 + number(size) + number(offset) + number(length))
    return head + (frame("D", b"x" * length) if data is None else data)


HASHES = frame("H", bytes(32) * 3)
GROWTH = growth(11, 14, 3) + HASHES
ANSWER = frame("A", b"\x44" * 32) + frame("T", b"receipt") + frame("P", b"proof")
REFUSAL = frame("A", b"\x55" * 32) + frame("X", b"{}")
GUIDE = frame("G", b"{}")
DELIVERY = frame("Y", b"delivery")

CONTENTS = [
    ("nothing", "A part may be empty", b"", []),
    ("growth alone", "Three leaves after eleven, whose edge has three roots", GROWTH,
     ["growth 11 14 3", "hashes 3"]),
    ("growth by nothing", "No hashes then", growth(8, 8, 1), ["growth 8 8 1"]),
    ("growth of an empty log", "No edge either", growth(0, 0, 0), ["growth 0 0 0"]),
    ("hashes in two frames", "They are counted together",
     growth(11, 14, 3) + frame("H", bytes(32)) + frame("H", bytes(64)),
     ["growth 11 14 3", "hashes 1", "hashes 2"]),
    ("answers", "A receipt and a refusal", ANSWER + REFUSAL, ["receipted", "refused"]),
    ("a delivery", "Alone", DELIVERY, ["delivery 8"]),
    ("a piece", "All of a blob", GUIDE + piece(5, 0, 5), ["guide 2", "piece 5 0 5", "data 5 last"]),
    ("a piece in two frames", "The last one is told",
     GUIDE + piece(5, 0, 5, frame("D", b"xxx") + frame("D", b"xx")),
     ["guide 2", "piece 5 0 5", "data 3", "data 2 last"]),
    ("two blobs of one statement", "One guide is enough",
     GUIDE + piece(5, 0, 5) + piece(9, 0, 9),
     ["guide 2", "piece 5 0 5", "data 5 last", "piece 9 0 9", "data 9 last"]),
    ("the end of a blob", "It began in another part", GUIDE + piece(9, 4, 5),
     ["guide 2", "piece 9 4 5", "data 5 last"]),
    ("all of it", "Growth, answers, groups", GROWTH + ANSWER + DELIVERY + GUIDE + piece(5, 0, 5)
     + DELIVERY,
     ["growth 11 14 3", "hashes 3", "receipted", "delivery 8", "guide 2", "piece 5 0 5",
      "data 5 last", "delivery 8"]),
    ("growth second", "It is what the rest is judged by", DELIVERY + GROWTH, "frame-order-wrong"),
    ("growth after an answer", "The order is fixed", ANSWER + GROWTH, "frame-order-wrong"),
    ("growth twice", "One log grows once", GROWTH + GROWTH, "frame-order-wrong"),
    ("growth cut short", "Fifteen bytes of sixteen", frame("L", bytes(15)),
     "frame-content-malformed"),
    ("growth that shrinks", "A log never does", growth(14, 11, 3), "frame-content-malformed"),
    ("edge too short", "Eleven is three complete subtrees", growth(11, 14, 2) + HASHES,
     "frame-content-malformed"),
    ("edge too long", "Eleven is three complete subtrees", growth(11, 14, 4) + HASHES,
     "frame-content-malformed"),
    ("edge of part of a hash", "32 bytes each",
     frame("L", number(1) + number(2) + bytes(31)), "frame-content-malformed"),
    ("size past 2^63", "No log is so long", growth(0, 2**63, 0), "frame-content-malformed"),
    ("hashes missing", "Two of three", growth(11, 14, 3) + frame("H", bytes(64)),
     "pouch-contents-truncated"),
    ("hashes missing before a delivery", "Two of three",
     growth(11, 14, 3) + frame("H", bytes(64)) + DELIVERY, "frame-order-wrong"),
    ("one hash too many", "Four of three", growth(11, 14, 3) + frame("H", bytes(128)),
     "frame-content-malformed"),
    ("hashes after nothing grew", "None of none", growth(8, 8, 1) + frame("H", bytes(32)),
     "frame-order-wrong"),
    ("no hashes in a frame", "A frame without a hash is none",
     growth(11, 14, 3) + frame("H") + HASHES, "frame-content-malformed"),
    ("hash cut short", "31 bytes", growth(11, 12, 3) + frame("H", bytes(31)),
     "frame-content-malformed"),
    ("too many hashes in a frame", "2,049, one past the limit",
     growth(0, 2049, 0) + frame("H", b"", 2049 * 32), "frame-too-long"),
    ("hashes alone", "Of which log", HASHES, "frame-order-wrong"),
    ("answer about 31 bytes", "An id is a whole digest", frame("A", bytes(31)),
     "frame-content-malformed"),
    ("answer about 33 bytes", "An id is a whole digest", frame("A", bytes(33)), "frame-too-long"),
    ("answer without an outcome", "It ends after the id", frame("A", bytes(32)),
     "pouch-contents-truncated"),
    ("receipt without the author's proof", "Both or none", frame("A", bytes(32)) + frame("T", b"r"),
     "pouch-contents-truncated"),
    ("author's proof first", "The order is fixed",
     frame("A", bytes(32)) + frame("P", b"p") + frame("T", b"r"), "frame-order-wrong"),
    ("receipt and refusal", "One answer", frame("A", bytes(32)) + frame("T", b"r") + frame("X", b"{}"),
     "frame-order-wrong"),
    ("two ids", "Each is answered", frame("A", bytes(32)) * 2, "frame-order-wrong"),
    ("receipt of nothing", "Of which statement", frame("T", b"r"), "frame-order-wrong"),
    ("answer after a delivery", "The order is fixed", DELIVERY + ANSWER, "frame-order-wrong"),
    ("answer after a piece", "The order is fixed", GUIDE + piece(5, 0, 5) + ANSWER,
     "frame-order-wrong"),
    ("receipt too long", "One byte past 64 KiB",
     frame("A", bytes(32)) + frame("T", b"", 65_537), "frame-too-long"),
    ("piece without a guide", "Nobody names the blob", piece(5, 0, 5), "frame-order-wrong"),
    ("piece after a delivery", "Its guide stands directly before", GUIDE + piece(5, 0, 5)
     + DELIVERY + piece(5, 0, 5), "frame-order-wrong"),
    ("guide of nothing", "It ends after the guide", GUIDE, "pouch-contents-truncated"),
    ("guide before a delivery", "A guide leads to a piece", GUIDE + DELIVERY, "frame-order-wrong"),
    ("two guides", "A guide leads to a piece", GUIDE + GUIDE, "frame-order-wrong"),
    ("guide too long", "One byte past 64 KiB", frame("G", b"", 65_537), "frame-too-long"),
    ("piece cut short", "55 bytes of 56", GUIDE + frame("O", bytes(55)),
     "frame-content-malformed"),
    ("piece too long", "57 bytes of 56", GUIDE + frame("O", bytes(57)), "frame-too-long"),
    ("empty piece", "It brings nothing", GUIDE + piece(5, 0, 0, b""), "piece-outside-blob"),
    ("piece past the end", "One byte more than the blob has", GUIDE + piece(5, 0, 6),
     "piece-outside-blob"),
    ("piece that begins past the end", "Bytes of no blob", GUIDE + piece(5, 6, 1),
     "piece-outside-blob"),
    ("piece that wraps around", "Sums past 64 bits count as past the end",
     GUIDE + piece(2**64 - 1, 2**64 - 2, 2, b""), "piece-outside-blob"),
    ("data missing", "Four bytes of five", GUIDE + piece(5, 0, 5, frame("D", b"xxxx")),
     "pouch-contents-truncated"),
    ("data missing before a delivery", "Four bytes of five",
     GUIDE + piece(5, 0, 5, frame("D", b"xxxx")) + DELIVERY, "frame-order-wrong"),
    ("one byte of data too many", "Six bytes of five",
     GUIDE + piece(9, 0, 5, frame("D", b"xxxxxx")), "frame-content-malformed"),
    ("data of no bytes", "At least one", GUIDE + piece(5, 0, 5, frame("D")),
     "frame-content-malformed"),
    ("data after the last", "The piece is whole", GUIDE + piece(5, 0, 5) + frame("D", b"x"),
     "frame-order-wrong"),
    ("data alone", "Of which piece", frame("D", b"x"), "frame-order-wrong"),
    ("data too long", "One byte past 256 KiB", GUIDE + piece(2**20, 0, 2**20, frame("D", b"", 262_145)),
     "frame-too-long"),
    ("delivery too long", "One byte past 8 MiB", frame("Y", b"", 8 * 2**20 + 1),
     "frame-too-long"),
    ("frame of a delivery", "A checkpoint stands inside a delivery only", frame("C", b"x"),
     "frame-kind-unknown"),
    ("unknown kind", "Nothing is skipped", frame("Z", b"x"), "frame-kind-unknown"),
    ("small letter", "Kinds are told by the whole byte", frame("y", b"delivery"),
     "frame-kind-unknown"),
    ("zero byte after", "Nothing is left over", DELIVERY + b"\0", "pouch-contents-truncated"),
    ("line feed after", "Nothing is left over", DELIVERY + b"\n\0\0\0\0", "frame-kind-unknown"),
    ("length cut short", "Three bytes of four", b"Y\0\0\0", "pouch-contents-truncated"),
    ("content cut short", "One byte less than stated", frame("Y", b"delivery", 9),
     "pouch-contents-truncated"),
    ("length of the other byte order", "2 as little-endian is past the limit",
     b"G" + (2).to_bytes(4, "little") + b"{}", "frame-too-long"),
]


def packed(wire):
    """Hex without the zeros that a label ends with: `bytes` and how many zeros follow."""
    kept = wire.rstrip(b"\0") if len(wire) > 60_000 else wire
    return {"bytes": kept.hex()} | ({"zeros": len(wire) - len(kept)} if kept != wire else {})


def cases(rows):
    for name, why, wire, verdict in rows:
        case = {"name": name, "why": why} | packed(wire)
        if isinstance(verdict, str):
            yield case | {"refuse": verdict}
        elif isinstance(verdict, list):
            yield case | {"events": verdict, "accept": True}
        else:
            yield case | verdict | {"accept": True}


def write(name, about, rows):
    document = {"about": about, "cases": list(cases(rows))}
    assert len({case["name"] for case in document["cases"]}) == len(rows)
    (FOLDER / name).write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def main():
    FOLDER.mkdir(exist_ok=True)
    write(
        "labels.json",
        "Labels of parts as hex, `zeros` more bytes behind them; the part's number and the size of "
        "the manifest's envelope, or the one reason of the refusal (Spec/pouch.md §2).", LABELS)
    write(
        "manifests.json",
        "Envelopes of manifests as hex; how many parts, which pouch and to whom, or the one reason "
        "of the refusal. Their signatures verify nothing (Spec/pouch.md §3).", MANIFESTS)
    write(
        "contents.json",
        "Opened contents of parts as hex; what they say in order, or the one reason of the refusal "
        "(Spec/pouch.md §4).", CONTENTS)
    print(f"{len(LABELS) + len(MANIFESTS) + len(CONTENTS)} cases in {FOLDER}")


if __name__ == "__main__":
    sys.exit(main())
