"""What stands in a node's trail of openings, exports and signatures, by command and through the API."""

import json
import sqlite3

from case_service import API, people, serve_api
from parley import LIMIT_SECONDS, expect, make_world, run, until

WORDS = "Whose address is 192.0.2.1?"


def entries(world, **wanted):
    words = [word for name, value in wanted.items() for word in (f"--{name}", value)]
    return world.said("us", "trail", "list", "--limit", "1000", *words)["entries"]


def means(world, **wanted):
    return [one["means"] for one in entries(world, **wanted)]


def every_opening(place):
    """A body opened by a command and one opened through the API leave one entry each, no more."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        port = serve_api(world)
        world.serve("cn")
        people(world)
        exhibit = place / "capture.txt"
        exhibit.write_text("what was captured\n")
        asked = world.said(
            "cn", "request", "new", "--to", "us", "--kind", "information", "--text", WORDS,
            "--attach", exhibit)
        own = world.said(
            "us", "request", "new", "--to", "cn", "--kind", "information", "--text", WORDS)
        world.agreed(asked["thread"], 1)
        world.agreed(own["thread"], 1)
        statement = asked["statement"]
        expect(
            [one["object"] for one in entries(world, operation="statement.send")]
            == [own["statement"]], "what was signed here")
        world.said("us", "request", "show", asked["thread"])
        world.said("us", "queue")
        expect(means(world, operation="body.show") == [], "headers are nobody's secret")
        officer = API(port).sign_in("officer")
        officer.done("GET", f"/statements/{statement}/body")
        expect(means(world, operation="body.show", object=statement) == ["session"], "by the API")
        world.said("us", "fetch", statement, "--out", place / "opened")
        seen = means(world, operation="body.show", object=statement)
        expect(seen == ["session", "command"], f"and by a command: {seen}")
        expect(means(world, operation="exhibit.open") == ["command"], "its exhibit")
        indexed = ["2 bodies"]
        for count in (1, 2):
            world.said("us", "search", "address")
            expect(means(world, operation="text.search") == ["command"] * count, "each search")
            seen = [one["object"] for one in entries(world, operation="text.index")]
            # The exhibit's opening is a statement with a body of its own.
            expect(seen in (indexed, ["3 bodies"]), f"every body, once: {seen}")
        officer.done("GET", "/search?text=address")
        expect(means(world, operation="text.search") == ["command"] * 2 + ["session"], "by both")
        world.said("us", "export", asked["thread"], "--out", place / "thread.json")
        expect(means(world, operation="thread.export", object=asked["thread"]) == ["command"], "")
        world.said("us", "custody", "export", asked["thread"], "--out", place / "package")
        expect(means(world, operation="custody.export", object=asked["thread"]) == ["command"], "")
        taken_out(world, place, own)
        kept = json.dumps(entries(world))
        for words in (WORDS, "192.0.2.1", "address", "captured"):
            expect(words not in kept, f"no words of what was opened: {words}")
        by_both(world, place, port)
        world.stop()
        expect(means(world, operation="log.recover") == [], "nothing was recovered yet")
        world.said("us", "log", "recover", "--without", "cn")
        expect(means(world, operation="log.recover") == ["command"], "who vouched for the ledger")
    finally:
        world.kill()


def taken_out(world, place, own):
    """What leaves as a file, and the agreement that the home was given."""
    adopted = entries(world, operation="agreement.adopt")
    expect(
        [(one["object"], one["means"]) for one in adopted]
        == [(world.agreement_id(), "command")], f"adopted once: {adopted}")
    world.said("us", "scorecard", "headers", "--out", place / "record.headers")
    expect(means(world, operation="scorecard.headers") == ["command"], "every header")
    statement = own["statement"]
    until(
        lambda: world.said("us", "receipt", "show", statement)["quorumMet"],
        "the other side should cosign")
    expect(means(world, operation="receipt.show") == [], "looked at, it is taken nowhere")
    world.said("us", "receipt", "show", statement, "--out", place / "receipt.tlog-proof")
    expect(means(world, operation="receipt.show", object=statement) == ["command"], "a receipt")
    # Where nothing can be written down, nothing is taken out.
    desk = sqlite3.connect(
        world.home("us") / "desk.sqlite", timeout=LIMIT_SECONDS, isolation_level=None)
    desk.execute(
        "CREATE TRIGGER trail_full BEFORE INSERT ON trail BEGIN SELECT raise(ABORT, 'full'); END")
    for name, words in (("headers", ("scorecard", "headers")), (
            "proof", ("receipt", "show", statement))):
        result = world.say("us", *words, "--out", place / name)
        expect(result.code == 1 and not (place / name).exists(), str(result))
    desk.execute("DROP TRIGGER trail_full")
    desk.close()


def by_both(world, place, port):
    """The API and the command line read the same trail, and say the same of it."""
    auditor = API(port).sign_in("auditor")
    newest, after = [], ""
    while after is not None:
        page = auditor.done("GET", f"/trail?newest=true&limit=7&operation=body.show{after}")
        newest += [one["number"] for one in page["entries"]]
        after = f"&after={page['next']}" if "next" in page else None
    forward = auditor.done("GET", "/trail?limit=100&operation=body.show")["entries"]
    expect(
        newest == [one["number"] for one in reversed(forward)] and len(newest) > 0,
        f"the same, the newest first: {newest} {forward}")
    checked = auditor.done("GET", "/trail/check")
    again = world.said("us", "trail", "check", "--head", checked["head"])
    expect(again["count"] >= checked["count"], f"{checked} {again}")
    auditor.done("GET", f"/trail/check?head={checked['head']}")
    auditor.refused(409, "trail-elsewhere", "GET", "/trail/check?head=sha256:" + "0" * 64)
    _, answer, lines = auditor.call("GET", "/trail/export")
    expect(answer.getheader("content-type") == "application/x-ndjson", "lines")
    expect(lines[-1]["operation"] == "trail.export" and lines[-1]["account"] == "auditor", "itself")
    expect(lines == entries(world)[:len(lines)], "every entry, as the command has it")
    file = place / "exported.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    result = run("trail", "check", file, "--head", checked["head"], "--json")
    expect(result.code == 0 and result.json["count"] == len(lines), str(result))
    for path in ("/trail/check", "/trail/export"):
        API(port).sign_in("officer").refused(403, "not-allowed", "GET", path)


def once_under_a_key(place):
    """A request with a key is done once, though its answer is asked for again and the node killed."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        port = serve_api(world)
        people(world)
        officer = API(port).sign_in("case-officer")

        def keyed(method, path, body, key="key-1", **more):
            return officer.call(method, path, body, headers={"Idempotency-Key": key}, **more)

        wish = {
            "act": "request.submit", "to": ["cn"], "terms": {"kind": "information", "urgency": "normal"},
            "texts": [{"language": "en", "text": WORDS}]}
        first = keyed("POST", "/drafts", wish)
        expect(first[0] == 201, str(first[2]))
        again = keyed("POST", "/drafts", wish)
        expect(
            again[0] == 201 and again[2] == first[2]
            and again[1].getheader("etag") == first[1].getheader("etag"), str(again[2]))
        expect(len(officer.done("GET", "/drafts")["drafts"]) == 1, "one draft")
        for path, body in (("/drafts", {"act": "request.close"}),
                           (f"/drafts/{first[2]['draft']}/preview", {})):
            code, _, problem = keyed("POST", path, body)
            expect(code == 422 and problem["reason"] == "idempotency-key-reused", str(problem))
        for key, reason in (("k" * 129, "idempotency-key-malformed"),
                            ("a b", "idempotency-key-malformed")):
            code, _, problem = keyed("POST", "/drafts", wish, key=key)
            expect(code == 400 and problem["reason"] == reason, str(problem))
        code, _, problem = keyed("POST", "/account/tokens", {"label": "x", "roles": ["case-officer"]})
        expect(code == 400 and problem["reason"] == "idempotency-key-not-taken", str(problem))
        draft = f"/drafts/{first[2]['draft']}"
        preview = keyed("POST", f"{draft}/preview", {}, key="key-2")[2]["preview"]
        wanted = {"preview": preview}
        sent = keyed("POST", f"{draft}/statement", wanted, key="key-3")
        expect(sent[0] == 200, str(sent[2]))
        world.nodes["us"].process.kill()
        world.nodes.pop("us").process.wait()
        world.serve("us", options=("--api", f"127.0.0.1:{port}"))
        expect(keyed("POST", f"{draft}/statement", wanted, key="key-3")[2] == sent[2], "the same")
        expect(keyed("POST", "/drafts", wish)[2] == first[2], "also after a restart")
        outcomes = [
            one["outcome"] for one in entries(world, operation="draft.add")
            if one["object"] == first[2]["draft"]]
        expect(outcomes == ["done"], str(outcomes))
        world.stop()
    finally:
        world.kill()


CASES = [every_opening, once_under_a_key]
