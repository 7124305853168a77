"""What a node tells its own people: mail to somebody else's mail server, read by Python's own
parser, and webhooks whose signatures are checked by the Standard Webhooks library.

    PARLEY=… python3 check_mail.py [FOLDER [CHECK]]

The mail server is aiosmtpd, run here with a certificate of an authority made for the occasion; so
is the receiver of webhooks, which answers well, late, elsewhere, wrongly or not at all.
"""

import base64
import contextlib
import datetime
import email
import email.policy
import email.utils
import hashlib
import hmac
import http.server
import ipaddress
import json
import logging
import pathlib
import sqlite3
import ssl
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "EndToEnd"))

import standardwebhooks.webhooks  # noqa: E402
from aiosmtpd.controller import Controller  # noqa: E402
from aiosmtpd.smtp import AuthResult  # noqa: E402
from cryptography import x509  # noqa: E402

from case_dialogue import DIALOGUE  # noqa: E402
from certificates import certificate  # noqa: E402
from case_elsewhere import Elsewhere  # noqa: E402
from case_operation import get  # noqa: E402
from case_service import API, people  # noqa: E402
from parley import expect, free_port, make_world, until  # noqa: E402

SECRET = "a password of the node's"
KINDS = ("statement", "hotline", "receipt", "overdue", "draft")


def server_context(folder, name="server"):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
    return context


class Mailboxes:
    """Keeps what a mail server is given; refuses whom it is told to."""

    def __init__(self):
        self.taken = []
        self.refused = set()
        self.busy = 0

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        if self.busy > 0:
            self.busy -= 1
            return "451 4.3.0 later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.taken.append({
            "from": envelope.mail_from, "to": envelope.rcpt_tos, "bytes": envelope.content,
            "tls": session.ssl is not None, "user": session.auth_data})
        return "250 OK"

    def of(self, mailbox):
        return [one for one in self.taken if one["to"] == [mailbox]]


@contextlib.contextmanager
def mail_server(mailboxes, folder, way, auth=None, name="server"):
    """A mail server on the loopback; its port. `way` is starttls, tls or none."""
    def authenticate(server, session, envelope, mechanism, data):
        expect(mechanism in (auth or ()), f"signed in by {mechanism}")
        right = data.login == b"parley" and data.password == SECRET.encode()
        return AuthResult(success=right, auth_data=mechanism if right else None)

    options = {"decode_data": False, "hostname": "mail.example.org"}
    if way == "starttls":
        options |= {"tls_context": server_context(folder, name), "require_starttls": True}
    if auth:
        excluded = [one for one in ("PLAIN", "LOGIN") if one not in auth]
        options |= {
            "authenticator": authenticate, "auth_required": True,
            "auth_require_tls": way == "starttls", "auth_exclude_mechanism": excluded}
    port = free_port()
    controller = Controller(
        mailboxes, hostname="127.0.0.1", port=port,
        ssl_context=server_context(folder, name) if way == "tls" else None,
        server_kwargs={k: v for k, v in options.items() if k != "hostname"})
    controller.start()
    try:
        yield port
    finally:
        controller.stop()


class Receiver:
    """Webhooks over TLS: by the path, what is answered. Keeps what each was sent."""

    def __init__(self, folder):
        self.got = {}
        self.failing = {}
        receiver = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                receiver.got.setdefault(self.path, []).append((dict(self.headers), body))
                left = receiver.failing.get(self.path, 0)
                receiver.failing[self.path] = left - 1
                if self.path == "/slow":
                    time.sleep(30)
                if self.path == "/closes":
                    self.connection.close()
                    return
                status = {"/redirects": 302, "/gone": 410, "/fails": 500}.get(self.path, 204)
                if left > 0:
                    status = 500
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", f"https://127.0.0.1:{receiver.port}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.socket = server_context(folder).wrap_socket(
            self.server.socket, server_side=True)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def address(self, path):
        return f"https://127.0.0.1:{self.port}{path}"

    def events(self, path):
        return [event for _, body in self.got.get(path, []) for event in json.loads(body)["events"]]


def serve(world, folder, *options):
    port = free_port()
    world.serve("us", options=(
        "--api", f"127.0.0.1:{port}", "--notify-origin", f"https://us.example.org:{port}",
        *options))
    return port


def mail_options(folder, port, way="starttls", *more):
    return (
        "--mail-from", "parley@us.example.org", "--mail-smtp", f"127.0.0.1:{port}",
        "--mail-tls", way, "--mail-roots", str(folder / "authority.pem"), *more)


def signed_in(folder):
    return ("--mail-user", "parley", "--mail-password-file", str(folder / "secret"))


def wants(world, name, *more):
    kinds = [word for kind in KINDS for word in ("--mail-kind", kind)]
    world.said(
        "us", "notify", "set", "--account", name, "--mail", f"{name}@example.org", *kinds, *more)


def ask(world, text):
    return world.said(
        "cn", "request", "new", "--to", "us", "--kind", "information", "--text", text)


def read(taken):
    """The message as Python reads it, with nothing amiss in it."""
    raw = taken["bytes"]
    expect(
        raw.count(b"\n") == raw.count(b"\r\n") and raw.endswith(b"\r\n")
        and all(len(line) <= 78 for line in raw.split(b"\r\n")), "lines end as they should")
    expect(all(byte < 128 for byte in raw), "seven bits on its way")
    message = email.message_from_bytes(raw, policy=email.policy.default)
    expect(not message.defects, f"defects: {message.defects}")
    for name, value in message.items():
        expect(not getattr(value, "defects", ()), f"{name}: {value.defects}")
    expect(message["Auto-Submitted"] == "auto-generated", "no program answers it")
    expect(message["MIME-Version"] == "1.0" and message.get_content_type() == "text/plain", "MIME")
    expect([one.addr_spec for one in message["To"].addresses] == taken["to"], "one receiver")
    expect(message["From"].addresses[0].addr_spec == "parley@us.example.org" == taken["from"], "us")
    written = email.utils.parsedate_to_datetime(message["Date"])
    age = datetime.datetime.now(datetime.timezone.utc) - written
    expect(abs(age.total_seconds()) < 600, f"dated {written}")
    expect(message["Message-ID"].endswith("@us.example.org>"), message["Message-ID"])
    return message


def one_mail(mailboxes, mailbox, mark, what):
    """The message to a mailbox whose text has that mark."""
    def look():
        for taken in mailboxes.of(mailbox):
            message = read(taken)
            if mark in message.get_content():
                return taken, message
        return None
    return until(look, what)


def by_mail(world, folder):
    """Of a statement, under STARTTLS and signed in, in each person's language."""
    mailboxes = Mailboxes()
    with mail_server(mailboxes, folder, "starttls", auth=("PLAIN",)) as port:
        serve(world, folder, *mail_options(folder, port, "starttls", *signed_in(folder)))
        world.serve("cn")
        wants(world, "officer")
        wants(world, "case-officer", "--language", "zh")
        # An administrator reads no threads, whatever they wish for.
        wants(world, "administrator")
        said = ask(world, "Whose address is 192.0.2.14?")
        taken, message = one_mail(
            mailboxes, "officer@example.org", said["thread"], "a statement is told by mail")
        expect(taken["tls"] and taken["user"] == "PLAIN", f"under TLS and signed in: {taken}")
        expect(message["Subject"] == "Parley: Statement of cn", message["Subject"])
        expect(f"/en/desk/threads/{said['thread']}" in message.get_content(), "with its link")
        _, chinese = one_mail(
            mailboxes, "case-officer@example.org", said["thread"], "and in Chinese")
        expect(chinese["Subject"] == "Parley：cn作出陈述", chinese["Subject"])
        expect("/zh/desk/threads/" in chinese.get_content(), chinese.get_content())
        for one in mailboxes.taken:
            expect(b"Whose" not in one["bytes"] and "Whose" not in read(one).as_string(), "no words")
            expect("192.0.2.14" not in read(one).get_content(), "no words")
        print("ok a statement is told by mail under STARTTLS, in either language, without its words")
        expect(not mailboxes.of("administrator@example.org"), "who may not read it is not told")
        print("ok who may not see a thread is not told of it")
        digests(world, mailboxes)
        refusals(world, mailboxes)
        log = (world.folder / "us.log").read_text()
        expect(SECRET not in log and "@example.org" not in log, "no secrets, no names in the log")
        world.stop()


def digests(world, mailboxes):
    """What waits for its hour waits, and is shown as waiting."""
    wants(world, "officer", "--digest-hours", "168")
    before = len(mailboxes.of("officer@example.org"))
    others = len(mailboxes.of("case-officer@example.org"))
    ask(world, "And whose is this one?")
    until(
        lambda: len(mailboxes.of("case-officer@example.org")) > others,
        "who wants it at once has it at once")
    shown = world.said("us", "notify", "show", "--account", "officer")
    expect(shown["mail"]["waiting"] >= 1, str(shown))
    expect(len(mailboxes.of("officer@example.org")) == before, "a digest has its hour")
    print("ok a digest waits for its hour")


def refusals(world, mailboxes):
    """A server that is busy is asked again; a mailbox that is not there, never again."""
    mailboxes.refused.add("approver@example.org")
    wants(world, "approver")
    world.said("us", "notify", "test", "--account", "approver")
    result = world.say("us", "notify", "test", "--account", "approver")
    expect(result.error["error"] == "notify-test-too-soon", str(result))
    fault = until(
        lambda: world.said("us", "notify", "show", "--account", "approver")["mail"].get("fault"),
        "a refusal is shown")
    shown = world.said("us", "notify", "show", "--account", "approver")["mail"]
    expect(fault == "mail-answered-550" and shown["waiting"] == 0, str(shown))
    print("ok a mailbox that is refused is told of no more, and its holder sees why")
    mailboxes.busy = 1
    wants(world, "auditor")
    world.said("us", "notify", "test", "--account", "auditor")
    one_mail(mailboxes, "auditor@example.org", "Test", "what was put off is tried again")
    print("ok a server that puts a message off is asked again, later")


def ways(world, folder):
    """TLS from the first byte, LOGIN, a program in place of a server; what must not be done."""
    for way, auth, more in (
            ("tls", ("LOGIN",), signed_in(folder)), ("none", None, ())):
        mailboxes = Mailboxes()
        with mail_server(mailboxes, folder, way, auth=auth) as port:
            serve(world, folder, *mail_options(folder, port, way, *more))
            tested(world, "officer")
            taken, _ = one_mail(mailboxes, "officer@example.org", "Test", f"by {way}")
            expect(taken["tls"] == (way == "tls") or way == "tls", str(taken))
            world.stop()
        print(f"ok mail-tls {way}" + (f", signed in by {auth[0]}" if auth else ""))
    for way, name, fault in (
            ("none", "server", "mail-tls-not-offered"), ("starttls", "stranger", "mail-tls-failed"),
            ("tls", "stranger", "mail-tls-failed")):
        mailboxes = Mailboxes()
        with mail_server(mailboxes, folder, way, name=name) as port:
            serve(
                world, folder,
                *mail_options(folder, port, "tls" if way == "tls" else "starttls"))
            tested(world, "officer")
            until(
                lambda: world.said("us", "notify", "show", "--account", "officer")["mail"].get(
                    "fault") == fault, f"{fault} is shown")
            world.stop()
        expect(not mailboxes.taken, f"{way} {name}: nothing was handed over")
    print("ok nothing goes in the clear, or to a server that shows nobody's certificate")
    program = folder / "sendmail"
    program.write_text(
        f"#!/bin/sh\nprintf '%s\\n' \"$@\" > {folder}/arguments\ncat > {folder}/handed\n")
    program.chmod(0o755)
    serve(
        world, folder, "--mail-from", "parley@us.example.org", "--mail-sendmail", str(program))
    tested(world, "officer")
    until(lambda: (folder / "handed").exists() and b"Test" in (folder / "handed").read_bytes(),
          "a program is handed the message")
    expect(
        (folder / "arguments").read_text().split()
        == ["-i", "-f", "parley@us.example.org", "--", "officer@example.org"], "as sendmail takes it")
    read({"bytes": (folder / "handed").read_bytes(), "to": ["officer@example.org"],
          "from": "parley@us.example.org"})
    world.stop()
    print("ok a program takes it as sendmail does")


def forget_tests(world):
    """As though no test had been asked for: a second one within a minute is refused."""
    with sqlite3.connect(world.home("us") / "desk.sqlite", timeout=30) as desk:
        desk.execute("UPDATE wishes SET tested = NULL")
        desk.execute("DELETE FROM entry")
        desk.execute("DELETE FROM target")


def tested(world, name):
    forget_tests(world)
    wants(world, name)
    world.said("us", "notify", "test", "--account", name)


def webhook_options(folder, receiver, *more):
    return (
        "--webhook-allow", f"127.0.0.1:{receiver.port}", "--webhook-roots",
        str(folder / "authority.pem"), *more)


def genuine(secret, headers, body):
    """By a library of others, and by the few lines of Spec/webhook.md."""
    found = {name.lower(): value for name, value in headers.items()}
    event = standardwebhooks.webhooks.Webhook(secret).verify(body, found)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = b".".join([
        found["webhook-id"].encode(), found["webhook-timestamp"].encode(), body])
    right = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    expect(found["webhook-signature"] == "v1," + right, "as Spec/webhook.md has it")
    try:
        standardwebhooks.webhooks.Webhook(secret).verify(body + b" ", found)
    except standardwebhooks.webhooks.WebhookVerificationError:
        return event
    raise AssertionError("a changed body passes")


def by_webhook(world, folder):
    """Signed, tried again under the same id, and never led elsewhere."""
    receiver = Receiver(folder)
    metrics = free_port()
    port = serve(
        world, folder, *webhook_options(folder, receiver, "--webhook-private"),
        "--metrics", f"127.0.0.1:{metrics}")
    world.serve("cn")
    officer = API(port).sign_in("officer")
    officer.done("PUT", "/account/notifications", {"webhookKinds": ["statement", "receipt"]})
    add = {"label": "good", "address": receiver.address("/good")}
    secret = officer.done("POST", "/account/webhooks", add, status=201)["secret"]
    officer.refused(409, "webhook-label-taken", "POST", "/account/webhooks", add)
    for address, reason in (
            ("https://192.0.2.1/x", "webhook-not-allowed"),
            (f"https://localhost:{receiver.port}/x", "webhook-not-allowed"),
            (f"https://127.0.0.1:{receiver.port + 1}/x", "webhook-not-allowed"),
            (f"http://127.0.0.1:{receiver.port}/x", "webhook-malformed"),
            (f"https://x@127.0.0.1:{receiver.port}/x", "webhook-malformed")):
        officer.refused(
            422, reason, "POST", "/account/webhooks", {"label": "bad", "address": address})
    receiver.failing["/good"] = 1
    said = ask(world, "Whose address is it?")
    until(lambda: len(receiver.got.get("/good", [])) >= 2, "what failed is tried again")
    (first, body), (second, again) = receiver.got["/good"][:2]
    expect(body == again and first["webhook-id"] == second["webhook-id"], "the same, once more")
    event = genuine(secret, second, again)
    expect(event["parley"] == "webhook/1" and event["party"] == "us", str(event))
    expect(
        event["id"] == second["webhook-id"] and event["events"][0]["kind"] == "statement"
        and event["events"][0]["thread"] == said["thread"]
        and event["events"][0]["party"] == "cn", str(event))
    expect(set(event["events"][0]) == {"kind", "at", "party", "thread", "link"}, str(event))
    expect(b"Whose" not in again, "no words of it")
    print("ok a webhook is signed, tried again under its id, and hears no words")
    expect(receiver.got["/good"][0][0].get("Content-Type") == "application/json", "JSON")
    unwilling(world, receiver, officer)
    figures(officer, metrics)
    world.stop()
    # The same webhooks, where the operator allows no private addresses.
    serve(world, folder, *webhook_options(folder, receiver))
    before = len(receiver.got["/good"])
    tested_hooks(world)
    until(
        lambda: fault_of(world, "good") == "webhook-address-refused",
        "this machine's own address is refused")
    expect(len(receiver.got["/good"]) == before, "and not asked")
    world.stop()
    serve(world, folder, "--webhook-allow", f"127.0.0.1:{receiver.port}", "--webhook-private")
    tested_hooks(world)
    until(lambda: fault_of(world, "good") == "webhook-tls-failed", "nobody's certificate")
    expect(len(receiver.got["/good"]) == before, "nothing was sent")
    world.stop()
    print("ok this machine, and who shows a certificate of no authority, is not told")


def tested_hooks(world):
    forget_tests(world)
    world.said("us", "notify", "test", "--account", "officer")


def fault_of(world, label):
    hooks = world.said("us", "notify", "webhook", "list", "--account", "officer")["webhooks"]
    return next((one.get("fault") for one in hooks if one["label"] == label), None)


def unwilling(world, receiver, officer):
    """Each that will not take it costs the others nothing, and its holder sees why."""
    wanted = {
        "redirects": "webhook-redirected", "fails": "webhook-answered-500",
        "closes": "webhook-unreachable", "slow": "webhook-timed-out",
        "gone": "webhook-answered-410"}
    for label in wanted:
        officer.done(
            "POST", "/account/webhooks",
            {"label": label, "address": receiver.address("/" + label)}, status=201)
    began = time.monotonic()
    before = len(receiver.got["/good"])
    ask(world, "And this one?")
    until(lambda: len(receiver.got["/good"]) > before, "the good one is told")
    expect(time.monotonic() - began < 9, "while a slow one is waited for")
    for label, fault in wanted.items():
        until(lambda: fault_of(world, label) == fault, f"{label}: {fault}")
    expect("/elsewhere" not in receiver.got, "a redirect is not followed")
    hooks = {one["label"]: one for one in officer.done("GET", "/account/webhooks")["webhooks"]}
    expect(hooks["gone"]["waiting"] == 0 and hooks["fails"]["waiting"] >= 1, str(hooks))
    expect("/fails" not in json.dumps(hooks), "an address may be a secret")
    officer.done("DELETE", "/account/webhooks/fails", status=204)
    officer.refused(404, "webhook-unknown", "DELETE", "/account/webhooks/fails")
    print("ok slow, redirecting, failing and closing receivers hold up nobody")


def figures(officer, metrics):
    telling = officer.done("GET", "/node")["notifications"]
    expect(telling["failing"] >= 1 and telling["refused"] >= 1 and telling["fault"], str(telling))
    text = get(metrics, "/metrics")[1].decode()
    for name in (
            'parley_notify_told_total{channel="webhook"}',
            'parley_notify_failed_total{channel="webhook"}', "parley_notify_failing"):
        expect(name in text, f"no {name}")
    print("ok health and figures show what is not taken")


def hotline(world, folder):
    """A call is told to the ladder by every channel, again and again, until it is acknowledged."""
    mailboxes = Mailboxes()
    receiver = Receiver(folder)
    with mail_server(mailboxes, folder, "starttls") as port:
        serve(
            world, folder, *mail_options(folder, port), "--hotline-seconds", "10",
            *webhook_options(folder, receiver, "--webhook-private"))
        world.serve("cn")
        now = datetime.datetime.now(datetime.timezone.utc)
        quiet = [(now + datetime.timedelta(hours=h)).strftime("%H:%M") for h in (-2, 2)]
        world.said(
            "us", "notify", "set", "--account", "officer", "--mail", "officer@example.org",
            "--ladder", "--quiet-from", quiet[0], "--quiet-until", quiet[1])
        wants(world, "case-officer")
        for hook in world.said(
                "us", "notify", "webhook", "list", "--account", "officer")["webhooks"]:
            world.said(
                "us", "notify", "webhook", "remove", hook["label"], "--account", "officer")
        world.said(
            "us", "notify", "webhook", "add", "pager", receiver.address("/good"), "--account",
            "officer")
        said = world.said(
            "cn", "hotline", "call", "--to", "us", "--post", "duty-officer", "--text",
            "A hospital's systems are down.")
        until(
            lambda: len(calls(mailboxes, "officer@example.org")) >= 2
            and len([e for e in receiver.events("/good") if "page" in e]) >= 2,
            "a call is told again by every channel")
        expect(len(calls(mailboxes, "case-officer@example.org")) == 1, "once to who is not on it")
        subjects = [read(one)["Subject"] for one in calls(mailboxes, "officer@example.org")]
        expect(subjects[0] == "Parley: HOTLINE: cn is calling", str(subjects))
        expect("still calling" in subjects[1], str(subjects))
        expect(b"hospital" not in b"".join(one["bytes"] for one in mailboxes.taken), "no words")
        # That it ends once somebody acknowledges, NotifierTests shows by a clock of its own.
        world.said("us", "hotline", "acknowledge", said["thread"], "--post", "duty-officer")
        world.stop()
    print("ok a call reaches the ladder through quiet hours, again and again")


def calls(mailboxes, mailbox):
    return [one for one in mailboxes.of(mailbox) if "HOTLINE" in read(one)["Subject"]]


def killed(world, folder):
    """A node that is killed while its mail server is gone tells everything when it is back."""
    mailboxes = Mailboxes()
    port = free_port()
    serve(world, folder, *mail_options(folder, port))
    world.serve("cn")
    wants(world, "officer")
    threads = [ask(world, f"Number {number}?")["thread"] for number in range(3)]
    until(
        lambda: world.said("us", "notify", "show", "--account", "officer")["mail"]["waiting"] >= 3,
        "what cannot be sent waits")
    world.nodes["us"].process.kill()
    world.nodes.pop("us").process.wait()
    with mail_server(mailboxes, folder, "starttls") as port:
        serve(world, folder, *mail_options(folder, port))
        for thread in threads:
            one_mail(mailboxes, "officer@example.org", thread, f"{thread} is told of")
        world.stop()
    print("ok what waited when the node was killed is told when it is back")


def elsewhere(world, folder):
    """The same by the command line from elsewhere, for one's own account and the node's."""
    port = serve(world, folder, "--webhook-allow", "hooks.example.org")
    officer = Elsewhere(world, port, "officer", folder)
    boss = Elsewhere(world, port, "administrator", folder)
    wishes = officer.said(
        "notify", "set", "--webhook-kind", "overdue", "--digest-hours", "6", "--language", "zh")
    expect(
        wishes["wishes"]["digestHours"] == 6 and wishes["wishes"]["webhookKinds"] == ["overdue"]
        and wishes["channels"] == ["webhook"], str(wishes))
    expect(officer.said("notify", "show")["wishes"] == wishes["wishes"], "as it was said")
    address = "https://hooks.example.org/duty"
    added = officer.said("notify", "webhook", "add", "far", address)
    expect(added["secret"].startswith("whsec_"), str(added))
    forget_tests(world)
    expect(officer.said("notify", "test")["targets"] >= 1, "a test is on its way")
    listed = officer.said("notify", "webhook", "list")["webhooks"]
    expect("far" in [one["label"] for one in listed], str(listed))
    officer.said("notify", "webhook", "remove", "far")
    boss.said("notify", "webhook", "add", "far", address, "--of-node", "--kind", "account")
    expect(
        boss.said("notify", "webhook", "list", "--of-node")["webhooks"][0]["kinds"] == ["account"],
        "of its kinds")
    for desk, words, reason in (
            (officer, ("webhook", "list", "--of-node"), "not-allowed"),
            (officer, ("webhook", "add", "x", "https://192.0.2.1/"), "webhook-not-allowed"),
            (officer, ("show", "--account", "approver"), "account-elsewhere"),
            (officer, ("set", "--quiet-from", "22:00"), "quiet-malformed"),
            (boss, ("webhook", "add", "x", address, "--of-node"), "kind-unknown")):
        result = desk.say("notify", *words)
        expect(result.code == 2 and result.error["error"] == reason, f"{reason}: {result}")
    world.stop()
    print("ok the command line does the same from elsewhere, each for their own")


def settings(world, folder):
    (folder / "open").write_text("secret\n")
    (folder / "open").chmod(0o644)
    common = (
        "serve", "--api", "127.0.0.1:1", "--listen", "127.0.0.1:1", "--notify-origin",
        "https://us.example.org:8443")
    mail = ("--mail-from", "parley@us.example.org")
    for more, reason in (
            ((*mail, "--mail-smtp", "mail.example.org:25", "--mail-tls", "none"),
             "mail-in-the-clear"),
            ((*mail, "--mail-smtp", "mail.example.org:25", "--mail-user", "parley",
              "--mail-password-file", folder / "open"), "file-open-to-others"),
            (mail, "mail-way-unclear"),
            (("--mail-from", "nobody", "--mail-smtp", "mail.example.org:25"), "mail-malformed"),
            (("--webhook-allow", "https://hooks.example.org"), "webhook-allow-malformed")):
        result = world.say("us", *common, *more)
        expect(result.code == 2 and result.error["error"] == reason, f"{reason}: {result}")
    print("ok what would go in the clear, or is half set up, is refused at the start")


def main():
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        here = [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        authority = certificate(folder, "authority", None)
        certificate(folder, "server", here, authority)
        certificate(folder, "stranger", here)
        (folder / "secret").write_text(SECRET + "\n")
        (folder / "secret").chmod(0o600)
        world = make_world(folder / "w", parties=("us", "cn"), terms=DIALOGUE)
        people(world)
        try:
            for check in (settings, by_mail, ways, by_webhook, hotline, killed, elsewhere):
                if sys.argv[2:] in ([], [check.__name__]):
                    check(world, folder)
        except Exception as fault:
            print("FAILED", fault)
            return 1
        finally:
            world.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
