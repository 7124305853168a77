"""A receipt checked by whoever holds it: in their own browser, without an account."""

import subprocess
import sys
from pathlib import Path

from browser import expect


def receipt_checked(place, worlds):
    """A receipt and an export, good and altered: the browser and the node say the same."""
    ran("receipt.py")


def receipt_vectors(place, worlds):
    """The script that checks receipts, held to the vectors and to each of their changed bytes."""
    ran("vectors.py")


def ran(name):
    # Each a program of its own: it has its own browser, and needs no node or its own.
    done = subprocess.run(
        [sys.executable, Path(__file__).with_name(name)], capture_output=True, text=True)
    said = done.stdout + done.stderr[-500:]
    expect(done.returncode == 0 and "ok " in done.stdout and "FAILED" not in said, said)


CASES = [receipt_checked, receipt_vectors]
