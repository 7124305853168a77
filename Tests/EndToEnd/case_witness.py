"""A witness outside the parties, named in the agreement."""

from ledger import audit_both
from outside_witness import OutsideWitness
from parley import expect, make_world, run, until


def outside_witness(place):
    """Its cosignature travels with the statement; without it the receipt fails closed, and it is
    brought later."""
    witness = OutsideWitness(place / "witness")
    world = make_world(
        place / "w", parties=("us", "cn"),
        terms={"outsideWitnesses": [witness.terms], "receiptQuorum": 2})
    try:
        witness.start()
        world.serve("us", "cn")
        with_it = ask(world, "With the witness.")
        world.agreed(with_it["thread"], 1)
        answer = world.said(
            "cn", "request", "answer", with_it["thread"], "--text", "Seen by all of us.")
        world.agreed(with_it["thread"], 2)
        for party in ("us", "cn"):
            proven(world, place, party, with_it["statement"], witness)
            proven(world, place, party, answer["statement"], witness, author="cn")
        exported = place / "with.json"
        world.said("cn", "export", with_it["thread"], "--out", str(exported))
        verified = run("verify", str(exported), "--agreement", world.agreement, "--json")
        expect(verified.code == 0, str(verified))

        # Away: what is urgent goes all the same, and its receipt says what is missing.
        witness.stop()
        without = ask(world, "Without the witness.")
        world.agreed(without["thread"], 1)
        refused = receipt(world, place, "us", without["statement"])
        expect(refused.error["error"] == "quorum-missing", str(refused))
        shown = world.said("us", "log", "show")
        expect("cannot be reached" in shown["witnesses"][0]["fault"], str(shown))
        expect(shown["lackingOutsideCosignatures"] == 1, str(shown))

        # Wrong in each way that one can be; a node that starts asks at once.
        witness.start()
        for twist, fault in (
            ("key", "no valid cosignature"), ("clock", "its clock is"), ("ahead", "1000000")
        ):
            witness.twist = twist
            world.stop("us")
            world.serve("us")
            until(
                lambda: fault in world.said("us", "log", "show")["witnesses"][0].get("fault", ""),
                f"us should say of the witness: {fault}")
            refused = receipt(world, place, "us", without["statement"])
            expect(refused.error["error"] == "quorum-missing", str(refused))
        witness.twist = None
        world.stop("us")
        world.serve("us")
        until(
            lambda: all(
                receipt(world, place, party, without["statement"]).code == 0
                for party in ("us", "cn")),
            "both nodes should get the late cosignature")
        for party in ("us", "cn"):
            proven(world, place, party, without["statement"], witness)
        shown = world.said("us", "log", "show")
        expect(shown["lackingOutsideCosignatures"] == 0, str(shown))
        world.agreed(without["thread"], 1)
        world.stop()
        audit_both(world)
    finally:
        witness.stop()
        world.kill()


def ask(world, text):
    return world.said("us", "request", "new", "--to", "cn", "--kind", "information", "--text", text)


def receipt(world, place, party, statement, author="us"):
    """The author's log proof, whose cosigners are the peer and the witness."""
    return world.say(
        party, "receipt", "show", statement, "--log", author, "--out",
        str(place / f"{party}.tlog-proof"))


def proven(world, place, party, statement, witness, author="us"):
    """A third person proves it with the agreement alone."""
    written = receipt(world, place, party, statement, author)
    expect(written.code == 0, str(written))
    verified = run(
        "receipt", "verify", str(place / f"{party}.tlog-proof"), "--statement", statement,
        "--agreement", world.agreement, "--json")
    expect(verified.code == 0, str(verified))
    expect(witness.name in verified.json["cosigned"], str(verified.json))


CASES = [outside_witness]
