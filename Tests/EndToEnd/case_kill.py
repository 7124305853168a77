"""A node killed at any moment: nothing that a command acknowledged is lost or doubled.

strace kills the node on the way into its K-th call of one kind, counted from a step of the
exchange on and for each thread by itself; the call itself does not happen any more.
"""

import collections
import itertools
import re
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from ledger import Ledger, audit_both
from parley import Failed, Node, done, exhibit, expect, make_world, until

POINTS_PER_NODE = 22
WORKERS = 3
CALLS = (
    "pwrite64", "fdatasync", "fsync", "rename", "write", "writev", "sendto", "sendmsg", "unlink",
    "ftruncate")
STEPS = ("submit", "acknowledge", "answer")
# A command whose node dies again and again would be a fault of its own.
ATTEMPT_LIMIT = 5


@dataclass(frozen=True)
class Point:
    """Where a node dies."""

    party: str
    step: int
    call: str
    count: int

    def __str__(self):
        return f"{self.party}-{STEPS[self.step]}-{self.call}-{self.count}"


class Trace:
    """strace on a running node."""

    def __init__(self, node, folder, name, options):
        self.said = folder / f"{name}.strace"
        command = ["strace", "-f", "-p", str(node.process.pid), *options]
        with open(self.said, "wb") as said:
            try:
                self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=said)
            except FileNotFoundError:
                raise Failed("strace is not installed (Debian has it)") from None
        until(self.is_attached, "strace should attach to the node")

    def is_attached(self):
        text = self.said.read_text()
        expect(self.process.poll() is None or "attached" in text, f"strace: {text.strip()}")
        return "attached" in text

    def detach(self):
        self.process.terminate()
        try:
            self.process.wait(5)
        except subprocess.TimeoutExpired:
            # When its tracee dies just then, strace waits for it for ever. The kernel lets go of
            # the threads of a tracer that is killed.
            self.process.kill()
            self.process.wait()


class Exchange:
    """Request, acknowledgement and answer, between nodes that may die."""

    def __init__(self, world, evidence):
        self.world, self.evidence = world, evidence
        self.printed = []
        self.threads = []
        self.deaths = collections.Counter()

    def revive(self):
        """Starts again what has died, as a supervisor does."""
        for party in ("us", "cn"):
            if self.world.nodes[party].is_dead:
                self.deaths[party] += 1
                node = self.world.nodes[party]
                expect(node.process.returncode == -9, f"by itself {node.death}")
                self.world.serve(party)

    def take(self, step):
        if STEPS[step] == "submit":
            self.say(
                "us", "new", "--to", "cn", "--kind", "information",
                "--text", "Which accounts?", "--attach", self.evidence)
        elif STEPS[step] == "acknowledge":
            self.say("cn", "acknowledge", self.threads[-1])
        else:
            self.say("cn", "answer", self.threads[-1], "--text", "These.")
        self.deliver()

    def say(self, party, act, *arguments):
        """Says it until a command says that it is said, or that it was said already."""
        for _ in range(ATTEMPT_LIMIT):
            result = self.world.say(party, "request", act, *arguments)
            if result.code == 0:
                self.printed.append(result.json["statement"])
                self.threads.append(result.json["thread"])
                return
            if result.error["error"] == "act-not-in-state" and self.holds(act, *arguments):
                # The node had made it durable and died before it could say so.
                return
            until(
                lambda: self.world.nodes[party].is_dead,
                f"a command failed though its node lives: {result}")
            self.revive()
        raise Failed(f"{act} still fails after {ATTEMPT_LIMIT} attempts: {result}")

    def holds(self, act, thread, *_):
        shown = self.world.said("cn", "request", "show", thread)
        return any(one["act"] == f"request.{act}" for one in shown["statements"])

    def deliver(self):
        """Waits until both ledgers hold the same and nothing waits for a receipt."""
        us, cn = (Ledger(self.world.home(party)) for party in ("us", "cn"))

        def is_delivered():
            self.revive()
            ours, theirs = us.ids(), cn.ids()
            return (
                ours and theirs and set(ours) == set(theirs)
                and us.outbox_count() == 0 and cn.outbox_count() == 0)

        until(is_delivered, lambda: (
            f"both should hold the same with nothing waiting: us {len(us.ids() or [])} "
            f"(waiting {us.outbox_count()}), cn {len(cn.ids() or [])} "
            f"(waiting {cn.outbox_count()})"))

    def check(self):
        """The end of every run: both nodes die once more, and what is on disk is all there is."""
        self.world.kill()
        threads = self.world.said("us", "request", "list")["threads"]
        expect(
            {one["thread"] for one in threads} >= set(self.threads), "a thread was lost")
        for thread in [one["thread"] for one in threads]:
            self.check_thread(thread)
        answered = [one for one in threads if one["state"] == "answered"]
        expect(len(answered) == 1, f"one thread should be answered, not {len(answered)}")
        ids = [id.hex() for id in audit_both(self.world)]
        for id in self.printed:
            expect(
                ids.count(id.removeprefix("sha256:")) == 1,
                f"{id} was acknowledged and is not in the record")

    def check_thread(self, thread):
        ours, theirs = self.world.summaries(thread)
        expect(
            ours["summary"] == theirs["summary"],
            f"the summaries differ: {ours['summary']!r} against {theirs['summary']!r}")
        expect(
            all(one["effect"] == "applied" for one in ours["statements"]),
            f"an act was not applied: {ours['summary']!r}")
        file = self.world.folder / "export.json"
        self.world.said("us", "export", thread, "--out", file)
        verified = done("verify", file, "--agreement", self.world.agreement)
        expect(verified["verified"] is True, f"the export is not proven: {verified}")


def count_calls(world, evidence):
    """Runs the exchange once unharmed; how often each call occurs in each step, and at each node.

    Counts are the highest of any one thread, since strace counts for each thread by itself.
    """
    counts = {}
    try:
        world.serve("us", "cn")
        exchange = Exchange(world, evidence)
        for step, name in enumerate(STEPS):
            logs = {party: world.folder / f"{party}-{name}.calls" for party in ("us", "cn")}
            traces = [
                Trace(
                    world.nodes[party], world.folder, f"{party}-{name}",
                    ["-o", log, "-e", "trace=" + ",".join(CALLS)])
                for party, log in logs.items()
            ]
            exchange.take(step)
            for trace in traces:
                trace.detach()
            for party, log in logs.items():
                for (_, call), count in calls_by_thread(log.read_text()).items():
                    key = (party, step, call)
                    counts[key] = max(count, counts.get(key, 0))
        exchange.check()
    finally:
        world.kill()
    return counts


def calls_by_thread(text):
    began = re.compile(r"^(\d+)\s+(\w+)\(", re.MULTILINE)
    return collections.Counter(match.groups() for match in began.finditer(text))


def candidates(counts, party):
    """Points for one node: every step and call in turn, first the first time, then spread out."""
    rows = []
    for (owner, step, call), most in sorted(counts.items()):
        if owner == party:
            spread = dict.fromkeys([1, (most + 1) // 2, 2, 3, most, *range(4, most)])
            rows.append([Point(party, step, call, k) for k in spread if k <= most])
    turns = itertools.zip_longest(*rows)
    return [point for turn in turns for point in turn if point]


def run_point(point, template, folder, evidence):
    """Runs the exchange with one death in it; whether the node did die there."""
    world = template.copied_to(folder / str(point))
    trace = None
    try:
        world.serve("us", "cn")
        exchange = Exchange(world, evidence)
        for step in range(len(STEPS)):
            if step == point.step:
                trace = Trace(world.nodes[point.party], world.folder, "kill", [
                    "-o", "/dev/null", "-e", f"trace={point.call}",
                    "-e", f"inject={point.call}:signal=SIGKILL:when={point.count}"])
            exchange.take(step)
            if step == point.step:
                trace.detach()
        # A kill may come when a step is seen to be done already.
        exchange.revive()
        exchange.check()
        expect(set(exchange.deaths) <= {point.party}, f"deaths: {dict(exchange.deaths)}")
        return exchange.deaths[point.party] > 0
    finally:
        if trace:
            trace.detach()
        world.kill()


def kill_points(party, place):
    template = make_world(place / "template")
    evidence = exhibit(place, size_bytes=100_000)
    counts = count_calls(template.copied_to(place / "counted"), evidence)
    points = candidates(counts, party)
    died, faults = 0, []
    with ThreadPoolExecutor(WORKERS) as workers:
        while died < POINTS_PER_NODE and points and not faults:
            chosen = points[:POINTS_PER_NODE - died]
            points = points[len(chosen):]
            runs = {
                point: workers.submit(run_point, point, template, place, evidence)
                for point in chosen
            }
            for point, run in runs.items():
                if fault := run.exception():
                    faults.append(f"killed at {point}: {fault}")
                    continue
                died += run.result()
                shutil.rmtree(place / str(point))
    expect(not faults, f"{len(faults)} of {len(runs)} points: {'; '.join(faults[:3])}")
    expect(
        died >= POINTS_PER_NODE,
        f"{party} was killed at {died} points only; {POINTS_PER_NODE} are asked for")


def kill_sender(place):
    """us, who asks, dies at each of the points."""
    kill_points("us", place)


def kill_receiver(place):
    """cn, who is asked, dies at each of the points."""
    kill_points("cn", place)


CASES = [kill_sender, kill_receiver]
