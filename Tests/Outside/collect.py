"""Puts what two homes hold into the files that the outside checks read.

Usage: collect.py HOMES OUT, after make-artefacts.sh has run an exchange in HOMES.
"""

import base64
import hashlib
import json
import pathlib
import shutil
import sqlite3
import sys

def main() -> None:
    homes, out = map(pathlib.Path, sys.argv[1:])
    agreement = json.loads((homes / "agreement-plain.json").read_text())
    parties = {party["id"]: party for party in agreement["parties"]}
    statement = bytes.fromhex((homes / "statement.id").read_text().removeprefix("sha256:"))
    ledger = sqlite3.connect(f"file:{homes / 'us' / 'ledger.sqlite'}?mode=ro", uri=True)

    # The log: us's own checkpoint would do too; cn's is the one in the receipt.
    receipt = (homes / "receipt.tlog-proof").read_text()
    (out / "receipt.tlog-proof").write_text(receipt)
    (out / "checkpoint").write_text(receipt.split("\n\n", 1)[1])
    (out / "receipt.entry").write_text(statement.hex())
    (out / "log.vkey").write_text(parties["cn"]["node"]["logKey"] + "\n")
    witnesses = [parties[name]["node"]["witnessKey"] for name in ("us", "cn")]
    (out / "witness.vkeys").write_text("\n".join(witnesses) + "\n")

    # The statement, its keys and the agreement.
    (envelope,) = ledger.execute("SELECT envelope FROM entry WHERE id = ?", (statement,)).fetchone()
    (out / "statement.envelope.json").write_bytes(envelope)
    # The bytes that the parties signed, whose digest every statement names.
    signed = json.loads((homes / "signed.json").read_text())
    (out / "agreement.json").write_bytes(base64.b64decode(signed["payload"]))
    keys = {}
    for signing in parties["us"]["organs"][0]["signingKeys"]:
        for member, algorithm in (("ed25519", "ed25519"), ("mlDSA65", "ml-dsa-65")):
            public = base64.b64decode(signing["keys"][member])
            name = f"{algorithm}:{hashlib.sha256(public).hexdigest()}"
            keys[name] = {"algorithm": algorithm, "public": public.hex()}
    (out / "keys.json").write_text(json.dumps(keys))

    # Sealed files, opened by cn's seed.
    header = json.loads(base64.b64decode(json.loads(envelope)["payload"]))
    seed = json.loads((homes / "cn" / "keys" / "sealing.key.json").read_text())["plain"]
    references = {"exhibit": header["exhibits"][0]}
    for name, reference in references.items():
        digest = reference["digest"].removeprefix("sha256:")
        folder = out / "sealing" / name
        folder.mkdir(parents=True)
        shutil.copy(homes / "cn" / "blobs" / digest[:2] / digest, folder / "sealed")
        shutil.copy(homes / "exhibit.bin", folder / "plain")
        (folder / "agreement").write_text(header["agreement"])
        (folder / "seed").write_text(base64.b64decode(seed).hex())


if __name__ == "__main__":
    main()
