"""A witness of no party: C2SP tlog-witness, tlog-cosignature and RFC 6962, written from the texts."""

import base64
import hashlib
import http.server
import ssl
import threading
import time

from handmade import Signer, base64_text, fresh_key
from parley import free_port


def verifier_key(name, public):
    data = b"\x04" + public
    number = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    return f"{name}+{number.hex()}+{base64_text(data)}", number


def grows(old_size, old_root, size, root, proof):
    """RFC 9162 §2.1.4.2: whether the tree of `size` begins with the other."""
    if old_size == 0:
        return not proof
    if old_size == size:
        return not proof and old_root == root
    if old_size & (old_size - 1) == 0:
        proof = [old_root] + proof
    if not proof:
        return False
    node, last = old_size - 1, size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    first = second = proof[0]
    for hash in proof[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            first, second = joined(hash, first), joined(hash, second)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            second = joined(second, hash)
        node, last = node >> 1, last >> 1
    return last == 0 and first == old_root and second == root


def joined(one, other):
    return hashlib.sha256(b"\x01" + one + other).digest()


class OutsideWitness:
    """Serves over HTTPS while `serving`; `twist` changes what it signs with, or the time."""

    def __init__(self, folder, name="witness.example.net"):
        folder.mkdir(parents=True, exist_ok=True)
        self.name, self.port = name, free_port()
        self.signer = Signer(hashlib.sha256(name.encode()).digest(), folder / "witness.pem")
        self.stranger = Signer(hashlib.sha256(b"another").digest(), folder / "other.pem")
        self.key, self.number = verifier_key(name, self.signer.public)
        self.files = fresh_key(folder, "witness-tls")
        self.logs = {}
        self.twist = None
        self.asked = 0
        self.server = None

    @property
    def terms(self):
        return {"key": self.key, "url": f"https://127.0.0.1:{self.port}"}

    def start(self):
        witness = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if witness.server is None:
                    # Stopped, and asked over a connection that was kept open.
                    self.close_connection = True
                    return
                status, reply = witness.add_checkpoint(body) if (
                    self.path == "/add-checkpoint") else (404, b"")
                self.send_response(status)
                if status == 409:
                    self.send_header("Content-Type", "text/x.tlog.size")
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.files)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def add_checkpoint(self, body):
        self.asked += 1
        head, note = body.decode().split("\n\n", 1)
        lines = head.split("\n")
        old_size = int(lines[0].removeprefix("old "))
        proof = [base64.b64decode(line) for line in lines[1:]]
        text = note.split("\n\n", 1)[0] + "\n"
        origin, size, root = text.split("\n")[:3]
        size, root = int(size), base64.b64decode(root)
        known_size, known_root = self.logs.get(origin, (0, b""))
        if self.twist == "ahead":
            return 409, b"1000000\n"
        if old_size != known_size:
            return 409, f"{known_size}\n".encode()
        if not grows(old_size, known_root, size, root, proof):
            return 422, b""
        self.logs[origin] = (size, root)
        now = int(time.time()) - (3600 if self.twist == "clock" else 0)
        message = f"cosignature/v1\ntime {now}\n{text}".encode()
        signer = self.stranger if self.twist == "key" else self.signer
        signature = self.number + now.to_bytes(8, "big") + signer.sign(message)
        return 200, f"\u2014 {self.name} {base64_text(signature)}\n".encode()


