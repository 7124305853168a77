"""A company without a node of its own: what it writes, what its state's organ says, what comes of
it."""

import json

from case_dialogue import later
from case_elsewhere import Elsewhere
from case_service import API, PASSWORD, serve_api
from events import Stream
from parley import expect, make_world, run, until

WORDS = "Source code was copied.\n\nFrom three machines."
ROWS = (
    ("acme.one", "company", "Acme 株式会社"), ("rival.one", "company", "Rival Ltd"),
    ("nobody.one", "company", None), ("case.one", "case-officer", None),
    ("approver.one", "approver", None))


def text(words, language="en", **more):
    return {"language": language, "text": words, **more}


class Desk(API):
    """What one of a company's people, or of the organ's, does through the API."""

    def file(self, hands_in=True, **content):
        filing = self.done("POST", "/company/filings", content, status=201)["filing"]
        if hands_in:
            self.done("POST", f"/company/filings/{filing}/hand-in", {})
        return filing

    def shown(self, filing):
        return self.done("GET", f"/company/filings/{filing}")

    def put(self, path, content):
        _, headers, _ = self.call("GET", path)
        return self.call("PUT", path, content, headers={"If-Match": headers.getheader("etag")})

    def takes(self, filing):
        return self.done("POST", f"/intake/{filing}/draft", {}, status=201)

    def sends(self, draft, **more):
        content = {**draft["content"], **more}
        code, _, changed = self.put(f"/drafts/{draft['draft']}", content)
        expect(code == 200, str(changed))
        seen = self.done("POST", f"/drafts/{draft['draft']}/preview", {})
        said = self.done(
            "POST", f"/drafts/{draft['draft']}/statement", {"preview": seen["preview"]})
        return seen["header"]["thread"], said["statement"]


def in_world(work):
    def case(place):
        world = make_world(place / "w", parties=("us", "cn"))
        try:
            port = serve_api(world)
            world.serve("cn")
            password = world.folder / "password"
            password.write_text(PASSWORD + "\n")
            for name, role, company in ROWS:
                more = ("--company", company) if company else ()
                world.said(
                    "us", "user", "add", name, "--role", role, "--password-file", password, *more)
            work(world, place, port, *(Desk(port).sign_in(name) for name, _, _ in ROWS))
            world.check_alive()
            world.stop()
        finally:
            world.kill()
    case.__name__, case.__doc__ = work.__name__, work.__doc__
    return case


@in_world
def company_concern(world, place, port, acme, rival, nobody, officer, approver):
    """Written, handed in, said in the state's name as it was written, answered, judged; and nobody
    else's."""
    empty = acme.file(hands_in=False, act="concern.raise")
    acme.refused(422, "filing-empty", "POST", f"/company/filings/{empty}/hand-in", {})
    filing = f"/company/filings/{empty}"
    code, _, changed = acme.put(filing, {"act": "concern.raise", "texts": [text(WORDS + "\r\n")]})
    expect(code == 200 and changed["content"]["texts"][0]["text"] == WORDS, str(changed))
    acme.refused(412, "filing-changed", "PUT", filing, {"act": "concern.raise"},
                 headers={"If-Match": '"old"'})
    officer.refused(404, "not-found", "GET", f"/intake/{empty}")
    expect(acme.done("POST", f"{filing}/hand-in", {})["state"] == "handed-in", "it waits")
    unreached(empty, acme, rival, nobody)
    (waiting,) = officer.done("GET", "/intake")["filings"]
    expect(waiting["company"] == "Acme 株式会社" and waiting["filing"] == empty, str(waiting))
    expect(WORDS not in json.dumps(waiting), "a list is without words")
    expect(officer.done("GET", "/queue/count")["filings"] == 1, "and the queue tells of it")
    expect(officer.done("GET", f"/intake/{empty}")["content"]["texts"][0]["text"] == WORDS, "")
    approver.refused(403, "not-allowed", "POST", f"/intake/{empty}/draft", {})
    draft = officer.takes(empty)
    expect(draft["content"]["fields"] == {"words": "company"}, f"unnamed, and marked: {draft}")
    officer.refused(409, "filing-taken", "POST", f"/intake/{empty}/draft", {})
    officer.refused(409, "filing-taken", "POST", f"/intake/{empty}/return", {"note": "x"})
    acme.refused(409, "filing-taken", "DELETE", filing)
    keeps_words(officer, draft)
    thread, statement = officer.sends(
        draft, to=["cn"],
        texts=draft["content"]["texts"] + [text("源代码被复制。", "zh-Hans", authentic=False)])
    body = officer.done("GET", f"/statements/{statement}/body")
    expect(
        body["texts"][0]["text"] == WORDS and body["fields"] == {"words": "company"}
        and "Acme" not in json.dumps(body), f"as it was written, and unnamed: {body}")
    world.agreed(thread, 1)
    answered(world, thread)
    shown = until(
        lambda: (one := acme.shown(empty)).get("thread", {}).get("state") == "answered" and one,
        "the company sees the answer")
    said = shown["thread"]["statements"]
    expect(
        [(one["act"], one["by"], one["own"]) for one in said]
        == [("concern.raise", "us", True), ("concern.acknowledge", "cn", False),
            ("concern.assure", "cn", False), ("concern.answer", "cn", False)]
        and said[3]["texts"][0]["text"] == "It was not copied here." and "until" in said[2],
        json.dumps(said))
    expect(thread not in json.dumps(shown) and "draft" not in shown, "and no thread by its id")
    judged(world, thread, empty, acme, rival, officer)


def unreached(filing, acme, rival, nobody):
    """Another company's is as one that is not there, whatever is asked of it."""
    for method, path, body in (
            ("GET", "", None), ("POST", "/hand-in", {}), ("DELETE", "", None),
            ("PUT", "", {"act": "concern.raise"})):
        for one in (filing, "a" * 26):
            rival.refused(404, "not-found", method, f"/company/filings/{one}{path}", body)
    for one in (filing, "a" * 26):
        rival.refused(422, "filing-unknown", "POST", "/company/filings", {
            "act": "concern.judge", "follows": one, "verdict": "no"})
    expect(rival.done("GET", "/company/filings")["filings"] == [], "they are Acme's")
    nobody.refused(409, "company-missing", "GET", "/company/filings")
    for path in ("/threads", "/queue", "/drafts", "/intake", "/account/filters"):
        acme.refused(403, "not-allowed", "GET", path)


def keeps_words(officer, draft):
    path, content = f"/drafts/{draft['draft']}", draft["content"]
    for wrong in (
            {"texts": [text("Something else.")]}, {"texts": []}, {"act": "incident.report"},
            {"texts": content["texts"] + [text("而且……", "zh-Hans", authentic=True)]},
            {"fields": {}}, {"fields": {"words": "company", "company": "Acme 株式会社"}}):
        code, _, answer = officer.put(path, {**content, **wrong})
        expect(code == 422 and answer["reason"] == "company-words-changed", f"{wrong}: {answer}")


def answered(world, thread):
    world.said("cn", "concern", "acknowledge", thread)
    world.said("cn", "concern", "assure", thread, "--until", later(20), "--text", "By then.")
    world.said("cn", "concern", "answer", thread, "--text", "It was not copied here.")
    world.agreed(thread, 4)


def judged(world, thread, filing, acme, rival, officer):
    further = acme.shown(filing)["further"]
    expect(further == ["concern.judge", "concern.reopen"], f"what can be said now: {further}")
    acme.refused(409, "act-not-lawful", "POST", "/company/filings", {
        "act": "concern.explain", "follows": filing})
    acme.refused(422, "filing-unfit", "POST", "/company/filings", {
        "act": "concern.judge", "follows": filing})
    rival.refused(422, "filing-unknown", "POST", "/company/filings", {
        "act": "concern.judge", "follows": filing, "verdict": "no"})
    verdict = acme.file(
        act="concern.judge", follows=filing, verdict="partly", texts=[text("One of three.")])
    draft = officer.takes(verdict)
    code, _, answer = officer.put(
        f"/drafts/{draft['draft']}", {**draft["content"], "terms": {"verdict": "yes"}})
    expect(code == 422 and answer["reason"] == "company-words-changed", str(answer))
    officer.sends(draft)
    world.agreed(thread, 5)
    (judge,) = [one for one in world.said("cn", "concern", "show", thread)["statements"]
                if one["act"] == "concern.judge"]
    expect(judge["terms"]["verdict"] == "partly", f"the other side is told: {judge}")
    shown = acme.shown(filing)
    expect(
        shown["thread"]["state"] == "judged" and shown["thread"]["statements"][-1]["own"]
        and shown["thread"]["statements"][-1]["verdict"] == "partly", json.dumps(shown))


@in_world
def company_incident(world, place, port, acme, rival, nobody, officer, approver):
    """Returned with a note, changed, taken up, given back, taken up again, said by name; limits."""
    world.said("us", "user", "company", "nobody.one", "Third GmbH")
    expect(nobody.done("GET", "/company/filings")["company"] == "Third GmbH", "it belongs there now")
    stream = Stream(officer)
    filing = acme.file(act="incident.report", named=True, texts=[text("Logs were read.")])
    heard = stream.until(lambda kind, _: kind == "filing")
    expect(heard[-1] == ("filing", {"did": "handed-in", "filing": filing}), f"told: {heard}")
    officer.refused(400, "field-wrong", "POST", f"/intake/{filing}/return", {"note": "x" * 2001})
    officer.done("POST", f"/intake/{filing}/return", {"note": "Since when?"})
    expect(acme.shown(filing)["note"] == "Since when?", "it hears why")
    officer.refused(404, "not-found", "GET", f"/intake/{filing}")
    code, _, _ = acme.put(f"/company/filings/{filing}", {
        "act": "incident.report", "named": True, "texts": [text("Logs were read since May.")]})
    expect(code == 200, "what was returned may be changed")
    acme.done("POST", f"/company/filings/{filing}/hand-in", {})
    first = officer.takes(filing)
    expect(acme.shown(filing)["state"] == "taken", "a person has it")
    officer.done("DELETE", f"/drafts/{first['draft']}", status=204)
    expect(acme.shown(filing)["state"] == "handed-in", "it waits again")
    thread, statement = officer.sends(officer.takes(filing), to=["cn"])
    body = officer.done("GET", f"/statements/{statement}/body")
    expect(body["fields"] == {"words": "company", "company": "Acme 株式会社"}, str(body))
    world.agreed(thread, 1)
    shown = acme.shown(filing)
    expect(shown["state"] == "said" and shown["thread"]["state"] == "reported", str(shown))
    withdrawn = acme.file(act="incident.report", texts=[text("Nothing.")])
    acme.done("DELETE", f"/company/filings/{withdrawn}", status=204)
    officer.refused(404, "not-found", "GET", f"/intake/{withdrawn}")
    for _ in range(50):
        rival.file(hands_in=False, act="incident.report")
    rival.refused(409, "filings-too-many", "POST", "/company/filings", {"act": "concern.raise"})
    first = rival.done("GET", "/company/filings")
    expect(len(first["filings"]) == 50, "a page has fifty")
    rival.done("DELETE", f"/company/filings/{first['filings'][0]['filing']}", status=204)
    rival.file(hands_in=False, act="concern.raise")
    first = rival.done("GET", "/company/filings")
    second = rival.done("GET", f"/company/filings?after={first['next']}")
    expect(
        len({one["filing"] for one in first["filings"] + second["filings"]}) == 51
        and "next" not in second, "and the next page the rest")
    stolen = rival.done("GET", f"/company/filings?after={filing}")
    expect(stolen["filings"] == [], f"another's filing is no place in the list: {stolen}")
    acme.refused(400, "field-wrong", "POST", "/company/filings", {"act": "allegation.make"})
    acme.refused(413, "body-too-long", "POST", "/company/filings", {
        "act": "concern.raise", "texts": [text("x" * (256 * 1024))]})
    for name in ("x" * 81, "a\u202eb", " "):
        result = world.say("us", "user", "company", "nobody.one", name)
        expect(result.error["error"] == "company-malformed", f"{name!r}: {result}")
    by_command(world, port, place)
    entries = world.said("us", "trail", "list", "--limit", "1000")["entries"]
    told = {(one["account"], one["operation"], one["object"]) for one in entries}
    expect(("case.one", "intake.take", filing) in told, str(sorted(told)))
    expect("Logs were read" not in json.dumps(entries), "no word of it is in the trail")


def by_command(world, port, place):
    """The same from the command line elsewhere, by both."""
    acme = Elsewhere(world, port, "acme.one", place, "company")
    officer = Elsewhere(world, port, "case.one", place, "case-officer")
    (acme.place / "words.txt").write_text("A second incident.")
    made = acme.said(
        "filing", "write", "--act", "incident.report", "--text", "@words.txt", "--also",
        "zh-Hans=又一起事件。", "--named", "--hand-in")
    filing = made["filing"]
    expect(made["state"] == "handed-in", str(made))
    expect(
        filing in [one["filing"] for one in acme.said("filing", "list")["filings"]], "it is listed")
    expect([one["filing"] for one in officer.said("intake", "list")["filings"]] == [filing], "")
    expect(len(officer.said("intake", "show", filing)["content"]["texts"]) == 2, "both languages")
    officer.said("intake", "return", filing, "--note", "Where?")
    acme.said("filing", "hand-in", filing)
    draft = officer.said("intake", "take", filing, "--to", "cn")
    sent = officer.said("draft", "send", draft["draft"], options=("--yes",))
    world.agreed(sent["thread"], 1)
    expect(acme.said("filing", "show", filing)["thread"]["state"] == "reported", "it is followed")
    acme.refused("filing-said", "filing", "withdraw", filing)
    acme.refused("not-found", "filing", "show", "a" * 26)
    acme.refused("filing-malformed", "filing", "show", "x")
    acme.refused("not-allowed", "intake", "list")
    result = run("filing", "list", "--json")
    expect(result.error["error"] == "node-missing", f"it lies at a running node: {result}")


@in_world
def company_comment(world, place, port, acme, rival, nobody, officer, approver):
    """On a published measure of another state; it hears the answer to its own comment alone."""
    measures = {}
    for party, other in (("cn", "us"), ("us", "cn")):
        made = world.said(
            party, "notice", "publish", "--to", other, "--until", later(40), "--text",
            f"Article 1 of {party}.")
        world.agreed(made["thread"], 1)
        shown = world.said(party, "notice", "show", made["thread"])["statements"][0]
        measures[party] = (made["thread"], shown["terms"]["text"], made["statement"])
    comment = {"act": "notice.comment", "texts": [text("For how long?")]}
    thread, digest, statement = measures["cn"]
    # What is not public yet is as unknown as what there never was.
    for unknown in (digest, "sha256:" + "0" * 64):
        acme.refused(422, "notice-unknown", "POST", "/company/filings", {
            **comment, "notice": unknown})
    for party, (_, _, published) in measures.items():
        world.said(party, "text", "publish", published)
    for one in measures.values():
        world.agreed(one[0], 2)
    until(lambda: len(acme.done("GET", "/portal/threads?subject=notice")["threads"]) == 2,
          "both are public")
    acme.refused(409, "notice-own", "POST", "/company/filings", {
        **comment, "notice": measures["us"][1]})
    filing = acme.file(**comment, notice=digest)
    theirs = rival.file(act="notice.comment", notice=digest, texts=[text("And who pays?")])
    _, said = officer.sends(officer.takes(filing))
    _, other = officer.sends(officer.takes(theirs))
    world.agreed(thread, 4)
    world.said("cn", "notice", "answer", thread, "--text", "The state.", "--answering", other)
    world.said("cn", "notice", "answer", thread, "--text", "Ten years.", "--answering", said)
    world.agreed(thread, 6)
    for company, where, heard in ((acme, filing, "Ten years."), (rival, theirs, "The state.")):
        told = company.shown(where)["thread"]["statements"]
        expect(
            [one["act"] for one in told] == ["notice.comment", "notice.answer"]
            and told[1]["texts"][0]["text"] == heard, json.dumps(told))


CASES = [company_concern, company_incident, company_comment]
