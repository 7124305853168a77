"""Whoever attacks a running node by its connections: slow, too many, ambiguous, too large."""

import resource
import socket
import ssl
import subprocess
import time
from pathlib import Path

from case_service import API, people, serve_api
from parley import expect, free_port, make_world

LIMIT_SECONDS = 120
IDLE_CONNECTIONS = 10_000
# A socket and what stands on it, with room for how many pages a machine takes at a time.
IDLE_BYTES_EACH = 48 * 1024
# What a node may keep of all that is done to it in one case: buffers, and what the allocator holds.
GROWTH_BYTES = 96 << 20
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

    def drips(self, part):
        """Sends a little more; whether the node still wants it."""
        try:
            self.socket.settimeout(0.01)
            if not self.socket.recv(65536):
                return False
        except TimeoutError:
            pass
        except OSError:
            return False
        try:
            self.socket.settimeout(LIMIT_SECONDS)
            self.socket.sendall(part)
            return True
        except OSError:
            return False

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


HIDDEN = f"GET /health/live HTTP/1.1\r\n{HEAD}\r\n"

# What stands in a request's head, before a body that may hide another request.
AMBIGUOUS = {
    "a length and chunks": "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
    "chunks and a length": "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
    "two lengths": "Content-Length: 4\r\nContent-Length: 30\r\n",
    "two lengths in one": "Content-Length: 4, 30\r\n",
    "a length with a sign": "Content-Length: +4\r\n",
    "a length in hexadecimal": "Content-Length: 0x4\r\n",
    "a length below nothing": "Content-Length: -1\r\n",
    "a length past all numbers": "Content-Length: 99999999999999999999999\r\n",
    "a length with a space inside": "Content-Length: 4 4\r\n",
    "an empty length": "Content-Length:\r\n",
    "a space before the colon": "Content-Length : 4\r\n",
    "a space before the name": " Content-Length: 4\r\n",
    "a folded line": "X-One: a\r\n b\r\n",
    "a folded coding": "Transfer-Encoding:\r\n chunked\r\n",
    "an unknown coding": "Transfer-Encoding: chunked, other\r\n",
    "a coding that is nearly one": "Transfer-Encoding: xchunked\r\n",
    "a coding in quotes": "Transfer-Encoding: \"chunked\"\r\n",
    "a coding after a byte of its own": "Transfer-Encoding: \x0bchunked\r\n",
    "a coding before a space": "Transfer-Encoding : chunked\r\n",
    "two codings": "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked, identity\r\n",
    "a byte of nothing": "X-One: a\0b\r\n",
    "a return alone": "X-One: a\rTransfer-Encoding: chunked\r\n",
    "a name with a bracket": "X(One): a\r\n",
    "no name": ": a\r\n",
    "no colon": "Transfer-Encoding chunked\r\n",
    "another Host": "Host: example.com\r\nContent-Length: 0\r\n",
}
# Bodies in chunks that two servers could end at two places.
CHUNKS = {
    "a size with a sign": "+1\r\na\r\n0\r\n\r\n",
    "a size in hexadecimal's spelling": "0x1\r\na\r\n0\r\n\r\n",
    "a size below nothing": "-1\r\na\r\n0\r\n\r\n",
    "a size past all numbers": "fffffffffffffffff\r\na\r\n0\r\n\r\n",
    "a size that wraps round": "10000000000000001\r\na\r\n0\r\n\r\n",
    "no size": "\r\na\r\n0\r\n\r\n",
    "a chunk longer than its size": "1\r\naa\r\n0\r\n\r\n",
    "lines that end alone": "1\na\n0\n\n",
    "a space before the size": " 1\r\na\r\n0\r\n\r\n",
}
# First lines; the status that each hears, or None where the connection may just end.
LINES = {
    "HTTP/0.9": ("GET /\r\n\r\n", None),
    "HTTP/2.0 by its word": (f"GET / HTTP/2.0\r\n{HEAD}\r\n", None),
    "HTTP/2 by its preface": ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", None),
    "HTTP/9.9": (f"GET / HTTP/9.9\r\n{HEAD}\r\n", None),
    "no such method": (f"GETT / HTTP/1.1\r\n{HEAD}\r\n", None),
    "a method in small letters": (f"get / HTTP/1.1\r\n{HEAD}\r\n", None),
    "CONNECT": (f"CONNECT 127.0.0.1:1 HTTP/1.1\r\n{HEAD}\r\n", None),
    "TRACE": (f"TRACE / HTTP/1.1\r\n{HEAD}X-One: a\r\n\r\n", None),
    "no Host": ("GET /health/live HTTP/1.1\r\n\r\n", 400),
    "an empty Host": ("GET /health/live HTTP/1.1\r\nHost:\r\n\r\n", 400),
    "two Hosts": (f"GET /health/live HTTP/1.1\r\n{HEAD}{HEAD}\r\n", 400),
    "a Host with a path": ("GET /health/live HTTP/1.1\r\nHost: example.org/x\r\n\r\n", 400),
    "a Host with a name": ("GET /health/live HTTP/1.1\r\nHost: a@example.org\r\n\r\n", 400),
    "a Host of two": ("GET /health/live HTTP/1.1\r\nHost: example.org, a\r\n\r\n", 400),
    "a field of 40 kB": (f"GET / HTTP/1.1\r\n{HEAD}X-One: {'a' * 40_000}\r\n\r\n", 431),
    "fields of 40 kB": (
        f"GET / HTTP/1.1\r\n{HEAD}" + f"X-One: {'a' * 1000}\r\n" * 40 + "\r\n", 431),
    "200 fields": (f"GET / HTTP/1.1\r\n{HEAD}" + "X-One: a\r\n" * 200 + "\r\n", 431),
    "a path of 40 kB": (f"GET /{'a' * 40_000} HTTP/1.1\r\n{HEAD}\r\n", 414),
    "no HTTP": ("\x16\x03nothing\r\n\r\n", 400),
}
SHORT = ("--head-seconds", "2", "--idle-seconds", "1", "--body-seconds", "1")


def ambiguous_requests(place):
    """What two servers could read in two ways is read in none; a second request hides in none."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        public = free_port()
        port = serve_api(world, options=("--public", f"127.0.0.1:{public}", *SHORT))
        before = resident(world.nodes["us"])
        listeners = (("api", port, True), ("public", public, False), (
            "exchange", world.ports["us"], True))
        for what, fields in AMBIGUOUS.items():
            sent = f"POST /api/v1/session HTTP/1.1\r\n{HEAD}{fields}\r\n0\r\n\r\n{HIDDEN}"
            together(listeners, what, sent)
        for what, chunks in CHUNKS.items():
            together(listeners, what, (
                f"POST /api/v1/session HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\n"
                f"Transfer-Encoding: chunked\r\n\r\n{chunks}{HIDDEN}"))
        for what, (sent, status) in LINES.items():
            together(listeners, what, sent, status)
        # Asked to go over to another protocol, it stays with its own.
        for upgrade in ("h2c", "websocket"):
            statuses = Line(public, tls=False).send(
                f"GET / HTTP/1.1\r\n{HEAD}Connection: Upgrade, HTTP2-Settings, close\r\n"
                f"Upgrade: {upgrade}\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n").statuses()
            expect(101 not in statuses, f"{upgrade}: {statuses}")
        paths(world, port, public)
        bodies(port)
        still_well(world, port, before)
    finally:
        world.kill()


def together(listeners, what, sent, status=None):
    """At most one answer, and that a refusal, from each listener."""
    lines = [(name, Line(to, tls).send(sent)) for name, to, tls in listeners]
    for name, line in lines:
        statuses = line.statuses()
        # Refused before its body has come, it is told of the body too, and that is the end.
        expect(
            (len(statuses) <= 1 or len(statuses) == 2 and statuses[1] == 400)
            and all(400 <= one < 506 and one != 503 for one in statuses),
            f"{name}: {what}: {statuses}")
        if status and statuses:
            # A head that is too large may be told so in three ways (RFC 6585 §5, RFC 9110 §15.5).
            expect(
                statuses == [status] or status > 400 and statuses[0] in (400, 414, 431),
                f"{name}: {what}: {status} expected of {statuses}")


def still_well(world, port, before):
    """The node lives, answers, and has not grown by what was done to it."""
    world.check_alive()
    expect(API(port).done("GET", "/openapi.json")["openapi"], "others are served")
    grown = resident(world.nodes["us"]) - before
    expect(grown < GROWTH_BYTES, f"the node has grown by {grown >> 20} MiB")


def other_protocols(place):
    """TLS before 1.2 and weak suites are refused; HTTP/2 is never agreed on."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        port = serve_api(world, options=SHORT)
        for offered in (["h2"], ["h2", "http/1.1"]):
            made = context()
            made.set_alpn_protocols(offered)
            with made.wrap_socket(socket.create_connection(("127.0.0.1", port))) as line:
                expect(line.selected_alpn_protocol() in (None, "http/1.1"), str(offered))
        for to, refused in ((port, TLS_REFUSED), (world.ports["us"], TLS_REFUSED + ("-tls1_2",))):
            for option in refused:
                ran = s_client(to, *option.split())
                expect("Cipher is (NONE)" in ran or ran == "", f"{option} at {to}: {ran[-300:]}")
        expect("Cipher is ECDHE" in s_client(port, "-tls1_2"), "TLS 1.2 as it should be")
        expect("Cipher is TLS_" in s_client(port, "-tls1_3"), "TLS 1.3")
        world.check_alive()
    finally:
        world.kill()


TLS_REFUSED = (
    "-tls1 -cipher ALL:@SECLEVEL=0", "-tls1_1 -cipher ALL:@SECLEVEL=0",
    "-tls1_2 -cipher ECDHE-ECDSA-AES256-SHA:@SECLEVEL=0",
    "-tls1_2 -cipher ECDHE-ECDSA-AES128-SHA256:@SECLEVEL=0", "-tls1_2 -cipher aNULL:@SECLEVEL=0")


def s_client(port, *options):
    """What OpenSSL says of its handshake."""
    ran = subprocess.run(
        ["openssl", "s_client", "-connect", f"127.0.0.1:{port}", *options],
        stdin=subprocess.DEVNULL, capture_output=True, timeout=LIMIT_SECONDS, check=False)
    return ran.stdout.decode(errors="replace")


def paths(world, port, public):
    """No path leads out of what is served."""
    (Path(world.home("us")) / "text").mkdir(exist_ok=True)
    for path in (
            "/../../etc/passwd", "/..%2f..%2f..%2fetc%2fpasswd", "/%2e%2e/%2e%2e/etc/passwd",
            "/api/v1/../../../desk.sqlite", "/api/v1/%2e%2e/%2e%2e/desk.sqlite",
            "//etc/passwd", "/log/us.example.org/../../desk.sqlite", "/api/v1/threads/..%00",
            "/log/..%5c..%5cdesk.sqlite", "http://127.0.0.1:1/desk.sqlite",
            "/log/%252e%252e%252fdesk.sqlite", "/log/%c0%ae%c0%ae%c0%afdesk.sqlite",
            "/log/us.example.org/text/%2e%2e%2f%2e%2e%2fdesk.sqlite",
            "/log/us.example.org/tile/../../desk.sqlite", "/log/us.example.org/tile/0/%00",
            "/desk.sqlite", "/desk.sqlite.", "/keys/", "/.git/config", "/api/v1/threads/" + "a/" * 9000,
            "/api/v1/drafts/%", "/api/v1/drafts/%zz", "/api/v1/drafts/%ff%fe", "*", "?", "//", "/;/"):
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
            ("a name twice by an escape", b'{"name":"a","n\\u0061me":"b","password":"x"}', session, (400,)),
            ("half a pair", b'{"name":"\\ud800","password":"x"}', session, (400,)),
            ("a pair the wrong way", b'{"name":"\\udc00\\ud800","password":"x"}', session, (400,)),
            ("letters in too many bytes", b'{"name":"\xc0\xae","password":"x"}', session, (400,)),
            ("a number out of range", b'{"name":1e999999999}', session, (400,)),
            ("a fraction without end", b'{"name":0.' + b"1" * 60_000 + b"}", session, (400,)),
            ("20,000 names", b"{" + b",".join(b'"%d":1' % n for n in range(20_000)) + b"}", session, (400,)),
            ("a list of 60,000", b'{"name":[' + b"0," * 60_000 + b"0]}", session, (400,)),
            ("a text of 200 kB", b'{"name":"' + b"a" * 200_000 + b'"}', session, (400,)),
            ("a mark before it", b"\xef\xbb\xbf{}", session, (400,)),
            ("two texts", b"{}{}", session, (400,)),
            ("UTF-16", '{"name":"a"}'.encode("utf-16"), session, (400,)),
            ("64 MiB", b" " * (64 << 20), session, (413,)),
            ("packed", b"\x1f\x8b\x08\0\0\0\0\0", {**session, "Content-Encoding": "gzip"}, (415,)),
            ("packed twice", b"{}", {**session, "Content-Encoding": "identity, br"}, (415,)),
            ("another type", b"name=a", {"Content-Type": "text/plain"}, (415,))):
        try:
            status, _, answer = nobody.call("POST", "/session", raw=raw, headers=headers)
        except (ConnectionError, ssl.SSLError):
            # Refused before it was all sent.
            expect(what == "64 MiB", f"{what}: the connection broke")
            continue
        expect(
            status in statuses and answer["detail"], f"{what}: {statuses} expected of {answer}")


def dripping_clients(place):
    """A byte now and then is no progress: heads, bodies and handshakes end at their limits."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        public = free_port()
        port = serve_api(world, options=("--public", f"127.0.0.1:{public}", *SHORT))
        before = resident(world.nodes["us"])
        post = (
            f"POST /api/v1/session HTTP/1.1\r\n{HEAD}Content-Type: application/json\r\n"
            "Content-Length: 5000\r\n\r\n")
        slow = [
            (name, Line(to, tls).send(begun), drip)
            for to, tls in ((port, True), (public, False), (world.ports["us"], True))
            for name, begun, drip in (
                ("a head", f"GET / HTTP/1.1\r\n{HEAD}X-One: ", b"a"),
                ("heads without end", f"GET / HTTP/1.1\r\n{HEAD}", b"X: a\r\n"),
                ("a body", post, b" "),
                ("chunks", f"POST /witness/add-checkpoint HTTP/1.1\r\n{HEAD}"
                 "Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"))]
        slow += [("a handshake", Line(port, tls=False).send(b"\x16\x03\x01\x10\x00"), b"\x01")]
        # Three times what any of them is given; never so long where the node keeps its limits.
        end = time.monotonic() + 12
        ended = set()
        while len(ended) < len(slow) and time.monotonic() < end:
            time.sleep(0.2)
            ended |= {number for number, (_, line, drip) in enumerate(slow) if not line.drips(drip)}
            expect(API(port).done("GET", "/openapi.json")["openapi"], "others are served")
        left = [slow[number][0] for number in range(len(slow)) if number not in ended]
        expect(not left, f"still open: {left}")
        still_well(world, port, before)
    finally:
        world.kill()


def slow_readers(place):
    """Who asks much and takes nothing costs little, and keeps nobody else waiting."""
    world = make_world(place / "w", parties=("us", "cn"))
    lines = []
    try:
        port = serve_api(world, options=("--api-rate", "1000000"))
        before = resident(world.nodes["us"])
        for _ in range(20):
            line = Line(port)
            line.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            # Answers one after the other, none of which is read.
            lines.append(line.send(
                f"GET /api/v1/openapi.json HTTP/1.1\r\n{HEAD}\r\n" * 20))
        still_well(world, port, before)
    finally:
        for line in lines:
            line.socket.close()
        world.kill()


def idle_connections(place):
    """10,000 that say nothing cost memory in proportion, and no officer an answer."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(
        resource.RLIMIT_NOFILE, (min(hard, max(soft, IDLE_CONNECTIONS + 2_000)), hard))
    world = make_world(place / "w", parties=("us", "cn"))
    lines = []
    try:
        people(world, ("officer",))
        public = free_port()
        port = serve_api(world, options=(
            "--public", f"127.0.0.1:{public}", "--head-seconds", "3600"))
        officer = API(port).sign_in("officer")
        before, alone = resident(world.nodes["us"]), seconds(officer)
        for number in range(IDLE_CONNECTIONS):
            # A handshake costs a processor, which is what this does not measure.
            lines.append(Line(port if number % 2 else public, tls=False))
        grown, beside = resident(world.nodes["us"]) - before, seconds(officer)
        expect(
            grown < IDLE_CONNECTIONS * IDLE_BYTES_EACH,
            f"{grown // IDLE_CONNECTIONS} bytes for each idle connection")
        expect(
            beside < 10 * alone + 1,
            f"an officer waits {beside:.3f} s beside them, {alone:.3f} s without")
        statuses = Line(public, tls=False).send(
            f"GET /health/live HTTP/1.1\r\n{HEAD}Connection: close\r\n\r\n").statuses()
        expect(len(statuses) == 1, f"one more is answered beside them: {statuses}")
        world.check_alive()
    finally:
        for line in lines:
            line.socket.close()
        world.kill()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def seconds(caller):
    """How long twenty requests take, each on a connection of its own."""
    began = time.monotonic()
    for _ in range(20):
        caller.done("GET", "/queue")
    return time.monotonic() - began


def resident(node):
    (line,) = [
        one for one in Path(f"/proc/{node.process.pid}/status").read_text().splitlines()
        if one.startswith("VmRSS:")]
    return int(line.split()[1]) * 1024


CASES = [
    slow_clients, dripping_clients, slow_readers, ambiguous_requests, other_protocols,
    idle_connections]
