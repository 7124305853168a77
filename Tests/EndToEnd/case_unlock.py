"""Keys that are unlocked for a shift: what goes on without them, and what waits for them."""

import json
import sqlite3

from case_service import API, people, serve_api
from parley import expect, make_world, run, until

PASSPHRASE = "a passphrase of the organ"
LOCKED = "keys-locked"


def keys_by_the_shift(place):
    """Locked, a node receives and receipts, and neither sends nor opens; unlocked, it does."""
    world = make_world(place / "w", parties=("us", "cn"))
    secret = place / "organ"
    secret.write_text(PASSPHRASE + "\n")
    try:
        people(world)
        plain = world.say("us", "serve", "--unlock-hours", "8", "--listen", "127.0.0.1:1")
        expect(plain.code == 2 and plain.error["error"] == "keys-plain", str(plain))
        short = place / "short"
        short.write_text("eleven char\n")
        refused = world.say("us", "keys", "passphrase", "--new-passphrase-file", short)
        expect(refused.code == 2 and refused.error["error"] == "passphrase-short", str(refused))
        world.said("us", "keys", "passphrase", "--new-passphrase-file", secret)
        # Done again, as after a run that was broken off.
        again = world.said("us", "keys", "passphrase", "--new-passphrase-file", secret)
        expect(len(again["files"]) == 2, str(again))
        port = serve_api(world, options=("--unlock-hours", "8"))
        world.serve("cn")
        officer, auditor = API(port).sign_in("officer"), API(port).sign_in("auditor")
        state = officer.done("GET", "/keys")
        expect(state == {"organ": "poc", "perShift": True, "locked": True}, str(state))
        asked = received(world)
        draft = waits(officer, asked)
        unlocks(world, place, officer, auditor, secret)
        sent(world, officer, draft, asked)
        by_the_operator(world, officer, secret, asked)
        trail(world)
        world.stop()
        kept = (world.folder / "us.log").read_text() + str(world.said("us", "trail", "list"))
        with sqlite3.connect(world.home("us") / "desk.sqlite") as desk:
            kept += "".join(desk.iterdump())
        expect(PASSPHRASE not in kept and "a wrong passphrase" not in kept, "nowhere written down")
    finally:
        world.kill()


def received(world):
    """What comes in is receipted without the organ's keys."""
    asked = world.said(
        "cn", "request", "new", "--to", "us", "--kind", "information", "--text", "Whose is it?")
    world.agreed(asked["thread"], 1)
    return asked


def waits(officer, asked):
    """Nothing is opened or sent while the keys are locked; the draft stays."""
    thread = officer.done("GET", f"/threads/{asked['thread']}")
    statement = thread["statements"][0]["id"]
    officer.refused(409, LOCKED, "GET", f"/statements/{statement}/body")
    officer.refused(409, LOCKED, "GET", "/search?text=Whose")
    made = officer.done(
        "POST", "/drafts", {"act": "request.acknowledge", "thread": asked["thread"]}, status=201)
    draft = f"/drafts/{made['draft']}"
    preview = officer.done("POST", f"{draft}/preview", {})["preview"]
    headers = officer.refused(409, LOCKED, "POST", f"{draft}/statement", {"preview": preview})
    expect(headers is not None and officer.done("GET", draft)["state"] == "open", "it is kept")
    return draft


def unlocks(world, place, officer, auditor, secret):
    auditor.refused(403, "not-allowed", "POST", "/keys/unlock", {"passphrase": PASSPHRASE})
    officer.refused(400, "field-missing", "POST", "/keys/unlock", {})
    officer.refused(400, "field-wrong", "POST", "/keys/unlock", {"passphrase": "x" * 513})
    for _ in range(5):
        officer.refused(
            422, "passphrase-wrong", "POST", "/keys/unlock", {"passphrase": "a wrong passphrase"})
    headers = officer.refused(
        429, "sign-in-waits", "POST", "/keys/unlock", {"passphrase": PASSPHRASE})
    expect(int(headers.getheader("retry-after")) > 0, "it says how long")
    # Whoever waits does so for themselves; the operator of the machine is not held up.
    wrong = place / "wrong"
    wrong.write_text("a wrong passphrase\n")
    result = world.say("us", "keys", "unlock", "--passphrase-file", wrong)
    expect(result.code == 2 and result.error["error"] == "passphrase-wrong", str(result))
    unlocked = world.said("us", "keys", "unlock", "--passphrase-file", secret)
    expect(unlocked["locked"] is False and "until" in unlocked, str(unlocked))
    expect(officer.done("GET", "/keys") == unlocked, "both say the same")


def sent(world, officer, draft, asked):
    statement = officer.done("GET", f"/threads/{asked['thread']}")["statements"][0]["id"]
    body = officer.done("GET", f"/statements/{statement}/body")
    expect(body["texts"][0]["text"] == "Whose is it?", str(body))
    hits = officer.done("GET", "/search?text=Whose")["statements"]
    expect([one["statement"] for one in hits] == [statement], str(hits))
    preview = officer.done("POST", f"{draft}/preview", {})["preview"]
    officer.done("POST", f"{draft}/statement", {"preview": preview})
    world.agreed(asked["thread"], 2)


def by_the_operator(world, officer, secret, asked):
    """Locked again: by anybody who may unlock, at once, for words that were read before too."""
    officer.done("DELETE", "/keys/unlock", status=204)
    expect(officer.done("GET", "/keys")["locked"], "locked")
    officer.refused(409, LOCKED, "GET", "/search?text=Whose")
    world.said("us", "keys", "unlock", "--passphrase-file", secret)
    locked = world.said("us", "keys", "lock")
    expect(locked["locked"] and world.said("us", "keys", "state")["locked"], str(locked))
    # A command brings the passphrase for itself.
    world.said("us", "request", "accept", asked["thread"], "--passphrase-file", secret)
    world.agreed(asked["thread"], 3)
    until(
        lambda: officer.done("GET", "/keys")["locked"], "a command unlocks nothing for others")
    # Where there is no such policy there is nothing to unlock.
    world.stop("us")
    held = run(
        "serve", "--home", world.home("us"), "--json", "--listen", "127.0.0.1:1")
    expect(
        held.code == 1 and held.error["error"] == "passphrase-missing",
        f"the keys of the organ are behind their own passphrase: {held}")
    world.serve("us", options=("--passphrase-file", secret))
    refused = world.say("us", "keys", "unlock", "--passphrase-file", secret)
    expect(refused.code == 2 and refused.error["error"] == "keys-held", str(refused))


def trail(world):
    entries = world.said("us", "trail", "list", "--limit", "1000")["entries"]
    said = [
        (one["account"], one["means"], one["outcome"]) for one in entries
        if one["operation"] == "keys.unlock"]
    expect(
        said.count(("officer", "session", "passphrase-wrong")) == 5
        and ("officer", "session", "sign-in-waits") in said
        and ("", "command", "passphrase-wrong") in said
        and ("", "command", "done") in said, json.dumps(said))


CASES = [keys_by_the_shift]
