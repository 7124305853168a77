"""A program that follows a node's events, reading the stream as HTML §9.2 says."""

import http.client
import json
import ssl
import time

from parley import LIMIT_SECONDS, Failed, expect


class Stream:
    """One listener: the events that it has heard, and the id with which it comes back."""

    def __init__(self, api, after=None, last=None):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        self.connection = http.client.HTTPSConnection(
            "127.0.0.1", api.port, timeout=LIMIT_SECONDS, context=context)
        headers = {"Accept": "text/event-stream"}
        if api.token:
            headers["Authorization"] = f"Bearer {api.token}"
        if api.cookie:
            headers["Cookie"] = api.cookie
        if last:
            headers["Last-Event-ID"] = last
        path = "/api/v1/events" + (f"?after={after}" if after else "")
        self.connection.request("GET", path, headers=headers)
        self.answer = self.connection.getresponse()
        self.last = last or after
        self.comments = 0
        self.refused = None
        if self.answer.status != 200:
            self.refused = json.loads(self.answer.read())
            self.connection.close()
            return
        expect(self.answer.getheader("content-type") == "text/event-stream", "a stream of events")
        # The first block says where the stream begins.
        self.first = self.block()

    def block(self):
        """The fields up to a blank line; None at the end of the stream."""
        fields = {}
        while True:
            line = self.answer.readline()
            if not line:
                return None
            line = line.rstrip(b"\n").decode()
            if not line:
                return fields
            name, _, value = line.partition(":")
            if not name:
                self.comments += 1
                continue
            fields[name] = value.removeprefix(" ")
            if name == "id":
                self.last = fields[name]

    def next(self):
        """The next event as its kind and its facts; None at the end."""
        while (fields := self.block()) is not None:
            if "data" in fields:
                return fields.get("event", "message"), json.loads(fields["data"])
        return None

    def until(self, wanted):
        """Every event up to the first that fits."""
        heard = []
        end = time.monotonic() + LIMIT_SECONDS
        while time.monotonic() < end:
            event = self.next()
            if event is None:
                raise Failed(f"the stream ended after {heard}")
            heard.append(event)
            if wanted(*event):
                return heard
        raise Failed(f"not heard among {heard}")

    def rest(self):
        """Every event until the stream ends."""
        heard = []
        while (event := self.next()) is not None:
            heard.append(event)
        return heard

    def close(self):
        self.connection.close()
