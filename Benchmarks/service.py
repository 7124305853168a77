"""The API and the pages of a node under load: threads at full size, a signed act, signing in."""

import base64
import contextlib
import http.client
import json
import os
import random
import re
import shutil
import ssl
import statistics
import subprocess
import sys
import time
from pathlib import Path

from serving import nginx, wrk

BROWSER = Path(__file__).resolve().parents[1] / "Tests/Browser/run.sh"
THREADS = 100_000
PASSWORD = "correct horse battery"
ACTS, WARMUPS = 60, 10
SIGN_INS = 15
PAGES = 400
RARE_ASKED = 300


class Caller:
    """One program with a token, on one connection."""

    def __init__(self, address, token=None):
        host, port = address.split(":")
        context = ssl.create_default_context()
        # The certificate is the node's own; what it proves is not measured here.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.connection = http.client.HTTPSConnection(host, int(port), timeout=60, context=context)
        self.headers = {"Content-Type": "application/json"}
        if token:
            self.headers["Authorization"] = f"Bearer {token}"

    def call(self, method, path, body=None):
        sent = json.dumps(body).encode() if body is not None else None
        self.connection.request(method, "/api/v1" + path, body=sent, headers=self.headers)
        answer = self.connection.getresponse()
        read = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"{method} {path} is answered {answer.status}: {read[:300]}")
        return json.loads(read), len(read)


def cursors(count):
    """Places all over a list of threads, which ids of 16 random bytes are spread over evenly."""
    source = random.Random(1)
    return [
        base64.b32encode(source.randbytes(16)).decode().rstrip("=").lower()
        for _ in range(count)]


def with_account(tools, home, folder):
    """A token of an officer's."""
    password = folder / "password"
    password.write_text(PASSWORD + "\n")
    tools.cli(
        "user", "add", "officer", "--home", home, "--role", "officer", "--password-file",
        password, "--json")
    made, _, _ = tools.cli(
        "token", "add", "officer", "bench", "--home", home, "--role", "officer", "--json")
    return made["token"]


@contextlib.contextmanager
def same_answers(address, folder, name, body):
    """nginx giving one page of the list as a file over TLS; False where it is not installed."""
    www = folder / "www"
    www.mkdir(exist_ok=True)
    (www / name).write_bytes(body)
    if shutil.which("openssl"):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=bench", "-keyout",
             folder / "peer.key", "-out", folder / "peer.pem"], check=True, capture_output=True)
        tls = f"ssl; ssl_certificate {folder}/peer.pem; ssl_certificate_key {folder}/peer.key"
        with nginx(address, folder, options=tls) as is_there:
            yield is_there
    else:
        yield False


def thread_list(benchmarks, village, address, other, token):
    """A page of fifty threads of a hundred thousand, each time another one, over TLS."""
    report = benchmarks.report
    paths = [f"/api/v1/threads?after={one}" for one in cursors(PAGES)]
    page, size = Caller(address, token).call("GET", f"/threads?after={cursors(1)[0]}")
    if len(page["threads"]) != 50:
        raise SystemExit(f"a page has {len(page['threads'])} threads")
    report.figure("service.threads-answer", size, "bytes")
    headers = {"Authorization": f"Bearer {token}"}
    rate, _ = wrk(address, paths, village.folder, scheme="https", headers=headers)
    with same_answers(other, village.folder, "page.json", json.dumps(page).encode()) as is_there:
        peer, _ = (
            wrk(other, ["/page.json"], village.folder, scheme="https")
            if is_there else (None, None))
    bound = ("nginx with one page as a file", peer) if peer else None
    report.at_least("service.threads", rate, "/s", 3000, bound)
    half, p99 = wrk(
        address, paths, village.folder, scheme="https", headers=headers, per_second=1500)
    report.figure("service.threads-half-rate", half, "/s")
    report.below("service.threads-p99", p99, "ms", 30)


def rare_kind(benchmarks, address, token):
    """The list of a kind of thread of which there is none among a hundred thousand."""
    caller = Caller(address, token)
    samples = []
    for _ in range(RARE_ASKED):
        began = time.perf_counter()
        page, _ = caller.call("GET", "/threads?kind=hotline")
        samples.append((time.perf_counter() - began) * 1000)
        if page["threads"]:
            raise SystemExit(f"nobody called: {page}")
    benchmarks.report.below("service.rare-kind-p99", sorted(samples)[len(samples) * 99 // 100],
                            "ms", 50)


def pages(benchmarks, village, address, other):
    """The queue and a list of fifty threads of a hundred thousand as pages, by an officer's session
    over TLS; and what the browser takes at least, which one word in a file tells."""
    report = benchmarks.report
    caller = Caller(address)
    caller.connection.request(
        "POST", "/api/v1/session", body=json.dumps({"name": "officer", "password": PASSWORD}),
        headers=caller.headers)
    answer = caller.connection.getresponse()
    answer.read()
    headers = {"Cookie": answer.getheader("set-cookie").split(";")[0]}
    caller.connection.request("GET", "/en/desk/threads", headers=headers)
    answer = caller.connection.getresponse()
    html = answer.read()
    if answer.status != 200 or html.count(b"<tr>") < 50:
        raise SystemExit(f"the list is answered {answer.status}: {html[:300]}")
    total = len(html)
    for asset in set(re.findall(r'"(/assets/[^"]+)"', html.decode())):
        caller.connection.request("GET", asset)
        total += len(caller.connection.getresponse().read())
    report.below("service.page-html", len(html), "bytes", 60_000)
    report.below("service.page-total", total, "bytes", 100_000)
    paths = ["/en/desk", *(f"/en/desk/threads?after={one}" for one in cursors(PAGES))]
    for name, asked in (("queue-page", paths[:1]), ("list-page", paths[1:])):
        rate, _ = wrk(address, asked, village.folder, scheme="https", headers=headers)
        report.at_least(f"service.{name}", rate, "/s", 1500)
        _, p99 = wrk(
            address, asked, village.folder, scheme="https", headers=headers, per_second=500)
        report.below(f"service.{name}-p99", p99, "ms", 50)
    took = painted(f"https://{address}/en/desk", headers["Cookie"])
    if not took:
        return
    word = b"<!doctype html><title>Word</title><p>Word"
    with same_answers(other, village.folder, "word.html", word) as is_there:
        bare = is_there and statistics.median(
            painted(f"https://{other}/word.html", headers["Cookie"]))
    report.below(
        "service.first-paint", statistics.median(took), "ms", 300,
        ("one word from nginx", bare) if bare else None)


def painted(page, cookie):
    """Milliseconds to the first paint in a browser that has kept nothing; none where there is no
    browser, which is said."""
    done = subprocess.run(
        [BROWSER, "--python", "paint.py", page], capture_output=True, text=True,
        env={**os.environ, "PAINT_COOKIE": cookie})
    print(done.stderr, end="", file=sys.stderr)
    if done.stdout.startswith("not tried"):
        print(done.stdout, end="", file=sys.stderr)
        return []
    return json.loads(done.stdout)


def signed_act(benchmarks, address, token):
    """A request drafted, looked at and sent: three questions, the last answered once the statement
    is durable in the log."""
    caller = Caller(address, token)
    wish = {
        "act": "request.submit", "to": ["us"],
        "terms": {"kind": "information", "urgency": "normal"},
        "texts": [{"language": "en", "text": "Whose address was 192.0.2.14 on 3 November?"}]}
    parts = {"draft": [], "preview": [], "send": [], "act": []}
    for _ in range(WARMUPS + ACTS):
        marks = [time.perf_counter()]
        draft = caller.call("POST", "/drafts", wish)[0]["draft"]
        marks.append(time.perf_counter())
        seen = caller.call("POST", f"/drafts/{draft}/preview", {})[0]["preview"]
        marks.append(time.perf_counter())
        caller.call("POST", f"/drafts/{draft}/statement", {"preview": seen})
        marks.append(time.perf_counter())
        spans = [(end - begin) * 1000 for begin, end in zip(marks, marks[1:])]
        for name, span in zip(parts, [*spans, marks[-1] - marks[0]]):
            parts[name].append(span if name != "act" else span * 1000)
    bound = ("two fsyncs", 2 * benchmarks.fsync_ms)
    for name in ("draft", "preview", "send"):
        benchmarks.report.figure(
            f"service.{name}-p50", statistics.median(parts[name][WARMUPS:]), "ms", bound)
    benchmarks.report.below(
        "service.act-p50", statistics.median(parts["act"][WARMUPS:]), "ms",
        2 * benchmarks.fsync_ms + 10, bound)


def sign_in(benchmarks, address):
    """Slow on purpose: what a guess costs whoever guesses."""
    samples = []
    for _ in range(SIGN_INS):
        caller = Caller(address)
        caller.call("GET", "/openapi.json")
        began = time.perf_counter()
        caller.call("POST", "/session", {"name": "officer", "password": PASSWORD})
        samples.append((time.perf_counter() - began) * 1000)
    benchmarks.report.at_least("service.sign-in-p50", statistics.median(samples), "ms", 50)


def measure(benchmarks, free_ports, say):
    if not shutil.which("wrk"):
        say("service: wrk is not installed (Debian has it); nothing is measured")
        return
    village = benchmarks.village("service")
    tools, home = benchmarks.tools, village.home("cn")
    with village.serve("cn") as node:
        village.deliver(node, THREADS, 2, "--per-thread", 1)
    _, seconds, _ = tools.cli("queue", "--home", home, "--limit", 1, "--json")
    benchmarks.report.figure("service.views-made", seconds, "s")
    # The words of all bodies are read once; what a page costs afterwards is measured.
    tools.cli("search", "nothing-of-the-kind", "--home", home, "--json")
    token = with_account(tools, home, village.folder)
    address, other = (f"127.0.0.1:{port}" for port in free_ports(2))
    options = ("--api", address, "--api-rate", "1000000")
    with village.serve("cn", *options) as node:
        thread_list(benchmarks, village, address, other, token)
        rare_kind(benchmarks, address, token)
        pages(benchmarks, village, address, other)
        sign_in(benchmarks, address)
        signed_act(benchmarks, address, token)
        benchmarks.report.figure("service.peak", node.memory("VmHWM") / 1_000_000, "MB")
