"""Coming in: the first administrator by the printed address, people, passwords, sessions."""

import re

from browser import PASSWORD, Place
from parley import expect

SECOND_PASSWORD = "another horse battery"


def entry(place, worlds):
    """Each node's first administrator makes its people; they come in, and others do not."""
    here = Place(place / "w", worlds.browser, has_people=False)
    try:
        for party, language in (("us", "en"), ("cn", "zh")):
            administrator = first(here, party, language)
            people(administrator)
            officer = coming_in(here, party, language)
            ended(officer, administrator)
        here.end()
    finally:
        here.world.kill()


def first(here, party, language):
    """The address as it is printed, and only once."""
    log = (here.world.folder / f"{party}.log").read_text()
    printed = re.search(r"https://127\.0\.0\.1:\d+/first/first_\w+", log)[0]
    one = here.officer(party, language)
    one.page.goto(printed)
    # In the language that the browser asks for.
    expect(one.path.startswith("first/"), f"{one.page.url} is the page of the printed address")
    one.sees("first.title")
    one.fill("name", "boss")
    one.fill("password", "aaaaaaaaaaaab")
    one.press_word("first.do")
    one.sees("problem.password-easy")
    expect(one.one("[name=name]").input_value() == "boss", "what was typed is still there")
    expect(one.one("[name=password]").input_value() == "", "a password is not sent back")
    one.fill("password", PASSWORD)
    one.press_word("first.do")
    one.sees("first.made")
    one.page.goto(printed)
    one.fill("name", "eve")
    one.fill("password", PASSWORD)
    one.press_word("first.do")
    one.sees("problem.first-link-wrong")
    one.sign_in("boss")
    expect(one.path == "desk/start", f"an administrator begins with the first steps: {one.page.url}")
    return one


def people(administrator):
    for name, role in (("duty.one", "officer"), ("case.one", "case-officer")):
        administrator.go("desk/accounts")
        administrator.fill("name", name)
        administrator.fill("roles", [role])
        administrator.fill("password", PASSWORD)
        administrator.press_word("people.add")
        expect(administrator.path == f"desk/accounts/{name}", administrator.page.url)
        administrator.sees(f"role.{role}")
    administrator.go("desk/accounts")
    for name in ("boss", "duty.one", "case.one"):
        administrator.sees_text(name)
    administrator.fill("name", "duty.one")
    administrator.fill("roles", ["officer"])
    administrator.fill("password", PASSWORD)
    administrator.press_word("people.add")
    administrator.sees("problem.account-name-taken")
    # The page asked for says what is at fault, and nothing of what is sealed.
    administrator.go("desk/threads", status=403)
    administrator.sees("problem.not-allowed")


def coming_in(here, party, language):
    officer = here.officer(party, language)
    # Asked to sign in first, and then brought to where they wanted to go.
    officer.go("desk/drafts")
    expect(officer.path == "sign-in", officer.page.url)
    officer.fill("name", "duty.one")
    officer.fill("password", "wrong horse battery")
    officer.press_word("sign-in.do")
    officer.sees("problem.sign-in-refused")
    expect(officer.one("[name=name]").input_value() == "duty.one", "the name is still there")
    officer.fill("password", PASSWORD)
    officer.press_word("sign-in.do")
    expect(officer.path == "desk/drafts", f"where they wanted to go: {officer.page.url}")
    officer.go("desk")
    officer.sees("queue.empty-ours")
    return officer


def ended(officer, administrator):
    """Signed out, out of every door; taken away by an administrator while a page is open."""
    officer.go("desk/account")
    officer.sees_text("duty.one")
    officer.press_word("sign-out.title")
    expect(officer.path == "sign-in", officer.page.url)
    officer.page.go_back()
    expect(officer.path == "sign-in", f"nothing is shown from before: {officer.page.url}")
    officer.sign_in("duty.one")
    change_password(officer)
    officer.sign_in("duty.one", SECOND_PASSWORD)
    officer.go("desk/account")
    administrator.go("desk/accounts/duty.one")
    administrator.press_word("people.sign-out")
    administrator.sees("people.done")
    officer.fill("label", "feed")
    officer.fill("roles", ["officer"])
    officer.press_word("account.token-add")
    expect(officer.path == "sign-in", f"who is no longer signed in signs in: {officer.page.url}")
    officer.sees("sign-in.over")
    administrator.press_word("people.disable")
    administrator.sees("people.disabled")
    officer.sign_in("duty.one", SECOND_PASSWORD)
    officer.sees("problem.sign-in-refused")


def change_password(officer):
    officer.go("desk/account")
    form = officer.one("main form[data-is=password]")
    form.locator("[name=old]").fill(PASSWORD)
    form.locator("[name=password]").fill(SECOND_PASSWORD)
    with officer.page.expect_navigation():
        form.locator("button").click()
    expect(officer.path == "sign-in", f"one signs in anew: {officer.page.url}")


CASES = [entry]
