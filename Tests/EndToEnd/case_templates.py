"""What can be said, from its template to the other side's record."""

import json

from case_lawful import EMERGENCY, law_world
from case_service import API, people, serve_api
from parley import expect


def acts_from_templates(place):
    """A request composed by API from its template, asked about, answered and refused in due form."""
    world, _, _ = law_world(place)
    try:
        port = serve_api(world)
        world.serve("cn")
        people(world)
        officer = API(port).sign_in("officer")
        acts = officer.done("GET", "/acts")["acts"]
        expect(len(acts) > 100 and all(
            one["title"]["en"] and one["title"]["zh-Hans"] for one in acts), str(acts[:2]))
        needing = {one["act"] for one in acts if one["needsApproval"]}
        expect("request.refuse" in needing and "request.answer" not in needing, str(needing))
        unknown(officer)
        thread = ask(world, officer)
        clarified(world, officer, thread)
        urgent(officer)
        world.stop()
    finally:
        world.kill()


def unknown(officer):
    for path in ("/acts/keys.revoke", "/acts/delivery.silence", "/acts/x", "/acts/request"):
        officer.refused(404, "not-found", "GET", path)
    shown = "/acts/request.submit"
    officer.refused(404, "not-found", "GET", f"{shown}?thread={'a' * 26}")
    officer.refused(422, "kind-unknown", "GET", f"{shown}?kind=king")
    officer.refused(400, "field-wrong", "GET", f"{shown}?kind={'k' * 65}")
    officer.refused(422, "party-not-told", "GET", f"{shown}?to=zz")


def ask(world, officer):
    template = officer.done("GET", "/acts/request.submit?kind=preservation&to=cn")
    told = world.said("us", "act", "show", "request.submit", "--kind", "preservation", "--to", "cn")
    expect(template == told, "the command line has the same template")
    asked = [one for one in template["body"]["fields"] if one["required"]]
    expect(asked and all(one["article"] and one["label"]["zh-Hans"] for one in asked), str(asked))
    kinds = [one for one in template["terms"] if one["term"] == "kind"][0]
    expect(kinds["required"] and "preservation" in [
        one["value"] for one in kinds["values"]], str(kinds))
    content = template["content"]
    draft = begin(officer, content)
    officer.refused(422, "blank-unfilled", "POST", f"{draft}/preview", {})
    content["texts"] = [{"language": "en", "text": "Please keep the logs."}]
    content["terms"]["urgency"] = "normal"
    content["fields"] = {one["field"]: one["example"] for one in asked}
    short = dict(content, fields=dict(list(content["fields"].items())[1:]))
    change(officer, draft, short)
    _, _, problem = officer.call("POST", f"{draft}/preview", {})
    expect(
        problem["reason"] == "fields-missing" and asked[0]["field"] in problem["detail"]
        and asked[0]["article"] in problem["detail"], str(problem))
    change(officer, draft, content)
    preview = officer.done("POST", f"{draft}/preview", {})
    terms = preview["header"]["terms"]
    expect(
        terms["basis"] == template["basis"]["basis"] and terms["law"] == template["basis"]["law"],
        str(terms))
    send(officer, draft, preview)
    thread = preview["header"]["thread"]
    world.agreed(thread, 1)
    checked = world.said("cn", "request", "check", thread)
    expect(checked["complete"] and checked["sameLaw"], str(checked))
    shown = officer.done("GET", f"/threads/{thread}")
    law = shown["basisInWords"]
    expect(
        law["article"] == template["basis"]["article"] and law["instrument"]["zh-Hans"]
        and set(law["fields"]) >= {one["field"] for one in asked}, str(law))
    return thread


def clarified(world, officer, thread):
    officer.refused(
        409, "act-not-lawful", "GET", f"/acts/request.clarification.give?thread={thread}")
    question = world.said("cn", "request", "clarify", thread, "--text", "Which logs?")["statement"]
    world.agreed(thread, 2)
    lawful = officer.done("GET", f"/acts?thread={thread}")["acts"]
    said = world.said("us", "act", "list", "--thread", thread)["acts"]
    names = [one["act"] for one in lawful]
    expect(
        names == [one["act"] for one in said] and "request.clarification.give" in names
        and "request.answer" not in names, str(names))
    template = officer.done("GET", f"/acts/request.clarification.give?thread={thread}")
    expect(
        template["content"]["answers"] == [question] and template["content"]["to"] == ["cn"]
        and [one["statement"] for one in template["settles"]] == [question], str(template))
    example = template["example"]
    draft = begin(officer, example)
    send(officer, draft, officer.done("POST", f"{draft}/preview", {}))
    world.agreed(thread, 3)
    shown = world.said("cn", "request", "show", thread)
    expect(shown["statements"][-1]["effect"] == "applied", json.dumps(shown["statements"]))


def urgent(officer):
    """An emergency is shown, by draft as on the command line."""
    template = officer.done("GET", "/acts/request.submit?kind=emergency-mla&to=cn")
    content = template["example"]
    content["terms"]["urgency"] = "emergency"
    content.setdefault("fields", {}).pop("emergency", None)
    draft = begin(officer, content)
    officer.refused(422, "emergency-not-shown", "POST", f"{draft}/preview", {})
    content["fields"]["emergency"] = EMERGENCY
    change(officer, draft, content)
    officer.done("POST", f"{draft}/preview", {})


def begin(officer, content):
    return "/drafts/" + officer.done("POST", "/drafts", content, status=201)["draft"]


def change(officer, draft, content):
    _, headers, _ = officer.call("GET", draft)
    code, _, answer = officer.call(
        "PUT", draft, content, headers={"If-Match": headers.getheader("etag")})
    expect(code == 200, str(answer))


def send(officer, draft, preview):
    officer.done("POST", f"{draft}/statement", {"preview": preview["preview"]})


CASES = [acts_from_templates]
