"""The main job: a request asked, clarified, answered and judged; its proof checked elsewhere."""

import random
import shutil

from ledger import audit_both
from parley import Failed, done, exhibit, expect, make_world, run

FLIPPED_POSITIONS = 40


def exchange(place):
    """Eight statements and four openings; both nodes fold them alike; files alone prove them."""
    world = make_world(place / "w")
    evidence = exhibit(place)
    accounts = exhibit(place, name="accounts.json", size_bytes=70_000, seed=2)
    try:
        world.serve("us", "cn")
        thread, statements = converse(world, evidence, accounts)
        check_exhibits(world, place, statements, evidence, accounts)
        # Every opening of an exhibit is a statement too.
        world.agreed(thread, 12)
        check_proof(world, place, thread)
        (skew,) = world.said("us", "log", "show")["clockSkews"]
        expect(
            skew["party"] == "cn" and abs(skew["secondsAhead"]) < 60,
            f"two nodes of one machine have one clock: {skew}")
        world.stop()
        expect(
            len(audit_both(world)) == 12, "both ledgers should hold the twelve statements")
    finally:
        world.kill()


def converse(world, evidence, accounts):
    """Runs the exchange; the thread's id and the statements that commands printed, by act."""
    statements = {}

    def say(party, *arguments):
        said = world.said(party, "request", *arguments)
        statements[said["act"]] = said["statement"]
        # The other side acts on what it has received, so each step is let through first.
        return said["thread"], world.agreed(said["thread"], len(statements))

    thread, _ = say(
        "us", "new", "--to", "cn", "--kind", "information", "--urgency", "normal",
        "--text", "Which accounts used 192.0.2.14 on 3 November?", "--field", "authority=poc",
        "--attach", evidence)
    say("cn", "acknowledge", thread)
    _, paused = say("cn", "clarify", thread, "--text", "Which time zone are the log lines in?")
    expect(
        verdicts(paused)["answer"] == "paused",
        f"a question should pause the answer clock: {verdicts(paused)}")
    _, running = say("us", "clarify", thread, "--text", "Coordinated Universal Time.")
    expect(
        verdicts(running)["answer"] == "running",
        f"the clarification should set the answer clock running: {verdicts(running)}")
    say("cn", "accept", thread)
    _, answered = say(
        "cn", "answer", thread, "--text", "They are in the exhibit.", "--attach", accounts)
    expect(
        set(verdicts(answered).values()) == {"met"},
        f"every clock should be met: {verdicts(answered)}")
    say(
        "us", "review", thread, "--complete", "yes", "--usable", "yes", "--whole", "yes",
        "--reasoned", "yes")
    _, closed = say("us", "close", thread)
    expect(closed["state"] == "closed", f"the thread is {closed['state']}")
    expect(
        [one["effect"] for one in closed["statements"]] == ["applied"] * 8,
        f"an act was not applied: {closed['summary']}")
    check_receipts(closed)
    return thread, statements


def verdicts(shown):
    return {clock["name"]: clock["verdict"] for clock in shown["clocks"]}


def check_receipts(shown):
    for one in shown["statements"]:
        other = {"us/poc": "cn", "cn/poc": "us"}[one["from"]]
        expect(
            list(one["receipts"]) == [other], f"{one['act']} has receipts {one['receipts']}")


def check_exhibits(world, place, statements, evidence, accounts):
    """Both sides open both exhibits and find the bytes that were attached."""
    attached = {"request.submit": evidence, "request.answer": accounts}
    for party in ("us", "cn"):
        for act, original in attached.items():
            out = place / f"opened-{party}-{act}"
            world.said(party, "fetch", statements[act], "--out", out)
            opened = out / original.name
            expect(opened.exists(), f"{party} fetched {sorted(p.name for p in out.iterdir())}")
            expect(
                opened.read_bytes() == original.read_bytes(),
                f"{party} opened other bytes of {original.name}")


def check_proof(world, place, thread):
    """The exported file convinces beside nothing but the agreement, and no changed bit does."""
    alone = place / "alone"
    alone.mkdir()
    for party in ("us", "cn"):
        world.said(party, "export", thread, "--out", alone / f"{party}.json")
    shutil.copy(world.agreement, alone / "agreement.json")
    here = world.said("us", "request", "show", thread)["summary"]
    for party in ("us", "cn"):
        verified = done("verify", f"{party}.json", "--agreement", "agreement.json", cwd=alone)
        expect(verified["verified"] is True, f"the export of {party} is not proven")
        expect(
            verified["summary"] == here,
            f"the export of {party} folds otherwise than its node: {verified['summary']!r}")
    flip_bits(alone)


def flip_bits(alone):
    export = (alone / "cn.json").read_bytes()
    chance = random.Random(2015)
    believed, silent = [], []
    for position in sorted(chance.sample(range(len(export)), FLIPPED_POSITIONS)):
        changed = bytearray(export)
        changed[position] ^= 1 << chance.randrange(8)
        (alone / "changed.json").write_bytes(changed)
        result = run(
            "verify", "changed.json", "--agreement", "agreement.json", "--json", cwd=alone)
        if result.code not in (2, 3):
            believed.append((position, result.code))
        elif not reasons(result):
            silent.append(position)
    expect(not believed, f"changed bytes were believed (position, exit code): {believed}")
    expect(not silent, f"no reason was printed for changes at {silent}")


def reasons(result):
    """What `parley verify` says is wrong: an error, or the faults of a file that it could read."""
    if result.err.strip():
        return [result.error["error"]]
    try:
        return [fault["reason"] for fault in result.json["faults"]]
    except (Failed, KeyError):
        return []


CASES = [exchange]
