"""Signing in at somebody else's OpenID Connect provider, over TLS, at a real node.

    PARLEY=… python3 check_oidc.py

The provider is oidc-provider-mock (on Authlib), run here with a certificate of an authority made
for the occasion. Others that answer wrongly are made by hand below.
"""

import contextlib
import http.client
import http.server
import ipaddress
import json
import logging
import pathlib
import ssl
import sys
import tempfile
import threading
import urllib.parse
import warnings

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "EndToEnd"))

warnings.filterwarnings("ignore")

import oidc_provider_mock  # noqa: E402
import werkzeug.serving  # noqa: E402
from cryptography import x509  # noqa: E402

from certificates import certificate  # noqa: E402
from case_service import API, people  # noqa: E402
from parley import expect, free_port, make_world  # noqa: E402

SUBJECT = "24400320"


@contextlib.contextmanager
def provider(folder, **options):
    """The provider on the loopback, over TLS; its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "provider.pem", folder / "provider.key")
    server = werkzeug.serving.make_server(
        "127.0.0.1", 0, oidc_provider_mock.app(**options), threaded=True, ssl_context=context)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


@contextlib.contextmanager
def liar(folder, answers):
    """A server over TLS that gives each path a status, headers and body; counts what is asked."""
    asked = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            status, headers, body = answers(f"https://127.0.0.1:{port}").get(
                self.path, (404, {}, b""))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "provider.pem", folder / "provider.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"https://127.0.0.1:{port}", asked
    finally:
        server.shutdown()
        thread.join()


def serve(world, folder, issuer, *more):
    port = free_port()
    world.serve("us", options=(
        "--api", f"127.0.0.1:{port}", "--oidc-issuer", issuer, "--oidc-client", "parley",
        "--oidc-secret-file", str(folder / "secret"), "--oidc-origin", f"https://127.0.0.1:{port}",
        *more))
    return port


def near(folder):
    return ("--oidc-private", "--oidc-roots", str(folder / "authority.pem"))


def begin(port):
    """The provider's address and the browser's cookie."""
    status, headers, answer = API(port).call("GET", "/session/oidc")
    expect(status == 200, f"begin: {status} {answer}")
    cookie = headers.getheader("set-cookie")
    expect(
        cookie.startswith("__Host-parley-oidc=po_") and all(
            part in cookie for part in ("; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/",
                                        "; Max-Age=600")), cookie)
    return answer["address"], cookie.split(";")[0]


def approve(folder, address, **form):
    """What the person does at the provider; the query with which the browser is sent back."""
    url = urllib.parse.urlsplit(address)
    context = ssl.create_default_context(cafile=folder / "authority.pem")
    connection = http.client.HTTPSConnection(url.netloc, context=context, timeout=60)
    connection.request(
        "POST", f"{url.path}?{url.query}", body=urllib.parse.urlencode(form),
        headers={"Content-Type": "application/x-www-form-urlencoded"})
    answer = connection.getresponse()
    answer.read()
    back = answer.getheader("location")
    expect(answer.status in (302, 303) and back, f"the provider answers {answer.status}")
    expect("/api/v1/session/oidc/callback?" in back, back)
    return urllib.parse.urlsplit(back).query


def end(port, query, cookie, **headers):
    sent = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", **headers}
    if cookie:
        sent["Cookie"] = cookie
    return API(port).call("GET", "/session/oidc/callback?" + query, headers=sent)


def refused(port, query, cookie, reason, status=401):
    code, _, answer = end(port, query, cookie)
    expect((code, answer["reason"]) == (status, reason), f"{reason}: {code} {answer}")


def signs_in(world, folder):
    with provider(folder, require_nonce=True) as issuer:
        # The node asks a second factor of everybody: the provider's own counts.
        port = serve(world, folder, issuer, *near(folder), "--second-factor", "all")
        address, cookie = begin(port)
        query = approve(folder, address, sub=SUBJECT)
        refused(port, query, cookie, "oidc-not-linked")
        world.said("us", "user", "link", "officer", "--subject", SUBJECT, "--only")
        address, cookie = begin(port)
        query = approve(folder, address, sub=SUBJECT)
        status, headers, answer = end(port, query, cookie)
        cookies = headers.headers.get_all("set-cookie")
        expect(status == 200 and answer["name"] == "officer", f"{status} {answer}")
        expect(
            cookies[0].startswith("__Host-parley=ps_") and "SameSite=Strict" in cookies[0]
            and cookies[1].startswith("__Host-parley-oidc=;"), str(cookies))
        officer = API(port)
        officer.cookie = cookies[0].split(";")[0]
        expect(officer.done("GET", "/session")["name"] == "officer", "a session like any other")
        officer.done("GET", "/queue")
        by_pages(port, folder)
        API(port).refused(
            401, "sign-in-refused", "POST", "/session",
            {"name": "officer", "password": "correct horse battery"})
        print("ok signs in at the provider, over TLS, and has no password to try")
        wrong_answers(port, folder, query, cookie)
        entries = world.said("us", "trail", "list", "--operation", "oidc.end")["entries"]
        said = [(one["outcome"], one["object"]) for one in entries]
        expect(
            said[:2] == [("oidc-not-linked", ""), ("done", "officer")]
            and ("oidc-state-wrong", "") in said, str(said))
        print("ok each sign-in and each refusal is in the trail")
        world.stop()


def page(port, path, **headers):
    connection = http.client.HTTPSConnection(
        "127.0.0.1", port, context=ssl._create_unverified_context(), timeout=60)
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer, answer.read().decode()


def by_pages(port, folder):
    """The same in a browser: a link leads to the provider, and a page of the node to the desk."""
    _, shown = page(port, "/en/sign-in")
    expect('href="/en/sign-in/provider"' in shown, "the way to the provider stands at sign-in")
    answer, _ = page(port, "/en/sign-in/provider")
    cookie = answer.getheader("set-cookie").split(";")[0]
    expect(answer.status == 303 and cookie.startswith("__Host-parley-oidc=po_"), cookie)
    query = approve(folder, answer.getheader("location"), sub=SUBJECT)
    # A strict cookie is not sent along a redirect that another site began.
    answer, shown = page(
        port, "/api/v1/session/oidc/callback?" + query, Cookie=cookie, Accept="text/html",
        **{"Sec-Fetch-Site": "cross-site"})
    expect(
        answer.status == 200 and answer.getheader("refresh") == "0; url=/desk"
        and 'href="/zh/desk"' in shown, f"{answer.status} {shown}")
    session = answer.headers.get_all("set-cookie")[0].split(";")[0]
    answer, _ = page(port, "/en/desk", Cookie=session)
    expect(answer.status == 200, f"the desk: {answer.status}")
    print("ok a browser is led to the provider and back to the desk")


def wrong_answers(port, folder, used, used_cookie):
    refused(port, used, used_cookie, "oidc-not-begun")
    address, cookie = begin(port)
    query = approve(folder, address, sub=SUBJECT)
    refused(port, query, None, "oidc-not-begun")
    refused(port, query, "__Host-parley-oidc=po_" + "a" * 52, "oidc-not-begun")
    # Somebody else's answer, put before this browser.
    other = approve(folder, begin(port)[0], sub="eve")
    refused(port, other, cookie, "oidc-state-wrong")
    refused(port, query, cookie, "oidc-not-begun")
    address, cookie = begin(port)
    query = approve(folder, address, sub=SUBJECT)
    fields = dict(urllib.parse.parse_qsl(query))
    invented = urllib.parse.urlencode({**fields, "code": "invented"})
    refused(port, invented, cookie, "oidc-answer-wrong", status=502)
    # A code is good for the sign-in that it was given for: its nonce is another.
    (mine, cookie), (theirs, _) = begin(port), begin(port)
    code = dict(urllib.parse.parse_qsl(approve(folder, theirs, sub=SUBJECT)))["code"]
    state = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(mine).query))["state"]
    refused(
        port, urllib.parse.urlencode({"code": code, "state": state}), cookie, "oidc-nonce-wrong")
    for query, reason in (("code=a&code=b", "field-wrong"), ("x=1", "field-unknown"),
                          ("code=" + "x" * 2049, "field-wrong")):
        refused(port, query, None, reason, status=400)
    print("ok another's, a used, an invented answer and one without a cookie let nobody in")


def configuration(issuer, **changes):
    return json.dumps({
        "issuer": issuer, "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token", "jwks_uri": f"{issuer}/keys"} | changes).encode()


def lies(world, folder):
    """What a provider, or who poses as it, must not get the node to do."""
    place = "/.well-known/openid-configuration"
    for words, reason, answers in (
            ("a redirect is not followed", "oidc-answer-wrong", lambda me: {
                place: (302, {"Location": f"{me}/elsewhere"}, b""),
                "/elsewhere": (200, {}, configuration(me))}),
            ("a document past the limit is not read", "oidc-document-too-long", lambda me: {
                place: (200, {}, configuration(me) + b" " * 65_536)}),
            ("an endless object is no document", "oidc-document-malformed", lambda me: {
                place: (200, {}, b"[" * 5000)}),
            ("another issuer's configuration is refused", "oidc-issuer-wrong", lambda me: {
                place: (200, {}, configuration("https://127.0.0.1:1"))}),
            ("plain HTTP to another machine is refused", "oidc-address-refused", lambda me: {
                place: (200, {}, configuration(me, jwks_uri="http://192.0.2.1/keys"))})):
        with liar(folder, answers) as (issuer, asked):
            port = serve(world, folder, issuer, *near(folder))
            API(port).refused(
                401 if reason == "oidc-issuer-wrong" else 502, reason, "GET", "/session/oidc")
            expect(asked == [place], f"asked for {asked}")
            world.stop()
        print("ok", words)
    with liar(folder, lambda me: {place: (200, {}, configuration(me))}) as (issuer, asked):
        port = serve(world, folder, issuer, "--oidc-roots", str(folder / "authority.pem"))
        API(port).refused(502, "oidc-address-refused", "GET", "/session/oidc")
        world.stop()
        port = serve(world, folder, issuer, "--oidc-private")
        API(port).refused(502, "oidc-unreachable", "GET", "/session/oidc")
        expect(asked == [], "nothing was asked")
        world.stop()
    print("ok this machine, and who shows a certificate of no authority, is not asked")


def settings(world, folder):
    (folder / "open").write_text("secret\n")
    (folder / "open").chmod(0o644)
    common = (
        "serve", "--api", "127.0.0.1:1", "--listen", "127.0.0.1:1", "--oidc-client", "parley",
        "--oidc-origin", "https://us.example.org:8443")
    for more, reason in (
            (("--oidc-issuer", "https://id.example.org", "--oidc-secret-file", folder / "open"),
             "file-open-to-others"),
            (("--oidc-issuer", "http://id.example.org", "--oidc-secret-file", folder / "secret"),
             "address-malformed"),
            (("--oidc-issuer", "http://127.0.0.1:9", "--oidc-secret-file", folder / "secret"),
             "address-malformed")):
        result = world.say("us", *common, *more)
        expect(result.code == 2 and result.error["error"] == reason, f"{reason}: {result}")
    print("ok a secret that others may read, and plain HTTP, are refused at the start")


def main():
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        authority = certificate(folder, "authority", None)
        certificate(
            folder, "provider", [x509.IPAddress(ipaddress.ip_address("127.0.0.1"))], authority)
        (folder / "secret").write_text("a secret of the node's\n")
        (folder / "secret").chmod(0o600)
        world = make_world(folder / "w", parties=("us", "cn"))
        people(world)
        try:
            settings(world, folder)
            signs_in(world, folder)
            lies(world, folder)
            expect(
                "a secret of the node's" not in (world.folder / "us.log").read_text(),
                "no secret is written down")
        except Exception as fault:
            print("FAILED", fault)
            return 1
        finally:
            world.kill()
    return 0


if __name__ == "__main__":
    sys.exit(main())
