"""Everything else two governments and a company say to one another, between real nodes."""

import datetime
import hashlib
import json

from parley import exhibit, expect, make_world, run, until

DIALOGUE = {
    "dialogue": {
        "clocks": {
            "incident": {"acknowledge": {"hours": 24}},
            "allegation": {
                "acknowledge": {"hours": 24}, "answer": {"workingDays": 20},
                "evidence": {"workingDays": 20}},
            "concern": {"acknowledge": {"hours": 48}, "answer": {"workingDays": 20}},
            "notice": {"comment": {"calendarDays": 10}, "answer": {"calendarDays": 30}},
            "session": {"agree": {"workingDays": 10}},
            "hotline": {"acknowledge": {"minutes": 30}, "follow-up": {"hours": 24}},
        },
        "sessionMonths": 6,
        "ladders": {
            "us": [{"post": "duty-officer", "afterMinutes": 0}],
            "cn": [{"post": "duty-officer", "afterMinutes": 0},
                   {"post": "director", "afterMinutes": 30}]},
    }
}


class Talk:
    """One thread of a kind, as it grows: every statement reaches every party in it."""

    def __init__(self, world, kind, opener, opening, *arguments, parties=("us", "cn")):
        self.world, self.kind, self.parties, self.count = world, kind, parties, 1
        others = [word for party in parties if party != opener for word in ("--to", party)]
        self.opening = world.said(opener, kind, opening, *others, *arguments)
        self.thread = self.opening["thread"]
        self.shown = self.settled()

    def say(self, party, act, *arguments):
        said = self.world.said(party, self.kind, act, self.thread, *arguments)
        self.count += 1
        self.shown = self.settled()
        return said

    def beside(self, count=1):
        """Counts what another command said in the thread."""
        self.count += count
        self.shown = self.settled()

    def no(self, party, reason, act, *arguments):
        result = self.world.say(party, self.kind, act, self.thread, *arguments)
        expect(
            result.code == 2 and result.error["error"] == reason and result.error.get("message"),
            f"{reason} expected of {result}")

    def settled(self):
        pages = {}

        def look():
            self.world.check_alive()
            for party in self.parties:
                result = self.world.say(party, self.kind, "show", self.thread)
                pages[party] = result.json if result.code == 0 else {"statements": []}
            lines = [
                [line for line in page.get("summary", party).splitlines()
                 if not line.startswith("entry")] for party, page in pages.items()]
            return all(
                lines[0] == other and len(page["statements"]) == self.count
                and all("time" in one for one in page["statements"])
                for other, page in zip(lines, pages.values()))

        until(look, lambda: f"{self.kind}: {self.count} statements, alike: " + str({
            party: (page.get("state"), len(page["statements"])) for party, page in pages.items()}))
        irregular = [
            one for one in pages[self.parties[0]]["statements"] if one["effect"] != "applied"]
        expect(not irregular, f"nothing should be irregular: {irregular}")
        return pages[self.parties[0]]

    def stands(self, state, turn=None):
        expect(
            self.shown["state"] == state and self.shown.get("turn") == turn,
            f"{self.kind} should be {state}, {turn}'s turn: "
            f"{self.shown['state']}, {self.shown.get('turn')}")

    def clock(self, name):
        return [one["verdict"] for one in self.shown["clocks"] if one["name"] == name][-1]

    def points(self, kind):
        return [one["standing"] for one in self.shown["points"] if one["kind"] == kind]


def in_world(play):
    def case(place):
        world = make_world(place / "w", terms=DIALOGUE)
        try:
            world.serve("us", "cn", "acme")
            play(world, place)
            world.stop()
        finally:
            world.kill()

    case.__name__, case.__doc__ = play.__name__, play.__doc__
    return case


def later(days):
    when = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


@in_world
def incidents(world, place):
    """Incidents told to two, counted as one campaign by each side for itself, joined and split."""
    first = Talk(
        world, "incident", "us", "report", "--text", "A mail server was entered.",
        "--field", "victim=a supplier", "--attach", exhibit(place),
        parties=("us", "cn", "acme"))
    first.stands("reported", "acme, cn")
    expect(first.clock("acknowledge") == "running", "its clock runs")
    first.no("us", "act-not-by-side", "acknowledge")
    first.say("cn", "acknowledge")
    first.say("acme", "ask", "--text", "Which version of the server?")
    first.stands("acknowledged", "us")
    first.no("acme", "no-open-question-answered", "answer", "--text", "x")
    first.say("us", "answer", "--text", "The one before last.")
    first.stands("acknowledged")
    second = Talk(world, "incident", "cn", "report", "--text", "So was ours.", "--exercise")
    expect(second.shown["exercise"], "an exercise says so")
    first.say("us", "update", "--text", "It began in January.", "--about", second.thread)
    campaign = Talk(
        world, "campaign", "us", "open", "--text", "One set of tools.", "--about", first.thread)
    campaign.no("cn", "term-missing", "join", "--text", "Ours too.")
    campaign.say("cn", "join", "--text", "Ours too.", "--about", second.thread)
    campaign.say("cn", "join", "--text", "And theirs.", "--about", first.thread)
    expect(
        campaign.shown["members"] == {first.thread: ["cn", "us"], second.thread: ["cn"]},
        f"counted by each: {campaign.shown['members']}")
    campaign.say("us", "split", "--text", "Another actor.", "--about", first.thread)
    expect(campaign.shown["members"][first.thread] == ["cn"], "one side counts it no longer")
    campaign.no("cn", "act-not-by-side", "close")
    campaign.say("us", "close")
    first.say("us", "close")
    first.stands("closed")


@in_world
def allegations(world, place):
    """Alleged, evidence asked and given, denied, rebutted, found out together; and lapses, ends."""
    talk = Talk(
        world, "allegation", "us", "make", "--text", "A string of intrusions.",
        "--claim", "machine:high:nearly-certain", "--claim", "territory:moderate:likely",
        "--attach", exhibit(place))
    talk.stands("alleged", "cn")
    made = talk.shown["statements"][0]["terms"]["claims"]
    expect([one["level"] for one in made] == ["machine", "territory"], f"claims: {made}")
    talk.say("us", "claim", "--claim", "state:low:even", "--text", "The hours of work.")
    talk.no("us", "act-not-by-side", "deny", "--text", "x")
    talk.no("cn", "nothing-overdue", "lapse")
    talk.say("cn", "acknowledge")
    talk.say("cn", "evidence-ask", "--text", "Samples, please.")
    expect(talk.clock("answer") == "paused" and talk.points("evidence") == ["open"], "it waits")
    talk.stands("acknowledged", "us")
    talk.say("us", "evidence-give", "--text", "Two samples.", "--attach", exhibit(place, seed=2))
    expect(talk.clock("answer") == "running", "it runs on")
    talk.say("cn", "deny", "--text", "Tracing is hard; the evidence is no full chain.")
    talk.stands("denied", "us")
    expect(talk.clock("answer") == "met", "a denial is an answer")
    talk.say("us", "rebut", "--text", "The chain is in exhibit two.", "--attach",
             exhibit(place, seed=3))
    counter = Talk(
        world, "allegation", "cn", "make", "--claim", "organisation:moderate:likely", "--counters",
        talk.thread, "--text", "The other side did the same.")
    counter.say("us", "evidence-ask", "--text", "Which systems?")
    counter.say("cn", "withdraw", "--text", "For now.")
    counter.stands("withdrawn")
    proposed = talk.say(
        "us", "finding-propose", "--text", "Both find …", "--also", "zh-Hans=双方认定……")
    talk.no("us", "no-open-finding-answered", "finding-agree")
    talk.say("cn", "finding-decline", "--text", "Not this sentence.")
    talk.say("cn", "finding-propose", "--text", "Both find that …", "--also", "zh-Hans=双方认为……")
    talk.say("us", "finding-agree")
    talk.stands("joint-finding", "cn")
    expect(talk.points("finding") == ["declined", "agreed"], "one declined, one agreed")
    expect(
        world.say("cn", "text", "publish", proposed["statement"]).error["error"]
        == "publication-not-agreed", "what was declined is not published by the other")
    talk.say("cn", "remedy", "--text", "Two persons were dismissed.")
    talk.say("us", "close")
    for reason, words in (
            ("claim-malformed", ("--claim", "state")), ("level-unknown", ("--claim", "firm:low:even")),
            ("term-missing", ()), ("party-unknown", ("--claim", "state:low:even", "--to", "xx"))):
        result = world.say("us", "allegation", "make", "--to", "cn", "--text", "x", *words)
        expect(result.code == 2, f"{reason}: {result}")
    result = world.say(
        "us", "allegation", "make", "--to", "acme", "--claim", "state:low:even", "--text", "x")
    expect(result.error["error"] == "party-kind-wrong", str(result))


@in_world
def commitments(world, place):
    """Made in two languages, joined by the other, contested and supported, judged by each."""
    talk = Talk(
        world, "commitment", "us", "make", "--text", "Neither will …", "--also",
        "zh-Hans=双方均不……", "--machine", "fr=Aucune …")
    words = world.said("cn", "text", "show", talk.opening["statement"])
    ranks = {one["language"]: (one["authentic"], one["machine"]) for one in words["texts"]}
    expect(
        ranks == {"en": (True, False), "zh-Hans": (True, False), "fr": (False, True)},
        f"languages: {ranks}")
    talk.say("cn", "join")
    talk.stands("joint")
    publish = world.said("cn", "text", "publish", talk.opening["statement"])
    talk.beside()
    published = world.home("us") / "blobs"
    digest = words["text"]
    (file,) = [
        one for one in published.rglob("*") if one.is_file()
        and "sha256:" + hashlib.sha256(one.read_bytes()).hexdigest() == digest]
    text = run("text", "check", file, "--digest", digest, "--json")
    expect(text.json["languages"] == ["en", "zh-Hans"], f"what both signed: {text}")
    changed = place / "changed.json"
    changed.write_text(file.read_text().replace("双方均不", "双方不会"))
    result = run("text", "check", changed, "--digest", digest, "--json")
    expect(result.code == 3 and result.error["error"] == "text-differs", str(result))
    expect(publish["act"] == "text.publish", str(publish))
    talk.say("us", "contest", "--text", "A company's designs were taken.", "--attach",
             exhibit(place))
    talk.say("cn", "support", "--text", "Twelve cases were tried.")
    talk.say("us", "clarify", "--text", "It does not cover spying for a state's own ends.")
    talk.say("us", "judge", "--verdict", "partly")
    talk.say("cn", "judge", "--verdict", "yes")
    talk.say("us", "judge", "--verdict", "unclear")
    expect(talk.shown["verdicts"] == {"cn": "yes", "us": "unclear"}, str(talk.shown["verdicts"]))
    talk.no("us", "verdict-unknown", "judge", "--verdict", "perhaps")
    talk.no("cn", "act-not-by-side", "end", "--text", "x")
    talk.say("us", "end", "--text", "Replaced by another.")
    talk.stands("closed")


@in_world
def concerns(world, place):
    """A company's concern, put to the other side without its name, answered, judged, reopened."""
    secret = "ACME-PROJECT-7"
    own = Talk(
        world, "concern", "acme", "raise", "--text", "The rule asks for source code.", "--field",
        f"project={secret}", parties=("acme", "us"))
    expect(own.clock("acknowledge") == "running", "its clock runs")
    result = world.say("us", "concern", "pass", own.thread, "--to", "cn", "--named")
    expect(result.error["error"] == "company-unnamed", str(result))
    put = world.said("us", "concern", "pass", own.thread, "--to", "cn")
    own.beside()
    own.stands("acknowledged", "us")
    again = world.said("us", "concern", "pass", own.thread, "--to", "cn")
    expect(again["thread"] == put["thread"], "it is put once")
    own.beside()
    talk = Talk.__new__(Talk)
    talk.world, talk.kind, talk.parties, talk.count = world, "concern", ("us", "cn"), 1
    talk.thread, talk.shown = put["thread"], None
    talk.shown = talk.settled()
    unread(world, place, talk, secret)
    talk.no("cn", "until-not-later", "assure", "--until", "2026-01-01T00:00:00Z", "--text", "x")
    talk.say("cn", "assure", "--until", later(20), "--text", "It will be answered.")
    talk.stands("assured", "cn")
    talk.say("cn", "ask", "--text", "Which article?")
    talk.stands("assured", "us")
    expect(talk.clock("answer") == "paused", "the answer waits")
    talk.say("us", "explain", "--text", "Article 4.")
    talk.say("cn", "answer", "--text", "It asks for none.", "--attach", exhibit(place))
    expect(talk.clock("assurance") == "met", "the promise is kept")
    own.say("us", "answer", "--text", "They say that it asks for none.")
    own.say("acme", "judge", "--verdict", "no", "--text", "It does, in annex 2.")
    own.say("acme", "reopen", "--text", "Annex 2 is not answered.")
    own.stands("raised", "us")
    expect(own.clock("answer") == "running", "with clocks of its own")
    talk.say("us", "judge", "--verdict", "partly")
    talk.no("cn", "act-not-by-side", "reopen", "--text", "x")
    talk.say("us", "close")
    named = world.said(
        "acme", "concern", "raise", "--to", "us", "--text", "We ask by name.", "--field",
        "disclosure=named")
    until(lambda: world.say("us", "concern", "show", named["thread"]).code == 0, "it should come")
    until(lambda: all("time" in one for one in world.said(
        "us", "concern", "show", named["thread"])["statements"]), "it should have a time")
    put = world.said("us", "concern", "pass", named["thread"], "--to", "cn", "--named")
    until(lambda: world.say("cn", "concern", "show", put["thread"]).code == 0, "it should come")
    opening = world.said("cn", "concern", "show", put["thread"])["statements"][0]["id"]
    world.said("cn", "fetch", opening, "--out", place / "named")
    body = json.loads((place / "named" / "body.json").read_text())
    expect(body["fields"] == {"company": "acme"}, f"named as it chose: {body}")


def unread(world, place, talk, secret):
    """What the company did not disclose stands in nothing that the other side holds."""
    opening = talk.shown["statements"][0]
    expect(opening["from"].startswith("us/") and opening["to"] == ["cn"], str(opening))
    world.said("cn", "fetch", opening["id"], "--out", place / "body")
    body = (place / "body" / "body.json").read_text()
    export = place / "thread.json"
    world.said("cn", "export", talk.thread, "--out", export)
    for text in (body, export.read_text()):
        expect(secret not in text and "acme" not in text, f"the company can be read: {text[:300]}")


@in_world
def notices(world, place):
    """Published in two languages, commented on by two, answered, revised with its differences."""
    first = place / "rule.txt"
    first.write_text("Article 1. Source code is deposited.\nArticle 2. It enters into force.")
    result = world.say(
        "cn", "notice", "publish", "--to", "us", "--until", later(2), "--text", "x")
    expect(result.error["error"] == "until-too-early", str(result))
    talk = Talk(
        world, "notice", "cn", "publish", "--until", later(30), "--text", f"@{first}", "--also",
        "zh-Hans=第一条……", parties=("cn", "us", "acme"))
    expect("commentsUntil" in talk.shown, "it is open until then")
    talk.no("cn", "act-not-by-side", "comment", "--text", "x")
    talk.say("us", "comment", "--text", "Deposited where?")
    talk.say("acme", "comment", "--text", "For how long?")
    talk.stands("opened", "cn")
    talk.no("cn", "answering-missing", "answer", "--text", "x")
    own = [one["id"] for one in talk.shown["points"] if one["by"] == "acme"]
    talk.say("cn", "answer", "--text", "Ten years.", "--answering", own[0])
    expect(talk.points("comment") == ["open", "answered"], "one is answered")
    talk.say("cn", "answer", "--text", "With an office.", "--all")
    second = place / "rule2.txt"
    second.write_text(first.read_text().replace("deposited", "deposited for ten years"))
    talk.say("cn", "revise", "--text", f"@{second}", "--also", "zh-Hans=第一条……")
    (step,) = world.said("acme", "notice", "diff", talk.thread)["versions"]
    expect(
        step["changes"] == [
            "- Article 1. Source code is deposited.",
            "+ Article 1. Source code is deposited for ten years.",
            "  Article 2. It enters into force."], f"the difference: {step}")
    result = world.say("us", "notice", "diff", talk.thread, "--language", "fr")
    expect(result.error["error"] == "language-missing", str(result))
    talk.say("cn", "conclude", "--text", f"@{second}", "--also", "zh-Hans=第一条……")
    talk.stands("concluded")
    talk.no("us", "act-not-in-state", "comment", "--text", "x")


@in_world
def sessions(world, place):
    """Date, agenda, minutes, outcomes and joint statement agreed by both; action items to the end."""
    talk = Talk(
        world, "session", "us", "propose", "--round", "1", "--date", later(-1), "--text",
        "Washington.")
    talk.stands("proposed", "cn")
    talk.say("cn", "move", "--date", later(-2))
    expect(talk.points("date") == ["superseded", "open"], "another date is proposed")
    talk.no("cn", "no-open-date-answered", "agree")
    talk.say("us", "agree")
    talk.stands("agreed")
    talk.say("cn", "delegation", "--text", "One minister, three offices.")
    talk.say("us", "agenda-propose", "--text", "1. Cases [2. Scope]", "--also", "zh-Hans=一、案件")
    talk.no("cn", "text-bracketed", "agenda-agree")
    talk.say("cn", "agenda-propose", "--text", "1. Cases", "--also", "zh-Hans=一、案件")
    talk.say("us", "agenda-agree", "--ad-referendum")
    talk.no("cn", "no-open-agenda-answered", "confirm")
    talk.say("us", "confirm")
    expect(talk.points("agenda") == ["superseded", "agreed"], "confirmed by the capital")
    talk.no("us", "act-not-in-state", "minutes-propose", "--text", "x")
    talk.say("us", "hold", "--date", later(-2))
    for text, agree in (("minutes", "us"), ("outcomes", "cn"), ("statement", "us")):
        propose = "cn" if agree == "us" else "us"
        talk.say(propose, f"{text}-propose", "--text", f"The {text}.", "--also", "zh-Hans=文本")
        talk.say(agree, f"{text}-agree")
    talk.no("us", "owner-not-in-thread", "action-add", "--owner", "acme", "--until", later(9),
            "--text", "x")
    talk.say("us", "action-add", "--owner", "cn", "--until", later(30), "--text", "Guidelines.")
    talk.say("cn", "action-add", "--owner", "us", "--until", later(60), "--text", "An exercise.")
    talk.say("us", "conclude")
    talk.stands("concluded", "cn")
    talk.no("us", "no-open-action-answered", "action-accept")
    talk.say("cn", "action-done", "--text", "Attached.", "--attach", exhibit(place))
    talk.say("us", "action-return", "--text", "One page is missing.")
    talk.say("cn", "action-done", "--text", "Attached.", "--attach", exhibit(place, seed=4))
    talk.say("us", "action-accept")
    expect(talk.points("action") == ["accepted", "open"], "one is kept, one is not yet")
    talk.stands("concluded", "us")


@in_world
def hotline(world, place):
    """A call up the ladder, acknowledged by a person, recorded, followed up; and a drill."""
    result = world.say("us", "hotline", "call", "--to", "cn", "--post", "Duty", "--text", "x")
    expect(result.error["error"] == "post-malformed", str(result))
    talk = Talk(
        world, "hotline", "us", "call", "--post", "duty-officer", "--text",
        "A hospital's systems are down.")
    talk.stands("calling", "cn")
    talk.no("cn", "act-not-by-side", "escalate", "--post", "director")
    talk.say("us", "escalate", "--post", "director")
    talk.say("cn", "acknowledge", "--post", "director")
    expect(
        talk.clock("acknowledge") == "met" and talk.clock("follow-up") == "running",
        "answered in time; the caller follows up")
    talk.say("cn", "record", "--text", "The address was blocked.")
    talk.say("us", "follow-up", "--text", "In writing: …", "--attach", exhibit(place))
    expect(talk.clock("follow-up") == "met", "followed up in time")
    talk.say("cn", "close")
    drill = Talk(
        world, "hotline", "cn", "call", "--post", "duty-officer", "--exercise", "--text", "A drill.")
    expect(drill.shown["exercise"], "a drill says so")
    drill.say("us", "acknowledge", "--post", "duty-officer")
    listed = world.said("us", "hotline", "list")["threads"]
    expect(
        sorted((one["state"], one["exercise"]) for one in listed)
        == [("acknowledged", True), ("closed", True)], f"calls and drills: {listed}")


CASES = [incidents, allegations, commitments, concerns, notices, sessions, hotline]
