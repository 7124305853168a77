"""Works a scorecard out again from headers alone, by Spec/scorecard.md and without the product.

    python3 recompute_scorecard.py HEADERS [--between us,cn] [--from T] [--until T] [--at T]
                                           [--compare FILE]

Prints the scorecard as canonical JSON; with --compare, every difference from a scorecard that the
product wrote, whose parties, period and as-of are taken where they are not given. Exit code 1 when
there is a difference, 2 when the input is not fit. `read` and `scorecard` are for other programs.
"""

import argparse
import datetime
import hashlib
import json
import sys

import thread_fold
from thread_fold import Rules, Statement, seconds
from working_time import Calendar

VERDICTS = ("no", "partly", "unclear", "yes")
JUDGEMENTS = ("complete", "usable", "whole", "reasoned")
# What a figure of timeliness counts; a promise that was kept or broken by its stop is measured.
FIGURES = {
    "met": "inTime", "late": "late", "overdue": "overdue", "running": "open", "paused": "open",
    "ended": "ended", "unknown": "unknown"}
MEASURED = ("met", "late")


class Unfit(Exception):
    """The file of headers is not one that this program reads."""


class Record:
    """A file of headers: the agreement, and each statement once, by thread."""

    def __init__(self, agreement, name, threads):
        self.agreement, self.name, self.threads = agreement, name, threads
        calendars = {key: Calendar(one) for key, one in agreement["calendars"].items()}
        parties, dialogue = agreement["parties"], agreement.get("dialogue", {})
        self.rules = Rules(
            name, {one["id"]: calendars[one["calendar"]] for one in parties},
            {one["name"]: one for one in agreement["requestKinds"]}, dialogue.get("clocks", {}),
            {one["id"]: one["kind"] for one in parties}, agreement["silenceAfterSeconds"])
        self.months = dialogue.get("sessionMonths")
        self.began = seconds(agreement["effectiveFrom"])

    @property
    def last(self):
        times = [
            one.time for thread in self.threads.values() for one in thread if one.time is not None]
        return max(times, default=self.began)


def canonical(value):
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def instant(second):
    when = datetime.datetime.fromtimestamp(second, datetime.timezone.utc)
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def read(lines):
    """A record, from the lines of a file of headers."""
    lines = [json.loads(line) for line in lines if line.strip()]
    if not lines or lines[0].get("parley") != "headers/1":
        raise Unfit("not a file of headers: its first line has no parley headers/1")
    if lines[0].get("amendments"):
        raise Unfit("an agreement that was amended is not worked out here")
    agreement = lines[0]["agreement"]
    said = (
        Statement(
            line["id"], line["statement"], seconds(line["time"]) if line.get("time") else None,
            {party: seconds(time) for party, time in line.get("receipts", {}).items()})
        for line in lines[1:])
    threads = {}
    for one in thread_fold.joined(said).values():
        threads.setdefault(one.thread, []).append(one)
    name = "sha256:" + hashlib.sha256(canonical(agreement).encode()).hexdigest()
    return Record(agreement, name, threads)


def fold_all(record, parties, as_of):
    """The threads in which all these parties are heard, as they stood."""
    found = []
    for name in sorted(record.threads):
        known = [
            one for one in record.threads[name] if one.time is not None and one.time <= as_of]
        thread = thread_fold.fold(name, known, record.rules)
        if thread.protocol and thread.parties.issuperset(parties):
            found.append(thread)
    return found


def scorecard(record, between=("us", "cn"), begin=None, end=None, as_of=None):
    """The scorecard as the product prints it; times in seconds."""
    parties = sorted(between)
    as_of = record.last if as_of is None else as_of
    begin = record.began if begin is None else begin
    end = as_of if end is None else end
    threads = fold_all(record, parties, as_of)
    real = [one for one in threads if not one.opening.terms.get("exercise")]
    opened = [one for one in threads if begin <= one.opening.settled < end]
    promises = [
        promise for thread in real for promise in promised(thread, as_of)
        if promise["party"] in parties and begin <= seconds(promise["start"]) < end]
    return {
        "parley": "scorecard/1", "agreement": record.name, "parties": parties,
        "from": instant(begin), "until": instant(end), "asOf": instant(as_of),
        "promises": promises, "timeliness": timeliness(promises),
        "quality": [quality(opened, party, record.rules) for party in parties],
        "commitments": [commitment(one) for one in real if one.kind == "commitment"],
        "sessions": sessions(real, record, as_of),
    }


def promised(thread, as_of):
    """Every clock of a thread, then every point that falls due."""
    opening = thread.opening.terms
    head = {
        "thread": thread.name, "subject": thread.kind,
        "kind": opening.get("kind", ""), "urgency": opening.get("urgency", "")}
    found = []
    for clock in thread.clocks:
        found.append(head | {"party": clock.party, "promise": clock.name} | standing(
            clock.start, clock.due(), clock.verdict(as_of), clock.by))
    for point in thread.points:
        if point.falls_due:
            found.append(head | {"party": point.awaits[0], "promise": point.kind} | standing(
                point.statement.settled, point.due_at, point.verdict(as_of, thread.is_over),
                point.kept))
    return found


def standing(start, due, verdict, stopped_by):
    found = {"start": instant(start), "verdict": verdict}
    if due is not None:
        found["due"] = instant(due)
    if stopped_by:
        found |= {"stop": instant(stopped_by.settled), "statement": stopped_by.id}
    return found


def timeliness(promises):
    names = ("party", "subject", "kind", "urgency", "promise")
    groups = {}
    for promise in promises:
        groups.setdefault(tuple(promise[name] for name in names), []).append(promise)
    lines = []
    for key, group in sorted(groups.items()):
        line = dict(zip(names, key)) | dict.fromkeys(FIGURES.values(), 0)
        for promise in group:
            line[FIGURES[promise["verdict"]]] += 1
        took = sorted(
            seconds(one["stop"]) - seconds(one["start"])
            for one in group if one["verdict"] in MEASURED)
        if took:
            line |= {"medianSeconds": nearest_rank(took, 50), "p90Seconds": nearest_rank(took, 90)}
        lines.append(line)
    return lines


def nearest_rank(ordered, percent):
    return ordered[-(-len(ordered) * percent // 100) - 1]


def quality(opened, party, rules):
    counted = ("calls", "callsAnswered", "drills", "drillsAnswered", "refusals", "reopened",
               "reviews", "silences", "unreasonedRefusals", *JUDGEMENTS)
    found = dict.fromkeys(counted, 0) | {"party": party, "verdicts": dict.fromkeys(VERDICTS, 0)}
    for thread in opened:
        is_exercise, is_addressed = thread.opening.terms.get("exercise"), party in thread.opening.to
        applied = [one for one in thread.statements.values() if one.effect == "applied"]
        if thread.kind == "hotline" and is_addressed:
            name = "drills" if is_exercise else "calls"
            found[name] += 1
            found[f"{name}Answered"] += any(one.act == "hotline.acknowledge" for one in applied)
        if is_exercise:
            continue
        if thread.kind == "concern" and is_addressed:
            judged = [one.terms["verdict"] for one in applied if one.act == "concern.judge"]
            for verdict in judged[-1:]:
                found["verdicts"][verdict] += 1
            found["reopened"] += sum(one.act == "concern.reopen" for one in applied)
        for one in applied:
            if one.party == party:
                review = thread.reviews.get(one.id)
                if review:
                    found["reviews"] += 1
                    for judgement in JUDGEMENTS:
                        found[judgement] += review[judgement]
                if one.act == "request.refuse":
                    found["refusals"] += 1
                    found["unreasonedRefusals"] += bool(review and not review["reasoned"])
        found["silences"] += len(silent_to(thread, party, rules))
    return found


def silent_to(thread, party, rules):
    """The statements to which a party was silent, as witnessed (request.md §8)."""
    return {
        one.answers[0] for one in thread.silences
        if one.terms["silentParty"] == party
        and one.settled - thread.statements[one.answers[0]].time >= rules.silence}


def commitment(thread):
    applied = [one for one in thread.statements.values() if one.effect == "applied"]
    return {
        "thread": thread.name, "maker": thread.opening.party, "ended": thread.state == "closed",
        "joined": sorted({one.party for one in applied if one.act == "commitment.join"}),
        "support": sum(one.act == "commitment.support" for one in applied),
        "contest": sum(one.act == "commitment.contest" for one in applied),
        "verdicts": {
            one.party: one.terms["verdict"] for one in applied if one.act == "commitment.judge"},
    }


def sessions(threads, record, as_of):
    """Sessions held, those missed, and when the next is due (scorecard.md §3)."""
    held = sorted(
        one.settled for thread in threads if thread.kind == "session"
        for one in thread.statements.values()
        if one.act == "session.hold" and one.effect == "applied")
    found = {"held": [instant(one) for one in held], "missed": []}
    if record.months is None:
        return found
    last = record.began
    for holding in held + [None]:
        while months_after(last, record.months) < (as_of if holding is None else holding):
            last = months_after(last, record.months)
            found["missed"].append(instant(last))
        last = last if holding is None else holding
    return found | {"nextDue": instant(months_after(last, record.months))}


def months_after(second, months):
    """The same day of the month and time of day, or the month's last day."""
    when = datetime.datetime.fromtimestamp(second, datetime.timezone.utc)
    year, month = divmod(when.year * 12 + when.month - 1 + months, 12)
    following = datetime.date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last_day = (following - datetime.timedelta(days=1)).day
    moved = when.replace(year=year, month=month + 1, day=min(when.day, last_day))
    return int(moved.timestamp())


def differences(ours, theirs, place=""):
    """Where two documents differ, a line each."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        for name in sorted(ours.keys() | theirs.keys()):
            if name not in ours or name not in theirs:
                side = "not recomputed" if name not in ours else "only recomputed"
                yield f"{place}/{name}: {side}: {canonical({**ours, **theirs}[name])}"
            else:
                yield from differences(ours[name], theirs[name], f"{place}/{name}")
    elif isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        for index, (one, other) in enumerate(zip(ours, theirs)):
            yield from differences(one, other, f"{place}/{index}")
    elif isinstance(ours, list) and isinstance(theirs, list):
        yield f"{place}: {len(ours)} recomputed, {len(theirs)} in the file"
        both = [canonical(one) for one in ours], [canonical(one) for one in theirs]
        yield from (f"{place}: only recomputed: {one}" for one in both[0] if one not in both[1])
        yield from (f"{place}: not recomputed: {one}" for one in both[1] if one not in both[0])
    elif ours != theirs or type(ours) is not type(theirs):
        yield f"{place}: recomputed {canonical(ours)}, in the file {canonical(theirs)}"


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("headers")
    parser.add_argument("--between")
    for name in ("from", "until", "at", "compare"):
        parser.add_argument(f"--{name}")
    given = vars(parser.parse_args(arguments))
    theirs = None
    if given["compare"]:
        with open(given["compare"], encoding="utf-8") as file:
            theirs = json.load(file)
        for name, field in (("from", "from"), ("until", "until"), ("at", "asOf")):
            given[name] = given[name] or theirs.get(field)
        given["between"] = given["between"] or ",".join(theirs.get("parties", ()))
    try:
        with open(given["headers"], encoding="utf-8") as file:
            record = read(file)
        begin, end, as_of = (
            seconds(given[name]) if given[name] else None for name in ("from", "until", "at"))
        between = (given["between"] or "us,cn").split(",")
        ours = scorecard(record, between, begin, end, as_of)
    except (Unfit, ValueError, KeyError) as error:
        print(f"recompute_scorecard: {given['headers']}: {error!r}", file=sys.stderr)
        return 2
    if theirs is None:
        print(canonical(ours))
        return 0
    found = list(differences(ours, theirs))
    print("\n".join(found) or "the same")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
