"""A company's desk at its state's node, and what the officers of both states see of it."""

from case_access import COMPANY
from browser import LANGUAGES, NOTHING_MORE, expect, until

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


def measure_commented(place, worlds):
    """From the public page of a measure: nobody is led to sign in and back, a company to its desk."""
    here = worlds.two()
    made = here.world.said(
        "cn", "notice", "publish", "--to", "us", "--until", "2027-06-01T09:00:00Z", "--text",
        "Article 1. Keys are kept by an office.")
    here.world.agreed(made["thread"], 1)
    shown = here.world.said("cn", "notice", "show", made["thread"])["statements"][0]
    here.world.said("cn", "text", "publish", made["statement"])
    here.world.agreed(made["thread"], 2)
    page = "notices/" + shown["terms"]["text"]
    nobody = here.officer("us", "en")
    until(lambda: nobody.page.goto(nobody.address(page)).status == 200, "the measure is public")
    nobody.sees("register.comment")
    nobody.page.get_by_role("link", name=nobody.words("sign-in.title")).last.click()
    nobody.page.wait_for_url("**/sign-in?next=*")
    officer = here.officer("us", "en", "officer")
    officer.go(page)
    expect(not officer.one("#comment-head").count(), "an officer comments in the thread")
    for language in LANGUAGES:
        company = here.officer("us", language, "company")
        company.go(page)
        company.press('main form:has(input[name="notice"]) button')
        expect(company.path.startswith("desk/company/"), company.page.url)
        company.fill(f"text.{TONGUE[language]}", "Article 1 goes too far.")
        company.press("main button[value=hand-in]")
        company.sees("filing.state-handed-in")
    # Where it is the state's own measure, only the other side comments.
    theirs = here.officer("cn", "en")
    until(lambda: theirs.page.goto(theirs.address(page)).status == 200, "it is public there too")
    expect(not theirs.one("#comment-head").count(), "a state's own companies are not asked")


CASES = [company_desk, measure_commented]
