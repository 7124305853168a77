"""A node under its operator's hand: figures and health, a new certificate, the log, the end."""

import hashlib
import http.client
import json
import os
import signal
import socket
import sqlite3
import ssl
import time

from case_attack import Line, context
from case_service import API, PASSWORD, people, serve_api
from events import Stream
from parley import LIMIT_SECONDS, expect, free_port, make_world, tool, until

BODY = "the body's words: swordfish"


def make_certificate(folder, name):
    """A key and a certificate of its own, PEM."""
    key, certificate = folder / f"{name}-key.pem", folder / f"{name}.pem"
    tool(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes", "-keyout", key, "-out", certificate, "-days", "30", "-subj", f"/CN={name}")
    return key, certificate


def shown_by(connection):
    """The digest of the certificate that the server showed on it."""
    return hashlib.sha256(connection.getpeercert(binary_form=True)).hexdigest()


def digest_of(certificate):
    der = ssl.PEM_cert_to_DER_cert(certificate.read_text())
    return hashlib.sha256(der).hexdigest()


def shown_now(port):
    line = Line(port)
    shown = shown_by(line.socket)
    line.socket.close()
    return shown


def get(port, path):
    """Status and body of what the operator's address answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=LIMIT_SECONDS)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, body


def figures(port):
    """What /metrics says, by name with labels."""
    status, body = get(port, "/metrics")
    expect(status == 200, f"{status} {body[:200]}")
    rows = [line.rsplit(" ", 1) for line in body.decode().splitlines() if line[0] != "#"]
    return {name: float(value) for name, value in rows}


def health(port):
    """Status, and by check the reason why it is not well."""
    status, body = get(port, "/health/ready")
    answer = json.loads(body)
    expect(answer["ready"] == (status == 200), str(answer))
    return status, {check["name"]: check.get("reason") for check in answer["checks"]}


def certificate_reload(place):
    """SIGHUP: new connections see the new certificate, old ones go on; a faulty one changes nothing."""
    world = make_world(place / "w", parties=("us", "cn"))
    (old_key, old), (new_key, new) = (make_certificate(place, name) for name in ("old", "new"))
    key, certificate = place / "key.pem", place / "certificate.pem"
    settings = world.home("us") / "parley.json"

    def show(a_certificate, a_key, level="notice"):
        certificate.write_bytes(a_certificate.read_bytes())
        key.write_bytes(a_key.read_bytes())
        settings.write_text(json.dumps({
            "api-certificate": str(certificate), "api-key": str(key), "log-level": level}))

    try:
        show(old, old_key)
        port = serve_api(world)
        node = world.nodes["us"]

        def told(message, count):
            node.process.send_signal(signal.SIGHUP)
            return until(
                lambda: [e for e in node.events() if e["message"] == message][count - 1:],
                f"the node should say {count} times: {message}")[0]

        before = http.client.HTTPSConnection(
            "127.0.0.1", port, timeout=LIMIT_SECONDS, context=context())
        before.request("GET", "/health/live")
        expect(before.getresponse().read() == b"", "alive")
        expect(shown_by(before.sock) == digest_of(old), "the old certificate is shown")
        show(new, new_key)
        facts = told("settings taken up", 1)["facts"]
        expect(facts["logLevel"] == "notice" and "certificateExpiresAt" in facts, str(facts))
        expect(shown_now(port) == digest_of(new), "a new connection sees the new certificate")
        before.request("GET", "/health/ready")
        answer = before.getresponse()
        answer.read()
        expect(answer.status == 204, f"the old connection goes on: {answer.status}")
        expect(shown_by(before.sock) == digest_of(old), "and is the same one")
        faulty(place, show, told, (old, old_key, new, new_key), settings)
        expect(shown_now(port) == digest_of(new), "what is faulty changes nothing")
        show(new, new_key, level="debug")
        told("settings taken up", 2)
        Line(port, tls=True).send("no request\r\n\r\n").rest()
        until(
            lambda: any(event["level"] == "debug" for event in node.events()),
            "the node should log what it did not before")
        expect(not node.is_dead, "it is still the same process")
        world.stop()
    finally:
        world.kill()


def faulty(place, show, told, pairs, settings):
    old, old_key, new, new_key = pairs
    garbage = place / "garbage.pem"
    garbage.write_text("no certificate\n")
    refused = "settings not taken up; those from before stay in force"
    for count, (a_certificate, a_key, reason) in enumerate((
            (old, new_key, "certificate-key-differs"), (garbage, old_key, "certificate-malformed"),
            (old, garbage, "certificate-key-malformed")), start=1):
        show(a_certificate, a_key)
        event = told(refused, count)
        expect(event["facts"]["reason"] == reason and event["level"] == "error", str(event))
    show(old, old_key)
    settings.write_text('{"log-level": "loud"}')
    event = told(refused, 4)
    expect(event["facts"]["reason"] == "setting-wrong", str(event))


def figures_and_health(place):
    """What the operator reads of a node, and that no person is in it."""
    world = make_world(place / "w", parties=("us", "cn"))
    file = place / "password"
    file.write_text(PASSWORD + "\n")
    world.said(
        "us", "user", "add", "duty.one", "--role", "officer", "--role", "administrator",
        "--password-file", file)
    try:
        metrics = free_port()
        port = serve_api(world, options=("--metrics", f"127.0.0.1:{metrics}"))
        API(port).sign_in("duty.one").done("GET", "/session")
        API(port).refused(401, "sign-in-needed", "GET", "/node")
        filed = world.said(
            "us", "request", "new", "--to", "cn", "--kind", "information", "--text", BODY)
        expect(filed["thread"], str(filed))

        def seen():
            now = figures(metrics)
            return now.get('parley_deliveries_failed_total{peer="cn"}') and now

        now = until(seen, "the other node is not there, and that is counted")
        for name, value in (
                ("parley_ready", 1), ("parley_log_entries", 1),
                ('parley_outbox_statements{peer="cn"}', 1), ('parley_peer_silent{peer="cn"}', 0),
                ("parley_statements_appended_total", 1),
                ('parley_requests_total{operation="session.begin",status="201"}', 1),
                ('parley_requests_total{operation="node.show",status="401"}', 1),
                ('parley_request_seconds_count{operation="session.begin"}', 1),
                ("parley_forks_known", 0), ("parley_event_listeners", 0),
                ("parley_series_dropped_total", 0)):
            expect(now.get(name) == value, f"{name} should be {value}: {now.get(name)}")
        expect(now["parley_commit_seconds_count"] >= 1, "commits are timed")
        expect(now["process_resident_memory_bytes"] > 1e6, "memory is told")
        expect(
            now["parley_certificate_expires_timestamp_seconds"] > time.time(),
            "the certificate's end is told")
        text = get(metrics, "/metrics")[1].decode()
        expect("duty" not in text and "127.0.0.1" not in text, "no person is in the figures")
        readiness(world, metrics, port)
        world.stop()
    finally:
        world.kill()


def readiness(world, metrics, port):
    status, checks = health(metrics)
    expect(status == 200 and set(checks) == {
        "running", "ledger-read", "ledger-write", "accounts", "agreement", "log-signer",
        "organ-key"}, str(checks))
    # Whoever holds the ledger's write lock keeps the node from writing, as a full disk does.
    other = sqlite3.connect(world.home("us") / "ledger.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    until(
        lambda: health(metrics)[1]["ledger-write"] == "ledger-unwritable",
        "the node should say that it cannot write")
    code, headers, answer = bare(port, "/health/ready")
    expect(code == 503 and answer == b"", f"strangers hear no reasons: {code} {answer}")
    other.execute("ROLLBACK")
    other.close()
    until(lambda: health(metrics)[0] == 200, "the node should be ready again")


def bare(port, path):
    connection = http.client.HTTPSConnection(
        "127.0.0.1", port, timeout=LIMIT_SECONDS, context=context())
    connection.request("GET", path)
    answer = connection.getresponse()
    read = answer.read()
    connection.close()
    return answer.status, answer, read


def slow_request(port, body):
    """A request of which everything has come but the last byte of its body."""
    line = Line(port)
    line.send(
        "POST /api/v1/session HTTP/1.1\r\nHost: example.org\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n" + body[:-1])
    return line


def is_read(line):
    """Whether the node has taken from the kernel all that was sent to it (/proc/net/tcp)."""
    here, there = (f"0100007F:{place[1]:04X}" for place in (
        line.socket.getsockname(), line.socket.getpeername()))
    rows = [row.split() for row in open("/proc/net/tcp").read().splitlines()[1:]]
    queues = [row[4].split(":")[1] for row in rows if (row[1], row[2]) == (there, here)]
    return queues == ["00000000"]


def is_closed(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=LIMIT_SECONDS).close()
        return False
    except ConnectionRefusedError:
        return True


def ended(node):
    try:
        return node.process.wait(LIMIT_SECONDS)
    finally:
        node.process.kill()


def graceful_end(place):
    """SIGTERM: no new connections, what was accepted is answered, exit code 0, within its time."""
    world = make_world(place / "w", parties=("us", "cn"))
    file = place / "password"
    file.write_text(PASSWORD + "\n")
    world.said("us", "user", "add", "boss", "--role", "administrator", "--password-file", file)
    body = json.dumps({"name": "boss", "password": PASSWORD})
    try:
        answered_then_ended(world, body)
        cut_off_in_time(world, body)
        asked_twice(world, body)
    finally:
        world.kill()


def answered_then_ended(world, body):
    metrics = free_port()
    port = serve_api(world, options=(
        "--metrics", f"127.0.0.1:{metrics}", "--shutdown-seconds", "100",
        # What is tried here is the end, and not how long a body may take.
        "--body-seconds", "3600", "--head-seconds", "3600"))
    node = world.nodes.pop("us")
    idle, slow = Line(port), slow_request(port, body)
    until(
        lambda: figures(metrics).get('parley_open_connections{listener="api"}') == 2,
        "both connections are open")
    # A request whose head was not read yet is none that was accepted: it is out of the kernel, and
    # every event loop has turned since.
    until(lambda: is_read(slow), "the request's head was read")
    for _ in range(2 * os.cpu_count()):
        bare(port, "/health/live")
    node.process.terminate()
    until(lambda: is_closed(port), "no new connection is taken")
    status, checks = health(metrics)
    expect(status == 503 and checks["running"] == "ending", f"it says so: {status} {checks}")
    expect(idle.rest() == b"", "an idle connection is closed")
    answer = slow.send(body[-1:]).rest()
    expect(answer.startswith(b"HTTP/1.1 201 "), f"what was accepted is answered: {answer[:200]}")
    expect(ended(node) == 0, node.death)


def cut_off_in_time(world, body):
    port = serve_api(world, options=("--shutdown-seconds", "1", "--body-seconds", "3600"))
    node = world.nodes.pop("us")
    slow = slow_request(port, body)
    node.process.terminate()
    expect(ended(node) == 0, node.death)
    expect(slow.rest() == b"", "what never came in full is not answered")


def asked_twice(world, body):
    port = serve_api(world, options=("--shutdown-seconds", "3600", "--body-seconds", "3600"))
    node = world.nodes.pop("us")
    boss = API(port).sign_in("boss")
    made = {"name": "eve", "roles": ["officer"], "password": "a passphrase of eve's"}
    boss.done("POST", "/accounts", made, status=201)
    slow = slow_request(port, body)
    node.process.terminate()
    until(lambda: is_closed(port), "the node ends")
    node.process.terminate()
    expect(ended(node) == 1, node.death)
    slow.rest()
    accounts = [one["name"] for one in world.said("us", "user", "list")["accounts"]]
    expect(accounts == ["boss", "eve"], f"what was acknowledged is there: {accounts}")
    world.serve("us")
    world.stop()


def ended_midway(place):
    """SIGTERM while somebody listens and somebody uploads: streams end, what was answered for stays."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        people(world, roles=("officer",))
        listener_lets_go(world)
        content = os.urandom(700_001)
        upload_is_finished(world, content)
        upload_is_cut(world, content)
    finally:
        world.kill()


def listener_lets_go(world):
    metrics = free_port()
    port = serve_api(world, options=(
        "--metrics", f"127.0.0.1:{metrics}", "--shutdown-seconds", "3600"))
    node = world.nodes.pop("us")
    officer = API(port).sign_in("officer")
    heard = Line(port)
    heard.send(
        "GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Cookie: {officer.cookie}\r\n\r\n")
    others = [Stream(officer) for _ in range(2)]
    until(
        lambda: figures(metrics)["parley_event_listeners"] == 3, "each listener is in the figures")
    node.process.terminate()
    # Long before the hour is over, which is for what was accepted and not for streams.
    expect(ended(node) == 0, node.death)
    expect(heard.rest().endswith(b"\r\n0\r\n\r\n"), "the stream is ended and not cut")
    for other in others:
        expect(other.rest() == [], "nothing happened meanwhile")


def begin_upload(officer, content):
    """A file of which a part was answered for."""
    made = officer.done("POST", "/files", {
        "name": "traffic.pcap", "sizeBytes": len(content),
        "digest": "sha256:" + hashlib.sha256(content).hexdigest()}, status=201)
    file = f"/files/{made['file']}"
    code, _, answer = append(officer, file, content[:300_000], 0)
    expect(code == 200 and answer["receivedBytes"] == 300_000, f"{code} {answer}")
    return file


def append(officer, file, bytes_, offset):
    return officer.call("PATCH", f"{file}/content", raw=bytes_, headers={
        "Content-Type": "application/octet-stream", "Upload-Offset": str(offset)})


def slow_upload(port, officer, file, rest, sent):
    """A request for the rest of the file, of which that much has come and is on the node's disk."""
    line = Line(port)
    line.send(
        f"PATCH /api/v1{file}/content HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {officer.cookie}\r\n"
        f"Content-Type: application/octet-stream\r\nUpload-Offset: 300000\r\n"
        f"Content-Length: {len(rest)}\r\n\r\n".encode() + rest[:sent])
    until(
        lambda: officer.done("GET", file)["receivedBytes"] == 300_000 + sent, "the part is there")
    return line


def upload_is_finished(world, content):
    port = serve_api(world, options=("--shutdown-seconds", "3600", "--body-seconds", "3600"))
    node = world.nodes.pop("us")
    officer = API(port).sign_in("officer")
    file = begin_upload(officer, content)
    rest = content[300_000:]
    line = slow_upload(port, officer, file, rest, 100_000)
    node.process.terminate()
    until(lambda: is_closed(port), "no new connection is taken")
    answer = line.send(rest[100_000:]).rest()
    expect(
        answer.startswith(b"HTTP/1.1 200 ") and b'"receivedBytes":700001' in answer,
        f"what was begun is brought to its end: {answer[:300]}")
    expect(ended(node) == 0, node.death)
    port = serve_api(world)
    officer = API(port).sign_in("officer")
    expect(whole(officer, file) == content, "and it is there")
    officer.done("DELETE", file, status=204)
    world.stop()


def upload_is_cut(world, content):
    port = serve_api(world, options=("--shutdown-seconds", "1", "--body-seconds", "3600"))
    node = world.nodes.pop("us")
    officer = API(port).sign_in("officer")
    file = begin_upload(officer, content)
    line = slow_upload(port, officer, file, content[300_000:], 100_000)
    node.process.terminate()
    expect(ended(node) == 0, node.death)
    expect(not line.rest().startswith(b"HTTP/1.1 2"), "what never came in full is not answered for")
    port = serve_api(world)
    officer = API(port).sign_in("officer")
    at = officer.done("GET", file)["receivedBytes"]
    expect(300_000 <= at <= 400_000, f"what was answered for is there: {at}")
    code, _, answer = append(officer, file, content[at:], at)
    expect(code == 200 and answer["receivedBytes"] == len(content), f"{code} {answer}")
    expect(whole(officer, file) == content, "it went on from there, bit for bit")
    world.stop()


def whole(officer, file):
    connection = http.client.HTTPSConnection(
        "127.0.0.1", officer.port, timeout=LIMIT_SECONDS, context=context())
    connection.request("GET", f"/api/v1{file}/content", headers={"Cookie": officer.cookie})
    read = connection.getresponse().read()
    connection.close()
    return read


def quiet_logs(place):
    """Not a name, password, word of a body or address of a person is in the log, at any level."""
    world = make_world(place / "w", parties=("us", "cn"))
    file = place / "password"
    file.write_text(PASSWORD + "\n")
    world.said(
        "us", "user", "add", "duty.one", "--role", "officer", "--role", "administrator",
        "--password-file", file)
    for level in ("notice", "debug"):
        try:
            port = serve_api(world, options=("--log-level", level))
            world.serve("cn")
            node = world.nodes["us"]
            busy_day(world, port)
            events = node.events()
            expect(len(events) == len(node.lines()), "every line is JSON")
            for event in events:
                expect(
                    set(event) == {"at", "level", "message", "facts"}
                    and event["level"] in ("debug", "info", "notice", "warning", "error")
                    and all(isinstance(fact, str) for fact in event["facts"].values()), str(event))
            expect(
                level == "debug" or not any(e["level"] in ("debug", "info") for e in events),
                "what is below the level is not logged")
            text = "\n".join(node.lines())
            for personal in ("duty", PASSWORD, "wrong horse", "swordfish", "127.0.0.77", "parley_"):
                expect(personal not in text, f"{personal!r} stands in the log at {level}")
            world.stop()
        finally:
            world.kill()


def busy_day(world, port):
    """A good sign-in, a bad one, one from elsewhere, a statement, nonsense."""
    API(port).sign_in("duty.one").done("GET", "/trail")
    API(port).call("POST", "/session", {"name": "duty.one", "password": "wrong horse battery"})
    API(port, token="parley_" + "a" * 52).call("GET", "/node")
    elsewhere = http.client.HTTPSConnection(
        "127.0.0.1", port, timeout=LIMIT_SECONDS, context=context(),
        source_address=("127.0.0.77", 0))
    elsewhere.request("GET", "/api/v1/accounts/duty.one")
    expect(elsewhere.getresponse().status == 401, "nobody may look")
    elsewhere.close()
    Line(port).send("duty.one swordfish\r\n\r\n").rest()
    filed = world.said(
        "us", "request", "new", "--to", "cn", "--kind", "information", "--text", BODY)
    world.agreed(filed["thread"], 1)


CASES = [certificate_reload, figures_and_health, graceful_end, ended_midway, quiet_logs]
