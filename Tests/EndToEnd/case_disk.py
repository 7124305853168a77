"""A disk that fails or is full: nothing that a command acknowledged is lost or doubled.

strace has the K-th call of one kind fail, counted from a step of the exchange on and for each thread
by itself. What the node then does is its own affair, as long as it says nothing that is not so; at
the end it is killed and both records are checked again from their raw bytes.
"""

import itertools
import os
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from case_kill import STEPS, Exchange, Trace, count_calls
from ledger import audit_both
from parley import Failed, World, exhibit, expect, make_world

POINTS_PER_NODE = 14
WORKERS = 3
# Those by which bytes reach the disk; write is left out, since the event loops' own wake-ups use it.
DISK_CALLS = ("pwrite64", "fdatasync", "fsync", "rename", "ftruncate", "unlink")
ERRORS = ("EIO", "ENOSPC")
ATTEMPT_LIMIT = 12
SMALL_DISK_BYTES = 8 << 20
EXHIBIT_BYTES = 200_000


@dataclass(frozen=True)
class Point:
    """Which call fails, where and how."""

    party: str
    step: int
    call: str
    count: int
    error: str

    def __str__(self):
        return f"{self.party}-{STEPS[self.step]}-{self.call}-{self.count}-{self.error}"


class ExchangeOnBadDisk(Exchange):
    """The same exchange, whose commands may fail though their node lives, and are said again."""

    # strace counts for each thread by itself and threads come and go: so many failures are enough.
    failure_limit = 3
    refused_count = 0
    trace = calls = None

    def failure_count(self):
        return self.calls.read_text().count("(INJECTED)") if self.calls.exists() else 0

    def revive(self):
        if self.trace and self.failure_count() >= self.failure_limit:
            self.mend()
        for party, node in self.world.nodes.items():
            if node.is_dead:
                self.deaths[party] += 1
                self.world.serve(party)

    def mend(self):
        """The disk is well again."""
        self.trace.detach()
        self.trace = None

    def say(self, party, act, *arguments):
        for _ in range(ATTEMPT_LIMIT):
            result = self.world.say(party, "request", act, *arguments)
            if result.code == 0:
                self.printed.append(result.json["statement"])
                self.threads.append(result.json["thread"])
                return
            self.refused_count += 1
            if result.error["error"] == "act-not-in-state" and self.holds(act, *arguments):
                # It was made durable before the failure that kept the node from saying so.
                return
            self.revive()
        raise Failed(f"{act} still fails after {ATTEMPT_LIMIT} attempts: {result}")

    def check_record(self):
        """A request whose command failed may be in the record all the same: then it was said twice,
        in two threads, which is the officer's to see. What was acknowledged is there once."""
        self.world.kill()
        ids = [id.hex() for id in audit_both(self.world)]
        lost = [one for one in self.printed if one.removeprefix("sha256:") not in ids]
        doubled = [one for one in ids if ids.count(one) > 1]
        expect(not lost, f"acknowledged and lost: {lost}")
        expect(not doubled, f"in the record twice: {doubled}")
        for thread in dict.fromkeys(self.threads):
            self.check_thread(thread)


def points_for(counts, party):
    """Every step and call in turn: first the first time, then spread out."""
    rows = []
    for (owner, step, call), most in sorted(counts.items()):
        if owner == party and call in DISK_CALLS:
            spread = dict.fromkeys([1, (most + 1) // 2, 2, most])
            rows.append([(step, call, k) for k in spread if 1 <= k <= most])
    turns = [one for turn in itertools.zip_longest(*rows) for one in turn if one]
    errors = itertools.cycle(ERRORS)
    return [Point(party, *one, next(errors)) for one in turns[:POINTS_PER_NODE]]


def run_point(point, template, folder, evidence):
    """Runs the exchange with one failure in it."""
    world = template.copied_to(folder / str(point))
    exchange = ExchangeOnBadDisk(world, evidence)
    exchange.calls = world.folder / "fail.calls"
    try:
        world.serve("us", "cn")
        for step in range(len(STEPS)):
            if step == point.step:
                exchange.trace = Trace(world.nodes[point.party], world.folder, "fail", [
                    "-o", str(exchange.calls), "-e", f"trace={point.call}",
                    "-e", f"inject={point.call}:error={point.error}:when={point.count}"])
            exchange.take(step)
            if exchange.trace:
                exchange.mend()
        exchange.revive()
        exchange.check_record()
        return exchange.failure_count(), len(exchange.printed), exchange.refused_count
    finally:
        if exchange.trace:
            exchange.mend()
        world.kill()


def fail_points(party, place):
    template = make_world(place / "template")
    evidence = exhibit(place, size_bytes=100_000)
    counts = count_calls(template.copied_to(place / "counted"), evidence)
    points = points_for(counts, party)
    faults, injected, acknowledged, refused = [], 0, 0, 0
    with ThreadPoolExecutor(WORKERS) as workers:
        runs = {
            point: workers.submit(run_point, point, template, place, evidence) for point in points
        }
        for point, done in runs.items():
            if fault := done.exception():
                faults.append(f"{point}: {fault}")
                continue
            injected += done.result()[0]
            acknowledged += done.result()[1]
            refused += done.result()[2]
            shutil.rmtree(place / str(point))
    expect(not faults, f"{len(faults)} of {len(points)} points: {'; '.join(faults[:3])}")
    expect(injected >= len(points) // 2, f"only {injected} calls failed at {len(points)} points")
    print(
        f"   {len(points)} trials, {injected} calls failed, {refused} commands refused, "
        f"{acknowledged} statements acknowledged, 0 lost, 0 doubled", flush=True)


def failing_disk_of_sender(place):
    """us, who asks, has a failing disk."""
    fail_points("us", place)


def failing_disk_of_receiver(place):
    """cn, who is asked, has a failing disk."""
    fail_points("cn", place)


def full_disk(place):
    """us fills its disk; what was acknowledged stays, and when there is room again it goes on."""
    disk = place / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK_BYTES}", "tmpfs", disk],
        capture_output=True)
    if mounted.returncode != 0:
        print("   not tried: this user may not mount a small disk", flush=True)
        return
    try:
        fill_and_go_on(place, disk)
    finally:
        subprocess.run(["umount", "--lazy", disk], check=True)


def fill_and_go_on(place, disk):
    template = make_world(place / "template")
    world = World(place / "w", template.parties)
    shutil.copytree(template.folder, world.folder)
    shutil.move(world.home("us"), disk / "us")
    world.home("us").symlink_to(disk / "us")
    evidence = exhibit(place, size_bytes=EXHIBIT_BYTES)
    world.serve("us", "cn")
    try:
        exchange = ExchangeOnBadDisk(world, evidence)
        exchange.take(0)
        filler = disk / "filler"
        room = os.statvfs(disk)
        filler.write_bytes(bytes(room.f_bavail * room.f_frsize - 3 * EXHIBIT_BYTES))
        refusals = 0
        for _ in range(30):
            result = world.say(
                "us", "request", "new", "--to", "cn", "--kind", "information", "--text",
                "Which accounts?", "--attach", evidence)
            if result.code == 0:
                exchange.printed.append(result.json["statement"])
                exchange.threads.append(result.json["thread"])
            else:
                refusals += 1
                expect("error" in result.error, f"a full disk should be refused in words: {result}")
        expect(refusals > 0, "the disk never became full")
        filler.unlink()
        exchange.revive()
        exchange.take(0)
        exchange.deliver()
        exchange.check_record()
        print(
            f"   {len(exchange.printed)} statements acknowledged, {refusals} commands refused for "
            "want of room, 0 lost, 0 doubled", flush=True)
    finally:
        world.kill()


CASES = [failing_disk_of_sender, failing_disk_of_receiver, full_disk]
