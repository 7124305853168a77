"""Plays the scenario between nodes that serve: each act by the command line, each waited for.

usage: PARLEY=… python3 play.py HOMES [SCENARIO]

HOMES is a folder with the homes us, cn and acme. Prints what is said as it is said.
"""

import datetime
import json
import os
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
# The author's own language comes first; both are authentic.
LANGUAGES = {"us": "en", "cn": "zh-Hans", "acme": "en"}
TRIES = 600


class Play:
    def __init__(self, homes):
        self.homes = pathlib.Path(homes)
        self.threads, self.parties, self.kinds, self.counts = {}, {}, {}, {}

    def parley(self, party, *words):
        done = subprocess.run(
            [os.environ["PARLEY"], *map(str, words), "--home", self.homes / party, "--json"],
            capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"play: parley {' '.join(map(str, words))} of {party}: {done.stderr}")
        return json.loads(done.stdout)

    def shown(self, party, name):
        return self.parley(party, self.kinds[name], "show", self.threads[name])

    def settled(self, name):
        """Waits until every party of the thread holds everything said in it, with its time."""
        for party in self.parties[name]:
            for _ in range(TRIES):
                listed = subprocess.run(
                    [os.environ["PARLEY"], self.kinds[name], "show", self.threads[name], "--home",
                     self.homes / party, "--json"], capture_output=True, text=True)
                if listed.returncode == 0:
                    said = json.loads(listed.stdout)["statements"]
                    if len(said) >= self.counts[name] and all("time" in one for one in said):
                        break
                time.sleep(0.05)
            else:
                sys.exit(f"play: {party} does not hold what was said in {name}")

    def filled(self, word):
        """{name} is a thread, {name#0} its first statement, {name#minutes} its last text agreed."""
        if word.startswith("@days:"):
            when = datetime.datetime.now(datetime.timezone.utc)
            when += datetime.timedelta(days=int(word[6:]))
            return when.strftime("%Y-%m-%dT%H:%M:%SZ")
        if not (word.startswith("{") and word.endswith("}")):
            return word
        name, _, part = word[1:-1].partition("#")
        if not part:
            return self.threads[name]
        shown = self.shown(self.parties[name][0], name)
        if part.isdigit():
            return shown["statements"][int(part)]["id"]
        return [one["id"] for one in shown["points"] if one["kind"] == part][-1]

    def step(self, one):
        by, name = one["by"], one.get("in")
        words = [one["kind"], one["act"]]
        if name and one["kind"] != "text":
            words.append(self.threads[name])
        for party in one.get("to", []):
            words += ["--to", party]
        first = LANGUAGES[by]
        second = "zh-Hans" if first == "en" else "en"
        if first in one:
            words += ["--language", first, "--text", one[first], "--also", f"{second}={one[second]}"]
        for file in one.get("attach", []):
            words += ["--attach", HERE.parent / file]
        words += [self.filled(word) for word in one.get("more", [])]
        said = self.parley(by, *words)
        if one.get("to"):
            self.threads[one["name"]] = said["thread"]
            self.kinds[one["name"]] = one["kind"]
            self.parties[one["name"]] = [by, *one["to"]]
            self.counts[one["name"]] = 0
        for said_in in {name, one.get("name") if one.get("to") else None} - {None}:
            self.counts[said_in] += 1
            self.settled(said_in)
        mark = "EXERCISE " if "--exercise" in one.get("more", []) else ""
        act = f"{one['kind']}.{one['act']}"
        print(f"   {by:4} {act:28} {mark}{one.get('en', '').splitlines()[0] if one.get('en') else ''}")
        if "zh-Hans" in one:
            print(f"   {'':33} {one['zh-Hans'].splitlines()[0]}")


def main(homes, scenario=HERE / "scenario.json"):
    play = Play(homes)
    for one in json.loads(pathlib.Path(scenario).read_text()):
        if "chapter" in one:
            print(f"\n── {one['chapter']}", flush=True)
        else:
            play.step(one)
    (pathlib.Path(homes) / "threads.json").write_text(json.dumps(play.threads, indent=2))


if __name__ == "__main__":
    main(*sys.argv[1:])
