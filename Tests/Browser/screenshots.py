"""Pictures of the main pages, from the demo's record, to be looked at.

    PARLEY=path/to/parley CHROMIUM=path/to/chromium python3 Tests/Browser/screenshots.py FOLDER [HOMES]

Each in both languages, at the width of a desk and of a phone. HOMES is a folder in which
`demo.sh --serve` is serving already; without it, one is begun here and ended afterwards.
"""

import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import sync_playwright

DEMO = Path(__file__).resolve().parents[2] / "Examples/us-cn-2015/demo.sh"
SIZES = {"desk": (1280, 900), "phone": (390, 844)}
LIMIT_SECONDS = 1200
# What is written, by language.
REQUEST = {
    "en": "Please keep the sign-in logs of 192.0.2.14 from 1 to 5 November.",
    "zh-Hans": "请保全192.0.2.14自11月1日至5日的登录日志。",
}


def pages(threads):
    """By name: who looks, and at what. The composer and what leaves follow from what is written."""
    return {
        "sign-in": (None, "sign-in"),
        "portal": (None, ""),
        "portal-commitments": (None, "commitments"),
        "portal-scorecard": (None, "scorecard"),
        "receipt": (None, "receipt"),
        "start": ("second", "desk/start"),
        "queue": ("case.officer", "desk"),
        "threads": ("case.officer", "desk/threads"),
        "thread-request": ("case.officer", f"desk/threads/{threads['who']}"),
        "thread-allegation": ("case.officer", f"desk/threads/{threads['allegation']}"),
        "proof": ("case.officer", f"desk/threads/{threads['who']}/proof"),
        "thread-session": ("case.officer", f"desk/threads/{threads['first']}"),
        "commitments": ("case.officer", "desk/kinds/commitment"),
        "say": ("case.officer", "desk/say"),
        "search": ("case.officer", "desk/search?text=article"),
        "hotline": ("case.officer", "desk/hotline"),
        "scorecard": ("case.officer", "desk/scorecard"),
        "agenda": ("case.officer", "desk/agenda"),
        "cases": ("case.officer", "desk/cases"),
        "notice-changes": (
            "case.officer", f"desk/threads/{threads['rule']}"),
        "parties": ("second", "desk/parties"),
        "health": ("case.officer", "desk/health"),
        "account": ("case.officer", "desk/account"),
        "people": ("second", "desk/accounts"),
        "trail": ("second", "desk/trail"),
    }


@contextmanager
def served(homes):
    """A folder with a record that is being served: accounts.tsv names who may look."""
    if homes:
        yield Path(homes)
        return
    folder = Path(tempfile.mkdtemp(prefix="parley-"))
    demo = subprocess.Popen([DEMO, "--serve", "--keep", folder], stdin=subprocess.DEVNULL)
    try:
        end = time.monotonic() + LIMIT_SECONDS
        while not (folder / "accounts.tsv").exists() or len(rows(folder)) < 4:
            if demo.poll() is not None or time.monotonic() > end:
                sys.exit("screenshots: the demo does not serve")
            time.sleep(0.5)
        yield folder
    finally:
        demo.terminate()
        demo.wait()
        shutil.rmtree(folder, ignore_errors=True)


def rows(folder):
    with open(folder / "accounts.tsv") as file:
        return list(csv.reader(file, delimiter="\t"))


class Window:
    """One account at us, in one language, at one width."""

    def __init__(self, browser, address, account, password, language, size):
        self.page = browser.new_context(
            ignore_https_errors=True, locale={"en": "en-GB", "zh": "zh-CN"}[language],
            viewport=dict(zip(("width", "height"), SIZES[size]))).new_page()
        self.root = f"{address}/{language}/"
        if account:
            self.page.goto(self.root + "sign-in")
            self.page.fill("[name=name]", account)
            self.page.fill("[name=password]", password)
            self.press("main button.main")

    def press(self, selector):
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def choose(self, name, value):
        with self.page.expect_navigation():
            self.page.select_option(f"main [name='{name}']", value)

    def compose(self):
        """A request, as far as what leaves: the composer as it is then, and the way to the rest."""
        self.page.goto(self.root + "desk/say")
        self.press('main form:has(input[name=act][value="request.submit"]) button')
        self.choose("to", "cn")
        self.choose("term.kind", "preservation")
        self.page.select_option("[name='term.urgency']", "urgent")
        for language, text in REQUEST.items():
            self.page.fill(f"main textarea[lang='{language}']", text)
        for field in self.page.locator("main input[type=datetime-local]:visible").all():
            field.fill("2027-06-01T09:00")


def taken(browser, folder, homes):
    threads = json.loads((homes / "threads.json").read_text())
    secrets = {(party, account): (address, password)
               for party, address, account, password in rows(homes)}
    count = 0
    for language in ("en", "zh"):
        for size in SIZES:
            windows = {}

            def window(account):
                if account not in windows:
                    address, password = secrets["us", account or "second"]
                    windows[account] = Window(
                        browser, address, account, password, language, size)
                return windows[account]

            def take(name, one):
                # As high as the page: what keeps to the window's edge then stands at the page's.
                width, height = SIZES[size]
                whole = one.page.evaluate("document.documentElement.scrollHeight")
                one.page.set_viewport_size({"width": width, "height": max(height, whole)})
                one.page.screenshot(path=folder / f"{name}-{language}-{size}.png")
                one.page.set_viewport_size({"width": width, "height": height})

            for name, (account, path) in pages(threads).items():
                one = window(account)
                status = one.page.goto(one.root + path).status
                if status != 200:
                    sys.exit(f"screenshots: {path} is {status}")
                take(name, one)
                count += 1
            one = window("case.officer")
            one.compose()
            take("composer", one)
            one.press("main button[value=look]")
            take("leaves", one)
            one.page.go_back()
            one.press("main button[value=discard]")
            count += 2
    return count


def main(folder, homes=None):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    with served(homes) as homes, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["CHROMIUM"], args=["--no-sandbox"])
        count = taken(browser, folder, homes)
        browser.close()
    print(f"{count} pictures in {folder}")


if __name__ == "__main__":
    main(*sys.argv[1:])
