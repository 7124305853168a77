"""Evidence that survives a laboratory: every opening is in the log, and a broken chain shows."""

import hashlib
import shutil
import subprocess

from ledger import Ledger
from parley import done, environment, executable, exhibit, expect, make_world, run, until

ASK = ("request", "new", "--to", "cn", "--kind", "information", "--text", "Whose is this?")


def asked(world, *files):
    """A request with exhibits, on both nodes; its JSON and its exhibits' blobs."""
    attached = [word for file in files for word in ("--attach", file)]
    said = world.said("us", *ASK, *attached, "--field", "authority=Order 2026-114")
    shown = world.agreed(said["thread"], 1)
    return said, shown["statements"][0]["exhibits"]


def chains(world, party, what, code=0):
    result = world.say(party, "custody", what)
    expect(result.code == code, f"exit code {code} expected: {result}")
    return result.json["chains"]


def same_chain(world, thread, count, code=0):
    """Waits until both hold `count` statements; the one chain that both show."""
    world.agreed(thread, count)
    ours, theirs = (chains(world, party, thread, code) for party in ("us", "cn"))
    expect(ours == theirs, f"two chains: {ours} against {theirs}")
    return ours


def events(chain):
    return [row["event"] for row in chain["rows"]]


def reasons(chain):
    return [one["reason"] for row in chain["rows"] for one in row["breaks"]]


def custody(place):
    """Attach, send, fetch, examine: both nodes show one chain, and a package proves it."""
    world = make_world(place / "w")
    try:
        world.serve("us", "cn")
        evidence = exhibit(place, size_bytes=200_000)
        said, (blob,) = asked(world, evidence)
        thread = said["thread"]
        expect(events(same_chain(world, thread, 1)[0]) == [], "nothing has happened yet")

        early = world.say(
            "cn", "custody", "record", "examined", blob, "--file", evidence, "--tool", "tshark",
            "--purpose", "Search")
        expect(early.code == 2 and early.error["error"] == "not-opened", str(early))
        out = place / "opened"
        fetched = world.said("cn", "fetch", said["statement"], "--out", out)
        expect(len(fetched["openings"]) == 1, f"no opening: {fetched}")
        expect((out / evidence.name).read_bytes() == evidence.read_bytes(), "other bytes came out")
        (chain,) = same_chain(world, thread, 2)
        (row,) = chain["rows"]
        content = "sha256:" + hashlib.sha256(evidence.read_bytes()).hexdigest()
        expect(row["statement"] == fetched["openings"][0], f"another opening: {row}")
        expect(row["details"]["hash.after"] == content, f"another content: {row}")
        expect(chain["standing"] == "whole" and chain["exhibit"] == blob, f"not whole: {chain}")

        record = ("custody", "record")
        world.said(
            "cn", *record, "transferred", evidence, "--receiver", "forensic examiner",
            "--purpose", "To be examined")
        # Nobody waits for the other side's receipt between two rows of one's own.
        world.said(
            "cn", *record, "examined", blob, "--file", out / evidence.name, "--tool", "tshark",
            "--tool-version", "4.4.2", "--purpose", "Search for accounts", "--place", "Room 2")
        world.said(
            "us", *record, "destroyed", blob, "--purpose", "Retention", "--authority", "Rule 4")
        (chain,) = same_chain(world, thread, 5)
        expect(sorted(events(chain)) == ["destroyed", "examined", "opened", "transferred"],
               f"the events are {events(chain)}")
        # This program does not speak for whoever has it now.
        officer = world.say("cn", "fetch", said["statement"], "--out", place / "officer")
        expect(officer.code == 2 and officer.error["error"] == "handler-differs", str(officer))
        examined = next(row for row in chain["rows"] if row["event"] == "examined")
        expect(examined["details"]["handler"] == "forensic examiner", f"whose hands: {examined}")
        gone = world.say("us", "fetch", said["statement"], "--out", place / "gone")
        expect(gone.code == 2 and gone.error["error"] == "after-destruction", str(gone))
        expect(not (place / "gone" / evidence.name).exists(), "what was destroyed came back")
        # The clocks of the request have not moved.
        shown = world.agreed(thread, 5)
        expect(shown["state"] == "submitted" and shown["turn"] == "cn", f"moved: {shown}")

        check_copy(world, thread, blob, evidence)
        check_package(world, place, thread, content)
        world.stop()
        for party in ("us", "cn"):
            Ledger(world.home(party)).audit()
    finally:
        world.kill()


def check_copy(world, thread, blob, evidence):
    """Sealed anew to a third party: opened and copied, and the new blob is ready to be sent."""
    copy = world.said(
        "cn", "custody", "copy", blob, "--to", "acme", "--purpose", "Ask who sent it",
        "--handler", "forensic examiner")
    (chain,) = same_chain(world, thread, 7)
    row = next(row for row in chain["rows"] if row["event"] == "copied")
    expect(row["details"]["copy"] == copy["blob"], f"the copy is not named: {row}")
    expect(chain["standing"] == "whole", f"a copy broke the chain: {chain}")
    sent = world.said(
        "cn", "request", "new", "--to", "acme", "--kind", "information", "--text", "Yours?",
        "--exhibit", copy["blob"])
    found = chains(world, "cn", copy["blob"])
    expect(found[0]["thread"] == sent["thread"], f"the copy is not found: {found}")
    expect(len(chains(world, "cn", evidence)) == 2, "one content in two threads")


def check_package(world, place, thread, content):
    """A package convinces beside the agreement, and no changed, added or lost file does."""
    package = place / "package"
    made = world.said(
        "cn", "custody", "export", thread, "--out", package, "--open", "--handler",
        "forensic examiner")
    expect(not made["gaps"], f"something is missing: {made}")
    (item,) = (package / "items").iterdir()
    expect("sha256:" + hashlib.sha256(item.read_bytes()).hexdigest() == content, "another item")
    world.agreed(thread, 8)
    again = world.say("cn", "custody", "export", thread, "--out", package)
    expect(again.code == 2 and again.error["error"] == "file-exists", str(again))
    summed = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=package,
        capture_output=True, text=True)
    expect(summed.returncode == 0, f"sha256sum: {summed.stdout}{summed.stderr}")
    check = ("custody", "check", package, "--agreement", world.agreement)
    proven = done(*check)
    expect(proven["verified"] is True and not proven["faults"], f"not proven: {proven}")
    expect(proven["chains"] == without_thread(chains(world, "us", thread)),
           "the package shows another chain than the nodes")
    header = done("verify", package / "thread.json", "--agreement", world.agreement)
    expect(events(header["custody"][0]) == events(proven["chains"][0]), "verify shows another chain")
    expect("details" not in header["custody"][0]["rows"][0], "an export shows sealed words")

    def faults(change, reason):
        shutil.copytree(package, place / "changed")
        change(place / "changed")
        result = run(
            "custody", "check", place / "changed", "--agreement", world.agreement, "--json")
        shutil.rmtree(place / "changed")
        found = [one["reason"] for one in result.json["faults"]]
        expect(result.code == 3 and reason in found, f"{reason} expected: {result} {found}")

    def rewrite(path, change):
        def rewritten(folder):
            file = next(folder.glob(path))
            file.write_bytes(change(file.read_bytes()))
        return rewritten

    faults(rewrite("sealed/*", lambda old: old[:-1] + bytes([old[-1] ^ 1])), "file-differs")
    faults(rewrite("bodies/*", lambda old: old.replace(b"Search", b"Seargh") + b""
                   if b"Search" in old else old + b" "), "file-differs")
    faults(rewrite("manifest.json", lambda old: old.replace(b'"gaps":[]', b'"gaps":["x"]')),
           "manifest-differs")
    faults(lambda folder: (folder / "more.txt").write_text("x"), "file-not-listed")
    faults(lambda folder: next(folder.glob("receipts/*")).unlink(), "file-missing")
    faults(rewrite("items/*", lambda old: old[1:]), "file-differs")
    faults(lambda folder: (folder / "items" / "pipe").symlink_to("/dev/zero"), "file-not-plain")


def without_thread(found):
    return [{k: v for k, v in chain.items() if k != "thread"} for chain in found]


def custody_broken(place):
    """What breaks a chain is refused; recorded all the same, both nodes show where it is broken."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        world.serve("us", "cn")
        evidence = exhibit(place, size_bytes=1000)
        other = exhibit(place, name="other.log", size_bytes=1000, seed=2)
        said, (blob,) = asked(world, evidence)
        thread = said["thread"]
        record = ("custody", "record")
        unknown = "sha256:" + "0" * 64
        for party in ("us", "cn"):
            refused = world.say(party, *record, "opened", unknown, "--purpose", "x")
            expect(refused.code == 2 and refused.error["error"] == "exhibit-unknown", str(refused))
        odd = world.say("cn", *record, "lost", blob, "--purpose", "x")
        expect(odd.code == 2 and odd.error["error"] == "custody-event-unknown", str(odd))
        bare = world.say("cn", *record, "destroyed", blob, "--purpose", "x")
        expect(bare.code == 2 and bare.error["error"] == "custody-field-missing", str(bare))
        early = world.say(
            "cn", *record, "opened", blob, "--purpose", "x", "--file", evidence, "--time",
            "2099-01-01T00:00:00Z")
        expect(early.code == 2 and early.error["error"] == "time-ahead", str(early))
        expect(len(world.agreed(thread, 1)["statements"]) == 1, "something refused was recorded")

        world.said("cn", "fetch", said["statement"], "--out", place / "opened")
        examine = (*record, "examined", blob, "--tool", "hexedit", "--purpose", "Search")
        changed = world.say("cn", *examine, "--file", other)
        expect(changed.code == 2 and changed.error["error"] == "hash-differs", str(changed))
        stranger = world.say("cn", *examine, "--file", evidence, "--handler", "intern")
        expect(stranger.code == 2 and stranger.error["error"] == "handler-differs", str(stranger))
        after = "sha256:" + hashlib.sha256(other.read_bytes()).hexdigest()
        told = world.said(
            "cn", *examine, "--file", evidence, "--hash-after", after, "--despite-break")
        (chain,) = same_chain(world, thread, 3, code=3)
        expect(chain["standing"] == "broken" and reasons(chain) == ["content-changed"],
               f"not shown as broken: {chain}")
        words = run("custody", blob, "--home", world.home("us"))
        expect(words.code == 3 and b"BREAK: " in words.out and b"BROKEN" in words.out, str(words))

        # An addressee whose software opened it without an event cannot speak of it without a break.
        silent, (unopened,) = asked(world, other)
        world.said("cn", *record, "examined", unopened, "--tool", "hexedit", "--purpose", "Search",
                   "--file", other, "--despite-break")
        (chain,) = same_chain(world, silent["thread"], 2, code=3)
        expect(reasons(chain) == ["not-opened"], f"an unrecorded opening: {chain}")

        # It was a slip of the pen: a new row says so, and the old one stays.
        world.said(
            "cn", *record, "corrected", blob, "--corrects", told["statement"], "--file", evidence,
            "--tool", "hexedit", "--purpose", "The digest of another file was written")
        (chain,) = same_chain(world, thread, 4)
        expect(chain["standing"] == "corrected" and reasons(chain) == ["content-changed"],
               f"not corrected: {chain}")
        world.said(
            "cn", *record, "destroyed", blob, "--authority", "Order 3", "--purpose", "Retention")
        world.said("cn", *examine, "--file", evidence, "--despite-break")
        (chain,) = same_chain(world, thread, 6, code=3)
        expect(reasons(chain) == ["content-changed", "after-destruction"], f"breaks: {chain}")
    finally:
        world.kill()


def custody_alone(place):
    """Without a node and without the other side: rows follow on one another all the same."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        world.serve("us", "cn")
        said, (blob, _) = asked(world, exhibit(place, size_bytes=1000),
                                exhibit(place, name="two.log", size_bytes=1000, seed=2))
        world.stop()
        commands = [
            subprocess.Popen(
                [executable(), "fetch", said["statement"], "--home", world.home("cn"), "--out",
                 place / f"opened-{number}", "--json"], env=environment(),
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
            for number in range(3)
        ]
        for command in commands:
            out, err = command.communicate(timeout=120)
            expect(command.returncode == 0, f"fetch beside fetch: {out!r} {err!r}")
        world.said("cn", "custody", "record", "transferred", blob, "--receiver", "examiner",
                   "--purpose", "To be examined")
        unsettled = chains(world, "cn", said["thread"])
        expect(all("recorded" not in row for row in unsettled[0]["rows"]), "a time from nowhere")
        world.serve("us", "cn")
        found = same_chain(world, said["thread"], 8)
        expect([events(chain) for chain in found] == [["opened"] * 3 + ["transferred"],
                                                      ["opened"] * 3], f"the chains: {found}")
        expect(all(chain["standing"] == "whole" for chain in found), f"broken: {found}")
    finally:
        world.kill()


def custody_kill(place):
    """A fetch killed at any call: no plain file without its event, and no half file."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        world.serve("us", "cn")
        evidence = exhibit(place, size_bytes=3_000_000)
        said, (blob,) = asked(world, evidence)
        seen = set()
        # Calls of the command, which strace counts by thread, and those on the plain file alone,
        # whose first is after the event whichever thread does what.
        points = [(call, count, False) for call, counts in
                  (("connect", 2), ("write", 6), ("fsync", 4), ("rename", 3))
                  for count in range(1, counts + 1)]
        points += [("write", 1, True), ("write", 2, True), ("write", 3, True),
                   ("fsync", 1, True), ("rename", 1, True), ("rename", 2, True)]
        for number, (call, count, is_of_file) in enumerate(points):
            seen.add(fetch_killed(world, place, said, evidence, number, call, count, is_of_file))
        expect("event-without-file" in seen, f"no kill fell between event and file: {seen}")
        expect("nothing" in seen, f"no kill fell before the event: {seen}")
        out = place / "last"
        world.said("cn", "fetch", said["statement"], "--out", out)
        expect((out / evidence.name).read_bytes() == evidence.read_bytes(), "other bytes")
        (chain,) = same_chain(world, said["thread"], Ledger(world.home("cn")).count())
        expect(chain["standing"] == "whole", f"kills broke the chain: {chain}")
    finally:
        world.kill()


def fetch_killed(world, place, said, evidence, number, call, count, is_of_file):
    ledger = Ledger(world.home("cn"))
    before = ledger.count()
    out = place / f"killed-{number}"
    watched = ["-P", out / f"{evidence.name}.opening"] if is_of_file else []
    fetch = subprocess.run(
        ["strace", "-f", "-qq", "-o", "/dev/null", *watched, "-e", f"trace={call}", "-e",
         f"inject={call}:signal=SIGKILL:when={count}", executable(), "fetch", said["statement"],
         "--home", world.home("cn"), "--out", out],
        env=environment(), capture_output=True, timeout=120)
    world.check_alive()
    # The node may still be taking the event in whose sender has died.
    if fetch.returncode != 0:
        until_quiet(ledger)
    recorded = ledger.count() > before
    file = out / evidence.name
    if file.exists():
        expect(file.read_bytes() == evidence.read_bytes(), f"{call} {count}: a half file")
        expect(recorded, f"{call} {count}: plain content without an event")
    plain = evidence.read_bytes()[:64]
    leftovers = [one for one in out.rglob("*") if one.is_file() and plain in one.read_bytes()]
    expect(recorded or not leftovers, f"{call} {count}: {leftovers} without an event")
    if file.exists():
        return "both"
    return "event-without-file" if recorded else "nothing"


def until_quiet(ledger):
    """Waits until nothing waits for a receipt, which a late event would."""
    count = None
    while count != ledger.count():
        count = ledger.count()
        until(lambda: ledger.outbox_count() == 0, "every event should be receipted")


CASES = [custody, custody_broken, custody_alone, custody_kill]
