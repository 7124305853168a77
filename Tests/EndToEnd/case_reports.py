"""Agenda, report of cases and scorecard: worked out by both nodes from one record."""

import html.parser
import json
import pathlib
import subprocess

from case_dialogue import Talk, in_world, later
from parley import environment, executable, exhibit, expect, run, until


@in_world
def reports(world, place):
    """The same bytes on both nodes, in text, page and JSON; a difference names its statements."""
    fill(world, place)
    instant = settled_instant(world)
    for words in (
            ("agenda",), ("agenda", "--language", "zh-Hans"), ("agenda", "--html"),
            ("report",), ("report", "--json"), ("report", "--html"),
            ("scorecard",), ("scorecard", "--json"),
            ("scorecard", "--html", "--language", "zh-Hans")):
        ours, theirs = (printed(world, party, words, instant) for party in ("us", "cn"))
        expect(ours == theirs, f"{words} differs:\n{ours.decode()}\n{theirs.decode()}")
        if "--html" in words:
            well_formed(ours.decode())
    agenda = {
        one["section"]: one["rows"]
        for one in json.loads(printed(world, "us", ("agenda", "--json"), instant))[
            "sections"]}
    expect(
        [row[4] for row in agenda["urgent"]] == ["Keep the logs."]
        and [row[1:3] for row in agenda["disputed"]] == [["denied", ""]]
        and [row[1:3] for row in agenda["commitments"]] == [["seen as partly kept", "us"]]
        and [row[1:3] for row in agenda["actions"]] == [["done, not accepted yet", "cn"]],
        f"the agenda: {agenda}")
    scores(world, place, instant)
    result = world.say("us", "agenda", "--with", "us")
    expect(result.code == 2, str(result))
    result = world.say(
        "us", "scorecard", "--with", "cn", "--from", later(0), "--until", later(-1))
    expect(result.code == 2 and result.error["error"] == "period-empty", str(result))


def fill(world, place):
    world.said(
        "us", "request", "new", "--to", "cn", "--kind", "preservation", "--urgency", "urgent",
        "--text", "Keep the logs.\nAll of them.")
    asked = world.said(
        "us", "request", "new", "--to", "cn", "--kind", "information", "--text", "Who was it?")
    request = Talk.__new__(Talk)
    request.world, request.kind, request.parties, request.count = world, "request", ("us", "cn"), 1
    request.thread = asked["thread"]
    request.settled()
    request.say("cn", "answer", "--text", "Nobody that we know.")
    request.say(
        "us", "review", "--complete", "no", "--usable", "yes", "--whole", "yes", "--reasoned", "no")
    claim = ("--claim", "machine:high:likely")
    Talk(world, "allegation", "us", "make", "--text", "An intrusion.", *claim).say(
        "cn", "deny", "--text", "No.")
    Talk(world, "allegation", "cn", "make", "--exercise", "--text", "A drill.", *claim)
    promise = Talk(world, "commitment", "us", "make", "--text", "Neither will …")
    promise.say("cn", "join")
    promise.say("us", "judge", "--verdict", "partly")
    promise.say("cn", "judge", "--verdict", "yes")
    session = Talk(
        world, "session", "us", "propose", "--round", "1", "--date", later(-1), "--text", "Here.")
    session.say("cn", "agree")
    session.say("us", "hold", "--date", later(-1))
    session.say("us", "action-add", "--owner", "cn", "--until", later(30), "--text", "Guidelines.")
    session.say("cn", "action-done", "--text", "Attached.", "--attach", exhibit(place))
    drill = Talk(
        world, "hotline", "us", "call", "--post", "duty-officer", "--exercise", "--text", "A drill.")
    drill.say("cn", "acknowledge", "--post", "duty-officer")


def settled_instant(world):
    """An instant after everything that was said, and not after what either node has."""
    times = [
        one["time"] for kind in ("request", "session", "commitment", "allegation", "hotline")
        for thread in world.said("us", kind, "list")["threads"] for one in thread["statements"]]
    until(lambda: later(0) > max(times), "a second should pass")
    return later(0)


def printed(world, party, words, instant):
    other = "cn" if party == "us" else "us"
    result = run(*words, "--with", other, "--at", instant, "--home", world.home(party))
    expect(result.code == 0, str(result))
    return result.out


def well_formed(page):
    """Every element that is opened is closed, in order."""
    class Checker(html.parser.HTMLParser):
        def __init__(self):
            super().__init__()
            self.open = []

        def handle_starttag(self, tag, attributes):
            if tag != "meta":
                self.open.append(tag)

        def handle_endtag(self, tag):
            expect(self.open and self.open.pop() == tag, f"{tag} is closed out of order")

    checker = Checker()
    checker.feed(page)
    expect(checker.open == ["html"], f"left open: {checker.open}")


def scores(world, place, instant):
    ours, theirs = place / "ours.json", place / "theirs.json"
    ours.write_bytes(printed(world, "us", ("scorecard", "--json"), instant))
    theirs.write_bytes(printed(world, "cn", ("scorecard", "--json"), instant))
    card = json.loads(ours.read_text())
    rows = {(one["party"], one["subject"], one["kind"], one["promise"]): one
            for one in card["timeliness"]}
    answered = rows["cn", "request", "information", "answer"]
    expect((answered["inTime"], answered["overdue"]) == (1, 0), str(answered))
    expect(rows["cn", "request", "preservation", "answer"]["open"] == 1, "one is open")
    expect(rows["cn", "allegation", "", "answer"]["inTime"] == 1, "a denial is an answer")
    quality = {one["party"]: one for one in card["quality"]}["cn"]
    expect(
        (quality["reviews"], quality["complete"], quality["usable"], quality["reasoned"])
        == (1, 0, 1, 0) and (quality["drills"], quality["drillsAnswered"]) == (1, 1)
        and quality["calls"] == 0, f"quality: {quality}")
    expect(
        len(card["sessions"]["held"]) == 1 and len(card["sessions"]["missed"]) == 1,
        f"one was due before the first: {card['sessions']}")
    same = run("scorecard", "compare", ours, theirs, "--json")
    expect(same.code == 0 and same.json["same"], str(same))
    (stopped,) = [
        one for one in card["promises"]
        if one["kind"] == "information" and one["promise"] == "answer"]
    changed = json.loads(theirs.read_text())
    for one in changed["promises"]:
        if one["thread"] == stopped["thread"] and one["promise"] == "answer":
            one["verdict"] = "running"
            del one["statement"], one["stop"]
    theirs.write_text(json.dumps(changed))
    apart = run("scorecard", "compare", ours, theirs, "--json")
    expect(apart.code == 3, str(apart))
    (difference,) = apart.json["differences"]
    expect(difference["statements"] == [stopped["statement"]], f"its cause: {difference}")
    theirs.write_text(json.dumps(changed | {"asOf": "2026-01-01T00:00:00Z"}))
    refused = run("scorecard", "compare", ours, theirs, "--json")
    expect(refused.code == 2 and refused.error["error"] == "scorecards-apart", str(refused))


def story(place):
    """The example's whole dialogue, between three nodes, as the demo plays it."""
    demo = pathlib.Path(__file__).parents[2] / "Examples" / "us-cn-2015" / "demo.sh"
    played = subprocess.run(
        [demo, "--all", "--keep", place / "w"], env=environment() | {"PARLEY": executable()},
        capture_output=True, text=True, timeout=900)
    expect(played.returncode == 0, played.stdout[-2000:] + played.stderr[-2000:])

    threads = json.loads((place / "w" / "threads.json").read_text())
    for name, kind, state in (
            ("allegation", "allegation", "disagreement"), ("promise", "commitment", "joint"),
            ("put", "concern", "judged"), ("first", "session", "concluded"),
            ("drill", "hotline", "closed"), ("case", "proceeding", "closed")):
        shown = run(kind, "show", threads[name], "--home", place / "w" / "us", "--json").json
        expect(shown["state"] == state, f"{name} should be {state}: {shown['state']}")
    well_formed((place / "w" / "agendazh-Hans.html").read_text())


CASES = [reports, story]
