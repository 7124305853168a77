"""The agreement amended, joined and left while the nodes serve."""

import datetime
import json
import shutil

from parley import (
    PARTIES, done, exhibit, expect, free_port, init, make_world, run,
    tool, until)

ASK = ("request", "new", "--kind", "information", "--text", "Whose is 192.0.2.14?", "--to")
LATER = "2098-01-01T00:00:00Z"


def amend(world, place, *options, by="us", signers=("us", "cn"), name="amended.json"):
    """Writes the next version, has it signed, and gives its file and id."""
    file = place / name
    told = world.said(by, "agreement", "amend", "--out", str(file), *options)
    for party in signers:
        done("agreement", "sign", str(file), "--home", world.home(party))
    return str(file), told["version"]


def terms_file(world, place, **changes):
    """The terms that the world's agreement has, with some changed."""
    fields = world.agreement_fields()
    standard = json.loads(run("agreement", "terms").out)
    file = place / "new-terms.json"
    file.write_text(json.dumps({name: fields[name] for name in standard if name in fields}
                               | {"parley": standard["parley"]} | changes))
    return str(file)


def renewed(world, party, count=2):
    """Waits until the node has been made anew by itself."""
    node = world.nodes[party]
    until(
        lambda: sum(one.get("message") == "serving" for one in node.events()) >= count,
        f"the node of {party} should take up what is new: {node.lines()[-3:]}")


def refused(world, party, reason, *arguments):
    told = world.say(party, *arguments)
    expect(told.code == 2 and told.error["error"] == reason, f"{told}, not {reason}")


def amended_agreement(place):
    """Other clocks, agreed while both serve; each thread keeps those it began with."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        world.serve("us", "cn")
        first = world.agreement_id()
        old = world.said("us", *ask_to("cn"))["thread"]
        world.agreed(old, 1)
        kinds = world.agreement_fields()["requestKinds"]
        for kind in kinds:
            kind["clocks"]["normal"]["acknowledge"] = {"hours": 1}
        file, second = amend(
            world, place, "--terms", terms_file(world, place, requestKinds=kinds), signers=["us"])
        refused(world, "us", "not-signed-by-all", "agreement", "adopt", file)
        done("agreement", "sign", file, "--home", world.home("cn"))
        adopted = world.said("us", "agreement", "adopt", file)
        expect(adopted["amendments"][0]["version"] == second, str(adopted))
        renewed(world, "us")
        again = world.said("us", "agreement", "adopt", file)
        expect(again == adopted, f"adopting twice says {again}")

        # Each stands where it stands: us under the second, cn still under the first.
        ours = world.said("us", *ask_to("cn"))["thread"]
        theirs = world.said("cn", *ask_to("us"))["thread"]
        shown = [world.agreed(thread, 1) for thread in (old, ours, theirs)]
        expect([one["agreement"] for one in shown] == [first, second, first], str(shown))
        for thread in (old, ours):
            world.said("cn", "request", "acknowledge", thread)
        shown = [world.agreed(thread, 2) for thread in (old, ours)]
        expect([one["agreement"] for one in shown] == [first, second], str(shown))
        limits = [due(one, "acknowledge") for one in shown]
        expect(limits == [24, 1], f"the clocks are of {limits} hours")

        world.said("cn", "agreement", "adopt", file)
        renewed(world, "cn", count=3)
        late = world.said("cn", *ask_to("us"))["thread"]
        expect(world.agreed(late, 1)["agreement"] == second, "cn stands under the second now")
        standing = [world.said(party, "agreement", "status") for party in ("us", "cn")]
        expect(standing[0] == standing[1], f"they see it differently: {standing}")
        expect([one["standsUnder"] for one in standing[0]["parties"]] == [second] * 2,
               str(standing[0]))

        # What one party knows lasts: both started anew, and a third person with the first alone.
        world.stop()
        world.serve("us", "cn")
        expect(world.agreed(ours, 2)["agreement"] == second, "forgotten when started anew")
        for thread in (old, ours, late):
            verify(world, place, thread)
    finally:
        world.kill()


def ask_to(party):
    return (*ASK, party)


def due(shown, clock):
    """The whole hours that a clock of a shown thread gives."""
    found = next(one for one in shown["clocks"] if one["name"] == clock)
    start, end = (hours(found[name]) for name in ("start", "due"))
    return end - start


def hours(text):
    day, time = text.rstrip("Z").split("T")
    year, month, number = map(int, day.split("-"))
    return datetime.date(year, month, number).toordinal() * 24 + int(time.split(":")[0])


def verify(world, place, thread):
    """Proven from the first version alone; not when the amendments or changes are left out."""
    file = place / f"{thread}.export.json"
    world.said("cn", "export", thread, "--out", str(file))
    proven = run("verify", str(file), "--agreement", world.agreement, "--json")
    expect(proven.code == 0, str(proven))
    export = json.loads(file.read_bytes())
    if proven.json["agreement"] == export["agreement"]:
        return
    for left_out in ("amendments", "changes"):
        bare = {name: value for name, value in export.items() if name != left_out}
        file.write_text(json.dumps(bare, sort_keys=True, separators=(",", ":")))
        found = run("verify", str(file), "--agreement", world.agreement, "--json")
        expect(found.code == 3, f"without {left_out}: {found}")


def party_joins(place):
    """A third party joins two that have changed keys before; it can judge what they say."""
    world = make_world(place / "w", parties=("us", "cn"))
    world.parties = tuple(PARTIES)
    world.ports = make_ports(world)
    try:
        world.serve("us", "cn")
        old = world.said("us", *ask_to("cn"))["thread"]
        world.said("us", "keys", "add", "--no-passphrase")
        renewed(world, "us")
        keys = world.said("us", "keys", "list")["keys"]
        retired = next(one["key"] for one in keys if one["organ"] == "us/poc")
        world.said("us", "keys", "retire", retired)
        made = init(world.home("acme"), "acme", "--no-passphrase")
        expect(made.code == 0, str(made))
        file, second = amend(
            world, place, "--card", str(world.home("acme") / "card.json"),
            signers=("us", "cn", "acme"))
        refused(
            world, "acme", "party-not-in-agreement", "agreement", "adopt", str(world.agreement))
        refused(world, "acme", "first-version-missing", "agreement", "adopt", file)
        for party in ("us", "cn"):
            world.said(party, "agreement", "adopt", file)
        told = world.said("acme", "agreement", "adopt", str(world.agreement), file)
        expect(told["amendments"][0]["version"] == second, str(told))
        world.serve("acme")
        for party, count in (("us", 3), ("cn", 3)):
            renewed(world, party, count)

        asked = world.said("us", *ask_to("acme"))["thread"]
        heard(world, "acme", asked)
        world.said("acme", "request", "acknowledge", asked)
        asking = world.said("acme", *ask_to("cn"))["thread"]
        heard(world, "cn", asking)
        world.said("cn", "request", "acknowledge", asking)
        until(
            lambda: len({json.dumps(standing(world, party)) for party in PARTIES}) == 1,
            lambda: "all three should know under which version each stands: "
            + str([standing(world, party) for party in PARTIES]))
        listed = {json.dumps(world.said(party, "keys", "list")["keys"][:2])
                  for party in ("us", "cn")}
        theirs = {one["key"] for one in world.said("acme", "keys", "list")["keys"]}
        ours = {one["key"] for one in world.said("us", "keys", "list")["keys"]}
        expect(theirs == ours and len(listed) == 1, "acme should know the keys that came and went")
        world.said("cn", "request", "acknowledge", old)
        world.agreed(old, 2)
        until(lambda: all("time" in one for one in
                          world.said("acme", "request", "show", asking)["statements"]),
              "receipts should reach acme")
        export = place / "acme.export.json"
        world.said("acme", "export", asking, "--out", str(export))
        proven = run("verify", str(export), "--agreement", world.agreement, "--json")
        expect(proven.code == 0, str(proven))
    finally:
        world.kill()


def standing(world, party):
    """Who stands under which version since when, as that party's record has it."""
    return world.said(party, "agreement", "status")


def make_ports(world):
    return world.ports | {party: free_port() for party in PARTIES if party not in world.ports}


def heard(world, party, thread):
    until(
        lambda: world.say(party, "request", "show", thread).code == 0,
        f"{party} should hear of {thread}")


def bad_amendments(place):
    """What cannot be an amendment, or not now, is refused by name and changes nothing."""
    world = make_world(place / "w", parties=("us", "cn"))
    home = world.home("us")
    first = world.agreement_id()
    before = world.said("us", "agreement", "status")

    def compose(name, *options):
        file = place / name
        world.said("us", "agreement", "amend", "--out", str(file), *options)
        return file

    def edited(name, change):
        file = compose(name)
        document = json.loads(file.read_bytes())
        change(document)
        file.write_text(json.dumps(document))
        for party in ("us", "cn"):
            done("agreement", "sign", str(file), "--home", world.home(party))
        return str(file)

    told = world.say("us", "agreement", "amend", "--without", "fr", "--out", str(place / "x"))
    expect(told.error["error"] == "party-not-in-agreement", str(told))
    told = world.say("us", "agreement", "amend", "--calendar", "fr=x", "--out", str(place / "x"))
    expect(told.error["error"] == "calendar-unknown", str(told))
    told = world.say("us", "agreement", "amend", "--without", "cn", "--out", str(place / "x"))
    expect(told.error["error"] == "count-wrong", str(told))
    expect(not (place / "x").exists(), "a version that is none was written")
    compose("there.json")
    told = world.say("us", "agreement", "amend", "--out", str(place / "there.json"))
    expect(told.error["error"] == "file-exists", str(told))

    other = make_world(place / "other", parties=("us", "cn"))
    refused(
        world, "us", "agreement-other-adopted", "agreement", "adopt", str(other.agreement))
    refused(world, "us", "amends-another-agreement", "agreement", "adopt", edited(
        "another.json", lambda one: one["amends"].update(first=other.agreement_id())))
    refused(world, "us", "amended-version-unknown", "agreement", "adopt", edited(
        "unknown.json", lambda one: one["amends"].update(previous=other.agreement_id())))
    refused(world, "us", "amendment-changes-too-much", "agreement", "adopt", edited(
        "earnest.json", lambda one: one.update(exercise=False)))
    expect(world.said("us", "agreement", "status") == before, "a refused version left a trace")

    # In force later: on record now, and threads go on being opened under the first till then.
    later = edited("later.json", lambda one: one.update(effectiveFrom=LATER))
    world.said("us", "agreement", "adopt", later)
    thread = world.said("us", *ask_to("cn"))["thread"]
    shown = world.said("us", "request", "show", thread)
    expect(shown["agreement"] == first, f"opened under a version that is not in force: {shown}")
    # One after the other: what amends the first cannot follow it any more.
    refused(world, "us", "agreement-version-not-next", "agreement", "adopt", edited(
        "beside.json", lambda one: one.update(silenceAfterSeconds=7777)))
    expect(not (home / "agreement-2.json").exists(), "who was there keeps no further files")


def party_leaves(place):
    """A party leaves: nothing new is begun, what was begun is ended, and it takes all of it along."""
    world = make_world(
        place / "w", parties=("us", "cn"), terms={"clockToleranceSeconds": 1})
    try:
        root = place / "root.key.json"
        shutil.move(world.home("cn") / "keys" / "root.key.json", root)
        world.serve("us", "cn")
        kinds = world.agreement_fields()["requestKinds"]
        file, _ = amend_with_root(world, place, root, kinds)
        for party in ("us", "cn"):
            world.said(party, "agreement", "adopt", file)
        begun = world.said(
            "us", *ask_to("cn"), "--attach", str(exhibit(place)))["thread"]
        world.agreed(begun, 1)
        refused(world, "cn", "time-malformed", "agreement", "leave", "--until", "soon")
        soon = "2026-01-01T00:00:00Z"
        told = world.say("cn", "agreement", "leave", "--until", soon)
        expect(told.code == 1 and told.error["error"] == "key-missing", str(told))
        draft, signed = str(place / "leave.draft"), str(place / "leave.signed")
        world.said("cn", "agreement", "leave", "--until", soon, "--text", "Our term has ended.",
                   "--out", draft)
        done("keys", "sign", draft, "--root-key", root, "--out", signed)
        world.said("cn", "keys", "submit", signed)
        until(
            lambda: any("leaves" in one for one in
                        world.said("us", "agreement", "status")["parties"]),
            "us should hear that cn leaves")
        until(
            lambda: all(world.say(party, *ask_to(other)).code == 2 for party, other in
                        (("us", "cn"), ("cn", "us"))), "cn should have left")
        refused(world, "us", "party-has-left", *ask_to("cn"))
        refused(world, "cn", "party-has-left", *ask_to("us"))
        refused(world, "cn", "left-already", "agreement", "leave", "--until", LATER,
                "--root-key", str(root))
        # What was begun comes to its end.
        world.said("cn", "request", "acknowledge", begun)
        world.said("cn", "request", "answer", begun, "--text", "Nobody's.")
        world.agreed(begun, 3)
        copy_and_check(world, place)
    finally:
        world.kill()


def amend_with_root(world, place, root, kinds):
    """A version signed by cn's root key where it is kept."""
    kinds[0]["clocks"]["normal"]["acknowledge"] = {"hours": 2}
    file, version = amend(
        world, place, "--terms", terms_file(world, place, requestKinds=kinds), signers=["us"])
    home = world.home("cn")
    kept = home / "keys" / "root.key.json"
    shutil.copy(root, kept)
    done("agreement", "sign", file, "--home", home)
    kept.unlink()
    return file, version


def copy_and_check(world, place):
    """Everything, checked by a third person; a file less, more or changed is found."""
    folder = place / "copy"
    until(
        lambda: all("time" in one for thread in world.said("cn", "request", "list")["threads"]
                    for one in thread["statements"]), "everything should be receipted")
    made = world.said("cn", "agreement", "copy", "--out", str(folder))
    expect(made["entries"] >= 6 and made["blobsMissing"] == [], str(made))
    again = world.say("cn", "agreement", "copy", "--out", str(folder))
    expect(again.error["error"] == "file-exists", str(again))
    expect(not list(folder.rglob("*.key.json")), "a key is in the copy")
    shutil.rmtree(world.home("cn") / "keys")

    def check():
        return run("verify", str(folder), "--agreement", world.agreement, "--json")

    proven = check()
    expect(proven.code == 0 and proven.json["verified"], str(proven))
    expect(proven.json["entries"] == made["entries"] and proven.json["versions"] == 2, str(proven))
    tool("sh", "-c", f"cd {folder} && sha256sum --check --quiet SHA256SUMS")
    audited = run("audit", str(folder / "log"), "--agreement", world.agreement, "--json")
    expect(audited.code == 0, str(audited))

    def expect_found(reason, path, change):
        file = folder / path
        before = file.read_bytes() if file.exists() else None
        change(file)
        found = check()
        reasons = {one["reason"] for one in found.json["faults"]}
        expect(found.code == 3 and reason in reasons, f"{path}: {reasons}, not {reason}")
        if before is None:
            file.unlink()
        else:
            file.write_bytes(before)

    def relative(pattern):
        return sorted(folder.glob(pattern))[0].relative_to(folder)

    def flipped(file):
        data = bytearray(file.read_bytes())
        data[len(data) // 2] ^= 1
        file.write_bytes(data)

    thread = relative("threads/*")
    expect_found("entry-not-in-copy", thread, lambda file: file.unlink())
    expect_found("file-missing", thread, lambda file: file.unlink())
    expect_found("file-differs", thread, flipped)
    expect_found("blob-missing", relative("blobs/*"), lambda file: file.unlink())
    expect_found("blob-differs", relative("blobs/*"), flipped)
    expect_found("file-not-listed", "note.txt", lambda file: file.write_text("x"))
    expect_found("checkpoint-missing", "log/checkpoint", lambda file: file.unlink())
    expect_found("file-missing", relative("log/tile/entries/*.p/*"), lambda file: file.unlink())
    expect_found("checkpoint-not-signed", "peers/us.checkpoint", flipped)
    expect(check().code == 0, "the copy should hold again")


CASES = [amended_agreement, party_joins, bad_amendments, party_leaves]
