"""The people and programs of one node: accounts, tokens, and the trail of what they did."""

import json
import stat

from parley import expect, make_world, run


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
        [(one["operation"], one["outcome"]) for one in seen["entries"][:2]]
        == [("account.add", "done"), ("account.add", "account-name-taken")]
        and all(one["means"] == "command" for one in seen["entries"]), str(seen["entries"][:3]))
    disabled = world.said("us", "trail", "list", "--operation", "account.disable")["entries"]
    expect([one["outcome"] for one in disabled] == ["last-administrator", "done"], str(disabled))
    file = place / "trail.jsonl"
    exported = world.said("us", "trail", "export", "--out", file)
    expect(exported["head"] == seen["head"], "the head is that of the last entry")
    checked = world.said("us", "trail", "check", file, "--head", seen["head"])
    expect(checked["count"] == seen["count"], str(checked))
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


CASES = [accounts_by_command]
