"""Requests in due form: every kind on its basis in law, and what binds the two beside the state."""

import datetime
import json

from parley import PARTIES, exhibit, expect, make_world, run, until

# What a field holds does not matter to the node: a person reads it.
EMERGENCY = "a hospital's ventilators are to be switched off at 18:00 today"


def agreed_kinds(*more):
    """Terms with the bases that stand between two parties of the Convention on Cybercrime."""
    made = run("agreement", "terms", "--between", "us,jp", *more)
    expect(made.code == 0, str(made))
    return json.loads(made.out), made.err.decode()


def law_world(place):
    terms, left = agreed_kinds()
    # One basis more than stands: an agreement may look ahead to a treaty's entry into force.
    for kind in terms["requestKinds"]:
        if kind["name"] == "contact-point-assistance":
            kind["bases"].append(
                {"basis": "contact-point-assistance:un-cybercrime", "refusalGrounds": []})
    world = make_world(
        place / "w", parties=("us", "cn"), terms=terms,
        init_options={"cn": ["--jurisdiction", "JP"]})
    return world, terms, left


def refused(result, reason):
    expect(
        result.code == 2 and result.error["error"] == reason, f"{reason} expected of {result}")
    return result.error


def fields_of(error):
    """The keys that a refusal names, each with its article and an example."""
    lines = error["message"].splitlines()[1:]
    for line in lines:
        expect("(" in line and "such as: " in line, f"article and example are missing: {line}")
    return [line.split("--field ")[1].split("=")[0] for line in lines]


def every_kind(place):
    """Each kind that the law allows these two: refused without its fields, taken with them."""
    world, terms, left = law_world(place)
    try:
        world.serve("us", "cn")
        kinds = terms["requestKinds"]
        on_basis = [kind for kind in kinds if kind.get("bases")]
        expect(len(kinds) + left.count("left out: ") == 18, f"not eighteen kinds: {left}")
        expect(len(on_basis) >= 10, f"only {len(on_basis)} kinds have a basis")
        for kind in kinds:
            submit(world, kind)
        again = world.said("us", "request", "list")["threads"]
        expect(len(again) == len(kinds), "every kind should have its thread")
        bad_bases(world)
        world.stop()
    finally:
        world.kill()


def submit(world, kind):
    urgency = "emergency" if "normal" not in kind["clocks"] else "normal"
    command = [
        "request", "new", "--to", "cn", "--kind", kind["name"], "--urgency", urgency, "--text",
        "What is asked, in words."]
    fields = []
    if urgency == "emergency":
        refused(world.say("us", *command), "emergency-not-shown")
        command += ["--field", f"emergency={EMERGENCY}"]
    if kind.get("bases"):
        keys = fields_of(refused(world.say("us", *command), "fields-missing"))
        expect(keys, "a basis asks for something")
        for key in keys:
            fields += ["--field", f"{key}=as it is"]
    said = world.said("us", *command, *fields)
    thread = said["thread"]
    both = world.agreed(thread, 1)
    expect(
        ("basis" in both) == bool(kind.get("bases")), f"{kind['name']}: basis in {both.keys()}")
    if kind.get("bases"):
        expect(both["basis"] == said["basis"], "the basis said is the basis shown")
        checked = world.said("cn", "request", "check", thread)
        expect(
            checked["complete"] and checked["sameLaw"] and checked["law"] == both["law"],
            f"the other side should find it complete, by the same tables: {checked}")


def bad_bases(world):
    ask = ["request", "new", "--to", "cn", "--text", "Words.", "--kind"]
    refused(
        world.say("us", *ask, "preservation", "--basis", "preservation:malabo"),
        "basis-not-agreed")
    error = refused(
        world.say(
            "us", *ask, "contact-point-assistance", "--basis",
            "contact-point-assistance:un-cybercrime"), "basis-not-open")
    expect("ets185" in error["hint"], f"the hint should name what stands: {error}")
    refused(
        world.say("us", *ask, "domain-registration", "--basis", "domain-registration:cets224"),
        "basis-not-agreed")
    refused(
        world.say("us", "request", "new", "--to", "cn", "--kind", "preservation", "--field", "a=b"),
        "fields-missing")


def undertakings(place):
    """Call back, consultation, conditions that follow exhibits, holds and what goes on from them."""
    world, _, _ = law_world(place)
    evidence = exhibit(place, name="mail.log")
    try:
        world.serve("us", "cn")
        called_back(world)
        consulted(world)
        preserved, stored = held(world)
        conditions(world, place, stored, evidence)
        shown = world.said("us", "request", "show", preserved)
        expect(shown["hold"]["standing"] == "held", f"it should be held: {shown['hold']}")
        world.stop()
    finally:
        world.kill()


class Talk:
    """A thread, told statement by statement, each let through before the next."""

    def __init__(self, world, *new):
        self.world = world
        self.thread = world.said("us", "request", "new", "--to", "cn", *new)["thread"]
        self.count = 1
        self.shown = world.agreed(self.thread, 1)

    def say(self, party, verb, *arguments):
        self.world.said(party, "request", verb, self.thread, *arguments)
        self.count += 1
        self.shown = self.world.agreed(self.thread, self.count)
        return self.shown

    def refused(self, party, reason, verb, *arguments):
        return refused(self.world.say(party, "request", verb, self.thread, *arguments), reason)


def asked(kind, *keys, urgency="normal"):
    fields = [f"{key}=as it is" for key in keys]
    return [
        "--kind", kind, "--urgency", urgency, "--text", "What is asked, in words.",
        *(word for field in fields for word in ("--field", field))]


def called_back(world):
    talk = Talk(
        world, *asked(
            "preservation", "authority", "offence-facts", "data", "necessity", "mla-intent",
            urgency="emergency"), "--field", f"emergency={EMERGENCY}")
    talk.refused("cn", "authority-not-confirmed", "accept")
    talk.refused("cn", "authority-unknown", "authority", "perhaps", "--text", "Well.")
    talk.refused("cn", "body-missing", "authority", "confirmed")
    talk.say("cn", "authority", "not-reached", "--text", "The listed number rang out.")
    talk.refused("cn", "authority-not-confirmed", "answer", "--text", "Here it is.")
    shown = talk.say("cn", "authority", "confirmed", "--text", "The duty desk, by its listed number.")
    expect(
        [one["verdict"] for one in shown["authorityChecks"]] == ["not-reached", "confirmed"],
        f"both calls should be shown: {shown['authorityChecks']}")
    talk.say("cn", "accept")


def consulted(world):
    talk = Talk(world, *asked("mla-general", "authority", "assistance", "offence"))
    talk.refused("cn", "ground-not-agreed", "refuse", "--ground", "trivial", "--text", "No.")
    talk.refused("cn", "consultation-missing", "refuse", "--ground", "sovereignty", "--text", "No.")
    shown = talk.say(
        "cn", "consult", "--ground", "sovereignty", "--text", "Could the period be shorter?")
    expect(shown["turn"] == "us", "it should be the requester's turn")
    talk.refused("cn", "consultation-open", "refuse", "--ground", "sovereignty", "--text", "No.")
    talk.say("us", "consult", "--text", "March alone would do.")
    talk.refused(
        "cn", "consultation-missing", "refuse", "--ground", "political-offence", "--text", "No.")
    shown = talk.say("cn", "refuse", "--ground", "sovereignty", "--text", "The reasons are these.")
    expect(shown["state"] == "refused", f"refused, not {shown['state']}")


def held(world):
    talk = Talk(
        world, *asked("preservation", "authority", "offence-facts", "data", "necessity",
                      "mla-intent"))
    now = datetime.datetime.now(datetime.timezone.utc)
    day = lambda days: (now + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")
    talk.say("cn", "acknowledge")
    talk.refused("us", "nothing-held", "renew", "--until", day(90))
    talk.refused("cn", "hold-too-short", "hold", "--until", day(59))
    talk.say("cn", "hold", "--until", day(61))
    talk.refused("us", "hold-not-longer", "renew", "--until", day(60))
    shown = talk.say("us", "renew", "--until", day(90))
    expect(shown["hold"]["asked"] == [day(90)], f"the renewal should be open: {shown['hold']}")
    shown = talk.say("cn", "hold", "--until", day(90))
    expect(shown["hold"]["asked"] == [], f"the renewal should be granted: {shown['hold']}")
    talk.say("cn", "answer", "--text", "It is held.")
    stored = Talk(
        world, *asked("stored-data", "authority", "assistance", "offence"), "--follows",
        talk.thread)
    expect(stored.shown["follows"] == talk.thread, "it should go on from the preservation")
    return talk.thread, stored


def conditions(world, place, talk, evidence):
    early = exhibit(place, name="early.log", seed=3)
    talk.say("cn", "acknowledge")
    talk.refused("us", "no-open-conditions-answered", "conditions", "--accept")
    talk.refused("cn", "condition-malformed", "conditions", "--propose", "Only here", "--text", "x")
    talk.refused("cn", "body-missing", "conditions", "--propose", "confidential")
    before = world.said(
        "cn", "request", "answer", talk.thread, "--part", "--text", "A part.", "--attach", early)
    talk.count += 1
    world.agreed(talk.thread, talk.count)
    shown = talk.say(
        "cn", "conditions", "--propose", "use-only-for-case", "--propose", "confidential", "--text",
        "Only for the case named in the request; not to be disclosed before trial.")
    answer = next(one for one in shown["clocks"] if one["name"] == "answer")
    expect(answer["verdict"] == "paused", f"the answer clock should stand still: {answer}")
    shown = talk.say("us", "conditions", "--accept")
    (bound,) = shown["conditions"]
    expect(
        bound["standing"] == "accepted"
        and bound["conditions"] == ["confidential", "use-only-for-case"], f"accepted: {bound}")
    after = world.said(
        "cn", "request", "answer", talk.thread, "--text", "The rest.", "--attach", evidence)
    talk.count += 1
    world.agreed(talk.thread, talk.count)
    for said, expected in ((before, 0), (after, 1)):
        fetched = world.said("us", "fetch", said["statement"], "--out", place / said["statement"][7:15])
        expect(
            len(fetched["conditions"]) == expected,
            f"{expected} sets of conditions should bind {said['act']}: {fetched['conditions']}")
        (chain,) = world.said("us", "custody", "show", said["statement"])["chains"]
        expect(chain["conditions"] == fetched["conditions"], f"chain of custody: {chain}")
    # They go with the exhibits to whoever gets the package.
    world.said("us", "custody", "export", talk.thread, "--out", place / "package")
    checked = run(
        "custody", "check", place / "package", "--agreement", world.agreement, "--json")
    chains = json.loads(checked.out)["chains"]
    expect(
        sorted(len(one["conditions"]) for one in chains) == [0, 1], f"in the package: {chains}")


def proceedings(place):
    """What came of a request, told to two parties from the opening to the sanction."""
    world = make_world(place / "w")
    try:
        world.serve("us", "cn", "acme")
        request = world.said(
            "cn", "request", "new", "--to", "us", "--kind", "information", "--text", "Who was it?")
        world.agreed(request["thread"], 1)
        told = world.said(
            "us", "proceeding", "open", "--to", "cn", "--to", "acme", "--from", request["thread"],
            "--provision", "18 USC 1030(a)(2)", "--text", "Case 26-cr-101 has been opened.")
        follow(world, place, told["thread"])
        linked = world.said("cn", "request", "show", request["thread"], "--links")["followers"]
        expect(
            [(one["thread"], one["state"], one["outcome"]) for one in linked]
            == [(told["thread"], "closed", "convicted")], f"the request leads to it: {linked}")
        prove(world, place, told["thread"])
        world.stop()
    finally:
        world.kill()


def follow(world, place, thread):
    count = [1]

    def say(party, verb, *arguments):
        said = world.said(party, "proceeding", verb, thread, *arguments)
        count[0] += 1
        settle(world, thread, count[0])
        return said

    def no(party, reason, verb, *arguments):
        refused(world.say(party, "proceeding", verb, thread, *arguments), reason)

    settle(world, thread, 1)
    no("cn", "act-not-by-side", "charge", "--provision", "285", "--text", "x")
    no("us", "not-charged", "decide", "--outcome", "convicted", "--text", "x")
    no("us", "outcome-unknown", "decide", "--outcome", "guilty", "--text", "x")
    no("us", "provision-malformed", "charge", "--provision", "x" * 101, "--text", "x")
    no("us", "act-not-in-state", "sanction", "--provision", "1", "--text", "x")
    say("us", "charge", "--provision", "18 USC 1030(a)(2)", "--text", "Two persons are charged.")
    say("acme", "ask", "--text", "Has a date been set?")
    expect(
        thread in [one["thread"] for one in world.said("us", "inbox")["threads"]],
        "a question should be in the conducting side's inbox")
    say("us", "report", "--text", "The third of May.")
    expect(world.said("us", "inbox")["threads"] == [] or thread not in [
        one["thread"] for one in world.said("us", "inbox")["threads"]], "answered, it is not")
    say("us", "try")
    judgement = exhibit(place, name="judgement.pdf", size_bytes=20_000)
    say("us", "decide", "--outcome", "convicted", "--text", "The judgement is attached.", "--attach", judgement)
    no("us", "body-missing", "sanction", "--provision", "18 USC 1030(c)(2)(B)")
    say("us", "sanction", "--provision", "18 USC 1030(c)(2)(B)", "--text", "Four years.")
    say("us", "close")
    no("us", "act-not-in-state", "report", "--text", "More.")
    shown = world.said("acme", "proceeding", "show", thread)
    expect(
        shown["outcome"] == "convicted" and shown["subject"] == "proceeding"
        and [step["act"].split(".")[1] for step in shown["steps"]]
        == ["open", "charge", "try", "decide", "sanction", "close"], f"the steps: {shown['steps']}")
    listed = world.said("acme", "proceeding", "list")["threads"]
    expect([one["thread"] for one in listed] == [thread], "the company should have one proceeding")


def settle(world, thread, count):
    """Waits until all three nodes hold `count` statements with times and fold them alike."""
    def look():
        world.check_alive()
        shown = [world.say(party, "proceeding", "show", thread) for party in PARTIES]
        if any(one.code != 0 for one in shown):
            return False
        pages = [one.json for one in shown]
        states = {(one["state"], one["outcome"], len(one["statements"])) for one in pages}
        return len(states) == 1 and all(
            len(page["statements"]) == count and all("time" in one for one in page["statements"])
            for page in pages)

    until(look, lambda: f"three nodes should hold {count} statements: " + str([
        (one.json["state"], len(one.json["statements"])) if one.code == 0 else str(one)
        for one in (world.say(party, "proceeding", "show", thread) for party in PARTIES)]))


def prove(world, place, thread):
    """A third person checks it from one file and the agreement."""
    file = place / "proceeding.json"
    world.said("cn", "export", thread, "--out", file)
    proven = run("verify", file, "--agreement", world.agreement, "--json")
    expect(proven.code == 0, str(proven))


CASES = [every_kind, undertakings, proceedings]
