"""Makes Sources/ParleyLaw/Data from the research draft: python3 make_law_data.py DRAFT.json

Every row keeps the draft's source, as-of date and confidence. What the draft has as prose (the
thresholds of offences, the rules across kinds) is read into fields by the tables in
law_readings.py; those rows are of the source "design" or carry the mark that the research note
gives them, and never change the row that they read.
"""

import json
import pathlib
import re
import sys

import law_readings as readings

DATA = pathlib.Path(__file__).resolve().parents[2] / "Sources/ParleyLaw/Data"
DRAFTED = "2026-11-22"


def camel(name):
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


def plain(value):
    """The same value without nulls, with names as Parley's JSON spells them."""
    if isinstance(value, dict):
        return {
            camel(name) if re.fullmatch(r"[a-z_0-9]+", name) and not name[0].isdigit() else name:
                plain(item) for name, item in value.items() if item is not None
        }
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def ours(row):
    """A row that is the program's own: a catalogue, a reading, a form."""
    return {**row, "source": "design", "confidence": "design", "asOf": DRAFTED}


def write(name, about, rows):
    rows = [plain(row) for row in rows]
    ids = [row["id"] for row in rows]
    doubled = {one for one in ids if ids.count(one) > 1}
    if doubled:
        sys.exit(f"{name}: ids twice: {sorted(doubled)}")
    for row in rows:
        missing = {"id", "source", "confidence", "asOf"} - set(row)
        if missing and name != "sources":
            sys.exit(f"{name}: {row['id']} has no {sorted(missing)}")
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    text = json.dumps({"about": about}, ensure_ascii=False)[:-1]
    (DATA / f"{name}.json").write_text(
        text + ', "rows": [\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def instruments(draft):
    rows = []
    for row in draft["instruments"]:
        row = dict(row)
        counts = row.pop("signatories_known", None)
        if counts:
            row["signatory_counts"] = [
                {"on": day, "count": count} for day, count in counts.items()]
        row["ratifications_known"] = (
            str(row["ratifications_known"]) if "ratifications_known" in row else None)
        rows.append(row)
    return rows


def statuses(draft):
    rows = [dict(row) for row in draft["treaty_status"]]
    for instrument, out in readings.EU_INSTRUMENTS.items():
        for party in readings.EU_MEMBERS:
            if party not in out:
                rows.append({
                    "id": f"{party}:{instrument}", "party": party, "instrument": instrument,
                    "status": "bound-as-member", "as_of": "2025-01-01", "source": "S-GK",
                    "confidence": "medium",
                    "note": "as a member state of the European Union; membership and opt-outs are "
                    "added here from general knowledge",
                })
    return rows


def reservations(draft):
    rows = list(readings.RESERVATIONS)
    known = {(row["party"], row["instrument"]) for row in rows}
    for row in draft["treaty_status"]:
        for flag in ("reservations", "declarations"):
            if row.get(flag) and (row["party"], row["instrument"]) not in known:
                rows.append({
                    "id": f"{row['id']}:{flag}", "party": row["party"],
                    "instrument": row["instrument"], "kind": flag[:-1], "effect": "not-read",
                    "note": f"the chart flags {flag}; their text is not in this data",
                    "as_of": row["as_of"], "source": row["source"],
                    "confidence": row["confidence"],
                })
    return rows


def offence_map(draft):
    """Rows whose note says since when they hold say it in a field too."""
    rows = []
    for row in draft["offence_map"]:
        since = re.search(r"(?:as amended from|since) (\d{4}-\d{2}(?:-\d{2})?)", row.get("note", ""))
        if since or (row["system"], row["article"]) == ("CN", "219-1"):
            # 219-1 came with the same amendment as the new 219 (research note, section 3).
            row = {**row, "valid_from": since[1] if since else "2021-03-01"}
        rows.append(row)
    return rows


def bilateral(draft):
    rows = []
    for row in draft["bilateral"]:
        row = dict(row)
        if row["id"] == "us-hk-mla-1997":
            row["suspended"] = "2020-08"  # the row's own note: suspended in August 2020
        rows.append(row)
    return rows


def request_kinds(draft):
    rows = []
    for kind in draft["request_kinds"]:
        rows.append(ours({k: v for k, v in kind.items() if k != "bases"}))
    return rows


def request_bases(draft):
    rows = []
    for kind in draft["request_kinds"]:
        for base in kind["bases"]:
            rows.append({
                "id": f"{kind['id']}:{base['instrument']}", "kind": kind["id"], **base,
                "fields": [
                    {**field, "key": camel(field["key"]), "example": readings.EXAMPLES[field["key"]]}
                    for field in base["fields"]],
            })
    return rows


def grounds(draft):
    return [
        {"id": row["code"], **{k: v for k, v in row.items() if k != "code"}}
        for row in draft["refusal_grounds"]]


def time_rules(draft):
    rows = [dict(row) for row in draft["time_benchmarks"]]
    model = draft["timeliness_model"]
    for target in model["shipped_targets"]:
        rows.append(ours({
            "id": f"target-{target['kind']}", "what": "target", **target}))
    rest = {k: v for k, v in model.items() if k not in ("shipped_targets", "provenance", "as_of")}
    rows.append(ours({"id": "timeliness-model", "what": "model", **rest}))
    return rows


def calendars(draft):
    rows = []
    for calendar in draft["calendars"]:
        for year, days in calendar["years"].items():
            row = {k: v for k, v in calendar.items() if k != "years"}
            rows.append({"id": f"{calendar['party']}:{year}", "year": int(year), **row, **days})
    return rows


def scales(draft):
    scales = draft["attribution"]["scales"]
    marks = {k: scales[k] for k in ("source", "confidence", "as_of")}
    rows = [
        {"id": name, "steps": steps, **marks}
        for name, steps in scales.items() if isinstance(steps, list)]
    return rows + [{"id": "rule", "rule": scales["rule"], **marks}]


def norms(draft):
    rows = list(draft["attribution"]["un_norms_2015"])
    for rounds in draft["dialogue"]["rounds"]:
        rows.append({**rounds, "id": f"dialogue:{rounds['id']}"})
    seats = dict(draft["dialogue"]["seats"])
    marks = {"source": seats.pop("source"), "confidence": seats.pop("confidence")}
    for party, seat in seats.items():
        if isinstance(seat, list):
            # The draft gives the seats no date of their own: that of its writing.
            rows.append({
                "id": f"dialogue:seats:{party}", "party": party, "items": seat, **marks,
                "as_of": DRAFTED})
    return rows + list(draft["timeliness_lessons"])


def evidence(draft):
    profile = draft["evidence_profile"]
    rows = []
    for section, value in profile.items():
        if section == "courts":
            rows += [
                {"id": f"court:{court['party']}", **court, "as_of": profile["as_of"]}
                for court in value]
        elif section != "as_of":
            rows.append(ours({"id": section, "items": value if isinstance(value, list)
                              else [value]}))
    return rows


def directory(draft):
    data = dict(draft["directory"])
    practice = data.pop("un_practice")
    # No date of its own in the draft: that of its writing.
    return [
        {"id": "directory", **data, "as_of": DRAFTED},
        {"id": "un-practice", **practice, "as_of": DRAFTED},
    ] + list(draft["official_forms"])


def survey(draft):
    data = dict(draft["survey"])
    item = data.pop("source_item")
    return [
        {"id": "survey", **data, "source": "design"},
        {"id": "source-item", **item, "as_of": DRAFTED},
    ]


def conditions(draft):
    """The readings of offence rows, and the check that each names a row of the draft."""
    known = {row["id"]: row for row in draft["offence_map"]}
    rows = []
    for row, (needs, steps) in readings.THRESHOLDS.items():
        if row not in known:
            sys.exit(f"a reading of a row that is not there: {row}")
        rows.append(ours({
            "id": row, "needs": needs, "steps": [
                {"when": when, **({"life": True} if years == "life" else {"years": years})}
                for when, years in steps]}))
    unread = {row for row in known if known[row].get("thresholds")} - set(readings.THRESHOLDS)
    if unread:
        sys.exit(f"thresholds without a reading: {sorted(unread)}")
    return rows


def main():
    draft = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    DATA.mkdir(parents=True, exist_ok=True)
    write("sources", "Where rows come from", [
        {"id": name, **row} for name, row in draft["sources"].items()])
    write("parties", "States and others by ISO 3166 code", [ours(row) for row in draft["parties"]])
    write("instruments", "Treaties, regional and home laws, promises", instruments(draft))
    write("provisions", "Article numbers and titles in our own words", draft["provisions"])
    write("treaty-status", "Party by instrument, with dates", statuses(draft))
    write("bilateral", "Agreements of two parties", bilateral(draft))
    write("reservations", "Reservations and declarations", reservations(draft))
    write("offences", "Generic offences and the acts that bring conduct under them", [
        {**row, "acts": readings.ACTS[row["id"]]} for row in draft["offence_catalogue"]])
    write("offence-map", "Offence by legal system", offence_map(draft))
    write("offence-conditions", "The thresholds of offence rows, read into facts",
          conditions(draft))
    write("facts", "What can be said of a conduct", [
        ours({"id": name, **row}) for name, row in readings.FACTS.items()])
    write("dual-criminality", "The rules that answers cite", draft["dual_criminality"]["rules"])
    write("request-kinds", "Kinds of request", request_kinds(draft))
    write("request-bases", "What an instrument asks of a kind of request", request_bases(draft))
    write("cooperation-rules", "Rules of an instrument across kinds", readings.RULES)
    write("refusal-grounds", "Grounds and what is no ground", grounds(draft))
    write("time-rules", "Limits, targets, pauses", time_rules(draft))
    write("calendars", "Days off and working weekends by year", calendars(draft))
    write("confidence-scales", "Words and ranges", scales(draft))
    life = {k: v for k, v in draft["attribution"]["lifecycle"].items()
            if k not in ("provenance", "as_of")}
    write("lifecycles", "States and moves of an allegation", [ours({"id": "allegation", **life})])
    write("norms", "UN norms of 2015, the dialogue's rounds, lessons", norms(draft))
    write("evidence-profile", "Custody fields, hash policy, courts", evidence(draft))
    write("directory-schema", "Contact points: fields and forms, no names", directory(draft))
    write("survey-template", "Questions and scale", survey(draft))
    write("glossary", "Terms in two languages", [
        ours({"id": term, **words}) for term, words in readings.GLOSSARY.items()])


main()
