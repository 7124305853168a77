"""Several organs of a party at one node: keys, accounts and drafts of their own."""

import json

from case_service import API, PASSWORD, serve_api
from parley import done, expect, make_world, run


def organs_at_one_node(place):
    """Two organs speak through one node, each in its own name; neither sees the other's drafts."""
    made = {}

    def add_organ(party, fields):
        """Before the agreement is composed: the card of us lists a second organ."""
        if party != "us":
            return
        home = place / "w" / "us"
        made.update(done(
            "organ", "add", "csirt", "--role", "csirt", "--organ-name", "en=CERT",
            "--no-passphrase", "--home", home))
        fields.clear()
        fields.update(json.loads((home / "card.json").read_bytes()))

    world = make_world(place / "w", parties=("us", "cn"), edit_card=add_organ)
    try:
        refused(world)
        listed = world.said("us", "organ", "list")["organs"]
        expect(
            [(one["organ"], one["own"], len(one["liveKeys"])) for one in listed]
            == [("poc", True, 1), ("csirt", False, 1)], str(listed))
        port = serve_api(world)
        world.serve("cn")
        accounts(world)
        boss = API(port).sign_in("boss")
        expect(boss.done("GET", "/node")["organs"] == ["poc", "csirt"], "the node says so")
        boss.refused(422, "organ-unknown", "POST", "/accounts", {
            "name": "x.y", "roles": ["officer"], "password": PASSWORD, "organ": "ministry"})
        boss.refused(400, "field-wrong", "POST", "/accounts", {
            "name": "x.y", "roles": ["officer"], "password": PASSWORD, "organ": "x" * 33})
        added = boss.done("POST", "/accounts", {
            "name": "alert.two", "roles": ["approver"], "password": PASSWORD,
            "organ": "csirt"}, status=201)
        expect(added["organ"] == "csirt", str(added))
        drafts(world, port)
        by_command(world)
        world.stop()
    finally:
        world.kill()


def refused(world):
    for arguments, reason in (
            (("organ", "add", "csirt", "--role", "csirt", "--organ-name", "en=C",
              "--no-passphrase"), "organ-exists"),
            (("organ", "add", "C", "--role", "csirt", "--organ-name", "en=C",
              "--no-passphrase"), "name-malformed"),
            (("organ", "list", "--as", "ministry"), "organ-unknown"),
            (("user", "add", "x.y", "--role", "officer", "--organ", "ministry"),
             "organ-unknown")):
        result = world.say("us", *arguments)
        expect(result.code == 2 and result.error["error"] == reason, f"{reason}: {result}")


def accounts(world):
    password = world.folder / "password"
    password.write_text(PASSWORD + "\n")
    for name, role, organ in (
            ("boss", "administrator", "poc"), ("duty.one", "officer", "poc"),
            ("duty.two", "approver", "poc"), ("alert.one", "officer", "csirt")):
        world.said(
            "us", "user", "add", name, "--role", role, "--organ", organ, "--password-file",
            password)


def drafts(world, port):
    callers = {
        name: API(port).sign_in(name)
        for name in ("duty.one", "duty.two", "alert.one", "alert.two")}
    threads = {}
    for name, organ in (("duty.one", "poc"), ("alert.one", "csirt")):
        wish = {
            "act": "allegation.make", "to": ["cn"],
            "terms": {"claims": [
                {"level": "machine", "confidence": "high", "likelihood": "likely"}]},
            "texts": [{"language": "en", "text": f"Said by {organ}."}]}
        threads[organ] = said(callers, name, organ, wish)
    for organ, (thread, statement) in threads.items():
        world.agreed(thread, 1)
        shown = world.said("cn", "allegation", "show", thread)
        one = shown["statements"][0]
        expect(
            one["id"] == statement and shown["state"] == "alleged"
            and not shown.get("irregular"), str(shown))
        told = world.folder / f"told-{organ}"
        world.said("cn", "fetch", statement, "--out", told)
        read = [file.read_bytes() for file in told.rglob("*") if file.is_file()]
        expect(any(f"Said by {organ}.".encode() in text for text in read), "cn reads it")
        # Each of the two opens what either has said.
        for name in ("duty.one", "alert.one"):
            body = callers[name].done("GET", f"/statements/{statement}/body")
            expect(body["texts"][0]["text"] == f"Said by {organ}.", str(body))
        by_its_own_key(world, thread, organ)


def said(callers, name, organ, wish):
    """Written, seen by its own organ alone, approved by its own organ alone, sent."""
    writer = callers[name]
    own, other = ("duty", "alert") if organ == "poc" else ("alert", "duty")
    draft = writer.done("POST", "/drafts", wish, status=201)
    expect(draft["organ"] == organ, str(draft))
    path = f"/drafts/{draft['draft']}"
    stranger, approver = callers[f"{other}.one"], callers[f"{own}.two"]
    expect(stranger.done("GET", "/drafts")["drafts"] == [], "another organ's are not there")
    for method, place, body in (
            ("GET", path, None), ("GET", f"{path}/revisions", None),
            ("POST", f"{path}/preview", {}), ("DELETE", path, None),
            ("POST", f"{path}/statement", {"preview": "sha256:" + "0" * 64})):
        stranger.refused(404, "not-found", method, place, body)
    callers[f"{other}.two"].refused(
        404, "not-found", "POST", f"{path}/review", {"revision": 1, "verdict": "approved"})
    approver.done("POST", f"{path}/review", {"revision": 1, "verdict": "approved"})
    preview = writer.done("POST", f"{path}/preview", {})
    expect(
        preview["header"]["from"] == {"party": "us", "organ": organ}
        and preview["sealedTo"] == ["cn/poc", "us/poc", "us/csirt"], str(preview))
    sent = writer.done("POST", f"{path}/statement", {"preview": preview["preview"]})
    return preview["header"]["thread"], sent["statement"]


def by_its_own_key(world, thread, organ):
    """What anybody checks who has the export: signed by a key of that organ."""
    file = world.folder / f"{organ}.thread"
    world.said("cn", "export", thread, "--out", file)
    verified = run("verify", file, "--agreement", world.agreement, "--json")
    expect(verified.code == 0, str(verified))
    expect(f"us/{organ}" in verified.out.decode(), f"signed by us/{organ}: {verified.json}")


def by_command(world):
    """--as says in whose name, and whose key signs it."""
    asked = world.said(
        "us", "request", "new", "--to", "cn", "--kind", "information", "--text", "Whose is it?",
        "--as", "csirt")
    seen = world.agreed(asked["thread"], 1)
    expect("us/csirt" in json.dumps(seen) or "csirt" in json.dumps(seen), str(seen))
    world.said("us", "request", "withdraw", asked["thread"], "--text", "By the other organ.")
    world.agreed(asked["thread"], 2)


CASES = [organs_at_one_node]
