#!/usr/bin/env python3
"""Checks a statement and its agreement with other people's software.

    check_statements.py [--vectors DIR] [DIR]

DIR holds statement.envelope.json, keys.json ({keyid: {"algorithm": …, "public": hexadecimal}}) and
agreement.json. With --vectors, the agreements and statements of that folder are checked as well.

Prints one line a check: `ok NAME with TOOL VERSION`, `FAILED NAME: why` or `not tried NAME: why`.
Exit 1 when something failed, else 3 when something was not tried, else 0.
"""
import argparse, base64, copy, hashlib, json, pathlib, sys
from importlib.metadata import PackageNotFoundError, version

SPEC = pathlib.Path(__file__).resolve().parent.parent.parent / "Spec"
failed, untried = [], []


class NotTried(Exception):
    pass


def check(name, tool, body):
    """Runs one check and says how it went; a tool that is not there is no failure of ours."""
    try:
        told = version(tool)
        body()
        print(f"ok {name} with {tool} {told}")
    except (ImportError, PackageNotFoundError) as fault:
        untried.append(name)
        print(f"not tried {name}: {tool} is not installed ({fault})")
    except NotTried as fault:
        untried.append(name)
        print(f"not tried {name}: {fault}")
    except Exception as fault:  # whatever the tool raises, the check has failed
        failed.append(name)
        print(f"FAILED {name}: {type(fault).__name__}: {str(fault)[:300]}")


def need(truth, why):
    if not truth:
        raise ValueError(why)


def canonical(data, value):
    import rfc8785
    need(rfc8785.dumps(value) == data, "these bytes are not the RFC 8785 form")


def validator(name):
    from jsonschema import Draft202012Validator
    schema = json.loads((SPEC / f"{name}.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def keyid_of(key):
    return key["algorithm"] + ":" + hashlib.sha256(bytes.fromhex(key["public"])).hexdigest()


def check_envelope(name, data, keys, algorithms):
    """Judges stored envelope bytes: canonical form, DSSE, each signature."""
    value = json.loads(data)
    payload = base64.b64decode(value["payload"], validate=True)
    check(f"{name} envelope canonical", "rfc8785", lambda: canonical(data, value))
    check(f"{name} payload canonical", "rfc8785",
          lambda: canonical(payload, json.loads(payload)))

    def dsse():
        from securesystemslib.dsse import Envelope
        from securesystemslib.signer import SSlibKey
        envelope = Envelope.from_dict(copy.deepcopy(value))
        signers = [SSlibKey(keyid, "ed25519", "ed25519", {"public": key["public"]})
                   for keyid, key in keys.items() if key["algorithm"] == "ed25519"]
        signed = [one for one in value["signatures"] if one["keyid"].startswith("ed25519:")]
        need(len(signed) > 0, "no Ed25519 signature")
        accepted = envelope.verify(signers, threshold=len(signed))
        need(set(accepted) == {one["keyid"] for one in signed}, "not every signature counted")
    check(f"{name} DSSE", "securesystemslib", dsse)

    def pae():
        kind = value["payloadType"].encode()
        return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)

    def raw(algorithm):
        from cryptography.hazmat.primitives.asymmetric import ed25519
        if algorithm == "ml-dsa-65":
            try:
                from cryptography.hazmat.primitives.asymmetric import mldsa
            except ImportError:
                raise NotTried("this cryptography has no ML-DSA")
        found = [one for one in value["signatures"]
                 if one["keyid"].startswith(algorithm + ":")]
        need(found, "no signature by this algorithm")
        for one in found:
            key = keys.get(one["keyid"])
            need(key and keyid_of(key) == one["keyid"], "the key id is not that of its key")
            public = bytes.fromhex(key["public"])
            reader = ed25519.Ed25519PublicKey if algorithm == "ed25519" else mldsa.MLDSA65PublicKey
            load = getattr(reader, "from_public_bytes")
            load(public).verify(base64.b64decode(one["sig"]), pae())
    for algorithm in algorithms:
        check(f"{name} {algorithm}", "cryptography", lambda: raw(algorithm))
    return payload


def agreement_keys(agreement):
    """Every signing and root key of an agreement by key id."""
    sets = [party["rootKey"] for party in agreement["parties"]]
    sets += [key["keys"] for party in agreement["parties"] for organ in party["organs"]
             for key in organ["signingKeys"]]
    keys = {}
    for one in sets:
        for field, algorithm in (("ed25519", "ed25519"), ("mlDSA65", "ml-dsa-65")):
            if field in one:
                key = {"algorithm": algorithm, "public": base64.b64decode(one[field]).hex()}
                keys[keyid_of(key)] = key
    return keys


def check_artefacts(folder):
    names = ["statement.envelope.json", "keys.json", "agreement.json"]
    missing = [name for name in names if not (folder / name).exists()]
    if missing:
        untried.append("artefacts")
        print(f"not tried artefacts: there is no {', '.join(missing)}")
        return
    envelope, keys, agreement = [(folder / name).read_bytes() for name in names]
    keys, terms = json.loads(keys), json.loads(agreement)
    payload = check_envelope("statement", envelope, keys, terms["algorithms"])
    header = json.loads(payload)
    check("agreement canonical", "rfc8785", lambda: canonical(agreement, terms))
    check("agreement schema", "jsonschema", lambda: validator("agreement").validate(terms))
    check("statement schema", "jsonschema", lambda: validator("statement").validate(header))

    def fits():
        digest = "sha256:" + hashlib.sha256(agreement).hexdigest()
        need(header["agreement"] == digest, "the statement names another agreement")
        agreed = agreement_keys(terms)
        signers = {one["keyid"] for one in json.loads(envelope)["signatures"]}
        need(signers <= set(agreed), "a signer is not in the agreement")
    check("statement under agreement", "cryptography", fits)


def patched(case, texts):
    if "base" not in case:
        return json.loads(case["text"])
    value = copy.deepcopy(json.loads(texts[case["base"]]))

    def steps(pointer):
        return [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]

    def parent(pointer):
        place = value
        for step in steps(pointer)[:-1]:
            place = place[int(step)] if isinstance(place, list) else place[step]
        last = steps(pointer)[-1]
        return place, int(last) if isinstance(place, list) else last
    for pointer, new in case.get("set", {}).items():
        place, last = parent(pointer)
        place[last] = new
    for pointer in case.get("remove", []):
        place, last = parent(pointer)
        del place[last]
    return value


def check_vectors(root):
    cases = json.loads((root / "agreement/agreements.json").read_text())["cases"]
    texts = {case["name"]: case["text"] for case in cases if "text" in case}

    def agreements():
        schema, count = validator("agreement"), 0
        for case in cases:
            if "accept" in case:
                schema.validate(patched(case, texts))
                count += 1
            elif case.get("schema"):
                need(not schema.is_valid(patched(case, texts)), f"{case['name']} passes")
                count += 1
        need(count > 20, "hardly any case was judged")
    check("agreement vectors by schema", "jsonschema", agreements)

    statements = json.loads((root / "statement/statements.json").read_text())["cases"]

    def headers():
        schema, count = validator("statement"), 0
        for case in statements:
            if "accept" in case:
                payload = json.loads(case["envelope"])["payload"]
                schema.validate(json.loads(base64.b64decode(payload)))
                count += 1
        need(count > 10, "hardly any case was judged")
    check("statement vectors by schema", "jsonschema", headers)
    for case in statements:
        if "accept" in case and case["name"] in ("submit", "hybrid", "request.review"):
            agreement = json.loads(texts[case["agreement"]])
            check_envelope(f"vector {case['name']}", case["envelope"].encode(),
                           agreement_keys(agreement), agreement["algorithms"])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", type=pathlib.Path)
    parser.add_argument("--vectors", type=pathlib.Path)
    given = parser.parse_args()
    if given.folder is None and given.vectors is None:
        parser.error("name a folder, or --vectors")
    if given.folder:
        check_artefacts(given.folder)
    if given.vectors:
        check_vectors(given.vectors)
    sys.exit(1 if failed else 3 if untried else 0)


main()
