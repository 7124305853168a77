"""What anybody reads of a node without an account: what was published, and not a word more."""

import base64
import hashlib
import http.client
import json
import re
import ssl
import urllib.parse
import xml.etree.ElementTree as ET

from case_dialogue import DIALOGUE, Talk, later
from case_service import API, free_port
from parley import LIMIT_SECONDS, expect, make_world, until

ATOM = "{http://www.w3.org/2005/Atom}"
# Said in bodies that nobody published; each must stand nowhere in what the public is sent.
SEALED = (
    "SEALEDREQUEST", "SEALEDPLEDGE", "SEALEDCONTEST", "SEALEDNOTICE", "SEALEDCOMMENT",
    "SEALEDREPLY", "SEALEDOUTCOMES", "SEALEDFINDING", "不予公布之词")


class Portal:
    """A browser of nobody in particular."""

    def __init__(self, port):
        self.port = port

    def get(self, path, method="GET", body=None, headers=None):
        context = ssl.create_default_context()
        # The certificate is the node's own; what it proves is another case's matter.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.port, timeout=LIMIT_SECONDS, context=context)
        connection.request(method, path, body=body, headers=headers or {})
        answer = connection.getresponse()
        read = answer.read().decode()
        connection.close()
        return answer, read

    def page(self, path):
        answer, text = self.get(path)
        expect(answer.status == 200, f"{path}: {answer.status} {text[:200]}")
        return text

    def fails(self, status, path, **more):
        answer, text = self.get(path, **more)
        expect(answer.status == status, f"{path}: {status} expected of {answer.status} {text[:200]}")

    def posted(self, path, **fields):
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Origin": f"https://127.0.0.1:{self.port}"}
        return self.get(path, "POST", urllib.parse.urlencode(fields), headers)

    def everything(self):
        """Every page that can be reached from the first ones, every feed and every answer."""
        seen, ahead = {}, ["/en/", "/zh/"]
        while ahead:
            path = ahead.pop()
            if path in seen or re.match(r"/../(sign-in|desk)", path):
                continue
            seen[path] = self.page(path)
            ahead += [
                link.replace("&amp;", "&").split("#")[0]
                for link in re.findall(r'href="(/(?:en|zh)[^"]*)"', seen[path])]
        asking = API(self.port)
        texts = []
        for path in ("", "/agreement", "/threads?limit=100", "/feed", "/scorecard", "/record"):
            answer = asking.done("GET", "/portal" + path)
            seen["portal" + path] = json.dumps(answer, ensure_ascii=False)
            for thread in answer.get("threads", ()):
                texts += [one["text"] for one in thread["texts"]]
        for text in texts:
            for path in ("/portal/texts/", "/portal/threads/"):
                seen[path + text] = json.dumps(
                    asking.done("GET", path + text), ensure_ascii=False)
        return seen


def talked(world, kind, opener, opening, *arguments):
    return Talk(world, kind, opener, opening, *arguments)


def publish(world, talk, party, statement):
    world.said(party, "text", "publish", statement)
    talk.beside()


def record(world):
    """Says what is public and what is not; the threads, with what of each was published."""
    asked = world.said(
        "us", "request", "new", "--to", "cn", "--kind", "information", "--text",
        "SEALEDREQUEST 不予公布之词")
    world.agreed(asked["thread"], 1)
    world.said("cn", "request", "acknowledge", asked["thread"])
    world.agreed(asked["thread"], 2)
    threads = [asked["thread"]]

    kept = talked(
        world, "commitment", "us", "make", "--text", "SEALEDPLEDGE", "--also", "zh-Hans=不予公布之词")
    kept.say("cn", "join")
    made = talked(
        world, "commitment", "us", "make", "--text", "PUBLICPLEDGE", "--also", "zh-Hans=公开承诺")
    made.say("cn", "join")
    publish(world, made, "cn", made.opening["statement"])
    made.say("us", "contest", "--text", "SEALEDCONTEST")
    made.say("us", "judge", "--verdict", "partly")

    hidden = talked(
        world, "notice", "cn", "publish", "--until", later(30), "--text", "SEALEDNOTICE")
    notice = talked(
        world, "notice", "cn", "publish", "--until", later(30), "--text",
        "Article 1. OLDWORD is deposited.", "--also", "zh-Hans=第一条：旧词。")
    publish(world, notice, "cn", notice.opening["statement"])
    notice.say("us", "comment", "--text", "SEALEDCOMMENT")
    notice.say("cn", "answer", "--text", "SEALEDREPLY", "--all")
    revised = notice.say(
        "cn", "revise", "--text", "Article 1. NEWWORD is deposited.", "--also",
        "zh-Hans=第一条：新词。")
    publish(world, notice, "cn", revised["statement"])

    session = talked(
        world, "session", "us", "propose", "--round", "1", "--date", later(-1), "--text", "Here.")
    session.say("cn", "agree")
    session.say("us", "hold", "--date", later(-1))
    minutes = session.say("us", "minutes-propose", "--text", "PUBLICMINUTES", "--also", "zh-Hans=纪要")
    denied = world.say("cn", "text", "publish", minutes["statement"])
    expect(
        denied.code == 2 and denied.error["error"] == "publication-not-agreed",
        f"what only its author signed, the other cannot publish: {denied}")
    session.say("cn", "minutes-agree")
    publish(world, session, "cn", minutes["statement"])
    outcomes = session.say("us", "outcomes-propose", "--text", "SEALEDOUTCOMES")
    session.say("cn", "outcomes-agree")
    own = session.say("us", "statement-propose", "--text", "OWNTEXT", "--also", "zh-Hans=己方文本")
    publish(world, session, "us", own["statement"])

    alleged = talked(
        world, "allegation", "us", "make", "--text", "SEALEDFINDING", "--claim",
        "machine:high:nearly-certain")
    threads += [one.thread for one in (kept, made, hidden, notice, session, alleged)]
    return threads, {
        "made": made, "kept": kept, "notice": notice, "session": session, "outcomes": outcomes}


def portal(place):
    """What was published stands at both nodes; what was not, stands nowhere in anything sent."""
    world = make_world(place / "w", terms=DIALOGUE)
    try:
        ports = {party: free_port() for party in ("us", "cn")}
        for party, port in ports.items():
            # Every page is asked for in a row, sooner than a reader would.
            world.serve(
                party, options=("--api", f"127.0.0.1:{port}", "--api-rate", "1000000"))
        for port in ports.values():
            empty(Portal(port))
        threads, said = record(world)
        for port in ports.values():
            shown(Portal(port), world, threads, said)
        us = Portal(ports["us"])
        figures(us, world, place)
        receipts(us, world, place, said)
        refused(us, said)
        world.stop()
    finally:
        world.kill()


def empty(portal):
    """Before anything was said, every page says so."""
    for path in ("commitments", "notices", "outcomes", "outcomes?of=allegation"):
        expect("Nothing of this kind" in portal.page(f"/en/{path}"), f"{path} is empty")
    expect("No promise with a time" in portal.page("/en/scorecard"), "no figures yet")
    feed = json.loads(portal.page("/en/feed.json"))
    expect(feed["items"] == [], f"an empty feed: {feed}")
    ET.fromstring(portal.page("/zh/feed.atom"))


def shown(portal, world, threads, said):
    # What was worked out a moment ago is given out again for a little while.
    until(
        lambda: "OWNTEXT" in portal.page("/en/outcomes")
        and "partly" in portal.page("/en/commitments").lower()
        and "NEWWORD" in portal.page("/en/notices"), "what was published appears")
    pledges = portal.page("/en/commitments")
    for word in ("PUBLICPLEDGE", "公开承诺", "signed by China", "speaks against", "Partly"):
        expect(word in pledges, f"{word} stands among the commitments")
    expect(pledges.count("<article") == 1, "one commitment was published, one was not")
    outcomes = portal.page("/en/outcomes")
    expect(
        "PUBLICMINUTES" in outcomes and "signed by China (cn) too" in outcomes
        and "nobody else has signed it" in outcomes, "both texts, and how each stands")
    feed = json.loads(portal.page("/en/feed.json"))
    expect(
        feed["version"] == "https://jsonfeed.org/version/1.1" and len(feed["items"]) == 5,
        f"five texts were published: {feed}")
    page = urllib.parse.urlsplit(next(
        one["url"] for one in feed["items"] if "NEWWORD" in one["content_text"]))
    notice = portal.page(page.path)
    for word in (
            "<ins>NEWWORD</ins>", "<del>OLDWORD</del>", "<ins>新</ins>", "<del>旧</del>",
            "Comments until"):
        expect(word in notice, f"{word} stands in the notice")
    atom = ET.fromstring(portal.page("/zh/feed.atom"))
    expect(
        {one.find(f"{ATOM}id").text for one in atom.iter(f"{ATOM}entry")}
        == {one["id"] for one in feed["items"]}, "both feeds hold the same")
    document = portal.page(
        re.search(r'href="(/en/texts/[^"]+)"', pledges)[1])
    digest = "sha256:" + hashlib.sha256(document.encode()).hexdigest()
    expect(digest in pledges, "the document is what the digest names")
    signed = json.loads(portal.page("/en/agreement.json"))
    expect(
        json.loads(base64.b64decode(signed["payload"])) == world.agreement_fields(),
        "the agreement is the one that was signed")
    agreement = portal.page("/zh/agreement")
    for word in (world.agreement_id(), "director", "30分钟", "Dialogue on cybercrime"):
        expect(word in agreement, f"{word} stands in the agreement")
    pages(API(portal.port))
    everything = portal.everything()
    expect(len(everything) > 40, f"all of it is read: {sorted(everything)}")
    statements = [
        one["id"] for talk in (said["made"], said["kept"], said["session"])
        for one in talk.shown["statements"]]
    for path, text in everything.items():
        for word in (*SEALED, *threads, *statements):
            expect(word not in text, f"{path} holds {word}")
        if path.startswith("/en"):
            expect("<script>" not in text and " style=" not in text, f"{path}: inline")


def pages(asking):
    """Page by page every thread comes once, the latest publication first."""
    whole = asking.done("GET", "/portal/threads")["threads"]
    seen, after = [], ""
    while after is not None:
        page = asking.done("GET", f"/portal/threads?limit=1{after}")
        seen += page["threads"]
        after = f"&after={page['next']}" if "next" in page else None
    expect(seen == whole and len(whole) == 3, f"three threads: {[one['name'] for one in seen]}")
    times = [one["published"] for one in whole]
    expect(times == sorted(times, reverse=True), f"the latest first: {times}")


def figures(portal, world, place):
    """Figures of yesterday are empty; those of the other side stand beside ours, and differences."""
    theirs = place / "theirs.json"
    card = world.said("cn", "scorecard", "--with", "us")
    theirs.write_text(json.dumps(card))
    expect("have not been put beside" in portal.page("/en/scorecard"), "ours alone")
    world.said("us", "scorecard", "publish", theirs)
    page = portal.page("/en/scorecard")
    expect(
        "published the same figures" in page and "China kept" in page and "<svg" in page
        and 'class="number in-time"' in page, "the same, as bars with numbers")
    answer = API(portal.port).done("GET", "/portal/scorecard?with=cn")
    kept = {
        (one["party"], one["subject"], one["promise"]): one["inTime"]
        for one in answer["timeliness"]}
    expect(kept[("cn", "request", "acknowledge")] == 1, f"as the record has it: {kept}")
    expect(
        not {"promises", "commitments"} & set(answer) and answer["theirs"]["differences"] == 0,
        f"figures alone: {answer}")
    for one in card["promises"]:
        if one["promise"] == "acknowledge" and one["subject"] == "request":
            one["verdict"] = "late"
    theirs.write_text(json.dumps(card))
    world.said("us", "scorecard", "publish", theirs)
    page = portal.page("/en/scorecard")
    expect("1 promise stands otherwise" in page and "(differs)" in page, "a difference is shown")
    alien = place / "alien.json"
    alien.write_text(json.dumps(card | {"parties": ["aa", "bb"]}))
    result = world.say("us", "scorecard", "publish", alien)
    expect(result.error["error"] == "scorecards-apart", str(result))


def receipts(portal, world, place, said):
    """A receipt, and an export, hold at the node; changed by one byte, they do not."""
    statement = said["made"].opening["statement"]
    file, export = place / "receipt.tlog-proof", place / "thread.json"
    world.said("us", "receipt", "show", statement, "--out", file)
    world.said("us", "export", said["made"].thread, "--out", export)
    asking = API(portal.port)

    def verdict(text, **more):
        return asking.done("POST", "/portal/receipt", {"text": text, **more})

    good = file.read_text()
    held = verdict(good, statement=statement)
    expect(
        held["verdict"] == "proven" and held["log"] == "cn" and all(
            step["outcome"] == "ok" for step in held["steps"]), f"it holds: {held}")
    expect(verdict(good)["verdict"] == "open", "of no statement, it is left open")
    other = verdict(good, statement="sha256:" + "0" * 64)
    expect(
        other["verdict"] == "not-proven" and any(
            step.get("reason") == "root-differs" for step in other["steps"]), str(other))
    lines = good.split("\n")
    lines[-2] = lines[-2][:-6] + ("A" if lines[-2][-6] != "A" else "B") + lines[-2][-5:]
    changed = verdict("\n".join(lines), statement=statement)
    expect(changed["verdict"] == "not-proven", f"a changed signature: {changed}")
    text = export.read_text()
    expect(verdict(text)["verdict"] == "proven", f"an export holds: {verdict(text)}")
    fields = json.loads(text)
    fields["statements"][0]["envelope"] = fields["statements"][1]["envelope"]
    swapped = json.dumps(fields, separators=(",", ":"), sort_keys=True)
    expect(verdict(swapped)["verdict"] == "not-proven", "another's envelope does not")
    answer, page = portal.posted("/en/receipt", do="check", text=good, statement=statement)
    expect(answer.status == 200 and "Proven." in page and "sha256:" in page, page[-500:])
    answer, page = portal.posted("/zh/receipt", do="check", text="x", statement="")
    expect("未获证明" in page and "receipt-malformed" in page, page[-500:])
    asking.refused(400, "field-wrong", "POST", "/portal/receipt", {"text": "x" * 200_001})
    asking.refused(413, "body-too-long", "POST", "/portal/receipt", {"text": "x" * 400_000})
    asking.refused(400, "field-missing", "POST", "/portal/receipt", {"statement": statement})


def refused(portal, said):
    asking = API(portal.port)
    sealed = said["kept"].shown["statements"][0]["terms"]["text"]
    for path in ("texts", "threads"):
        for text in (sealed, "sha256:" + "0" * 64, "x"):
            asking.refused(404, "not-found", "GET", f"/portal/{path}/{text}")
    for path in ("texts", "commitments", "notices", "outcomes"):
        portal.fails(404, f"/en/{path}/{sealed}")
    for query, reason in (
            ("limit=0", "field-wrong"), ("limit=101", "field-wrong"), ("subject=request", "field-wrong"),
            ("after=x", "field-wrong"), ("after=sha256:" + "0" * 64, "cursor-unknown"),
            ("x=1", "field-unknown")):
        asking.refused(400, reason, "GET", f"/portal/threads?{query}")
    for other in ("zz", "us", "acme"):
        asking.refused(404, "not-found", "GET", f"/portal/scorecard?with={other}")
    asking.refused(404, "not-found", "GET", "/portal/agreement?version=sha256:" + "0" * 64)
    portal.fails(400, "/en/commitments?after=x")
    portal.fails(404, "/fr/agreement")
    portal.fails(404, "/en/agreement/x")
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    portal.fails(403, "/en/receipt", method="POST", body="do=check&text=x", headers=form)
    portal.fails(
        403, "/en/receipt", method="POST", body="do=check&text=x",
        headers=form | {"Origin": "https://elsewhere.example.org"})
    for path in ("/en/commitments", "/en/feed.atom"):
        portal.fails(404, path, method="POST", body="do=x", headers=form | {
            "Origin": f"https://127.0.0.1:{portal.port}"})


CASES = [portal]
