"""Whoever attacks a running node by its connections: slow, too many, ambiguous, too large."""

import resource
import socket
import ssl
from pathlib import Path

from case_service import API, serve_api
from parley import expect, free_port, make_world

LIMIT_SECONDS = 120
IDLE_CONNECTIONS = 10_000
# A socket and what stands on it, with room for how many pages a machine takes at a time.
IDLE_BYTES_EACH = 48 * 1024
HEAD = "Host: example.org\r\n"


def context():
    made = ssl.create_default_context()
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made


class Line:
    """A connection to a port of the node, of which every byte is ours."""

    def __init__(self, port, tls=True):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=LIMIT_SECONDS)
        if tls:
            self.socket = context().wrap_socket(self.socket)

    def send(self, text):
        self.socket.sendall(text.encode() if isinstance(text, str) else text)
        return self

    def rest(self):
        """Everything until the node closes."""
        read = b""
        try:
            while part := self.socket.recv(65536):
                read += part
        except (ConnectionError, ssl.SSLError):
            pass
        self.socket.close()
        return read

    def statuses(self):
        return [
            int(part[9:12]) for part in self.rest().split(b"\r\n") if part.startswith(b"HTTP/1.1 ")]


def slow_clients(place):
    """Every way to keep a connection without using it ends at its limit."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        public = free_port()
        port = serve_api(world, options=(
            "--public", f"127.0.0.1:{public}", "--head-seconds", "1", "--idle-seconds", "1",
            "--body-seconds", "1"))
        expect(Line(port, tls=False).rest() == b"", "a handshake that never begins is ended")
        expect(
            Line(port, tls=False).send(b"\x16\x03\x01\x02\x00\x01").rest() == b"",
            "a handshake that stalls is ended")
        for name, to, tls in (("api", port, True), ("public", public, False)):
            expect(Line(to, tls).rest() == b"", f"{name}: saying nothing is ended")
            expect(
                200 not in Line(to, tls).send("GET / HTTP/1.1\r\nHost: exam").statuses(),
                f"{name}: a head that stops is ended")
            kept = Line(to, tls).send(f"GET /api/v1/openapi.json HTTP/1.1\r\n{HEAD}\r\n").statuses()
            expect(len(kept) == 1, f"{name}: answered once, then ended: {kept}")
        stopped = Line(port).send(
            f"POST /api/v1/session HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\n"
            "Content-Length: 40\r\n\r\n{").statuses()
        expect(201 not in stopped, f"a body that stops is ended: {stopped}")
        world.check_alive()
        expect(API(port).done("GET", "/openapi.json")["openapi"], "others are served")
    finally:
        world.kill()


AMBIGUOUS = {
    "a length and chunks": "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
    "two lengths": "Content-Length: 4\r\nContent-Length: 30\r\n",
    "a length with a sign": "Content-Length: +4\r\n",
    "a length in hexadecimal": "Content-Length: 0x4\r\n",
    "a length below nothing": "Content-Length: -1\r\n",
    "a space before the colon": "Content-Length : 4\r\n",
    "a folded line": "X-One: a\r\n b\r\n",
    "an unknown coding": "Transfer-Encoding: chunked, other\r\n",
    "a byte of nothing": "X-One: a\0b\r\n",
}


def ambiguous_requests(place):
    """What two servers could read in two ways is read in none; a second request hides in none."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        public = free_port()
        port = serve_api(world, options=(
            "--public", f"127.0.0.1:{public}", "--head-seconds", "2", "--idle-seconds", "1",
            "--body-seconds", "1"))
        hidden = f"GET /health/live HTTP/1.1\r\n{HEAD}\r\n"
        for what, fields in AMBIGUOUS.items():
            sent = f"POST /api/v1/session HTTP/1.1\r\n{HEAD}{fields}\r\n0\r\n\r\n{hidden}"
            for name, to, tls in (("api", port, True), ("public", public, False)):
                statuses = Line(to, tls).send(sent).statuses()
                expect(
                    all(400 <= one < 500 for one in statuses) and len(statuses) <= 1,
                    f"{name}: {what}: {statuses}")
        for what, request, status in (
                ("no Host", "GET /health/live HTTP/1.1\r\n\r\n", 400),
                ("an empty Host", "GET /health/live HTTP/1.1\r\nHost:\r\n\r\n", 400),
                ("a field of 40 kB", f"GET / HTTP/1.1\r\n{HEAD}X-One: {'a' * 40_000}\r\n\r\n", 431),
                ("200 fields", f"GET / HTTP/1.1\r\n{HEAD}" + "X-One: a\r\n" * 200 + "\r\n", 431),
                ("a path of 40 kB", f"GET /{'a' * 40_000} HTTP/1.1\r\n{HEAD}\r\n", 414),
                ("no HTTP", "\x16\x03nothing\r\n\r\n", 400)):
            statuses = Line(port).send(request).statuses()
            expect(
                statuses == [status] or status != 400 and all(400 <= one < 500 for one in statuses),
                f"{what}: {status} expected of {statuses}")
        paths(world, port, public)
        bodies(port)
        world.check_alive()
        expect(API(port).done("GET", "/openapi.json")["openapi"], "others are served")
    finally:
        world.kill()


def paths(world, port, public):
    """No path leads out of what is served."""
    (Path(world.home("us")) / "text").mkdir(exist_ok=True)
    for path in (
            "/../../etc/passwd", "/..%2f..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd",
            "/api/v1/../../../desk.sqlite", "/api/v1/%2e%2e/%2e%2e/desk.sqlite",
            "//etc/passwd", "/log/us.example.org/../../desk.sqlite", "/api/v1/threads/..%00",
            "/log/..%5c..%5cdesk.sqlite", "http://127.0.0.1:1/desk.sqlite"):
        for to, tls in ((port, True), (public, False)):
            line = Line(to, tls).send(
                f"GET {path} HTTP/1.1\r\n{HEAD}Connection: close\r\n\r\n").rest()
            expect(
                line[9:10] == b"4" and b"SQLite" not in line and b"root:" not in line,
                f"{path}: {line[:200]}")


def bodies(port):
    """Bodies that would cost more to read than to send."""
    nobody = API(port)
    session = {"Content-Type": "application/json"}
    for what, raw, headers, statuses in (
            ("nesting", b"[" * 100_000, session, (400, 413)),
            ("nesting inside", b'{"name":' * 5_000, session, (400,)),
            ("a number of 60,000 digits", b'{"name":' + b"9" * 60_000 + b"}", session, (400,)),
            ("no text", b'{"name":"\xff\xfe"}', session, (400,)),
            ("a name twice", b'{"name":"a","name":"b","password":"x"}', session, (400, 401)),
            ("64 MiB", b" " * (64 << 20), session, (413,)),
            ("packed", b"\x1f\x8b\x08\0\0\0\0\0", {**session, "Content-Encoding": "gzip"}, (415,)),
            ("another type", b"name=a", {"Content-Type": "text/plain"}, (415,))):
        try:
            status, _, answer = nobody.call("POST", "/session", raw=raw, headers=headers)
        except (ConnectionError, ssl.SSLError):
            # Refused before it was all sent.
            expect(what == "64 MiB", f"{what}: the connection broke")
            continue
        expect(
            status in statuses and answer["detail"], f"{what}: {statuses} expected of {answer}")


def idle_connections(place):
    """10,000 that say nothing cost memory in proportion, and nobody else an answer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (min(hard, max(soft, IDLE_CONNECTIONS + 2_000)), hard))
    world = make_world(place / "w", parties=("us", "cn"))
    lines = []
    try:
        public = free_port()
        port = serve_api(world, options=(
            "--public", f"127.0.0.1:{public}", "--head-seconds", "3600"))
        before = resident(world.nodes["us"])
        for _ in range(IDLE_CONNECTIONS):
            lines.append(Line(public, tls=False))
        expect(API(port).done("GET", "/openapi.json")["openapi"], "the API answers")
        grown = resident(world.nodes["us"]) - before
        expect(
            grown < IDLE_CONNECTIONS * IDLE_BYTES_EACH,
            f"{grown // IDLE_CONNECTIONS} bytes for each idle connection")
        statuses = Line(public, tls=False).send(
            f"GET /health/live HTTP/1.1\r\n{HEAD}Connection: close\r\n\r\n").statuses()
        expect(len(statuses) == 1, f"one more is answered beside them: {statuses}")
    finally:
        for line in lines:
            line.socket.close()
        world.kill()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def resident(node):
    (line,) = [
        one for one in Path(f"/proc/{node.process.pid}/status").read_text().splitlines()
        if one.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024


CASES = [slow_clients, ambiguous_requests, idle_connections]
