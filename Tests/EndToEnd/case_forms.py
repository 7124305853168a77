"""What the pages send beside themselves, and which forms they take: none but their own."""

import re
import urllib.parse

from case_access import Accounts, Caller
from case_pages import Browser, form_token
from case_service import PASSWORD, serve_api
from parley import expect, make_world

LIMIT_BYTES = 2 << 20
LIMIT_FIELDS = 2000


def forms(place):
    """Headers, cookies and assets; and each way in which a form can be somebody else's."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        port = serve_api(world, options=("--api-rate", "1000000"))
        accounts = Accounts(world, world.agreement_id())
        accounts.add("officer", ["officer"])
        accounts.add("other", ["officer"])
        officer, other = (
            Caller(port, name, name, "officer", "session", accounts.session(name))
            for name in ("officer", "other"))
        browser = Browser(officer)
        headers(browser)
        assets(browser)
        cookies(port)
        foreign(browser, officer, other)
        oversized(browser, officer)
        revoked(browser, officer, accounts)
        world.check_alive()
        world.stop()
    finally:
        world.kill()


def headers(browser):
    nobody = Browser(Caller(browser.caller.port, "nobody"))
    for one, path in ((browser, "desk"), (browser, "desk/account"), (browser, "desk/nothing"),
                      (browser, "desk/trail"), (nobody, "sign-in"), (nobody, "first/first_x")):
        shown = one.ask("GET", path)
        policy = dict(
            (part.split()[0], part.split()[1:])
            for part in shown.headers.getheader("content-security-policy").split(";"))
        expect(
            policy["default-src"] == ["'none'"] and policy["frame-ancestors"] == ["'none'"]
            and policy["base-uri"] == ["'none'"] and policy["form-action"] == ["'self'"]
            and policy["require-trusted-types-for"] == ["'script'"]
            and policy["script-src"] == policy["style-src"] == ["'self'"], f"{path}: {policy}")
        said = str(policy)
        for hole in ("unsafe", "data:", "http:", "https:", "*", "nonce"):
            expect(hole not in said, f"{path}: {hole} in {said}")
        for name, value in (
                ("x-content-type-options", "nosniff"), ("cache-control", "no-store"),
                ("referrer-policy", "same-origin"), ("cross-origin-opener-policy", "same-origin"),
                ("cross-origin-resource-policy", "same-origin"),
                ("content-type", "text/html; charset=utf-8")):
            expect(shown.headers.getheader(name) == value,
                   f"{path}: {name} is {shown.headers.getheader(name)}")
        lasting = shown.headers.getheader("strict-transport-security")
        expect(lasting and int(re.search(r"max-age=(\d+)", lasting)[1]) >= 31_536_000, str(lasting))
        # What the policy forbids is not there to be forbidden.
        for hole in (r"\sstyle=", r"\son\w+=", r"<style", r"<script(?![^>]*\ssrc=)", r"javascript:",
                     r'(?:src|href|action)="(?:https?:)?//'):
            expect(not re.search(hole, shown.text), f"{path} has {hole}")


def assets(browser):
    """Kept for good, since its name changes with its content."""
    shown = browser.ask("GET", "sign-in")
    named = set(re.findall(r'"(/assets/[^"]+)"', shown.text))
    expect(len(named) >= 3, f"style, script and drawing: {named}")
    for path in named:
        for one in (browser, Browser(Caller(browser.caller.port, "nobody"))):
            asset = one.ask("GET", path)
            expect(
                asset.status == 200 and asset.headers.getheader("cache-control")
                == "public, max-age=31536000, immutable"
                and asset.headers.getheader("x-content-type-options") == "nosniff", f"{path}")
    digest = sorted(named)[0].split("/")[2]
    gone = browser.ask("GET", f"/assets/{'0' * len(digest)}/parley.css")
    expect(gone.status == 404, "another digest is another file")


def cookies(port):
    nobody = Browser(Caller(port, "nobody"))
    fields = {"do": "sign-in", "name": "officer", "password": PASSWORD}
    shown = nobody.ask("POST", "sign-in", fields)
    cookie = shown.headers.getheader("set-cookie")
    expect(shown.status == 303 and shown.location == "/en/desk", f"signed in: {shown}")
    parts = [part.strip() for part in cookie.split(";")]
    expect(
        parts[0].startswith("__Host-parley=ps_")
        and {"Secure", "HttpOnly", "SameSite=Strict", "Path=/"} <= set(parts)
        and not any(part.startswith("Domain") for part in parts), cookie)
    for elsewhere in ("https://example.org/", "//example.org", "//desk/../../x", "/en/desk",
                      "//desk\\example.org", "//desk/no/such/page"):
        sent = nobody.ask(
            "POST", "sign-in?next=" + urllib.parse.quote(elsewhere, safe=""), fields)
        expect(sent.location == "/en/desk", f"{elsewhere} leads to {sent.location}")
    within = nobody.ask(
        "POST", "sign-in?next=" + urllib.parse.quote("//desk/drafts", safe=""), fields)
    expect(within.location == "/en/desk/drafts", f"a page of ours: {within.location}")


def foreign(browser, officer, other):
    """Sent by another session's page, by another site's, or by nobody's."""
    own = {"do": "begin", "act": "request.submit", "form-token": form_token(officer.secret)}
    path = "desk/say"
    expect(form_token(officer.secret) in browser.ask("GET", path).text, "as the page has it")
    made = browser.ask("POST", path, own)
    expect(made.status == 303 and made.location.startswith("/en/desk/drafts/"), f"its own: {made}")
    before = drafts(browser)
    none = dict(own)
    del none["form-token"]
    origin = f"https://127.0.0.1:{officer.port}"
    for fields, headers, wanted in (
            (none, {}, (403, "form-token-wrong")),
            (own | {"form-token": ""}, {}, (403, "form-token-wrong")),
            (own | {"form-token": own["form-token"][:-1]}, {}, (403, "form-token-wrong")),
            (own | {"form-token": form_token(other.secret)}, {}, (403, "form-token-wrong")),
            (own, {"Origin": "https://example.org"}, (403, "origin-other")),
            (own, {"Origin": "null"}, (403, "origin-other")),
            (own, {"Origin": origin.replace("https:", "http:")}, (403, "origin-other")),
            (own, {"Origin": origin.replace(str(officer.port), "1")}, (403, "origin-other")),
            (own, {"Sec-Fetch-Site": "cross-site"}, (403, "origin-other")),
            (own, {"Sec-Fetch-Site": "same-site"}, (403, "origin-other")),
            (own, {"Origin": None}, (403, "origin-missing")),
            (own, {"Content-Type": "text/plain"}, (415, "media-type-wrong")),
            (own, {"Content-Type": "multipart/form-data; boundary=x"}, (415, "media-type-wrong")),
            (own, {"Content-Type": "application/json"}, (415, "media-type-wrong")),
            (own, {"Content-Type": None}, (415, "media-type-wrong")),
            (own, {"Content-Encoding": "gzip"}, (415, "media-type-wrong")),
            (own | {"do": "nothing"}, {}, (404, "not-found")),
            ({"form-token": own["form-token"]}, {}, (404, "not-found"))):
        shown = browser.ask("POST", path, fields, headers)
        expect((shown.status, shown.reason) == wanted, f"{wanted} of {fields} {headers}: {shown}")
    expect(
        browser.ask("POST", path, own, {"Origin": None, "Sec-Fetch-Site": "same-origin"}).status
        == 303, "a browser that says where it comes from in its other way")
    expect(drafts(browser) == before + 1, "nothing was done by any other")


def drafts(browser):
    return browser.ask("GET", "desk/drafts").text.count('data-is="row"')


def oversized(browser, officer):
    """One past each limit, and what is no form at all."""
    token = form_token(officer.secret)
    head = f"do=begin&act=request.submit&form-token={token}"
    filling = LIMIT_BYTES - len(head) - 3
    for raw, wanted in (
            (head + "&x=" + "y" * filling, (303, "")),
            (head + "&x=" + "y" * (filling + 1), (413, "body-too-long")),
            (head + "&x=" * (LIMIT_FIELDS - 3), (303, "")),
            (head + "&x=" * (LIMIT_FIELDS - 2), (400, "form-malformed")),
            (head + "&x=%ff", (400, "form-malformed")),
            (head + "&x=%zz", (400, "form-malformed")),
            ("do=begin&act=request.think&form-token=" + token, (404, "not-found"))):
        shown = browser.ask("POST", "desk/say", raw=raw.encode())
        expect(
            (shown.status, shown.reason) == wanted, f"{wanted} of {raw[:80]}… {len(raw)}: {shown}")


def revoked(browser, officer, accounts):
    """Ended while a page of it is open: the form is not taken, and nothing of the desk is shown."""
    accounts.write("DELETE FROM session WHERE account = ?", officer.account)
    sent = {"do": "begin", "act": "request.submit", "form-token": form_token(officer.secret)}
    shown = browser.ask("POST", "desk/say", sent)
    expect(
        shown.status == 303
        and shown.location == "/en/sign-in?next=%2F%2Fdesk%2Fsay&note=over", f"to sign in: {shown}")
    looked = browser.ask("GET", "desk/drafts")
    expect(
        looked.status == 303 and looked.location == "/en/sign-in?next=%2F%2Fdesk%2Fdrafts",
        f"to sign in: {looked}")
    # A page that anybody may see is shown as to nobody.
    signing = browser.ask("GET", "sign-in")
    expect(signing.status == 200 and "form-token" not in signing.text, "as to nobody")


CASES = [forms]
