"""A session's minutes, a hotline alarm, a company's concern: from the pages alone."""

from browser import COMPANY, expect

BOTH = (("en", "zh"), ("zh", "en"))


def minutes_agreed(place, worlds):
    """A session is proposed and held; its minutes are proposed by one and agreed by the other."""
    here = worlds.three()
    for ours, theirs in BOTH:
        us = here.officer("us", ours, "case-officer")
        cn = here.officer("cn", theirs, "case-officer")
        us.begin("session.propose")
        us.fill("to", ["cn"])
        us.fill("term.round", "1")
        us.fill("term.date", "2026-11-01T14:00")
        us.fill("text.en", "The first session.")
        us.fill("text.zh-Hans", "第一次会议。")
        us.look()
        thread = us.send()
        cn.waits(thread, 1)
        cn.say("session.agree", thread)
        us.waits(thread, 2)
        # What the record puts on the agenda becomes a draft in the session.
        us.go("desk/agenda?with=cn")
        us.press(f'main form[data-is=propose]:has(input[value="{thread}"]) button')
        for language in ("en", "zh-Hans"):
            text = us.one(f'main [name="text.{language}"]').input_value()
            expect(text and "[…" not in text, f"the agenda is written out: {text!r}")
        us.look()
        us.send()
        cn.waits(thread, 3)
        cn.say("session.agenda.agree", thread)
        us.waits(thread, 4)
        us.say("session.hold", thread, **{"term.date": "2026-11-01T14:00"})
        cn.waits(thread, 5)
        cn.say(
            "session.minutes.propose", thread,
            **{"text.en": "Both sides met.", "text.zh-Hans": "双方举行了会议。"})
        us.waits(thread, 6)
        us.say("session.minutes.agree", thread)
        cn.waits(thread, 7)
        for one in (us, cn):
            one.go(f"desk/threads/{thread}")
            one.sees_text("双方举行了会议。")


def alarm_acknowledged(place, worlds):
    """A call by the hotline is seen at the other node and acknowledged by its duty officer."""
    here = worlds.three()
    for ours, theirs in BOTH:
        us = here.officer("us", ours, "case-officer")
        cn = here.officer("cn", theirs, "officer")
        us.begin("hotline.call")
        us.fill("to", ["cn"])
        us.fill("term.post", "duty-officer")
        us.fill("text.en", "A worm spreads from both sides' networks.")
        us.look()
        cn.go("desk/drafts")
        beside = us.opened()
        beside.goto(us.address("desk"))
        thread = us.send()
        # The page that stands open rings by itself; who calls is not rung by their own call.
        cn.one("#calling").wait_for(state="visible")
        beside.locator("#live").wait_for(state="visible")
        expect(beside.locator("#calling").is_hidden(), "who calls is not rung")
        beside.close()
        cn.go("desk")
        expect(cn.one(f'.queue a[href$="{thread}"]').count() == 1, "the call stands in the queue")
        expect(cn.one("main .alarm a").count() == 1, "the alarm leads to the call")
        cn.go("desk/hotline")
        cn.press("form[data-is=answer] button")
        cn.send()
        us.waits(thread, 2)
        us.sees("state.acknowledged")
        for desk in (us, cn):
            desk.go("desk")
            expect(desk.one("main .alarm").count() == 0, "what is acknowledged rings no more")


def concern_judged(place, worlds):
    """Raised at the company's own node, put to the other state, assured, answered, judged by it."""
    here = worlds.three()
    for company, state in BOTH:
        acme = here.officer(COMPANY, company, "case-officer")
        us = here.officer("us", state, "case-officer")
        cn = here.officer("cn", company, "case-officer")
        acme.begin("concern.raise")
        acme.fill("to", ["us"])
        acme.fill("text.en", "A rule asks for source code.")
        acme.look()
        thread = acme.send()
        us.waits(thread, 1)
        us.begin("concern.raise")
        us.fill("to", ["cn"])
        us.fill("text.en", "A company asks what a rule means.")
        us.one("main details summary").first.click()
        us.fill("term.follows", thread)
        us.look()
        put = us.send()
        us.say("concern.take-up", thread, **{"term.threads": put})
        cn.waits(put, 1)
        cn.say(
            "concern.assure", put,
            **{"term.until": "2027-06-01T09:00", "text.en": "It will be answered in time."})
        cn.say("concern.answer", put, **{"text.en": "No copy is kept."})
        us.waits(put, 3)
        us.say("concern.answer", thread, **{"text.en": "We hear that no copy is kept."})
        acme.waits(thread, 3)
        acme.say("concern.judge", thread, **{"term.verdict": "partly"})
        us.waits(thread, 4)
        us.sees("state.judged")
        us.sees_text("We hear that no copy is kept.")


CASES = [minutes_agreed, alarm_acknowledged, concern_judged]
