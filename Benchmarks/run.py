"""Measures Parley on the machine at hand: `./run bench [NAME] [--json]`.

Each figure stands beside what bounds it, measured in the same run: how fast this machine makes
bytes durable, and how many signatures one core verifies. Everything runs against the release
executable as real processes over real TLS on loopback; the load generator shares the cores with
the node it loads.

Exit status: 0 when every goal is met, 1 when one is missed, 2 for a NAME that there is not.
"""

import argparse
import http.client
import json
import os
import resource
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.append(str(ROOT / "run.d"))
from free_ports import free_ports
import service
from listening import API, Listeners
from serving import copied, log_paths, nginx, wrk

AGREEMENT = ROOT / "Examples/us-cn-2015/agreement.json"
CALENDARS = ROOT / "Examples/us-cn-2015/calendars"
NAMES = (
    "machine", "intake", "lone", "latency", "exhibit", "idle", "startup", "audit", "append",
    "serving", "law", "views", "events", "service", "files",
)

INTAKE_STATEMENTS = 20_480
STARTUP_STATEMENTS = 100_000
AUDIT_ENTRIES = 1_000_000
APPEND_ENTRIES = 10_000_000
APPEND_ROWS = 1_000_000
LATENCY_SECONDS = 20
# What a duty officer's question may take, and a page over all parties (milliseconds; seconds).
LAW_ANSWER_MS = 5
LAW_PAIRS_SECONDS = 2
LAW_LOAD_MS = 50
VIEW_THREADS = 100_000
# One statement more; a question at full size (milliseconds).
VIEW_STEP_MS = 1
VIEW_ANSWER_MS = 20
# Statements that reach a node in one delivery under a steady load.
LATENCY_BATCH = 16
SERVING_STATEMENTS = 20_480
EXHIBIT_BYTES = 1_000_000_000
# Who follow a node's events at once, what they may cost it, and of how many accounts they are.
EVENT_LISTENERS = 5_000
EVENT_MEMORY_MB = 300
EVENT_ACCOUNTS = 52
# A file through the API, in one request each way, and the node's memory meanwhile.
FILE_BYTES = 4_000_000_000
FILE_PIECE_BYTES = 1 << 20
FILE_MEMORY_MB = 100
MEGABYTE = 1_000_000
FSYNC_COUNT = 400


# Reporting


class Report:
    """Prints figures as they come: JSON lines on stdout, or a table."""

    def __init__(self, as_json):
        self.as_json = as_json
        self.all_met = True
        if not as_json:
            say(f"{os.cpu_count()} processors; the load generator runs on them too\n")
            print(f"{'figure':<34}{'value':>11} {'unit':<6}{'goal':>10}  {'':<6} share of bound")

    def figure(self, name, value, unit, bound=None, goal=None, met=None):
        """`bound` and `goal` are (what it is, number); the share is the value's of the bound."""
        share = value / bound[1] if bound else None
        if met is False:
            self.all_met = False
        if self.as_json:
            line = {
                "name": name, "value": rounded(value), "unit": unit,
                "bound": rounded(bound[1]) if bound else None,
                "share_of_bound": rounded(share), "goal": goal and f"{goal[0]} {goal[1]:.4g}",
                "met": met,
            }
            print(json.dumps(line), flush=True)
            return
        goal_text = f"{goal[0]} {goal[1]:.4g}" if goal else ""
        verdict = {True: "met", False: "MISSED", None: ""}[met]
        bound_text = f"{share:.2f} of {bound[0]} ({bound[1]:.4g})" if bound else ""
        line = f"{name:<34}{value:>11.4g} {unit:<6}{goal_text:>10}  {verdict:<6} {bound_text}"
        print(line.rstrip(), flush=True)

    def at_least(self, name, value, unit, goal, bound=None):
        self.figure(name, value, unit, bound, (">=", goal), value >= goal)

    def below(self, name, value, unit, goal, bound=None):
        self.figure(name, value, unit, bound, ("<", goal), value < goal)


def rounded(number):
    return None if number is None else float(f"{number:.4g}")


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def percentile(samples, percent):
    return statistics.quantiles(samples, n=100, method="inclusive")[percent - 1]


# Executables


def build_folder():
    """The release scratch folder of ./run."""
    named = os.environ.get("PARLEY_BUILD_DIR") or os.path.expanduser("~/.cache/parley-build")
    folder = Path(named + "-release")
    return folder if os.access(folder, os.W_OK) else ROOT / ".build-release"


def built_generator():
    """Builds parley-bench with the flags that ./run builds parley with, and returns its path."""
    command = [
        "swift", "build", "--explicit-target-dependency-import-check", "error",
        "--scratch-path", str(build_folder()), "-c", "release", "--static-swift-stdlib",
        "-Xlinker", "-s",
    ]
    subprocess.run([*command, "--product", "parley-bench"], cwd=ROOT, check=True, stdout=2)
    shown = subprocess.run(
        [*command, "--show-bin-path"], cwd=ROOT, check=True, capture_output=True, text=True)
    return str(Path(shown.stdout.strip()) / "parley-bench")


class Tools:
    def __init__(self, parley, generator):
        self.parley = parley
        self.generator = generator

    def cli(self, *arguments, cores=None):
        """Runs one command, perhaps on few cores; returns its JSON, the seconds it took and its
        peak memory in bytes."""
        began = time.monotonic()
        child = subprocess.Popen(
            [self.parley, *map(str, arguments)], stdout=subprocess.PIPE, text=True,
            preexec_fn=lambda: cores and os.sched_setaffinity(0, cores))
        output = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        elapsed = time.monotonic() - began
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise SystemExit(f"parley {arguments[0]} ended with {child.returncode}")
        value = json.loads(output) if "--json" in arguments else None
        return value, elapsed, usage.ru_maxrss * 1024

    def load(self, *arguments, cores=None):
        done = subprocess.run(
            [self.generator, *map(str, arguments)], check=True, stdout=subprocess.PIPE, text=True,
            preexec_fn=lambda: cores and os.sched_setaffinity(0, cores))
        return json.loads(done.stdout)


# Nodes


class Village:
    """Two homes under one agreement in a folder of their own."""

    def __init__(self, tools, folder):
        self.tools = tools
        self.folder = folder
        self.ports = dict(zip(("us", "cn"), free_ports(2)))
        folder.mkdir()
        agreement = folder / "agreement.json"
        cards = []
        for party in ("us", "cn"):
            tools.cli(
                "init", "--home", self.home(party), "--agreement", "us-cn-2015", "--party",
                party, "--kind", "state", "--name", f"en={party}", "--organ-name", "en=Desk",
                "--url", f"https://{party}.example.org:7443", "--language", "en",
                "--calendar", CALENDARS / f"{party}.json", "--no-passphrase", "--json")
            cards += ["--card", self.home(party) / "card.json"]
        tools.cli(
            "agreement", "new", "--name", "us-cn-2015", "--title", "en=Benchmark", "--exercise",
            *cards, "--out", agreement, "--effective-from", "2026-01-01T00:00:00Z", "--json")
        for verb in ("sign", "adopt"):
            for party in ("us", "cn"):
                tools.cli("agreement", verb, agreement, "--home", self.home(party), "--json")

    def home(self, party):
        return self.folder / party

    def address(self, party):
        return f"127.0.0.1:{self.ports[party]}"

    def serve(self, party, *options):
        return Node(self, party, options)

    def deliver(self, node, count, connections, *options):
        """Has the load generator deliver as `us`, whose own node must not be serving."""
        return self.tools.load(
            "deliver", "--home", self.home("us"), "--to", node.party, "--address",
            self.address(node.party), "--pid", node.process.pid, "--at", int(time.time()),
            "--count", count, "--connections", connections, *options)


class Node:
    """One `parley serve`, serving when the initialiser returns; stopped by `with`."""

    def __init__(self, village, party, options=()):
        other = {"us": "cn", "cn": "us"}[party]
        self.party = party
        self.socket_path = str(village.home(party) / "node.sock")
        self.lines = []
        self.serving = threading.Event()
        began = time.monotonic()
        self.process = subprocess.Popen(
            [village.tools.parley, "serve", "--home", str(village.home(party)), "--listen",
             village.address(party), "--peer", f"{other}={village.address(other)}", *options],
            stderr=subprocess.PIPE, text=True)
        threading.Thread(target=self.read_log, daemon=True).start()
        if not self.serving.wait(60):
            raise SystemExit("the node does not serve:\n" + "".join(self.lines))
        self.serving_seconds = time.monotonic() - began
        self.wait_for_answer()
        self.answering_seconds = time.monotonic() - began

    def read_log(self):
        for line in self.process.stderr:
            self.lines.append(line)
            if " serving " in line:
                self.serving.set()

    def wait_for_answer(self):
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                connection = LocalConnection(self.socket_path)
                connection.request("GET", "/local/v1/status")
                if connection.getresponse().status == 200:
                    return
            except OSError:
                time.sleep(0.001)
        raise SystemExit("the node does not answer on its socket")

    def memory(self, field):
        """VmRSS or VmHWM in bytes."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return next(
            int(line.split()[1]) * 1024 for line in status.splitlines()
            if line.startswith(field + ":"))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class LocalConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=10)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


# What is measured


class Benchmarks:
    def __init__(self, tools, folder, report):
        self.tools = tools
        self.folder = folder
        self.report = report
        self.fsync_ms = self.verify_rate = self.write_rate = self.intake_rate = None

    def village(self, name):
        return Village(self.tools, self.folder / name)

    def machine(self, with_disk):
        samples = fsync_samples(self.folder / "fsync", FSYNC_COUNT)
        self.fsync_ms = statistics.median(samples) * 1000
        self.report.figure("machine.fsync", 1000 / self.fsync_ms, "/s")
        self.report.figure("machine.fsync-p50", self.fsync_ms, "ms")
        self.verify_rate = self.tools.load("verify-rate")["perSecond"]
        self.report.figure("machine.ed25519-verify", self.verify_rate, "/s")
        if with_disk:
            self.write_rate = disk_write_rate(self.folder / "disk", EXHIBIT_BYTES)
            self.report.figure("machine.disk-write", self.write_rate, "MB/s")

    def intake(self):
        village = self.village("intake")
        bound = ("Ed25519 verifications on one core", self.verify_rate)
        for connections, name in ((1, "intake"), (2, "intake.two-connections")):
            # Each from an empty ledger, so that they compare.
            if connections > 1:
                village = self.village(name)
            with village.serve("cn") as node:
                done = village.deliver(node, INTAKE_STATEMENTS, connections)
            self.intake_rate = done["perSecond"]
            goal = max(3000, 0.4 * self.verify_rate)
            self.report.at_least(name, done["perSecond"], "/s", goal, bound)
            count = done["statements"]
            self.report.figure(f"{name}.node-cpu", done["serverSeconds"] / count * 1e6, "us")
            self.report.figure(
                f"{name}.generator-share-of-cores",
                done["generatorSeconds"] / done["seconds"] / os.cpu_count() * 100, "%")
        self.report.figure("intake.envelope", done["meanEnvelopeBytes"], "bytes")

    def lone(self):
        village = self.village("lone")
        with village.serve("us"), village.serve("cn"):
            done = self.tools.load(
                "lone", "--home", village.home("us"), "--to", "cn", "--at", int(time.time()))
        receipted = done["receiptedMilliseconds"]
        bound = ("five fsyncs", 5 * self.fsync_ms)
        self.report.below(
            "lone.p50", statistics.median(receipted), "ms", 5 * self.fsync_ms + 30, bound)
        self.report.figure("lone.p95", percentile(receipted, 95), "ms", bound)
        self.report.figure(
            "lone.accepted-p50", statistics.median(done["acceptedMilliseconds"]), "ms")

    def latency(self):
        """From when a delivery was due to its answer with the receipts, at half the rate that the
        node has been seen to sustain; the deliveries do not wait for one another."""
        if self.intake_rate is None:
            self.intake()
        rate = self.intake_rate / 2
        village = self.village("latency")
        with village.serve("cn") as node:
            done = village.deliver(
                node, int(rate * LATENCY_SECONDS), 8, "--batch", LATENCY_BATCH, "--per-second",
                rate)
        latencies = done["latencyMilliseconds"]
        self.report.figure("latency.offered", rate, "/s", ("intake", self.intake_rate))
        self.report.figure("latency.receipted", done["perSecond"], "/s")
        bound = ("an fsync", self.fsync_ms)
        self.report.figure("latency.p50", statistics.median(latencies), "ms", bound)
        self.report.below("latency.p99", percentile(latencies, 99), "ms", 200, bound)

    def exhibit(self):
        village = self.village("exhibit")
        plain = self.folder / "exhibit.bin"
        write_noise(plain, EXHIBIT_BYTES)
        with village.serve("us") as us, village.serve("cn") as cn:
            ledger = sqlite3.connect(
                f"file:{village.home('us')}/ledger.sqlite?mode=ro", uri=True)
            sent, sealing, sealing_peak = self.tools.cli(
                "request", "new", "--home", village.home("us"), "--to", "cn", "--kind",
                "information", "--urgency", "normal", "--text", "Is this yours?",
                "--attach", plain, "--json")
            began = time.monotonic()
            while ledger.execute("SELECT count(*) FROM outbox").fetchone()[0] > 0:
                if time.monotonic() - began > 600:
                    raise SystemExit("the exhibit did not arrive in ten minutes")
                time.sleep(0.02)
            sending = time.monotonic() - began
            out = self.folder / "opened"
            _, opening, opening_peak = self.tools.cli(
                "fetch", sent["statement"], "--home", village.home("cn"), "--out", out, "--json")
            peaks = {
                "sealing": sealing_peak, "sending": us.memory("VmHWM"),
                "receiving": cn.memory("VmHWM"), "opening": opening_peak,
            }
        if not same_bytes(plain, out / plain.name):
            raise SystemExit("the exhibit was not opened as it was sealed")
        bound = ("writing and fsyncing a file", self.write_rate)
        size = EXHIBIT_BYTES / MEGABYTE
        self.report.at_least("exhibit.seal", size / sealing, "MB/s", 150, bound)
        self.report.figure("exhibit.send", size / sending, "MB/s", bound)
        self.report.figure("exhibit.open", size / opening, "MB/s", bound)
        for process, peak in peaks.items():
            self.report.below(f"exhibit.{process}-peak", peak / MEGABYTE, "MB", 150)

    def idle(self):
        village = self.village("idle")
        with village.serve("us"), village.serve("cn") as node:
            time.sleep(4)
            self.report.below("idle", node.memory("VmRSS") / MEGABYTE, "MB", 60)

    def startup(self):
        village = self.village("startup")
        with village.serve("cn") as node:
            village.deliver(node, STARTUP_STATEMENTS, 2)
            self.report.figure("startup.peak-after-load", node.memory("VmHWM") / MEGABYTE, "MB")
        serving, answering = [], []
        for _ in range(5):
            with village.serve("cn") as node:
                serving.append(node.serving_seconds)
                answering.append(node.answering_seconds)
                memory = node.memory("VmRSS")
        self.report.below("startup.serving", statistics.median(serving), "s", 2)
        self.report.below("startup.first-answer", statistics.median(answering), "s", 2)
        self.report.figure("startup.memory", memory / MEGABYTE, "MB")
        size = os.path.getsize(village.home("cn") / "ledger.sqlite")
        self.report.figure("startup.ledger-per-statement", size / STARTUP_STATEMENTS, "bytes")

    def events(self):
        """Listeners over TLS, all of whom hear of one statement: memory, and when the last does."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (min(hard, max(soft, EVENT_LISTENERS + 1_000)), hard))
        village = self.village("events")
        home = ("--home", village.home("us"), "--json")
        password = self.folder / "password"
        password.write_text("correct horse battery\n")
        tokens = []
        for number in range(EVENT_ACCOUNTS):
            name = f"officer.{number}"
            self.tools.cli(
                "user", "add", name, "--role", "officer", "--password-file", password, *home)
            tokens.append(
                self.tools.cli("token", "add", name, "feed", "--role", "officer", *home)[0]["token"])
        port, = free_ports(1)
        with village.serve("us", "--api", f"127.0.0.1:{port}", "--four-eyes", "none") as node:
            api = API(port, tokens[0])
            wish = {
                "act": "request.submit", "to": ["cn"],
                "terms": {"kind": "information", "urgency": "normal"},
                "texts": [{"language": "en", "text": "Whose address is it?"}]}
            before = node.memory("VmRSS")
            began = time.monotonic()
            with Listeners(port, tokens, EVENT_LISTENERS) as listeners:
                self.report.figure("events.connected", time.monotonic() - began, "s")
                time.sleep(4)
                memory = node.memory("VmRSS")
                self.report.below("events.memory", memory / MEGABYTE, "MB", EVENT_MEMORY_MB)
                self.report.figure(
                    "events.memory-each", (memory - before) / EVENT_LISTENERS, "bytes")
                last = []
                for _ in range(5):
                    draft = api.call("POST", "/drafts", wish, 201)["draft"]
                    preview = api.call("POST", f"/drafts/{draft}/preview", {})["preview"]
                    listeners.expect('"act":"request.submit"')
                    began = time.monotonic()
                    api.call("POST", f"/drafts/{draft}/statement", {"preview": preview})
                    if not listeners.done.wait(60):
                        raise SystemExit(f"{listeners.heard} of {EVENT_LISTENERS} heard of it")
                    last.append(listeners.last - began)
                self.report.figure("events.last-heard", statistics.median(last), "s")
                self.report.figure("events.memory-after", node.memory("VmRSS") / MEGABYTE, "MB")
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    def files(self):
        """A large file brought and fetched through the API, in one request each way."""
        village = self.village("files")
        home = ("--home", village.home("us"), "--json")
        password = self.folder / "password"
        password.write_text("correct horse battery\n")
        self.tools.cli(
            "user", "add", "officer", "--role", "officer", "--password-file", password, *home)
        token = self.tools.cli(
            "token", "add", "officer", "desk", "--role", "officer", *home)[0]["token"]
        piece = os.urandom(FILE_PIECE_BYTES)
        count, rest = divmod(FILE_BYTES, FILE_PIECE_BYTES)
        pieces = [FILE_PIECE_BYTES] * count + [rest] * (rest > 0)
        size = FILE_BYTES / MEGABYTE
        bound = ("writing and fsyncing a file", self.write_rate)
        port, = free_ports(1)
        with village.serve("us", "--api", f"127.0.0.1:{port}") as node:
            api = API(port, token, timeout=600)
            file = api.call(
                "POST", "/files", {"name": "image.bin", "sizeBytes": FILE_BYTES}, 201)["file"]
            began = time.monotonic()
            api.send(
                f"/files/{file}/content", (piece[:length] for length in pieces), FILE_BYTES,
                {"Content-Type": "application/octet-stream", "Upload-Offset": "0"})
            self.report.figure("files.bring", size / (time.monotonic() - began), "MB/s", bound)
            self.report.below(
                "files.bring-peak", node.memory("VmHWM") / MEGABYTE, "MB", FILE_MEMORY_MB)
            began = time.monotonic()
            with api.fetch(f"/files/{file}/content") as answer:
                for length in pieces:
                    if answer.read(length) != piece[:length]:
                        raise SystemExit("the file is not fetched as it was brought")
            self.report.figure("files.fetch", size / (time.monotonic() - began), "MB/s", bound)
            self.report.below(
                "files.fetch-peak", node.memory("VmHWM") / MEGABYTE, "MB", FILE_MEMORY_MB)

    def audit(self):
        """A log of 32-byte entries in a folder: written by the node's tree code, audited by its
        own. The bound is hashing alone."""
        folder = self.folder / "audit"
        folder.mkdir()
        made = self.tools.load("audit-log", "--folder", folder, "--count", AUDIT_ENTRIES)
        rate = self.tools.load("hash-rate")["entriesPerSecond"]
        bound = ("hashing leaves and nodes on one core", rate)
        arguments = ("audit", folder, "--key", made["key"], "--json")
        one_core = {min(os.sched_getaffinity(0))}
        seconds, peaks = [], []
        for _ in range(3):
            report, elapsed, peak = self.tools.cli(*arguments, cores=one_core)
            if not report["proven"] or report["entries"] != AUDIT_ENTRIES:
                raise SystemExit("the audit did not prove the log")
            seconds.append(elapsed)
            peaks.append(peak)
        goal = min(300_000, 0.7 * rate)
        self.report.at_least(
            "audit", AUDIT_ENTRIES / statistics.median(seconds), "/s", goal, bound)
        elapsed = statistics.median(self.tools.cli(*arguments)[1] for _ in range(3))
        self.report.figure("audit.all-cores", AUDIT_ENTRIES / elapsed, "/s", bound)
        self.report.below("audit.peak", max(peaks) / MEGABYTE, "MB", 100)


    def append(self):
        """Digests into the log: tree, tiles, checkpoint, durable commit, proofs. Then the same with
        a row and its three keys for each entry, which is what a statement has besides its bytes."""
        rate = self.tools.load("hash-rate")["entriesPerSecond"]
        bound = ("hashing leaves and nodes on one core", rate)
        folder = self.folder / "append"
        for name, count, options in (
            ("append", APPEND_ENTRIES, ()), ("append.with-rows", APPEND_ROWS, ("--rows",)),
        ):
            folder.mkdir()
            done = self.tools.load(
                "append", "--folder", folder, "--count", count, "--at", int(time.time()), *options)
            shutil.rmtree(folder)
            if options:
                self.report.figure(name, count / done["seconds"], "/s", bound)
            else:
                self.report.at_least(name, count / done["seconds"], "/s", 50_000, bound)
            early, late = windows(done["marks"])
            self.report.figure(f"{name}.at-the-end", late, "/s", bound)
            self.report_slowing(f"{name}.slowing", (1 - late / early) * 100, bool(options))
            self.report.below(f"{name}.peak", done["peakBytes"] / MEGABYTE, "MB", 150)
            self.report.figure(f"{name}.stored", done["storedBytes"] / count, "bytes")

    def report_slowing(self, name, percent, is_without_goal):
        if is_without_goal:
            self.report.figure(name, percent, "%")
        else:
            self.report.below(name, percent, "%", 20)

    def serving(self):
        """Checkpoint and hash tiles to anybody, over plain HTTP; nginx gets the same load with the
        same files."""
        if not shutil.which("wrk"):
            say("serving: wrk is not installed (Debian has it); nothing is measured")
            return
        village = self.village("serving")
        public, other = (f"127.0.0.1:{port}" for port in free_ports(2))
        with village.serve("cn", "--public", public) as node:
            village.deliver(node, SERVING_STATEMENTS, 2)
            paths = log_paths("/log/us-cn-2015/", SERVING_STATEMENTS)
            mean = copied(public, paths, village.folder / "www")
            rate, p99 = wrk(public, paths, village.folder)
            peak = node.memory("VmHWM")
        with nginx(other, village.folder) as is_there:
            peer, _ = wrk(other, paths, village.folder) if is_there else (None, None)
        bound = ("nginx with the same files", peer) if peer else None
        self.report.at_least("serving", rate, "/s", 20_000, bound)
        self.report.figure("serving.p99", p99, "ms")
        self.report.figure("serving.mean-answer", mean, "bytes")
        self.report.figure("serving.peak", peak / MEGABYTE, "MB")

    def law(self):
        """Answers from the tables of law: whole ones for every pair, one offence for all pairs."""
        timed = self.tools.load("law")
        answers = timed["answerMilliseconds"]
        self.report.below("law.answer-p99", percentile(answers, 99), "ms", LAW_ANSWER_MS)
        self.report.figure("law.answer-p50", percentile(answers, 50), "ms")
        self.report.below("law.all-pairs", timed["pairsSeconds"], "s", LAW_PAIRS_SECONDS)
        self.report.below(
            "law.load-max", max(timed["loadMilliseconds"]), "ms", LAW_LOAD_MS)

    def service(self):
        service.measure(self, free_ports, say)

    def views(self):
        """Threads of ten statements folded into all views on one core, then questions to them. The
        bound is SQLite alone with as many rows and tokens, in the same run."""
        folder = self.folder / "views"
        folder.mkdir()
        done = self.tools.load(
            "view-fold", "--folder", folder, "--agreement", AGREEMENT, "--threads", VIEW_THREADS,
            cores={min(os.sched_getaffinity(0))})
        shutil.rmtree(folder)
        count = done["statements"]
        bound = ("SQLite alone", done["barePerSecond"])
        self.report.at_least("views.fold", count / done["seconds"], "/s", 50_000, bound)
        early, late = first_and_last_tenth(done["marks"])
        self.report.below("views.slowing", (1 - late / early) * 100, "%", 20)
        self.report.figure(
            "views.folding-alone", count / done["foldingSeconds"], "/s")
        self.report.below("views.fold-peak", done["foldPeakBytes"] / MEGABYTE, "MB", 500)
        self.report.below("views.peak", done["peakBytes"] / MEGABYTE, "MB", 500)
        self.report.figure("views.stored", done["storedBytes"] / count, "bytes")
        timed = done["milliseconds"]
        self.report.below(
            "views.one-statement-p99", percentile(timed.pop("incremental"), 99), "ms",
            VIEW_STEP_MS)
        for name, samples in sorted(timed.items()):
            self.report.below(f"views.{name}-p99", percentile(samples, 99), "ms", VIEW_ANSWER_MS)
        self.report.figure(
            "views.thread-of-1000", statistics.median(done["longThread"]), "ms")


def first_and_last_tenth(marks):
    """Entries a second over the first and the last tenth of a run that begins at nothing."""
    marks = [[0, 0], *marks]
    last, end = marks[-1]
    early = next(mark for mark in marks if mark[0] >= last / 10)
    late = next(mark for mark in marks if mark[0] >= last * 0.9)
    return early[0] / early[1], (last - late[0]) / (end - late[1])


def windows(marks):
    """Entries a second over the first hundredth of a run, and over the last tenth."""
    last, end = marks[-1]

    def rate(one, other):
        return (other[0] - one[0]) / (other[1] - one[1])

    early = next(mark for mark in marks[1:] if mark[0] >= last / 100)
    late = next(mark for mark in marks if mark[0] >= last * 0.9)
    return rate(marks[0], early), rate(late, [last, end])


# The machine


def fsync_samples(path, count):
    page = os.urandom(4096)
    samples = []
    with open(path, "wb", buffering=0) as file:
        for _ in range(count):
            began = time.perf_counter()
            file.write(page)
            os.fsync(file.fileno())
            samples.append(time.perf_counter() - began)
    path.unlink()
    return samples


def disk_write_rate(path, size):
    began = time.perf_counter()
    write_noise(path, size)
    elapsed = time.perf_counter() - began
    path.unlink()
    return size / MEGABYTE / elapsed


def write_noise(path, size):
    """A durable file of bytes that do not compress."""
    block = os.urandom(1 << 20)
    with open(path, "wb", buffering=0) as file:
        for written in range(0, size, len(block)):
            file.write(block[:size - written])
        os.fsync(file.fileno())


def same_bytes(one, other):
    with open(one, "rb") as left, open(other, "rb") as right:
        while True:
            piece = left.read(1 << 20)
            if piece != right.read(1 << 20):
                return False
            if not piece:
                return True


def main():
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__.split("\n")[0])
    parser.add_argument("name", nargs="?", choices=NAMES, help="one of them; otherwise all")
    parser.add_argument("--json", action="store_true", help="one JSON object a line per figure")
    parser.add_argument(
        "--folder", type=Path, default=Path(os.path.expanduser("~/.cache")),
        help="where the homes are made and removed: on a disk, about 5 GB (%(default)s)")
    options = parser.parse_args()
    chosen = [options.name] if options.name else NAMES
    tools = Tools(os.environ["PARLEY"], os.environ.get("PARLEY_BENCH") or built_generator())
    options.folder.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="parley-bench-", dir=options.folder))
    try:
        report = Report(options.json)
        benchmarks = Benchmarks(tools, folder, report)
        benchmarks.machine(with_disk=bool({"exhibit", "files"} & set(chosen)))
        for name in NAMES[1:]:
            if name in chosen:
                getattr(benchmarks, name)()
    finally:
        shutil.rmtree(folder)
    return 0 if report.all_met else 1


if __name__ == "__main__":
    sys.exit(main())
