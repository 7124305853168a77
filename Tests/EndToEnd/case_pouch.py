"""The pouch: two homes that never meet on a network hold the same record in the end."""

import random
import signal
import subprocess

from ledger import Ledger, audit_both
from parley import Failed, done, environment, executable, exhibit, expect, make_world


def pack(world, party, to, file, *options):
    packed = world.said(party, "pouch", "pack", "--to", to, "--out", file, *options)
    return packed["files"]


def opened(world, party, *files):
    """Opens parts that make one pouch; what is said of it."""
    result = world.say(party, "pouch", "open", *files)
    expect(result.code == 0, str(result))
    pouches = result.json["pouches"]
    expect(len(pouches) == 1, f"one pouch expected: {result}")
    return pouches[0]


def refused(world, party, reason, *files, code):
    result = world.say(party, "pouch", "open", *files)
    expect(result.code == code, f"exit code {code} expected: {result}")
    expect(result.error["error"] == reason, f"{reason} expected: {result}")
    expect(result.error.get("hint"), f"no hint: {result}")


def pouch_by_hand(place):
    """A request with an exhibit, its acknowledgement and answer, with no node ever running."""
    world = make_world(place / "w", parties=("us", "cn"))
    evidence = exhibit(place, size_bytes=3_000_000)
    media = place / "media"
    media.mkdir()
    expect(pack(world, "us", "cn", media / "none") == [], "nothing waits, so nothing is packed")
    expect(not (media / "none").exists(), "an empty pouch was written")
    asked = world.said(
        "us", "request", "new", "--to", "cn", "--kind", "information", "--text", "Which accounts?",
        "--attach", evidence)
    thread = asked["thread"]
    parts = pack(world, "us", "cn", media / "one", "--max-size", "1MiB")
    expect(len(parts) == 4, f"3 MB in parts of 1 MiB: {parts}")
    check_refusals(world, media, parts)
    check_one_by_one(world, parts)
    expect(opened(world, "cn", *parts)["unchanged"], "opening again should change nothing")
    world.said("cn", "request", "acknowledge", thread)
    # A pouch that never arrives costs nothing but the next one.
    pack(world, "cn", "us", media / "lost")
    back = pack(world, "cn", "us", media / "two")
    report = world.said("us", "pouch", "open", *back, "--reply", media / "three")
    pouch = report["pouches"][0]
    expect(len(pouch["statements"]["taken"]) == 1, f"one statement expected: {pouch}")
    expect(pouch["answers"]["stored"] == 1, f"one receipt expected: {pouch}")
    third = opened(world, "cn", *report["reply"]["files"])
    expect(third["answers"]["stored"] == 1, f"one receipt expected: {third}")
    world.said("cn", "request", "answer", thread, "--text", "These.")
    report = world.said(
        "us", "pouch", "open", *pack(world, "cn", "us", media / "four"), "--reply", media / "five")
    pouch = report["pouches"][0]
    expect(len(pouch["statements"]["taken"]) == 1, f"one statement expected: {pouch}")
    last = opened(world, "cn", *report["reply"]["files"])
    expect(last["answers"]["stored"] == 1, f"one receipt expected: {last}")
    for party in ("us", "cn"):
        expect(Ledger(world.home(party)).outbox_count() == 0, f"{party} still waits")
    check_same(world, place, thread)
    out = place / "opened"
    world.said("cn", "fetch", asked["statement"], "--out", out)
    expect((out / evidence.name).read_bytes() == evidence.read_bytes(), "another exhibit came")
    again = opened(world, "us", *back)
    expect(again["unchanged"], f"opening again should change nothing: {again}")


def check_refusals(world, media, parts):
    """What is not for this home, or is not whole, is refused with its reason; nothing is taken."""
    refused(world, "us", "pouch-to-another-party", *parts, code=2)
    bytes_ = bytearray(open(parts[1], "rb").read())
    flip = random.Random(5).randrange(70_000, len(bytes_))
    bytes_[flip] ^= 4
    (media / "flipped").write_bytes(bytes_)
    refused(world, "cn", "pouch-part-altered", parts[0], media / "flipped", code=3)
    bytes_[flip] ^= 4
    (media / "short").write_bytes(bytes_[:-1])
    refused(world, "cn", "pouch-part-truncated", media / "short", code=2)
    (media / "long").write_bytes(bytes_ + b"\0")
    refused(world, "cn", "pouch-part-too-long", media / "long", code=2)
    (media / "stub").write_bytes(bytes_[:1000])
    refused(world, "cn", "pouch-label-truncated", media / "stub", code=2)
    (media / "other").write_bytes(b"something else\n" * 5000)
    refused(world, "cn", "pouch-format-unknown", media / "other", code=2)
    refused(world, "cn", "file-missing", media / "nowhere", code=1)
    expect(Ledger(world.home("cn")).count() == 0, "something of a refused pouch was taken")
    again = world.say("us", "pouch", "pack", "--to", "cn", "--out", media / "one",
                      "--max-size", "1MiB")
    expect(again.code == 2 and again.error["error"] == "file-exists", str(again))
    for size, reason in (("900KB", "size-too-small"), ("many", "size-malformed")):
        odd = world.say(
            "us", "pouch", "pack", "--to", "cn", "--out", media / "odd", "--max-size", size)
        expect(odd.code == 2 and odd.error["error"] == reason, str(odd))
    self_packed = world.say("us", "pouch", "pack", "--to", "us", "--out", media / "odd")
    expect(self_packed.error["error"] == "pouch-to-oneself", str(self_packed))


def check_one_by_one(world, parts):
    """The parts in the wrong order, each given once."""
    for given, number in enumerate((3, 1, 4, 2), start=1):
        seen = opened(world, "cn", parts[number - 1])
        missing = [n for n in (1, 2, 3, 4) if n not in (3, 1, 4, 2)[:given]]
        expect(seen["missing"] == missing, f"after part {number}: {seen}")
        expect(seen["complete"] == (given == 4), f"after part {number}: {seen}")
    expect(len(seen["statements"]["taken"]) == 1, f"the request should be taken: {seen}")
    kept = list((world.home("cn") / "pouch").rglob("part-*"))
    expect(not kept, f"copies of parts are left: {kept}")


def check_same(world, place, thread):
    """Both homes print the same thread, with receipts, and their exports are proven."""
    ours, theirs = world.summaries(thread)
    expect(ours["summary"] == theirs["summary"], f"{ours['summary']!r}: {theirs['summary']!r}")
    expect(ours["state"] == "answered", f"the thread is {ours['state']}")
    expect(
        ours["statements"] == theirs["statements"],
        f"{ours['statements']} against {theirs['statements']}")
    for one in ours["statements"]:
        expect(one["effect"] == "applied" and one["receipts"], f"no receipt: {one}")
    for party in ("us", "cn"):
        file = place / f"{party}.json"
        world.said(party, "export", thread, "--out", file)
        verified = done("verify", file, "--agreement", world.agreement)
        expect(verified["verified"] is True, f"the export of {party} is not proven")
    audit_both(world)


def pouch_beside_nodes(place):
    """Running nodes that cannot reach one another pack and open; the network then finds it done."""
    world = make_world(place / "w", parties=("us", "cn"))
    evidence = exhibit(place, size_bytes=200_000)
    nowhere = {"us": 9, "cn": 9}
    try:
        world.serve("us", "cn", peers=nowhere)
        thread = world.said(
            "us", "request", "new", "--to", "cn", "--kind", "information", "--text", "Who?",
            "--attach", evidence)["thread"]
        first = opened(world, "cn", *pack(world, "us", "cn", place / "one"))
        expect(len(first["statements"]["taken"]) == 1, str(first))
        world.said("cn", "request", "acknowledge", thread)
        second = opened(world, "us", *pack(world, "cn", "us", place / "two"))
        expect(second["answers"]["stored"] == 1, str(second))
        world.stop()
        # The acknowledgement's receipt goes over the network, beside a late pouch.
        late = pack(world, "us", "cn", place / "three")
        world.serve("us", "cn")
        world.agreed(thread, 2)
        world.said("cn", "request", "answer", thread, "--text", "These.")
        world.agreed(thread, 3)
        third = opened(world, "cn", *late)
        expect(third["answers"]["known"] == 1, f"the receipt should be known: {third}")
        world.stop()
        expect(len(audit_both(world)) == 3, "three statements expected")
    finally:
        world.kill()


def pouch_killed(place):
    """An opening killed at any moment is finished by opening again; nothing said is lost."""
    template = make_world(place / "t", parties=("us", "cn"))
    evidence = exhibit(place, size_bytes=3_000_000)
    for number in range(3):
        template.said(
            "us", "request", "new", "--to", "cn", "--kind", "information",
            "--text", f"Question {number}", "--attach", evidence)
    parts = pack(template, "us", "cn", place / "pouch", "--max-size", "2MB")
    kills = 0
    points = [
        (call, count) for call in ("fsync", "fdatasync", "rename", "pwrite64", "write")
        for count in (1, 2, 4, 9, 17)
    ]
    for call, count in points:
        world = template.copied_to(place / f"{call}-{count}")
        command = [
            "strace", "-f", "-o", "/dev/null", "-e", f"trace={call}",
            "-e", f"inject={call}:signal=SIGKILL:when={count}",
            executable(), "pouch", "open", *parts, "--home", str(world.home("cn")), "--json",
        ]
        try:
            ran = subprocess.run(command, env=environment(), capture_output=True, timeout=120)
        except FileNotFoundError:
            raise Failed("strace is not installed (Debian has it)") from None
        if ran.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL):
            kills += 1
            expect(not ran.stdout.strip(), f"it spoke before it was done: {ran.stdout!r}")
        again = opened(world, "cn", *parts)
        expect(again["complete"], f"{call} {count}: {again}")
        last = opened(world, "us", *pack(world, "cn", "us", world.folder / "back"))
        expect(last["answers"]["stored"] == 3, f"{call} {count}: {last}")
        audit_both(world)
    expect(kills >= 10, f"the opening was killed {kills} times only")


CASES = [pouch_by_hand, pouch_beside_nodes, pouch_killed]
