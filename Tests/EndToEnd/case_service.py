"""The people and programs of one node: accounts, tokens, and the trail of what they did."""

import base64
import hmac
import http.client
import json
import re
import sqlite3
import ssl
import stat
import time
import urllib.parse

from parley import LIMIT_SECONDS, expect, free_port, make_world, run

PASSWORD = "correct horse battery"
ROLES = ("officer", "case-officer", "approver", "auditor", "company", "administrator")


def accounts_by_command(place):
    """The operator makes, changes and disables accounts; all of it stands in the trail."""
    world = make_world(place / "w", parties=("us", "cn"))
    password = place / "password"
    password.write_text("correct horse battery\n")
    with_password = ("--password-file", password)
    made = world.said(
        "us", "user", "add", "duty.one", "--role", "officer", "--role", "administrator",
        *with_password)
    expect(
        made["roles"] == ["administrator", "officer"] and made["organ"] == "poc"
        and made["secondFactor"] is False and "password" not in made, str(made))
    for refused, reason in (
            (("user", "add", "duty.one", "--role", "officer", *with_password),
             "account-name-taken"),
            (("user", "add", "Duty One", "--role", "officer", *with_password),
             "account-name-malformed"),
            (("user", "add", "two", "--role", "king", *with_password), "role-unknown"),
            (("user", "show", "nobody"), "account-unknown"),
            (("user", "disable", "duty.one"), "last-administrator"),
            (("role", "set", "duty.one", "officer"), "last-administrator"),
            (("user", "forget-factor", "duty.one"), "second-factor-missing"),
            (("token", "add", "duty.one", "feed", "--role", "auditor"), "token-role-not-held"),
            (("token", "add", "duty.one", "feed", "--role", "officer", "--days", "0"),
             "token-days-malformed"),
            (("token", "revoke", "duty.one", "feed"), "token-unknown")):
        result = world.say("us", *refused)
        expect(result.code == 2 and result.error["error"] == reason, f"{reason}: {result}")
    short = place / "short"
    short.write_text("horse\n")
    result = world.say("us", "user", "password", "duty.one", "--password-file", short)
    expect(result.code == 2 and result.error["error"] == "password-too-short", str(result))
    world.said("us", "user", "add", "boss", "--role", "administrator", *with_password)
    world.said("us", "role", "set", "duty.one", "case-officer", "approver")
    world.said("us", "user", "disable", "duty.one")
    token = world.said("us", "token", "add", "boss", "feed", "--role", "administrator")["token"]
    expect(token.startswith("parley_") and len(token) == 59, "a token is 256 bits in base 32")
    listed = world.said("us", "token", "list", "boss")["tokens"]
    expect(
        [one["label"] for one in listed] == ["feed"] and "agreement" in listed[0]
        and token not in json.dumps(listed), str(listed))
    world.said("us", "token", "revoke", "boss", "feed")
    accounts = {one["name"]: one for one in world.said("us", "user", "list")["accounts"]}
    expect(accounts["duty.one"]["disabled"] and not accounts["boss"]["disabled"], str(accounts))
    desk = world.home("us") / "desk.sqlite"
    expect(stat.S_IMODE(desk.stat().st_mode) == 0o600, "only its owner may read it")
    trail(world, place)


def trail(world, place):
    seen = world.said("us", "trail", "list")
    expect(
        [(one["operation"], one["outcome"]) for one in seen["entries"][:3]] == [
            ("agreement.adopt", "done"), ("account.add", "done"),
            ("account.add", "account-name-taken")]
        and all(one["means"] == "command" for one in seen["entries"]), str(seen["entries"][:3]))
    disabled = world.said("us", "trail", "list", "--operation", "account.disable")["entries"]
    expect([one["outcome"] for one in disabled] == ["last-administrator", "done"], str(disabled))
    file = place / "trail.jsonl"
    exported = world.said("us", "trail", "export", "--out", file)
    listed = world.said("us", "trail", "list")
    expect(exported["head"] == listed["head"], "the head is that of the last entry")
    checked = world.said("us", "trail", "check", file, "--head", seen["head"])
    # The export stands in it too.
    expect(checked["count"] == seen["count"] + 1, str(checked))
    seen = listed
    lines = file.read_text().splitlines(keepends=True)
    (place / "short.jsonl").write_text("".join(lines[:-1]))
    (place / "altered.jsonl").write_text(
        "".join(lines).replace('"account.disable"', '"account.enable"', 1))
    for name, reason in (("short", "trail-elsewhere"), ("altered", "trail-broken")):
        result = run(
            "trail", "check", place / f"{name}.jsonl", "--head", seen["head"], "--json")
        # A file needs no home.
        expect(result.code == 3 and result.error["error"] == reason, str(result))
    long = place / "long.jsonl"
    long.write_text('{"account":"' + "x" * 20_000 + '"}\n')
    result = run("trail", "check", long, "--json")
    expect(result.code == 2, f"a line past the limit is refused: {result}")


class API:
    """One caller of a node's API: nobody, a session or a token."""

    def __init__(self, port, token=None):
        self.port = port
        self.token = token
        self.cookie = None

    def call(self, method, path, body=None, headers=None, raw=None):
        """Status, headers and JSON (None for an empty body) of the answer."""
        context = ssl.create_default_context()
        # The certificate is the node's own; what it proves is another case's matter.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=LIMIT_SECONDS, context=context)
        sent = dict(headers or {})
        if self.token:
            sent.setdefault("Authorization", f"Bearer {self.token}")
        if self.cookie:
            sent.setdefault("Cookie", self.cookie)
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
            sent.setdefault("Content-Type", "application/json")
        connection.request(method, "/api/v1" + path, body=data, headers=sent)
        answer = connection.getresponse()
        read = answer.read()
        connection.close()
        for name in ("x-content-type-options", "cache-control", "content-security-policy"):
            expect(answer.getheader(name), f"{method} {path}: no {name}")
        if answer.getheader("content-type") == "application/x-ndjson":
            return answer.status, answer, [json.loads(line) for line in read.splitlines()]
        return answer.status, answer, json.loads(read) if read else None

    def done(self, method, path, body=None, status=200):
        code, _, answer = self.call(method, path, body)
        expect(code == status, f"{method} {path}: {code} {answer}")
        return answer

    def refused(self, status, reason, method, path, body=None, **more):
        code, headers, answer = self.call(method, path, body, **more)
        expect(
            code == status and answer["reason"] == reason and answer["status"] == status
            and headers.getheader("content-type") == "application/problem+json",
            f"{method} {path}: {reason} expected of {code} {answer}")
        return headers

    def sign_in(self, name, password=PASSWORD, **more):
        code, headers, answer = self.call(
            "POST", "/session", {"name": name, "password": password, **more})
        expect(code == 201, f"{name} signs in: {code} {answer}")
        cookie = headers.getheader("set-cookie")
        expect(
            cookie.startswith("__Host-parley=ps_") and all(
                part in cookie for part in ("; Secure", "; HttpOnly", "; SameSite=Strict",
                                            "; Path=/")), cookie)
        self.cookie = cookie.split(";")[0]
        return self


def serve_api(world, party="us", options=()):
    port = free_port()
    world.serve(party, options=("--api", f"127.0.0.1:{port}", *options))
    return port


def first_and_sessions(place):
    """The printed address makes one administrator; sessions begin, end, and are nobody else's."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        port = serve_api(world)
        log = (world.folder / "us.log").read_text()
        first = re.search(r"https://127\.0\.0\.1:\d+/first/(first_\w+)", log)[1]
        nobody = API(port)
        make = {"first": first, "name": "boss", "password": PASSWORD}
        nobody.refused(401, "first-link-wrong", "POST", "/first", {**make, "first": "first_a"})
        nobody.refused(
            400, "field-wrong", "POST", "/first", {**make, "password": "horse"})
        nobody.refused(
            422, "password-easy", "POST", "/first", {**make, "password": "aaaaaaaaaaaab"})
        nobody.done("POST", "/first", make, status=201)
        nobody.refused(401, "first-link-wrong", "POST", "/first", {**make, "name": "eve"})
        boss = API(port).sign_in("boss")
        expect(boss.done("GET", "/session")["roles"] == ["administrator"], "the first one")
        for name, password in (("boss", "wrong horse battery"), ("nobody", PASSWORD)):
            nobody.refused(
                401, "sign-in-refused", "POST", "/session",
                {"name": name, "password": password})
        inputs(nobody, boss)
        other_sites(boss)
        passwords_and_tokens(port, boss)
        boss.done("DELETE", "/session", status=204)
        boss.refused(401, "sign-in-needed", "GET", "/session")
        entries = world.said("us", "trail", "list", "--limit", "1000")["entries"]
        said = [(one["operation"], one["account"], one["outcome"]) for one in entries]
        for wanted in (
                ("first.add", "", "done"), ("session.begin", "", "done"),
                ("session.begin", "", "sign-in-refused"), ("account.add", "boss", "done"),
                ("session.end", "boss", "done")):
            expect(wanted in said, f"{wanted} in {said}")
        world.stop()
        kept = (world.folder / "us.log").read_text() + json.dumps(entries)
        for secret in (PASSWORD, "wrong horse", boss.cookie.split("=")[1]):
            expect(secret not in kept, "no secret is written down")
    finally:
        world.kill()


def inputs(nobody, boss):
    """What is malformed is refused with a reason, one past each limit too."""
    begin = ("POST", "/session")
    nobody.refused(400, "field-missing", *begin, {"name": "boss"})
    nobody.refused(400, "field-unknown", *begin, {"name": "a", "password": "b", "x": 1})
    nobody.refused(400, "field-wrong", *begin, {"name": "boss", "password": 7})
    nobody.refused(400, "field-wrong", *begin, {"name": "boss", "password": "x" * 513})
    nobody.refused(400, "field-wrong", *begin, {"name": "x" * 65, "password": "x"})
    long = b'{"name":"' + b"x" * 256 * 1024 + b'"}'
    kind = {"Content-Type": "application/json"}
    nobody.refused(413, "body-too-long", *begin, raw=long, headers=kind)
    nobody.refused(400, "unexpected-end", *begin, raw=b'{"name":', headers=kind)
    nobody.refused(400, "json-malformed", *begin, raw=b"[]", headers=kind)
    deep = b"[" * 5000 + b"]" * 5000
    expect(nobody.call(*begin, raw=deep, headers=kind)[0] == 400, "a bomb of brackets is refused")
    nobody.refused(
        415, "media-type-wrong", *begin, raw=b"name=boss",
        headers={"Content-Type": "application/x-www-form-urlencoded"})
    nobody.refused(
        415, "encoding-unsupported", *begin, raw=b"x", headers={**kind, "Content-Encoding": "gzip"})
    nobody.refused(404, "not-found", "GET", "/nothing")
    headers = nobody.refused(405, "method-not-allowed", "PUT", "/session", {})
    expect(headers.getheader("allow") == "DELETE, GET, POST", "it says what it takes")
    boss.refused(
        401, "credentials-two", "GET", "/session",
        headers={"Authorization": "Bearer parley_x"})
    for query, reason in (
            ("limit=0", "field-wrong"), ("limit=501", "field-wrong"), ("limit=x", "field-wrong"),
            ("since=yesterday", "field-wrong"), ("x=1", "field-unknown"),
            ("limit=1&limit=2", "field-wrong"), ("account=%FF", "query-malformed"),
            ("after=x", "field-wrong"), ("after=0", "field-wrong")):
        boss.refused(400, reason, "GET", "/trail?" + query)


def other_sites(boss):
    """A page of another site gets nothing done with this one's cookie."""
    for header, value in (
            ("Origin", "https://example.org"), ("Origin", "null"),
            ("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Site", "same-site")):
        boss.refused(403, "origin-other", "GET", "/session", headers={header: value})
    code, _, _ = boss.call(
        "GET", "/session", headers={
            "Origin": f"https://127.0.0.1:{boss.port}", "Sec-Fetch-Site": "same-origin"})
    expect(code == 200, "its own pages do")


def passwords_and_tokens(port, boss):
    boss.done("POST", "/accounts", {
        "name": "duty", "roles": ["officer"], "password": PASSWORD}, status=201)
    boss.refused(409, "account-name-taken", "POST", "/accounts", {
        "name": "duty", "roles": ["officer"], "password": PASSWORD})
    duty = API(port).sign_in("duty")
    duty.refused(403, "not-allowed", "GET", "/accounts")
    made = duty.done(
        "POST", "/account/tokens", {"label": "feed", "roles": ["officer"]}, status=201)
    program = API(port, token=made["token"])
    program.done("GET", "/queue")
    # A token is no person: it makes no further tokens and changes no password.
    program.refused(403, "not-allowed", "GET", "/account/tokens")
    API(port, token=made["token"][:-1]).refused(401, "sign-in-needed", "GET", "/queue")
    duty.refused(
        401, "sign-in-refused", "PUT", "/account/password",
        {"old": "wrong horse battery", "password": "another horse battery"})
    duty.done(
        "PUT", "/account/password", {"old": PASSWORD, "password": "another horse battery"},
        status=204)
    duty.refused(401, "sign-in-needed", "GET", "/session")
    # The browser still sends the cookie of the session that is over.
    duty.sign_in("duty", "another horse battery")
    sessions(port, duty, boss)
    duty.done("DELETE", "/account/tokens/feed", status=204)
    program.refused(401, "sign-in-needed", "GET", "/queue")
    boss.done("PATCH", "/accounts/duty", {"disabled": True})
    duty.refused(401, "sign-in-needed", "GET", "/session")
    boss.refused(409, "last-administrator", "PATCH", "/accounts/boss", {"roles": ["officer"]})
    boss.refused(404, "account-unknown", "PATCH", "/accounts/nobody", {"disabled": True})


def sessions(port, duty, boss):
    """They are listed, and ended by their owner and by an administrator; a factor needs a password."""
    password = "another horse battery"
    elsewhere = API(port).sign_in("duty", password)
    listed = duty.done("GET", "/account/sessions")["sessions"]
    expect(sorted(one["current"] for one in listed) == [False, True], str(listed))
    before = API(port)
    before.cookie = elsewhere.cookie
    elsewhere.sign_in("duty", password)
    before.refused(401, "sign-in-needed", "GET", "/session")
    elsewhere.done("DELETE", "/account/sessions", status=204)
    duty.refused(401, "sign-in-needed", "GET", "/session")
    duty.sign_in("duty", password)
    boss.done("PATCH", "/accounts/duty", {"signOut": True})
    duty.refused(401, "sign-in-needed", "GET", "/session")
    duty.sign_in("duty", password)
    duty.refused(
        401, "sign-in-refused", "POST", "/account/factor/removal", {"password": PASSWORD})
    begun = duty.done("POST", "/account/factor", {"password": password})
    expect(begun["address"].startswith("otpauth://totp/"), str(begun))
    duty.done("POST", "/account/factor/removal", {"password": password}, status=204)
    duty.sign_in("duty", password)


def record_by_api(place):
    """Threads, bodies and words through the API, as the command line has them."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        port = serve_api(world)
        world.serve("cn")
        people(world)
        asked = [
            world.said(
                "us", "request", "new", "--to", "cn", "--kind", "information", "--text", text)
            for text in ("Whose address is 192.0.2.1?", "勒索软件 hit a hospital", "And a third")]
        for one in asked:
            world.agreed(one["thread"], 1)
        officer = API(port).sign_in("officer")
        auditor = API(port).sign_in("auditor")
        listed = officer.done("GET", "/threads")["threads"]
        ids = sorted(one["thread"] for one in asked)
        expect(sorted(one["thread"] for one in listed) == ids, "every thread")
        # Page by page; one that is added meanwhile neither hides nor doubles another.
        for path in ("/threads", "/queue"):
            seen, after = [], ""
            while after is not None:
                page = officer.done("GET", f"{path}?limit=1{after}")
                seen += [one["thread"] for one in page["threads"]]
                after = f"&after={page['next']}" if "next" in page else None
            expect(sorted(seen) == ids and len(seen) == 3, f"{path}: {seen}")
        rows = officer.done("GET", "/queue?turn=theirs")["threads"]
        queue = world.said("us", "queue", "--theirs")["threads"]
        expect(rows == queue, f"the queue is the command's: {rows} {queue}")
        expect(officer.done("GET", "/queue?turn=ours")["threads"] == [], "nothing is ours")
        expect(officer.done("GET", "/threads?kind=preservation")["threads"] == [], "none of it")
        thread = asked[1]["thread"]
        shown = officer.done("GET", f"/threads/{thread}")
        told = world.said("us", "request", "show", thread)
        expect({**told, **shown} == told, f"the thread is the command's: {shown} {told}")
        statement = shown["statements"][0]["id"]
        body = officer.done("GET", f"/statements/{statement}/body")
        expect(body["texts"][0]["text"] == "勒索软件 hit a hospital", str(body))
        hits = officer.done("GET", "/search?text=" + urllib.parse.quote("勒索"))["statements"]
        expect([one["statement"] for one in hits] == [statement], str(hits))
        expect((hits[0]["subject"], hits[0]["kind"]) == ("request", "information"), str(hits))
        # Said through the command line after the node has read its views.
        world.said("cn", "request", "acknowledge", thread)
        world.agreed(thread, 2)
        expect(
            officer.done("GET", f"/threads/{thread}")["state"] == "acknowledged"
            and "acknowledged" in [
                one["state"] for one in officer.done("GET", "/queue")["threads"]],
            "the node's views follow the record")
        conditional(officer, thread)
        for path in (f"/threads/{'a' * 26}", "/threads/x", f"/threads/{thread}x"):
            officer.refused(404, "not-found", "GET", path)
        auditor.done("GET", f"/threads/{thread}")
        auditor.refused(403, "not-allowed", "GET", f"/statements/{statement}/body")
        entries = auditor.done(
            "GET", "/trail?operation=body.show&object=" + urllib.parse.quote(statement))
        expect(
            [(one["account"], one["outcome"]) for one in entries["entries"]]
            == [("officer", "done"), ("auditor", "not-allowed")], str(entries))
        node = officer.done("GET", "/node")
        expect(node["party"] == "us" and len(node["parties"]) == 2, str(node))
        reports_as_commanded(world, officer, auditor)
        document = API(port).done("GET", "/openapi.json")
        expect(document["openapi"] == "3.1.0" and "/threads" in document["paths"], "it is told")
        world.stop()
    finally:
        world.kill()


def reports_as_commanded(world, officer, auditor):
    """Scorecard, agenda and cases are those of the command line for the same instant."""
    card = officer.done("GET", "/reports/scorecard?with=cn&titles=true")
    told = world.said(
        "us", "scorecard", "--with", "cn", "--from", card["from"], "--until", card["until"],
        "--at", card["asOf"])
    for part in ("timeliness", "quality", "sessions", "commitments"):
        expect(card[part] == told[part], f"{part}: {card[part]} {told[part]}")
    promises = [{**one, "title": None} for one in card["promises"]]
    expect(
        card["promiseCount"] == len(told["promises"]) == 9
        and all({**one, "title": None} in promises for one in told["promises"]), str(card))
    expect(
        {one["title"] for one in card["promises"]}
        == {"Whose address is 192.0.2.1?", "勒索软件 hit a hospital", "And a third"}, str(card))
    stands = {one["promise"]: one for one in card["spread"] if one["subject"] == "request"}
    expect(
        sum(stands["acknowledge"]["inTime"]) == 1 and sum(stands["acknowledge"]["open"]) == 2,
        str(stands))
    # What is said after one report stands in the next.
    urgent = world.said(
        "cn", "request", "new", "--to", "us", "--kind", "information", "--urgency", "urgent",
        "--text", "Whose is it now?")["thread"]
    world.agreed(urgent, 1)
    agenda = officer.done("GET", "/reports/agenda")
    expect([one.get("thread") for one in agenda["items"]].count(urgent) == 1, str(agenda))
    told = world.said("us", "agenda", "--with", "cn", "--at", agenda["asOf"])
    expect(
        [(one["section"], one.get("due", "")) for one in agenda["items"]]
        == [(one["section"], row[3]) for one in told["sections"] for row in one["rows"]]
        and agenda["itemCount"] == len(agenda["items"]), f"{agenda} {told}")
    seen, after = [], ""
    while after is not None:
        page = officer.done("GET", f"/reports/cases?limit=1{after}")
        seen += [one["thread"] for one in page["cases"]]
        after = f"&after={page['next']}" if "next" in page else None
    told = world.said("us", "report", "--with", "cn", "--at", page["asOf"])
    expect(
        seen == [row[-1] for row in told["sections"][0]["rows"]] and page["goingOn"] == 4
        and page["over"] == 0, f"{seen} {told}")
    expect(officer.done("GET", "/reports/cases?over=true")["cases"] == [], "none is over")
    for path in ("scorecard", "agenda", "cases"):
        officer.refused(404, "not-found", "GET", f"/reports/{path}?with=us")
        auditor.done("GET", f"/reports/{path}?with=cn")
        auditor.refused(403, "not-allowed", "GET", f"/reports/{path}?titles=true")
    officer.refused(
        422, "period-empty", "GET",
        "/reports/scorecard?from=2026-12-02T00:00:00Z&until=2026-12-01T00:00:00Z")
    end = officer.done("GET", f"/reports/cases?after=99999999999.{'a' * 26}")
    expect(end["cases"] == [] and end["goingOn"] == 4, f"after the last: {end}")


def conditional(officer, thread):
    """An unchanged answer is not sent again."""
    _, headers, _ = officer.call("GET", f"/threads/{thread}")
    tag = headers.getheader("etag")
    code, headers, answer = officer.call(
        "GET", f"/threads/{thread}", headers={"If-None-Match": tag})
    expect(code == 304 and answer is None and headers.getheader("etag") == tag, str(code))
    code, _, _ = officer.call("GET", f"/threads/{thread}", headers={"If-None-Match": '"x"'})
    expect(code == 200, "another tag is another answer")


def drafts_by_api(place):
    """Written by one, changed by another, approved by a third; what was looked at is what leaves."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        port = serve_api(world)
        world.serve("cn")
        people(world)
        world.said(
            "us", "user", "add", "second", "--role", "officer", "--role", "approver",
            "--password-file", world.folder / "password")
        officer, second = (API(port).sign_in(name) for name in ("officer", "second"))
        approver = API(port).sign_in("approver")
        wish = {
            "act": "allegation.make", "to": ["cn"],
            "terms": {"claims": [
                {"level": "machine", "confidence": "high", "likelihood": "likely"}]},
            "texts": [{"language": "en", "text": "An intrusion."}]}
        made = officer.done("POST", "/drafts", {"act": "allegation.make"}, status=201)
        draft = f"/drafts/{made['draft']}"
        expect(made["revision"] == 1 and made["needsApproval"], str(made))
        officer.refused(422, "addressee-missing", "POST", f"{draft}/preview", {})
        officer.refused(428, "if-match-missing", "PUT", draft, wish)
        tags = {}
        for who in (officer, second):
            _, headers, _ = who.call("GET", draft)
            tags[who] = headers.getheader("etag")
        changed = officer.call("PUT", draft, wish, headers={"If-Match": tags[officer]})
        expect(changed[0] == 200 and changed[2]["revision"] == 2, str(changed[2]))
        # The later writer sees that there is another text, and chooses.
        late = {**wish, "texts": [{"language": "en", "text": "Nothing of the kind."}]}
        second.refused(
            412, "draft-changed", "PUT", draft, late, headers={"If-Match": tags[second]})
        revisions = second.done("GET", f"{draft}/revisions")["revisions"]
        expect(
            [one["revision"] for one in revisions] == [1, 2]
            and revisions[0]["content"] == {"act": "allegation.make"}, str(revisions))
        leaves(world, officer, second, approver, draft, wish)
        elsewhere(world, officer, approver)
        world.stop()
    finally:
        world.kill()


def leaves(world, officer, second, approver, draft, wish):
    preview = officer.done("POST", f"{draft}/preview", {})
    header = preview["header"]
    expect(
        header["act"] == "allegation.make" and header["to"] == ["cn"]
        and preview["sealedTo"] == ["cn/poc", "us/poc"] and preview["exercise"]
        and preview["body"]["texts"][0]["text"] == "An intrusion."
        and json.loads(base64.b64decode(preview["payload"])) == header, str(preview))
    send = ("POST", f"{draft}/statement", {"preview": preview["preview"]})
    officer.refused(409, "approval-missing", *send)
    officer.refused(
        403, "not-allowed", "POST", f"{draft}/review", {"revision": 2, "verdict": "approved"})
    approver.refused(
        409, "draft-changed", "POST", f"{draft}/review", {"revision": 1, "verdict": "approved"})
    approver.done(
        "POST", f"{draft}/review", {"revision": 2, "verdict": "returned", "note": "Say when."})
    officer.refused(409, "approval-missing", *send)
    # Who has written a revision is not its second person, whatever the roles.
    _, headers, _ = second.call("GET", draft)
    second.call("PUT", draft, wish, headers={"If-Match": headers.getheader("etag")})
    second.refused(
        409, "approver-is-editor", "POST", f"{draft}/review",
        {"revision": 3, "verdict": "approved"})
    approver.done("POST", f"{draft}/review", {"revision": 3, "verdict": "approved"})
    # What was looked at was another revision.
    officer.refused(409, "preview-missing", *send)
    preview = officer.done("POST", f"{draft}/preview", {})
    expect(preview["approved"] and preview["needsApproval"], str(preview))
    officer.refused(
        409, "preview-missing", "POST", f"{draft}/statement",
        {"preview": "sha256:" + "0" * 64})
    send = ("POST", f"{draft}/statement", {"preview": preview["preview"]})
    said = officer.done(*send)["statement"]
    expect(officer.done(*send)["statement"] == said, "asked again, it is the same statement")
    officer.refused(409, "draft-sent", "DELETE", draft)
    # As if the process had died after the log had it and before the draft was marked.
    with sqlite3.connect(world.home("us") / "desk.sqlite", timeout=10) as desk:
        desk.execute("UPDATE draft SET state = 'open', statement = NULL")
    expect(officer.done(*send)["statement"] == said, "said once, whatever died in between")
    thread = preview["header"]["thread"]
    world.agreed(thread, 1)
    shown = world.said("cn", "allegation", "show", thread)
    expect(
        shown["state"] == "alleged" and shown["statements"][0]["id"] == said, str(shown))
    world.said("cn", "fetch", said, "--out", world.folder / "told")
    told = [file.read_bytes() for file in (world.folder / "told").rglob("*") if file.is_file()]
    expect(any(b"An intrusion." in one for one in told), "cn reads what was approved")


def elsewhere(world, officer, approver):
    """What may be said without a second person, what is not lawful, and what is given up."""
    asked = world.said(
        "cn", "request", "new", "--to", "us", "--kind", "information", "--text", "Whose is it?")
    thread = asked["thread"]
    world.agreed(thread, 1)
    wrong = officer.done(
        "POST", "/drafts", {"act": "request.close", "thread": thread}, status=201)
    officer.refused(
        422, "act-not-in-state", "POST", f"/drafts/{wrong['draft']}/preview", {})
    officer.done("DELETE", f"/drafts/{wrong['draft']}", status=204)
    officer.refused(409, "draft-discarded", "POST", f"/drafts/{wrong['draft']}/preview", {})
    made = officer.done(
        "POST", "/drafts", {"act": "request.acknowledge", "thread": thread}, status=201)
    listed = approver.done("GET", "/drafts")["drafts"]
    expect([one["draft"] for one in listed] == [made["draft"]], str(listed))
    preview = officer.done("POST", f"/drafts/{made['draft']}/preview", {})
    officer.done(
        "POST", f"/drafts/{made['draft']}/statement", {"preview": preview["preview"]})
    world.agreed(thread, 2)
    shown = world.said("cn", "request", "show", thread)
    expect(shown["state"] == "acknowledged", str(shown))
    officer.refused(
        400, "field-wrong", "POST", "/drafts", {"act": "agreement.amend"})
    officer.refused(
        400, "field-wrong", "POST", "/drafts", {"act": "request.acknowledge", "to": ["cn"] * 17})


def code_of(address):
    """What an authenticator that has read the address shows now (RFC 6238)."""
    secret = re.search(r"secret=([A-Z2-7]+)", address)[1]
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, (int(time.time()) // 30).to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    number = int.from_bytes(digest[at:at + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def second_factor_asked(place):
    """Whose roles need a second factor sets one up and does nothing before; others are not asked."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        people(world)
        token = world.said("us", "token", "add", "approver", "feed", "--role", "approver")["token"]
        port = serve_api(world, options=(
            "--second-factor", "approver", "--second-factor", "administrator"))
        API(port).sign_in("officer").done("GET", "/queue")
        API(port, token=token).done("GET", "/drafts")
        approver = API(port).sign_in("approver")
        expect(approver.done("GET", "/session")["secondFactor"] is False, "it may look at itself")
        approver.done("GET", "/openapi.json")
        tokens = ("POST", "/account/tokens", {"label": "x", "roles": ["approver"]})
        removal = ("POST", "/account/factor/removal", {"password": PASSWORD})
        for asked in (("GET", "/drafts"), ("GET", "/events"), ("GET", "/accounts"), tokens, removal):
            approver.refused(403, "factor-needed", *asked)
        begun = approver.done("POST", "/account/factor", {"password": PASSWORD})
        approver.refused(403, "factor-needed", "GET", "/drafts")
        codes = approver.done("PUT", "/account/factor", {"code": code_of(begun["address"])})
        approver.done("GET", "/drafts")
        API(port).refused(
            401, "code-needed", "POST", "/session", {"name": "approver", "password": PASSWORD})
        API(port).sign_in("approver", code=codes["recoveryCodes"][0]).done("GET", "/drafts")
        world.said("us", "user", "forget-factor", "approver")
        approver.refused(401, "sign-in-needed", "GET", "/drafts")
        approver.sign_in("approver").refused(403, "factor-needed", "GET", "/drafts")
        outcomes = [
            (one["account"], one["outcome"])
            for one in world.said("us", "trail", "list", "--operation", "draft.list")["entries"]
            if one["means"] == "session"]
        expect(("approver", "factor-needed") in outcomes, str(outcomes))
        world.stop()
    finally:
        world.kill()


def people(world, roles=ROLES):
    """An account for each role, named after it."""
    password = world.folder / "password"
    password.write_text(PASSWORD + "\n")
    for role in roles:
        world.said("us", "user", "add", role, "--role", role, "--password-file", password)


CASES = [
    accounts_by_command, first_and_sessions, second_factor_asked, record_by_api, drafts_by_api]
