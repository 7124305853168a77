"""Who may speak and for whom: TLS keys, the agreement, authors, signing keys."""

import os
import shutil
import ssl

from handmade import (
    HandmadePeer, Signer, base64_text, client_context, fresh_key, tls_files)
from ledger import Ledger, audit_both
from parley import expect, init, make_world, until


def expect_reply(reply, status, reason, what):
    expect(
        reply.status == status and reply.reason == reason,
        f"{what} should be answered {status} {reason}, not {reply}")


def refused_connections(place):
    """Keys that the agreement does not list, and another agreement, are answered with why."""
    world = make_world(place / "w")
    try:
        world.serve("cn")
        peer = HandmadePeer(world, "acme")
        body = os.urandom(100)
        envelope = peer.sign(peer.header([body]))
        delivery = peer.delivery((envelope, [body]))

        stranger = client_context(fresh_key(place))
        expect_reply(
            peer.post(delivery, stranger), 403, "tls-key-not-pinned", "a key of nobody's")
        own = client_context(tls_files(world.home("cn")))
        expect_reply(
            peer.post(delivery, own), 403, "tls-key-not-pinned", "the node's own key")
        keyless = peer.post(delivery, client_context(None))
        expect(
            "CERTIFICATE_REQUIRED" in keyless.fault or keyless.reason == "tls-key-missing",
            f"a client without a key should hear that one is required, not {keyless}")
        old = client_context(tls_files(world.home("acme")))
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        expect(
            "PROTOCOL_VERSION" in peer.post(delivery, old).fault,
            "TLS 1.2 should be refused with an alert that says so")

        other = "sha256:" + "0" * 64
        expect_reply(
            peer.post(delivery, Parley_Agreement=other), 409, "agreement-differs",
            "another agreement")
        nameless = peer.post(delivery, Parley_Agreement="")
        expect_reply(nameless, 409, "agreement-differs", "no agreement")
        expect_reply(
            peer.post(delivery, Content_Type="application/json"), 415, "media-type-wrong",
            "JSON")
        expect(Ledger(world.home("cn")).count() == 0, "something refused was logged")

        taken = peer.post(delivery)
        expect(taken.status == 200, f"the same bytes by the right key were answered {taken}")
        expect(Ledger(world.home("cn")).count() == 1, "the lawful delivery should be logged")
    finally:
        world.kill()


def wrong_server_key(place):
    """A node whose key is not pinned gets nothing; nothing is lost, and the right one gets it."""
    world = make_world(place / "w")
    try:
        made = init(world.folder / "stranger", "acme", "--no-passphrase")
        expect(made.code == 0, str(made))
        files = ("keys/tls.key.json", "tls-certificate.pem")
        kept = place / "kept"
        kept.mkdir()
        for file in files:
            shutil.copy(world.home("cn") / file, kept)
            shutil.copy(world.folder / "stranger" / file, world.home("cn") / file)
        world.serve("cn", "us")
        said = world.said(
            "us", "request", "new", "--to", "cn", "--kind", "information", "--text", "Who is it?")
        until(
            lambda: sum("keyNotPinned" in line for line in world.nodes["us"].lines()) >= 2,
            "us should log that the shown key is not pinned, and try again")
        ours = Ledger(world.home("us"))
        expect(
            (ours.count(), ours.outbox_count()) == (1, 1), "us should keep the statement waiting")
        expect(Ledger(world.home("cn")).count() == 0, "the impostor was given the statement")

        world.stop("cn")
        for file in files:
            shutil.copy(kept / file.split("/")[-1], world.home("cn") / file)
        world.serve("cn")
        shown = world.agreed(said["thread"], 1)
        expect(
            shown["statements"][0]["id"] == said["statement"], "another statement was delivered")
        world.stop()
        audit_both(world)
    finally:
        world.kill()


def two_keys(spare):
    """Gives acme's organ a second signing key beside its own."""
    def edit(party, fields):
        if party == "acme":
            keys = fields["party"]["organs"][0]["signingKeys"]
            keys.append(keys[0] | {"keys": {"ed25519": spare}})
    return edit


def refused_statements(place):
    """What a peer may not say is refused with a signed reason, and its log grows all the same."""
    spare = Signer(os.urandom(32), place / "spare.pem")
    world = make_world(place / "w", edit_card=two_keys(base64_text(spare.public)))
    try:
        world.serve("cn")
        acme, us = HandmadePeer(world, "acme"), HandmadePeer(world, "us")
        to_us = HandmadePeer(world, "acme", to="us")
        body = os.urandom(100)
        lawful = acme.header([body])
        unknown = {"party": "xx", "organ": "poc"}
        other_agreement = "sha256:" + "0" * 64
        first = acme.sign(lawful)
        expect(
            acme.deliver((first, [body]))[0][0][0] == b"R", "the lawful one should be receipted")
        cases = [
            ("author-not-the-peer", us.sign(us.header([body]))),
            ("not-addressed-here", to_us.sign(to_us.header([body]))),
            ("party-unknown", acme.sign(acme.header([body]) | {"from": unknown})),
            ("party-unknown", acme.sign(acme.header([body]) | {"to": ["cn", "xx"]})),
            ("organ-unknown", acme.sign(
                acme.header([body]) | {"from": {"party": "acme", "organ": "none"}})),
            ("agreement-other", acme.sign(acme.header([body], agreement=other_agreement))),
            ("kind-unknown", acme.sign(
                acme.header([body], terms={"kind": "nothing", "urgency": "normal"}))),
            ("signature-unknown", acme.sign(acme.header([body]), us.signer)),
            ("signature-wrong", acme.sign(acme.header([body]), signature=bytes(64))),
            ("payload-known", acme.sign(lawful, spare)),
        ]
        for reason, envelope in cases:
            (outcome,) = acme.deliver((envelope, [body]))
            given = acme.refusal_reason(outcome, envelope)
            expect(given == reason, f"refused with {given}, which should be {reason}")
            expect(Ledger(world.home("cn")).count() == 1, f"{reason}: it was logged all the same")
        # One bad statement does not take the good one beside it along.
        good = acme.sign(acme.header([body], thread=os.urandom(16)))
        bad = acme.sign(acme.header([body], agreement=other_agreement, thread=os.urandom(16)))
        refused, taken = acme.deliver((bad, [body]), (good, [body]))
        expect(
            acme.refusal_reason(refused, bad) == "agreement-other" and taken[0][0] == b"R",
            "of a bad and a good statement the good one should be receipted")
        world.stop()
        expect(len(Ledger(world.home("cn")).audit()) == 2, "cn should hold the two lawful ones")
    finally:
        world.kill()


def expired_key(place):
    """A key past its agreed time signs nothing: not for the home, not for its node, not abroad."""
    validity = ["--valid-from", "2020-01-01T00:00:00Z", "--valid-until", "2021-01-01T00:00:00Z"]
    world = make_world(place / "w", init_options={"us": validity})
    ask = ("request", "new", "--to", "cn", "--kind", "information", "--text", "Too late?")
    try:
        for running in ((), ("us", "cn")):
            world.serve(*running)
            result = world.say("us", *ask)
            expect(
                result.code == 2 and result.error["error"] == "no-live-key",
                f"{'the node' if running else 'the command'} should refuse: {result}")
        expect(Ledger(world.home("us")).count() == 0, "the refused statement was logged")
        peer = HandmadePeer(world, "us")
        body = os.urandom(100)
        envelope = peer.sign(peer.header([body]))
        (outcome,) = peer.deliver((envelope, [body]))
        given = peer.refusal_reason(outcome, envelope)
        expect(given == "key-expired", f"the peer refused with {given}")
        expect(Ledger(world.home("cn")).count() == 0, "the peer logged what it refused")
    finally:
        world.kill()


CASES = [refused_connections, wrong_server_key, refused_statements, expired_key]
