"""Has a real browser check a receipt, and an export, on a node's public page, in both languages.

    PARLEY=path/to/parley [CHROMIUM=/usr/bin/chromium] python3 Tests/Browser/receipt.py

Needs the package playwright (PyPI) and a Chromium. One line for each check; exit code 1 when any
failed. Any word on the browser's console is a fault.
"""

import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "EndToEnd"))

from case_service import free_port  # noqa: E402
from parley import make_world  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

PROVEN = {"en": "Proven.", "zh": "已获证明。"}
NOT_PROVEN = {"en": "Not proven", "zh": "未获证明"}
OPEN = {"en": "not all could be checked", "zh": "未能全部核验"}


def files(world, folder):
    """A receipt, the same with a byte changed, and an export; and the statement."""
    asked = world.said(
        "us", "request", "new", "--to", "cn", "--kind", "information", "--text", "Which address?")
    world.agreed(asked["thread"], 1)
    statement = world.said("us", "request", "show", asked["thread"])["statements"][0]["id"]
    receipt, changed, export = (
        folder / name for name in ("receipt.tlog-proof", "changed.tlog-proof", "thread.json"))
    world.said("us", "receipt", "show", statement, "--out", receipt)
    text = receipt.read_text().split("\n")
    place = text.index("") + 3
    text[place] = ("A" if text[place][0] != "A" else "B") + text[place][1:]
    changed.write_text("\n".join(text))
    world.said("us", "export", asked["thread"], "--out", export)
    return receipt, changed, export, statement


def judged(page, file, statement):
    """What the browser says of a file, and what it sent meanwhile."""
    sent = []
    # The page's own icon may come late; everything else would tell somebody of the file.
    page.on(
        "request", lambda request: "/assets/" in request.url or sent.append(request.url))
    page.fill("[name=statement]", statement)
    page.set_input_files("#receipt-file", file)
    page.wait_for_selector("#browser-verdict:not(:empty)")
    page.wait_for_timeout(100)
    return page.inner_text("#browser"), sent


def checks(page, base, language, made):
    receipt, changed, export, statement = made
    for name, file, asked, browser, node in (
            ("a receipt", receipt, statement, PROVEN, PROVEN),
            ("a receipt of no statement", receipt, "", OPEN, OPEN),
            ("a receipt of another statement", receipt, "sha256:" + "0" * 64, NOT_PROVEN, NOT_PROVEN),
            ("a changed receipt", changed, statement, NOT_PROVEN, NOT_PROVEN),
            ("an export", export, "", OPEN, PROVEN)):
        page.goto(f"{base}/{language}/receipt")
        said, sent = judged(page, file, asked)
        faults = []
        if browser[language] not in said:
            faults.append(f"the browser says {said!r}")
        if sent:
            faults.append(f"it sent {sent}")
        page.click("button.main")
        page.wait_for_load_state("load")
        page.wait_for_selector("#browser-verdict:not(:empty)")
        both = [part.inner_text() for part in page.locator(".verdicts > section").all()]
        if browser[language] not in both[0] or node[language] not in both[1]:
            faults.append(f"the two say {both}")
        yield f"{language}: {name}", faults


def main():
    failed = False
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        world = make_world(folder / "w", parties=("us", "cn"))
        try:
            port = free_port()
            world.serve("us", options=("--api", f"127.0.0.1:{port}"))
            world.serve("cn")
            made = files(world, folder)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(
                    executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
                    args=["--no-sandbox"])
                words = []
                for language in ("en", "zh"):
                    page = browser.new_context(ignore_https_errors=True).new_page()
                    page.on("console", lambda message: words.append(message.text))
                    page.on("pageerror", lambda error: words.append(str(error)))
                    for name, faults in checks(
                            page, f"https://127.0.0.1:{port}", language, made):
                        failed = failed or bool(faults)
                        print("FAILED" if faults else "ok", name, *faults)
                failed = failed or bool(words)
                print("FAILED" if words else "ok", "the console is quiet", *words)
                browser.close()
            world.stop()
        finally:
            world.kill()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
