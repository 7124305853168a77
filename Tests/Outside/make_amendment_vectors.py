#!/usr/bin/env python3
"""Makes Vectors/amendment: versions of an agreement, and who stands under which.

    python3 Tests/Outside/make_amendment_vectors.py Vectors

Needs what requirements-statements.txt names; other people's JCS and signatures.
"""
import base64, copy, hashlib, pathlib, sys

import rfc8785
from make_statement_vectors import (
    AGREEMENT, PLAIN, HYBRID, STATEMENT, agreement, blob, digest, envelope, header, key_change,
    key_id, new_key, party, public, sealing, text, vkey, write)

NOW = "2026-12-05T00:00:00Z"
FIRST = digest(rfc8785.dumps(PLAIN))


def version(previous=PLAIN, first=PLAIN, base=None, effective="2026-10-01T00:00:00Z", **changes):
    """Another document after `previous`; other members as in it."""
    document = copy.deepcopy(base or previous)
    document["amends"] = {"first": digest(rfc8785.dumps(first)),
                          "previous": digest(rfc8785.dumps(previous))}
    document["effectiveFrom"] = effective
    return document | changes


def with_party(document, place, **changes):
    """The same with members of one party changed."""
    changed = copy.deepcopy(document)
    changed["parties"][place].update(changes)
    return changed


def with_acme(document, root="acme root"):
    """The same with a third party."""
    changed = copy.deepcopy(document)
    acme = party("acme", "Acme", False, "vectors") | {
        "kind": "industry", "calendar": "us", "rootKey": public(root, False)}
    changed["parties"].append(acme)
    return changed


def without(document, name):
    changed = copy.deepcopy(document)
    changed["parties"] = [one for one in changed["parties"] if one["id"] != name]
    used = {one["calendar"] for one in changed["parties"]}
    changed["calendars"] = {n: days for n, days in changed["calendars"].items() if n in used}
    return changed


def second_organ(document):
    """The same with another organ of us."""
    changed = copy.deepcopy(document)
    organ = copy.deepcopy(PLAIN["parties"][0]["organs"][0])
    organ |= {"id": "csirt", "role": "technical", "sealingKey": sealing("us/csirt")}
    organ["signingKeys"] = organ["signingKeys"][:1]
    organ["signingKeys"][0] = organ["signingKeys"][0] | {"keys": public("us/csirt", False)}
    changed["parties"][0]["organs"].append(organ)
    return changed


def signed(document):
    signers = [("ed25519", f"{one['id']} root") for one in document["parties"]]
    if "ml-dsa-65" in document["algorithms"]:
        signers += [("ml-dsa-65", name) for _, name in signers]
    return envelope(AGREEMENT, rfc8785.dumps(document), signers)


SECOND = version(silenceAfterSeconds=43200)
THIRD = version(SECOND, effective="2026-12-01T00:00:00Z", silenceAfterSeconds=21600)
JOINED = version(base=with_acme(PLAIN))
ALONE = version(JOINED, base=without(JOINED, "cn"), effective="2026-12-01T00:00:00Z")
GONE = version(JOINED, base=without(JOINED, "acme"))
ORGAN = version(base=second_organ(PLAIN))
# Those that other cases know, by the name of the case that has them.
NAMED = {"terms": SECOND, "third": THIRD, "joined": JOINED, "left-out": ALONE,
         "left-again": GONE, "organ": ORGAN}


def names(documents):
    return [name for one in documents for name, named in NAMED.items() if named == one]


def document_cases():
    def case(name, why, reason, judged, *known, by=None):
        one = {"name": name, "why": why, "known": names(known),
               "document": text(by or signed(judged))}
        return one | ({"accept": True} if reason is None else {"refuse": reason})

    much = "amendment-changes-too-much"
    yield case("terms", "terms are what amendments are for", None, SECOND)
    yield case("third", "a version after a version", None, THIRD, SECOND)
    yield case("joined", "a party joins", None, JOINED)
    yield case("left-out", "a party is left out and need not agree", None, ALONE, JOINED)
    yield case("left-again", "a party that joined is left out again", None, GONE, JOINED)
    yield case("organ", "an organ comes with its keys", None, ORGAN)
    moved = copy.deepcopy(PLAIN["parties"][0]["node"]) | {
        "url": "https://parley.us.example.org", "tlsPins": [digest(b"another tls key")]}
    yield case("moved", "a node moves and gets another TLS key", None,
               version(base=with_party(PLAIN, 0, node=moved)))
    yield case("not-one", "an agreement of its own amends nothing", "not-an-amendment",
               PLAIN | {"silenceAfterSeconds": 43200})
    yield case("of-another", "an amendment of another agreement", "amends-another-agreement",
               version(first=HYBRID))
    yield case("unknown", "what it comes after is not known here", "amended-version-unknown",
               THIRD)
    yield case("half-signed", "every party of the new version signs it", "not-signed-by-all", None,
               by=envelope(AGREEMENT, rfc8785.dumps(SECOND), [("ed25519", "us root")]))
    renamed = agreement("vectors-two", False)
    yield case("name", "the name is in every log's name", much, version(base=renamed))
    yield case("exercise", "an exercise does not become earnest", much, version(exercise=False))
    yield case("algorithms", "signatures are judged alike under every version", much,
               version(base=agreement("vectors", True)))
    node = PLAIN["parties"][0]["node"]
    yield case("root", "the root key is who the party is", much,
               version(base=with_party(PLAIN, 0, rootKey=public("us other root", False))),
               by=envelope(
                   AGREEMENT,
                   rfc8785.dumps(
                       version(base=with_party(PLAIN, 0, rootKey=public("us other root", False)))),
                   [("ed25519", "us other root"), ("ed25519", "cn root")]))
    log = "us.example.org/log/vectors"
    yield case("log", "a log with another key is another log", much,
               version(base=with_party(PLAIN, 0, node=node | {"logKey": vkey(log, 1, "other")})))
    yield case("witness", "cosignatures are judged alike under every version", much,
               version(base=with_party(
                   PLAIN, 0,
                   node=node | {"witnessKey": vkey("us.example.org/witness", 4, "other")})))
    organ = PLAIN["parties"][0]["organs"][0]
    yield case("signing-keys", "an organ's keys change on the record alone", much, version(
        base=with_party(PLAIN, 0, organs=[organ | {"signingKeys": organ["signingKeys"][:1]}])))
    yield case("sealing-key", "what was sealed stays readable", much, version(
        base=with_party(PLAIN, 0, organs=[organ | {"sealingKey": sealing("another")}])))
    again = with_acme(without(version(JOINED), "acme"), "acme other root")
    back = version(GONE, base=again)
    yield case("back-as-another", "who comes back is who left", much, back, JOINED, GONE,
               by=envelope(AGREEMENT, rfc8785.dumps(back), [
                   ("ed25519", "us root"), ("ed25519", "cn root"),
                   ("ed25519", "acme other root")]))


def statement_cases():
    count = [0]

    def thread():
        """Another for each: the same statement twice would be one."""
        count[0] += 1
        return base64.b32encode(count[0].to_bytes(16, "big")).decode().lower().rstrip("=")

    def said(under, signer="us/poc", by="us", organ="poc", to=("cn",), **changes):
        value = header(agreement=digest(rfc8785.dumps(under)), thread=thread(), to=sorted(to),
                       **{"from": {"party": by, "organ": organ}}, **changes)
        return text(envelope(STATEMENT, rfc8785.dumps(value), [("ed25519", signer)]))

    def document(of):
        data = rfc8785.dumps(signed(of))
        return {"digest": digest(data), "sizeBytes": len(data), "mediaType": AGREEMENT,
                "sealed": False}

    def amend(of, exhibits=None, **changes):
        return said(of, act="agreement.amend", terms={},
                    exhibits=[document(of)] if exhibits is None else exhibits,
                    **({"body": None} | changes))

    def leave(until="2026-12-01T00:00:00Z", under=PLAIN, signer="us root", terms=None, **changes):
        return said(under, signer, act="agreement.leave", exhibits=[],
                    terms={"until": until} if terms is None else terms,
                    **({"body": None} | changes))

    def answer(under, **changes):
        return said(under, act="request.progress", terms={}, body=None, exhibits=[],
                    answers=[FIRST], **changes)

    def case(name, why, reason, *log, judged, known=(SECOND, THIRD), when=NOW,
             seen="2026-11-01T00:00:00Z"):
        """`log` are changes with their places; all of one party's are in its own log."""
        one = {"name": name, "why": why, "known": names(known),
               "changes": [{"place": place, "envelope": change, "seen": seen}
                           for place, change in log],
               "envelope": judged[0], "place": judged[1], "at": when}
        return one | ({"accept": True} if reason is None else {"refuse": reason})

    other, next_ = "agreement-version-other", "agreement-version-not-next"
    on_record = (10, amend(SECOND))
    late = "2026-12-02T00:00:00Z"

    # Putting a version on record.
    yield case("amend", "a party puts the next version on record", None,
               judged=(amend(SECOND), 10))
    yield case("amend-early", "before it is in force", None, judged=(amend(SECOND), 10),
               when="2026-09-01T00:00:00Z")
    yield case("amend-third", "one after the other", None, on_record, judged=(amend(THIRD), 20))
    yield case("amend-skipped", "none is passed over", next_, judged=(amend(THIRD), 10))
    yield case("amend-again", "once is enough", next_, on_record, judged=(amend(SECOND), 20))
    yield case("amend-first", "the first version was adopted, not put on record", next_,
               judged=(amend(PLAIN), 10))
    yield case("amend-back", "nor is it gone back to", next_, on_record,
               judged=(amend(PLAIN), 20))
    yield case("amend-unknown", "a document that the verifier does not hold", "agreement-other",
               judged=(amend(SECOND), 10), known=())
    yield case("amend-by-root", "the parties themselves signed the document", "signature-unknown",
               judged=(amend(SECOND, signer="us root"), 10))
    yield case("amend-sealed", "everybody may read it", "document-missing",
               judged=(amend(SECOND, [document(SECOND) | {"sealed": True}]), 10))
    yield case("amend-none", "it carries the document", "document-missing",
               judged=(amend(SECOND, []), 10))
    yield case("amend-two", "and nothing else", "document-missing",
               judged=(amend(SECOND, [document(SECOND), document(THIRD)]), 10))
    yield case("amend-type", "as an agreement's envelope", "document-missing", judged=(
        amend(SECOND, [document(SECOND) | {"mediaType": "application/json"}]), 10))
    yield case("amend-large", "one byte beyond what an envelope may have", "document-missing",
               judged=(amend(SECOND, [document(SECOND) | {"sizeBytes": 2097153}]), 10))
    yield case("amend-body", "the document says it all", "body-not-allowed",
               judged=(amend(SECOND, body=blob("body", 10)), 10))
    yield case("join", "who joins begins with the version that lists it", None,
               judged=(amend(JOINED, by="acme", signer="acme/poc", to=("cn", "us")), 0),
               known=(JOINED,))
    yield case("join-beyond", "and not with a later one", next_,
               judged=(amend(ALONE, by="acme", signer="acme/poc", to=("cn", "us")), 0),
               known=(JOINED, ALONE))
    yield case("joined-told", "every party of the new version is told", "addressees-not-all",
               judged=(amend(JOINED), 10), known=(JOINED,))
    yield case("joined", "who was there puts it on record too", None,
               judged=(amend(JOINED, to=("acme", "cn")), 10), known=(JOINED,))
    yield case("left-out-told", "who is left out may be told", None,
               (10, amend(JOINED, to=("acme", "cn"))),
               judged=(amend(ALONE, to=("acme", "cn")), 20), known=(JOINED, ALONE))
    yield case("left-out-silent", "and need not be", None,
               (10, amend(JOINED, to=("acme", "cn"))),
               judged=(amend(ALONE, to=("acme",)), 20), known=(JOINED, ALONE))
    yield case("left-out-amends", "who is left out puts nothing on record", "party-unknown",
               judged=(amend(ALONE, by="cn", signer="cn/poc", to=("acme", "us")), 10),
               known=(JOINED, ALONE))

    # Opening threads.
    yield case("opens-new", "threads are opened under what was put on record", None, on_record,
               judged=(said(SECOND), 11))
    yield case("opens-old", "and no longer under what went before", other, on_record,
               judged=(said(PLAIN), 11))
    yield case("opens-before", "what stands before it is not touched", None, on_record,
               judged=(said(PLAIN), 9))
    yield case("opens-ahead", "nor opened under what comes later in the log", other, on_record,
               judged=(said(SECOND), 9))
    yield case("opens-unrecorded", "known is not on record", other, judged=(said(SECOND), 9))
    yield case("opens-not-yet", "said before the version's time: under the old", None,
               on_record, (20, amend(THIRD)), judged=(said(SECOND), 21))
    yield case("opens-in-time", "said after it: under the new", None,
               on_record, (20, amend(THIRD)), judged=(said(THIRD, at=late), 21))
    yield case("opens-too-soon", "the new before its time", other, on_record, (20, amend(THIRD)),
               judged=(said(THIRD), 21))
    yield case("opens-too-late", "the old after it", other, on_record, (20, amend(THIRD)),
               judged=(said(SECOND, at=late), 21))
    yield case("opens-by-clock", "no verifier takes it before its time",
               "agreement-not-yet-effective", on_record, (20, amend(THIRD)),
               judged=(said(THIRD, at=late), 21), when="2026-11-30T23:59:59Z")
    yield case("opens-other", "each party at its own pace", None, on_record,
               judged=(said(PLAIN, "cn/poc", "cn", to=("us",)), 11))
    yield case("opens-other-new", "one's record is not another's", other, on_record,
               judged=(said(SECOND, "cn/poc", "cn", to=("us",)), 11))
    yield case("answers-old", "what was begun under the old goes on under it", None, on_record,
               judged=(answer(PLAIN), 11))
    yield case("answers-new", "and an answer may name a version not yet put on record", None,
               judged=(answer(SECOND), 9))
    yield case("keys-old", "a change of keys opens a thread too", other, on_record, judged=(
        text(envelope(STATEMENT, rfc8785.dumps(
            key_change("keys.retire", {"key": key_id("us/poc")}, thread=thread())),
            [("ed25519", "us root")])), 11))
    yield case("organ-new", "an organ speaks under the version that lists it", None,
               (10, amend(ORGAN)), judged=(said(ORGAN, "us/csirt", organ="csirt"), 11),
               known=(ORGAN,))
    yield case("organ-old", "and under no other", "organ-unknown", (10, amend(ORGAN)),
               judged=(answer(PLAIN, signer="us/csirt", organ="csirt"), 11), known=(ORGAN,))
    yield case("to-joined", "a party is spoken to under a version that lists it", None,
               (10, amend(JOINED, to=("acme", "cn"))), judged=(said(JOINED, to=("acme",)), 11),
               known=(JOINED,))
    yield case("to-joined-old", "and under no other", "party-unknown",
               (10, amend(JOINED, to=("acme", "cn"))), judged=(answer(PLAIN, to=("acme",)), 11),
               known=(JOINED,))

    # Leaving.
    yield case("leave", "a party says that it leaves", None, judged=(leave(), 10))
    yield case("leave-why", "and why", None, judged=(leave(body=blob("body", 10)), 10))
    yield case("leave-by-organ", "by its root key", "signature-unknown",
               judged=(leave(signer="us/poc"), 10))
    yield case("leave-when", "and when", "term-missing", judged=(leave(terms={}), 10))
    yield case("leave-not-to-all", "to all", "addressees-not-all",
               (10, amend(JOINED, to=("acme", "cn"))), judged=(leave(under=JOINED), 20),
               known=(JOINED,))
    yield case("leave-twice", "once", "left-already", (10, leave()),
               judged=(leave("2027-01-01T00:00:00Z"), 20))
    yield case("left-opens", "who has left opens nothing", "party-has-left", (10, leave()),
               judged=(said(PLAIN), 11))
    yield case("left-opened-before", "what stands before it in the log stays", None, (10, leave()),
               judged=(said(PLAIN), 9))
    yield case("left-is-asked", "nor is it asked anything new", "party-has-left", (10, leave()),
               judged=(said(PLAIN, "cn/poc", "cn", to=("us",)), 11))
    yield case("leaving-is-asked", "until then it is", None, (10, leave("2026-12-24T00:00:00Z")),
               judged=(said(PLAIN, "cn/poc", "cn", to=("us",)), 11))
    yield case("left-answers", "what was begun is brought to its end", None, (10, leave()),
               judged=(answer(PLAIN), 11))
    yield case("left-revokes", "who has left may still revoke a key", None, (10, leave()),
               judged=(text(envelope(STATEMENT, rfc8785.dumps(key_change(
                   "keys.revoke", {"key": key_id("us/poc"), "since": "2026-11-01T00:00:00Z"},
                   thread=thread())), [("ed25519", "us root")])), 11))
    backdated = (10, leave("2026-01-01T00:00:00Z"))
    yield case("left-backdated", "a time before its receipt counts as its receipt's", None,
               backdated, judged=(said(PLAIN, "cn/poc", "cn", to=("us",)), 11),
               when="2026-11-20T00:04:59Z", seen="2026-11-20T00:00:00Z")
    yield case("left-backdated-since", "and the tolerance after it", "party-has-left", backdated,
               judged=(said(PLAIN, "cn/poc", "cn", to=("us",)), 11),
               when="2026-11-20T00:05:00Z", seen="2026-11-20T00:00:00Z")


if __name__ == "__main__":
    root = pathlib.Path(sys.argv[1]) / "amendment"
    write(root / "documents.json",
          "a signed version, judged by who knows the agreement `plain` of "
          "Vectors/agreement/agreements.json and the documents of the cases listed", document_cases())
    write(root / "statements.json",
          "a statement at its place in its author's log, judged at an instant by who knows the "
          "agreement `plain`, the documents (cases of documents.json), and the changes at their places in their authors' "
          "logs, each seen at a time", statement_cases())
