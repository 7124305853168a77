"""What the agreement lets leave only with a second person's approval."""

import json

from case_amend import amend, renewed, terms_file
from case_service import API, people, serve_api
from parley import expect, make_world, run


def approvals_of_the_agreement(place):
    """A lax node and the command line are bound by it alike; an amendment binds new threads."""
    world = make_world(place / "w", parties=("us", "cn"), terms={"approvals": ["request.refuse"]})
    try:
        shown = run("agreement", "show", world.agreement, "--json")
        expect(json.loads(shown.out)["approvals"] == ["request.refuse"], str(shown))
        port = serve_api(world, options=("--four-eyes", "none"))
        world.serve("cn")
        people(world)
        world.said(
            "us", "user", "add", "second", "--role", "approver", "--password-file",
            world.folder / "password")
        officer, second = (API(port).sign_in(name) for name in ("officer", "second"))
        ask = ("request", "new", "--to", "us", "--kind", "information", "--text", "Whose is it?")
        first, other = (world.said("cn", *ask)["thread"] for _ in range(2))
        for thread in (first, other):
            world.agreed(thread, 1)
        refuse = ("request", "refuse", first, "--ground", "form", "--text", "No form.")
        told = world.say("us", *refuse)
        expect(
            told.code == 2 and told.error["error"] == "approval-missing"
            and "--api" in told.error["hint"], str(told))
        expect(len(world.said("us", "request", "show", first)["statements"]) == 1, "not said")
        world.said("us", "request", "acknowledge", other)
        by_draft(world, officer, second, first)
        amended(world, place, officer, other, port, ask)
        world.stop()
    finally:
        world.kill()


def by_draft(world, officer, second, thread):
    wish = {
        "act": "request.refuse", "thread": thread, "terms": {"ground": "form"},
        "texts": [{"language": "en", "text": "No form."}]}
    made = officer.done("POST", "/drafts", wish, status=201)
    expect(
        made["needsApproval"] and made["approvalAskedBy"] == ["agreement"], str(made))
    draft = f"/drafts/{made['draft']}"
    preview = officer.done("POST", f"{draft}/preview", {})
    expect(preview["approvalAskedBy"] == ["agreement"] and not preview["approved"], str(preview))
    send = ("POST", f"{draft}/statement", {"preview": preview["preview"]})
    officer.refused(409, "approval-missing", *send)
    second.done("POST", f"{draft}/review", {"revision": 1, "verdict": "approved"})
    officer.done(*send)
    world.agreed(thread, 2)
    expect(world.said("cn", "request", "show", thread)["state"] == "refused", "it left")


def amended(world, place, officer, old, port, ask):
    """Threads opened before keep what they began with."""
    file, _ = amend(
        world, place, "--terms",
        terms_file(world, place, approvals=["request.answer", "request.refuse"]))
    for party in ("us", "cn"):
        world.said(party, "agreement", "adopt", file)
        renewed(world, party)
    new = world.said("cn", *ask)["thread"]
    world.agreed(new, 1)
    wanted = {old: [], new: ["agreement"]}
    for thread, asking in wanted.items():
        made = officer.done(
            "POST", "/drafts", {"act": "request.answer", "thread": thread}, status=201)
        expect(made["approvalAskedBy"] == asking, f"{asking} of {made}")
    answer = ("--text", "Ours.")
    world.said("us", "request", "answer", old, *answer)
    told = world.say("us", "request", "answer", new, *answer)
    expect(told.code == 2 and told.error["error"] == "approval-missing", str(told))


CASES = [approvals_of_the_agreement]
