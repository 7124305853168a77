"""A peer that is not there: its silence is recorded, dated, and seen by both in the end."""

from ledger import audit_both
from parley import exhibit, expect, make_world, until

# The least that an agreement may say (Spec/agreement.md §3).
SILENCE_AFTER_SECONDS = 60


def silence(place):
    world = make_world(
        place / "w", terms={"silenceAfterSeconds": SILENCE_AFTER_SECONDS})
    try:
        world.serve("us")
        said = world.said(
            "us", "request", "new", "--to", "cn", "--kind", "information", "--urgency", "urgent",
            "--text", "Is anybody there?", "--attach", exhibit(place))
        recorded = until(lambda: silences(world, "us", said["thread"]), (
            "us should record the silence of cn"))
        expect(len(recorded) == 1, f"one silence, not {len(recorded)}")
        expect(
            recorded[0]["from"] == "us/poc" and recorded[0]["to"] == ["cn"],
            f"the silence is from {recorded[0]['from']} to {recorded[0]['to']}")
        world.serve("cn")
        # The waits between attempts have grown to about a minute by now.
        shown = world.agreed(said["thread"], 2)
        by_act = {one["act"]: one for one in shown["statements"]}
        expect(
            by_act["request.submit"]["id"] == said["statement"], "another request was delivered")
        expect(
            by_act["delivery.silence"]["effect"] == "applied",
            f"the silence is {by_act['delivery.silence']['effect']}: {shown['summary']}")
        line = f"silence {by_act['delivery.silence']['id']} {said['statement']} cn "
        for party in ("us", "cn"):
            summary = world.said(party, "request", "show", said["thread"])["summary"]
            expect(line in summary, f"{party} does not show the silence: {summary!r}")
        expect(
            list(by_act["request.submit"]["receipts"]) == ["cn"],
            "the request should have its receipt after all")
        world.stop()
        audit_both(world)
    finally:
        world.kill()


def silences(world, party, thread):
    world.check_alive()
    shown = world.said(party, "request", "show", thread)
    return [one for one in shown["statements"] if one["act"] == "delivery.silence"]


CASES = [silence]
