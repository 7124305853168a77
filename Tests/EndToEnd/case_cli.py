"""The command line: help with examples, refusals with reasons and hints, keys kept privately."""

import json
import pathlib
import re
import stat

from ledger import audit_both
from parley import AGREEMENT_NAME, done, environment, expect, init, make_world, run

# The commands that the first issue names; others may be added, and are checked as well.
COMMANDS = """
    init, agreement new, agreement check, agreement sign, agreement show, agreement adopt, serve,
    request new, request list, request show, request acknowledge, request clarify, request accept,
    request refuse, request postpone, request progress, request answer, request review,
    request withdraw, request close, attach, fetch, inbox, receipt show, receipt verify, export,
    verify, audit, mirror
"""


def help_pages(place):
    """Every command has a page with an example, and the commands promised are there."""
    found = {}
    waiting = [()]
    while waiting:
        command = waiting.pop()
        result = run(*command, "--help")
        expect(result.code == 0, str(result))
        found[" ".join(command)] = page = result.out.decode()
        listed = page.partition("SUBCOMMANDS:")[2]
        waiting += [
            (*command, name) for name in re.findall(r"^  (\S+) ", listed, re.MULTILINE)
            if name not in ("See", "help")
        ]
    promised = {" ".join(name.split()) for name in COMMANDS.split(",")}
    expect(promised <= set(found), f"there is no {', '.join(sorted(promised - set(found)))}")
    plain = [name for name, page in found.items() if name and "Example:" not in page]
    expect(not plain, f"no example in the help of {', '.join(sorted(plain))}")
    silent = [
        name for name in promised if "--json" not in found[name]]
    expect(not silent, f"no --json in {', '.join(sorted(silent))}")
    coded = all(f"{code} " in found[""] for code in ("0", "1", "2", "3", "64"))
    expect(coded, "the first page should list the exit codes")


def check_refused(arguments, code, reason, env=None, holds=()):
    """The same refusal in JSON and in words; `holds` are pieces that the words must have."""
    as_json = run(*arguments, "--json", env=env)
    expect(as_json.code == code, f"exit code {code} expected: {as_json}")
    error = as_json.error
    expect(error["error"] == reason, f"{reason} expected: {as_json}")
    expect(error["exitCode"] == code and error["message"], f"incomplete: {as_json}")
    expect(not as_json.out, f"a refused command printed a result: {as_json}")
    in_words = run(*arguments, env=env)
    text = in_words.err.decode()
    expect(in_words.code == code, f"exit code {code} expected: {in_words}")
    # The two runs happen at two times, which a message may tell.
    without_times = [re.sub(r"\d{4}-\d\d-\d\dT[\d:]{8}Z", "TIME", one)
                     for one in (text, error["message"])]
    expect(
        without_times[0].startswith(f"parley: error: {without_times[1]}"),
        f"not in words: {in_words}")
    for piece in holds:
        expect(piece in error["message"], f"the message lacks {piece!r}: {as_json}")
    expect("hint" in error and "\nparley: hint: " in text, f"no hint: {as_json}")


def bad_inputs(place):
    """What is not lawful or not valid is refused with exit code 2, a reason and a hint."""
    world = make_world(place / "w")
    ask = ("--to", "cn", "--kind", "information", "--text", "Who?")
    try:
        world.serve("us", "cn")
        us, cn = (("--home", world.home(party)) for party in ("us", "cn"))
        thread = world.said("us", "request", "new", *ask)["thread"]
        world.agreed(thread, 1)
        nobody = ("--home", place / "nowhere")
        check_refused(("request", "list", *nobody), 1, "home-missing")
        check_refused(("request", "new", *nobody, *ask), 1, "home-missing")
        new = ("request", "new", *us)
        check_refused((*new, *ask, "--kind", "gossip"), 2, "kind-unknown", holds=["gossip"])
        check_refused((*new, *ask, "--to", "xx"), 2, "party-not-in-agreement", holds=["xx"])
        check_refused((*new, *ask, "--urgency", "soon"), 2, "urgency-unknown")
        check_refused((*new, *ask, "--language", "!"), 2, "language-malformed")
        check_refused((*new, *ask, "--field", "bare"), 2, "field-malformed")
        check_refused((*new, *ask, "--exhibit", "sha256:" + "0" * 64), 2, "exhibit-unknown")
        check_refused((*new, *ask, "--attach", place / "nowhere"), 1, "file-missing")
        long = ("x" * 262_145).encode()
        for options in ((), ("--json",)):
            result = run(*new, *ask[:4], "--text", "-", *options, stdin=long)
            expect(result.code == 2, f"a body of 256 KiB and a byte: {result}")
        expect(result.error["error"] == "too-long", str(result))
        expect("262144" in result.error["message"], f"the limit is not named: {result}")
        expect("parley attach" in result.error["hint"], f"no way out is shown: {result}")

        none = ("request", "show", "aaaaaaaaaaaaaaaaaaaaaaaaaa", *us)
        check_refused(none, 2, "thread-unknown")
        own = ("request", "acknowledge", thread, *us)
        check_refused(own, 2, "act-not-by-side", holds=["request.withdraw"])
        check_refused(("request", "close", thread, *us), 2, "act-not-in-state")
        check_refused(("request", "answer", thread, *cn), 2, "body-missing")
        refuse = ("request", "refuse", thread, *cn, "--text", "No.")
        check_refused((*refuse, "--ground", "mood"), 2, "ground-not-agreed", holds=["mood"])
        put_off = ("request", "postpone", thread, *cn, "--text", "Later.")
        past = ("--ground", "ongoing-case", "--until", "2020-01-01T00:00:00Z")
        check_refused((*put_off, *past), 2, "until-not-later")
        check_refused((*put_off, *past[:3], "tomorrow"), 2, "time-malformed")
        usage = run("request", "new", *us, "--json")
        expect(usage.code == 64, f"a missing option should be a usage error: {usage}")
        expect(usage.error["error"] == "usage", f"not as JSON: {usage}")

        expect(
            len(world.agreed(thread, 1)["statements"]) == 1, "something refused was recorded")
        world.stop()
        expect(len(audit_both(world)) == 1, "something refused was recorded")
    finally:
        world.kill()


def bad_agreements(place):
    """A faulty agreement is refused by path and rule; one not signed by all is not adopted."""
    world = make_world(place / "w")
    fields = world.agreement_fields()
    us = ("--home", world.home("us"))

    def check_file(name, document, reason, *pieces):
        file = place / name
        file.write_text(json.dumps(document))
        check_refused(("agreement", "check", file), 2, reason, holds=pieces)
        check_refused(("agreement", "sign", file, *us), 2, reason, holds=pieces)

    check_file(
        "quorum.json", fields | {"receiptQuorum": -1}, "field-value-wrong", "/receiptQuorum",
        "0 to 31", "[field-value-wrong]")
    check_file(
        "unreachable.json", fields | {"receiptQuorum": 9}, "quorum-unreachable",
        "/receiptQuorum", "[quorum-unreachable]")
    check_file(
        "unknown.json", fields | {"colour": "blue"}, "field-unknown", "/colour",
        "[field-unknown]")
    two = fields | {"parties": fields["parties"][:1] * 2}
    check_file("twice.json", two, "twice", "/parties/1", "[key-twice]")
    broken = place / "broken.json"
    broken.write_text('{"parley": "agreement/1", "parley": "agreement/1"}')
    check_refused(("agreement", "check", broken), 2, "duplicate-name")

    unsigned = place / "unsigned.json"
    unsigned.write_text(json.dumps(fields))
    check_refused(("agreement", "adopt", unsigned, *us), 2, "not-signed-by-all")
    once = place / "once.json"
    signed = run("agreement", "sign", unsigned, *us, "--out", once, "--json")
    expect(signed.code == 0 and signed.json["missing"] == ["cn", "acme"], str(signed))
    check_refused(
        ("agreement", "adopt", once, *us), 2, "not-signed-by-all", holds=["cn", "acme"])
    changed = json.loads(once.read_bytes())
    signature = changed["signatures"][0]["sig"]
    changed["signatures"][0]["sig"] = signature[::-1].lstrip("=") + "=" * signature.count("=")
    once.write_text(json.dumps(changed, separators=(",", ":"), sort_keys=True))
    result = run("agreement", "check", once, "--json")
    expect(result.code == 2, f"a wrong signature should be refused: {result}")

    other = make_world(place / "other", parties=("us", "cn"))
    check_refused(
        ("agreement", "adopt", other.agreement, *us), 2, "agreement-other-adopted")


def proofs(place):
    """A receipt or export proves what it is about, and nothing under another agreement."""
    world = make_world(place / "w")
    other = make_world(place / "other")
    try:
        world.serve("us", "cn")
        said = [
            world.said(
                "us", "request", "new", "--to", "cn", "--kind", "information", "--text", text)
            for text in ("One?", "Two?")
        ]
        for one in said:
            world.agreed(one["thread"], 1)
        receipt, export = place / "receipt.tlog-proof", place / "thread.json"
        shown = world.said("us", "receipt", "show", said[0]["statement"], "--out", receipt)
        expect(shown["log"] == "cn" and shown["quorumMet"] is True, f"the receipt: {shown}")
        world.said("us", "export", said[0]["thread"], "--out", export)

        check = ("receipt", "verify", receipt)
        right = (*check, "--statement", said[0]["statement"], "--agreement", world.agreement)
        verified = run(*right, "--json")
        expect(
            verified.code == 0 and verified.json["log"] == "cn" and verified.json["cosigned"],
            str(verified))
        wrong = (*check, "--statement", said[1]["statement"], "--agreement", world.agreement)
        check_refused(wrong, 3, "root-differs")
        elsewhere = (*check, "--statement", said[0]["statement"], "--agreement", other.agreement)
        check_refused(elsewhere, 3, "note-not-signed-by-known-key")
        malformed = (*check, "--statement", "sha256:1", "--agreement", world.agreement)
        check_refused(malformed, 2, "statement-malformed")

        foreign = run("verify", export, "--agreement", other.agreement, "--json")
        expect(foreign.code == 3, f"another agreement should prove nothing: {foreign}")
        faults = [fault["reason"] for fault in foreign.json["faults"]]
        expect("agreement-differs" in faults, f"the faults are {faults}")
        words = run("verify", export, "--agreement", other.agreement)
        expect(
            words.code == 3 and b"NOT PROVEN" in words.out and b"agreement-differs" in words.out,
            str(words))
        plain = run("verify", world.agreement, "--agreement", world.agreement, "--json")
        expect(plain.code == 3, f"an agreement is not an export: {plain}")
    finally:
        world.kill()


def private_keys(place):
    """Keys are encrypted unless told otherwise, and only their owner can open their files."""
    home = place / "us"
    right, wrong = place / "passphrase", place / "other"
    right.write_text("correct horse\n")
    wrong.write_text("battery staple\n")
    made = init(home, "us", "--passphrase-file", right)
    expect(made.code == 0, str(made))
    expect(mode(home) == 0o700 and mode(home / "keys") == 0o700, "the folders are not 0700")
    files = sorted((home / "keys").iterdir())
    expect(
        [file.name.split(".")[0] for file in files]
        == ["log", "root", "sealing", "signing", "tls", "witness"], f"the keys are {files}")
    for file in files:
        fields = json.loads(file.read_bytes())
        expect(mode(file) == 0o600, f"{file.name} has mode {mode(file):o}")
        expect(
            "plain" not in fields and fields["sealed"] and fields["kdf"].startswith("scrypt-"),
            f"{file.name} is not encrypted: {sorted(fields)}")
        expect(b"PRIVATE KEY" not in file.read_bytes(), f"{file.name} shows its key")
    again = ("init", *made.arguments[1:-3])
    check_refused((*again, "--passphrase-file", right), 2, "home-exists")

    file = place / "agreement.json"
    expect(init(place / "cn", "cn", "--no-passphrase").code == 0, "no second home")
    done(
        "agreement", "new", "--name", AGREEMENT_NAME, "--title", "en=Two", "--card",
        home / "card.json", "--card", place / "cn" / "card.json", "--out", file)
    sign = ("agreement", "sign", file, "--home", home)
    check_refused((*sign, "--passphrase-file", wrong), 1, "passphrase-wrong")
    check_refused(sign, 1, "passphrase-missing")
    check_refused(
        sign, 1, "passphrase-wrong", env=environment(PARLEY_PASSPHRASE="wrong"))
    signed = run(*sign, "--json", env=environment(PARLEY_PASSPHRASE="correct horse"))
    expect(signed.code == 0 and signed.json["signedBy"] == ["us"], str(signed))


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def shipped_example(place):
    """The agreement and the thread that the repository ships are what they say they are."""
    folder = pathlib.Path(__file__).resolve().parents[2] / "Examples" / "us-cn-2015"
    plain = run("agreement", "check", folder / "agreement.json", "--json")
    signed = run("agreement", "show", folder / "agreement.signed.json", "--json")
    for one in (plain, signed):
        expect(one.code == 0, f"the example agreement is refused: {one}")
    named = [json.loads(one.out) for one in (plain, signed)]
    expect(named[0]["agreement"] == named[1]["agreement"], "the two files differ")
    expect(named[1]["signedBy"] == ["us", "cn", "acme"], f"not signed by all: {named[1]}")
    proven = run(
        "verify", folder / "thread.json", "--agreement", folder / "agreement.signed.json",
        "--json")
    expect(proven.code == 0, f"the example thread is not proven: {proven}")
    shown = json.loads(proven.out)
    expect(shown["verified"] and len(shown["statements"]) == 7, f"not the whole: {shown}")


CASES = [shipped_example, help_pages, bad_inputs, bad_agreements, proofs, private_keys]
