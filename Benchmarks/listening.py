"""Thousands of listeners to a node's events over TLS, from one process."""

import asyncio
import contextlib
import http.client
import json
import ssl
import threading
import time

CONNECTING_AT_ONCE = 64


def context():
    made = ssl.create_default_context()
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made


class API:
    """One program with a token."""

    def __init__(self, port, token, timeout=60):
        self.token = token
        self.connection = http.client.HTTPSConnection(
            "127.0.0.1", port, timeout=timeout, context=context())

    def call(self, method, path, body=None, wanted=200):
        self.connection.request(
            method, "/api/v1" + path, json.dumps(body).encode() if body is not None else None,
            {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"})
        answer = self.connection.getresponse()
        read = answer.read()
        if answer.status != wanted:
            raise SystemExit(f"{method} {path} is answered {answer.status}: {read[:400]}")
        return json.loads(read)

    def send(self, path, pieces, size, headers):
        """One body that is never held whole."""
        self.connection.request(
            "PATCH", "/api/v1" + path, pieces,
            {"Authorization": f"Bearer {self.token}", "Content-Length": str(size), **headers})
        answer = self.connection.getresponse()
        read = answer.read()
        if answer.status not in (200, 204):
            raise SystemExit(f"PATCH {path} is answered {answer.status}: {read[:400]}")

    def fetch(self, path):
        """An answer to be read in pieces."""
        self.connection.request(
            "GET", "/api/v1" + path, headers={"Authorization": f"Bearer {self.token}"})
        answer = self.connection.getresponse()
        if answer.status != 200:
            raise SystemExit(f"GET {path} is answered {answer.status}")
        return answer


class Listeners:
    """So many streams in a thread of their own; `with` closes them."""

    def __init__(self, port, tokens, count):
        self.port, self.tokens, self.count = port, tokens, count
        self.wanted = None
        self.heard = 0
        self.last = None
        self.done = threading.Event()
        self.ready = threading.Event()
        self.failure = None
        self.writers = []
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def __enter__(self):
        self.thread.start()
        if not self.ready.wait(600) or self.failure:
            raise SystemExit(f"the listeners do not listen: {self.failure}")
        return self

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self.close(), self.loop).result(60)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(60)
        self.loop.close()

    async def close(self):
        for writer in self.writers:
            writer.transport.abort()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def expect(self, text):
        """Begins to wait until every listener has been sent `text`."""
        self.heard = 0
        self.done.clear()
        self.wanted = text.encode()

    def run(self):
        asyncio.set_event_loop(self.loop)
        self.loop.create_task(self.listen())
        self.loop.run_forever()

    async def listen(self):
        gate = asyncio.Semaphore(CONNECTING_AT_ONCE)
        made = context()

        async def one(place):
            async with gate:
                reader, writer = await asyncio.open_connection("127.0.0.1", self.port, ssl=made)
                token = self.tokens[place % len(self.tokens)]
                writer.write(
                    f"GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                    f"Authorization: Bearer {token}\r\n\r\n".encode())
                head = await reader.readuntil(b"\r\n\r\n")
                if b" 200 " not in head[:20]:
                    raise RuntimeError(head[:40])
                await reader.readuntil(b"id: ")
            return reader, writer

        try:
            opened = await asyncio.gather(*(one(place) for place in range(self.count)))
        except Exception as error:
            self.failure = error
            self.ready.set()
            return
        self.writers = [writer for _, writer in opened]
        for reader, _ in opened:
            self.loop.create_task(self.follow(reader))
        self.ready.set()

    async def follow(self, reader):
        with contextlib.suppress(ConnectionError):
            while line := await reader.readline():
                if self.wanted and self.wanted in line:
                    self.heard += 1
                    if self.heard == self.count:
                        self.last = time.monotonic()
                        self.done.set()
