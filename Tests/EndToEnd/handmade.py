"""A peer made by hand: no line of Parley's code, and free to say what a node never would.

Written from Spec/exchange.md, Spec/statement.md and the C2SP texts. Ed25519 is the openssl
program's.
"""

import base64
import datetime
import hashlib
import http.client
import json
import ssl
import threading
from dataclasses import dataclass, field

from ledger import consistency_proof, inclusion_proof, leaf_hash, root
from parley import LIMIT_SECONDS, Failed, expect, tool

DELIVERY_TYPE = "application/vnd.parley.delivery.v1"
STATEMENT_TYPE = "application/vnd.parley.statement.v1+json"
REFUSAL_TYPE = "application/vnd.parley.refusal.v1+json"
BODY_TYPE = "application/vnd.parley.body.v1+json"
CHECKPOINT, KNOWN_SIZE, STATEMENT, INCLUSION, BLOB = b"C", b"K", b"S", b"I", b"B"


def canonical(value):
    """RFC 8785 for what is sent here: ASCII names, whole numbers."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest_text(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def base64_text(data):
    return base64.b64encode(data).decode()


def secret(home, purpose):
    """The private key of a home whose key files are not encrypted."""
    fields = json.loads((home / "keys" / f"{purpose}.key.json").read_bytes())
    return base64.b64decode(fields["plain"])


# Ed25519 --------------------------------------------------------------------------------------


class Signer:
    """An Ed25519 private key in a file of the case's own folder."""

    # RFC 8410: what stands before the 32 bytes of a key in DER.
    PRIVATE_HEAD = bytes.fromhex("302e020100300506032b657004220420")
    PUBLIC_HEAD = bytes.fromhex("302a300506032b6570032100")

    def __init__(self, seed, file):
        self.file = file
        file.write_bytes(pem("PRIVATE KEY", self.PRIVATE_HEAD + seed))
        public = tool("openssl", "pkey", "-in", file, "-pubout", "-outform", "DER")
        self.public = public[len(self.PUBLIC_HEAD):]

    def sign(self, message):
        # One file a thread: openssl signs Ed25519 from a file alone.
        source = self.file.with_suffix(f".{threading.get_ident()}")
        source.write_bytes(message)
        return tool("openssl", "pkeyutl", "-sign", "-rawin", "-inkey", self.file, "-in", source)

    @property
    def key_id(self):
        return "ed25519:" + hashlib.sha256(self.public).hexdigest()


def is_signed(public, message, signature, folder):
    key, source, signed = (folder / name for name in ("public.pem", "message", "signature"))
    key.write_bytes(pem("PUBLIC KEY", Signer.PUBLIC_HEAD + public))
    source.write_bytes(message)
    signed.write_bytes(signature)
    try:
        tool(
            "openssl", "pkeyutl", "-verify", "-rawin", "-pubin", "-inkey", key, "-in", source,
            "-sigfile", signed)
    except Failed:
        return False
    return True


def pem(kind, der):
    return f"-----BEGIN {kind}-----\n{base64_text(der)}\n-----END {kind}-----\n".encode()


def pre_authentication(payload_type, payload):
    head = f"DSSEv1 {len(payload_type)} {payload_type} {len(payload)} "
    return head.encode() + payload


# TLS ------------------------------------------------------------------------------------------


@dataclass
class Reply:
    """What came back; status 0 and a fault when the connection gave no answer."""

    status: int
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    fault: str = ""

    @property
    def reason(self):
        """The reason code of a problem document; none for any other answer."""
        if self.headers.get("content-type") != "application/problem+json":
            return None
        return json.loads(self.body)["reason"]

    def __str__(self):
        return f"{self.status} {self.reason or self.fault or self.body[:80]}"


def tls_files(home):
    """A home's TLS certificate and its private key as PEM files."""
    key = home.parent / f"{home.name}-tls.pem"
    key.write_bytes(secret(home, "tls"))
    return home / "tls-certificate.pem", key


def client_context(files):
    """A client that shows a certificate, or none, and believes any server."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    if files:
        context.load_cert_chain(*files)
    return context


def fresh_key(folder, name="stranger"):
    """A certificate and key that no agreement lists."""
    key, certificate = folder / f"{name}.key", folder / f"{name}.pem"
    tool(
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
        "-nodes", "-keyout", key, "-out", certificate, "-subj", f"/CN={name}", "-days", "1000")
    return certificate, key


def send(port, context, method, path, headers, body=b""):
    """One request on a connection of its own."""
    connection = http.client.HTTPSConnection(
        "127.0.0.1", port, context=context, timeout=LIMIT_SECONDS)
    try:
        try:
            connection.request(method, path, body=body, headers=headers)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
            # A server may answer and close before it has read everything.
            if connection.sock is None:
                raise
        answer = connection.getresponse()
        return Reply(
            answer.status, {name.lower(): value for name, value in answer.getheaders()},
            answer.read())
    except (OSError, http.client.HTTPException) as error:
        return Reply(0, fault=f"{type(error).__name__}: {error}")
    finally:
        connection.close()


# Frames (Spec/exchange.md §3) -----------------------------------------------------------------


def frame(kind, content):
    return kind + len(content).to_bytes(4, "big") + content


def frames(data):
    found = []
    while data:
        size = int.from_bytes(data[1:5], "big")
        expect(len(data) >= 5 + size, "an answer's frame is cut short")
        found.append((data[:1], data[5:5 + size]))
        data = data[5 + size:]
    return found


def outcomes(body):
    """The outcomes in a delivery's answer, as lists of frames, one list for each statement."""
    found = frames(body)
    expect([kind for kind, _ in found[:2]] == [b"W", b"C"], "an answer begins with W and C")
    grouped = []
    for kind, content in found[2:]:
        # A receipt given before (T) goes together with the author's proof (P).
        if kind == b"P" and grouped and grouped[-1][-1][0] == b"T":
            grouped[-1].append((kind, content))
        else:
            grouped.append([(kind, content)])
    return grouped


# Logs -----------------------------------------------------------------------------------------


class HandmadeLog:
    """A log of statement ids that signs whatever its owner says."""

    def __init__(self, verifier_key, signer):
        self.origin, self.key_id, _ = verifier_key.split("+", 2)
        self.signer = signer
        self.entries = []

    def append(self, envelope):
        self.entries.append(hashlib.sha256(envelope).digest())
        return len(self.entries) - 1

    @property
    def leaves(self):
        return [leaf_hash(entry) for entry in self.entries]

    def note(self):
        text = f"{self.origin}\n{len(self.entries)}\n{base64_text(root(self.entries))}\n".encode()
        signature = bytes.fromhex(self.key_id) + self.signer.sign(text)
        return text + f"\n\u2014 {self.origin} {base64_text(signature)}\n".encode()

    def add_checkpoint(self, old_size):
        proof = consistency_proof(old_size, self.leaves)
        lines = [f"old {old_size}"] + [base64_text(hash) for hash in proof]
        return ("\n".join(lines) + "\n\n").encode() + self.note()

    def place(self, index):
        return index.to_bytes(8, "big") + b"".join(inclusion_proof(index, self.leaves))


# The peer -------------------------------------------------------------------------------------


class HandmadePeer:
    """A party of a world that has a home and, instead of a node, this."""

    def __init__(self, world, party, to="cn"):
        self.world, self.party, self.to = world, party, to
        self.home = world.home(party)
        self.agreement = world.agreement_fields()
        self.agreement_id = world.agreement_id()
        self.context = client_context(tls_files(self.home))
        folder = self.home.parent
        self.signer = Signer(secret(self.home, "signing"), folder / f"{party}-signing.pem")
        log = Signer(secret(self.home, "log"), folder / f"{party}-log.pem")
        self.log = HandmadeLog(self.entry(party)["node"]["logKey"], log)
        self.cosigned_size = 0

    def entry(self, party):
        return next(one for one in self.agreement["parties"] if one["id"] == party)

    def header(self, blobs, thread=None, **changes):
        """A lawful submission whose body is the first blob and whose exhibits are the others."""
        thread = thread or hashlib.sha256(b"".join(blobs)).digest()[:16]
        references = [
            {"digest": digest_text(blob), "mediaType": BODY_TYPE, "sealed": True,
             "sizeBytes": len(blob)}
            for blob in blobs
        ]
        for exhibit in references[1:]:
            exhibit["mediaType"] = "application/octet-stream"
        now = datetime.datetime.now(datetime.timezone.utc)
        return {
            "parley": "statement/1", "agreement": self.agreement_id,
            "thread": base64.b32encode(thread).decode().lower().rstrip("="),
            "act": "request.submit", "from": {"party": self.party, "organ": "poc"},
            "to": [self.to], "answers": [], "at": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "terms": {"kind": "information", "urgency": "normal"},
            "body": references[0], "exhibits": references[1:],
        } | changes

    def sign(self, header, *signers, signature=None):
        """The stored form of a DSSE envelope over the header."""
        payload = canonical(header)
        message = pre_authentication(STATEMENT_TYPE, payload)
        signatures = sorted(
            ({"keyid": signer.key_id, "sig": base64_text(signature or signer.sign(message))}
             for signer in signers or (self.signer,)),
            key=lambda one: one["keyid"])
        return canonical({
            "payload": base64_text(payload), "payloadType": STATEMENT_TYPE,
            "signatures": signatures,
        })

    def delivery(self, *items, old_size=None):
        """A delivery's bytes; each item is an envelope and the blobs that go with it inline."""
        indices = [self.log.append(envelope) for envelope, _ in items]
        return self.delivery_again(*zip(items, indices), old_size=old_size)

    def delivery_again(self, *placed, old_size=None):
        """The same for statements that stand in the log already, with their places."""
        old_size = self.cosigned_size if old_size is None else old_size
        data = frame(CHECKPOINT, self.log.add_checkpoint(old_size)) + frame(KNOWN_SIZE, b"0")
        for (envelope, blobs), index in placed:
            data += b"".join(frame(BLOB, blob) for blob in blobs)
            data += frame(STATEMENT, envelope) + frame(INCLUSION, self.log.place(index))
        return data

    def headers(self, **changes):
        named = {"Content-Type": DELIVERY_TYPE, "Parley-Agreement": self.agreement_id}
        return named | {name.replace("_", "-"): value for name, value in changes.items()}

    def post(self, body, context=None, **headers):
        """Delivers bytes as they are; remembers what the other side has cosigned then."""
        size = len(self.log.entries)
        reply = send(
            self.world.ports[self.to], context or self.context, "POST",
            "/exchange/v1/deliver", self.headers(**headers), body)
        if reply.status == 200:
            self.cosigned_size = size
        return reply

    def deliver(self, *items):
        """Delivers statements and returns their outcomes, each a list of frames."""
        reply = self.post(self.delivery(*items))
        expect(reply.status == 200, f"the delivery was answered {reply}")
        found = outcomes(reply.body)
        expect(len(found) == len(items), f"{len(found)} outcomes for {len(items)} statements")
        return found

    def blob(self, method, blob_id, body=b"", **headers):
        return send(
            self.world.ports[self.to], self.context, method,
            "/exchange/v1/blobs/" + blob_id.removeprefix("sha256:"), self.headers(**headers), body)

    def refusal_reason(self, outcome, envelope):
        """The reason in a signed refusal, once its signature and what it is about are checked."""
        expect([kind for kind, _ in outcome] == [b"X"], f"not a refusal: {outcome[0][0]}")
        refusal = json.loads(outcome[0][1])
        expect(refusal["payloadType"] == REFUSAL_TYPE, f"it is a {refusal['payloadType']}")
        payload = base64.b64decode(refusal["payload"])
        organ = self.entry(self.to)["organs"][0]
        public = base64.b64decode(organ["signingKeys"][0]["keys"]["ed25519"])
        expect(
            is_signed(
                public, pre_authentication(REFUSAL_TYPE, payload),
                base64.b64decode(refusal["signatures"][0]["sig"]), self.home.parent),
            "the refusal is not signed by the organ that refuses")
        document = json.loads(payload)
        expect(
            document["statement"] == digest_text(envelope)
            and document["agreement"] == self.agreement_id
            and document["by"] == {"party": self.to, "organ": "poc"} and document["explanation"],
            f"the refusal says {document}")
        return document["reason"]
