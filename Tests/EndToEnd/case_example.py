"""A generated record: homes that have said it all to each other, and headers for an auditor."""

import json
import subprocess

from parley import environment, executable, expect

INSTANT = "2026-06-01T00:00:00Z"


def parley(*words):
    done = subprocess.run(
        [executable(), *map(str, words)], capture_output=True, env=environment(), check=False)
    return done.returncode, done.stdout, done.stderr


def said(*words):
    code, out, err = parley(*words)
    expect(code == 0, f"{words}: {err.decode()}")
    return out


def refused(code, reason, *words):
    got, _, err = parley(*words, "--json")
    error = json.loads(err).get("error") if err.startswith(b"{") else err.decode()
    expect(got == code and (reason is None or error == reason), f"{words}: {got} {error}")


def generated_record(place):
    """Homes hold one record: equal reports, proofs that hold, and headers that say the same."""
    homes = place / "homes"
    made = json.loads(
        said("example", "generate", "--threads", 12, "--seed", 3, "--into", homes, "--json"))
    expect(made["homes"] == ["us", "cn", "acme"] or sorted(made["homes"]) == [
        "acme", "cn", "us"], str(made))
    expect(40 <= made["statements"] <= 240, str(made))
    for words in (("scorecard", "--json"), ("agenda",), ("report", "--json")):
        ours, theirs = (
            said(*words, "--home", homes / party, "--with", other, "--at", INSTANT)
            for party, other in (("us", "cn"), ("cn", "us")))
        # Titles are in bodies that each opens for itself: equal here, because both can.
        expect(ours == theirs, f"{words}: {ours.decode()}\n{theirs.decode()}")
    headers = place / "us.headers"
    wrote = json.loads(
        said("scorecard", "headers", "--home", homes / "us", "--out", headers, "--json"))
    expect(wrote["headers"] == len(headers.read_text().splitlines()) - 1, str(wrote))
    alone = said("scorecard", "--headers", headers, "--between", "us,cn", "--at", INSTANT, "--json")
    expect(
        alone == said(
            "scorecard", "--home", homes / "us", "--with", "cn", "--at", INSTANT, "--json"),
        "headers alone give another scorecard")
    expect(json.loads(alone)["promises"], "nothing was promised")
    proven(homes, place)
    refusals(homes, headers, place)


def proven(homes, place):
    """Every thread that us holds is proven by the agreement alone."""
    threads = {
        json.loads(line)["statement"]["thread"]
        for line in (place / "us.headers").read_text().splitlines()[1:]}
    for thread in sorted(threads)[:4]:
        out = place / f"{thread}.json"
        said("export", thread, "--home", homes / "us", "--out", out)
        said("verify", out, "--agreement", homes / "agreement.json")


def refusals(homes, headers, place):
    refused(2, "folder-not-empty", "example", "generate", "--threads", 1, "--into", homes)
    refused(64, None, "example", "generate", "--threads", 0, "--into", place / "none")
    refused(64, None, "example", "generate", "--threads", 1_000_001, "--headers", place / "none")
    refused(64, None, "example", "generate", "--threads", 1)
    refused(64, None, "scorecard", "--headers", headers)
    refused(64, None, "scorecard", "--with", "cn", "--headers", headers, "--between", "us,cn")
    refused(2, "between-malformed", "scorecard", "--headers", headers, "--between", "us")
    refused(2, "party-unknown", "scorecard", "--headers", headers, "--between", "us,jp")
    refused(2, "party-unknown", "scorecard", "--headers", headers, "--between", "us,us")
    cut = place / "cut.headers"
    cut.write_bytes(headers.read_bytes()[:-40])
    code, _, err = parley("scorecard", "--headers", cut, "--between", "us,cn")
    expect(code == 2 and f"line {len(cut.read_bytes().splitlines())}" in err.decode(), str(err))
    # A file of headers made twice from one seed is the same file.
    for name in ("one", "two"):
        said("example", "generate", "--threads", 6, "--seed", 9, "--headers", place / name)
    expect((place / "one").read_bytes() == (place / "two").read_bytes(), "one seed, two files")


CASES = [generated_record]
