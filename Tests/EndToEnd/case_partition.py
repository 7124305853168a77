"""Two nodes in network namespaces of their own: the wire between them is slow, cut, or goes one
way, while both speak. Nothing is lost or doubled, and both agree when it is whole again."""

import os
import random
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

from ledger import Ledger, audit_both
from parley import exhibit, expect, make_world, until

ROUNDS = 6
SEED = 20151
# Exhibits of this size take some seconds on a wire of this rate, so that cuts fall into them.
EXHIBIT_BYTES = 2_000_000
WIRE = ("rate", "16mbit", "burst", "64kbit", "latency", "400ms")
ADDRESSES = {"us": "192.0.2.1", "cn": "192.0.2.2"}


class Wire:
    """A pair of virtual interfaces, each end in a namespace of its own."""

    def __init__(self):
        self.names = {party: f"parley-{os.getpid()}-{party}" for party in ADDRESSES}
        for name in self.names.values():
            ip("netns", "add", name)
        us, cn = self.names["us"], self.names["cn"]
        ip("link", "add", "wire", "netns", us, "type", "veth", "peer", "name", "wire", "netns", cn)
        for party, name in self.names.items():
            ip("-n", name, "address", "add", f"{ADDRESSES[party]}/24", "dev", "wire")
            ip("-n", name, "link", "set", "lo", "up")
            ip("-n", name, "link", "set", "wire", "up")
            run_tool(*self.inside(party), "tc", "qdisc", "add", "dev", "wire", "root", "tbf",
                     *WIRE)

    def inside(self, party):
        """What a command begins with that runs in that party's namespace."""
        return ["ip", "netns", "exec", self.names[party]]

    def cut(self):
        ip("-n", self.names["us"], "link", "set", "wire", "down")

    def mute(self, party):
        """That party's packets go nowhere, while it hears the other's."""
        other = next(one for one in ADDRESSES if one != party)
        ip("-n", self.names[party], "route", "replace", "blackhole", f"{ADDRESSES[other]}/32")

    def mend(self):
        for party, name in self.names.items():
            other = next(one for one in ADDRESSES if one != party)
            subprocess.run(
                ["ip", "-n", name, "route", "del", "blackhole", f"{ADDRESSES[other]}/32"],
                capture_output=True)
        ip("-n", self.names["us"], "link", "set", "wire", "up")

    def remove(self):
        for name in self.names.values():
            subprocess.run(["ip", "netns", "del", name], capture_output=True)


def ip(*arguments):
    run_tool("ip", *arguments)


def run_tool(*arguments):
    ran = subprocess.run(arguments, capture_output=True)
    if ran.returncode != 0:
        raise OSError(f"{' '.join(arguments)}: {ran.stderr.decode().strip()}")


def partition(place):
    """Whatever the wire does while both speak and a node dies, all that was said arrives once."""
    try:
        wire = Wire()
    except (OSError, FileNotFoundError) as fault:
        print(f"   not tried: no network namespaces here ({fault})", flush=True)
        return
    world = make_world(place / "w", parties=("us", "cn"))
    world.hosts = ADDRESSES
    world.prefixes = {party: wire.inside(party) for party in ADDRESSES}
    try:
        speak_over(wire, world, Weather(wire, random.Random(SEED)), exhibit(
            place, size_bytes=EXHIBIT_BYTES))
    finally:
        world.kill()
        wire.remove()


class Weather:
    """What happens to the wire, by the seed."""

    def __init__(self, wire, random):
        self.wire = wire
        self.random = random
        self.cut_count = self.mute_count = 0

    def turn(self):
        """Lets the wire be for a moment, spoils it for another, and mends it.

        How long changes what is tried, and never the verdict: nothing shorter is a partition.
        """
        time.sleep(self.random.uniform(0, 0.8))
        if self.random.random() < 0.5:
            self.cut_count += 1
            self.wire.cut()
        else:
            self.mute_count += 1
            self.wire.mute(self.random.choice(sorted(ADDRESSES)))
        time.sleep(self.random.uniform(0.1, 1.2))
        self.wire.mend()


def speak_over(wire, world, weather, evidence):
    world.serve("us", "cn")
    said, deaths = [], 0
    with ThreadPoolExecutor(2) as speakers:
        for number in range(ROUNDS):
            asked = [
                speakers.submit(
                    world.said, party, "request", "new", "--to", other, "--kind", "information",
                    "--text", f"Round {number}.", "--attach", str(evidence))
                for party, other in (("us", "cn"), ("cn", "us"))]
            weather.turn()
            if number % 3 == 2:
                # Its peer's connection is open to nobody, and finds that out.
                wire.cut()
                dying = world.nodes["cn"]
                dying.process.kill()
                dying.process.wait()
                wire.mend()
                for one in asked:
                    said.append(one.result()["statement"])
                world.serve("cn")
                deaths += 1
            else:
                said += [one.result()["statement"] for one in asked]
    ledgers = [Ledger(world.home(party)) for party in ADDRESSES]
    until(
        lambda: all(ledger.outbox_count() == 0 for ledger in ledgers),
        lambda: f"everything should arrive: {[one.outbox_count() for one in ledgers]} wait")
    world.kill()
    ids = [id.hex() for id in audit_both(world)]
    lost = [one for one in said if one.removeprefix("sha256:") not in ids]
    expect(not lost, f"acknowledged and lost: {lost}")
    expect(len(ids) == len(said), f"{len(said)} were said and {len(ids)} are in the record")
    print(
        f"   {weather.cut_count} cuts, {weather.mute_count} times one way, {deaths} deaths, "
        f"{len(said)} statements acknowledged, 0 lost, 0 doubled", flush=True)


CASES = [partition]
