"""Those who follow a node's events: what each hears, what nobody may, and that nothing is missed."""

from case_service import API, people, serve_api
from events import Stream
from parley import expect, make_world

MOST_OF_ACCOUNT = 100


def kinds(heard):
    return [kind for kind, _ in heard]


def each_hears_their_own(place):
    """Changes reach whoever may see them, without a word of what was said, and nobody else."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        port = serve_api(world)
        world.serve("cn")
        people(world)
        names = ("officer", "auditor", "administrator")
        callers = {name: API(port).sign_in(name) for name in names}
        streams = {name: Stream(callers[name]) for name in names}
        said = world.said(
            "us", "request", "new", "--to", "cn", "--kind", "information",
            "--text", "Whose address is it?")
        heard = streams["officer"].until(lambda kind, _: kind == "receipt")
        statement = heard[0]
        expect(
            statement[0] == "statement" and statement[1] == {
                "act": "request.submit", "from": "us", "organ": "poc",
                "statement": said["statement"], "thread": said["thread"]}, str(heard))
        expect(
            heard[-1][1] == {
                "log": "cn", "statement": said["statement"], "thread": said["thread"]}, str(heard))
        expect("Whose" not in str(heard), "no words of it")
        expect(
            streams["auditor"].until(lambda kind, _: kind == "receipt") == heard,
            "an auditor hears of the record too")
        draft = callers["officer"].done("POST", "/drafts", {"act": "request.close"}, status=201)
        callers["officer"].done("DELETE", f"/drafts/{draft['draft']}", status=204)
        drafted = streams["officer"].until(lambda _, facts: facts.get("did") == "discarded")
        expect(
            [one for one in drafted if one[0] == "draft"] == [
                ("draft", {"did": did, "draft": draft["draft"]})
                for did in ("saved", "discarded")], str(drafted))
        callers["administrator"].done("PATCH", "/accounts/auditor", {"roles": ["company"]})
        administered = streams["administrator"].until(lambda _, facts: facts.get("account") == "auditor")
        expect(
            set(kinds(administered)) == {"account"}
            and administered[-1][1]["did"] == "account.change", str(administered))
        # What was taken from an account is taken from its stream.
        rest = streams["auditor"].rest()
        expect(set(kinds(rest)) <= {"proof", "receipt", "statement"}, str(rest))
        callers["auditor"].refused(403, "not-allowed", "GET", "/events")
        world.said("us", "user", "disable", "officer")
        rest = streams["officer"].rest()
        expect("account" not in kinds(rest), str(rest))
        callers["officer"].refused(401, "sign-in-needed", "GET", "/events")
        callers["administrator"].done("DELETE", "/session", status=204)
        streams["administrator"].rest()
        API(port).refused(401, "sign-in-needed", "GET", "/events")
        world.stop()
    finally:
        world.kill()


def nothing_missed(place):
    """Across broken connections and a killed node each event is heard once; a foreign place is told."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        port = serve_api(world)
        world.serve("cn")
        people(world)
        token = world.said("us", "token", "add", "officer", "program", "--role", "officer")["token"]
        program = API(port, token=token)

        def ask(text):
            said = world.said(
                "us", "request", "new", "--to", "cn", "--kind", "information", "--text", text)
            world.agreed(said["thread"], 1)
            return said["statement"]

        whole = Stream(program)
        begin = whole.last
        asked = [ask("one")]
        first = Stream(program, after=begin)
        heard = first.until(lambda kind, facts: facts.get("statement") == asked[0])
        first.close()
        asked.append(ask("two"))
        world.nodes["us"].process.kill()
        world.nodes.pop("us").process.wait()
        # Said while nobody serves and nobody listens.
        said = world.said(
            "us", "request", "new", "--to", "cn", "--kind", "information", "--text", "three")
        asked.append(said["statement"])
        options = ("--api", f"127.0.0.1:{port}")
        world.serve("us", options=options)
        world.agreed(said["thread"], 1)
        second = Stream(program, last=first.last)
        heard += second.until(
            lambda kind, facts: kind == "receipt" and facts["statement"] == asked[2])
        again = Stream(program, after=begin).until(
            lambda kind, facts: kind == "receipt" and facts["statement"] == asked[2])
        expect(heard == again, f"in pieces as in one: {heard} {again}")
        expect(
            [facts["statement"] for kind, facts in heard if kind == "statement"] == asked,
            f"each once, in order: {heard}")
        numbers = [int(place.split(".")[1]) for place in (begin, first.last, second.last)]
        expect(numbers == sorted(set(numbers)), str(numbers))
        # An id that is not this node's, or of a journal that is gone, says to read anew.
        epoch = begin.split(".")[0]
        for place_ in ("a" * 16 + ".1", epoch + ".999999", "rubbish"):
            foreign = Stream(program, last=place_)
            expect(
                foreign.first.get("event") == "reset"
                and foreign.first["id"].split(".")[0] == epoch, f"{place_}: {foreign.first}")
            foreign.close()
        program.refused(400, "field-wrong", "GET", "/events?after=rubbish")
        limits(program)
        # Streams that are open keep no node from ending.
        world.stop("us")
        second.rest()
        for path in world.home("us").glob("events.sqlite*"):
            path.unlink()
        world.serve("us", options=options)
        expect(
            Stream(program, last=second.last).first.get("event") == "reset", "another journal")
        world.stop()
    finally:
        world.kill()


def limits(program):
    """So many streams of one account, and one more when one has ended."""
    open_ = [Stream(program) for _ in range(MOST_OF_ACCOUNT)]
    refused = [one for one in open_ if one.refused]
    expect(
        refused and all(one.refused["reason"] == "streams-too-many" for one in refused),
        "those left over from before count until they are found closed")
    expect(len(refused) < 10, f"{len(refused)} refused")
    for one in open_:
        one.close()


CASES = [each_hears_their_own, nothing_missed]
