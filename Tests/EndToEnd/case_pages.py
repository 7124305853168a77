"""Who sees which page and who may send which form, on every kind of object.

What is allowed stands in pages.json and nowhere else; the unit tests hold the file to the table of
pages, and this case holds a running node to the file.
"""

import base64
import difflib
import hashlib
import hmac
import http.client
import json
import re
import urllib.parse
from pathlib import Path

from case_access import Accounts, Objects, Thing, everybody, filled
from case_attack import context
from case_service import PASSWORD, ROLES, serve_api
from parley import LIMIT_SECONDS, expect, make_world, until

PAGES = json.loads(Path(__file__).with_name("pages.json").read_text())["pages"]
# Of the whole node: one that there is, and one that there is not.
NODES_OWN = {"kind": ("allegation", "sorcery"), "call": (None, "a" * 26)}
# What two answers may differ in that tell nothing: the time, and what only this session knows.
PASSING = re.compile(
    r'<time datetime="[^"]*">[^<]*</time>|name="form-token" value="[^"]*"')


def form_token(secret):
    """As the pages of a session have it."""
    code = hmac.digest(secret.encode(), b"parley/form/v1", hashlib.sha256)
    return base64.b32encode(code).decode().lower().rstrip("=")


class Shown:
    """One answer to a browser."""

    def __init__(self, raw):
        self.status = raw.status
        self.location = raw.getheader("location")
        self.headers = raw
        self.text = raw.read().decode()

    @property
    def reason(self):
        """Of the problem that the page tells, where it tells one."""
        found = re.search(r'id="problem".*?<code>([a-z-]+)</code>', self.text, re.DOTALL)
        return found[1] if found else ""

    def without(self, name):
        """All of it but what was asked about."""
        said = [PASSING.sub("", self.text), self.location or ""]
        once = urllib.parse.quote(name, safe="%")
        twice = urllib.parse.quote(once, safe="")
        for step in (f"/{once}", f"%2F{twice}", f'"{name}"') if name else ():
            said = [one.replace(step, step.replace(once, "…").replace(twice, "…").replace(
                name, "…")) for one in said]
        # An account's name is also that of a role, which stands on other pages too.
        if name and name not in ROLES:
            said = [one.replace(name, "…") for one in said]
        return self.status, *said

    def __str__(self):
        return f"{self.status} {self.location or ''} {self.reason}"


class Browser:
    """What a browser with somebody's cookie sends; scripts and windows are another test's."""

    def __init__(self, caller, language="en"):
        self.caller, self.language = caller, language
        self.connection = None

    def ask(self, method, path, fields=None, headers=None, raw=None):
        sent = {}
        if self.caller.secret and self.caller.means == "token":
            sent["Authorization"] = f"Bearer {self.caller.secret}"
        elif self.caller.secret:
            sent["Cookie"] = f"__Host-parley={self.caller.secret}"
        data = raw
        if fields is not None:
            data = urllib.parse.urlencode(fields).encode()
        if data is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
            sent["Origin"] = f"https://127.0.0.1:{self.caller.port}"
        sent |= headers or {}
        sent = {name: value for name, value in sent.items() if value is not None}
        if not self.connection:
            self.connection = http.client.HTTPSConnection(
                "127.0.0.1", self.caller.port, timeout=LIMIT_SECONDS, context=context())
        if not path.startswith("/"):
            path = f"/{self.language}/{path}"
        self.connection.request(method, path, body=data, headers=sent)
        raw = self.connection.getresponse()
        shown = Shown(raw)
        if raw.will_close:
            self.connection.close()
            self.connection = None
        return shown


def difference(one, other):
    """The lines that only one of two answers has."""
    lines = [re.split(r"(?<=>)", "\n".join(map(str, said))) for said in (one, other)]
    return [line for line in difflib.ndiff(*lines) if line[0] in "+-"][:12]


def is_allowed(row, caller):
    who = row["who"]
    return "anybody" in who or caller.is_known and (
        "person" in who or caller.role in who)


class Cell:
    """One page, or one form of it, by one caller, on everything it may be asked about."""

    def __init__(self, path, form, caller, objects, language):
        self.path, self.form, self.caller, self.objects = path, form, caller, objects
        self.page = PAGES[path]
        self.row = self.page if form is None else self.page["forms"][form]
        self.browser = Browser(caller, language)
        self.kind = self.row.get("object") or self.page.get("parameter")
        self.where = f"{caller.name}: {path}" + (f" {form}" if form else "")

    def things(self):
        if self.kind is None:
            return {"nothing": Thing("")}
        if self.kind in NODES_OWN:
            own, unknown = NODES_OWN[self.kind]
            own = own or self.objects.call
            return {"own": Thing(own), "unknown": Thing(unknown),
                    "malformed": Thing(self.objects.MALFORMED)}
        if self.kind == "first":
            return {"own": Thing("first_x")}
        operation = "draft.send" if self.form == "send" else ""
        return self.objects.all(self.kind, self.caller, operation)

    def ask(self, thing):
        path = self.path
        if "parameter" in self.page and "object" not in self.row:
            path = path.replace(
                "{" + self.page["parameter"] + "}", urllib.parse.quote(thing.name, safe="%"))
        path = path.replace("{thread}", self.objects.thread)
        if self.form is None:
            query = "?" + self.row["query"] if "query" in self.row else ""
            return self.browser.ask("GET", path + query)
        if self.row.get("ends") and self.caller.is_known:
            self.objects.accounts.as_before(self.caller)
        words = {
            "password": PASSWORD, "account": self.caller.account or "officer",
            "role": self.caller.role or "officer", "number": self.objects.next(),
            "tag": thing.tag, "preview": thing.preview, "thread": self.objects.thread,
            "object": thing.name}
        if not self.caller.is_known:
            words["account"] = "officer"
        fields = {"do": self.form, **filled(self.row.get("fields", {}), words)}
        if self.caller.secret:
            fields["form-token"] = form_token(self.caller.secret)
        return self.browser.ask("POST", path, fields)

    def check(self):
        """How many were tried."""
        heard = {what: (thing, self.ask(thing)) for what, thing in self.things().items()}
        if self.row.get("ends") and self.caller.is_known:
            self.objects.accounts.as_before(self.caller)
        for what, (thing, shown) in heard.items():
            self.check_one(what, thing, shown)
        hidden = {
            shown.without(thing.name) for what, (thing, shown) in heard.items()
            if what in ("elsewhere", "unknown")}
        expect(
            len(hidden) <= 1,
            lambda: f"{self.where} learns what exists elsewhere: {difference(*list(hidden)[:2])}")
        if not is_allowed(self.page, self.caller):
            said = {shown.without(thing.name)
                    for what, (thing, shown) in heard.items() if what != "malformed"}
            expect(
                len(said) == 1,
                lambda: f"{self.where} learns what exists: {difference(*list(said)[:2])}")
        return len(heard)

    def check_one(self, what, thing, shown):
        elsewhere = self.page.get("else", {}).get(self.caller.role or "company")
        if elsewhere and self.caller.is_known:
            return expect(
                shown.location == f"/{self.browser.language}/{elsewhere}",
                f"{self.where} ({what}): to {elsewhere}, not {shown}")
        if not is_allowed(self.page, self.caller):
            return self.check_refused(what, shown)
        if what in ("elsewhere", "unknown", "malformed"):
            # What cannot be read in a field is said to be so.
            is_field = what == "malformed" and "object" in self.row
            return expect(
                shown.status == 404 or is_field and shown.status == 400,
                f"{self.where} ({what}): 404 expected of {shown}")
        if not is_allowed(self.row, self.caller):
            return expect(
                (shown.status, shown.reason) == (403, "not-allowed"),
                f"{self.where} ({what}): a refusal expected of {shown}")
        wanted = self.row.get("answer", 200 if self.form is None else 303)
        wanted = self.row.get("instead", {}).get(self.caller.role, wanted)
        if self.form == "send" and self.caller.account == "other":
            # It may; the node holds no key of that organ to sign with.
            wanted = 409
        expect(shown.status == wanted, f"{self.where} ({what}): {wanted} expected of {shown}")

    def check_refused(self, what, shown):
        if not self.caller.is_known:
            return expect(
                shown.status == 303 and shown.location.startswith(
                    f"/{self.browser.language}/sign-in?next="),
                f"{self.where} ({what}): to sign in, not {shown}")
        expect(
            (shown.status, shown.reason) == (403, "not-allowed"),
            f"{self.where} ({what}): a refusal expected of {shown}")


def pages(place):
    """What pages.json lists is shown and done, all else refused, and nothing tells what exists."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        # As fast as it can: how often somebody may ask is another case's matter.
        port = serve_api(world, options=("--api-rate", "1000000"))
        world.serve("cn")
        accounts = Accounts(world, world.agreement_id())
        known, nobodies = everybody(port, accounts)
        # A page is for whoever has a session: what a token may ask of the API, it may not here.
        for caller in known:
            caller.is_known = caller.means == "session"
        objects = Objects(world, accounts, known)
        objects.call = world.said(
            "cn", "hotline", "call", "--to", "us", "--post", "duty-officer", "--text", "A worm.")[
                "thread"]
        until(lambda: world.say("us", "hotline", "show", objects.call).code == 0,
              "the call arrives")
        tried = 0
        for path, page in PAGES.items():
            for form in [None, *page.get("forms", {})]:
                for number, caller in enumerate(known + nobodies):
                    language = ("en", "zh")[number % 2]
                    tried += Cell(path, form, caller, objects, language).check()
        expect(tried > 1500, f"only {tried} were tried")
        world.check_alive()
        world.stop()
    finally:
        world.kill()


CASES = [pages]
