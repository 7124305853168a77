"""Who may do what at a node's API: every operation as everybody, on every kind of object.

What is allowed stands in access.json and nowhere else; the unit tests hold the file to the table
of operations, and this case holds a running node to the file.
"""

import base64
import hashlib
import http.client
import json
import secrets
import sqlite3
import time
import urllib.parse
from pathlib import Path

from case_attack import context
from case_service import PASSWORD, ROLES, serve_api
from parley import LIMIT_SECONDS, expect, make_world, until

ALLOWED = json.loads(Path(__file__).with_name("access.json").read_text())
# What a draft says that is previewed and sent.
WISH = {
    "act": "request.submit", "to": ["cn"], "terms": {"kind": "information", "urgency": "normal"},
    "texts": [{"language": "en", "text": "Which hospital?"}]}
DAY = 86_400
COMPANY = "Acme 株式会社"
# No answer tells by them whether a thing exists: they name the answer, or the time.
OWN_HEADERS = ("date", "etag")


class Answer:
    """Status, headers and body of one answer."""

    def __init__(self, raw, is_stream):
        self.status = raw.status
        self.headers = {
            name.lower(): value for name, value in raw.getheaders()
            if name.lower() not in OWN_HEADERS}
        self.tag = raw.getheader("etag")
        read = b"" if is_stream and raw.status == 200 else raw.read()
        is_json = self.headers.get("content-type") in (
            "application/json", "application/problem+json")
        self.json = json.loads(read) if read and is_json else None

    @property
    def reason(self):
        return self.json.get("reason", "") if isinstance(self.json, dict) else ""

    def without(self, text):
        """All of it, where what was asked about is not named."""
        said = json.dumps([self.json, sorted(self.headers.items())])
        if text:
            # How long an answer is follows from the name that it repeats.
            length = self.headers.get("content-length", "0")
            said = said.replace(text, "…").replace(f'"{length}"', "…")
        return self.status, said

    def __str__(self):
        return f"{self.status} {self.json}"


class Caller:
    """Somebody who asks, with one connection."""

    def __init__(self, port, name, account=None, role=None, means="nobody", secret=None):
        self.port, self.name, self.account, self.role = port, name, account, role
        self.means, self.secret = means, secret
        self.is_known = False
        self.connection = None

    @property
    def is_plain(self):
        """Shows nothing, or the cookie of a session that is over, as a browser does."""
        return not self.secret or self.means == "session" and self.secret.startswith("ps_")

    def ask(self, method, path, body=None, tag=None, is_stream=False, is_bytes=False):
        headers = {}
        if self.secret:
            headers = (
                {"Authorization": f"Bearer {self.secret}"} if self.means == "token"
                else {"Cookie": f"__Host-parley={self.secret}"})
        if tag:
            headers["If-Match"] = tag
        data = None
        if body is not None:
            data, headers["Content-Type"] = json.dumps(body).encode(), "application/json"
        if is_bytes:
            data = b""
            headers |= {"Content-Type": "application/octet-stream", "Upload-Offset": "0"}
        if not self.connection:
            self.connection = http.client.HTTPSConnection(
                "127.0.0.1", self.port, timeout=LIMIT_SECONDS, context=context())
        self.connection.request(method, "/api/v1" + path, body=data, headers=headers)
        raw = self.connection.getresponse()
        answer = Answer(raw, is_stream)
        if is_stream or raw.will_close:
            self.connection.close()
            self.connection = None
        return answer


def digest(kind, secret):
    return hashlib.sha256(kind + b"\0" + secret.encode()).digest()


def secret_of(prefix):
    return f"{prefix}_" + base64.b32encode(secrets.token_bytes(32)).decode().lower().rstrip("=")


def password_hash():
    """As cheap as the node takes one: what it costs is another case's matter."""
    salt = secrets.token_bytes(16)
    made = hashlib.scrypt(PASSWORD.encode(), salt=salt, n=1 << 10, r=8, p=1, dklen=32)
    return "$scrypt$ln=10,r=8,p=1${}${}".format(*(
        base64.b64encode(one).decode() for one in (salt, made)))


class Accounts:
    """Accounts, sessions and tokens written straight into the node's store: hundreds, at no cost."""

    def __init__(self, world, agreement, party="us"):
        self.store = world.home(party) / "desk.sqlite"
        self.agreement = bytes.fromhex(agreement.removeprefix("sha256:"))
        self.password = password_hash()

    def write(self, sql, *values):
        with sqlite3.connect(self.store, timeout=LIMIT_SECONDS) as desk:
            desk.execute(sql, values)

    def add(self, name, roles, organ="poc", disabled=False):
        self.write(
            "INSERT INTO account (name, organ, roles, disabled, password, recovery, made, company)"
            " VALUES (?, ?, ?, ?, ?, x'', ?, ?)",
            name, organ, " ".join(sorted(roles, key=ROLES.index)), disabled, self.password,
            int(time.time()), COMPANY if "company" in roles else None)
        return name

    def session(self, name, age=0):
        secret, at = secret_of("ps"), int(time.time()) - age
        self.write(
            "INSERT INTO session (digest, account, began, seen) VALUES (?, ?, ?, ?)",
            digest(b"parley/secret/v1", secret), name, at, at)
        return secret

    def token(self, name, label, roles, agreement=None, until=DAY, revoked=None):
        secret, now = secret_of("parley"), int(time.time())
        self.write(
            "INSERT INTO token (digest, account, label, roles, agreement, made, until, revoked)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            digest(b"parley/secret/v1", secret), name, label, " ".join(roles),
            agreement or self.agreement, now - 2 * DAY, now + until, revoked)
        return secret

    def webhook(self, name, label):
        self.write(
            "INSERT INTO webhook (id, account, label, address, kinds, secret, made)"
            " VALUES (?, ?, ?, 'https://hooks.example.org/', 'statement', ?, ?)",
            secrets.token_bytes(16), name, label, secrets.token_bytes(32), int(time.time()))

    def filter(self, name, kept):
        self.write(
            "INSERT INTO filter (account, name, filter) VALUES (?, ?, x'7b7d')", name, kept)

    def filing(self, company, organ, state):
        """Its id, and the tag of its state as its company is told it."""
        made, at = secrets.token_bytes(16), int(time.time())
        content = {
            "act": "concern.raise",
            "texts": [{"authentic": True, "language": "en", "text": "Copied source code."}]}
        self.write(
            "INSERT INTO filing (id, company, organ, revision, editor, saved, content, state, note)"
            " VALUES (?, ?, ?, 1, 'company', ?, ?, ?, '')",
            made, company, organ, at,
            json.dumps(content, sort_keys=True, separators=(",", ":")).encode(), state)
        name = base64.b32encode(made).decode().lower().rstrip("=")
        told = {
            "act": "concern.raise", "company": company, "content": content, "editor": "company", "filing": name,
            "revision": 1,
            "saved": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at)), "state": state}
        text = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return name, '"' + hashlib.sha256(text.encode()).hexdigest() + '"'

    def as_before(self, caller):
        """What an operation ended is there again."""
        self.write(
            "UPDATE account SET password = ?, pending_factor = ? WHERE name = ?",
            self.password, secrets.token_bytes(20), caller.account)
        if caller.means == "session":
            caller.secret = self.session(caller.account)


def everybody(port, accounts):
    """Callers of every kind: those that are known, and those that must be nobody."""
    known, nobodies = [], [Caller(port, "nobody")]

    def session(name, account, role, **more):
        return Caller(
            port, name, account, role, "session", accounts.session(account, **more))

    def token(name, account, role, **more):
        label = name.replace(" ", "-")
        return Caller(
            port, name, account, role, "token", accounts.token(account, label, [role], **more))

    accounts.add("all-roles", ROLES)
    for role in ROLES:
        known.append(session(role, accounts.add(role, [role]), role))
        # Its holder may more; the token may not.
        known.append(token(f"token {role}", "all-roles", role))
    other = accounts.add("other", ["officer"], organ="csirt")
    known.append(session("officer of another organ", other, "officer"))
    # What the holder has lost, the token has lost.
    stripped = accounts.add("stripped", ["company"])
    known.append(token("token beyond its holder", stripped, "officer"))
    known[-1].role = None
    for caller in known:
        caller.is_known = True
    accounts.add("disabled", ROLES, disabled=True)
    nobodies += [
        session("session that is over", "all-roles", None, age=DAY),
        session("session of a disabled account", "disabled", None),
        token("token of a disabled account", "disabled", "officer"),
        token("token of another agreement", "all-roles", "officer", agreement=b"\7" * 32),
        token("token that is too old", "all-roles", "administrator", until=-1),
        token("token that was revoked", "all-roles", "administrator", revoked=int(time.time())),
        Caller(port, "token of nobody", means="token", secret=secret_of("parley")),
        Caller(port, "session of nobody", means="session", secret=secret_of("ps")),
        Caller(port, "session as token", means="token", secret=accounts.session("all-roles")),
        Caller(
            port, "token as session", means="session",
            secret=accounts.token("all-roles", "cookie", ["officer"])),
    ]
    return known, nobodies


class Thing:
    """What is asked about, and what a request must say of it."""

    def __init__(self, name, tag='"of-no-state"', preview="sha256:" + "0" * 64):
        self.name, self.tag, self.preview = name, tag, preview


class Objects:
    """What is asked about: made anew where asking may end it."""

    UNKNOWN = {
        "act": "request.think", "draft": "a" * 26, "file": "a" * 26, "thread": "a" * 26,
        "statement": "sha256:" + "0" * 64, "text": "sha256:" + "0" * 64,
        "name": "nobody.there", "label": "not-there", "hook": "not-there",
        "webhook": "not-there", "filter": "not there", "filing": "a" * 26, "intake": "a" * 26}
    MALFORMED = "%2e%2e%00"

    def __init__(self, world, accounts, known):
        asked = world.said(
            "us", "request", "new", "--to", "cn", "--kind", "information", "--text", "A hospital")
        world.agreed(asked["thread"], 1)
        shown = world.said("us", "request", "show", asked["thread"])
        self.thread, self.statement = asked["thread"], shown["statements"][0]["id"]
        self.text = self.published(world)
        self.accounts = accounts
        named = {one.name: one for one in known}
        self.writers = {"us": named["case-officer"], "other": named["officer of another organ"]}
        self.number = 0

    @staticmethod
    def published(world):
        """The digest of a text that anybody may read."""
        made = world.said("us", "commitment", "make", "--to", "cn", "--text", "A pledge.")
        world.said("us", "text", "publish", made["statement"])

        def shown():
            thread = world.said("us", "commitment", "show", made["thread"])["statements"]
            return len(thread) == 2 and all("time" in one for one in thread) and thread[0]

        return until(shown, "the text is published")["terms"]["text"]

    def next(self):
        self.number += 1
        return str(self.number)

    def draft(self, writer, is_previewed=False):
        made = writer.ask("POST", "/drafts", WISH)
        expect(made.status == 201, f"a draft is made: {made}")
        thing = Thing(made.json["draft"], made.tag)
        if is_previewed:
            seen = writer.ask("POST", f"/drafts/{thing.name}/preview", {})
            expect(seen.status == 200, f"a draft is looked at: {seen}")
            thing.preview = seen.json["preview"]
        return thing

    def label(self, account):
        label = "made-" + self.next()
        self.accounts.token(account, label, ["officer"])
        return Thing(label)

    def hook(self, account):
        label = "made-" + self.next()
        self.accounts.webhook(account, label)
        return Thing(label)

    def filter(self, account):
        kept = "kept " + self.next()
        # An account keeps twenty.
        self.accounts.write("DELETE FROM filter WHERE account = ?", account)
        self.accounts.filter(account, kept)
        return Thing(kept)

    def filing(self, company, organ, state):
        # A company has so many that wait.
        self.accounts.write(
            "DELETE FROM filing WHERE company = ? AND state IN ('open', 'handed-in')", company)
        return Thing(*self.accounts.filing(company, organ, state))

    def file(self, owner):
        made = owner.ask("POST", "/files", {"name": "x", "sizeBytes": 0})
        expect(made.status == 201, f"a file is made: {made}")
        return Thing(made.json["file"])

    def own(self, kind, caller, operation):
        if kind == "draft":
            writer = self.writers["other" if caller.account == "other" else "us"]
            return self.draft(writer, operation == "draft.send")
        if kind == "label":
            return self.label(caller.account or "all-roles")
        if kind == "hook":
            return self.hook(caller.account or "all-roles")
        if kind == "webhook":
            return self.hook(None)
        if kind == "filter":
            return self.filter(caller.account or "all-roles")
        if kind == "filing":
            return self.filing(COMPANY, "poc", "open")
        if kind == "intake":
            return self.filing(
                "One", "csirt" if caller.account == "other" else "poc", "handed-in")
        if kind == "file":
            return self.file(caller if caller.is_known and caller.role else self.writers["us"])
        return Thing(
            {"act": "request.submit", "thread": self.thread, "statement": self.statement, "text": self.text,
             "name": "approver"}[kind])

    def elsewhere(self, kind, caller):
        """What exists and is another organ's, or another account's."""
        if kind == "draft":
            return self.draft(self.writers["us" if caller.account == "other" else "other"])
        if kind == "file":
            return self.file(self.writers["us" if caller.account == "other" else "other"])
        if kind == "filing":
            return self.filing("Another company", "poc", "open")
        if kind == "intake":
            return self.filing(
                "Two", "poc" if caller.account == "other" else "csirt", "handed-in")
        make = {"hook": self.hook, "label": self.label, "filter": self.filter}[kind]
        return make("other" if caller.account != "other" else "all-roles")

    def all(self, kind, caller, operation):
        """By what they are to the caller."""
        if kind is None:
            return {"nothing": Thing("")}
        found = {"own": self.own(kind, caller, operation)}
        if ALLOWED["objects"][kind] != "node":
            found["elsewhere"] = self.elsewhere(kind, caller)
        found["unknown"] = Thing(self.UNKNOWN[kind], found["own"].tag)
        found["malformed"] = Thing(self.MALFORMED, found["own"].tag)
        return found


def filled(value, words):
    if isinstance(value, dict):
        return {name: filled(one, words) for name, one in value.items()}
    if isinstance(value, list):
        return [filled(one, words) for one in value]
    if isinstance(value, str):
        for word, text in words.items():
            value = value.replace("{" + word + "}", text)
    return value


class Cell:
    """One operation by one caller, on everything that it may be asked about."""

    def __init__(self, operation, caller, objects):
        self.operation, self.caller, self.objects = operation, caller, objects
        self.row = ALLOWED["operations"][operation["id"]]
        self.where = f"{caller.name}: {operation['id']}"
        self.heard = {
            what: (thing, self.ask(thing))
            for what, thing in objects.all(
                operation["parameter"], caller, operation["id"]).items()}
        if self.row.get("ends") and caller.is_known:
            objects.accounts.as_before(caller)

    def ask(self, thing):
        words = {
            "password": PASSWORD,
            "account": self.caller.account if self.caller.is_known else "officer",
            "role": self.caller.role or "officer", "number": self.objects.next(),
            "preview": thing.preview}
        path = self.operation["path"]
        if self.operation["parameter"]:
            path = path.replace(
                "{" + self.operation["parameter"] + "}", urllib.parse.quote(thing.name, safe="%"))
        if "query" in self.row:
            path += "?" + self.row["query"]
        if self.row.get("ends") and self.caller.is_known:
            self.objects.accounts.as_before(self.caller)
        return self.caller.ask(
            self.operation["method"], path, filled(self.row.get("body"), words), thing.tag,
            self.row.get("stream", False), self.row.get("bytes", False))

    def check(self, heard_by_nobody):
        """What all hear who are refused; None for whom it is done."""
        who = self.row["who"]
        if self.caller.is_known or self.caller.is_plain:
            if "anybody" in who or self.caller.is_known and (
                    "person" in who and self.caller.means == "session"
                    or self.caller.role in who):
                return self.check_done()
        refusal = (403, "not-allowed") if self.caller.is_known else (401, "sign-in-needed")
        for what, (_, answer) in self.heard.items():
            expect(
                (answer.status, answer.reason) == refusal,
                f"{self.where} ({what}): {refusal} expected of {answer}")
        said = {answer.without(None) for _, answer in self.heard.values()}
        expect(len(said) == 1, f"{self.where} learns what exists: {said}")
        expect(
            self.caller.is_known or not heard_by_nobody or said == heard_by_nobody,
            f"{self.where}: {said} is not {heard_by_nobody}")
        return said

    def check_done(self):
        wanted = self.row.get("answer", str(self.operation["success"]))
        if self.caller.account == "other" and self.operation["id"] == "draft.send":
            # It may; the node holds no key of that organ to sign with.
            wanted = "409 keys-locked"
        for what, (_, answer) in self.heard.items():
            if what in ("nothing", "own"):
                expect(
                    f"{answer.status} {answer.reason}".strip() == wanted,
                    f"{self.where} ({what}): {wanted} expected of {answer}")
            elif self.row.get("makes"):
                expect(
                    answer.status == (422 if what == "malformed" else int(wanted)),
                    f"{self.where} ({what}): {answer}")
            else:
                expect(answer.status == 404, f"{self.where} ({what}): {answer}")
        hidden = {
            answer.without(thing.name) for what, (thing, answer) in self.heard.items()
            if what in ("elsewhere", "unknown")}
        expect(len(hidden) <= 1, f"{self.where} learns what exists elsewhere: {hidden}")


def operations(document):
    found = []
    for path, methods in document["paths"].items():
        for method, told in methods.items():
            inside = [
                one["name"] for one in told.get("parameters", ()) if one["in"] == "path"]
            found.append({
                "id": told["operationId"], "method": method.upper(), "path": path,
                "parameter": inside[0] if inside else None,
                "success": min(int(code) for code in told["responses"] if code[0] == "2")})
    return found


def access(place):
    """What access.json lists is done, all else refused, and no refusal tells what exists."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        # As fast as it can: how often somebody may ask is another case's matter.
        port = serve_api(world, options=("--api-rate", "1000000"))
        world.serve("cn")
        accounts = Accounts(world, world.agreement_id())
        known, nobodies = everybody(port, accounts)
        objects = Objects(world, accounts, known)
        document = nobodies[0].ask("GET", "/openapi.json").json
        told = operations(document)
        expect(
            {one["id"] for one in told} == set(ALLOWED["operations"]),
            "access.json has a row for each operation and no others: "
            f"{ {one['id'] for one in told} ^ set(ALLOWED['operations']) }")
        tried = 0
        for operation in told:
            heard_by_nobody = None
            for caller in nobodies + known:
                cell = Cell(operation, caller, objects)
                said = cell.check(heard_by_nobody)
                heard_by_nobody = heard_by_nobody or said
                tried += len(cell.heard)
        expect(tried > 1500, f"only {tried} were tried")
        world.check_alive()
        world.stop()
    finally:
        world.kill()


CASES = [access]
