"""Whoever abuses a running node by what is asked of it: guessing, flooding, smuggling words."""

import http.client
import re
import socket

from case_attack import HEAD, Line, context, resident, still_well
from case_service import API, PASSWORD, people, serve_api
from parley import LIMIT_SECONDS, expect, free_port, make_world, until

WRONG = "wrong horse battery"
# A stranger's refused tries leave no more lines than this in the trail, however many they are.
LINES_LIMIT = 40


def tried(port, name, password, place="127.0.0.1", headers=None):
    """Status, reason and Retry-After of one try to sign in, from an address of this machine."""
    connection = http.client.HTTPSConnection(
        "127.0.0.1", port, timeout=LIMIT_SECONDS, context=context(), source_address=(place, 0))
    body = f'{{"name":"{name}","password":"{password}"}}'
    connection.request(
        "POST", "/api/v1/session", body=body,
        headers={"Content-Type": "application/json", **(headers or {})})
    answer = connection.getresponse()
    read = answer.read().decode()
    connection.close()
    reason = re.search(r'"reason":"([^"]*)"', read)
    return answer.status, reason[1] if reason else "", answer.getheader("retry-after")


def guessed_passwords(place):
    """Guessing waits, by name and by place, whatever the guesser says of where it is."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        port = serve_api(world)
        people(world, ("officer", "auditor", "approver"))
        before = resident(world.nodes["us"])
        for number in range(5):
            # A name in a header moves nobody elsewhere.
            heard = tried(
                port, "officer", WRONG, "127.0.0.2", {
                    "X-Forwarded-For": f"192.0.2.{number}", "X-Real-IP": f"192.0.2.{number}",
                    "Forwarded": f"for=192.0.2.{number}"})
            expect(heard[:2] == (401, "sign-in-refused"), str(heard))
        for name, password, at in (
                ("officer", WRONG, "127.0.0.2"), ("officer", PASSWORD, "127.0.0.2"),
                # The name waits wherever it is tried from, the place whatever name it tries.
                ("officer", PASSWORD, "127.0.0.3"), ("auditor", PASSWORD, "127.0.0.2")):
            status, reason, wait = tried(port, name, password, at)
            expect(
                (status, reason) == (429, "sign-in-waits") and 0 < int(wait) <= 30,
                f"{name} from {at}: {status} {reason} {wait}")
        expect(tried(port, "auditor", PASSWORD, "127.0.0.3")[0] == 201, "others sign in")
        # Many names from one place.
        for number in range(5):
            tried(port, f"name{number}", WRONG, "127.0.0.4")
        heard = tried(port, "approver", PASSWORD, "127.0.0.4")
        expect(heard[:2] == (429, "sign-in-waits"), f"many names from one place: {heard}")
        count = world.said("us", "trail", "list", "--limit", "1")["count"]
        flood(port)
        grown = world.said("us", "trail", "list", "--limit", "1")["count"] - count
        expect(grown < LINES_LIMIT, f"{grown} lines in the trail for 600 refused tries")
        expect(tried(port, "approver", PASSWORD, "127.0.0.5")[0] == 201, "others sign in")
        still_well(world, port, before)
    finally:
        world.kill()


def flood(port):
    """600 tries by nobody, over one connection: malformed, unknown, and too many."""
    connection = http.client.HTTPSConnection(
        "127.0.0.1", port, timeout=LIMIT_SECONDS, context=context(),
        source_address=("127.0.0.6", 0))
    seen = set()
    for number in range(200):
        for method, path, body, headers in (
                ("POST", "/session", "{", {"Content-Type": "application/json"}),
                ("POST", "/first", '{"first":"first_a","name":"eve","password":"' + PASSWORD + '"}',
                 {"Content-Type": "application/json"}),
                ("GET", "/accounts", None, {"Authorization": f"Bearer parley_{number:0>52}"})):
            connection.request(method, "/api/v1" + path, body=body, headers=headers)
            answer = connection.getresponse()
            answer.read()
            seen.add(answer.status)
    connection.close()
    expect(seen == {400, 401, 429}, f"refused, and then too often: {seen}")


def guessed_address(place):
    """The first administrator's address is not found by trying, and works when it is known."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        port = serve_api(world)
        log = (world.folder / "us.log").read_text()
        first = re.search(r"/first/(first_\w+)", log)[1]
        make = {"name": "boss", "password": PASSWORD}
        statuses = set()
        for number in range(200):
            wrong = first[:20] + chr(ord("a") + number % 26) * 37 + "a"
            code, headers, _ = API(port).call("POST", "/first", {**make, "first": wrong})
            statuses.add((code, headers.getheader("retry-after")))
        expect(statuses <= {(401, None), (429, "1")}, str(statuses))

        def is_made():
            code, _, _ = API(port).call("POST", "/first", {**make, "first": first})
            return code == 201

        until(is_made, "whoever has the address is let in when the flood is over")
        API(port).sign_in("boss")
        kept = world.said("us", "trail", "list", "--limit", "1000")
        expect(kept["count"] < LINES_LIMIT, f"{kept['count']} lines")
        expect(first not in str(kept), "the address is in no trail")
    finally:
        world.kill()


def flooded_witness(place):
    """Who asks for cosignatures without end is told to wait; the log is read all the same."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        public = free_port()
        port = serve_api(world, options=("--public", f"127.0.0.1:{public}"))
        before = resident(world.nodes["us"])
        for path in ("/witness/add-checkpoint", "/witness/forks"):
            for listener in ("public", "exchange"):
                connection = http.client.HTTPConnection("127.0.0.1", public)
                if listener == "exchange":
                    connection = http.client.HTTPSConnection(
                        "127.0.0.1", world.ports["us"], context=context())
                seen = {}
                for _ in range(600):
                    connection.request("POST", path, body=b"old 0\n\nnothing\n")
                    answer = connection.getresponse()
                    answer.read()
                    seen[answer.status] = answer.getheader("retry-after")
                connection.close()
                expect(
                    seen.get(429) == "1" and all(400 <= one < 500 for one in seen),
                    f"{listener}{path}: {seen}")
        statuses = Line(public, tls=False).send(
            f"GET /log/example.org/checkpoint HTTP/1.1\r\n{HEAD}Connection: close\r\n\r\n").statuses()
        expect(statuses and statuses[0] not in (429, 503), f"the log is read: {statuses}")
        still_well(world, port, before)
    finally:
        world.kill()


def smuggled_words(place):
    """Words from outside reach no header, no other address, and no log of the node."""
    world = make_world(place / "w", parties=("us", "cn"))
    trap = socket.create_server(("127.0.0.1", 0))
    trap.setblocking(False)
    url = f"http://127.0.0.1:{trap.getsockname()[1]}/trap"
    try:
        port = serve_api(world)
        people(world, ("officer",))
        before = resident(world.nodes["us"])
        officer = API(port).sign_in("officer")
        token = officer.done(
            "POST", "/account/tokens", {"label": "feed", "roles": ["officer"]}, status=201)["token"]
        for path in (
                "/threads/%0d%0aSet-Cookie:%20a=b", "/threads/a%0aSet-Cookie:%20a=b",
                "/account/tokens/%0d%0aSet-Cookie:%20a=b", "/drafts/%E5%98%8A%E5%98%8DSet-Cookie:a",
                "/trail?account=%0d%0aSet-Cookie:%20a=b", "/search?text=%0d%0aSet-Cookie:%20a=b"):
            answer = Line(port).send(
                f"GET /api/v1{path} HTTP/1.1\r\n{HEAD}Authorization: Bearer {token}\r\n"
                "Connection: close\r\n\r\n").rest()
            head = answer.split(b"\r\n\r\n")[0].lower()
            expect(b"\r\nset-cookie" not in head and answer[9:10] in b"24", str(answer[:300]))
        for label in ("a\r\nb", "a b", "../x", "x" * 65, "<b>", ""):
            officer.refused(
                400, "field-wrong", "POST", "/account/tokens",
                {"label": label, "roles": ["officer"]})
        asks_elsewhere(port, officer, url)
        try:
            trap.accept()
            expect(False, "the node has connected to an address that somebody wrote")
        except BlockingIOError:
            pass
        expect(url not in (world.folder / "us.log").read_text(), "nor has it logged it")
        still_well(world, port, before)
    finally:
        trap.close()
        world.kill()


def asks_elsewhere(port, officer, url):
    """Writes an address wherever words can stand."""
    host = url.split("/")[2]
    for head in (
            f"GET {url} HTTP/1.1\r\n{HEAD}", f"GET /api/v1/openapi.json HTTP/1.1\r\nHost: {host}\r\n",
            f"CONNECT {host} HTTP/1.1\r\n{HEAD}",
            f"GET /api/v1/openapi.json HTTP/1.1\r\n{HEAD}X-Forwarded-Host: {host}\r\nReferer: {url}\r\n"
            f"Origin: {url}\r\nX-Original-URL: {url}\r\nProxy: {url}\r\nVia: 1.1 {host}\r\n"):
        Line(port).send(f"{head}Connection: close\r\n\r\n").rest()
    wish = {
        "act": "request.submit", "to": ["cn"], "terms": {"kind": "information", "urgency": "normal"},
        "texts": [{"language": "en", "text": f"See {url} and <img src='{url}'>."}],
        "fields": {"source": url}}
    made = officer.done("POST", "/drafts", wish, status=201)
    officer.call("POST", f"/drafts/{made['draft']}/preview", {})
    officer.call("GET", "/search?text=" + url.replace("/", "%2f").replace(":", "%3a"))


CASES = [guessed_passwords, guessed_address, flooded_witness, smuggled_words]
