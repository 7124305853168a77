"""Officers at the pages of running nodes, each in a browser window of their own."""

import json
import os
import re
import sys
import urllib.parse
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path.append(str(TESTS / "EndToEnd"))

from case_access import Accounts, Objects
from case_service import PASSWORD, ROLES
from parley import LIMIT_SECONDS, expect, free_port, make_world, until

DATA = TESTS.parent / "Sources/ParleyPages/Data"
LANGUAGES = {"en": "en", "zh": "zh-Hans"}
COMPANY = "acme"
CHINESE = {"us": "美国", "cn": "中国", COMPANY: "极点公司"}
# What changes the questions that follow.
ASKS_ANEW = ("to", "term.kind", "term.basis")
NOTHING_MORE = {"en": "Nothing beside this.", "zh-Hans": "别无补充。"}
# What a browser says of a page that is a refusal; the case that asked for it looks at it itself.
REFUSED = re.compile(r"Failed to load resource: the server responded with a status of [45]\d\d")


class Words:
    """The words of the pages in one language, as the pages have them."""

    all = {code: json.loads((DATA / f"{code}.json").read_text()) for code in LANGUAGES}

    def __init__(self, code):
        self.code = code

    def __call__(self, key, **parts):
        text = self.all[self.code][key]
        for name, part in parts.items():
            text = text.replace("{" + name + "}", str(part))
        return text


class Place:
    """A world whose nodes serve pages, with an account of each role at each of them."""

    def __init__(self, folder, browser, parties=("us", "cn"), options=(), terms=None, has_people=True
    ):
        self.browser = browser
        self.world = make_world(
            folder, parties=parties, terms=terms,
            new_options=("--title", "zh-Hans=打击网络犯罪联合对话机制"), init_options={
                party: [
                    "--language", "zh-Hans", "--name", f"zh-Hans={CHINESE[party]}",
                    "--organ-name", "zh-Hans=联络点"]
                for party in parties})
        self.ports = {party: free_port() for party in parties}
        self.accounts = {}
        self.officers = []
        for party in parties:
            # As fast as it can: how often somebody may ask is not what is looked at here.
            self.world.serve(
                party, options=(
                    "--api", f"127.0.0.1:{self.ports[party]}", "--api-rate", "1000000", *options))
            if not has_people:
                continue
            accounts = Accounts(self.world, self.world.agreement_id(), party)
            for role in ROLES:
                accounts.add(role, [role])
            accounts.add("second", ["officer", "approver"])
            accounts.add("colleague", ["officer"])
            self.accounts[party] = accounts

    def officer(self, party, language, account=None, **window):
        """Signed in as one of the accounts, or nobody."""
        officer = Officer(self, party, language, **window)
        self.officers.append(officer)
        if account:
            officer.come_in(account)
        return officer

    def settle(self, name):
        """Closes the windows of a case, and says what no case forgives: an error in a browser's
        console, a request to somebody else, a node that has ended."""
        officers, self.officers = self.officers, []
        for officer in officers:
            officer.context.close()
        self.world.check_alive()
        faults = [fault for officer in officers for fault in officer.faults]
        expect(not faults, lambda: f"browsers complain in {name}: {faults[:5]}")

    def end(self):
        self.settle("the end")
        self.world.stop()


class Officer:
    """One window: a language, a node, and who is signed in there."""

    def __init__(self, place, party, language, width=1280, height=900, **options):
        self.place, self.party, self.code = place, party, language
        self.words = Words(language)
        self.origin = f"https://127.0.0.1:{place.ports[party]}"
        self.has_script = options.get("java_script_enabled", True)
        self.faults = []
        self.context = place.browser.new_context(
            ignore_https_errors=True, locale={"en": "en-GB", "zh": "zh-CN"}[language],
            viewport={"width": width, "height": height}, **options)
        self.context.set_default_timeout(LIMIT_SECONDS * 1000 / 4)
        self.page = self.opened()

    def opened(self):
        """Another tab of the same window."""
        page = self.context.new_page()
        page.on("console", self.heard)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("request", self.seen)
        return page

    def heard(self, message):
        if message.type in ("error", "warning") and not REFUSED.match(message.text):
            self.faults.append(f"{self.page.url}: {message.text}")

    def seen(self, request):
        if not request.url.startswith(self.origin + "/"):
            self.faults.append(f"{self.page.url} asks elsewhere: {request.url}")

    # MARK: Going about

    def come_in(self, account):
        """With a session that is there already: signing in is one case's matter."""
        self.account = account
        secret = self.place.accounts[self.party].session(account)
        self.context.add_cookies([{
            "name": "__Host-parley", "value": secret, "url": self.origin, "secure": True,
            "httpOnly": True, "sameSite": "Strict"}])

    def address(self, path):
        return f"{self.origin}/{self.code}/{path}" if path else f"{self.origin}/{self.code}"

    def go(self, path, status=200):
        answer = self.page.goto(self.address(path))
        expect(answer.status == status, f"{path}: {status} expected, not {answer.status}")
        return answer

    def one(self, selector):
        return self.page.locator(selector)

    @property
    def path(self):
        """Below the language, without query and place."""
        path = urllib.parse.urlsplit(self.page.url).path
        expect(path.startswith(f"/{self.code}"), f"{self.page.url} is in {self.code}")
        return path.removeprefix(f"/{self.code}").removeprefix("/")

    def sees(self, key, where="main", **parts):
        """Words of the catalogue, on the page now."""
        text = self.words(key, **parts)
        self.sees_text(text, where)

    def sees_text(self, text, where="main"):
        expect(
            text in self.one(where).first.inner_text(),
            lambda: f"{self.page.url} ({self.party}, {self.code}) does not say {text!r}")

    def press(self, selector):
        """A button that posts a form; its page comes again, or the next one."""
        with self.page.expect_navigation():
            self.one(selector).first.click()

    def press_word(self, key, **parts):
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=self.words(key, **parts), exact=True).first.click()

    def sign_in(self, account, password=PASSWORD):
        self.go("sign-in")
        self.page.get_by_label(self.words("account.name"), exact=True).fill(account)
        self.page.get_by_label(self.words("account.password"), exact=True).fill(password)
        self.press_word("sign-in.do")

    # MARK: Saying

    def begin(self, act, thread=None):
        """A draft of an act, from where it is offered."""
        self.go(f"desk/threads/{thread}" if thread else "desk/say")
        offered = f'main form:has(input[name="act"][value="{act}"]) button'
        expect(self.one(offered).count(), f"{act} is not offered at {self.page.url}")
        self.press(offered)
        return self.path.split("/")[2]

    def choose(self, name, value):
        """What changes the questions: the page comes again with them."""
        if not self.has_script:
            self.one(f'main [name="{name}"]').select_option(value)
            self.press("main button[value=save]")
            return
        if self.one(f'main [name="{name}"]').input_value() == value:
            return
        with self.page.expect_navigation():
            self.one(f'main [name="{name}"]').select_option(value)

    def fill(self, name, value):
        field = self.one(f'main [name="{name}"]')
        expect(field.count(), f"no field {name} at {self.page.url}")
        if isinstance(value, list) and field.first.evaluate("one => one.tagName") == "SELECT":
            (value,) = value
        kind = field.first.evaluate("one => one.tagName + ' ' + (one.type ?? '')")
        if kind.startswith("SELECT") and name in ASKS_ANEW:
            self.choose(name, value)
        elif kind.startswith("SELECT"):
            field.select_option(value)
        elif kind.endswith("checkbox"):
            for one in value:
                self.one(f'main [name="{name}"][value="{one}"]').check()
        else:
            field.first.fill(value)

    def look(self):
        """What leaves. Where the template has blanks, something is written into them."""
        for field in self.one('main textarea[name^="text."]').all():
            if re.search(r"\[.*\]", field.input_value()):
                field.fill(NOTHING_MORE[field.get_attribute("lang")])
        self.press("main button[value=look]")
        expect(
            self.path.endswith("/leaves"),
            lambda: f"what leaves should be shown: {self.page.url} {self.trouble()}")

    def send(self):
        expect(
            self.one("main form[data-is=send]").count(),
            lambda: f"it may not be sent: {self.page.url} {self.trouble()}")
        self.press("main form[data-is=send] button")
        expect(
            self.path.startswith("desk/threads/"),
            lambda: f"it should have left: {self.page.url} {self.trouble()}")
        return self.path.split("/")[2]

    def say(self, act, thread=None, **values):
        """Drafted, looked at, sent: one statement, from first to last."""
        self.begin(act, thread)
        for name, value in values.items():
            self.fill(name, value)
        self.look()
        return self.send()

    def trouble(self):
        """What the page complains of."""
        found = self.one("#problem")
        return found.first.inner_text() if found.count() else "(no complaint)"

    # MARK: Reading

    def record(self, thread):
        """Statement by statement: its id, its title, its words."""
        self.go(f"desk/threads/{thread}")
        return self.page.eval_on_selector_all(
            ".record > li", """all => all.map(one => ({
                id: one.id, title: one.querySelector("h3").textContent,
                side: one.className.split(" ")[0],
                said: [...one.querySelectorAll(".said")].map(said => said.textContent)}))""")

    def waits(self, thread, count):
        """Until the page of a thread holds that many statements."""
        until(lambda: len(self.record(thread)) >= count,
              f"{self.party} should see {count} statements of {thread}")
