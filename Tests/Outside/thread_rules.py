"""What makes a statement irregular at its place in a thread, written from Spec/ alone.

The tables of moves are read out of Spec/request.md, dialogue.md, proceeding.md and law.md, where
they are normative; the rules that stand there in prose are written here.
"""

import functools
import re
from pathlib import Path

from working_time import DAY, Unavailable, due

SPEC = Path(__file__).resolve().parents[2] / "Spec"
# Between two parties; the other kinds may tell several (dialogue.md §2, request.md §4).
BETWEEN_TWO = {"request", "allegation", "concern", "session", "hotline"}
# Who opens a kind, and whom it is addressed to (dialogue.md §2); the others are anybody's.
SEATS = {
    "allegation": ("state", "state"), "session": ("state", "state"), "hotline": ("state", "state"),
    "concern": (None, "state"), "notice": ("state", None),
}
TEXT_POINTS = {"finding", "pledge", "agenda", "minutes", "outcomes", "joint-statement"}
OWN_TEXTS = {"notice.publish", "notice.revise", "notice.conclude"}
NEEDS_AUTHORITY = {
    "request.accept", "request.accept-part", "request.answer", "request.answer-part"}
REVIEWED = {"request.answer", "request.answer-part", "request.refuse"}


class Move:
    """One row of a table of moves."""

    def __init__(self, cells):
        self.act, self.by, states, becomes, clocks, points = cells
        self.states = states.split(", ")
        self.becomes = None if becomes == "(unchanged)" else becomes
        self.clocks = [
            (words[0], words[1], len(words) > 2)
            for words in (one.split() for one in clocks.split(", ") if one != "(none)")]
        self.raises = self.settles = None
        if raised := re.fullmatch(r"raises (\S+)( \(the only one open\))?", points):
            self.raises = (raised[1], bool(raised[2]))
        elif points != "(none)":
            kinds, standings, becomes, by = re.fullmatch(
                r"settles (.+) \((.+)\): (\S+), by (\S+)", points).groups()
            self.settles = (kinds.split(", "), standings.split(", "), becomes, by)


class Protocol:
    """A kind of thread: its rows by act, and what the opener's side is called."""

    def __init__(self, moves):
        self.rows = {}
        for move in moves:
            self.rows.setdefault(move.act, []).append(move)
        (self.opening,) = [move for move in moves if move.states == ["unopened"]]
        self.name = self.opening.act.split(".")[0]

    def rows_of(self, act, is_opener):
        own = self.opening.by
        return [
            move for move in self.rows.get(act, ())
            if move.by == "either side" or (move.by == own) == is_opener]


@functools.lru_cache(None)
def protocols():
    """Every kind of thread by its opening act."""
    found = []
    for page in ("request", "dialogue", "proceeding", "law"):
        moves = None
        for line in (SPEC / f"{page}.md").read_text().splitlines():
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if cells == ["act", "by", "in", "becomes", "clocks", "points"]:
                moves = []
                found.append(moves)
            elif moves is not None and line.startswith("|"):
                if not line.startswith("| ---"):
                    moves.append(Move(cells))
            else:
                moves = None
    return {one.opening.act: one for one in map(Protocol, found)}


class Lawful:
    """The rules over a thread; thread_fold.Thread is what they look at."""

    def reason(self, one):
        """Why a statement is irregular at its place; None where it is not (request.md §10)."""
        if one.agreement != self.rules.agreement:
            return "agreement-other"
        if one.thread != self.name:
            return "thread-other"
        if one.act == "delivery.silence":
            return self.silence_reason(one)
        if one.act == "custody.record":
            return self.custody_reason(one)
        if one.act in protocols():
            return self.opening_reason(one)
        if not self.protocol:
            return "thread-not-open"
        if one.party not in self.parties:
            return "party-not-in-thread"
        if len(one.to) != len(self.parties) - 1 or set(one.to) != self.parties - {one.party}:
            return "addressees-wrong"
        if not one.answers:
            return "answers-nothing"
        if not self.applied_answers(one):
            return "answers-nothing-applied"
        if one.act == "text.publish":
            return self.publication_reason(one)
        rows = self.protocol.rows_of(one.act, one.party == self.opening.party)
        if not rows:
            return "act-not-by-side"
        row = next((row for row in rows if self.state in row.states), None)
        if not row:
            return "act-not-in-state"
        return self.rule_reason(one) or self.point_reason(one, row)

    def applied_answers(self, one):
        found = [self.statements.get(name) for name in one.answers]
        return [other for other in found if other and other.effect == "applied"]

    def silence_reason(self, one):
        if len(one.answers) != 1:
            return "silence-not-of-one"
        about = self.statements[one.answers[0]]
        if about.party != one.party:
            return "silence-not-own"
        if about.act == "delivery.silence":
            return "silence-of-silence"
        silent = one.terms.get("silentParty")
        return None if silent in about.to and one.to == (silent,) else "silent-party-wrong"

    def custody_reason(self, one):
        if len(one.answers) != 1:
            return "custody-not-of-one"
        about, digest = self.statements[one.answers[0]], one.terms.get("exhibit")
        is_event = about.act == "custody.record" and about.terms.get("exhibit") == digest
        if digest not in self.holders or not (is_event or digest in about.exhibits):
            return "custody-exhibit-unknown"
        if one.party not in self.holders[digest]:
            return "custody-not-by-holder"
        others = self.holders[digest] - {one.party}
        return None if set(one.to) == others else "custody-addressees-wrong"

    def opening_reason(self, one):
        kind, terms = one.act.split(".")[0], one.terms
        if self.protocol:
            return "thread-already-open"
        if one.answers:
            return "opening-answers"
        if not one.to or one.party in one.to or (kind in BETWEEN_TWO and len(one.to) > 1):
            return "requested-not-one"
        if any(party not in self.rules.seats for party in (one.party, *one.to)):
            return "party-unknown"
        opener, addressed = SEATS.get(kind, (None, None))
        for wanted, party in [(opener, one.party)] + [(addressed, party) for party in one.to]:
            if wanted and self.rules.seats[party] != wanted:
                return "party-kind-wrong"
        if kind == "notice":
            return self.comment_time_reason(one, one)
        if kind != "request":
            return None
        agreed = self.rules.kinds.get(terms.get("kind"))
        if not agreed:
            return "kind-unknown"
        if terms.get("urgency") not in agreed["clocks"]:
            return "urgency-not-agreed"
        bases = {basis["basis"] for basis in agreed.get("bases", ())}
        if bases and "basis" not in terms:
            return "basis-missing"
        return "basis-not-agreed" if "basis" in terms and terms["basis"] not in bases else None

    def comment_time_reason(self, one, publication):
        """Whether a notice leaves the agreed time for comments, counted from its publication
        (dialogue.md §10)."""
        until, limit = one.until(), self.rules.dialogue.get("notice", {}).get("comment")
        if until is None or until <= one.settled:
            return "until-not-later" if until is not None else "until-missing"
        try:
            ends = [
                due(limit, publication.settled, self.rules.calendars[party])
                for party in publication.to if limit]
        except Unavailable:
            return "time-unknown"
        return "until-too-early" if any(until < end for end in ends) else None

    def publication_reason(self, one):
        proposals = [
            about for about in map(self.statements.get, one.answers)
            if about and about.effect == "applied" and self.proposes_text(about)
            and [about.terms.get("text")] == one.exhibits]
        if not proposals:
            return "publishes-nothing"
        signed = any(
            point.statement in proposals and point.standing == "agreed" for point in self.points)
        own = any(about.party == one.party for about in proposals)
        return None if own or signed else "publication-not-agreed"

    def proposes_text(self, one):
        return one.act in OWN_TEXTS or any(
            point.statement is one and point.kind in TEXT_POINTS for point in self.points)

    def rule_reason(self, one):
        """The rules in prose: those of requests, else those of one act each."""
        if self.kind == "request":
            return self.ground_reason(one) or self.request_reason(one)
        rules = {
            "law.adopt": lambda: (
                "document-other" if one.exhibits != self.opening.exhibits else None),
            "proceeding.decide": lambda: self.outcome_reason(one),
            "proceeding.sanction": lambda: (
                None if self.outcome in ("convicted", "settled") else "not-punishable"),
            "concern.assure": lambda: (
                None if one.until() and one.until() > one.settled else "until-not-later"),
            "notice.revise": lambda: self.comment_time_reason(
                one, self.opening) if "until" in one.terms else None,
            "session.action.add": lambda: self.action_reason(one),
            "allegation.lapse": lambda: None if any(
                point.kind == "evidence" and point.standing == "open"
                and point.due_at is not None and one.settled > point.due_at
                for point in self.points) else "nothing-overdue",
        }
        return rules.get(one.act, lambda: None)()

    def outcome_reason(self, one):
        if "outcome" not in one.terms:
            return "outcome-missing"
        needs = one.terms["outcome"] in ("convicted", "acquitted")
        return "not-charged" if needs and not self.is_charged else None

    def action_reason(self, one):
        if one.until() is None or one.until() <= one.settled:
            return "until-not-later"
        return None if one.terms.get("owner") in self.parties else "owner-not-in-thread"

    def ground_reason(self, one):
        act, agreed, ground = one.act[8:], self.request_kind, one.terms.get("ground")
        if act in ("refuse", "postpone", "consult"):
            if ground is None:
                return "ground-missing"
            is_postponed = act == "postpone"
            listed = agreed["postponementGrounds" if is_postponed else "refusalGrounds"]
            basis = listed if is_postponed else self.basis.get("refusalGrounds", listed)
            if ground not in listed or ground not in basis:
                return "ground-not-agreed"
        if act == "refuse" and "consultation" in agreed:
            same = [asked for asked in self.consultations if asked["ground"] == ground]
            if not same:
                return "consultation-missing"
            if not any(
                    asked["reply"] or (asked["due"] is not None and one.settled > asked["due"])
                    for asked in same):
                return "consultation-open"
        if one.act in NEEDS_AUTHORITY and self.checks[-1:] != ["confirmed"]:
            if self.opening.terms["urgency"] in agreed.get("callBack", ()):
                return "authority-not-confirmed"
        return None

    def request_reason(self, one):
        act, until = one.act[8:], one.until()
        if act in ("postpone", "hold", "renew") and until is None:
            return "until-missing"
        if act == "postpone" and until <= one.settled:
            return "until-not-later"
        if act == "consult.reply" and not any(
                asked["id"] in one.answers and not asked["reply"] for asked in self.consultations):
            return "no-open-consultation-answered"
        if act in ("conditions.accept", "conditions.decline") and not any(
                open_one["id"] in one.answers and open_one["standing"] == "open"
                for open_one in self.conditions):
            return "no-open-conditions-answered"
        held = self.holds[-1] if self.holds else None
        if act == "hold":
            days = max(self.request_kind.get("holdDays", 0), self.basis.get("holdDays", 0))
            if not days:
                return "kind-holds-nothing"
            if held is None and until < one.settled + days * DAY:
                return "hold-too-short"
        if act == "renew" and (held is None or one.settled > held):
            return "nothing-held" if held is None else "hold-run-out"
        if act in ("hold", "renew") and held is not None and until <= held:
            return "hold-not-longer"
        if act == "review" and "review" not in one.terms:
            return "review-missing"
        if act == "review" and not self.reviewed(one):
            return "reviews-nothing"
        return None

    def reviewed(self, one):
        return [other for other in self.applied_answers(one) if other.act in REVIEWED]

    def settled_by(self, one, row):
        """The points that a statement settles."""
        if one.act == "proceeding.report":
            return [
                point for point in self.points
                if point.standing == "open" and point.statement.id in one.answers]
        if not row.settles:
            return []
        kinds, standings, _, who = row.settles
        return [
            point for point in self.points
            if point.kind in kinds and point.statement.id in one.answers
            and point.standing in standings and point.may_settle(one.party, who)]

    def point_reason(self, one, row):
        if not row.settles:
            return None
        settled = self.settled_by(one, row)
        if not settled:
            return f"no-open-{row.settles[0][0]}-answered"
        if "text" in one.terms and any(
                point.statement.terms.get("text") != one.terms["text"] for point in settled):
            return "text-other"
        return None
