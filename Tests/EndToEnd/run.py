"""End to end: Parley as real processes, over real TLS, killed and lied to.

    PARLEY=path/to/parley python3 Tests/EndToEnd/run.py [NAME…]

Runs every case, or those whose names begin with a NAME, two at a time. One line for each, `ok` or
`FAILED` with the reason; exit code 1 when any failed. Needs the strace and openssl programs and
nothing else.
"""

import contextlib
import os
import queue
import shutil
import sys
import tempfile
import threading
import time
import traceback
from pathlib import Path

import case_abuse
import case_access
import case_amend
import case_approval
import case_attack
import case_audit
import case_backup
import case_cli
import case_company
import case_custody
import case_disk
import case_events
import case_exchange
import case_filters
import case_forms
import case_keys
import case_kill
import case_dialogue
import case_law
import case_lawful
import case_log
import case_lone
import case_operation
import case_organs
import case_pages
import case_partition
import case_portal
import case_pouch
import case_refusals
import case_reports
import case_elsewhere
import case_example
import case_service
import case_settings
import case_silence
import case_stamp
import case_templates
import case_trail
import case_unlock
import case_views
import case_wire
import case_witness
from parley import PARTIES, Failed

# Those in the background mostly wait; they begin first and are looked at last.
BACKGROUND = case_silence.CASES
# A case keeps about one processor busy: it asks a command, and that asks a node.
LANES = 2
IN_TURN = (
    case_exchange.CASES + case_lone.CASES + case_cli.CASES + case_refusals.CASES
    + case_wire.CASES + case_log.CASES + case_audit.CASES + case_pouch.CASES + case_keys.CASES
    + case_amend.CASES + case_lawful.CASES + case_law.CASES + case_dialogue.CASES
    + case_reports.CASES + case_settings.CASES + case_operation.CASES + case_views.CASES
    + case_example.CASES + case_portal.CASES
    + case_service.CASES + case_elsewhere.CASES + case_filters.CASES + case_company.CASES + case_events.CASES + case_trail.CASES
    + case_unlock.CASES + case_organs.CASES
    + case_access.CASES + case_pages.CASES + case_forms.CASES + case_attack.CASES + case_abuse.CASES + case_witness.CASES
    + case_stamp.CASES + case_custody.CASES + case_approval.CASES + case_templates.CASES
    + case_backup.CASES + case_kill.CASES + case_disk.CASES + case_partition.CASES)


class Report:
    """Collects verdicts and prints each as it comes."""

    def __init__(self):
        self.lock = threading.Lock()
        self.passed = []
        self.failed = []

    def run(self, case, folder):
        name = case_name(case)
        place = folder / name
        place.mkdir()
        began = time.monotonic()
        why, detail = None, []
        try:
            case(place)
        except Failed as failure:
            why, detail = str(failure), logs_below(place)
        except Exception as error:
            why = f"{type(error).__name__}: {error}"
            detail = traceback.format_exc().splitlines() + logs_below(place)
        with self.lock:
            took = f"{time.monotonic() - began:.1f} s"
            if why is None:
                self.passed.append(name)
                print(f"ok {name} ({took})", flush=True)
            else:
                self.failed.append(name)
                print(f"FAILED {name}: {' '.join(why.split())}", flush=True)
                for line in detail:
                    print(f"    {line}", flush=True)


def logs_below(place):
    """The last lines of the newest node logs below a case's folder."""
    logs = [log for party in PARTIES for log in place.rglob(f"{party}.log")]
    logs = sorted(logs, key=lambda log: log.stat().st_mtime)[-4:]
    return [
        f"{log.relative_to(place)}: {line[:300]}"
        for log in logs for line in log.read_text(errors="replace").splitlines()[-4:]
    ]


def case_name(case):
    return case.__name__.replace("_", "-")


def chosen(cases, names):
    return [
        case for case in cases
        if not names or any(case_name(case).startswith(name) for name in names)
    ]


def run_all(names, folder, report):
    left = queue.SimpleQueue()
    for case in chosen(IN_TURN, names):
        left.put(case)

    def lane():
        for case in taken(left):
            report.run(case, folder)

    others = [
        threading.Thread(target=report.run, args=(case, folder))
        for case in chosen(BACKGROUND, names)
    ] + [threading.Thread(target=lane) for _ in range(LANES - 1)]
    for thread in others:
        thread.start()
    try:
        lane()
    finally:
        # After Ctrl-C nothing more begins.
        list(taken(left))
        for thread in others:
            thread.join()


def taken(left):
    """What is left, one by one: each goes to one of those who take."""
    with contextlib.suppress(queue.Empty):
        while True:
            yield left.get_nowait()


def main(names):
    parley = os.environ.get("PARLEY", "")
    if not os.access(parley, os.X_OK):
        print("FAILED all: PARLEY must name the parley executable")
        return 2
    os.environ["PARLEY"] = os.path.realpath(parley)
    unknown = [name for name in names if not chosen(BACKGROUND + IN_TURN, [name])]
    if unknown:
        known = ", ".join(case_name(case) for case in BACKGROUND + IN_TURN)
        print(f"FAILED all: no case begins with {', '.join(unknown)}; there are: {known}")
        return 2
    began = time.monotonic()
    report = Report()
    # A short path: a node's socket lives below it, and the kernel takes 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="parley-"))
    try:
        run_all(names, folder, report)
    finally:
        if "PARLEY_KEEP" in os.environ:
            print(f"kept {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(
        f"end to end: {len(report.passed)} passed, {len(report.failed)} failed "
        f"in {time.monotonic() - began:.0f} s")
    return 1 if report.failed or not report.passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
