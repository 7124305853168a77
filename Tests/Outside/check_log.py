#!/usr/bin/env python3
"""Checks a checkpoint and a receipt that Parley wrote with other people's implementations.

    check_log.py ARTEFACTS

ARTEFACTS holds `checkpoint` (a signed note), `log.vkey`, `witness.vkeys` (one on each line),
`receipt.tlog-proof`, and `receipt.entry` (hexadecimal). metamorphic-log verifies the log's signature
and the inclusion proof. The cosignatures are checked as Spec/log.md §6 says, with no more than
`cryptography` for Ed25519. Where Python is 3.12 or later, aics-tlog checks all of it once more.
Each verifier is then given changed bytes, which it must refuse: one that believes everything would
agree with us too.
"""
import base64
import hashlib
import importlib.metadata
import pathlib
import sys

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError as missing:
    print(f"not tried: {missing}")
    sys.exit(3)

failed = []
not_tried = []


def report(name, tool, refused_too, check):
    """Runs `check()`, which raises or returns False when something does not hold, and then each
    check in `refused_too`, which must not hold."""
    used = f"{tool} {importlib.metadata.version(tool)}"

    def holds(one):
        try:
            return one() is not False, "it says no"
        except Exception as error:
            return False, f"{type(error).__name__}: {error}"

    right, reason = holds(check)
    if right and any(holds(one)[0] for one in refused_too):
        right, reason = False, "changed bytes are believed as well"
    if right:
        print(f"ok {name} with {used}")
    else:
        failed.append(name)
        print(f"FAILED {name} with {used}: {reason}")


def leave(name, why):
    not_tried.append(name)
    print(f"not tried {name}: {why}")


def parse_receipt(text):
    head, note = text.split("\n\n", 1)
    lines = head.split("\n")
    assert lines[0] == "c2sp.org/tlog-proof@v1", lines[0]
    assert lines[1].startswith("index "), lines[1]
    return int(lines[1][6:]), [base64.b64decode(line, validate=True) for line in lines[2:]], note


def flipped(data, place=0):
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1:]


def other_root(note):
    """The note with another root in its text and the same lines."""
    lines = note.split("\n")
    lines[2] = base64.b64encode(flipped(base64.b64decode(lines[2]))).decode()
    return "\n".join(lines)


def check_cosignatures(note, vkeys):
    """Spec/log.md §6; every witness must have signed."""
    text, lines = note.rsplit("\n\n", 1)
    text += "\n"
    for vkey in vkeys:
        name, key_id, encoded = vkey.split("+", 2)
        material = base64.b64decode(encoded, validate=True)
        assert material[0] == 4, f"{name} is no cosigner's key"
        expected = hashlib.sha256(name.encode() + b"\n" + material).digest()[:4]
        assert expected.hex() == key_id, f"{name} has another key id"
        payloads = [
            base64.b64decode(line.split(" ")[2], validate=True)
            for line in lines.splitlines() if line.split(" ")[1] == name
        ]
        mine = [payload for payload in payloads if payload[:4] == expected]
        assert mine, f"{name} has not signed"
        for payload in mine:
            time = int.from_bytes(payload[4:12], "big")
            message = f"cosignature/v1\ntime {time}\n{text}".encode()
            Ed25519PublicKey.from_public_bytes(material[1:]).verify(payload[12:], message)


def check_leaf(entry, index, size, proof, root):
    """RFC 9162 §2.1.3.2, written out once more."""
    assert index < size, "the index is outside the tree"
    node, last, digest = index, size - 1, hashlib.sha256(b"\x00" + entry).digest()
    for sibling in proof:
        assert last, "the proof is too long"
        if node & 1 or node == last:
            digest = hashlib.sha256(b"\x01" + sibling + digest).digest()
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            digest = hashlib.sha256(b"\x01" + digest + sibling).digest()
        node, last = node >> 1, last >> 1
    assert not last, "the proof is too short"
    assert digest == root, "the proof leads to another root"


def main():
    folder = pathlib.Path(sys.argv[1])

    def read(name):
        return (folder / name).read_bytes().decode()

    log_key = read("log.vkey").strip()
    witnesses = read("witness.vkeys").split()
    notes = {"checkpoint": read("checkpoint")}
    index, proof, notes["receipt-checkpoint"] = parse_receipt(read("receipt.tlog-proof"))
    entry = bytes.fromhex(read("receipt.entry").strip())
    leaf = hashlib.sha256(b"\x00" + entry).digest()
    receipt_note = notes["receipt-checkpoint"]
    root = base64.b64decode(receipt_note.split("\n")[2])
    size = int(receipt_note.split("\n")[1])

    for name, note in notes.items():
        report(
            f"{name}-cosignatures", "cryptography",
            [lambda: check_cosignatures(other_root(note), witnesses)],
            lambda: check_cosignatures(note, witnesses))
    report(
        "receipt-inclusion-by-hand", "cryptography",
        [lambda: check_leaf(flipped(entry), index, size, proof, root)],
        lambda: check_leaf(entry, index, size, proof, root))

    try:
        import metamorphic_log
    except ImportError as missing:
        leave("metamorphic-log", missing)
    else:
        def stated(note):
            head = metamorphic_log.checkpoint_verify(note, [log_key])
            lines = note.split("\n")
            return [head.origin, str(head.size), base64.b64encode(head.root).decode()] == lines[:3]

        def included(leaf, index):
            metamorphic_log.checkpoint_verify_inclusion(
                receipt_note, [log_key], index, leaf, proof)

        for name, note in notes.items():
            report(
                f"{name}-signature", "metamorphic-log", [lambda: stated(other_root(note))],
                lambda: stated(note))
        report(
            "receipt-inclusion", "metamorphic-log",
            [lambda: included(flipped(leaf), index)], lambda: included(leaf, index))

    # Every property has been tried by now, so an older Python leaves nothing untried.
    if sys.version_info >= (3, 12):
        try:
            import aics_tlog
        except ImportError as missing:
            leave("aics-tlog", missing)
        else:
            keys = [aics_tlog.parse_vkey(text) for text in [log_key, *witnesses]]

            def witnessed(note):
                return aics_tlog.verify_checkpoint(
                    aics_tlog.parse_note(note), keys[0], keys[1:], quorum=len(witnesses)).ok

            def proven(entry):
                return aics_tlog.verify_leaf_inclusion(entry, index, size, proof, root)

            for name, note in notes.items():
                report(
                    f"{name}-quorum", "aics-tlog", [lambda: witnessed(other_root(note))],
                    lambda: witnessed(note))
            report(
                "receipt-inclusion", "aics-tlog", [lambda: proven(flipped(entry))],
                lambda: proven(entry))

    sys.exit(1 if failed else 3 if not_tried else 0)


main()
