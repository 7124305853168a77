"""Requests in due form: every kind on its basis in law, and what binds the two beside the state."""

import datetime
import json

from parley import exhibit, expect, make_world, run

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


CASES = [every_kind, undertakings]
