"""The API of a real node, asked thousands of times by schemathesis out of the API's own document.

    PARLEY=… [EXAMPLES=20] python3 check_api.py

Once as a program with a token and once as a person with a session. What it must find: no answer of
5xx, none that the document does not have, no good request refused, no bad one taken, nothing done
without credentials or with made-up ones.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "EndToEnd"))

from case_service import API, ROLES, people, serve_api  # noqa: E402
from parley import make_world  # noqa: E402

# They end the session that asks, or ask for a password that only one account has; or their answer
# never ends (case_events.py follows that one).
LEFT_OUT = (
    "session.begin", "session.end", "session.end-all", "password.set", "factor.begin",
    "factor.remove", "event.follow")

# What no schema can say: a password that others would guess, a text without a letter, JSON numbers
# such as 137.0, which are whole and are not written so, a null deep inside, the tag of a state that
# has passed, an act that is not lawful now, a policy or a provider that this node has not, where a
# file stands, words that name a command, what a page before it ended with, quiet hours and a
# period that end, a mailbox, and an address that this node's operator lets webhooks go to; a name
# that hides nothing, and what of a filing goes together.
FREE_TO_REFUSE = (
    "account.add", "account.change", "first.add", "text.search", "token.add", "draft.add",
    "draft.change", "draft.review", "draft.preview", "draft.send", "keys.unlock", "keys.lock",
    "oidc.begin", "oidc.end", "file.add", "file.append", "exhibit.prepare", "command.run",
    "portal.threads", "notify.set", "webhook.add", "node-webhook.add", "filter.add", "filing.add",
    "filing.change", "filing.hand-in", "intake.take", "intake.return", "report.scorecard")


def configuration(credentials):
    # RFC 6585 §3 has a status of its own for a missing If-Match; of what is not there, or is open
    # no more, nobody is asked for its state.
    lines = [
        "[checks]\n"
        "missing_required_header.expected-statuses = [400, 401, 403, 404, 409, 415, 428]\n"
        # What is too long is refused as that (RFC 9110 §15.5.14) before it is looked into.
        "negative_data_rejection.expected-statuses = "
        "[400, 401, 403, 404, 405, 406, 409, 413, 415, 422, 428, 429]"]
    lines += [f"[auth.openapi.{name}]\n{key} = \"{value}\"" for name, key, value in credentials]
    for operation in FREE_TO_REFUSE:
        lines.append(
            f"[[operations]]\ninclude-operation-id = \"{operation}\"\n"
            "[operations.checks]\npositive_data_acceptance.enabled = false")
    return "\n".join(lines) + "\n"


def asked(folder, name, port, document, credentials):
    file = folder / f"{name}.toml"
    file.write_text(configuration(credentials))
    words = [
        sys.executable, "-m", "schemathesis.cli", "--config-file", file, "run", document, "--url",
        f"https://127.0.0.1:{port}/api/v1", "--tls-verify", "false", "--no-color",
        "--max-examples", os.environ.get("EXAMPLES", "20"), "--seed", "1"]
    for operation in LEFT_OUT:
        words += ["--exclude-operation-id", operation]
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    tail = [line.strip() for line in done.stdout.splitlines() if "generated" in line]
    if done.returncode:
        print(done.stdout[-6000:], done.stderr[-2000:])
        print(f"FAILED schemathesis by {name}: {tail}")
        return False
    print(f"ok schemathesis by {name}: {tail[-1] if tail else 'said nothing'}")
    return bool(tail)


def main():
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        document = folder / "openapi.json"
        document.write_bytes(subprocess.run(
            [os.environ["PARLEY"], "api", "document"], capture_output=True, check=True).stdout)
        valid = subprocess.run(
            [pathlib.Path(sys.executable).parent / "openapi-spec-validator", document],
            capture_output=True, text=True)
        print(f"{'FAILED' if valid.returncode else 'ok'} openapi-spec-validator: "
              f"{valid.stdout.strip()[-400:]}")
        world = make_world(folder / "w", parties=("us", "cn"))
        try:
            port = serve_api(world, options=("--api-rate", "100000"))
            world.serve("cn")
            people(world)
            said = world.said(
                "us", "request", "new", "--to", "cn", "--kind", "information", "--text", "Who?")
            world.agreed(said["thread"], 1)
            roles = [word for role in ROLES for word in ("--role", role)]
            world.said(
                "us", "user", "add", "all", *roles, "--company", "Acme", "--password-file",
                world.folder / "password")
            token = world.said("us", "token", "add", "all", "program", *roles)["token"]
            session = API(port).sign_in("all").cookie.split("=", 1)[1]
            good = all([
                asked(folder, "token", port, document, [("token", "bearer", token)]),
                asked(folder, "session", port, document, [("session", "api_key", session)])])
            world.stop()
        finally:
            world.kill()
    return 0 if good and not valid.returncode else 1


if __name__ == "__main__":
    sys.exit(main())
