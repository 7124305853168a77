"""What may be committed: names each file and line that breaks a rule, and exits 1 if any does.

The rules about Swift code are tests (Tests/TidyTests); these are about the tree and need no build.
"""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README_LIMIT_LINES = 100

# Built, downloaded or made per machine; ids in Package.resolved differ from machine to machine.
NEVER_COMMITTED = re.compile(
    r"(^|/)(\.build[^/]*|bin|__pycache__|\.schemathesis|Package\.resolved)(/|$)")
MACHINE_PATH = re.compile(r"(?<![\w.])/(work|farm|root|home/\w+|tmp/(dev|research))(/|\b)")
# Spelled apart so that this file does not find itself.
LEFTOVER = re.compile(r"\b(TO" r"DO|FIX" r"ME|X" r"XX|HA" r"CK)\b")
CONFLICT = re.compile(r"^(<{7}|>{7}|={7})( |$)")
WRITTEN_BY_US = {".swift", ".md", ".py", ".sh", ".json", ".txt", ""}


def committed_paths():
    """Tracked files, and those that would be with `git add --all`."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, check=True, capture_output=True,
    ).stdout.decode()
    return sorted({path for path in listed.split("\0") if path and (ROOT / path).is_file()})


def is_input(path):
    """Bytes that a fuzzer found, of which no rule holds."""
    return path.startswith("Fuzzing/Corpus/")


def is_data(path):
    """Whose bytes are fixed: an export is canonical JSON, which has no newline at its end."""
    return path.startswith(("Vectors/", "Examples/")) and path.endswith(".json")


def line_faults(path, text):
    for number, line in enumerate(text.split("\n"), 1):
        if MACHINE_PATH.search(line):
            yield number, "a path of one machine"
        if CONFLICT.search(line):
            yield number, "a merge left undecided"
        if is_data(path):
            continue
        if LEFTOVER.search(line):
            yield number, "work left for later; do it, or write an issue"
        if line != line.rstrip():
            yield number, "spaces at the end"


def parse_fault(path, text):
    """Does the file at least parse? None when it does, or when it is of a kind we cannot tell."""
    try:
        if path.endswith(".json"):
            json.loads(text)
        elif path.endswith(".py"):
            ast.parse(text, path)
    except (ValueError, SyntaxError) as error:
        return str(error)
    if text.startswith("#!") and "bash" in text.split("\n", 1)[0]:
        check = subprocess.run(["bash", "-n", ROOT / path], capture_output=True, text=True)
        if check.returncode != 0:
            return check.stderr.strip()
        if not (ROOT / path).stat().st_mode & 0o100:
            return "a script that nobody may execute (chmod +x)"
    return None


def faults(path):
    if NEVER_COMMITTED.search(path):
        yield 0, "build output or a per-machine file; remove it from the repository"
        return
    if is_input(path) or Path(path).suffix not in WRITTEN_BY_US:
        return
    try:
        text = (ROOT / path).read_bytes().decode()
    except UnicodeDecodeError:
        yield 0, "not UTF-8"
        return
    yield from line_faults(path, text)
    if text and not text.endswith("\n") and not is_data(path):
        yield text.count("\n") + 1, "no newline at the end"
    fault = parse_fault(path, text)
    if fault:
        yield 0, fault
    if path == "README.md" and text.count("\n") >= README_LIMIT_LINES:
        yield 0, f"{text.count(chr(10))} lines; under {README_LIMIT_LINES}, the rest is a guide's"


def main():
    paths = committed_paths()
    found = [f"{path}:{line}: {fault}" for path in paths for line, fault in faults(path)]
    print("\n".join(found + [f"tidy-tree: {len(paths)} files, {len(found)} faults"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
