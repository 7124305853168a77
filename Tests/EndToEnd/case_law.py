"""The tables of law: what they answer, and a party's own rows over them on record."""

import json

import parley
from case_lawful import law_world, refused
from parley import expect, run, until


def overlays(place):
    """A party's own rows: shared, signed by the other, used by both; what does not fit is refused."""
    world, _, _ = law_world(place)
    try:
        world.serve("us", "cn")
        refused_overlays(world, place)
        # The treaty comes into force between the two: as an exercise, in rows of the test's own.
        rows = overlay(place / "rows.json", "US", [
            supersede("instruments", "un-cybercrime", status="in-force", inForce="2026-01-01"),
            supersede("treaty-status", "US:un-cybercrime", status="party", inForce="2026-01-01"),
            supersede("treaty-status", "JP:un-cybercrime", status="party", inForce="2026-01-01"),
        ])
        basis = "contact-point-assistance:un-cybercrime"
        ask = [
            "request", "new", "--to", "cn", "--kind", "contact-point-assistance", "--basis", basis,
            "--text", "Words.", "--field", "need=a name"]
        refused(world.say("us", *ask), "basis-not-open")
        shared = world.said("us", "law", "overlay", "share", rows)
        waited(world, "cn", shared["thread"], [])
        waited(world, "us", shared["thread"], [])
        by_us = world.said("us", *ask)
        both = world.agreed(by_us["thread"], 1)
        checked = world.said("cn", "request", "check", by_us["thread"])
        expect(not checked["sameLaw"], "the other side has not signed these rows yet")
        world.said("cn", "law", "overlay", "adopt", shared["thread"])
        waited(world, "us", shared["thread"], ["cn"])
        again = world.said("us", *ask)
        both = world.agreed(again["thread"], 1)
        checked = world.said("cn", "request", "check", again["thread"])
        expect(
            checked["sameLaw"] and checked["law"] == both["law"], f"now both have them: {checked}")
        for party in ("us", "cn"):
            # The tables' answers too, in whichever order the two are named.
            status = world.said(party, "law", "status", "jp", "us", "--on", "2026-11-23")
            expect(status["data"] == both["law"], f"the tables of {party}: {status['data']}")
        apart = run("law", "status", "jp", "us", "--shipped", "--json").json
        expect(apart["data"] != both["law"], "the shipped tables alone have another digest")
        expect(
            standing(status)["un-cybercrime"] == "in-force"
            and standing(apart)["un-cybercrime"] != "in-force", "the overlay's rows answer")
        refused(
            world.say("us", "law", "status", "jp", "us", "--shipped"), "options-contradict")
        refused(world.say("cn", "law", "overlay", "withdraw", shared["thread"]), "act-not-by-side")
        world.said("us", "law", "overlay", "withdraw", shared["thread"])
        until(
            lambda: all(
                one["withdrawn"] for party in ("us", "cn")
                for one in world.said(party, "law", "overlay", "list")["overlays"]),
            "both should see it withdrawn")
        refused(world.say("us", *ask), "basis-not-open")
        world.stop()
    finally:
        world.kill()


def standing(status):
    return {one["instrument"]: one["verdict"] for one in status["instruments"]}


def supersede(table, row, **fields):
    return table, row, fields


def overlay(file, party, changes):
    rows = []
    for table, row, fields in changes:
        found = run("law", "explain", f"{table}/{row}", "--json")
        expect(found.code == 0, str(found))
        (one,) = found.json["rows"]
        rows.append({"action": "supersede", "table": table, "row": one["row"] | fields})
    file.write_text(json.dumps(
        {"parley": "law-overlay/1", "origin": "party", "party": party, "rows": rows}))
    return file


def refused_overlays(world, place):
    def no(reason, text, party="us"):
        file = place / "bad.json"
        file.write_text(text if isinstance(text, str) else json.dumps(text))
        refused(world.say(party, "law", "overlay", "share", file), reason)

    sound = {"parley": "law-overlay/1", "origin": "party", "party": "US", "rows": []}
    row = {"id": "US:ets189", "party": "US", "instrument": "ets189", "status": "signatory",
           "asOf": "2026-11-01", "source": "design", "confidence": "design"}
    add = {"action": "add", "table": "treaty-status", "row": row}
    no("overlay-of-another", sound | {"party": "JP"})
    no("overlay-of-another", {key: value for key, value in sound.items() if key != "party"}
       | {"origin": "agreed"})
    no("field-value-wrong", sound | {"rows": [add | {"action": "delete"}]})
    no("row-unknown", sound | {"rows": [add | {"action": "supersede", "row": row | {"id": "XX:YY"}}]})
    no("reference-dangling", sound | {"rows": [
        add | {"row": row | {"id": "US:none", "instrument": "none"}}]})
    no("row-twice", sound | {"rows": [add, add]})
    too_long = world.say("us", "law", "overlay", "share", large(place / "large.json", 1_048_577))
    expect(too_long.code != 0 and too_long.error["error"] == "file-too-long", str(too_long))
    refused(world.say("cn", "law", "overlay", "adopt", "aaaa"), "thread-unknown")


def large(file, size):
    file.write_bytes(b" " * size)
    return file


def waited(world, party, thread, adopters):
    until(
        lambda: [
            one["adoptedBy"] for one in world.said(party, "law", "overlay", "list")["overlays"]
            if one["thread"] == thread] == [adopters],
        f"{party} should hold the overlay, adopted by {adopters}")


def law(place):
    """The tables of law by the executable: answers, exports, differences, and what it refuses."""
    def done(*words):
        return parley.done("law", *words)

    def no(reason, *words):
        refused(run("law", *words, "--json"), reason)

    pair = ("us", "cn", "--on", "2026-11-23")
    status = standing(done("status", *pair))
    expect(
        status["us-cn-mlaa-2000"] == "in-force" and status["ets185"] == "not-in-force",
        f"between the two: {status}")
    access = ("--fact", "access", "--fact", "data-obtained")
    open_answer = done("offence", *pair, *access)["dualCriminality"]
    expect(open_answer["outcome"] == "met-if" and open_answer["conditions"], str(open_answer))
    serious = done("offence", *pair, *access, "--fact", "serious-circumstances")
    expect(serious["dualCriminality"]["outcome"] == "met", str(serious["dualCriminality"]))
    bases = done("basis", *pair, *access, "--kind", "mla-general")["bases"]
    expect(bases[0]["basis"] == "mla-general:us-cn-mlaa-2000", f"ranked first: {bases[0]}")
    page = run("law", "basis", *pair, "--language", "zh-Hans")
    expect(page.code == 0 and "中美刑事司法协助协定" in page.out.decode(), str(page))
    both = run("law", "check", bases[0]["basis"], "--field", "authority=x", "--ground", "R-SOV", "--json")
    expect(
        both.code == 2 and not both.json["complete"] and both.json["verdict"] == "allowed",
        f"a field and a ground together: {both}")
    (row,) = done("explain", "treaty-status/HU:cets224")["rows"]
    expect(row["layer"] == "shipped" and row["sourceTitle"], str(row))
    ours, data = place / "ours.json", place / "law.json"
    done("overlay", "new", "--party", "cn", "--supersede", "treaty-status/CN:un-cybercrime",
         "--set", "status=ratified-not-in-force", "--set", "bound=2026-12-01",
         "--set", "source=S-UNTC", "--set", "confidence=high", "--set", "asOf=2026-12-01",
         "--out", ours)
    done("overlay", "check", ours)
    exported = done("export", "--overlay", ours, "--out", data)
    (change,) = done("diff", "shipped", data)["rows"]
    expect(change["row"] == "treaty-status/CN:un-cybercrime", str(change))
    expect(done("status", *pair, "--overlay", ours)["data"] == exported["digest"], "one digest")
    tables = {one["table"]: one for one in done("stale", "--months", "12")["tables"]}
    expect(tables["bilateral"]["old"], f"old rows: {tables}")
    done("pages", "--out", place / "pages")
    expect((place / "pages" / "pair-us-cn.md").exists(), "a page for the two")
    no("party-unknown", "status", "us", "xx")
    no("same-party", "status", "us", "us")
    no("date-malformed", "status", "us", "cn", "--on", "yesterday")
    no("conduct-missing", "offence", "us", "cn")
    no("fact-unknown", "offence", "us", "cn", "--fact", "hacking")
    no("kind-unknown", "basis", "us", "cn", "--kind", "favour")
    no("basis-unknown", "check", "favour:us-cn")
    no("row-unknown", "explain", "treaty-status/XX:none")
    no("language-unknown", "status", "us", "cn", "--language", "tlh")
    no("digest-wrong", "diff", "shipped", altered(data, place / "altered.json"))
    missing = run("law", "status", "us", "cn", "--home", place / "none", "--json")
    expect(missing.error["error"] == "home-missing", str(missing))


def altered(file, to):
    to.write_text(file.read_text().replace('"Andorra"', '"Andorre"'))
    return to


CASES = [overlays, law]
