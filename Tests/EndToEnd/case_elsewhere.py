"""A node's API used from elsewhere: files that come and go, and the command line itself."""

import hashlib
import http.client
import json
import os
import re
import ssl

from case_service import API, people, serve_api
from parley import environment, expect, make_world, run, until


def files_by_api(place):
    """Brought in parts, gone on with after a cut, fetched by ranges, nobody else's, and bounded."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        port = serve_api(world)
        people(world)
        officer, other = (API(port).sign_in(name) for name in ("officer", "case-officer"))
        content = os.urandom(700_001)
        digest = "sha256:" + hashlib.sha256(content).hexdigest()
        made = officer.done("POST", "/files", {
            "name": "traffic.pcap", "sizeBytes": len(content), "digest": digest}, status=201)
        file = f"/files/{made['file']}"
        kind = {"Content-Type": "application/octet-stream"}
        # Whatever came is kept, and the rest goes on from there.
        officer.call(
            "PATCH", f"{file}/content", raw=content[:300_000],
            headers={**kind, "Upload-Offset": "0"})
        expect(officer.done("GET", file)["receivedBytes"] == 300_000, "a part is kept")
        for offset, reason, status in (
                ("0", "upload-offset-wrong", 409), ("300001", "upload-offset-wrong", 409),
                ("700002", "upload-offset-wrong", 409), ("-1", "upload-offset-missing", 400), ("+300000", "upload-offset-missing", 400),
                ("x", "upload-offset-missing", 400)):
            officer.refused(
                status, reason, "PATCH", f"{file}/content", raw=b"x",
                headers={**kind, "Upload-Offset": offset})
        officer.refused(409, "file-incomplete", "GET", f"{file}/content")
        officer.refused(
            413, "file-too-long", "PATCH", f"{file}/content", raw=content[300_000:] + b"x",
            headers={**kind, "Upload-Offset": "300000"})
        at = officer.done("GET", file)["receivedBytes"]
        officer.call(
            "PATCH", f"{file}/content", raw=content[at:],
            headers={**kind, "Upload-Offset": str(at)})
        for sent, status, wanted in (
                (None, 200, content), ("bytes=0-9", 206, content[:10]),
                ("bytes=700000-", 206, content[-1:]),
                ("bytes=1-18446744073709551615", 206, content[1:]), ("bytes=-5", 206, content[-5:]),
                ("bytes=5-2", 200, content), ("lines=1-2", 200, content)):
            code, answer, read = fetched(officer, file, {"Range": sent} if sent else {})
            expect(code == status and read == wanted, f"{sent}: {code} {len(read)}")
        expect(
            answer.getheader("content-disposition") == "attachment; filename*=UTF-8''traffic.pcap"
            and answer.getheader("x-content-type-options") == "nosniff", "it is no page")
        officer.refused(416, "range-outside", "GET", f"{file}/content", headers={
            "Range": "bytes=700001-"})
        whose = [("GET", file), ("GET", f"{file}/content"), ("DELETE", file)]
        for method, path in whose:
            other.refused(404, "not-found", method, path)
        wrong(officer, content, kind)
        officer.done("DELETE", file, status=204)
        officer.refused(404, "not-found", "GET", file)
        expect(officer.done("GET", "/files")["files"] == [], "none is left")
        world.stop()
    finally:
        world.kill()


def fetched(caller, file, headers):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", caller.port, context=context)
    connection.request(
        "GET", f"/api/v1{file}/content", headers={**headers, "Cookie": caller.cookie})
    answer = connection.getresponse()
    read = answer.read()
    connection.close()
    return answer.status, answer, read


def wrong(officer, content, kind):
    for name in ("../key", "a/b", ".hidden", "a\u0000b"):
        officer.refused(
            422, "exhibit-name-unfit", "POST", "/files", {"name": name, "sizeBytes": 1})
    officer.refused(400, "field-wrong", "POST", "/files", {
        "name": "x", "sizeBytes": (16 << 30) + 1})
    officer.refused(400, "field-wrong", "POST", "/files", {"name": "x", "sizeBytes": -1})
    big = [officer.done("POST", "/files", {"name": "x", "sizeBytes": 15 << 30}, status=201)
           for _ in range(2)]
    officer.refused(409, "files-too-many", "POST", "/files", {
        "name": "x", "sizeBytes": 15 << 30})
    for one in big:
        officer.done("DELETE", f"/files/{one['file']}", status=204)
    many = [officer.done("POST", "/files", {"name": "x", "sizeBytes": 0}, status=201)
            for _ in range(200 - len(officer.done("GET", "/files")["files"]))]
    officer.refused(409, "files-too-many", "POST", "/files", {"name": "x", "sizeBytes": 0})
    for one in many:
        officer.done("DELETE", f"/files/{one['file']}", status=204)
    made = officer.done("POST", "/files", {
        "name": "x", "sizeBytes": 4, "digest": "sha256:" + "0" * 64}, status=201)
    file = f"/files/{made['file']}"
    officer.refused(
        422, "digest-differs", "PATCH", f"{file}/content", raw=b"four",
        headers={**kind, "Upload-Offset": "0"})
    expect(officer.done("GET", file)["receivedBytes"] == 0, "none of it was kept")
    officer.refused(
        415, "media-type-wrong", "PATCH", f"{file}/content", raw=b"four",
        headers={"Content-Type": "text/plain", "Upload-Offset": "0"})
    officer.done("DELETE", file, status=204)


class Elsewhere:
    """The command line on a machine without a home, speaking for one account."""

    def __init__(self, world, port, name, place, role=None):
        self.place = place / f"desk-of-{name}"
        self.place.mkdir(parents=True)
        token = world.said("us", "token", "add", name, "laptop", "--role", role or name)["token"]
        (self.place / "token").write_text(token + "\n")
        log = (world.folder / "us.log").read_text()
        key = re.search(r'"key":"(sha256:\w+)"', log)[1]
        self.options = (
            "--node", f"https://127.0.0.1:{port}", "--token-file", "token", "--node-pin", key)

    def say(self, *words, options=(), stdin=b""):
        env = {name: value for name, value in environment().items() if name != "PARLEY_HOME"}
        return run(
            *self.options, *options, *words, "--json", cwd=self.place, env=env, stdin=stdin)

    def said(self, *words, **more):
        result = self.say(*words, **more)
        expect(result.code == 0, str(result))
        return result.json

    def refused(self, reason, *words, code=2, **more):
        result = self.say(*words, **more)
        expect(result.code == code and result.error["error"] == reason, f"{reason}: {result}")


def command_line_elsewhere(place):
    """Two officers at no machine of the node's ask, attach, answer, approve and fetch."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        port = serve_api(world)
        world.serve("cn")
        people(world)
        officer, chief, auditor = (
            Elsewhere(world, port, name, place)
            for name in ("case-officer", "approver", "auditor"))
        evidence = os.urandom(200_000)
        (officer.place / "traffic.pcap").write_bytes(evidence)
        (officer.place / "words.txt").write_text("Whose address is 192.0.2.14?")
        asking = (
            "request", "new", "--to", "cn", "--kind", "information", "--text", "@words.txt",
            "--also", "zh-Hans=192.0.2.14 是谁的地址？", "--attach", "traffic.pcap")
        # Without a word of consent nothing leaves; what would is shown.
        held = officer.said(*asking)
        expect(
            held["preview"]["header"]["act"] == "request.submit"
            and held["preview"]["body"]["exhibits"][0]["name"] == "traffic.pcap"
            and len(held["preview"]["body"]["texts"]) == 2, str(held))
        expect(world.said("us", "request", "list")["threads"] == [], "nothing has left")
        sent = officer.said("draft", "send", held["draft"], options=("--yes",))
        world.agreed(sent["thread"], 1)
        # What came to the other side is what lay on the officer's machine.
        world.said(
            "cn", "fetch", sent["statement"], "--out", place / "opened", "--purpose", "To answer")
        expect((place / "opened" / "traffic.pcap").read_bytes() == evidence, "bit for bit")
        expect(
            world.said("us", "request", "show", sent["thread"])["statements"][0]["from"]
            == "us/poc", "it is the organ that speaks")
        back(world, officer, auditor, sent, place)
        four_eyes(world, officer, chief)
        refusals(world, officer, auditor, port, place)
        entries = world.said("us", "trail", "list", "--limit", "1000")["entries"]
        ran = [(one["account"], one["object"], one["outcome"]) for one in entries
               if one["operation"] == "command.run"]
        expect(("case-officer", "request new", "done") in ran, str(ran))
        opened = [(one["account"], one["means"]) for one in entries
                  if one["operation"] in ("body.show", "exhibit.open")
                  and one["account"] == "case-officer"]
        expect(("case-officer", "command") in opened, f"who opened what is said: {opened}")
        expect("192.0.2.14" not in json.dumps(entries), "no word of a body is in the trail")
        expect(not list((world.home("us") / "commands").iterdir()), "no command's folder is left")
        world.stop()
    finally:
        world.kill()


def back(world, officer, auditor, sent, place):
    world.said("cn", "request", "acknowledge", sent["thread"])
    (place / "list.csv").write_text("one,two\n")
    world.said("cn", "request", "accept", sent["thread"])
    answer = world.said(
        "cn", "request", "answer", sent["thread"], "--text", "Nobody's.", "--attach",
        place / "list.csv")
    world.agreed(sent["thread"], 5)
    for words in (("queue",), ("request", "show", sent["thread"])):
        told = officer.said(*words)
        local = world.said("us", *words)
        expect(told == local, f"{words}: {told} {local}")
    fetched_there = officer.said(
        "fetch", answer["statement"], "--out", "opened", "--purpose", "To read it")
    expect(
        (officer.place / "opened" / "list.csv").read_text() == "one,two\n"
        and fetched_there["folder"] == "opened", str(fetched_there))
    officer.refused("file-exists", "fetch", answer["statement"], "--out", "opened")
    auditor.refused("not-allowed", "fetch", answer["statement"], "--out", "other")
    officer.said("export", sent["thread"], "--out", "thread.json")
    verified = run(
        "verify", officer.place / "thread.json", "--agreement", world.folder / "agreement.json",
        "--json")
    expect(verified.code == 0, str(verified))
    custody = world.said("us", "custody", "show", answer["statement"])
    expect(len(custody["chains"]) == 1, f"the opening is in the chain: {custody}")


def four_eyes(world, officer, chief):
    held = officer.said(
        "allegation", "make", "--to", "cn", "--text", "An intrusion.", "--claim",
        "machine:high:likely", options=("--yes",))
    expect("statement" not in held and held["preview"]["needsApproval"], str(held))
    draft = held["draft"]
    officer.refused("not-allowed", "draft", "approve", draft, "--revision", "1")
    expect(
        [one["draft"] for one in chief.said("draft", "list")["drafts"]] == [draft], "it is there")
    chief.refused("draft-changed", "draft", "approve", draft, "--revision", "2")
    chief.said("draft", "return", draft, "--revision", "1", "--note", "Say when.")
    held = officer.said("draft", "send", draft, options=("--yes",))
    expect("statement" not in held, "what was returned does not leave")
    chief.said("draft", "approve", draft, "--revision", "1")
    sent = officer.said("draft", "send", draft, options=("--yes",))
    world.agreed(sent["thread"], 1)


def refusals(world, officer, auditor, port, place):
    """What is not the node's to do, or not this person's, says so; no path of the node's is read."""
    secret = world.home("us") / "keys" / "log.key.json"
    expect(secret.exists(), "there is something to be kept")
    told = officer.say("init", "--party", "us")
    expect(told.code == 2 and told.error["error"] == "command-on-machine", str(told))
    officer.refused("option-on-machine", "queue", "--home", world.home("us"))
    auditor.refused("not-allowed", "request", "acknowledge", "x")
    officer.refused("not-allowed", "user", "list")
    officer.refused("file-missing", "attach", "nothing.bin", "--to", "cn", code=1)
    officer.refused("draft-malformed", "draft", "send", "x")
    told = run("--yes", "queue", "--json")
    expect(told.code == 64 and "--node" in told.error["message"], str(told))
    result = officer.say("request", "sing")
    expect(result.code == 64, str(result))
    caller = API(port, token=(officer.place / "token").read_text().strip())
    for words in (
            ["attach", str(secret), "--to", "cn"], ["attach", "../../keys/log.key.json"],
            ["request", "new", "--to", "cn", "--kind", "information", "--text", f"@{secret}"],
            ["custody", "show", str(secret)]):
        answer = caller.done("POST", "/commands", {"words": words})
        expect(
            answer["exitCode"] != 0 and answer["files"] == [] and "draft" not in answer
            and secret.read_text()[:40] not in json.dumps(answer), f"{words}: {answer}")
    for words, reason in (
            (["serve"], "command-on-machine"), (["verify", "x"], "command-elsewhere"),
            (["sing"], "command-unknown"), (["request"], "command-unknown")):
        caller.refused(422, reason, "POST", "/commands", {"words": words})
    for words in ([], ["queue"] * 257, ["x" * 65_537]):
        caller.refused(400, "field-wrong", "POST", "/commands", {"words": words})
    caller.refused(404, "not-found", "POST", "/commands", {
        "words": ["queue"], "files": {"x": "a" * 26}})
    wrong_key = (*officer.options[:-1], "sha256:" + "0" * 64)
    officer.options, right = wrong_key, officer.options
    officer.refused("node-key-not-trusted", "queue", code=1)
    # Without a pin the machine's authorities are asked, and none knows the node.
    officer.options = right[:-2]
    officer.refused("node-key-not-trusted", "queue", code=1)
    officer.options = right
    (officer.place / "token").write_text("parley_x")
    officer.refused("sign-in-needed", "queue")


def concern_elsewhere(place):
    """A company's concern is put and noted by two drafts of one command, each looked at."""
    world = make_world(place / "w")
    try:
        port = serve_api(world)
        world.serve("cn", "acme")
        people(world)
        officer = Elsewhere(world, port, "case-officer", place)
        raised = world.said(
            "acme", "concern", "raise", "--to", "us", "--text", "The rule asks for source code.")
        own = raised["thread"]
        passing = ("concern", "pass", own, "--to", "cn")

        def here():
            shown = world.say("us", "concern", "show", own)
            return shown.code == 0 and all("time" in one for one in shown.json["statements"])

        until(here, "the concern should come")
        held = officer.said(*passing)
        header = held["preview"]["header"]
        expect(
            header["act"] == "concern.raise" and header["to"] == ["cn"]
            and header["terms"]["follows"] == own, str(header))
        expect(
            [text["text"] for text in held["preview"]["body"]["texts"]]
            == ["The rule asks for source code."], "in the company's words")
        expect(len(world.said("us", "concern", "list")["threads"]) == 1, "nothing has left")
        put = officer.said("draft", "send", held["draft"], options=("--yes",))
        noted = officer.said(*passing, options=("--yes",))
        expect((noted["act"], noted["thread"]) == ("concern.take-up", own), str(noted))
        until(
            lambda: world.say("cn", "concern", "show", put["thread"]).code == 0, "it should come")
        shown = world.said("us", "concern", "show", own)
        expect(
            shown["state"] == "acknowledged" and shown["statements"][-1]["id"]
            == noted["statement"], str(shown))
        expect(len(world.said("us", "concern", "list")["threads"]) == 2, "it is put once")
        Elsewhere(world, port, "auditor", place).refused("not-allowed", *passing)
        world.stop()
    finally:
        world.kill()


CASES = [files_by_api, command_line_elsewhere, concern_elsewhere]
