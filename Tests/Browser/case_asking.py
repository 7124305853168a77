"""The Foundation's request, from the composer to the review, at both nodes, in both languages."""

from browser import expect, until

TEXTS = {
    "text.en": "Which hosting accounts used the addresses in the exhibit during November?",
    "text.zh-Hans": "附件所列地址在11月期间由哪些主机账户使用？",
}
BOTH = (("en", "zh"), ("zh", "en"))


def request_from_first_to_last(place, worlds):
    """Asked with an exhibit, acknowledged, clarified, accepted, answered, reviewed."""
    here = worlds.two()
    for asking, answering in BOTH:
        us = here.officer("us", asking, "case-officer")
        cn = here.officer("cn", answering, "case-officer")
        thread = asked(place, us)
        cn.waits(thread, 1)
        cn.go("desk")
        expect(cn.one(f'.queue a[href$="{thread}"]').count() == 1, "it stands in cn's queue")
        cn.go(f"desk/threads/{thread}")
        cn.sees_text(TEXTS["text.zh-Hans"])
        cn.sees_text(TEXTS["text.en"])
        exchange(us, cn, thread)
        us_record, cn_record = us.record(thread), cn.record(thread)
        expect(
            [(one["id"], one["said"]) for one in us_record]
            == [(one["id"], one["said"]) for one in cn_record],
            f"both nodes show the same: {us_record} {cn_record}")
        sides = {"ours": "theirs", "theirs": "ours"}
        expect(
            [one["side"] for one in us_record] == [sides[one["side"]] for one in cn_record],
            "ours here is theirs there")
        here.world.agreed(thread, len(us_record))


def asked(place, us):
    exhibit = place / "report.json"
    exhibit.write_text('{"type":"bundle","id":"bundle--0","objects":[]}\n')
    draft = us.begin("request.submit")
    us.fill("to", "cn")
    us.fill("term.kind", "information")
    us.fill("term.urgency", "normal")
    for name, text in TEXTS.items():
        us.fill(name, text)
    autosaved(us, draft)
    with us.page.expect_navigation():
        us.one("#exhibit").set_input_files(str(exhibit))
    expect(us.one(".exhibits li").count() == 1, f"the exhibit is there: {us.trouble()}")
    us.look()
    us.sees_text(TEXTS["text.en"])
    us.sees("leaves.not-sent")
    us.sees_text("cn/poc")
    us.sees_text('"act":"request.submit"')
    return us.send()


def autosaved(us, draft):
    """A second after the last stroke it is kept; left and taken up again, it is all there."""
    until(
        lambda: us.page.evaluate("window.onbeforeunload === null"),
        "the page should know that all of the draft is saved")
    head, tail = us.words("draft.saved").split("{n}")
    said = us.one("#saved").inner_text()
    expect(said.startswith(head) and said.endswith(tail), f"and say so: {said}")
    us.go("desk/drafts")
    us.one(f'main a[href$="{draft}"]').click()
    for name, text in TEXTS.items():
        expect(us.one(f'[name="{name}"]').input_value() == text, f"{name} was kept")


def exchange(us, cn, thread):
    cn.say("request.acknowledge", thread)
    cn.say(
        "request.clarification.ask", thread,
        **{"text.zh-Hans": "报告中的时间采用哪个时区？", "text.en": "In which time zone?"})
    us.waits(thread, 3)
    us.sees("verdict.paused")
    us.say("request.clarification.give", thread, **{"text.en": "All times are UTC."})
    cn.waits(thread, 4)
    cn.say("request.accept", thread)
    cn.say("request.answer", thread, **{"text.en": "Two accounts."})
    us.waits(thread, 6)
    us.begin("request.review", thread)
    for box in us.one('main input[type=checkbox][name^="term."]').all():
        box.check()
    us.look()
    us.send()
    cn.waits(thread, 7)


def two_people_one_draft(place, worlds):
    """Whoever saves later is shown what was saved before, and chooses."""
    here = worlds.two()
    for language in ("en", "zh"):
        first = here.officer("us", language, "officer")
        second = here.officer("us", language, "colleague")
        draft = first.begin("incident.report")
        second.go(f"desk/drafts/{draft}")
        first.fill("to", ["cn"])
        first.fill("text.en", "The first one's text.")
        first.press("main button[value=save]")
        first.sees_text("officer")
        second.fill("text.en", "The second one's text.")
        # Saved by itself, it is refused; then the whole page says why.
        with second.page.expect_navigation():
            second.one('[name="text.en"]').press_sequentially(" ")
        second.sees("problem.draft-changed")
        second.sees("draft.other", account="officer")
        second.sees_text("The first one's text.")
        expect(
            second.one('[name="text.en"]').input_value().strip() == "The second one's text.",
            "what the later one typed is still there")
        second.press("main button[value=save]")
        first.go(f"desk/drafts/{draft}")
        expect(
            first.one('[name="text.en"]').input_value() == "The second one's text.",
            "the later one has chosen")
        first.press("main button[value=discard]")
        expect(first.path == "desk/drafts", first.page.url)


CASES = [request_from_first_to_last, two_people_one_draft]
