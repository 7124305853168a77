"""Parley as its users meet it: the executable, homes, an agreement, running nodes."""

import base64
import ctypes
import datetime
import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "run.d"))
from free_ports import free_ports

# Generous: a verdict never depends on how fast the machine is, only on whether it gets there.
LIMIT_SECONDS = 120
POLL_SECONDS = 0.05

PARTIES = {
    "us": ("state", "United States", "us.example.org"),
    "cn": ("state", "China", "cn.example.net"),
    "acme": ("industry", "Acme", "acme.example.com"),
}
AGREEMENT_NAME = "us-cn-2015"


class Failed(Exception):
    """A case's verdict: what was expected and what was seen instead."""


def expect(is_so, what):
    if not is_so:
        raise Failed(what() if callable(what) else what)


def until(look, what, limit=LIMIT_SECONDS):
    """The first true value that `look` gives; fails with `what` once the limit has passed."""
    end = time.monotonic() + limit
    while True:
        seen = look()
        if seen:
            return seen
        if time.monotonic() > end:
            raise Failed(f"{what() if callable(what) else what} (waited {limit} s)")
        time.sleep(POLL_SECONDS)


def executable():
    return os.environ["PARLEY"]


def environment(**extra):
    """What the processes see of ours: no home and no passphrase of whoever runs the tests."""
    kept = {
        name: value for name, value in os.environ.items()
        if not name.startswith("PARLEY") and name != "HOME"
    }
    # A crash is to end the process at once; its fatal line is enough for a verdict.
    return kept | {"HOME": "/nonexistent", "SWIFT_BACKTRACE": "enable=no"} | extra


@dataclass
class Result:
    """How one command ended."""

    arguments: list
    code: int
    out: bytes
    err: bytes

    def __str__(self):
        words = " ".join(str(word)[:60] for word in self.arguments)
        said = (self.err or self.out).decode(errors="replace").strip()[:400]
        return f"parley {words} → {self.code} {said!r}"

    @property
    def json(self):
        try:
            return json.loads(self.out)
        except ValueError:
            raise Failed(f"no JSON object on standard output: {self}") from None

    @property
    def error(self):
        """The JSON error object on standard error."""
        try:
            return json.loads(self.err)
        except ValueError:
            raise Failed(f"no JSON object on standard error: {self}") from None


def run(*arguments, cwd=None, env=None, stdin=b""):
    words = [str(argument) for argument in arguments]
    done = subprocess.run(
        [executable(), *words], cwd=cwd, env=env or environment(), input=stdin,
        capture_output=True, timeout=LIMIT_SECONDS)
    return Result(words, done.returncode, done.stdout, done.stderr)


def done(*arguments, **options):
    """Runs a command that must succeed; its JSON."""
    result = run(*arguments, "--json", **options)
    expect(result.code == 0, str(result))
    return result.json


def tool(*arguments, stdin=b""):
    """Runs another program of the machine; its absence is a failure with its name."""
    try:
        ran = subprocess.run(
            [str(argument) for argument in arguments], input=stdin, capture_output=True,
            timeout=LIMIT_SECONDS)
    except FileNotFoundError:
        raise Failed(f"{arguments[0]} is not installed (Debian has it)") from None
    expect(
        ran.returncode == 0,
        f"{arguments[0]} failed: {ran.stderr.decode(errors='replace').strip()}")
    return ran.stdout


_taken_ports = set()
_ports_lock = threading.Lock()


def free_port():
    """A port of the loopback that no case has used."""
    with _ports_lock:
        while True:
            (port,) = free_ports(1)
            if port not in _taken_ports:
                _taken_ports.add(port)
                return port


class World:
    """Homes that have adopted one agreement, below one folder, and the nodes that serve them."""

    def __init__(self, folder, parties=tuple(PARTIES)):
        self.folder = Path(folder)
        self.parties = parties
        self.ports = {party: free_port() for party in parties}
        self.nodes = {}
        # Where nodes listen, and what their command lines begin with, where it is not the plain way.
        self.hosts = {party: "127.0.0.1" for party in PARTIES}
        self.prefixes = {}

    def home(self, party):
        return self.folder / party

    @property
    def agreement(self):
        return self.folder / "agreement.json"

    def agreement_fields(self):
        """The agreement's own document, out of its envelope."""
        envelope = json.loads(self.agreement.read_bytes())
        return json.loads(base64.b64decode(envelope["payload"]))

    def agreement_id(self):
        return done("agreement", "check", self.agreement)["agreement"]

    def copied_to(self, folder):
        """The same homes elsewhere, with ports of their own and no nodes."""
        shutil.copytree(self.folder, folder)
        return World(folder, self.parties)

    def say(self, party, *arguments):
        """Runs a command in that party's home; it may fail."""
        return run(*arguments, "--home", self.home(party), "--json")

    def said(self, party, *arguments):
        """Runs a command in that party's home that must succeed; its JSON."""
        result = self.say(party, *arguments)
        expect(result.code == 0, str(result))
        return result.json

    def serve(self, *parties, peers=None, options=()):
        """Starts nodes and waits until they serve; `peers` are other ports to reach parties at."""
        for party in parties:
            self.nodes[party] = Node(self, party, peers or {}, options)
        for party in parties:
            self.nodes[party].wait_serving()

    def stop(self, *parties):
        for party in parties or list(self.nodes):
            node = self.nodes.pop(party, None)
            if node:
                node.stop()

    def kill(self):
        for node in self.nodes.values():
            node.process.kill()
            node.process.wait()
        self.nodes = {}

    def check_alive(self):
        for node in self.nodes.values():
            expect(not node.is_dead, node.death)

    def summaries(self, thread):
        """`request show` of both nodes."""
        return [self.said(party, "request", "show", thread) for party in ("us", "cn")]

    def agreed(self, thread, count):
        """Waits until both nodes hold `count` statements with times and fold them alike."""
        seen = {}

        def look():
            self.check_alive()
            for party in ("us", "cn"):
                result = self.say(party, "request", "show", thread)
                # What was not delivered yet is not known there.
                if result.code == 2 and result.error["error"] == "thread-unknown":
                    seen[party] = {"summary": "unknown", "statements": []}
                else:
                    expect(result.code == 0, str(result))
                    seen[party] = result.json
            ours, theirs = seen["us"], seen["cn"]
            return (
                ours["summary"] == theirs["summary"] and len(ours["statements"]) == count
                and all("time" in one for one in ours["statements"] + theirs["statements"]))

        until(look, lambda: (
            f"both nodes should hold {count} timed statements and one summary: "
            f"{seen['us']['summary']!r} against {seen['cn']['summary']!r}"))
        return seen["us"]


class Node:
    """One `parley serve`."""

    def __init__(self, world, party, peers, options):
        self.party = party
        ports = world.ports | peers
        command = [
            *world.prefixes.get(party, []), executable(), "serve", "--home", str(world.home(party)), "--json",
            "--listen", f"{world.hosts[party]}:{world.ports[party]}", *options,
        ]
        for peer in world.parties:
            if peer != party:
                command += ["--peer", f"{peer}={world.hosts[peer]}:{ports[peer]}"]
        self.log = world.folder / f"{party}.log"
        self.offset = self.log.stat().st_size if self.log.exists() else 0
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                command, env=environment(), stdin=subprocess.DEVNULL,
                stdout=log, stderr=log, preexec_fn=may_be_traced)

    def lines(self):
        """What this run has logged: JSON lines."""
        with open(self.log, "rb") as log:
            log.seek(self.offset)
            text = log.read().decode(errors="replace")
        return [line for line in text.splitlines() if line]

    def events(self):
        events = []
        for line in self.lines():
            try:
                events.append(json.loads(line))
            except ValueError:
                # The line that a kill cut short.
                continue
        return events

    def wait_serving(self):
        def look():
            expect(not self.is_dead, self.death)
            return any(event.get("message") == "serving" for event in self.events())

        until(look, f"the node of {self.party} should serve")

    @property
    def is_dead(self):
        return self.process.poll() is not None

    @property
    def death(self):
        """How it ended, in the words that say most."""
        lines = self.lines()
        said = [line for line in lines if "Fatal error" in line] or lines[-2:]
        return f"the node of {self.party} ended with {self.process.poll()}: {' | '.join(said)}"

    def stop(self):
        """Asks the node to end, as an operator does; it must."""
        if self.is_dead:
            return
        self.process.terminate()
        try:
            self.process.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise Failed(f"the node of {self.party} did not end on SIGTERM") from None
        expect(
            self.process.returncode == 0,
            f"the node of {self.party} ended on SIGTERM with {self.process.returncode}")


def may_be_traced():
    """Lets a sibling trace the process where Yama otherwise allows it to ancestors alone."""
    set_ptracer, anyone = 0x59616D61, ctypes.c_ulong(-1)
    # Refused where there is no Yama; then no permission is needed either.
    ctypes.CDLL(None).prctl(set_ptracer, anyone, 0, 0, 0)


# Making a world -------------------------------------------------------------------------------


def calendar():
    """A working calendar that holds this year and its neighbours, so that clocks have data."""
    this_year = datetime.datetime.now(datetime.timezone.utc).year
    return {
        "timeZone": "Etc/UTC", "weekend": [6, 7],
        "years": {
            str(year): {
                "daysOff": [f"{year}-01-01"], "workingWeekends": [], "source": "made for a test",
                "asOf": f"{this_year}-01-01",
                "offsets": [{"from": f"{year - 1}-12-31T00:00:00Z", "secondsEast": 0}],
            }
            for year in range(this_year - 1, this_year + 3)
        },
    }


def init(home, party, *options):
    """Runs `parley init` for one of the parties; where it may fail, the caller looks."""
    kind, name, host = PARTIES[party]
    file = Path(home).parent / f"{party}-calendar.json"
    file.write_text(json.dumps(calendar()))
    return run(
        "init", "--home", home, "--agreement", AGREEMENT_NAME, "--party", party,
        "--kind", kind, "--name", f"en={name}",
        "--organ", "poc", "--role", "contact-point", "--organ-name", "en=Contact point",
        "--url", f"https://{host}:7443", "--language", "en", "--calendar", file, "--json",
        *options)


def make_world(
    folder, parties=tuple(PARTIES), terms=None, init_options=None, edit_card=None,
    new_options=()
):
    """Makes homes with unencrypted keys, composes their agreement, signs and adopts it.

    `terms` changes the standard terms, `init_options` maps a party to more options of its
    `parley init`, `edit_card` changes a party's card before the agreement is composed, and
    `new_options` are more options of `parley agreement new`.
    """
    folder = Path(folder)
    folder.mkdir(parents=True)
    world = World(folder, parties)
    cards = []
    for party in parties:
        made = init(
            world.home(party), party, "--no-passphrase", *(init_options or {}).get(party, []))
        expect(made.code == 0, str(made))
        card = world.home(party) / "card.json"
        if edit_card:
            fields = json.loads(card.read_bytes())
            edit_card(party, fields)
            card.write_text(json.dumps(fields))
        cards += ["--card", card]
    options = ["--effective-from", "2026-01-01T00:00:00Z", *new_options]
    if terms:
        standard = run("agreement", "terms")
        expect(standard.code == 0, str(standard))
        file = folder / "terms.json"
        file.write_text(json.dumps(json.loads(standard.out) | terms))
        options += ["--terms", file]
    done(
        "agreement", "new", "--name", AGREEMENT_NAME, "--title", "en=Dialogue on cybercrime",
        *cards, "--exercise", "--out", world.agreement, *options)
    for party in parties:
        done("agreement", "sign", world.agreement, "--home", world.home(party))
    for party in parties:
        done("agreement", "adopt", world.agreement, "--home", world.home(party))
    return world


def exhibit(folder, name="traffic.log", size_bytes=300_000, seed=1):
    """A file that no compression makes small, and large enough to travel by itself."""
    file = Path(folder) / name
    file.write_bytes(random.Random(seed).randbytes(size_bytes))
    return file
