"""The pages of running nodes in a real browser: what officers do, and what every page must be.

    PARLEY=path/to/parley CHROMIUM=path/to/chromium python3 Tests/Browser/run.py [NAME…]

Runs every case, or those whose names begin with a NAME. One line for each, `ok` or `FAILED` with
the reason; exit code 1 when any failed. run.sh finds the browser and installs what is needed.
"""

import os
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from browser import Place
from parley import Failed
from playwright.sync_api import sync_playwright

import case_asking
import case_company
import case_entry
import case_every_page
import case_filters
import case_hands
import case_receipt
import case_second
import case_talks

CASES = (
    case_entry.CASES + case_asking.CASES + case_second.CASES + case_talks.CASES
    + case_hands.CASES + case_filters.CASES + case_company.CASES + case_receipt.CASES + case_every_page.CASES)


class Worlds:
    """The browser, and the worlds that cases share which do not disturb one another."""

    def __init__(self, browser, folder):
        self.browser = browser
        self.folder = folder
        self.made = {}

    def _shared(self, name, parties):
        if name not in self.made:
            self.made[name] = Place(self.folder / name, self.browser, parties)
        return self.made[name]

    def two(self):
        return self._shared("two", ("us", "cn"))

    def three(self):
        return self._shared("three", ("us", "cn", "acme"))

    def look(self, name):
        """After a case: what its windows complained of, and whether the nodes still run."""
        for place in self.made.values():
            place.settle(name)

    def end(self):
        for place in self.made.values():
            place.world.kill()


def case_name(case):
    return case.__name__.replace("_", "-")


def chosen(names):
    return [
        case for case in CASES
        if not names or any(case_name(case).startswith(name) for name in names)
    ]


def run_case(case, folder, worlds):
    """Prints the verdict; whether it passed."""
    name = case_name(case)
    place = folder / name
    place.mkdir()
    began = time.monotonic()
    try:
        try:
            case(place, worlds)
        finally:
            worlds.look(name)
    except Exception as error:
        why = str(error) if isinstance(error, Failed) else f"{type(error).__name__}: {error}"
        first, *more = why.splitlines() or [""]
        if not isinstance(error, Failed):
            more += traceback.format_exc().splitlines()[-12:]
        print(f"FAILED {name}: {first}", flush=True)
        for line in more:
            print(f"    {line}", flush=True)
        return False
    print(f"ok {name} ({time.monotonic() - began:.1f} s)", flush=True)
    return True


def main(names):
    unknown = [name for name in names if not chosen([name])]
    if unknown:
        print(f"FAILED all: no case begins with {', '.join(unknown)}; there are: "
              + ", ".join(map(case_name, CASES)))
        return 2
    os.environ["PARLEY"] = os.path.realpath(os.environ["PARLEY"])
    began = time.monotonic()
    # A short path: a node's socket lives below it, and the kernel takes 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="parley-"))
    passed = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox", "--disable-dev-shm-usage"])
        worlds = Worlds(browser, folder)
        try:
            passed = [run_case(case, folder, worlds) for case in chosen(names)]
        finally:
            worlds.end()
            browser.close()
            if "PARLEY_KEEP" in os.environ:
                print(f"kept {folder}")
            else:
                shutil.rmtree(folder, ignore_errors=True)
    print(
        f"browser: {sum(passed)} passed, {len(passed) - sum(passed)} failed "
        f"in {time.monotonic() - began:.0f} s")
    return 0 if passed and all(passed) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
