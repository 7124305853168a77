"""Keys that come and go on the record."""

import json
import os
import shutil

from handmade import HandmadePeer, Signer, base64_text, digest_text, outcomes, secret
from parley import expect, make_world, run, until

THREE_NAMES = ["cn", "us"]


def change(peer, act, terms):
    """The header of a key change of that peer's organ, told to every other party."""
    header = peer.header([os.urandom(10)], thread=os.urandom(16))
    del header["body"]
    return header | {"act": act, "terms": terms, "to": THREE_NAMES, "exhibits": []}


def added(signer):
    """The terms that add a signer's key."""
    return {"signingKey": {
        "keys": {"ed25519": base64_text(signer.public)},
        "notBefore": "2026-01-01T00:00:00Z", "notAfter": "2099-01-01T00:00:00Z"}}


def keys_by_hand(place):
    """Another implementation's key changes: what stands after one in its log is judged by it."""
    world = make_world(place / "w")
    try:
        world.serve("cn")
        acme = HandmadePeer(world, "acme")
        root = Signer(secret(acme.home, "root"), place / "root.pem")
        new = Signer(os.urandom(32), place / "new.pem")
        stranger = Signer(os.urandom(32), place / "stranger.pem")

        def said(signer, **changes):
            body = os.urandom(50)
            return acme.sign(acme.header([body], **changes), signer), [body]

        def expect_refused(reason, envelope, blobs=()):
            (outcome,) = acme.deliver((envelope, list(blobs)))
            given = acme.refusal_reason(outcome, envelope)
            expect(given == reason, f"refused with {given}, which should be {reason}")

        def expect_receipted(*items):
            found = acme.deliver(*items)
            expect([one[0][0] for one in found] == [b"R"] * len(items), f"not receipted: {found}")

        # Not before it is added, not by itself, not by the organ's key: by the root key alone.
        expect_refused("signature-unknown", *said(new))
        addition = change(acme, "keys.add", added(new))
        expect_refused("signature-unknown", acme.sign(addition))
        expect_refused("signature-unknown", acme.sign(addition, new))
        expect_refused(
            "addressees-not-all", acme.sign(change(acme, "keys.add", added(new)) | {"to": ["cn"]},
                                            root))
        # In one delivery: what comes after the change is judged by it.
        first = acme.sign(change(acme, "keys.add", added(new)), root)
        expect_receipted((first, []), said(new), said(acme.signer))
        expect_refused("key-twice", acme.sign(change(acme, "keys.add", added(new)), root))
        expect_refused(
            "key-twice", acme.sign(change(acme, "keys.add", added(acme.signer)), root))
        expect_refused(
            "key-not-of-organ",
            acme.sign(change(acme, "keys.retire", {"key": stranger.key_id}), root))

        # Said before the revocation, delivered after it: it stays valid. The thief comes later.
        early = said(acme.signer)
        early_place = acme.log.append(early[0])
        revocation = acme.sign(
            change(acme, "keys.revoke",
                   {"key": acme.signer.key_id, "since": "2026-01-01T00:00:00Z"}), root)
        thief = said(acme.signer, at="2026-01-02T00:00:00Z")
        revoked, refused = acme.deliver((revocation, []), thief)
        expect(revoked[0][0] == b"R", "the revocation should be receipted")
        expect(acme.refusal_reason(refused, thief[0]) == "key-revoked", "the thief was heard")
        reply = acme.post(acme.delivery_again((early, early_place)))
        expect(reply.status == 200, f"{reply}")
        expect(outcomes(reply.body)[0][0][0] == b"R", "what was said before should be receipted")
        expect_refused("key-revoked", *said(acme.signer))
        expect_refused(
            "key-ended", acme.sign(change(acme, "keys.retire", {"key": acme.signer.key_id}), root))
        # All of it is in the ledger: a node started anew judges alike.
        world.stop("cn")
        world.serve("cn")
        expect_refused("key-revoked", *said(acme.signer))
        expect_receipted(said(new))
        listed = {one["key"]: one for one in world.said("cn", "keys", "list")["keys"]}
        old, fresh = listed[acme.signer.key_id], listed[new.key_id]
        expect(not old["live"] and old["revoked"]["since"] == "2026-01-01T00:00:00Z", str(old))
        expect(old["revoked"]["statement"] == digest_text(revocation), str(old))
        expect(fresh["live"] and "time" in fresh["added"], str(fresh))
        retirement = change(acme, "keys.retire", {"key": new.key_id})
        expect_receipted((acme.sign(retirement, root), []))
        expect_refused("key-retired", *said(new))
    finally:
        world.kill()


def keys_on_record(place):
    """A new key with the root key elsewhere; the old one retired; a third person judges by both."""
    world = make_world(place / "w", parties=("us", "cn"))
    ask = ("request", "new", "--to", "cn", "--kind", "information", "--text")
    try:
        home, offline = world.home("us"), place / "offline"
        offline.mkdir()
        shutil.move(home / "keys" / "root.key.json", offline)
        root = str(offline / "root.key.json")
        world.serve("us", "cn")
        before = world.said("us", *ask, "Under the old key.")
        old = world.said("us", "keys", "list")["keys"][0]["key"]
        refused = world.say("us", "keys", "add", "--no-passphrase")
        expect(refused.error["error"] == "key-missing", str(refused))
        expect(not (home / "keys" / "signing-2.key.json").exists(), "a key file was left behind")

        # Out to the machine with the root key, and back.
        draft, signed = str(place / "add.draft"), str(place / "add.signed")
        world.said("us", "keys", "add", "--no-passphrase", "--out", draft)
        told = run("keys", "sign", draft, "--root-key", root, "--out", signed, "--json")
        expect(told.code == 0 and told.json["act"] == "keys.add", str(told))
        wrong = world.say("us", "keys", "submit", draft)
        expect(wrong.code == 2, f"an unsigned draft was taken: {wrong}")
        world.said("us", "keys", "submit", signed)
        until(
            lambda: len(world.said("cn", "keys", "list")["keys"]) == 3,
            "cn should learn of the new key")
        new = next(
            one["key"] for one in world.said("cn", "keys", "list")["keys"]
            if one["organ"] == "us/poc" and one["key"] != old)

        # The running node takes the new key up by itself; its last word must not be lost before.
        def retired():
            told = world.say("us", "keys", "retire", old, "--root-key", root)
            expect(told.code == 0 or told.error["error"] == "node-lacks-key", str(told))
            return told.code == 0

        until(retired, "the node of us should take up its new key")
        last = world.say("us", "keys", "retire", new, "--root-key", root)
        expect(last.error["error"] == "last-key", str(last))
        twice = world.say("us", "keys", "retire", old, "--root-key", root)
        expect(twice.error["error"] == "key-ended", str(twice))
        after = world.said("us", *ask, "Under the new key.")
        for thread in (before["thread"], after["thread"]):
            world.agreed(thread, 1)
        listed = [world.said(party, "keys", "list") for party in ("us", "cn")]
        expect(listed[0] == listed[1], f"the directories differ: {listed}")

        # Whoever took the old key with the home says nothing more.
        world.stop("us")
        stolen = place / "stolen"
        shutil.copytree(home, stolen)
        (stolen / "keys" / "signing-2.key.json").unlink()
        thief = run(*ask, "By a thief.", "--home", stolen, "--json")
        expect(thief.code == 2 and thief.error["error"] == "no-live-key", str(thief))
        verify(world, place, before["thread"], after["thread"])
        # Requests are not mixed with the threads of keys.
        expect(len(world.said("cn", "request", "list")["threads"]) == 2, "keys are no requests")
    finally:
        world.kill()


def verify(world, place, *threads):
    """A third person proves both threads, and not without the key changes."""
    for number, thread in enumerate(threads):
        file = place / f"{number}.export.json"
        world.said("cn", "export", thread, "--out", str(file))
        proven = run("verify", str(file), "--agreement", world.agreement, "--json")
        expect(proven.code == 0, str(proven))
        export = json.loads(file.read_bytes())
        expect(len(export.pop("changes")) == 2, "both changes should be in the export")
        file.write_text(json.dumps(export, sort_keys=True, separators=(",", ":")))
        bare = run("verify", str(file), "--agreement", world.agreement, "--json")
        expect((bare.code == 3) == (thread == threads[-1]), str(bare))


CASES = [keys_by_hand, keys_on_record]
