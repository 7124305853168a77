"""Writes Vectors/delivery: frames of deliveries and responses, from Spec/exchange.md §§3-4 alone.

Only the outer form is judged here (§3): what stands inside a frame has vectors of its own.
"""

import json
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent.parent / "Vectors" / "delivery"
TREE_HEAD = b"old 0\n\nlog.example.org/a\n1\nAAAA\n\n"


def frame(kind, content=b"", length=None):
    size = len(content) if length is None else length
    return kind.encode("latin-1") + size.to_bytes(4, "big") + content


def place(index, hashes=0):
    return index.to_bytes(8, "big") + b"".join(bytes([n + 1]) * 32 for n in range(hashes))


HEAD = frame("C", TREE_HEAD) + frame("K", b"4")
STATEMENT = frame("S", b"{}")
INCLUSION = frame("I", place(11, 2))
PROOF = frame("P", b"c2sp.org/tlog-proof@v1\n")
ITEM = STATEMENT + INCLUSION
ANSWER_HEAD = frame("W", b"a cosignature line\n") + frame("C", TREE_HEAD)


def shape(known=None, items=(), outcomes=None):
    if outcomes is not None:
        return {"outcomes": list(outcomes)}
    return {"knownSize": known, "items": [
        {"index": index, "hashes": hashes, "proofs": proofs, "blobs": blobs}
        for index, hashes, proofs, blobs in items]}


REQUESTS = [
    ("no statements", "A delivery may hold none: it then only shows the log's growth", HEAD,
     shape("4")),
    ("one statement", "The smallest delivery with a statement", HEAD + ITEM,
     shape("4", [("11", 2, 0, 0)])),
    ("empty tree known", "A size of nought is written 0",
     frame("C", TREE_HEAD) + frame("K", b"0") + ITEM, shape("0", [("11", 2, 0, 0)])),
    ("proof of no hashes", "The only entry of a log has an empty proof",
     HEAD + STATEMENT + frame("I", place(0)), shape("4", [("0", 0, 0, 0)])),
    ("highest index", "All 64 bits of an index count",
     HEAD + STATEMENT + frame("I", place(2**64 - 1, 63)),
     shape("4", [("18446744073709551615", 63, 0, 0)])),
    ("blob, statement, proofs", "Blobs stand before their statement, proofs after it",
     HEAD + frame("B", b"sealed") + frame("B") + ITEM + PROOF * 2,
     shape("4", [("11", 2, 2, 2)])),
    ("most blobs", "65 blobs before one statement", HEAD + frame("B", b"x") * 65 + ITEM,
     shape("4", [("11", 2, 0, 65)])),
    ("most proofs", "16 proofs after one statement", HEAD + ITEM + PROOF * 16,
     shape("4", [("11", 2, 16, 0)])),
    ("two statements", "Each with its own blobs and proofs",
     HEAD + frame("B", b"x") + ITEM + PROOF + ITEM,
     shape("4", [("11", 2, 1, 1), ("11", 2, 0, 0)])),
    ("nothing", "Not even the checkpoint", b"", "frame-missing"),
    ("no known size", "It ends after the checkpoint", frame("C", TREE_HEAD), "frame-missing"),
    ("known size first", "The order is fixed", frame("K", b"4") + frame("C", TREE_HEAD),
     "frame-order-wrong"),
    ("known size twice", "One is enough", HEAD + frame("K", b"4") + ITEM, "frame-order-wrong"),
    ("checkpoint between", "One log's growth per delivery", HEAD + ITEM + frame("C", TREE_HEAD),
     "frame-order-wrong"),
    ("known size empty", "A size has a digit", frame("C", TREE_HEAD) + frame("K"),
     "frame-content-malformed"),
    ("known size with a leading zero", "One way to write a number",
     frame("C", TREE_HEAD) + frame("K", b"04"), "frame-content-malformed"),
    ("known size with a sign", "Digits alone", frame("C", TREE_HEAD) + frame("K", b"+4"),
     "frame-content-malformed"),
    ("known size with a line feed", "Digits alone", frame("C", TREE_HEAD) + frame("K", b"4\n"),
     "frame-content-malformed"),
    ("known size past 64 bits", "One more than the highest",
     frame("C", TREE_HEAD) + frame("K", b"18446744073709551616"), "frame-content-malformed"),
    ("known size of 21 digits", "One byte past the limit of the kind",
     frame("C", TREE_HEAD) + frame("K", b"1" * 21), "frame-too-long"),
    ("statement without inclusion", "It ends after the statement", HEAD + STATEMENT,
     "frame-missing"),
    ("inclusion first", "A place of nothing", HEAD + INCLUSION + STATEMENT, "frame-order-wrong"),
    ("blob without statement", "It ends after the blob", HEAD + frame("B", b"x"),
     "frame-missing"),
    ("blob after its statement", "It would belong to the next, and there is none",
     HEAD + ITEM + frame("B", b"x"), "frame-missing"),
    ("blob between statement and inclusion", "The order is fixed",
     HEAD + STATEMENT + frame("B", b"x") + INCLUSION, "frame-order-wrong"),
    ("proof before its statement", "The order is fixed", HEAD + PROOF + ITEM,
     "frame-order-wrong"),
    ("too many blobs", "66, one past the limit", HEAD + frame("B", b"x") * 66 + ITEM,
     "frame-order-wrong"),
    ("too many proofs", "17, one past the limit", HEAD + ITEM + PROOF * 17, "frame-order-wrong"),
    ("index cut short", "Seven bytes of eight", HEAD + STATEMENT + frame("I", bytes(7)),
     "frame-content-malformed"),
    ("hash cut short", "31 bytes of 32", HEAD + STATEMENT + frame("I", place(1) + bytes(31)),
     "frame-content-malformed"),
    ("proof of 64 hashes", "No tree of 64-bit size needs more than 63",
     HEAD + STATEMENT + frame("I", place(1, 64)), "frame-too-long"),
    ("frame of a response", "A receipt has no place in a delivery",
     HEAD + STATEMENT + frame("R", place(1)), "frame-order-wrong"),
    ("unknown kind", "Nothing is skipped", HEAD + frame("Z", b"x"), "frame-kind-unknown"),
    ("small letter", "Kinds are told by the whole byte", frame("c", TREE_HEAD),
     "frame-kind-unknown"),
    ("length cut short", "Three bytes of four", HEAD + b"S\0\0\0", "frame-truncated"),
    ("content cut short", "One byte less than stated", HEAD + frame("S", b"{}", 3),
     "frame-truncated"),
    ("length of the other byte order", "2 as little-endian is past every limit",
     HEAD + b"S" + (2).to_bytes(4, "little") + b"{}", "frame-too-long"),
    ("longest length", "All bits set", HEAD + frame("S", b"{}", 2**32 - 1), "frame-too-long"),
    ("zero byte after", "Nothing is left over", HEAD + ITEM + b"\0", "frame-truncated"),
    ("line feed after", "Nothing is left over", HEAD + ITEM + b"\n\0\0\0\0",
     "frame-kind-unknown"),
]

RESPONSES = [
    ("no outcomes", "The answer to a delivery without statements", ANSWER_HEAD,
     shape(outcomes=[])),
    ("empty log", "The checkpoint is empty while the receiver's log is",
     frame("W", b"line\n") + frame("C"), shape(outcomes=[])),
    ("a receipt", "New in the receiver's log", ANSWER_HEAD + frame("R", place(4, 1)),
     shape(outcomes=["receipted 4 1"])),
    ("known before", "The receipt and the author's proof of then",
     ANSWER_HEAD + frame("T", b"receipt") + PROOF, shape(outcomes=["known"])),
    ("blobs missing", "Two digests", ANSWER_HEAD + frame("M", bytes(64)),
     shape(outcomes=["missing 2"])),
    ("a refusal", "An envelope, not looked into here", ANSWER_HEAD + frame("X", b"{}"),
     shape(outcomes=["refused"])),
    ("one of each", "In the order delivered",
     ANSWER_HEAD + frame("X", b"{}") + frame("R", place(4)) + frame("T", b"r") + PROOF
     + frame("M", bytes(32)),
     shape(outcomes=["refused", "receipted 4 0", "known", "missing 1"])),
    ("nothing", "Not even the cosignature", b"", "frame-missing"),
    ("no checkpoint", "It ends after the cosignature", frame("W", b"line\n"), "frame-missing"),
    ("checkpoint first", "The order is fixed", frame("C", TREE_HEAD) + frame("W", b"line\n"),
     "frame-order-wrong"),
    ("receipt text alone", "The author's proof is missing", ANSWER_HEAD + frame("T", b"r"),
     "frame-missing"),
    ("proof alone", "A proof answers nothing by itself", ANSWER_HEAD + PROOF,
     "frame-order-wrong"),
    ("receipt text and receipt", "One answer per statement",
     ANSWER_HEAD + frame("T", b"r") + frame("R", place(4)), "frame-order-wrong"),
    ("no blobs missing", "Then there was no reason to withhold the receipt",
     ANSWER_HEAD + frame("M"), "frame-content-malformed"),
    ("digest cut short", "63 bytes", ANSWER_HEAD + frame("M", bytes(63)),
     "frame-content-malformed"),
    ("more blobs missing than a statement names", "66 digests",
     ANSWER_HEAD + frame("M", bytes(66 * 32)), "frame-too-long"),
    ("receipt cut short", "Seven bytes of eight", ANSWER_HEAD + frame("R", bytes(7)),
     "frame-content-malformed"),
    ("cosignature too long", "One byte past 4 KiB", frame("W", bytes(4097)) + frame("C"),
     "frame-too-long"),
    ("a statement", "A frame of a delivery", ANSWER_HEAD + STATEMENT, "frame-order-wrong"),
    ("a second cosignature", "One per response", ANSWER_HEAD + frame("W", b"line\n"),
     "frame-order-wrong"),
]


def cases(rows):
    for name, why, wire, verdict in rows:
        case = {"name": name, "why": why, "bytes": wire.hex()}
        if isinstance(verdict, str):
            yield case | {"refuse": verdict}
        else:
            yield case | verdict | {"accept": True}


def write(name, about, rows):
    document = {"about": about, "cases": list(cases(rows))}
    assert len({case["name"] for case in document["cases"]}) == len(rows)
    (FOLDER / name).write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


def main():
    FOLDER.mkdir(exist_ok=True)
    write(
        "requests.json",
        "Bodies of POST /exchange/v1/deliver as hex; the size of the receiver's log that the "
        "sender knows and, per statement, its index, hashes of its inclusion proof, proofs and "
        "blobs; or the one reason of the refusal (Spec/exchange.md §3).", REQUESTS)
    write(
        "responses.json",
        "Responses to a delivery as hex; its outcomes in order (receipted INDEX HASHES, known, "
        "missing COUNT, refused), or the one reason of the refusal (Spec/exchange.md §3).",
        RESPONSES)
    print(f"{len(REQUESTS) + len(RESPONSES)} cases in {FOLDER}")


if __name__ == "__main__":
    sys.exit(main())
