"""A company's desk at its state's node, and what the officers of both states see of it."""

from case_access import COMPANY
from browser import NOTHING_MORE, expect, until

WORDS = {"en": "Our source code was copied.", "zh": "我方源代码被复制。"}
TONGUE = {"en": "en", "zh": "zh-Hans"}
ANSWER = "It was not copied here."


def company_desk(place, worlds):
    """A concern is written, handed in, taken up, said as written, answered, seen and judged."""
    here = worlds.two()
    for language, has_script in (("en", True), ("zh", False)):
        company, us, cn = (
            here.officer(party, language, account, java_script_enabled=has_script)
            for party, account in (("us", "company"), ("us", "case-officer"), ("cn", "officer")))
        company.go("desk")
        expect(company.path == "desk/company", f"its desk is where it comes in: {company.path}")
        company.sees_text(COMPANY)
        filing = written(company, language)
        taken(us, filing, language)
        thread = us.send()
        cn.waits(thread, 1)
        cn.go(f"desk/threads/{thread}")
        cn.sees_text(WORDS[language])
        cn.sees("particular.words-company")
        expect(COMPANY not in cn.one("main").inner_text(), "it did not choose to be named")
        cn.say("concern.acknowledge", thread)
        cn.say("concern.answer", thread, **{"text.en": ANSWER})
        here.world.agreed(thread, 3)
        judged(company, us, filing, language)
        here.world.agreed(thread, 4)


def written(company, language):
    company.press('main form:has(input[name="act"][value="concern.raise"]) button')
    filing = company.path.split("/")[2]
    company.press("main button[value=hand-in]")
    company.sees("problem.filing-empty")
    company.fill(f"text.{TONGUE[language]}", WORDS[language])
    company.press("main button[value=hand-in]")
    company.sees("filing.state-handed-in")
    company.sees_text(WORDS[language])
    company.go("desk/company")
    company.sees("filing.state-handed-in")
    return filing


def taken(us, filing, language):
    us.go("desk/intake")
    us.sees_text(COMPANY)
    us.go(f"desk/intake/{filing}")
    us.sees_text(WORDS[language])
    us.press("main form[data-is=take] button")
    us.sees("draft.company-words")
    if us.one('main [name="to"]').first.evaluate("one => one.type") != "hidden":
        us.fill("to", "cn")
    # What a company wrote leaves as it stands, or not at all.
    us.fill(f"text.{TONGUE[language]}", "Something else.")
    us.press("main button[value=look]")
    us.sees("problem.company-words-changed")
    us.fill(f"text.{TONGUE[language]}", WORDS[language])
    us.press("main button[value=look]")
    expect(us.path.endswith("/leaves"), f"what leaves is shown: {us.page.url} {us.trouble()}")
    us.sees_text(WORDS[language])


def judged(company, us, filing, language):
    def is_answered():
        company.go(f"desk/company/{filing}")
        return ANSWER in company.one("main").inner_text()
    until(is_answered, "the company sees the answer")
    company.sees("filing.state-said")
    company.press('main form:has(input[name="act"][value="concern.judge"]) button')
    company.fill("verdict", "partly")
    company.fill(f"text.{TONGUE[language]}", NOTHING_MORE[TONGUE[language]])
    company.press("main button[value=hand-in]")
    verdict = company.path.split("/")[2]
    us.go(f"desk/intake/{verdict}")
    us.press("main form[data-is=take] button")
    us.press("main button[value=look]")
    us.send()

    def is_judged():
        company.go(f"desk/company/{filing}")
        return NOTHING_MORE[TONGUE[language]] in company.one("main").inner_text()
    until(is_judged, "and its own judgement")


CASES = [company_desk]
