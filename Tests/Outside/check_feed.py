"""The feeds of a real node, read by feedparser and held to RFC 4287's rules and JSON Feed 1.1.

    PARLEY=… python3 check_feed.py
"""

import json
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "EndToEnd"))

import feedparser  # noqa: E402
from case_dialogue import Talk  # noqa: E402
from case_portal import Portal  # noqa: E402
from parley import free_port, make_world, until  # noqa: E402

TEXT = "Neither <b>side</b> & \"no\" ]]> one will …"


def entry_faults(entry):
    """What RFC 4287 §4.1.2 asks of an entry."""
    for name in ("id", "title", "updated_parsed", "published_parsed", "summary"):
        if not entry.get(name):
            yield f"an entry has no {name}"
    if not any(link["rel"] == "alternate" and link["href"].startswith("https://")
               for link in entry.get("links", ())):
        yield "an entry without content has an alternate link (§4.1.1.1)"


def atom_faults(text, language):
    parsed = feedparser.parse(text)
    # feedparser puts ids through urljoin, which drops the empty authority of RFC 6920.
    ids = re.findall(r"<entry>\s*<id>(ni:///sha-256;[A-Za-z0-9_-]{43})</id>", text)
    if len(set(ids)) != 2:
        yield f"each entry is named by the digest of its text: {ids}"
    if parsed.bozo:
        yield f"feedparser: {parsed.bozo_exception}"
    if parsed.version != "atom10":
        yield f"it is {parsed.version}"
    feed = parsed.feed
    for name in ("id", "title", "updated_parsed", "author"):
        if not feed.get(name):
            yield f"the feed has no {name}"
    if feed.get("language") != language:
        yield f"its language is {feed.get('language')}"
    if not any(link["rel"] == "self" for link in feed.get("links", ())):
        yield "it does not name itself"
    if len(parsed.entries) != 2 or len({one.id for one in parsed.entries}) != 2:
        yield f"two texts were published: {len(parsed.entries)} entries"
    times = [one.updated_parsed for one in parsed.entries]
    if times != sorted(times, reverse=True) or times and feed.updated_parsed != max(times):
        yield "the latest does not come first"
    for entry in parsed.entries:
        yield from entry_faults(entry)
    # Text, and never markup: what a party wrote is shown as it wrote it.
    if not any(
            one.summary_detail.type == "text/plain" and one.summary == TEXT
            for one in parsed.entries):
        yield f"what was said is not as it was said: {[one.summary for one in parsed.entries]}"


def json_faults(text):
    feed = json.loads(text)
    if feed.get("version") != "https://jsonfeed.org/version/1.1" or not feed.get("title"):
        yield f"its head: {feed}"
    for item in feed["items"]:
        if not item.get("id") or not ("content_text" in item or "content_html" in item):
            yield f"an item lacks what it must have: {item}"
        if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", item["date_published"]):
            yield f"a time: {item['date_published']}"
    if not any(item["content_text"] == TEXT for item in feed["items"]):
        yield "what was said is not as it was said"


def main():
    with tempfile.TemporaryDirectory() as place:
        world = make_world(pathlib.Path(place) / "w", parties=("us", "cn"))
        try:
            port = free_port()
            world.serve("us", options=("--api", f"127.0.0.1:{port}"))
            world.serve("cn")
            for text in (TEXT, "A second one."):
                talk = Talk(world, "commitment", "us", "make", "--text", text)
                world.said("us", "text", "publish", talk.opening["statement"])
                talk.beside()
            portal = Portal(port)
            until(
                lambda: portal.page("/en/feed.atom").count("<entry>") == 2, "both are in the feed")
            fetched = {
                path: portal.page(path)
                for path in ("/en/feed.atom", "/zh/feed.atom", "/en/feed.json", "/zh/feed.json")}
            world.stop()
        finally:
            world.kill()
    failed = False
    for path, text in fetched.items():
        faults = list(
            json_faults(text) if path.endswith("json")
            else atom_faults(text, "en" if path.startswith("/en") else "zh-Hans"))
        failed = failed or bool(faults)
        print("FAILED" if faults else "ok", path, *faults)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
