"""Bytes that are too many, too few, twice, or not what they say they are."""

import functools
import os
from pathlib import Path

from case_refusals import expect_reply
from handmade import (
    BLOB, CHECKPOINT, INCLUSION, KNOWN_SIZE, STATEMENT, HandmadePeer, client_context, digest_text,
    frame, outcomes, send)
from ledger import Ledger, audit_both
from parley import exhibit, expect, make_world, run, until
from relay import Relay

DELIVERY_LIMIT_BYTES = 8 * 1024 * 1024
FRAME_LIMIT_BYTES = 64 * 1024
STATEMENT_COUNT_LIMIT = 512


def malformed_deliveries(place):
    """Every delivery that is not one is refused with its reason, and takes nothing."""
    world = make_world(place / "w")
    try:
        world.serve("cn")
        peer = HandmadePeer(world, "acme")
        body = os.urandom(100)
        envelope = peer.sign(peer.header([body]))
        delivery = peer.delivery((envelope, [body]))
        head = frame(CHECKPOINT, peer.log.add_checkpoint(0)) + frame(KNOWN_SIZE, b"0")
        item = frame(STATEMENT, envelope) + frame(INCLUSION, peer.log.place(0))
        long_frame = frame(STATEMENT, bytes(FRAME_LIMIT_BYTES + 1))
        too_long = bytes(DELIVERY_LIMIT_BYTES + 1)
        cases = [
            ("a body of 8 MiB and a byte", 413, "body-too-long", too_long),
            ("a statement of 64 KiB and a byte", 422, "frame-too-long", head + long_frame),
            ("a blob of 64 KiB and a byte", 422, "frame-too-long",
             head + frame(BLOB, bytes(FRAME_LIMIT_BYTES + 1)) + item),
            ("513 statements", 422, "too-many-statements",
             head + item * (STATEMENT_COUNT_LIMIT + 1)),
            ("an unknown kind of frame", 422, "frame-kind-unknown", head + frame(b"?", b"")),
            ("frames out of order", 422, "frame-order-wrong",
             frame(KNOWN_SIZE, b"0") + frame(CHECKPOINT, b"")),
            ("a size that is no number", 422, "frame-content-malformed",
             frame(CHECKPOINT, peer.log.add_checkpoint(0)) + frame(KNOWN_SIZE, b"01")),
            ("a checkpoint that is none", 422, "add-checkpoint-malformed",
             frame(CHECKPOINT, b"nothing") + frame(KNOWN_SIZE, b"0")),
            ("nothing at all", 422, "frame-missing", b""),
        ]
        for what, status, reason, bytes_sent in cases:
            expect_reply(peer.post(bytes_sent), status, reason, what)
        check_truncated(peer, delivery)
        expect(Ledger(world.home("cn")).count() == 0, "something malformed was logged")
        check_long_statement(peer, body)
        expect(
            not world.nodes["cn"].is_dead and Ledger(world.home("cn")).count() == 0,
            "cn should still be there and have logged nothing")
    finally:
        world.kill()


def check_truncated(peer, delivery):
    """Cuts the delivery everywhere in its frames' heads, and here and there between."""
    boundaries, offset = [], 0
    while offset < len(delivery):
        boundaries.append(offset)
        offset += 5 + int.from_bytes(delivery[offset + 1:offset + 5], "big")
    cuts = {start + more for start in boundaries for more in (1, 3, 5, 40)}
    for cut in sorted(cut for cut in cuts if cut < len(delivery) and cut not in boundaries):
        expect_reply(
            peer.post(delivery[:cut]), 422, "frame-truncated", f"a delivery cut at byte {cut}")
    # Cut between two frames nothing is truncated; the next one is just not there.
    for cut in boundaries[1:]:
        reply = peer.post(delivery[:cut])
        allowed = {2: None}.get(boundaries.index(cut), "frame-missing")
        if allowed:
            expect_reply(reply, 422, allowed, f"a delivery cut before the frame at {cut}")


def check_long_statement(peer, body):
    """An envelope that fits its frame and is longer than a statement may be."""
    header = peer.header([body], thread=os.urandom(16), answers=["sha256:" + "0" * 64] * 500)
    envelope = peer.sign(header)
    expect(len(envelope) < FRAME_LIMIT_BYTES, "the envelope should fit the frame")
    (outcome,) = peer.deliver((envelope, [body]))
    given = peer.refusal_reason(outcome, envelope)
    expect(given in ("payload-too-long", "too-long"), f"a long statement: refused with {given}")


def blobs(place):
    """A blob comes when it was asked for, whole, and with the digest that its statement names."""
    world = make_world(place / "w")
    try:
        world.serve("cn")
        peer = HandmadePeer(world, "acme")
        body, traffic = os.urandom(100), os.urandom(200_000)
        id, wrong = digest_text(traffic), os.urandom(len(traffic))
        zero = {"Parley_Offset": "0"}
        expect_reply(peer.blob("PUT", id, traffic, **zero), 404, "blob-not-wanted", "a PUT unasked")
        expect_reply(peer.blob("GET", id), 404, "blob-not-wanted", "a GET unasked")
        envelope = peer.sign(peer.header([body, traffic]))
        (missing,) = peer.deliver((envelope, [body]))
        expect(
            missing == [(b"M", bytes.fromhex(id.removeprefix("sha256:")))],
            f"cn should ask for the exhibit, not answer {missing[0][0]}")
        expect_reply(
            peer.blob("PUT", digest_text(b"?"), b"?", **zero), 404, "blob-not-wanted",
            "a blob beside the one asked for")
        expect_reply(peer.blob("PUT", id, traffic), 409, "offset-differs", "no offset")
        expect_reply(
            peer.blob("PUT", id, traffic, Parley_Offset="7"), 409, "offset-differs",
            "an offset that is not reached")
        expect_reply(
            peer.blob("PUT", id, wrong, **zero), 422, "blob-digest-differs", "other bytes")
        at = peer.blob("GET", id)
        expect((at.status, at.body) == (200, b"0"), f"nothing should be kept of them, not {at}")
        check_too_long(peer, id, traffic)
        check_resumed(peer, id, traffic)
        receipted = outcomes(peer.post(peer.delivery_again(((envelope, [body]), 0))).body)
        expect(receipted[0][0][0] == b"R", f"it should be receipted now, not {receipted[0][0]}")
        expect_reply(peer.blob("GET", id), 404, "blob-not-wanted", "a blob that has arrived")
        expect(Ledger(world.home("cn")).count() == 1, "cn should hold the statement once")
    finally:
        world.kill()


def check_too_long(peer, id, traffic):
    """More bytes than the statement says; whatever was kept of them cannot pass as the blob."""
    expect_reply(
        peer.blob("PUT", id, traffic + b"?", Parley_Offset="0"), 413, "blob-too-long",
        "a byte too many")


def check_resumed(peer, id, traffic):
    """Half now, the rest later from where the other side says it stands."""
    at = peer.blob("GET", id)
    expect(at.status == 200, f"the exhibit should still be wanted, not {at}")
    offset = int(at.body)
    half = max(offset, len(traffic) // 2)
    if half > offset:
        expect_reply(
            peer.blob("PUT", id, traffic[offset:half], Parley_Offset=str(offset)), 409,
            "blob-incomplete", "the first half")
        at = peer.blob("GET", id)
    expect((at.status, int(at.body)) == (200, half), f"{half} bytes should be kept, not {at}")
    rest = peer.blob("PUT", id, traffic[half:], Parley_Offset=str(half))
    expect(rest.status == 204, f"the rest should be taken, not answered {rest}")


def replay(place):
    """Everything a node sent, sent again to the byte: answered as known, and nothing changes."""
    world = make_world(place / "w")
    relay = Relay(world, "us", "cn")
    try:
        world.serve("cn")
        world.serve("us", peers={"cn": relay.port})
        said = world.said(
            "us", "request", "new", "--to", "cn", "--kind", "information",
            "--text", "Said once.", "--attach", exhibit(place))
        world.agreed(said["thread"], 1)
        recorded = list(relay.exchanges)
        put = [one for one in recorded if one.method == "PUT"]
        expect(len(put) == 1, f"the exhibit should be put once: {[e.path for e in put]}")
        delivered = [one for one in recorded if one.path.endswith("/deliver")]
        last = delivered[-1]
        expect(
            [kinds(one.reply) for one in delivered] == [[b"M"], [b"R"]],
            "the exhibit should be asked for, then the statement receipted")
        summary = world.said("cn", "request", "show", said["thread"])["summary"]
        for _ in range(2):
            again = relay.again(last.method, last.path, last.headers, last.body)
            expect(again.status == 200 and kinds(again) == [b"T"], f"the replay: {again}")
        early = delivered[0]
        stale = relay.again(early.method, early.path, early.headers, early.body)
        expect(
            (stale.status, stale.body) == (409, b"1\n"),
            f"a delivery from an old size should hear the new one, not {stale}")
        blob = relay.again(put[0].method, put[0].path, put[0].headers, put[0].body)
        expect_reply(blob, 404, "blob-not-wanted", "the exhibit again")
        expect(Ledger(world.home("cn")).count() == 1, "a replay was logged")
        expect(
            world.said("cn", "request", "show", said["thread"])["summary"] == summary,
            "a replay changed the thread")
        world.stop()
        audit_both(world)
    finally:
        relay.close()
        world.kill()


def kinds(reply):
    """The first frame's kind of each outcome in an answer."""
    return [outcome[0][0] for outcome in outcomes(reply.body)]


def lost_answers(place):
    """Answers that never come back: all is sent again, and stands once in both ledgers."""
    world = make_world(place / "w")
    seen = set()

    def loses(exchange):
        """The first answer of each kind: wanted, receipted, known, a conflict, an offset, taken."""
        kind = (exchange.method, exchange.reply.status)
        if is_answered(exchange):
            kind += tuple(kinds(exchange.reply))
        is_first = kind not in seen
        seen.add(kind)
        return is_first

    relay = Relay(world, "us", "cn", loses)
    try:
        world.serve("cn")
        world.serve("us", peers={"cn": relay.port})
        said = world.said(
            "us", "request", "new", "--to", "cn", "--kind", "information",
            "--text", "Said once.", "--attach", exhibit(place))
        shown = world.agreed(said["thread"], 1)
        expect(shown["statements"][0]["effect"] == "applied", shown["summary"])
        lost = [kinds(one.reply)[0] for one in relay.lost if is_answered(one)]
        expect(
            {b"M", b"R", b"T"} <= set(lost), f"of the outcomes only {lost} were lost")
        methods = {one.method for one in relay.lost}
        expect(methods == {"GET", "PUT", "POST"}, f"only answers to {methods} were lost")
        until(lambda: Ledger(world.home("us")).outbox_count() == 0, "nothing should wait any more")
        world.stop()
        expect(len(audit_both(world)) == 1, "the statement should stand once in both")
    finally:
        relay.close()
        world.kill()


def is_answered(exchange):
    return exchange.path.endswith("/deliver") and exchange.reply.status == 200


def fork(place):
    """A peer that shows two histories of its log is refused the second one."""
    world = make_world(place / "w")
    try:
        world.serve("cn")
        one, other = HandmadePeer(world, "acme"), HandmadePeer(world, "acme")
        body = os.urandom(100)
        for peer, count in ((one, 3), (other, 4)):
            for _ in range(count):
                envelope = peer.sign(peer.header([body], thread=os.urandom(16)))
                peer.log.append(envelope)
        first = one.sign(one.header([body], thread=os.urandom(16)))
        expect(one.deliver((first, [body]))[0][0][0] == b"R", "the first history is to be taken")
        forked = other.sign(other.header([body], thread=os.urandom(16)))
        for old_size, size in ((4, 4), (4, 5)):
            reply = other.post(
                frame(CHECKPOINT, other.log.add_checkpoint(old_size)) + frame(KNOWN_SIZE, b"0"))
            expected = "root-contradicts" if size == 4 else "root-differs"
            expect_reply(reply, 422, expected, f"another history of {size} entries")
            other.log.append(forked)
        check_proof_of_fork(world, other)
        shrunk = HandmadePeer(world, "acme")
        shrunk.log.entries = one.log.entries[:2]
        reply = shrunk.post(shrunk.delivery_again(((first, [body]), 0), old_size=2))
        expect(
            (reply.status, reply.body) == (409, b"4\n"),
            f"a log that has shrunk should hear what was cosigned, not {reply}")
        expect(Ledger(world.home("cn")).count() == 1, "a second history was logged")
    finally:
        world.kill()


def check_proof_of_fork(world, forked):
    """cn keeps the proof, tells us, and a third person checks it; nonsense is not kept."""
    world.serve("us")
    for party in ("cn", "us"):
        until(
            lambda: len(world.said(party, "log", "forks")["forks"]) == 1,
            f"{party} should know of one fork")
        expect(world.said(party, "log", "show")["forkCount"] == 1, f"{party} should show it")
    (fork,) = world.said("us", "log", "forks", "--out", world.folder / "proofs")["forks"]
    expect(
        fork["party"] == "acme" and [one["entryCount"] for one in fork["signed"]] == [4, 4],
        f"two histories of four entries: {fork}")
    check = ("log", "check-fork", fork["file"], "--agreement", world.agreement, "--json")
    checked = run(*check)
    expect(checked.code == 0 and checked.json["proven"], str(checked))
    file = Path(fork["file"])
    good = file.read_bytes()
    for place in range(0, len(good), 97):
        file.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1:])
        checked = run(*check)
        expect(checked.code == 3 and "hint" in checked.error, f"byte {place}: {checked}")
    post = functools.partial(
        send, world.ports["cn"], client_context(None), "POST", "/witness/forks", {})
    expect_reply(post(b"{}"), 422, "field-missing", "no proof at all")
    expect_reply(post(bytes(256 * 1024 + 1)), 413, "body-too-long", "256 KiB and a byte")
    reply = post(good)
    expect(reply.status == 204, f"a proof that is known already is taken, not {reply}")
    expect(len(world.said("cn", "log", "forks")["forks"]) == 1, "it is kept once")
    alarms = [
        event for event in world.nodes["cn"].events() if event.get("level") == "critical"]
    expect(len(alarms) == 1, f"one fork is one alarm, however often it is brought: {alarms}")
    # Of five entries from four: the size is a power of two, and the request names no first root.
    expect(len(forked.log.entries) == 6, "the case should have gone on")
    world.stop("us")


CASES = [malformed_deliveries, blobs, replay, lost_answers, fork]
