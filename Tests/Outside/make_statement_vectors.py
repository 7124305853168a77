#!/usr/bin/env python3
"""Makes Vectors/agreement, statement, envelope and body with other people's JCS and signatures.

    python3 Tests/Outside/make_statement_vectors.py Vectors

Needs what requirements-statements.txt names. All keys are published or made from their names, so
every run gives the same files, but for ML-DSA-65 signatures, which their library draws at random;
each of them is checked again by the Swift tests.
"""
import base64, copy, hashlib, json, pathlib, sys

import rfc8785
from cryptography.hazmat.primitives.asymmetric import ed25519, mldsa, mlkem, x25519

# RFC 8032 §7.1, tests 1, 2, 3 and SHA(abc).
RFC8032 = {
    "us/poc": "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
    "cn/poc": "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
    "us root": "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
    "cn root": "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
}
STATEMENT = "application/vnd.parley.statement.v1+json"
AGREEMENT = "application/vnd.parley.agreement.v1+json"
BODY = "application/vnd.parley.body.v1+json"


def seed(name):
    return hashlib.sha256(b"parley vector: " + name.encode()).digest()


def ed(name):
    return ed25519.Ed25519PrivateKey.from_private_bytes(
        bytes.fromhex(RFC8032[name]) if name in RFC8032 else seed(name))


def ml(name):
    return mldsa.MLDSA65PrivateKey.from_seed_bytes(seed(name + " ml-dsa-65"))


def b64(data):
    return base64.b64encode(data).decode()


def public(name, hybrid):
    keys = {"ed25519": b64(ed(name).public_key().public_bytes_raw())}
    if hybrid:
        keys["mlDSA65"] = b64(ml(name).public_key().public_bytes_raw())
    return keys


def sealing(name):
    kem = mlkem.MLKEM768PrivateKey.from_seed_bytes(seed(name + " d") + seed(name + " z"))
    dh = x25519.X25519PrivateKey.from_private_bytes(seed(name + " x25519"))
    return b64(kem.public_key().public_bytes_raw() + dh.public_key().public_bytes_raw())


def vkey(name, kind, key=None, raw=None):
    data = bytes([kind]) + (raw or ed(key or name).public_key().public_bytes_raw())
    number = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4].hex()
    return f"{name}+{number}+{b64(data)}"


def digest(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def pae(kind, payload):
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind.encode(), len(payload), payload)


def signatures(kind, payload, signers):
    found = []
    for algorithm, name in signers:
        key = ed(name) if algorithm == "ed25519" else ml(name)
        raw = key.public_key().public_bytes_raw()
        found.append({
            "keyid": algorithm + ":" + hashlib.sha256(raw).hexdigest(),
            "sig": b64(key.sign(pae(kind, payload)))})
    return sorted(found, key=lambda one: one["keyid"])


def envelope(kind, payload, signers):
    return {"payload": b64(payload), "payloadType": kind,
            "signatures": signatures(kind, payload, signers)}


def text(value):
    return rfc8785.dumps(value).decode()


# --- agreements -------------------------------------------------------------------------------

def party(name, english, hybrid, agreement):
    log = f"{name}.example.org/log/{agreement}"
    keys = [{"keys": public(f"{name}/poc", hybrid),
             "notBefore": "2026-01-01T00:00:00Z", "notAfter": "2026-12-31T23:59:59Z"}]
    if name == "us":
        keys.append({"keys": public("us/poc next", hybrid),
                     "notBefore": "2026-12-01T00:00:00Z", "notAfter": "2027-12-31T23:59:59Z"})
    return {
        "id": name, "kind": "state", "name": {"en": english}, "languages": ["en"],
        "calendar": name, "rootKey": public(f"{name} root", hybrid),
        "organs": [{"id": "poc", "role": "contact-point", "name": {"en": "Contact point"},
                    "signingKeys": keys, "sealingKey": sealing(f"{name}/poc")}],
        "node": {"url": f"https://{name}.example.org:8443",
                 "tlsPins": [digest(f"tls {name}".encode())],
                 "logKey": vkey(log, 1), "witnessKey": vkey(f"{name}.example.org/witness", 4)}}


def year(off, worked, offsets):
    return {"daysOff": off, "workingWeekends": worked, "source": "vector", "asOf": "2025-11-04",
            "offsets": [{"from": at, "secondsEast": east} for at, east in offsets]}


def agreement(name, hybrid):
    clocks = {"acknowledge": {"hours": 24}, "decide": {"workingDays": 5},
              "answer": {"calendarDays": 30}}
    return {
        "parley": "agreement/1", "name": name, "title": {"en": "Vector agreement"},
        "languages": ["en"], "exercise": True, "effectiveFrom": "2026-02-01T00:00:00Z",
        "algorithms": ["ed25519", "ml-dsa-65"] if hybrid else ["ed25519"],
        "parties": [party("us", "United States", hybrid, name),
                    party("cn", "China", hybrid, name)],
        "calendars": {
            "us": {"timeZone": "America/New_York", "weekend": [6, 7], "years": {"2026": year(
                ["2026-01-01"], [],
                [("2025-11-02T06:00:00Z", -18000), ("2026-03-08T07:00:00Z", -14400),
                 ("2026-11-01T06:00:00Z", -18000)])}},
            "cn": {"timeZone": "Asia/Shanghai", "weekend": [6, 7], "years": {"2026": year(
                ["2026-01-01"], ["2026-01-04"], [("2025-12-31T16:00:00Z", 28800)])}}},
        "requestKinds": [
            {"name": "information", "clocks": {"normal": clocks, "urgent": clocks},
             "refusalGrounds": ["sovereignty"], "postponementGrounds": ["ongoing-case"]}],
        "silenceAfterSeconds": 86400, "clockToleranceSeconds": 300, "receiptQuorum": 1,
        "outsideWitnesses": [], "exhibitLimitBytes": 1048576}


PLAIN = agreement("vectors", False)
HYBRID = agreement("vectors-hybrid", True)
BASES = {"plain": PLAIN, "hybrid": HYBRID}
BOTH_ROOTS = [("ed25519", "us root"), ("ed25519", "cn root")]


def at(document, pointer):
    for step in pointer.split("/")[1:]:
        document = document[int(step)] if isinstance(document, list) else document[step]
    return document


def small_order():
    return {
        "key-small-order": base64.b64encode(bytes([1] + [0] * 31)).decode(),
        "order-eight": b64(bytes.fromhex(
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")),
        "key-not-canonical": b64(bytes([0xEE] + [0xFF] * 30 + [0x7F]))}


DIALOGUE = {
    "clocks": {
        "incident": {"acknowledge": {"minutes": 1440}},
        "allegation": {
            "acknowledge": {"hours": 24}, "answer": {"workingDays": 20},
            "evidence": {"calendarDays": 30}},
        "hotline": {"acknowledge": {"minutes": 1}, "follow-up": {"hours": 24}},
    },
    "sessionMonths": 120,
    "ladders": {"us": [
        {"post": f"post-{'abcdefghijklmnop'[place]}", "afterMinutes": 672 * place}
        for place in range(15)] + [{"post": "last", "afterMinutes": 10080}]},
}


def dialogue_refusals(patch, S):
    """What a dialogue may not say; `schema` marks what the JSON Schema refuses too."""
    wrong, at_ = "field-value-wrong", "/dialogue"

    def no(name, why, reason, place, sets, **more):
        return patch(name, why, reason, at_ + place, sets={at_: DIALOGUE} | {
            at_ + key: value for key, value in sets.items()}, **more)

    ladder = "/ladders/us"
    first = {"post": "a-post", "afterMinutes": 0}
    yield no("dialogue-kind", "requests have their own clocks", wrong, "/clocks/request",
             {"/clocks/request": {"answer": {"hours": 1}}}, schema=S)
    yield no("dialogue-clock", "a call is not answered by a text", wrong, "/clocks/hotline/answer",
             {"/clocks/hotline": {"answer": {"hours": 1}}}, schema=S)
    yield no("dialogue-none", "a kind with no clock is left out", "count-wrong", "/clocks/hotline",
             {"/clocks/hotline": {}}, schema=S)
    yield no("dialogue-unknown", "nothing beyond the named fields", "field-unknown", "/rounds",
             {"/rounds": 2}, schema=S)
    yield no("minutes-nought", "no time at all", wrong, "/clocks/hotline/acknowledge/minutes",
             {"/clocks/hotline/acknowledge": {"minutes": 0}}, schema=S)
    yield no("minutes-many", "more than a day is told in hours", wrong,
             "/clocks/hotline/acknowledge/minutes",
             {"/clocks/hotline/acknowledge": {"minutes": 1441}}, schema=S)
    yield no("months-nought", "not at all is left out", wrong, "/sessionMonths",
             {"/sessionMonths": 0}, schema=S)
    yield no("months-many", "ten years at most", wrong, "/sessionMonths",
             {"/sessionMonths": 121}, schema=S)
    yield no("ladder-party", "no such party", wrong, "/ladders/zz", {"/ladders": {"zz": [first]}})
    yield no("ladder-empty", "nobody to call", "count-wrong", ladder, {ladder: []}, schema=S)
    yield no("ladder-long", "sixteen posts at most", "count-wrong", ladder, {ladder: [
        {"post": f"post-{chr(97 + place)}", "afterMinutes": place} for place in range(17)]},
        schema=S)
    yield no("ladder-late", "somebody is called at once", wrong, ladder,
             {ladder: [first | {"afterMinutes": 1}]})
    yield no("ladder-order", "each later than the one before", wrong, ladder,
             {ladder: [first, {"post": "b-post", "afterMinutes": 0}]})
    yield no("ladder-minutes", "a week at most", wrong, ladder + "/1/afterMinutes",
             {ladder: [first, {"post": "b-post", "afterMinutes": 10081}]}, schema=S)
    yield no("ladder-twice", "a post is called once", "twice", ladder + "/1",
             {ladder: [first, first | {"afterMinutes": 5}]})


def approval_refusals(patch, S):
    """What a second person cannot be asked to approve."""
    def no(name, why, reason, patterns, place="/approvals/0", **more):
        return patch(
            f"approvals-{name}", why, reason, place, sets={"/approvals": patterns}, **more)

    wrong = "field-value-wrong"
    yield no("none", "none is told by leaving them out", "count-wrong", [], "/approvals", schema=S)
    yield no("many", "one more than there may be", "count-wrong",
             ["allegation.*"] * 65, "/approvals", schema=S)
    yield no("twice", "a pattern is listed once", "twice", ["hotline.*", "hotline.*"],
             "/approvals/1", schema=S)
    yield no("all", "a star alone is no beginning of an act", wrong, ["*"], schema=S)
    yield no("subject", "a subject alone is no act", wrong, ["allegation"], schema=S)
    yield no("star-inside", "a star stands last, after a full stop", wrong, ["request.*.ask"],
             schema=S)
    yield no("part", "acts are begun in whole words", wrong, ["request.ref*"], schema=S)
    yield no("act-unknown", "there is no such act", wrong, ["request.forget"])
    yield no("below-act", "nothing begins with a whole act and a full stop", wrong,
             ["request.refuse.*"])
    yield no("silence", "a node records silence by itself", wrong, ["delivery.silence"], schema=S)
    yield no("keys", "a stolen key is revoked at once", wrong, ["keys.*"], schema=S)
    yield no("law", "overlays have a way of their own", wrong, ["law.share"], schema=S)
    yield no("type", "a pattern is a text", "field-type-wrong", [7], schema=S)
    yield no("list", "patterns stand in a list", "field-type-wrong", "allegation.*", "/approvals",
             schema=S)


def agreement_cases():
    yield {"name": "plain", "why": "the agreement of the statement vectors, Ed25519 alone",
           "text": text(PLAIN), "accept": True, "flipsAccepted": 0}
    yield {"name": "hybrid", "why": "the same with Ed25519 and ML-DSA-65 together",
           "text": text(HYBRID), "accept": True}

    def patch(name, why, reason, where=None, sets=None, removes=None, schema=None, base=None):
        one = {"name": name, "why": why, "base": base or "plain"}
        if sets: one["set"] = sets
        if removes: one["remove"] = removes
        if reason is None:
            one["accept"] = True
        else:
            one["refuse"] = reason
            one["at"] = where if where is not None else list(sets or removes)[0] \
                if isinstance(sets, dict) and sets else (removes or [""])[0]
            if schema: one["schema"] = True
        return one

    S = True
    # Accepted beyond the base.
    yield patch("three-limits", "each unit of time and every urgency may be used", None, sets={
        "/requestKinds/0/clocks/emergency": {"acknowledge": {"hours": 1}, "decide": {"hours": 8},
                                             "answer": {"workingDays": 1}}})
    yield patch("outside-witness", "a witness outside raises what the quorum may be", None, sets={
        "/outsideWitnesses": [{"key": vkey("witness.example.net", 4),
                               "url": "https://witness.example.net"}],
        "/receiptQuorum": 2})
    yield patch("quorum-nought", "parties may do without cosigners", None,
                sets={"/receiptQuorum": 0})
    yield patch("public-log", "the digests of the statements may be public too", None,
                sets={"/publicLog": ["hashes", "entries"]})
    yield patch("public-log-none", "nothing need be public", None, sets={"/publicLog": []})
    yield patch("dialogue", "clocks, cadence and a ladder, each at a limit", None,
                sets={"/dialogue": DIALOGUE})
    yield patch("dialogue-bare", "no clock need run", None, sets={"/dialogue": {"clocks": {}}})
    yield patch("approvals", "acts, a subject and a part of one", None, sets={
        "/approvals": ["allegation.*", "request.refuse", "session.minutes.*"]})
    yield patch("default-port", "a url may leave the port out", None,
                sets={"/parties/0/node/url": "https://us.example.org"})

    # Shape.
    yield patch("field-missing", "nothing has a silent default", "field-missing", "/exercise",
                removes=["/exercise"], schema=S)
    yield patch("field-unknown", "a misspelt or smuggled field must not be passed over",
                "field-unknown", sets={"/note": "x"}, schema=S)
    yield patch("kelvin-field", "U+212A is Unicode-equivalent to K, and is not K",
                "field-unknown", sets={"/parties/0/node/log\u212aey": "x"}, schema=S)
    yield patch("field-unknown-deep", "the same inside a party", "field-unknown",
                sets={"/parties/0/organs/0/x": 1}, schema=S)
    yield patch("type-wrong", "true is not a string", "field-type-wrong",
                sets={"/exercise": "true"}, schema=S)
    yield patch("version", "another version has other rules", "field-value-wrong",
                sets={"/parley": "agreement/2"}, schema=S)
    yield patch("name-spelling", "the name ends up in log origins", "field-value-wrong",
                sets={"/name": "Vectors"}, schema=S)
    yield patch("effective-offset", "an instant has one spelling", "field-value-wrong",
                sets={"/effectiveFrom": "2026-02-01T00:00:00+00:00"}, schema=S)
    yield patch("title-control", "a title is one line", "field-value-wrong",
                sets={"/title/en": "Vector\nagreement"}, schema=S)
    yield patch("title-empty", "a title has words", "field-value-wrong",
                sets={"/title/en": ""}, schema=S)

    # Languages.
    yield patch("no-language", "the pages need a language", "count-wrong",
                sets={"/languages": []}, schema=S)
    yield patch("language-twice", "a list says a thing once", "twice", "/languages/1",
                sets={"/languages": ["en", "en"]}, schema=S)
    yield patch("title-missing", "every language has its title", "title-missing", "/languages/1",
                sets={"/languages": ["en", "zh-Hans"]})
    yield patch("title-beyond", "a title in a language nobody agreed on", "language-unknown",
                sets={"/title/fr": "Accord"})
    yield patch("party-language", "a party accepts requests in agreed languages alone",
                "language-unknown", "/parties/0/languages/1",
                sets={"/parties/0/languages": ["en", "fr"]})

    # Parties.
    yield patch("one-party", "nobody agrees alone", "count-wrong",
                sets={"/parties": [PLAIN["parties"][0]]}, schema=S)
    yield patch("party-twice", "two parties with one id", "twice", "/parties/1",
                sets={"/parties/1/id": "us"})
    yield patch("party-id", "ids are short names", "field-value-wrong",
                sets={"/parties/1/id": "c"}, schema=S)
    yield patch("party-kind", "kinds are a closed list", "field-value-wrong",
                sets={"/parties/1/kind": "person"}, schema=S)
    organ = copy.deepcopy(PLAIN["parties"][1]["organs"][0])
    organ["signingKeys"][0]["keys"] = public("another", False)
    organ["sealingKey"] = sealing("another")
    yield patch("organ-twice", "two organs of one party with one id", "twice",
                "/parties/1/organs/1",
                sets={"/parties/1/organs": [PLAIN["parties"][1]["organs"][0], organ]})
    yield patch("no-organ", "somebody has to speak for the party", "count-wrong",
                sets={"/parties/1/organs": []}, schema=S)
    yield patch("no-pin", "without a pin any TLS key would do", "count-wrong",
                sets={"/parties/0/node/tlsPins": []}, schema=S)
    for name, url in [("http", "http://us.example.org"), ("path", "https://us.example.org/"),
                      ("case", "https://US.example.org"), ("port", "https://us.example.org:0"),
                      ("port-zeros", "https://us.example.org:0443"),
                      ("user", "https://me@us.example.org"), ("no-host", "https://:8443")]:
        yield patch("url-" + name, "a node's url is https, a host and perhaps a port", "url-wrong",
                    sets={"/parties/0/node/url": url}, schema=S)

    # Keys.
    keys = small_order()
    root = "/parties/0/rootKey/ed25519"
    yield patch("key-identity", "with a key of order 1 one signature fits every message",
                "key-small-order", sets={root: keys["key-small-order"]})
    yield patch("key-order-eight", "the same with a point of order 8", "key-small-order",
                sets={root: keys["order-eight"]})
    yield patch("key-beyond-prime", "y = p + 1 is another spelling of y = 1",
                "key-not-canonical", sets={root: keys["key-not-canonical"]})
    yield patch("key-size", "an Ed25519 key is 32 bytes", "key-size-wrong",
                sets={root: b64(bytes(range(31)))}, schema=S)
    yield patch("key-base64", "a key has one spelling", "field-value-wrong",
                sets={root: PLAIN["parties"][0]["rootKey"]["ed25519"].rstrip("=")}, schema=S)
    yield patch("sealing-size", "an X-Wing key is 1216 bytes", "key-size-wrong",
                sets={"/parties/0/organs/0/sealingKey": b64(bytes(1215))}, schema=S)
    yield patch("sealing-modulus", "an ML-KEM coefficient beyond q is no key", "key-malformed",
                sets={"/parties/0/organs/0/sealingKey": b64(b"\xff" * 1216)})
    yield patch("algorithm-missing", "every signature of the agreement needs its key",
                "key-algorithms-wrong", "/parties/0/rootKey", base="hybrid",
                removes=["/parties/0/rootKey/mlDSA65"])
    yield patch("algorithm-beyond", "a key that nobody would check misleads",
                "key-algorithms-wrong", "/parties/0/rootKey",
                sets={"/parties/0/rootKey/mlDSA65": public("us root", True)["mlDSA65"]})
    yield patch("mldsa-size", "an ML-DSA-65 key is 1952 bytes", "key-size-wrong", base="hybrid",
                sets={"/parties/0/rootKey/mlDSA65": b64(bytes(1951))}, schema=S)
    yield patch("algorithm-unknown", "algorithms are a closed list", "field-value-wrong",
                "/algorithms/1", sets={"/algorithms": ["ed25519", "rsa"]}, schema=S)
    yield patch("algorithm-none", "ed25519 is always there", "ed25519-missing",
                sets={"/algorithms": ["ml-dsa-65"]}, schema=S)
    us_root = PLAIN["parties"][0]["rootKey"]["ed25519"]
    yield patch("root-for-two", "one root key would adopt for two parties", "key-twice",
                "/parties/1/rootKey/ed25519", sets={"/parties/1/rootKey/ed25519": us_root})
    yield patch("root-as-organ", "the offline key must not be the daily one", "key-twice",
                "/parties/0/organs/0/signingKeys/0/keys/ed25519",
                sets={"/parties/0/organs/0/signingKeys/0/keys/ed25519": us_root})
    yield patch("log-key-as-organ", "a node must not be able to speak for an organ", "key-twice",
                "/parties/0/node/logKey", sets={"/parties/0/node/logKey": vkey(
                    "us.example.org/log/vectors", 1, "us/poc")})
    yield patch("witness-as-log", "a log that witnesses itself under another name", "key-twice",
                "/parties/0/node/witnessKey", sets={"/parties/0/node/witnessKey": vkey(
                    "us.example.org/witness", 4, "us.example.org/log/vectors")})
    yield patch("sealing-for-two", "two organs that can open one another's seals", "key-twice",
                "/parties/1/organs/0/sealingKey",
                sets={"/parties/1/organs/0/sealingKey": sealing("us/poc")})
    yield patch("validity", "a key that is never valid", "validity-empty",
                "/parties/0/organs/0/signingKeys/0",
                sets={"/parties/0/organs/0/signingKeys/0/notAfter": "2026-01-01T00:00:00Z"})
    yield patch("log-key-type", "a witness key signs other bytes than a log key",
                "verifier-key-wrong", "/parties/0/node/logKey",
                sets={"/parties/0/node/logKey": vkey("us.example.org/log/vectors", 4)})
    good = vkey("us.example.org/log/vectors", 1)
    yield patch("log-key-id", "the key id is the digest of name and key", "verifier-key-wrong",
                sets={"/parties/0/node/logKey": good.replace("+", "+0", 1)[:-1]})
    yield patch("log-key-weak", "a log key of small order signs every checkpoint",
                "verifier-key-wrong", sets={"/parties/0/node/logKey": vkey(
                    "us.example.org/log/vectors", 1, raw=bytes(32))})
    yield patch("log-name-twice", "two logs with one origin", "twice", "/parties/1/node/logKey",
                sets={"/parties/1/node/logKey": vkey("us.example.org/log/vectors", 1, "other")})
    yield patch("log-name", "a log belongs to one agreement", "log-name-wrong",
                sets={"/parties/0/node/logKey": vkey("us.example.org/log/others", 1)})
    yield patch("witness-name-twice", "two witnesses with one name", "twice",
                "/parties/1/node/witnessKey", sets={"/parties/1/node/witnessKey": vkey(
                    "us.example.org/witness", 4, "other")})

    # Calendars.
    us = "/calendars/us/years/2026"
    yield patch("calendar-unknown", "every party has working days", "calendar-unknown",
                sets={"/parties/0/calendar": "elsewhere"})
    yield patch("weekday-eight", "weekdays are 1 to 7", "field-value-wrong",
                "/calendars/us/weekend/1", sets={"/calendars/us/weekend": [6, 8]}, schema=S)
    yield patch("no-working-day", "a week needs a working day", "count-wrong",
                sets={"/calendars/us/weekend": [1, 2, 3, 4, 5, 6, 7]}, schema=S)
    yield patch("no-year", "a calendar without a year says nothing", "count-wrong",
                sets={"/calendars/us/years": {}}, schema=S)
    yield patch("year-name", "years have four digits", "field-value-wrong",
                sets={"/calendars/us/years/26": PLAIN["calendars"]["us"]["years"]["2026"]},
                schema=S)
    yield patch("day-outside", "a day off of another year", "day-outside-year",
                us + "/daysOff/0", sets={us + "/daysOff": ["2027-01-01"]})
    yield patch("day-impossible", "29 February 2026 does not exist", "field-value-wrong",
                us + "/daysOff/0", sets={us + "/daysOff": ["2026-02-29"]})
    yield patch("day-twice", "a day is listed once", "twice", us + "/daysOff/1",
                sets={us + "/daysOff": ["2026-01-01", "2026-01-01"]}, schema=S)
    yield patch("worked-weekday", "a Monday is worked anyway", "day-not-weekend",
                us + "/workingWeekends/0", sets={us + "/workingWeekends": ["2026-01-05"]})
    yield patch("worked-and-off", "one day cannot be both", "day-off-and-worked",
                us + "/workingWeekends/0",
                sets={us + "/workingWeekends": ["2026-01-03"], us + "/daysOff": ["2026-01-03"]})
    yield patch("no-offset", "without an offset no day has an end", "count-wrong",
                sets={us + "/offsets": []}, schema=S)
    yield patch("offset-late", "the first hours of the year would have no offset",
                "offset-outside-year", us + "/offsets/0",
                sets={us + "/offsets": [{"from": "2026-01-01T05:00:01Z", "secondsEast": -18000}]})
    yield patch("offset-order", "offsets out of order", "offsets-not-sorted", us + "/offsets/2",
                sets={us + "/offsets": [
                    {"from": "2025-11-02T06:00:00Z", "secondsEast": -18000},
                    {"from": "2026-11-01T06:00:00Z", "secondsEast": -18000},
                    {"from": "2026-03-08T07:00:00Z", "secondsEast": -14400}]})
    yield patch("offset-next-year", "a change of another year", "offset-outside-year",
                us + "/offsets/1", sets={us + "/offsets": [
                    {"from": "2025-11-02T06:00:00Z", "secondsEast": -18000},
                    {"from": "2027-03-14T07:00:00Z", "secondsEast": -14400}]})
    yield patch("offset-far", "no place on Earth is 15 hours from UTC", "field-value-wrong",
                us + "/offsets/0/secondsEast",
                sets={us + "/offsets/0/secondsEast": -54000}, schema=S)

    # Terms.
    clock = "/requestKinds/0/clocks/normal/acknowledge"
    yield patch("limit-two", "one limit, one unit", "time-limit-wrong",
                sets={clock: {"hours": 24, "calendarDays": 1}}, schema=S)
    yield patch("limit-unit", "minutes are not a unit of agreed time", "time-limit-wrong",
                sets={clock: {"seconds": 30}}, schema=S)
    yield patch("limit-nought", "a clock of no length is always late", "field-value-wrong",
                clock + "/hours", sets={clock: {"hours": 0}}, schema=S)
    yield patch("limit-long", "a limit of ten years is none", "field-value-wrong",
                clock + "/hours", sets={clock: {"hours": 8761}}, schema=S)
    yield patch("no-clock", "a kind that nobody can submit", "count-wrong",
                sets={"/requestKinds/0/clocks": {}}, schema=S)
    yield patch("urgency-unknown", "urgencies are a closed list", "field-value-wrong",
                sets={"/requestKinds/0/clocks/hasty": PLAIN["requestKinds"][0]["clocks"]["normal"]},
                schema=S)
    yield patch("kind-twice", "two kinds with one name", "twice", "/requestKinds/1",
                sets={"/requestKinds": PLAIN["requestKinds"] * 2})
    yield patch("ground-twice", "a ground is listed once", "twice",
                "/requestKinds/0/refusalGrounds/1",
                sets={"/requestKinds/0/refusalGrounds": ["form", "form"]}, schema=S)
    yield patch("quorum", "two parties cannot give three cosigners", "quorum-unreachable",
                sets={"/receiptQuorum": 2})
    yield patch("public-entries-alone", "entries without hashes prove nothing",
                "field-value-wrong", "/publicLog", sets={"/publicLog": ["entries"]})
    yield patch("public-log-word", "no other part can be opened", "field-value-wrong",
                "/publicLog/0", sets={"/publicLog": ["bodies"]}, schema=S)
    yield from dialogue_refusals(patch, S)
    yield from approval_refusals(patch, S)
    yield patch("public-log-twice", "a part is listed once", "twice", "/publicLog/1",
                sets={"/publicLog": ["hashes", "hashes"]}, schema=S)
    yield patch("public-log-long", "there are two parts", "count-wrong", "/publicLog",
                sets={"/publicLog": ["hashes", "entries", "hashes"]}, schema=S)
    kind = "/requestKinds/0"
    basis = {"basis": "information:untoc", "refusalGrounds": ["sovereignty"]}
    yield patch("law-of-a-kind", "what law says of a kind, all of it", None, sets={
        kind + "/bases": [basis | {"holdDays": 90, "limits": {"decide": {"hours": 8}}},
                          {"basis": "information:us-cn-mlaa-2000", "refusalGrounds": []}],
        kind + "/consultation": {"hours": 24}, kind + "/callBack": ["normal", "urgent"],
        kind + "/holdDays": 60})
    yield patch("jurisdiction", "whose law a party stands under", None,
                sets={"/parties/0/jurisdiction": "US"})
    yield patch("jurisdiction-name", "a jurisdiction is a code of two capitals",
                "field-value-wrong", sets={"/parties/0/jurisdiction": "usa"}, schema=S)
    yield patch("bases-none", "a list of no bases is left out", "count-wrong",
                sets={kind + "/bases": []}, schema=S)
    yield patch("bases-many", "at most 32", "count-wrong", schema=S, sets={kind + "/bases": [
        basis | {"basis": f"information:i{n:02}"} for n in range(33)]})
    yield patch("basis-twice", "an instrument is listed once", "twice", kind + "/bases/1",
                sets={kind + "/bases": [basis, basis | {"holdDays": 1}]})
    yield patch("basis-name", "a basis is a kind and an instrument", "field-value-wrong",
                kind + "/bases/0/basis", sets={kind + "/bases": [basis | {"basis": "untoc"}]},
                schema=S)
    yield patch("basis-ground", "a basis narrows the kind's grounds and widens none",
                "field-value-wrong", kind + "/bases/0/refusalGrounds/0",
                sets={kind + "/bases": [basis | {"refusalGrounds": ["political-offence"]}]})
    yield patch("basis-no-limit", "limits of nothing are left out", "count-wrong",
                kind + "/bases/0/limits", sets={kind + "/bases": [basis | {"limits": {}}]},
                schema=S)
    yield patch("basis-clock", "there are three clocks", "field-value-wrong",
                kind + "/bases/0/limits/review", schema=S,
                sets={kind + "/bases": [basis | {"limits": {"review": {"hours": 8}}}]})
    yield patch("hold-nought", "a hold of no day holds nothing", "field-value-wrong",
                sets={kind + "/holdDays": 0}, schema=S)
    yield patch("hold-long", "two years at most", "field-value-wrong",
                sets={kind + "/holdDays": 731}, schema=S)
    yield patch("call-back-urgency", "this kind has no emergency", "field-value-wrong",
                kind + "/callBack/0", sets={kind + "/callBack": ["emergency"]})
    yield patch("consultation-limit", "one limit, one unit", "time-limit-wrong",
                sets={kind + "/consultation": {"seconds": 30}}, schema=S)
    yield patch("silence-short", "59 seconds would call every node silent", "field-value-wrong",
                sets={"/silenceAfterSeconds": 59}, schema=S)
    yield patch("tolerance-nought", "clocks never agree to the second", "field-value-wrong",
                sets={"/clockToleranceSeconds": 0}, schema=S)
    yield patch("exhibit-limit", "one byte beyond 64 GiB", "field-value-wrong",
                sets={"/exhibitLimitBytes": 68719476737}, schema=S)

    # Bytes.
    yield {"name": "indented", "why": "the digest of an agreement is over one layout",
           "text": json.dumps(PLAIN, indent=1), "refuse": "not-canonical", "at": ""}
    yield {"name": "not-json", "why": "a file cut short", "text": text(PLAIN)[:-1],
           "refuse": "unexpected-end", "at": ""}


def adoption_cases():
    payload = rfc8785.dumps(PLAIN)
    good = envelope(AGREEMENT, payload, BOTH_ROOTS)
    yield {"name": "adopted", "why": "both roots have signed", "envelope": text(good),
           "accept": True}
    hybrid = [(a, n) for _, n in BOTH_ROOTS for a in ("ed25519", "ml-dsa-65")]
    yield {"name": "adopted-hybrid", "why": "both roots have signed with both algorithms",
           "envelope": text(envelope(AGREEMENT, rfc8785.dumps(HYBRID), hybrid)), "accept": True}

    def refuse(name, why, reason, value):
        return {"name": name, "why": why, "envelope": text(value), "refuse": reason}
    yield refuse("one-signed", "one party cannot bind the other", "not-signed-by-all",
                 envelope(AGREEMENT, payload, BOTH_ROOTS[:1]))
    yield refuse("half-signed", "each algorithm of each root has to sign", "not-signed-by-all",
                 envelope(AGREEMENT, rfc8785.dumps(HYBRID), hybrid[:3]))
    yield refuse("organ-signed", "an organ's key does not adopt", "signature-unknown",
                 envelope(AGREEMENT, payload, BOTH_ROOTS + [("ed25519", "us/poc")]))
    yield refuse("signed-as-statement", "the type is under the signature", "signature-wrong",
                 good | {"signatures": signatures(STATEMENT, payload, BOTH_ROOTS)})
    yield refuse("statement-type", "a statement is no agreement", "payload-type-wrong",
                 envelope(STATEMENT, payload, BOTH_ROOTS))
    other = copy.deepcopy(PLAIN)
    other["receiptQuorum"] = 0
    yield refuse("other-payload", "signatures over other terms", "signature-wrong",
                 good | {"payload": b64(rfc8785.dumps(other))})
    other["receiptQuorum"] = 9
    yield refuse("broken-payload", "signing does not make bad terms good", "quorum-unreachable",
                 envelope(AGREEMENT, rfc8785.dumps(other), BOTH_ROOTS))


# --- statements -------------------------------------------------------------------------------

NOW = "2026-11-23T09:12:40Z"
FIRST = digest(b"first")
SECOND = digest(b"second")


def blob(name, size, media=BODY):
    return {"digest": digest(name.encode()), "sizeBytes": size, "mediaType": media,
            "sealed": True}


def header(base="plain", **changes):
    value = {
        "parley": "statement/1", "agreement": digest(rfc8785.dumps(BASES[base])),
        "thread": "aaaqeayeaudaocajbifqydiob4", "act": "request.submit",
        "from": {"party": "us", "organ": "poc"}, "to": ["cn"], "answers": [],
        "at": "2026-11-23T09:12:33Z", "terms": {"kind": "information", "urgency": "normal"},
        "body": blob("body", 4312),
        "exhibits": [blob("exhibit", 52903, "application/stix+json")]}
    value.update(changes)
    return {k: v for k, v in value.items() if v is not None}


def reply(act, **changes):
    changes = {"from": {"party": "cn", "organ": "poc"}, "to": ["us"], "answers": [FIRST],
               "terms": {}, "body": None, "exhibits": []} | changes
    return header(act=act, **changes)


def key_id(name):
    return "ed25519:" + hashlib.sha256(ed(name).public_key().public_bytes_raw()).hexdigest()


def new_key(name, hybrid=False, until="2027-06-30T00:00:00Z"):
    return {"signingKey": {"keys": public(name, hybrid),
                           "notBefore": "2026-06-01T00:00:00Z", "notAfter": until}}


def key_change(act, terms, base="plain", **changes):
    return header(base, act=act, terms=terms, body=None, exhibits=[], **changes)


KEY_ACTS = [
    ("keys.add", new_key("us/poc third")), ("keys.retire", {"key": key_id("us/poc next")}),
    ("keys.revoke", {"key": key_id("us/poc"), "since": "2026-11-01T00:00:00Z"}),
    ("agreement.leave", {"until": "2027-01-01T00:00:00Z"}),
]
REVIEW = {"complete": True, "usable": True, "whole": False, "reasoned": True}
ACTS = [
    ("request.acknowledge", {}), ("request.clarification.ask", {"body": blob("b", 10)}),
    ("request.accept", {}), ("request.accept-part", {"body": blob("b", 10)}),
    ("request.refuse", {"body": blob("b", 10), "terms": {"ground": "sovereignty"}}),
    ("request.postpone", {"body": blob("b", 10), "terms": {
        "ground": "ongoing-case", "until": "2026-12-01T00:00:00Z"}}),
    ("request.progress", {"body": blob("b", 10), "exhibits": [blob("e", 9, "text/plain")]}),
    ("request.answer-part", {"body": blob("b", 10)}), ("request.answer", {"body": blob("b", 10)}),
    ("request.authority.check", {"body": blob("b", 10), "terms": {"authority": "not-reached"}}),
    ("request.consult", {"body": blob("b", 10), "terms": {"ground": "sovereignty"}}),
    ("request.conditions.propose", {"body": blob("b", 10), "terms": {
        "conditions": ["confidential", "use-only-for-case"]}}),
    ("request.hold", {"terms": {"until": "2027-02-01T00:00:00Z"}}),
    ("proceeding.charge", {"body": blob("b", 10), "terms": {
        "provisions": ["18 USC 1030(a)(2)", "18 USC 1832"]}}),
    ("proceeding.try", {}), ("proceeding.appeal", {}), ("proceeding.close", {}),
    ("proceeding.decide", {"body": blob("b", 10), "terms": {"outcome": "convicted"}}),
    ("proceeding.sanction", {"body": blob("b", 10), "terms": {"provisions": ["18 USC 1832"]}}),
    ("proceeding.report", {"body": blob("b", 10)}), ("proceeding.ask", {"body": blob("b", 10)}),
    ("delivery.silence", {"terms": {"silentParty": "us"}}),
    ("custody.record", {"body": blob("b", 10), "terms": {
        "custody": "opened", "exhibit": digest(b"exhibit")}}),
]


# What a term of the dialogue holds where a case is about something else.
TERMS = {
    "text": digest(b"text"), "verdict": "partly", "round": 1, "date": "2026-12-01T14:00:00Z",
    "owner": "cn", "post": "duty-officer", "until": "2026-12-31T16:00:00Z",
    "claims": [{"level": "machine", "confidence": "high", "likelihood": "nearly-certain"}],
    "threads": ["aaaaaaaaaaaaaaaaaaaaaaaaaa"],
}
KINDS = (
    "incident", "campaign", "allegation", "commitment", "concern", "notice", "session", "hotline")


def dialogue_acts():
    """The rows of the specification's table for the kinds of the dialogue."""
    spec = (pathlib.Path(__file__).parents[2] / "Spec" / "statement.md").read_text()
    for line in spec.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 5 and cells[0].strip("`").split(".")[0] in KINDS:
            required = cells[1].split("[")[0].replace("`", "").split()
            yield cells[0].strip("`"), required, cells[2], cells[4] == "yes"


def dialogue_cases(case, refuse):
    """Every act once, and its terms at and past their limits."""
    def said(act, terms, body, opens, **more):
        return header(
            act=act, answers=[] if opens else [FIRST], terms=terms, exhibits=[],
            body=None if body != "required" else blob("b", 10), **more)

    def made(terms):
        return said("allegation.make", {"claims": TERMS["claims"]} | terms, "required", True)

    for act, required, body, opens in dialogue_acts():
        terms = {name: TERMS[name] for name in required}
        yield case(act, "this act with what it needs and no more", said(act, terms, body, opens))
        for name in required:
            less = {key: value for key, value in terms.items() if key != name}
            yield refuse(f"{act}-no-{name}", "a term is missing", "term-missing",
                         said(act, less, body, opens))
        if body == "required":
            yield refuse(f"{act}-no-body", "its words are missing", "body-missing",
                         said(act, terms, "none", opens))
    claim = TERMS["claims"][0]
    threads = sorted("abcdefghijklmnop"[place] + "a" * 25 for place in range(16))
    yield case("claims-limit", "the limit itself", made({"claims": [claim] * 16}))
    yield case("threads-limit", "the limit itself", made({"threads": threads}))
    yield case("exercise", "an exercise says so", made({"exercise": True}))
    yield case("counters", "an allegation that answers another", made({"counters": threads[0]}))
    yield case("ad-referendum", "subject to the capital", said(
        "session.minutes.agree", {"text": TERMS["text"], "adReferendum": True}, "none", False))
    text = blob("text", 90, "application/vnd.parley.text.v1+json") | {"sealed": False}
    yield case("text.publish", "a bound text, open to read", header(
        act="text.publish", answers=[FIRST], terms={}, body=None, exhibits=[text]))
    yield refuse("publish-sealed", "it is open to read", "document-missing", header(
        act="text.publish", answers=[FIRST], terms={}, body=None,
        exhibits=[text | {"sealed": True}]))
    yield refuse("publish-long", "one byte too long", "document-missing", header(
        act="text.publish", answers=[FIRST], terms={}, body=None,
        exhibits=[text | {"sizeBytes": 262145}]))
    wrong = "field-value-wrong"
    for name, why, terms in (
        ("claims-none", "none at all", {"claims": []}),
        ("claims-many", "one more than the limit", {"claims": [claim] * 17}),
        ("claim-level", "a level that there is not", {"claims": [claim | {"level": "company"}]}),
        ("claim-confidence", "confidence has three", {"claims": [claim | {"confidence": "full"}]}),
        ("claim-likelihood", "no band", {"claims": [claim | {"likelihood": "certain"}]}),
        ("threads-none", "none at all", {"threads": []}),
        ("threads-many", "one more than the limit", {"threads": threads + ["q" + "a" * 25]}),
        ("threads-unsorted", "not sorted", {"threads": threads[1::-1]}),
        ("threads-twice", "one twice", {"threads": [threads[0]] * 2}),
        ("counters-wrong", "no thread", {"counters": "aaaa"}),
        ("exercise-false", "what is none does not say so", {"exercise": False}),
    ):
        yield refuse(name, why, wrong, made(terms))
    for name, act, terms in (
        ("round-none", "session.propose", {"round": 0}),
        ("round-past", "session.propose", {"round": 10001}),
        ("date-wrong", "session.propose", {"date": "tomorrow"}),
        ("post-wrong", "hotline.call", {"post": "Duty officer"}),
        ("verdict-wrong", "concern.judge", {"verdict": "perhaps"}),
        ("owner-wrong", "session.action.add", {"owner": "C N"}),
        ("text-wrong", "commitment.make", {"text": "sha256:00"}),
        ("referendum-false", "session.minutes.agree", {"adReferendum": False}),
    ):
        row = next(row for row in dialogue_acts() if row[0] == act)
        base = {key: TERMS[key] for key in row[1]}
        yield refuse(name, "not of the term's form", wrong, said(act, base | terms, *row[2:]))
    yield refuse("claim-field", "a field that claims do not have", "field-unknown",
                 made({"claims": [claim | {"note": "x"}]}))
    yield refuse("claim-short", "no likelihood", "field-missing",
                 made({"claims": [{"level": "state", "confidence": "low"}]}))
    terms = {"text": TERMS["text"], "adReferendum": True}
    yield refuse("referendum-text", "said where nothing is agreed", "term-not-allowed",
                 said("session.minutes.propose", terms, "required", False))


def statement_cases():
    us, cn = [("ed25519", "us/poc")], [("ed25519", "cn/poc")]

    def case(name, why, value, reason=None, signers=None, when=NOW, base="plain", kind=STATEMENT,
             change=lambda one: one, raw=None, flips=None):
        payload = raw if raw is not None else rfc8785.dumps(value)
        if signers is None:
            signers = cn if value and value["from"]["party"] == "cn" else us
        one = {"name": name, "why": why, "agreement": base, "at": when,
               "envelope": text(change(envelope(kind, payload, signers)))}
        return one | ({"accept": True} if reason is None else {"refuse": reason})

    def refuse(name, why, reason, value, **more):
        return case(name, why, value, reason, **more)

    # Accepted.
    yield case("submit", "a request as most are", header())
    for act, changes in ACTS:
        yield case(act, "this act with what it needs and no more", reply(act, **changes))
    yield case("request.clarification.give", "the requesting side's acts",
               header(act="request.clarification.give", answers=[FIRST], terms={}, exhibits=[]))
    yield case("request.review", "all four judgements are given",
               header(act="request.review", answers=sorted([FIRST, SECOND]),
                      terms={"review": REVIEW}, body=None, exhibits=[]))
    yield case("request.consult.reply", "the requesting side replies", header(
        act="request.consult.reply", answers=[FIRST], terms={}, exhibits=[]))
    yield case("request.renew", "longer than it is held", header(
        act="request.renew", answers=[FIRST], terms={"until": "2027-04-01T00:00:00Z"}, body=None,
        exhibits=[]))
    grounded = {"kind": "information", "urgency": "normal", "basis": "mla-general:untoc",
                "law": digest(b"tables"), "follows": header()["thread"]}
    yield case("submit-on-a-basis", "what it is based on, and what it goes on from",
               header(terms=grounded))
    yield from dialogue_cases(case, refuse)
    rows = blob("overlay", 900, "application/vnd.parley.law-overlay.v1+json") | {"sealed": False}
    yield case("law.share", "a party's own rows over the tables of law",
               header(act="law.share", terms={}, body=None, exhibits=[rows]))
    yield case("law.adopt", "the same document, signed by another party",
               reply("law.adopt", exhibits=[rows]))
    yield case("law.withdraw", "its author takes it back", header(
        act="law.withdraw", answers=[FIRST], terms={}, body=None, exhibits=[]))
    yield case("law-share-limit", "the limit itself", header(
        act="law.share", terms={}, body=None, exhibits=[rows | {"sizeBytes": 1048576}]))
    opened = {"follows": header()["thread"], "provisions": ["18 USC 1030(a)(2)"]}
    yield case("proceeding.open", "what it came from, and under which provisions",
               header(act="proceeding.open", terms=opened))
    yield case("proceeding-of-nothing", "proceedings may come from nothing on the record",
               header(act="proceeding.open", terms={}, to=["cn"]))
    for act in ("request.withdraw", "request.close", "request.conditions.accept",
                "request.conditions.decline"):
        yield case(act, "a body may be left out", header(
            act=act, answers=[FIRST], terms={}, body=None, exhibits=[]))
    for act, terms in KEY_ACTS:
        yield case(act, "the root key changes an organ's keys", key_change(act, terms),
                   signers=[("ed25519", "us root")])
    both = [("ed25519", "us/poc"), ("ml-dsa-65", "us/poc")]
    yield case("hybrid", "both algorithms of the agreement", header("hybrid"), signers=both,
               base="hybrid")
    yield case("first-second", "effectiveFrom is included", header(), when="2026-02-01T00:00:00Z")
    yield case("key-last-second", "notAfter is included", header(), when="2026-12-31T23:59:59Z")
    yield case("next-key", "an organ's next key works beside its present one", header(),
               signers=[("ed25519", "us/poc next")], when="2026-12-01T00:00:00Z")

    # Signatures.
    yield refuse("key-expired", "a second after notAfter", "key-expired", header(),
                 when="2027-01-01T00:00:00Z")
    yield refuse("key-early", "a second before notBefore", "key-not-yet-valid", header(),
                 signers=[("ed25519", "us/poc next")], when="2026-11-30T23:59:59Z")
    yield refuse("two-keys", "an organ speaks with one key at a time", "signature-unknown",
                 header(), signers=us + [("ed25519", "us/poc next")], when="2026-12-02T00:00:00Z")
    yield refuse("signed-by-addressee", "the addressee cannot speak for the author",
                 "signature-unknown", header(), signers=cn)
    yield refuse("signed-by-root", "a root key signs agreements, not statements",
                 "signature-unknown", header(), signers=[("ed25519", "us root")])
    yield refuse("extra-signature", "a stranger's signature would make another digest",
                 "signature-unknown", header(), signers=us + cn)
    yield refuse("hybrid-half", "both algorithms must sign", "signature-missing",
                 header("hybrid"), signers=us, base="hybrid")
    yield refuse("hybrid-other-half", "also the other way round", "signature-missing",
                 header("hybrid"), signers=[("ml-dsa-65", "us/poc")], base="hybrid")
    yield refuse("hybrid-mixed", "two keys of two entries are not one signer",
                 "signature-unknown", header("hybrid"), base="hybrid",
                 signers=[("ed25519", "us/poc"), ("ml-dsa-65", "us/poc next")])
    yield refuse("ml-dsa-beyond", "an algorithm that was not agreed", "signature-unknown",
                 header(), signers=both)
    payload = rfc8785.dumps(header())

    def bare(one):  # over the payload, without DSSE's type and lengths
        one["signatures"][0]["sig"] = b64(ed("us/poc").sign(payload))
        return one
    yield refuse("signed-bare", "the payload type must be under the signature", "signature-wrong",
                 header(), change=bare)
    yield refuse("other-payload", "a signature of another statement", "signature-wrong", header(),
                 change=lambda one: one | {"payload": b64(rfc8785.dumps(
                     header(at="2026-11-23T09:12:34Z")))})

    def malleated(one):  # s + L: the same signature to a verifier that does not check s < L
        raw = base64.b64decode(one["signatures"][0]["sig"])
        order = 2**252 + 27742317777372353535851937790883648493
        s = int.from_bytes(raw[32:], "little") + order
        one["signatures"][0]["sig"] = b64(raw[:32] + s.to_bytes(32, "little"))
        return one
    yield refuse("s-plus-l", "a second spelling of a signature would give a second statement id",
                 "signature-wrong", header(), change=malleated)

    # Envelope.
    yield refuse("agreement-type", "an agreement is no statement", "payload-type-wrong", header(),
                 kind=AGREEMENT)
    yield refuse("payload-long", "one byte too long", "payload-too-long", None, signers=us,
                 raw=b"x" * 16385)

    # Form.
    loose = json.dumps(header()).encode()
    yield refuse("loose-payload", "a header has one spelling", "header-not-canonical", None,
                 raw=loose, signers=us)
    yield refuse("payload-text", "a payload that is no JSON", "header-unexpected-byte", None,
                 raw=b"hello", signers=us)
    yield refuse("version", "another version has other rules", "field-value-wrong",
                 header(parley="statement/2"))
    yield refuse("act-unknown", "acts are a closed list", "field-value-wrong",
                 header(act="request.order"))
    yield refuse("field-unknown", "nothing beyond the named fields", "field-unknown",
                 header() | {"note": "x"})
    yield refuse("field-missing", "empty lists are written out", "field-missing",
                 header(exhibits=None))
    yield refuse("field-type", "to is a list", "field-type-wrong", header(to="cn"))
    yield refuse("thread-short", "a thread id is 16 bytes", "field-value-wrong",
                 header(thread="aaaqeayeaudaocajbifqydiob"))
    yield refuse("thread-spare-bits", "base 32 has one spelling", "field-value-wrong",
                 header(thread="aaaqeayeaudaocajbifqydiob5"))
    yield refuse("digest-upper", "hexadecimal has one spelling", "field-value-wrong",
                 header(agreement=header()["agreement"].upper().replace("SHA256", "sha256")))
    yield refuse("at-offset", "instants are UTC", "field-value-wrong",
                 header(at="2026-11-23T17:12:33+08:00"))
    yield refuse("no-addressee", "a statement is to somebody", "addressee-count-wrong",
                 header(to=[]))
    yield refuse("addressees-many", "at most 16", "addressee-count-wrong",
                 header(to=[f"p{n:02}" for n in range(17)]))
    yield refuse("addressees-order", "one order, one digest", "addressees-not-sorted",
                 header(to=["fr", "cn"]))
    yield refuse("addressee-twice", "each party once", "addressees-not-sorted",
                 header(to=["cn", "cn"]))
    yield refuse("to-self", "nobody is their own addressee", "addressed-to-self",
                 header(to=["cn", "us"]))
    yield refuse("submit-answers", "a first statement answers nothing", "answers-not-allowed",
                 header(answers=[FIRST]))
    yield refuse("reply-answers-nothing", "a reply says to what", "answers-missing",
                 reply("request.accept", answers=[]))
    many = sorted(digest(bytes([n])) for n in range(33))
    yield refuse("answers-many", "at most 32", "too-many-answers",
                 reply("request.accept", answers=many))
    yield refuse("answers-order", "one order, one digest", "answers-not-sorted",
                 reply("request.accept", answers=many[1::-1]))
    yield refuse("submit-no-kind", "the kind drives the clocks", "term-missing",
                 header(terms={"urgency": "normal"}))
    yield refuse("refuse-no-ground", "a refusal has a ground", "term-missing",
                 reply("request.refuse", body=blob("b", 1)))
    yield refuse("postpone-no-until", "a postponement has an end", "term-missing",
                 reply("request.postpone", body=blob("b", 1), terms={"ground": "ongoing-case"}))
    yield refuse("accept-ground", "an acceptance has no ground", "term-not-allowed",
                 reply("request.accept", terms={"ground": "sovereignty"}))
    yield refuse("review-short", "all four judgements", "field-missing",
                 header(act="request.review", answers=[FIRST], body=None, exhibits=[],
                        terms={"review": {"complete": True}}))
    yield refuse("submit-no-body", "a request says what it asks", "body-missing",
                 header(body=None, exhibits=[]))
    yield refuse("refuse-no-body", "reasons are given", "body-missing",
                 reply("request.refuse", terms={"ground": "sovereignty"}))
    yield refuse("keys-body", "a change of keys needs no words", "body-not-allowed",
                 key_change(*KEY_ACTS[1]) | {"body": blob("b", 1)})
    yield refuse("keys-answer", "a change of keys is a thread of its own", "answers-not-allowed",
                 key_change(*KEY_ACTS[1]) | {"answers": [FIRST]})
    yield refuse("revoke-no-since", "a revocation says from when on to doubt", "term-missing",
                 key_change("keys.revoke", {"key": key_id("us/poc")}))
    yield refuse("retire-since", "a retired key is not in doubt", "term-not-allowed",
                 key_change("keys.retire", KEY_ACTS[2][1]))
    yield refuse("key-by-ml-dsa", "an entry is named by its Ed25519 key", "field-value-wrong",
                 key_change("keys.retire", {"key": "ml-dsa-65:" + "0" * 64}))
    yield refuse("added-key-short", "an Ed25519 key is 32 bytes", "field-value-wrong",
                 key_change("keys.add", {"signingKey": new_key("x")["signingKey"]
                                         | {"keys": {"ed25519": b64(bytes(31))}}}))
    yield refuse("added-key-order-one", "with such a key one signature fits many messages",
                 "field-value-wrong",
                 key_change("keys.add", {"signingKey": new_key("x")["signingKey"]
                                         | {"keys": {"ed25519": small_order()["key-small-order"]}}}))
    yield refuse("added-key-unknown-field", "nothing unsaid rides along", "field-unknown",
                 key_change("keys.add", {"signingKey": new_key("x")["signingKey"] | {"note": "x"}}))
    for name, basis in [("no-colon", "untoc"), ("two-colons", "mla:untoc:18"), ("empty", "mla:"),
                        ("capitals", "mla-general:UNTOC"), ("long", "mla-general:" + "x" * 33)]:
        yield refuse("basis-" + name, "a basis is a kind and an instrument", "field-value-wrong",
                     header(terms=grounded | {"basis": basis}))
    yield refuse("law-short", "tables of law are named by their whole digest",
                 "field-value-wrong", header(terms=grounded | {"law": "sha256:00"}))
    yield refuse("follows-malformed", "a thread is named by its id", "field-value-wrong",
                 header(terms=grounded | {"follows": "the last one"}))
    yield refuse("accept-basis", "only a submission has a basis", "term-not-allowed",
                 reply("request.accept", terms={"basis": "mla-general:untoc"}))
    propose = lambda names: reply(
        "request.conditions.propose", body=blob("b", 1), terms={"conditions": names})
    yield refuse("conditions-none", "a proposal proposes something", "field-value-wrong",
                 propose([]))
    yield refuse("conditions-many", "at most 16", "field-value-wrong",
                 propose([f"c{n:02}" for n in range(17)]))
    yield refuse("conditions-order", "one order, one digest", "field-value-wrong",
                 propose(["use-only-for-case", "confidential"]))
    yield refuse("conditions-twice", "a condition is named once", "field-value-wrong",
                 propose(["confidential", "confidential"]))
    yield refuse("conditions-words", "the words stand in the body", "field-value-wrong",
                 propose(["Use only for this case."]))
    yield refuse("conditions-no-body", "a name alone binds nobody", "body-missing",
                 reply("request.conditions.propose", terms={"conditions": ["confidential"]}))
    def charge(names):
        return reply("proceeding.charge", body=blob("b", 1), terms={"provisions": names})
    yield refuse("provisions-none", "a charge is under something", "field-value-wrong", charge([]))
    yield refuse("provisions-many", "at most 16", "field-value-wrong",
                 charge([f"{n:02} USC 1" for n in range(17)]))
    yield refuse("provision-long", "a name, not the words", "field-value-wrong",
                 charge(["1" * 101]))
    yield refuse("provision-line", "one line", "field-value-wrong", charge(["18 USC\n1030"]))
    yield refuse("provisions-order", "one order, one digest", "field-value-wrong",
                 charge(["2", "1"]))
    yield refuse("charge-bare", "under which provisions", "term-missing",
                 reply("proceeding.charge", body=blob("b", 1)))
    yield refuse("outcome-unknown", "outcomes are a closed list", "field-value-wrong",
                 reply("proceeding.decide", body=blob("b", 1), terms={"outcome": "guilty"}))
    yield refuse("proceeding-answers", "what opens a thread answers nothing",
                 "answers-not-allowed",
                 header(act="proceeding.open", terms={}, answers=[FIRST]))
    def share(exhibits, **more):
        return header(act="law.share", terms={}, body=None, exhibits=exhibits, **more)
    yield refuse("overlay-long", "one byte too long", "document-missing",
                 share([rows | {"sizeBytes": 1048577}]))
    yield refuse("overlay-sealed", "it is open to read", "document-missing",
                 share([rows | {"sealed": True}]))
    yield refuse("overlay-agreement", "another kind of document", "document-missing",
                 share([rows | {"mediaType": AGREEMENT}]))
    yield refuse("overlay-none", "nothing is shared", "document-missing", share([]))
    yield refuse("overlay-two", "one at a time", "document-missing",
                 share([rows, rows | {"digest": digest(b"other")}]))
    yield refuse("overlay-answers", "it opens a thread", "answers-not-allowed",
                 share([rows], answers=[FIRST]))
    yield refuse("authority-unknown", "a call back has three outcomes", "field-value-wrong",
                 reply("request.authority.check", body=blob("b", 1), terms={"authority": "yes"}))
    yield refuse("authority-no-body", "who was called, and how", "body-missing",
                 reply("request.authority.check", terms={"authority": "confirmed"}))
    yield refuse("consult-no-ground", "it is about a ground", "term-missing",
                 reply("request.consult", body=blob("b", 1)))
    yield refuse("hold-no-until", "a hold has an end", "term-missing", reply("request.hold"))
    yield refuse("silence-body", "a machine says it, without words", "body-not-allowed",
                 reply("delivery.silence", terms={"silentParty": "us"}, body=blob("b", 1)))
    opened = {"custody": "opened", "exhibit": digest(b"exhibit")}
    yield refuse("custody-no-body", "who, when and why are said", "body-missing",
                 reply("custody.record", terms=opened))
    yield refuse("custody-no-exhibit", "an event is about an exhibit", "term-missing",
                 reply("custody.record", terms={"custody": "opened"}, body=blob("b", 1)))
    yield refuse("custody-no-event", "an exhibit without an event says nothing", "term-missing",
                 reply("custody.record", terms={"exhibit": opened["exhibit"]}, body=blob("b", 1)))
    yield refuse("custody-event-unknown", "events are a closed list", "field-value-wrong",
                 reply("custody.record", terms=opened | {"custody": "lost"}, body=blob("b", 1)))
    yield refuse("custody-exhibit-short", "an exhibit is named by its whole digest",
                 "field-value-wrong", reply("custody.record", body=blob("b", 1), terms=opened | {
                     "exhibit": opened["exhibit"][:-2]}))
    yield refuse("custody-exhibits", "a copy travels with a statement of its own",
                 "exhibits-not-allowed", reply("custody.record", terms=opened, body=blob("b", 1),
                                               exhibits=[blob("e", 1, "text/plain")]))
    yield refuse("custody-answers-nothing", "a custody event follows on something",
                 "answers-missing",
                 reply("custody.record", terms=opened, body=blob("b", 1), answers=[]))
    yield refuse("answer-custody", "other acts do not speak of custody", "term-not-allowed",
                 reply("request.answer", terms=opened, body=blob("b", 1)))
    yield refuse("body-media-type", "a body is Parley's own document", "body-media-type-wrong",
                 header(body=blob("body", 10, "text/plain")))
    yield refuse("body-long", "one byte beyond the limit", "body-too-long",
                 header(body=blob("body", 524289)))
    yield refuse("blob-empty", "a blob has a byte", "field-value-wrong",
                 header(body=blob("body", 0)))
    yield refuse("media-type-case", "media types are in lower case", "field-value-wrong",
                 header(exhibits=[blob("e", 1, "Text/plain")]))
    yield refuse("media-type-parameter", "media types have no parameters", "field-value-wrong",
                 header(exhibits=[blob("e", 1, "text/plain; charset=utf-8")]))
    yield refuse("refuse-exhibits", "a refusal has no exhibits", "exhibits-not-allowed",
                 reply("request.refuse", body=blob("b", 1), terms={"ground": "sovereignty"},
                       exhibits=[blob("e", 1, "text/plain")]))
    yield refuse("exhibits-alone", "the body describes the exhibits", "exhibits-without-body",
                 reply("request.progress", exhibits=[blob("e", 1, "text/plain")]))
    yield refuse("exhibits-many", "at most 64", "too-many-exhibits",
                 header(exhibits=[blob(f"e{n}", 1, "text/plain") for n in range(65)]))
    yield refuse("blob-twice", "one blob has one place", "blob-twice",
                 header(exhibits=[blob("e", 1, "text/plain")] * 2))

    # Agreement.
    yield refuse("other-agreement", "a statement is under one agreement", "agreement-other",
                 header("hybrid"))
    yield refuse("too-early", "before the agreement is in force", "agreement-not-yet-effective",
                 header(), when="2026-01-31T23:59:59Z")
    yield refuse("author-unknown", "a stranger's party", "party-unknown",
                 header(**{"from": {"party": "fr", "organ": "poc"}}), signers=us)
    yield refuse("organ-unknown", "an office that was not agreed", "organ-unknown",
                 header(**{"from": {"party": "us", "organ": "press"}}))
    yield refuse("addressee-unknown", "a party that has not signed", "party-unknown",
                 header(to=["cn", "fr"]))
    yield refuse("silent-unknown", "silence of a stranger", "party-unknown",
                 reply("delivery.silence", terms={"silentParty": "fr"}))
    yield refuse("silent-self", "nobody records their own silence", "silent-party-is-author",
                 reply("delivery.silence", terms={"silentParty": "cn"}))
    yield refuse("kind-unknown", "kinds are agreed", "kind-unknown",
                 header(terms={"kind": "extradition", "urgency": "normal"}))
    yield refuse("urgency-not-offered", "no clocks were agreed for it", "urgency-not-offered",
                 header(terms={"kind": "information", "urgency": "emergency"}))
    yield refuse("ground-unknown", "grounds are agreed", "ground-unknown",
                 reply("request.refuse", body=blob("b", 1), terms={"ground": "bank-secrecy"}))
    yield refuse("ground-of-other-act", "a ground for postponing does not refuse",
                 "ground-unknown",
                 reply("request.refuse", body=blob("b", 1), terms={"ground": "ongoing-case"}))
    yield refuse("exhibit-long", "one byte beyond the agreed limit", "exhibit-too-long",
                 header(exhibits=[blob("e", 1048577, "text/plain")]))


# --- envelopes and bodies, before any agreement --------------------------------------------------

def envelope_cases():
    hello = envelope(STATEMENT, b"hello", [("ed25519", "us/poc"), ("ed25519", "cn/poc")])
    good = text(hello)
    yield {"name": "two-signatures", "why": "the stored form, signatures sorted by key id",
           "text": good, "accept": True, "flipsAccepted": 0}
    yield {"name": "empty-payload", "why": "an envelope does not look into its payload",
           "text": text(envelope(STATEMENT, b"", [("ed25519", "us/poc")])), "accept": True,
           "flipsAccepted": 0}

    def refuse(name, why, reason, value):
        return {"name": name, "why": why, "refuse": reason,
                "text": value if isinstance(value, str) else text(value)}

    def changed(**changes):
        return {k: v for k, v in (hello | changes).items() if v is not None}
    one, two = hello["signatures"]
    yield refuse("spaced", "a space would give another digest", "not-canonical",
                 good.replace(":", ": ", 1))
    yield refuse("field-order", "fields are sorted", "not-canonical",
                 '{"payloadType":"%s","payload":"aGVsbG8=","signatures":[]}' % STATEMENT)
    yield refuse("escaped", "an escape that is not needed", "not-canonical",
                 good.replace("payload", "\\u0070ayload", 1))
    yield refuse("newline", "nothing after the last brace", "not-canonical", good + "\n")
    yield refuse("second-value", "one envelope, one value", "trailing-bytes", good + good)
    yield refuse("payload-twice", "two payloads, and readers that differ", "duplicate-name",
                 '{"payload":"aGVsbG8=",' + good[1:])
    yield refuse("array", "an envelope is an object", "field-type-wrong", "[]")
    yield refuse("extra-field", "an unsigned field must not ride along", "field-unknown",
                 changed(note="x"))
    yield refuse("extra-signature-field", "nor inside a signature", "field-unknown",
                 changed(signatures=[one | {"cert": ""}, two]))
    yield refuse("no-keyid", "a signature says by which key", "field-missing",
                 changed(signatures=[{"sig": one["sig"]}]))
    yield refuse("no-payload-type", "the type is always there", "field-missing",
                 changed(payloadType=None))
    yield refuse("base64-url", "one alphabet", "field-value-wrong",
                 changed(signatures=[one | {"sig": "-_" + one["sig"][2:]}]))
    yield refuse("base64-unpadded", "padding is written", "field-value-wrong",
                 changed(payload="aGVsbG8"))
    yield refuse("base64-spare-bits", "unused bits are zero", "field-value-wrong",
                 changed(payload="aGVsbG9="))
    yield refuse("base64-line", "no white space", "field-value-wrong",
                 changed(payload="aGVs\nbG8="))
    yield refuse("base64-more-padding", "no padding for nothing", "field-value-wrong",
                 changed(payload="aGVsbG8h===="))
    yield refuse("keyid-upper", "hexadecimal in lower case", "field-value-wrong",
                 changed(signatures=[one | {"keyid": one["keyid"].upper().replace(
                     "ED25519", "ed25519")}]))
    yield refuse("keyid-combining", "a combining mark after the colon is not skipped",
                 "field-value-wrong", changed(signatures=[
                     one | {"keyid": one["keyid"].replace(":", ":\u0301")}]))
    yield refuse("keyid-algorithm", "algorithms are a closed list", "field-value-wrong",
                 changed(signatures=[one | {"keyid": one["keyid"].replace("ed25519", "rsa")}]))
    yield refuse("keyid-short", "a key id is the whole digest", "field-value-wrong",
                 changed(signatures=[one | {"keyid": one["keyid"][:-2]}]))
    yield refuse("type-other", "the payload type is the one asked for", "payload-type-wrong",
                 changed(payloadType="application/json"))
    yield refuse("type-case", "types are compared byte by byte", "payload-type-wrong",
                 changed(payloadType=STATEMENT.upper()))
    yield refuse("unsigned", "an envelope without a signature says nothing", "unsigned",
                 changed(signatures=[]))
    yield refuse("unsorted", "one order, one digest", "signatures-not-sorted",
                 changed(signatures=[two, one]))
    yield refuse("key-twice", "one key signs once", "key-twice", changed(signatures=[one, one]))
    yield refuse("signature-short", "an Ed25519 signature is 64 bytes", "signature-size-wrong",
                 changed(signatures=[one | {"sig": b64(bytes(63))}]))
    yield refuse("signature-ml-dsa-short", "an ML-DSA-65 signature is 3309 bytes",
                 "signature-size-wrong", changed(signatures=[
                     {"keyid": "ml-dsa-65:" + "0" * 64, "sig": b64(bytes(64))}]))
    many = [{"keyid": f"ed25519:{n:064x}", "sig": b64(bytes(64))} for n in range(17)]
    yield refuse("signatures-17", "at most 16", "too-many-signatures", changed(signatures=many))
    yield refuse("payload-long", "one byte too long", "payload-too-long",
                 changed(payload=b64(b"x" * 16385)))
    yield refuse("envelope-long", "refused before it is read", "too-long", "[") | {
        "repeat": 49153}


def body_cases():
    body = {"parley": "body/1",
            "texts": [{"language": "en", "text": "Who held 192.0.2.7?\n\tThank you.",
                       "authentic": True},
                      {"language": "zh-Hans", "text": "谁曾使用 192.0.2.7？", "authentic": False}],
            "fields": {"authority": "Contact point", "offence_facts": "A break-in."},
            "exhibits": [{"name": "log.txt", "mediaType": "text/plain", "sizeBytes": 12,
                          "digest": digest(b"log")}]}
    bare = {"parley": "body/1", "exhibits": [],
            "texts": [{"language": "en", "text": "Yes.", "authentic": True}]}
    yield {"name": "full", "why": "two languages, particulars and an exhibit", "text": text(body),
           "accept": True, "flipsAccepted": 0}
    yield {"name": "bare", "why": "one text is enough", "text": text(bare), "accept": True,
           "flipsAccepted": 0}

    def refuse(name, why, reason, value=None, sets=None, removes=()):
        if value is None:
            value = copy.deepcopy(body)
            for pointer, new in (sets or {}).items():
                parent, last = pointer.rsplit("/", 1)
                place = at(value, parent)
                place[int(last) if isinstance(place, list) else last] = new
            for pointer in removes:
                parent, last = pointer.rsplit("/", 1)
                del at(value, parent)[last]
        return {"name": name, "why": why, "refuse": reason,
                "text": value if isinstance(value, str) else text(value)}
    salt = base64.b64encode(bytes(range(16))).decode()
    french = {"language": "fr", "text": "Oui.", "authentic": False, "machine": True}
    for name, why, more in (
            ("salt", "its authentic texts are bound", {"salt": salt}),
            ("machine", "a machine's translation says so", {"texts": bare["texts"] + [french]})):
        yield {"name": name, "why": why, "text": text(bare | more), "accept": True,
               "flipsAccepted": 0}
    yield refuse("machine-authentic", "nobody stands by a machine's words", "machine-authentic",
                 bare | {"texts": [french | {"authentic": True}]})
    yield refuse("machine-false", "what is none does not say so", "field-value-wrong",
                 bare | {"texts": bare["texts"] + [french | {"machine": False}]})
    yield refuse("salt-short", "15 bytes", "field-value-wrong",
                 bare | {"salt": base64.b64encode(bytes(15)).decode()})
    yield refuse("salt-long", "17 bytes", "field-value-wrong",
                 bare | {"salt": base64.b64encode(bytes(17)).decode()})
    yield refuse("salt-hex", "another alphabet", "field-value-wrong", bare | {"salt": "00" * 16})
    exhibit = body["exhibits"][0]
    yield refuse("spaced", "a body has one spelling", "not-canonical", json.dumps(body))
    yield refuse("long", "one byte too long", "too-long", "[") | {"repeat": 262145}
    yield refuse("version", "another version", "field-value-wrong", sets={"/parley": "body/2"})
    yield refuse("unknown", "nothing beyond the named fields", "field-unknown", sets={"/x": 1})
    yield refuse("fields-empty", "no fields, no member", "field-type-wrong", sets={"/fields": {}})
    yield refuse("field-name", "names are plain", "field-value-wrong",
                 sets={"/fields/Authority": "x"})
    yield refuse("field-empty", "a field says something", "text-unfit",
                 sets={"/fields/authority": ""})
    yield refuse("fields-many", "at most 64", "field-name-wrong",
                 sets={"/fields": {f"f{n}": "x" for n in range(65)}})
    yield refuse("no-text", "a body says something", "text-count-wrong", sets={"/texts": []})
    yield refuse("texts-many", "at most 16", "text-count-wrong", sets={"/texts": [
        {"language": "en-" + chr(97 + n) * 2, "text": "x", "authentic": True} for n in range(17)]})
    yield refuse("language-twice", "one text a language", "language-twice",
                 sets={"/texts/1/language": "en"})
    yield refuse("none-authentic", "somebody has to stand by a wording", "no-authentic-text",
                 sets={"/texts/0/authentic": False})
    yield refuse("text-nul", "control characters do not show", "text-unfit",
                 sets={"/texts/0/text": "a\u0000b"})
    yield refuse("text-return", "lines end in line feed alone", "text-unfit",
                 sets={"/texts/0/text": "a\r\nb"})
    yield refuse("language", "languages are tags", "field-value-wrong",
                 sets={"/texts/0/language": "e"})
    for name, bad in [("slash", "a/b"), ("backslash", "a\\b"), ("dots", ".."), ("hidden", ".a"),
                      ("empty", ""), ("long", "x" * 201), ("line", "a\nb"),
                      ("turned", "a\u202etxt.exe"), ("c1", "a\u0085b")]:
        yield refuse("name-" + name, "an exhibit's name is safe to store and to show",
                     "field-value-wrong", sets={"/exhibits/0/name": bad})
    yield refuse("name-twice", "two exhibits, two names", "exhibit-name-twice",
                 sets={"/exhibits": [exhibit, exhibit]})
    yield refuse("exhibits-many", "at most 64", "too-many-exhibits", sets={"/exhibits": [
        exhibit | {"name": f"{n}.txt"} for n in range(65)]})
    yield refuse("media-type", "type and subtype", "media-type-wrong",
                 sets={"/exhibits/0/mediaType": "text"})
    yield refuse("size-negative", "sizes count bytes", "field-value-wrong",
                 sets={"/exhibits/0/sizeBytes": -1})
    yield refuse("digest", "a digest is whole", "field-value-wrong",
                 sets={"/exhibits/0/digest": digest(b"log")[:-1]})
    yield refuse("no-exhibits", "empty lists are written out", "field-missing",
                 removes=["/exhibits"])


def text_cases():
    salt = base64.b64encode(bytes(range(16))).decode()
    english = {"language": "en", "text": "Neither side will …"}
    chinese = {"language": "zh-Hans", "text": "双方均不……"}
    whole = {"parley": "text/1", "salt": salt, "texts": [english, chinese]}

    def accept(name, why, value):
        return {"name": name, "why": why, "text": text(value), "accept": True,
                "digest": digest(rfc8785.dumps(value)), "flipsAccepted": 0}

    def refuse(name, why, reason, value):
        return {"name": name, "why": why, "refuse": reason,
                "text": value if isinstance(value, str) else text(value)}
    yield accept("two", "two languages under one digest", whole)
    yield accept("one", "one language", whole | {"texts": [english]})
    yield accept("salted", "other salt, other digest",
                 whole | {"salt": base64.b64encode(bytes(16)).decode()})
    yield refuse("spaced", "a text has one spelling", "not-canonical", json.dumps(whole))
    yield refuse("long", "one byte too long", "too-long", "[") | {"repeat": 262145}
    yield refuse("version", "another version", "field-value-wrong", whole | {"parley": "text/2"})
    yield refuse("unsorted", "sorted by language", "texts-not-sorted",
                 whole | {"texts": [chinese, english]})
    yield refuse("twice", "each language once", "language-twice",
                 whole | {"texts": [english, english]})
    yield refuse("none", "a text says something", "text-count-wrong", whole | {"texts": []})
    yield refuse("empty", "a version says something", "text-unfit",
                 whole | {"texts": [english | {"text": ""}]})
    yield refuse("salt-none", "a short text could be guessed", "field-missing",
                 {key: value for key, value in whole.items() if key != "salt"})
    yield refuse("salt-short", "15 bytes", "field-value-wrong",
                 whole | {"salt": base64.b64encode(bytes(15)).decode()})
    yield refuse("rank", "all are authentic, and none says so", "field-unknown",
                 whole | {"texts": [english | {"authentic": True}]})


def write(path, about, cases):
    path.parent.mkdir(exist_ok=True)
    counts = {}
    if path.exists():  # flip counts are found by the Swift tests and kept here
        counts = {one["name"]: one.get("flipsAccepted")
                  for one in json.loads(path.read_text())["cases"]}
    cases = list(cases)
    for one in cases:
        if "flipsAccepted" in one and counts.get(one["name"]) is not None:
            one["flipsAccepted"] = counts[one["name"]]
    names = [one["name"] for one in cases]
    assert len(set(names)) == len(names), "a name comes twice"
    path.write_text(json.dumps({"about": about, "cases": cases}, indent=1, ensure_ascii=False)
                    + "\n")
    print(f"{path.name}: {len(cases)} cases")


def main():
    root = pathlib.Path(sys.argv[1])
    write(root / "agreement/agreements.json",
          "agreements as canonical text, or as a base case with members set and removed (JSON "
          "Pointer) and then made canonical; refused with one problem at one place",
          agreement_cases())
    write(root / "agreement/adoption.json",
          "envelopes of agreements; accepted only when every root key has signed",
          adoption_cases())
    write(root / "statement/statements.json",
          "statement envelopes, verified at an instant under an agreement of "
          "Vectors/agreement/agreements.json", statement_cases())
    write(root / "envelope/envelopes.json",
          "DSSE envelopes of the statement payload type in their stored form; signatures are not "
          "verified here", envelope_cases())
    write(root / "body/bodies.json", "statement bodies before they are sealed", body_cases())
    write(root / "text/texts.json",
          "bound texts and the digests that headers name, of RFC 8785 canonical JSON", text_cases())



if __name__ == "__main__":
    main()
