"""What is to be done next, and what was said where: the folds that commands read."""

import os
import stat

from case_dialogue import later
from parley import expect, make_world, run, until


def queue_and_search(place):
    """Two nodes: the queue of each, words in two languages, and views that can be lost."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        world.serve("us", "cn")
        first = world.said(
            "us", "request", "new", "--to", "cn", "--kind", "information", "--urgency", "urgent",
            "--text", "Ransomware 勒索软件 hit a hospital; whose address is 192.0.2.1?")
        world.agreed(first["thread"], 1)
        asked = world.said("us", "queue")["threads"][0]["lastSettled"]
        until(lambda: later(0) > asked, "a second should pass, so that one is due before the other")
        second = world.said(
            "cn", "request", "new", "--to", "us", "--kind", "preservation", "--urgency", "normal",
            "--text", "钓鱼邮件：请保全日志。", "--language", "zh")
        world.agreed(second["thread"], 1)
        queues(world, first["thread"], second["thread"])
        words(world, first, second)
        disposable(world, first["thread"], second["thread"])
        limits(world)
        world.stop()
    finally:
        world.kill()


def queued(world, party, *options):
    return [one["thread"] for one in world.said(party, "queue", *options)["threads"]]


def queues(world, first, second):
    expect(queued(world, "cn") == [first, second], "the one asked first is due first")
    expect(queued(world, "cn", "--ours") == [first], "cn is to act on what it was asked")
    expect(queued(world, "cn", "--theirs") == [second], "us is to act on the other")
    expect(queued(world, "us", "--ours") == [second], "the other way round")
    expect(queued(world, "us", "--overdue") == [], "nothing is late yet")
    expect(queued(world, "us", "--silent") == [], "nobody was silent")
    expect(queued(world, "us", "--kind", "preservation") == [second], "one is a preservation")
    expect(queued(world, "us", "--party", "cn", "--limit", "1") == [first], "the first alone")
    expect(queued(world, "us", "--party", "acme") == [], "acme has no part in it")
    inbox = [one["thread"] for one in world.said("us", "inbox")["threads"]]
    expect(inbox == [second], "the inbox is what is ours")
    row = world.said("cn", "queue", "--ours")["threads"][0]
    expect(
        row["ours"] and row["clock"] == "acknowledge" and row["turn"] == "cn"
        and row["state"] == "submitted" and "due" in row and not row["overdue"],
        f"the row should say what is to be done: {row}")
    lines = run("queue", "--home", world.home("cn")).out.decode()
    expect("OURS" in lines and "(us)" in lines and "(cn)" in lines, f"both sides' time: {lines}")
    # One more statement: the other side's next command knows of it.
    said = world.said("cn", "request", "acknowledge", first)
    expect(said["act"] == "request.acknowledge", str(said))
    until(
        lambda: [
            one["state"] for one in world.said("us", "queue", "--theirs")["threads"]
        ] == ["acknowledged"], "us should see the acknowledgement in its queue")
    world.agreed(first, 2)


def found(world, party, *arguments):
    return [one["statement"] for one in world.said(party, "search", *arguments)["statements"]]


def words(world, first, second):
    for party in ("us", "cn"):
        until(
            lambda: found(world, party, "钓鱼") == [second["statement"]],
            f"{party} should find a word of two characters")
        expect(found(world, party, "hospital") == [first["statement"]], "an English word")
        expect(found(world, party, "勒索软件") == [first["statement"]], "a longer word")
        expect(found(world, party, "RANSOMWARE", "软件") == [first["statement"]], "both at once")
        expect(found(world, party, "软勒") == [], "characters that do not stand together")
        expect(found(world, party, "hospital", "钓鱼") == [], "of two statements")
        answer = world.said(party, "search", first["thread"][:12])
        expect(answer["threads"] == [first["thread"]], "a thread by the beginning of its id")
        expect(found(world, party, second["statement"]) == [second["statement"]], "by its id")
    snippet = world.said("us", "search", "勒索")["statements"][0]["snippet"]
    expect(snippet.startswith("Ransomware 勒索软件 hit"), f"words around: {snippet}")


def disposable(world, first, second):
    """Lost, damaged or rebuilt: the same rows again, for the owner's eyes only."""
    file = world.home("us") / "views.sqlite"
    expect(stat.S_IMODE(file.stat().st_mode) == 0o600, "only the owner may read the views")
    rows = world.said("us", "queue")
    world.said("us", "views", "rebuild")
    expect(world.said("us", "queue") == rows, "the same after a rebuild")
    status = world.said("us", "views", "status")
    expect(
        status["threads"] == 2 and status["texts"] == 2 and not status["behind"],
        f"two threads, two texts: {status}")
    for name in ("views.sqlite", "views.sqlite-wal", "views.sqlite-shm"):
        (world.home("us") / name).unlink(missing_ok=True)
    expect(world.said("us", "queue") == rows, "the same after it was deleted")
    for name in ("views.sqlite-wal", "views.sqlite-shm"):
        (world.home("us") / name).unlink(missing_ok=True)
    file.write_bytes(os.urandom(20_000))
    expect(world.said("us", "queue") == rows, "the same after it was damaged")
    expect(len(found(world, "us", "钓鱼")) == 1, "its words too")


def limits(world):
    for arguments, code, reason in (
        (["search", "a" * 513], 2, "search-too-long"),
        (["search", *(f"w{number}" for number in range(33))], 2, "search-too-many-words"),
        (["search", "?!"], 2, "search-empty"),
        (["queue", "--limit", "1001"], 64, "usage"),
        (["search", "word", "--limit", "0"], 64, "usage"),
        (["queue", "--ours", "--theirs"], 64, "usage"),
        (["queue", "--party", "No Party"], 2, "party-malformed"),
    ):
        result = world.say("us", *arguments)
        expect(
            result.code == code and result.error["error"] == reason and result.error["hint"],
            f"{reason} expected of {result}")
    expect(world.said("us", "search", "a" * 512)["statements"] == [], "as long as may be")


CASES = [queue_and_search]
