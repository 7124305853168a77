"""Makes the home of a node whose log has more than one tile, for check_follow.py to serve.

Usage: make_follow.py OUT, with PARLEY naming the executable. Three hundred statements come from a
peer made by hand, the last from a node, whose receipt is OUT/follow/receipt.tlog-proof.
"""

import os
import pathlib
import shutil
import sys

sys.path.append(str(pathlib.Path(__file__).resolve().parents[1] / "EndToEnd"))
from handmade import HandmadePeer
from parley import make_world, until

BATCHES, BATCH_COUNT = 3, 100


def fill(peer):
    for _ in range(BATCHES):
        items = []
        for _ in range(BATCH_COUNT):
            body = os.urandom(40)
            items.append((peer.sign(peer.header([body])), [body]))
        peer.deliver(*items)


def main():
    out = pathlib.Path(sys.argv[1]) / "follow"
    world = make_world(out.parent / "follow-world", terms={"publicLog": ["hashes", "entries"]})
    try:
        world.serve("cn")
        fill(HandmadePeer(world, "acme"))
        world.serve("us")
        said = world.said(
            "us", "request", "new", "--to", "cn", "--kind", "information", "--text", "A question.")
        receipt = out.parent / "follow-receipt"
        show = ("receipt", "show", said["statement"], "--log", "cn", "--out", receipt)
        until(lambda: world.say("us", *show).code == 0, "cn should receipt the request")
        world.stop()
    finally:
        world.kill()
    out.mkdir()
    shutil.copytree(world.home("cn"), out / "cn")
    shutil.move(receipt, out / "receipt.tlog-proof")
    (out / "receipt.entry").write_text(said["statement"].removeprefix("sha256:"))
    fields = world.agreement_fields()
    nodes = {party["id"]: party["node"] for party in fields["parties"]}
    (out / "name").write_text(fields["name"])
    (out / "log.vkey").write_text(nodes["cn"]["logKey"])
    (out / "witness.vkeys").write_text(nodes["us"]["witnessKey"])


main()
