"""Somebody between two nodes who has stolen both TLS keys: sees everything, and may lose it."""

import socket
import ssl
import threading
from dataclasses import dataclass

from handmade import Reply, client_context, send, tls_files
from parley import free_port


@dataclass
class Exchange:
    """One request as it came, and its answer."""

    method: str
    path: str
    headers: dict
    body: bytes
    reply: Reply


class Relay:
    """Takes what `sender` sends for `receiver`, passes it on, and keeps a copy.

    `loses` is asked about each exchange; when it says so, the answer never comes back.
    """

    def __init__(self, world, sender, receiver, loses=lambda exchange: False):
        self.world, self.receiver, self.loses = world, receiver, loses
        self.client = client_context(tls_files(world.home(sender)))
        self.exchanges = []
        self.lost = []
        self.port = free_port()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*tls_files(world.home(receiver)))
        self.listener = context.wrap_socket(
            socket.create_server(("127.0.0.1", self.port)), server_side=True,
            do_handshake_on_connect=False)
        threading.Thread(target=self.accept, daemon=True).start()

    def close(self):
        self.listener.close()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, connection):
        try:
            connection.do_handshake()
            stream = connection.makefile("rb")
            while self.pass_on(connection, stream):
                pass
        except OSError:
            # The sender has hung up; what it sent before is kept.
            pass
        finally:
            connection.close()

    def pass_on(self, connection, stream):
        """Handles one request; false when there is no other, or its answer was lost."""
        line = stream.readline().decode()
        if not line:
            return False
        method, path, _ = line.split(" ", 2)
        headers = {}
        while (line := stream.readline().decode().strip()):
            name, value = line.split(":", 1)
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", 0)))
        kept = {
            name: value for name, value in headers.items()
            if name.startswith("parley-") or name == "content-type"
        }
        exchange = Exchange(method, path, kept, body, self.again(method, path, kept, body))
        self.exchanges.append(exchange)
        if exchange.reply.status == 0 or self.loses(exchange):
            self.lost.append(exchange)
            return False
        reply = exchange.reply
        head = f"HTTP/1.1 {reply.status} Relayed\r\ncontent-length: {len(reply.body)}\r\n"
        if "content-type" in reply.headers:
            head += f"content-type: {reply.headers['content-type']}\r\n"
        connection.sendall(head.encode() + b"\r\n" + reply.body)
        return True

    def again(self, method, path, headers, body):
        """Sends a request to the receiver as its sender would."""
        return send(
            self.world.ports[self.receiver], self.client, method, path, headers, body)
