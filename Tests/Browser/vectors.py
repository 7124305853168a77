"""Has a real browser's own check of receipts judge the vectors: the script that the portal sends.

    [CHROMIUM=/usr/bin/chromium] python3 Tests/Browser/vectors.py

Needs the package playwright (PyPI) and a Chromium; nothing is served and nothing is asked of the
network. One line for each file of vectors, `ok` or `FAILED` with the cases; exit code 1 when any
failed. Of accepted cases each byte is changed in turn too: as many changes as the vectors count may
pass, and no more.
"""

import json
import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "Sources/ParleyPages/Data/receipt.js"
LIMIT_BYTES = 20 * 1024

# Runs one case in the page: null where it is accepted, else the reason; with flips, how many single
# changed bytes are accepted too.
HARNESS = """
async (given) => {
    const attempt = async (bytes) => {
        try {
            const keys = (all) => Promise.all(all.map(noteKey));
            if (given.what === "inclusion") {
                await checkInclusion(
                    unhex(given.entry), BigInt(given.index), BigInt(given.size),
                    unhex(given.root), given.proof.map(unbase64));
                return {};
            }
            if (given.what === "note") {
                const signed = await checkNote(parseNote(bytes), await keys(given.keys));
                return { names: signed.map((one) => one.name) };
            }
            if (given.what === "checkpoint") {
                const [log] = await keys([given.logKey]);
                const found = await checkCheckpoint(bytes, log);
                const cosigned = await checkCosignatures(found.note, await keys(given.cosigners));
                return {
                    size: String(found.size), root: hex(found.root),
                    cosignatures: cosigned.map(({ name, time }) => ({ name, time })),
                };
            }
            const found = await checkReceipt(bytes, {
                entry: unhex(given.entry), logs: await keys([given.logKey]),
                cosigners: await keys(given.cosigners),
            });
            return {
                index: String(found.index), size: String(found.size),
                cosignatures: found.cosignatures.map(({ name, time }) => ({ name, time })),
            };
        } catch (error) {
            if (!(error instanceof Refusal)) throw error;
            return { refused: error.message };
        }
    };
    const bytes = given.hex === undefined ? null : unhex(given.hex);
    const found = await attempt(bytes);
    if (given.flips && !found.refused) {
        // Who has signed may change with a name; what was signed may not.
        const shown = ({ index, size, root }) => JSON.stringify({ index, size, root });
        found.accepted = 0;
        for (let place = 0; place < bytes.length; place += 1) {
            bytes[place] ^= 1;
            const changed = await attempt(bytes);
            if (!changed.refused && shown(changed) === shown(found)) found.accepted += 1;
            bytes[place] ^= 1;
        }
    }
    return found;
}
"""


def cases(path):
    return json.loads((ROOT / "Vectors" / path).read_text())["cases"]


def of_receipt(case):
    return {
        "what": "receipt", "entry": case["entry"], "logKey": case["logKey"],
        "cosigners": case["cosigners"], "hex": case["receipt"].encode().hex()}, [
            "cosignatures"]


def of_checkpoint(case):
    return {
        "what": "checkpoint", "logKey": case["logKey"], "cosigners": case["cosigners"],
        "hex": case["note"].encode().hex()}, ["size", "root", "cosignatures"]


def of_note(case):
    bytes_hex = case["noteHex"] if "noteHex" in case else case["note"].encode().hex()
    return {"what": "note", "keys": case["keys"], "hex": bytes_hex}, ["signedBy"]


def of_inclusion(case):
    return {"what": "inclusion"} | {
        name: case[name] for name in ("entry", "index", "size", "root", "proof")}, []


def fault(page, case, question, told):
    given, names = question
    found = page.evaluate(HARNESS, given | {"flips": told.get("flips", False)})
    if "refuse" in case:
        return None if found.get("refused") == case["refuse"] else f"{case['refuse']}: {found}"
    if found.get("refused"):
        return f"accepted: {found}"
    expected = {name: case[name] for name in names if name in case}
    if "signedBy" in expected:
        expected["names"] = expected.pop("signedBy")
    seen = {name: found.get(name) for name in expected}
    if seen != expected:
        return f"{expected}: {seen}"
    if "accepted" in found and found["accepted"] != case.get("flipsAccepted", 0):
        return f"{case.get('flipsAccepted', 0)} changed bytes are accepted: {found['accepted']}"
    return None


def independent(page):
    """A receipt of software that shares no line with Parley's."""
    folder = ROOT / "Vectors/receipt/independent"

    def lines(name):
        return (folder / name).read_text().split()

    faults = []
    leaf, wrong = (
        (folder / f"receipt-{name}.leaf").read_bytes() for name in ("index-7", "wrong"))
    for entry, expected in ((leaf, None), (wrong, "root-differs")):
        found = page.evaluate(HARNESS, {
            "what": "receipt", "entry": entry.hex(), "logKey": lines("log.vkey")[0],
            "cosigners": lines("witnesses.vkey"),
            "hex": (folder / "receipt-index-7.tlog-proof").read_bytes().hex()})
        if found.get("refused") != expected or not expected and len(found["cosignatures"]) != 2:
            faults.append(f"{entry}: {found}")
    return faults, 2


def main():
    failed = False

    def report(name, faults, count):
        nonlocal failed
        failed = failed or bool(faults) or not count
        print("FAILED" if faults or not count else "ok", f"{name}: {count} cases", *faults)

    size = SCRIPT.stat().st_size
    report("size", [f"{size} bytes"] if size > LIMIT_BYTES else [], 1)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox"])
        page = browser.new_page()
        # Cryptography is there for secure places alone.
        page.route("**/*", lambda route: route.fulfill(
            body="<!DOCTYPE html><title>-</title>", content_type="text/html"))
        page.goto("https://portal.example.org/")
        page.add_script_tag(content=SCRIPT.read_text())
        for path, question in (
                ("receipt/receipts.json", of_receipt), ("log/checkpoints.json", of_checkpoint),
                ("log/inclusion.json", of_inclusion), ("note/notes.json", of_note)):
            all_cases = cases(path)
            faults = []
            for case in all_cases:
                found = fault(page, case, question(case), {
                    "flips": case.get("accept", False) and question is not of_inclusion})
                if found:
                    faults.append(f"{case['name']} ({found})")
            report(path, faults, len(all_cases))
        report("receipt/independent", *independent(page))
        browser.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
