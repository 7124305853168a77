"""Backups of a home, made while its node is at work, and homes made of them."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import time
from contextlib import closing

from case_operation import figures
from case_service import API, PASSWORD, serve_api
from ledger import audit_both
from parley import environment, executable, exhibit, expect, free_port, make_world, run, until

ASK = ("request", "new", "--to", "cn", "--kind", "information", "--text")


def peer_of(world):
    return "--peer", f"cn=127.0.0.1:{world.ports['cn']}"


def restored(world, backup, away):
    """Puts the home of `us` away and makes it of the backup, with the keys that were kept apart."""
    home = world.home("us")
    home.rename(away)
    done = run("backup", "restore", backup, "--home", home, "--json")
    expect(done.code == 0, str(done))
    if not (home / "keys").exists():
        shutil.copytree(away / "keys", home / "keys")
    return done.json


def refused(world, reason, words=ASK + ("Who?",)):
    said = world.say("us", *words)
    expect(said.code == 1 and said.error["error"] == reason, f"{reason} expected: {said}")


def serving_refused(world, reason):
    serve = run("serve", "--home", world.home("us"), "--listen", f"127.0.0.1:{free_port()}", "--json")
    expect(serve.code == 1 and serve.error["error"] == reason, f"{reason} expected: {serve}")


def lost_home(place):
    """Made while the node runs; the home is lost, restored, and signs once its peers were asked."""
    world = make_world(place / "w", parties=("us", "cn"))
    older, newest = place / "older", place / "newest"
    try:
        world.serve("us", "cn")
        said = world.said("us", *ASK, "Who is it?", "--attach", exhibit(place))
        before = world.agreed(said["thread"], 1)["statements"]
        made = world.said("us", "backup", "make", "--to", older)
        expect(made["entries"] == 1 and made["keys"] is False, f"one entry, no keys: {made}")
        expect({one["file"] for one in made["left"]} == {"incoming", "keys", "last-signed"}, str(made))
        expect(not list(older.rglob("*.key.json")) and not (older / "last-signed").exists(), "no keys")
        later = world.said("us", *ASK, "And when?")["thread"]
        world.agreed(later, 1)
        world.said("us", "backup", "make", "--to", newest, "--with-keys")
        world.nodes["us"].process.kill()
        world.nodes.pop("us").process.wait()

        # The older one: nothing is signed, and the peer knows why.
        told = restored(world, older, place / "lost")
        expect(told["next"].startswith("parley log recover"), str(told))
        refused(world, "last-signed-missing")
        serving_refused(world, "last-signed-missing")
        refused(world, "peer-is-ahead", ("log", "recover", *peer_of(world)))
        refused(world, "last-signed-missing")
        shown = world.said("us", "request", "show", said["thread"])["statements"]
        expect(shown[0]["id"] == before[0]["id"] and shown[0]["time"] == before[0]["time"], str(shown))

        # The newest: everything is there, and goes on.
        restored(world, newest, place / "stale")
        refused(world, "last-signed-missing")
        done = world.said("us", "log", "recover", *peer_of(world))
        expect(done["cosigned"] == {"cn": 2}, str(done))
        world.serve("us")
        world.agreed(said["thread"], 1)
        world.agreed(later, 1)
        world.agreed(world.said("us", *ASK, "Still there?")["thread"], 1)
        expect(world.said("us", "log", "show")["entryCount"] == 3, "three requests were made")
        opened = world.said("us", "fetch", before[0]["id"], "--out", place / "opened")
        expect((place / "opened" / "traffic.log").read_bytes() == (place / "traffic.log").read_bytes(), str(opened))
        # That it was opened is on record.
        until(
            lambda: {world.said(one, "log", "show")["entryCount"] for one in ("us", "cn")} == {4},
            "both should hold the opening")
        world.said("us", "trail", "check")
        world.stop()
        audit_both(world)
    finally:
        world.kill()


def new_home(place):
    """A home that had said nothing when it was copied is not taken for a new one."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        world.said("us", "backup", "make", "--to", place / "copy")
        world.serve("us", "cn")
        world.agreed(world.said("us", *ASK, "Who?")["thread"], 1)
        world.stop("us")
        restored(world, place / "copy", place / "lost")
        refused(world, "last-signed-missing")
        refused(world, "peer-is-ahead", ("log", "recover", *peer_of(world)))
    finally:
        world.kill()


def busy(place):
    """Copies made while statements come all the time hold each log whole, and the node waits for none."""
    world = make_world(place / "w", parties=("us", "cn"))
    try:
        world.serve("us", "cn")
        talking = subprocess.Popen(
            ["/bin/sh", "-c", 'while "$0" "$@" >&2; do :; done', executable(), *ASK, "Who?", "--home",
             str(world.home("us")), "--json"],
            env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        sizes = []
        try:
            for number in range(4):
                made = world.said("us", "backup", "make", "--to", place / f"copy-{number}")
                sizes.append(made["entries"])
                until(
                    lambda: world.said("us", "log", "show")["entryCount"] > sizes[-1],
                    "statements go on being made")
        finally:
            os.killpg(talking.pid, 9)
            talking.wait()
        expect(sizes == sorted(set(sizes)), f"each later copy holds more: {sizes}")
        for number, size in enumerate(sizes):
            copy = place / f"copy-{number}"
            checked = run("backup", "check", copy, "--json")
            expect(checked.code == 0 and checked.json["entries"] == size, str(checked))
            named_are_there(copy)
    finally:
        world.kill()


def named_are_there(copy):
    """Every body that a copied statement names."""
    import base64
    with closing(sqlite3.connect(copy / "ledger.sqlite")) as ledger:
        envelopes = [row[0] for row in ledger.execute("SELECT envelope FROM entry")]
    for envelope in envelopes:
        body = json.loads(base64.b64decode(json.loads(envelope)["payload"])).get("body")
        if body:
            hex = body["digest"].removeprefix("sha256:")
            file = copy / "blobs" / hex[:2] / hex
            expect(hashlib.sha256(file.read_bytes()).hexdigest() == hex, f"{hex} is named")


def what_is_wrong(place):
    """What is refused, what does not hold, and a copy that was killed."""
    world = make_world(place / "w", parties=("us", "cn"))
    home, copy = world.home("us"), place / "copy"
    world.said("us", *ASK, "Who?")
    made = world.said("us", "backup", "make", "--to", copy)
    for words, code, reason in (
            (("make", "--home", home, "--to", copy), 2, "file-exists"),
            (("make", "--home", home, "--to", home / "copy"), 2, "backup-in-home"),
            (("make", "--home", place / "none", "--to", place / "x"), 1, "home-missing"),
            (("make", "--home", home, "--to", "/proc/copy"), 1, "file-not-written"),
            (("check", place / "none"), 3, "backup-unfinished"),
            (("check", home), 3, "backup-unfinished"),
            (("check", copy, "--manifest", "sha256:" + "0" * 64), 3, "manifest-differs"),
            (("check", copy, "--manifest", "x"), 2, "digest-malformed"),
            (("restore", copy, "--home", home), 2, "home-exists")):
        said = run("backup", *words, "--json")
        expect(said.code == code and said.error["error"] == reason, f"{reason} expected: {said}")
    expect(run("backup", "make", "--home", home).code == 64, "a folder has to be named")
    held = run("backup", "check", copy, "--manifest", made["manifest"], "--json")
    expect(held.code == 0 and held.json["verified"] is True, str(held))

    (copy / "extra").write_text("x")
    with closing(sqlite3.connect(copy / "ledger.sqlite")) as ledger:
        ledger.execute("UPDATE entry SET taken_at = 0")
        ledger.commit()
    checked = run("backup", "check", copy, "--json")
    faults = {(one["file"], one["reason"]) for one in checked.json["faults"]}
    expect(
        checked.code == 3 and faults == {("ledger.sqlite", "file-differs"), ("extra", "file-not-listed")},
        str(checked))
    again = run("backup", "restore", copy, "--home", place / "again", "--json")
    expect(again.code == 3 and not (place / "again").exists(), str(again))

    # Killed in the middle: where one stands is of no account, only that its name is not there.
    exhibit(home / "blobs" / "00", name="0" * 64, size_bytes=80_000_000)
    killed = place / "killed"
    command = [executable(), "backup", "make", "--home", str(home), "--to", str(killed)]
    making = subprocess.Popen(command, env=environment(), stdout=subprocess.DEVNULL)
    until(lambda: (place / "killed.making" / "blobs").exists() or making.poll() is not None, "it should begin")
    making.kill()
    making.wait()
    expect(making.returncode == -9 and not killed.exists(), f"nothing bears the name: {making.returncode}")
    broken = run("backup", "check", place / "killed.making", "--json")
    expect(broken.code == 3 and broken.error["error"] == "backup-unfinished", str(broken))
    warned = world.said("us", "backup", "make", "--to", killed)
    expect(any("0" * 64 in one for one in warned["warnings"]), f"the blob is not its name: {warned}")
    expect(not (place / "killed.making").exists(), "what was left is gone")


def told_to_people(place):
    """The running node says when the last backup was made, and that one is due."""
    world = make_world(place / "w", parties=("us", "cn"))
    home = world.home("us")
    file = place / "password"
    file.write_text(PASSWORD + "\n")
    world.said("us", "user", "add", "duty.one", "--role", "officer", "--password-file", file)
    metric = "parley_backup_last_timestamp_seconds"
    try:
        metrics = free_port()
        port = serve_api(world, options=("--metrics", f"127.0.0.1:{metrics}"))
        api = API(port).sign_in("duty.one")
        never = api.done("GET", "/node")["backup"]
        expect(never == {"due": True, "warnDays": 7}, str(never))
        expect(figures(metrics)[metric] == 0, "none was made")
        made = world.said("us", "backup", "make", "--to", place / "copy")
        now = api.done("GET", "/node")["backup"]
        expect(now == {"at": made["madeAt"], "due": False, "warnDays": 7}, str(now))
        expect(time.time() - figures(metrics)[metric] < 600, "it was made just now")
        (home / "last-backup").write_text('{"at":"2026-01-01T00:00:00Z","parley":"last-backup/1"}\n')
        expect(api.done("GET", "/node")["backup"]["due"] is True, "that was long ago")
        world.stop()
        (home / "parley.json").write_text('{"backup-warn-days": 0}')
        port = serve_api(world)
        never = API(port).sign_in("duty.one").done("GET", "/node")["backup"]
        expect(never["due"] is False and never["warnDays"] == 0, str(never))
        world.stop()
    finally:
        world.kill()


CASES = [lost_home, new_home, busy, what_is_wrong, told_to_people]
