"""A home without a running node, and one with too many."""

import shutil

from ledger import Ledger, audit_both
from parley import Node, exhibit, expect, make_world, run, until


def lone_node(place):
    """Commands without a node write the log themselves; the node delivers when it starts."""
    world = make_world(place / "w")
    try:
        first = world.said(
            "us", "request", "new", "--to", "cn", "--kind", "information",
            "--text", "Said while no node ran.", "--attach", exhibit(place))
        expect(Ledger(world.home("us")).count() == 1, "the log should hold the statement")
        shown = world.said("us", "request", "show", first["thread"])
        expect(
            "time" not in shown["statements"][0], "nobody has cosigned it, yet it has a time")
        world.serve("cn")
        world.serve("us")
        shown = world.agreed(first["thread"], 1)
        expect(
            shown["statements"][0]["id"] == first["statement"],
            "the delivered statement should be the one that the command printed")
        # The requested side answers without its node, too.
        world.stop("cn")
        answer = world.said(
            "cn", "request", "answer", first["thread"], "--text", "Said without a node.")
        world.serve("cn")
        shown = world.agreed(first["thread"], 2)
        expect(
            shown["statements"][1]["id"] == answer["statement"] and shown["state"] == "answered",
            f"the answer was not applied: {shown['summary']}")
        world.stop()
        audit_both(world)
    finally:
        world.kill()


def second_serve(place):
    """A home that a node serves is refused to a second one, and left unharmed."""
    world = make_world(place / "w")
    try:
        world.serve("us", "cn")
        second = run("serve", "--home", world.home("us"), "--listen", "127.0.0.1:1", "--json")
        expect(second.code == 1, str(second))
        expect(second.error["error"] == "home-in-use", str(second))
        expect("hint" in second.error, f"no hint: {second}")
        said = world.said(
            "us", "request", "new", "--to", "cn", "--kind", "information", "--text", "Still here?")
        world.agreed(said["thread"], 1)
        world.stop()
        audit_both(world)
        # What the first one held is free again once it has ended.
        world.serve("us")
        until(lambda: not world.nodes["us"].is_dead, "the home should be free again")
    finally:
        world.kill()


def starting_node(place):
    """A command given while the node starts on a new home: neither breaks the other."""
    world = make_world(place / "w")
    untouched = place / "untouched"
    shutil.copytree(world.home("us"), untouched)
    try:
        for number in range(8):
            shutil.rmtree(world.home("us"))
            shutil.copytree(untouched, world.home("us"))
            node = world.nodes["us"] = Node(world, "us", {}, ())
            # Asks at eight different moments of the start, as far as the machine lets it.
            for _ in range(number):
                run("--version")
            said = world.said(
                "us", "request", "new", "--to", "cn", "--kind", "information", "--text", "Early?")
            node.wait_serving()
            shown = world.said("us", "request", "show", said["thread"])
            expect(shown["statements"][0]["id"] == said["statement"], str(shown))
            world.stop()
    finally:
        world.kill()


CASES = [lone_node, second_serve, starting_node]
