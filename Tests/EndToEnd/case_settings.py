"""What a node is told: on its command line, in its environment, in a file."""

import json

from parley import done, environment, expect, free_port, make_world, run


def settings_from_three_places(place):
    """Flags beat the environment, that the file; what is not in order is refused at the start."""
    world = make_world(place / "w", parties=("us", "cn"))
    home = world.home("us")
    file = home / "parley.json"
    file.write_text(json.dumps({"api-rate": 3, "head-seconds": 3, "idle-seconds": 3, "json": True}))
    shown = done(
        "config", "show", "--home", home, "--idle-seconds", "1",
        env=environment(PARLEY_HEAD_SECONDS="2", PARLEY_IDLE_SECONDS="2"))
    expect(shown["file"].endswith("parley.json"), str(shown))
    rows = {row["name"]: (row.get("value"), row["from"]) for row in shown["settings"]}
    expect(rows["idle-seconds"] == (1, "command line"), str(rows["idle-seconds"]))
    expect(rows["head-seconds"] == (2, "environment"), str(rows["head-seconds"]))
    expect(rows["api-rate"] == (3, "file"), str(rows["api-rate"]))
    expect(rows["connections"] == (20_000, "default"), str(rows["connections"]))
    expect(rows["listen"] == (None, "default"), str(rows["listen"]))
    refused_at_start(world, place)


def refused_at_start(world, place):
    file = place / "settings.json"
    serve = (
        "serve", "--home", world.home("us"), "--json", "--listen", f"127.0.0.1:{free_port()}",
        "--config", file)
    for text, reason in (
            ('{"api-rate": 0}', "setting-wrong"), ('{"api-rtae": 1}', "setting-unknown"),
            ('{"json": "yes"}', "setting-wrong"), ('{"api-rate": ', "config-malformed"),
            ('{"api-key": "k.pem"}', "setting-incomplete"),
            ('{"time-stamp": "' + "x" * 300_000 + '"}', "file-too-long")):
        file.write_text(text)
        for command in (serve, ("config", "check", file, "--json")):
            result = run(*command)
            expect(result.code == 2 and result.error["error"] == reason, f"{text[:40]}: {result}")
    file.write_text("{}")
    for command in (serve, ("config", "check", file, "--json"), (
            "config", "show", "--home", world.home("us"), "--json")):
        result = run(*command, env=environment(PARLEY_API_RTAE="50"))
        expect(
            result.code == 2 and result.error["error"] == "setting-unknown"
            and "PARLEY_API_RATE" in result.error["hint"], str(result))
    file.unlink()
    result = run(*serve)
    expect(result.code == 1 and result.error["error"] == "file-missing", str(result))
    result = run(*serve[:-2], "--api-rate", "0")
    expect(result.code == 64 and result.error["error"] == "usage", str(result))


CASES = [settings_from_three_places]
