#!/usr/bin/env python3
"""Makes Vectors/keys: statements of one log, in the order of its places, judged by Spec/keys.md.

    python3 Tests/Outside/make_keys_vectors.py Vectors

Needs what requirements-statements.txt names; other people's JCS and signatures.
"""
import base64, pathlib, sys

import rfc8785
from make_statement_vectors import (
    STATEMENT, envelope, header, key_change, key_id, new_key, text, write)

NOW = "2026-07-01T00:00:00Z"


def cases():
    count = [0]

    def thread():
        """Another for each: the same statement twice would be one."""
        count[0] += 1
        return base64.b32encode(count[0].to_bytes(16, "big")).decode().lower().rstrip("=")

    def change(act, terms, signer="us root", base="plain", hybrid=False, **changes):
        value = key_change(act, terms, base, thread=thread(), **changes)
        signers = [("ed25519", signer)] + ([("ml-dsa-65", signer)] if hybrid else [])
        return text(envelope(STATEMENT, rfc8785.dumps(value), signers))

    def said(signer, base="plain", algorithms=("ed25519",), **changes):
        value = header(base, thread=thread(), **changes)
        return text(envelope(
            STATEMENT, rfc8785.dumps(value), [(algorithm, signer) for algorithm in algorithms]))

    def add(name, **changes):
        return change("keys.add", new_key(name), **changes)

    def retire(name, **changes):
        return change("keys.retire", {"key": key_id(name)}, **changes)

    def revoke(name, **changes):
        return change(
            "keys.revoke", {"key": key_id(name), "since": "2026-06-15T00:00:00Z"}, **changes)

    def case(name, why, reason, *log, judged=None, base="plain", when=NOW):
        """`log` are changes at places 10, 20, …; judged is the statement and its place."""
        one = {"name": name, "why": why, "agreement": base, "at": when,
               "changes": [{"place": 10 * (n + 1), "envelope": change}
                           for n, change in enumerate(log)],
               "envelope": judged[0], "place": judged[1]}
        return one | ({"accept": True} if reason is None else {"refuse": reason})

    new = "us/poc third"
    yield case("added", "a key speaks after its addition", None, add(new), judged=(said(new), 11))
    yield case("added-later", "not before its addition in the log, whenever it arrives",
               "signature-unknown", add(new), judged=(said(new), 9))
    yield case("added-here", "nor at its very place", "signature-unknown", add(new),
               judged=(said(new), 10))
    yield case("never-added", "a key that nobody has added", "signature-unknown",
               judged=(said(new), 11))
    yield case("old-beside-new", "an addition ends nothing", None, add(new),
               judged=(said("us/poc"), 11))
    yield case("added-expired", "an added key has its own validity", "key-expired",
               add(new), judged=(said(new), 11), when="2027-06-30T00:00:01Z")
    yield case("added-early", "from its own notBefore on", "key-not-yet-valid", add(new),
               judged=(said(new), 11), when="2026-05-31T23:59:59Z")
    yield case("hybrid-added", "both keys of the entry sign", None,
               change("keys.add", new_key(new, True), base="hybrid", hybrid=True),
               judged=(said(new, "hybrid", ("ed25519", "ml-dsa-65")), 11), base="hybrid")
    yield case("hybrid-half", "one of the two is not enough", "signature-missing",
               change("keys.add", new_key(new, True), base="hybrid", hybrid=True),
               judged=(said(new, "hybrid"), 11), base="hybrid")

    for act, end, reason in (("retired", retire, "key-retired"),
                             ("revoked", revoke, "key-revoked")):
        yield case(f"{act}-before", "what stands before the end stays valid", None,
                   end("us/poc"), judged=(said("us/poc"), 9))
        yield case(f"{act}-after", "what stands after it is refused", reason,
                   end("us/poc"), judged=(said("us/poc"), 11))
        yield case(f"{act}-backdated", "whatever date it bears", reason, end("us/poc"),
                   judged=(said("us/poc", at="2026-02-02T00:00:00Z"), 11))
        yield case(f"{act}-other", "another key of the organ goes on", None, end("us/poc next"),
                   judged=(said("us/poc"), 11))
        yield case(f"added-and-{act}", "an added key ends too", reason, add(new), end(new),
                   judged=(said(new), 21))
        yield case(f"added-{act}-between", "and speaks between the two", None, add(new), end(new),
                   judged=(said(new), 15))
    yield case("retired-then-revoked", "a retired key may turn out stolen", None,
               retire("us/poc"), judged=(revoke("us/poc"), 20))
    yield case("retired-revoked-signs", "the revocation is told first", "key-revoked",
               retire("us/poc"), revoke("us/poc"), judged=(said("us/poc"), 30))

    # The changes themselves.
    yield case("by-organ", "an organ's key does not add another", "signature-unknown",
               judged=(add(new, signer="us/poc"), 10))
    yield case("by-itself", "nor does the new key itself", "signature-unknown",
               judged=(add(new, signer=new), 10))
    yield case("by-other-root", "nor another party's root key", "signature-unknown",
               judged=(add(new, signer="cn root"), 10))
    yield case("root-speaks", "the root key says nothing else", "signature-unknown",
               judged=(said("us root"), 10))
    yield case("hybrid-root-half", "the root signs with all its keys", "signature-missing",
               judged=(change("keys.add", new_key(new, True), base="hybrid"), 10), base="hybrid")
    yield case("again", "a key is added once", "key-twice", add(new),
               judged=(add(new, at="2026-07-01T00:00:00Z"), 20))
    yield case("back-again", "what has ended does not come back", "key-twice", add(new),
               revoke(new), judged=(add(new, at="2026-07-01T00:00:00Z"), 30))
    yield case("add-listed", "a key of the agreement", "key-twice", judged=(add("us/poc"), 10))
    yield case("add-root", "the root key as an organ's", "key-twice", judged=(add("us root"), 10))
    yield case("add-other-partys", "another party's key", "key-twice", judged=(add("cn/poc"), 10))
    yield case("add-witness", "a witness's key", "key-twice",
               judged=(add("us.example.org/witness"), 10))
    yield case("add-one-algorithm", "the agreement asks for two", "key-algorithms-wrong",
               judged=(change("keys.add", new_key(new), base="hybrid", hybrid=True), 10),
               base="hybrid")
    yield case("add-two-algorithms", "the agreement asks for one", "key-algorithms-wrong",
               judged=(change("keys.add", new_key(new, True)), 10))
    yield case("add-ends-first", "valid for no second", "validity-empty", judged=(
        change("keys.add", new_key(new, until="2026-06-01T00:00:00Z")), 10))
    yield case("retire-unknown", "a key that the organ does not have", "key-not-of-organ",
               judged=(retire(new), 10))
    yield case("revoke-other-partys", "another party's key", "key-not-of-organ",
               judged=(revoke("cn/poc"), 10))
    yield case("retire-twice", "once is enough", "key-ended", retire("us/poc"),
               judged=(retire("us/poc", at="2026-07-01T00:00:00Z"), 20))
    yield case("revoke-twice", "the first word on it stands", "key-ended", revoke("us/poc"),
               judged=(revoke("us/poc", at="2026-07-01T00:00:00Z"), 20))
    yield case("retire-revoked", "revoked is more than retired", "key-ended", revoke("us/poc"),
               judged=(retire("us/poc"), 20))
    sixteen = [add(f"us/poc {n}") for n in range(14)]
    yield case("sixteen", "two of the agreement and fourteen more", None, *sixteen[:13],
               judged=(sixteen[13], 140))
    yield case("seventeen", "one more than an organ may have", "too-many-keys", *sixteen,
               judged=(add(new), 150))
    yield case("seventeen-one-retired", "one has made room", None, *sixteen, retire("us/poc"),
               judged=(add(new), 160))


if __name__ == "__main__":
    write(pathlib.Path(sys.argv[1]) / "keys/keys.json",
          "a statement at its place in the log of us, judged after the key changes at theirs, at an "
          "instant, under an agreement of Vectors/agreement/agreements.json", cases())
