"""Makes the first inputs of every fuzz target from Vectors/ and Examples/, and word lists for them.

Usage: seeds.py OUT [TARGET ...]; fills OUT/TARGET/ and OUT/TARGET.dict, and prints the targets.
"""

import base64
import hashlib
import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VECTORS = ROOT / "Vectors"
# Longer ones make every mutation slow and find nothing that shorter ones do not.
LIMIT_BYTES = 16 * 1024


def cases(path):
    return json.loads((VECTORS / path).read_text())["cases"]


def texts(path, member):
    return [case[member].encode() for case in cases(path) if isinstance(case.get(member), str)]


def hexes(path, prefix=b""):
    return [prefix + bytes.fromhex(case["bytes"]) for case in cases(path) if "bytes" in case]


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def payloads(envelopes):
    for envelope in envelopes:
        try:
            yield base64.b64decode(json.loads(envelope)["payload"])
        except (ValueError, KeyError, TypeError):
            continue


def unsigned(notes):
    """The signed texts: the targets sign them again."""
    return [note.rsplit(b"\n\n", 1)[0] + b"\n" for note in notes if b"\n\n" in note]


def agreements():
    for text in texts("agreement/agreements.json", "text"):
        try:
            yield json.loads(text)
        except ValueError:
            continue


def calendars():
    found = [path.read_bytes() for path in sorted(ROOT.glob("Examples/*/calendars/*.json"))]
    return found + [canonical(case["calendar"]) for case in cases("worktime/calendars.json")]


def cards():
    for agreement in agreements():
        for party in agreement.get("parties") or []:
            if not isinstance(party, dict):
                continue
            calendar = (agreement.get("calendars") or {}).get(str(party.get("calendar")))
            yield canonical({"parley": "party/1", "party": party, "calendar": calendar})


def refusals():
    digest = "sha256:" + "0123456789abcdef" * 4
    yield canonical({
        "parley": "refusal/1", "agreement": digest, "statement": digest, "reason": "key-expired",
        "explanation": "The key had expired.", "by": {"party": "us", "organ": "poc"},
        "at": "2026-11-23T09:12:33Z"})


def exports():
    digest = "sha256:" + "0123456789abcdef" * 4
    for case in cases("statement/statements.json")[:3]:
        receipt = cases("receipt/receipts.json")[0]["receipt"].encode()
        encoded = base64.b64encode
        yield canonical({
            "parley": "thread-export/1", "agreement": digest,
            "thread": "aaaqeayeaudaocajbifqydiob4",
            "statements": [{
                "envelope": encoded(case["envelope"].encode()).decode(),
                "proofs": [{"log": "us", "proof": encoded(receipt).decode()}]}]})


def audit_states():
    key = "log.parley.example/a+320954a7+AddamAGCsQq31Uv+08lkBzoO4XLz2qYjJa8CGmj3B1Ea"
    note = next(case["note"] for case in cases("log/checkpoints.json") if case.get("accept"))
    start = {"checkpoint": note, "entries": "0", "edge": []}
    yield canonical({"parley": "audit-state/1", "log": key})
    yield canonical({"parley": "audit-state/1", "log": key, "underway": start})


def bundles():
    yield b"\x00\x00\x00"
    yield b"\x01\x00\x03abc\x00\x20" + bytes(32)
    yield b"\xff" + b"\x00\x01a" * 256


def asks():
    """A byte that chooses the operation, and its body or query as the rows of access.json have it."""
    rows = json.loads((ROOT / "Tests/EndToEnd/access.json").read_text())["operations"].values()
    wish = {
        "act": "request.submit", "to": ["cn"], "terms": {"kind": "information"},
        "answers": ["sha256:" + "0" * 64], "thread": "aaaqeayeaudaocajbifqydiob4",
        "texts": [{"language": "en", "text": "Whose?", "authentic": True, "machine": False}],
        "fields": {"subject": "x"}}
    queries = [
        "limit=50&after=1.aaaqeayeaudaocajbifqydiob4&turn=ours&overdue=true&party=cn",
        "since=2026-11-24T03:00:00%2B08:00&until=2026-11-25T03:00:00Z&operation=body.show&after=7"]
    bodies = [json.dumps(row["body"]) for row in rows if "body" in row] + [json.dumps(wish)]
    for number in range(0, 48):
        for text in bodies[number % 3::3] + queries:
            yield bytes([number]) + text.encode()


def queries():
    return [b"a=b&c=d", b"text=%E9%92%93%E9%B1%BC+a", b"a", b"a=", b"=", b"a=%00&a=%2B"]


def ranges():
    sizes = [(700_001).to_bytes(8, "big"), bytes(8), b"\xff" * 8]
    headers = [
        b"bytes=0-9", b"bytes=700000-", b"bytes=-5", b"bytes=5-2", b"bytes=0-18446744073709551615",
        b"bytes=-18446744073709551615", b"lines=1-2", b"bytes=1-2,3-4", b"00042"]
    return [size + header for size in sizes for header in headers]


def id_tokens():
    claims = {
        "iss": "https://id.example.org", "aud": "parley", "sub": "24400320", "nonce": "n",
        "iat": 1795489200, "exp": 1795489500}
    for more in ({}, {"aud": ["parley", "other"], "azp": "parley"}, {"nbf": 1795489200}):
        yield b'{"alg":"EdDSA"}\n' + canonical({**claims, **more})
    yield b".".join(
        base64.urlsafe_b64encode(part).rstrip(b"=")
        for part in (b'{"alg":"EdDSA"}', canonical(claims), bytes(64)))


def provider_keys():
    def number(size):
        return base64.urlsafe_b64encode(bytes(range(1, 1 + size % 256)) + b"\1" * (size // 256 * 256)
                                        ).rstrip(b"=").decode()

    yield canonical({"keys": [
        {"kty": "RSA", "n": number(256), "e": "AQAB", "kid": "rsa", "use": "sig"},
        {"kty": "EC", "crv": "P-256", "alg": "ES256",
         "x": "axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY",
         "y": "T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU"},
        {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]})


def setting_files():
    yield canonical({
        "listen": "0.0.0.0:7443", "peer": ["cn=192.0.2.7:7443"], "api": "[::1]:8443",
        "log-level": "info", "json": True, "api-rate": 50, "four-eyes": ["allegation.*"],
        "second-factor": ["all"], "metrics": "127.0.0.1:9464", "oidc-issuer": "https://id.example.org",
        "time-stamp": "http://stamp.example.org/", "four-eyes ": []})
    yield b'{"api-rate": 1, "unlock-hours": 12, "second-factor": ["approver", "administrator"]}'
    yield b'{"four-eyes": ["none"], "public": "example.org:80", "api-key": "k.pem"}'


def trails():
    yield canonical({
        "parley": "trail/1", "number": 1, "at": "2026-11-24T03:00:00Z", "account": "ann",
        "means": "session", "operation": "body.show", "object": "sha256:" + "0" * 64,
        "outcome": "done", "previous": "sha256:" + "0" * 64})


def problems():
    yield canonical({
        "type": "about:blank", "status": 404, "reason": "not-found", "detail": "nothing",
        "hint": "ask"})


def service_words():
    code = "a" * 52
    return [
        b"duty.one", f"ps_{code}".encode(), f"parley_{code}".encode(), f"first_{code}".encode(),
        b"aaaqeayeaudaocajbifqydiob4", b"1732417200.aaaqeayeaudaocajbifqydiob4",
        b"$scrypt$ln=10,r=8,p=1$" + base64.b64encode(bytes(16)) + b"$"
        + base64.b64encode(bytes(32)), b"2026-11-24t11:00:00.123+08:00", b"case-officer",
        b"allegation.*", b"request.refuse", b"abcd-efgh-ijkl-mnop", b"correct horse battery"]


def sealed():
    for name in ("sealed", "by-parley"):
        for case in cases(f"sealing/{name}.json"):
            if "sealed" in case:
                yield b"\x40" + base64.b64decode(case["sealed"])


def words():
    return [
        b"2026-11-23T09:12:33Z", b"2026-02-28", b"us", b"poc", b"zh-Hans", b"report.pdf",
        b"sha256:" + b"0123456789abcdef" * 4, b"ed25519:" + b"0123456789abcdef" * 4,
        b"ml-dsa-65:" + b"0123456789abcdef" * 4, b"aaaqeayeaudaocajbifqydiob4", b"0a0b0c",
        b"application/stix+json",
    ]


def notes():
    return texts("note/notes.json", "note") + texts("log/checkpoints.json", "note")


def add_checkpoints():
    for body in texts("log/add-checkpoint.json", "body"):
        head, _, note = body.partition(b"\n\n")
        yield head + b"\n\n" + note.rsplit(b"\n\n", 1)[0] + b"\n"


TARGETS = {
    "add-checkpoint": add_checkpoints,
    "adoption": lambda: texts("agreement/adoption.json", "envelope"),
    "agreement": lambda: texts("agreement/agreements.json", "text"),
    "ask": asks,
    "audit-state": audit_states,
    "base64": lambda: [b"", b"YQ==", b"YWI=", b"YWJj", b"0", b"9223372036854775807"],
    "body": lambda: texts("body/bodies.json", "text"),
    "bundle": bundles,
    "calendar": calendars,
    "card": cards,
    "checkpoint": lambda: unsigned(texts("log/checkpoints.json", "note")),
    "delivery-request": lambda: hexes("delivery/requests.json"),
    "delivery-response": lambda: hexes("delivery/responses.json"),
    "envelope": lambda: texts("envelope/envelopes.json", "text")
    + texts("statement/statements.json", "envelope"),
    "export": exports,
    "fork": lambda: texts("fork/proofs.json", "proof"),
    "id-token": id_tokens,
    "json": lambda: texts("json/values.json", "text"),
    "key": lambda: texts("note/keys.json", "key"),
    "last-event-id": lambda: [b"abcdefghijklmnop.0", b"a234567aaaaaaaaa.999999999999999999"],
    "manifest": lambda: payloads(hexes("pouch/manifests.json")),
    "note": notes,
    "pouch": lambda: hexes("pouch/contents.json", b"\x10"),
    "pouch-label": lambda: hexes("pouch/labels.json"),
    "problem": problems,
    "provider-keys": provider_keys,
    "query": queries,
    "range": ranges,
    "receipt": lambda: texts("receipt/receipts.json", "receipt"),
    "refusal": refusals,
    "sealed": sealed,
    "service-words": service_words,
    "settings": setting_files,
    "statement": lambda: payloads(texts("statement/statements.json", "envelope")),
    "tile-path": lambda: texts("log/tile-paths.json", "path"),
    "trail": trails,
    "words": words,
}


def word_list(seeds):
    """Names and short values, quotes and all, for libFuzzer to put in."""
    found = set()
    for seed in seeds:
        found.update(re.findall(rb'"[A-Za-z0-9 ./:_-]{2,40}"', seed))
    return "".join(
        '"' + word.decode().replace('"', '\\"') + '"\n' for word in sorted(found)[:400])


def main():
    out = Path(sys.argv[1])
    for name in sys.argv[2:] or TARGETS:
        if name not in TARGETS:
            sys.exit(f"seeds: no target named {name}; there are: {' '.join(TARGETS)}")
        seeds = [seed for seed in TARGETS[name]() if len(seed) <= LIMIT_BYTES]
        if not seeds:
            sys.exit(f"seeds: nothing to begin {name} with")
        (out / name).mkdir(parents=True, exist_ok=True)
        for seed in seeds:
            (out / name / hashlib.sha1(seed).hexdigest()).write_bytes(seed)
        # libFuzzer takes no list without words.
        (out / f"{name}.dict").write_text(word_list(seeds) or '"0"\n')
        print(name)


if __name__ == "__main__":
    main()
