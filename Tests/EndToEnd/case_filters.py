"""Filters of the queue that people keep: by the API, from elsewhere, and on the node's machine."""

import json
import urllib.parse

from case_elsewhere import Elsewhere
from case_service import API, people, serve_api
from parley import expect, make_world

WHOLE = {"turn": "ours", "overdue": True, "silent": True, "kind": "information", "party": "cn"}


def place_of(name):
    return "/account/filters/" + urllib.parse.quote(name, safe="")


def kept_filters(place):
    """One is kept, replaced, asked and removed, by its holder alone, and none past the limits."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        port = serve_api(world)
        world.serve("cn")
        people(world)
        officer, other, company = (
            API(port).sign_in(name) for name in ("officer", "approver", "company"))
        asked = world.said(
            "us", "request", "new", "--to", "cn", "--kind", "information", "--text", "Whose?")
        kept = world.said(
            "us", "request", "new", "--to", "cn", "--kind", "preservation", "--text", "Keep it.")
        for one in (asked, kept):
            world.agreed(one["thread"], 1)
        by_api(officer, other)
        company.refused(403, "not-allowed", "GET", "/account/filters")
        by_command(world, port, place, asked["thread"])
        entries = world.said("us", "trail", "list", "--limit", "1000")["entries"]
        done = {(one["account"], one["means"], one["operation"], one["object"], one["outcome"])
                for one in entries}
        for wanted in (
                ("officer", "session", "filter.add", "theirs/all", "done"),
                ("officer", "session", "filter.add", "x" * 41, "filter-name-malformed"),
                ("officer", "token:laptop", "filter.remove", "紧急事项", "done"),
                ("", "command", "filter.add", "approver/here", "done"),
                ("", "command", "filter.remove", "approver/here", "filter-unknown")):
            expect(wanted in done, f"{wanted} in {sorted(done)}")
        world.stop()
    finally:
        world.kill()


def by_api(officer, other):
    expect(officer.done("GET", "/account/filters") == {"filters": []}, "none is kept yet")
    for _ in range(2):
        saved = officer.done("PUT", place_of("紧急事项"), WHOLE)
        expect(saved == {"name": "紧急事项", "filter": WHOLE}, str(saved))
    officer.done("PUT", place_of("theirs/all"), {"turn": "theirs"})
    officer.done("PUT", place_of("to keep"), {"turn": "theirs", "kind": "preservation"})
    counted = officer.done("GET", "/account/filters?counts=true")["filters"]
    expect(
        [(one["name"], one["count"]) for one in counted]
        == [("theirs/all", 2), ("to keep", 1), ("紧急事项", 0)], str(counted))
    found = officer.done("GET", "/queue?" + urllib.parse.urlencode(counted[1]["filter"]))
    expect(len(found["threads"]) == 1, "a filter is what the queue takes")
    for name in ("x" * 41, " x", "a\u202eb", "a\u0007", "..", "\u200b"):
        officer.refused(422, "filter-name-malformed", "PUT", place_of(name), {})
        officer.refused(404, "filter-unknown", "DELETE", place_of(name))
    officer.refused(400, "field-unknown", "PUT", place_of("x"), {"limit": 5})
    officer.refused(400, "field-wrong", "PUT", place_of("x"), {"kind": "k" * 65})
    for number in range(17):
        officer.done("PUT", place_of(f"{number}"), {})
    officer.refused(409, "filters-too-many", "PUT", place_of("one more"), {})
    officer.done("PUT", place_of("16"), WHOLE)
    # Another's are another's: each has twenty, and no answer says what somebody else keeps.
    expect(other.done("GET", "/account/filters") == {"filters": []}, "they are the officer's")
    other.refused(404, "filter-unknown", "DELETE", place_of("to keep"))
    other.done("PUT", place_of("to keep"), {"turn": "ours"})
    for number in range(17):
        officer.done("DELETE", place_of(f"{number}"), status=204)
    officer.refused(404, "filter-unknown", "DELETE", place_of("16"))
    expect(
        officer.done("GET", "/account/filters")["filters"][1]["filter"]["turn"] == "theirs",
        "what another keeps under the same name is another filter")
    other.done("DELETE", place_of("to keep"), status=204)


def by_command(world, port, place, thread):
    officer = Elsewhere(world, port, "officer", place)
    kept = officer.said("filter", "list")["filters"]
    expect([one["name"] for one in kept] == ["theirs/all", "to keep", "紧急事项"], str(kept))
    made = officer.said(
        "filter", "save", "theirs, whose/1", "--theirs", "--kind", "information", "--party", "cn")
    expect(made["filter"] == {"turn": "theirs", "kind": "information", "party": "cn"}, str(made))
    found = officer.said("queue", "--filter", "theirs, whose/1")["threads"]
    expect([one["thread"] for one in found] == [thread], json.dumps(found))
    officer.said("filter", "remove", "紧急事项")
    officer.refused("filter-unknown", "filter", "remove", "紧急事项")
    officer.refused("filter-unknown", "queue", "--filter", "紧急事项")
    officer.refused("filter-name-malformed", "filter", "save", "x" * 41)
    officer.refused("account-elsewhere", "filter", "list", "--account", "approver")
    officer.refused("account-elsewhere", "queue", "--filter", "to keep", "--account", "approver")
    # On the node's machine, with the home's own files, for the account that is named.
    mine = ("--account", "approver")
    expect(world.said("us", "filter", "list", *mine)["filters"] == [], "the approver keeps none")
    world.said("us", "filter", "save", "here", "--theirs", "--kind", "preservation", *mine)
    found = world.said("us", "queue", "--filter", "here", *mine)["threads"]
    expect(len(found) == 1 and found[0]["thread"] != thread, json.dumps(found))
    world.said("us", "filter", "remove", "here", *mine)
    for reason, *words in (
            ("filter-unknown", "filter", "remove", "here", *mine),
            ("filter-unknown", "queue", "--filter", "here", *mine),
            ("account-missing", "queue", "--filter", "here"),
            ("account-missing", "filter", "list"),
            ("account-unknown", "filter", "list", "--account", "nobody"),
            ("party-malformed", "filter", "save", "x", "--party", "C N", *mine)):
        result = world.say("us", *words)
        expect(result.error["error"] == reason, f"{words}: {reason} expected of {result}")
    result = world.say("us", "queue", "--filter", "here", "--ours", *mine)
    expect(result.code == 64, f"a filter says it all: {result}")


CASES = [kept_filters]
