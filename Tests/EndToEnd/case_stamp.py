"""RFC 3161 time-stamps on checkpoints, by an authority that openssl runs."""

import http.server
import threading

from parley import expect, free_port, make_world, run, tool, until

CONFIGURATION = """
[ req ]
distinguished_name = dn
[ dn ]
[ ca ]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[ time ]
basicConstraints = CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[ mail ]
basicConstraints = CA:FALSE
extendedKeyUsage = emailProtection
[ tsa ]
default_tsa = authority
[ authority ]
serial = {folder}/serial
signer_cert = {folder}/time.pem
signer_key = {folder}/time.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


class Authority:
    """A root, a time-stamping key, another for mail, and a server that answers queries."""

    def __init__(self, folder):
        folder.mkdir(parents=True)
        self.folder = folder
        self.configuration = folder / "openssl.cnf"
        self.configuration.write_text(CONFIGURATION.format(folder=folder))
        (folder / "serial").write_text("01\n")
        self.root = self.certificate("root", "ca")
        self.certificate("time", "time", signer="root")
        self.certificate("mail", "mail", signer="root")
        self.server = None

    def path(self, name):
        return self.folder / name

    def certificate(self, name, extensions, signer=None):
        key, certificate = self.path(f"{name}.key"), self.path(f"{name}.pem")
        common = ["-config", self.configuration, "-nodes", "-keyout", key, "-subj", f"/CN={name}"]
        if signer is None:
            tool(
                "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", *common, "-out", certificate, "-days", "1000",
                "-extensions", extensions)
        else:
            request = self.path(f"{name}.csr")
            tool("openssl", "req", "-newkey", "rsa:2048", *common, "-out", request)
            tool(
                "openssl", "x509", "-req", "-in", request, "-CA", self.path(f"{signer}.pem"),
                "-CAkey", self.path(f"{signer}.key"), "-CAcreateserial", "-out", certificate,
                "-days", "900", "-extfile", self.configuration, "-extensions", extensions)
        return certificate

    def answer(self, query, name="answer.tsr"):
        asked, answered = self.path("query.tsq"), self.path(name)
        asked.write_bytes(query)
        tool(
            "openssl", "ts", "-reply", "-config", self.configuration, "-queryfile", asked, "-out",
            answered)
        return answered.read_bytes()

    def signed_anew(self, response, signer, *options):
        """The same TSTInfo under another signer's CMS, as a response again."""
        given, token, info, cms = map(self.path, ("given.tsr", "token", "info", "cms"))
        given.write_bytes(response)
        tool("openssl", "ts", "-reply", "-in", given, "-token_out", "-out", token)
        tool(
            "openssl", "cms", "-verify", "-noverify", "-inform", "DER", "-in", token, "-out", info)
        tool(
            "openssl", "cms", "-sign", "-binary", "-nodetach", "-in", info, "-outform", "DER",
            "-econtent_type", "id-smime-ct-TSTInfo", "-md", "sha256", "-signer",
            self.path(f"{signer}.pem"), "-inkey", self.path(f"{signer}.key"), "-out", cms, *options)
        return sequence(sequence(b"\x02\x01\x00") + cms.read_bytes())

    def start(self):
        authority = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                query = self.rfile.read(int(self.headers["Content-Length"]))
                is_right = self.path == "/tsr" and (
                    self.headers["Content-Type"] == "application/timestamp-query")
                reply = authority.answer(query) if is_right else b""
                self.send_response(200 if is_right else 404)
                self.send_header("Content-Type", "application/timestamp-reply")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *arguments):
                pass

        port = free_port()
        self.server = http.server.HTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{port}/tsr"

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()


def sequence(content):
    size = len(content)
    length = bytes([size]) if size < 128 else (
        bytes([0x80 + (size.bit_length() + 7) // 8])
        + size.to_bytes((size.bit_length() + 7) // 8, "big"))
    return b"\x30" + length + content


def time_stamps(place):
    """Asked for over HTTP and by hand; checked by us and by openssl; refused when not whole."""
    world = make_world(place / "w", parties=("us", "cn"))
    authority = Authority(place / "authority")
    ask = ("request", "new", "--to", "cn", "--kind", "information", "--text")
    root = ("--root", authority.root)
    stamps = world.home("us") / "stamps"
    try:
        empty = world.say("us", "log", "stamp", "--query", place / "no.tsq")
        expect(empty.error["error"] == "log-empty", str(empty))
        world.said("us", *ask, "First.")

        # By hand, with no network.
        query = place / "by-hand.tsq"
        world.said("us", "log", "stamp", "--query", query)
        response = place / "by-hand.tsr"
        response.write_bytes(authority.answer(query.read_bytes()))
        taken = world.said("us", "log", "stamp", "--response", response, *root)
        expect(taken["entryCount"] == 1 and "CN=time" in taken["authority"], str(taken))

        # By HTTP, from the command and by the node itself.
        url = authority.start()
        world.said("us", *ask, "Second.")
        stamped = world.said("us", "log", "stamp", "--authority", url, *root)
        expect(stamped["entryCount"] == 2, str(stamped))
        world.said("us", *ask, "Third.")
        world.serve("us", options=("--time-stamp", url, "--time-stamp-root", str(authority.root)))
        until((stamps / "3.tsr").exists, "the node should have its checkpoint stamped")
        world.stop()
        listed = world.said("us", "log", "stamps", *root)["stamps"]
        expect([one["entryCount"] for one in listed] == [1, 2, 3], str(listed))
        for size in (1, 2, 3):
            note, answer = stamps / f"{size}.note", stamps / f"{size}.tsr"
            tool("openssl", "ts", "-verify", "-data", note, "-in", answer, "-CAfile", authority.root)
            proven = check(world, note, answer, authority.root)
            expect(proven.code == 0 and proven.json["log"] == "us", str(proven))
        wrong = world.say("us", "log", "stamp", "--authority", url + "/x", *root)
        expect(wrong.error["error"] == "http-404", str(wrong))
        refusals(world, place, authority, stamps)
    finally:
        authority.stop()
        world.kill()


def check(world, note, response, root):
    return run(
        "log", "check-stamp", str(note), str(response), "--root", str(root), "--agreement",
        world.agreement, "--json")


def refusals(world, place, authority, stamps):
    note, good = stamps / "1.note", (stamps / "1.tsr").read_bytes()
    odd = place / "odd.tsr"

    def expect_refused(reason, response, of=note, root=authority.root):
        odd.write_bytes(response)
        result = check(world, of, odd, root)
        expect(result.code in (2, 3), f"{reason}: {result}")
        expect(result.error["error"] == reason, f"{reason}: {result}")

    expect_refused("time-stamp-of-other-bytes", good, of=stamps / "2.note")
    expect_refused("time-stamp-authority-unknown", good, root=authority.path("mail.pem"))
    expect_refused("time-stamp-malformed", good[:-1])
    expect_refused("time-stamp-malformed", b"")
    expect_refused("file-too-long", good + bytes(65_536))
    not_granted = sequence(sequence(b"\x02\x01\x02"))
    expect_refused("time-stamp-not-granted", not_granted)
    expect_refused(
        "time-stamp-certificate-unfit", authority.signed_anew(good, "mail", "-cades"))
    expect_refused("time-stamp-signature-wrong", authority.signed_anew(good, "time"))
    whole = authority.signed_anew(good, "time", "-cades")
    odd.write_bytes(whole)
    expect(check(world, note, odd, authority.root).code == 0, "the same signed anew should hold")

    # A turned bit is found, or lies where nothing is said: never another time or serial number.
    said = {name: check(world, note, stamps / "1.tsr", authority.root).json[name]
            for name in ("time", "serial", "policy", "authority")}
    accepted = 0
    for place_in_file in range(0, len(good), 23):
        flipped = bytearray(good)
        flipped[place_in_file] ^= 1
        odd.write_bytes(flipped)
        result = check(world, note, odd, authority.root)
        expect(result.code in (0, 3), f"byte {place_in_file}: {result}")
        if result.code == 0:
            accepted += 1
            expect(said.items() <= result.json.items(), f"byte {place_in_file}: {result}")
    expect(accepted <= 2, f"{accepted} turned bits were passed over")


CASES = [time_stamps]
