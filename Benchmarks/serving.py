"""Drives a web server with wrk, and has nginx serve the same files for comparison."""

import contextlib
import getpass
import http.client
import re
import shutil
import subprocess
import time

# Load from one thread: it and the server have the machine's processors to themselves.
WRK_THREADS, WRK_CONNECTIONS, WRK_SECONDS = 1, 32, 8
# A reader asks for the checkpoint each time it comes, and for some tiles.
CHECKPOINT_EVERY = 8

NGINX = """
user {user};
worker_processes auto;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 512; }}
http {{
    access_log off;
    types {{ text/html html; }}
    sendfile on;
    keepalive_requests 1000000;
    open_file_cache max=4096;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{ listen {address} {options}; root {folder}/www; }}
}}
"""


def log_paths(prefix, size):
    """The checkpoint and every hash tile of a log of that size, in the order wrk asks for them."""
    tiles, level = [], 0
    while size >> (8 * level):
        count = size >> (8 * level)
        full, rest = divmod(count, 256)
        tiles += [f"{prefix}tile/{level}/{number:03}" for number in range(full)]
        tiles += [f"{prefix}tile/{level}/{full:03}.p/{rest}"] if rest else []
        level += 1
    paths = []
    for place, tile in enumerate(tiles):
        if place % (CHECKPOINT_EVERY - 1) == 0:
            paths.append(f"{prefix}checkpoint")
        paths.append(tile)
    return paths


def copied(address, paths, www):
    """Fetches each path once and puts it below `www`, as a mirror would have it."""
    host, port = address.split(":")
    connection = http.client.HTTPConnection(host, int(port), timeout=30)
    total = 0
    for path in paths:
        connection.request("GET", path)
        reply = connection.getresponse()
        body = reply.read()
        if reply.status != 200:
            raise SystemExit(f"{path} is answered {reply.status}")
        file = www / path.lstrip("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        total += len(body)
    connection.close()
    return total / len(paths)


def wrk(
    address, paths, folder, seconds=WRK_SECONDS, scheme="http", headers=None, per_second=None
):
    """Requests a second and milliseconds at the 99th percentile; any failure ends the run.

    With `per_second`, each connection waits before it asks, by chance longer or shorter, so that
    about so many come in a second.
    """
    script = folder / "requests.lua"
    pause = per_second and 1000 * WRK_CONNECTIONS / per_second
    listed = ", ".join(f'"{path}"' for path in paths)
    script.write_text(
        f"local paths = {{ {listed} }}\nlocal count = 0\n"
        + "".join(
            f'wrk.headers["{name}"] = "{value}"\n' for name, value in (headers or {}).items())
        + (f"delay = function() return 2 * math.random() * {pause} end\n" if pause else "") +
        "request = function()\n"
        "    count = count + 1\n"
        '    return wrk.format("GET", paths[count % #paths + 1])\n'
        "end\n")
    done = subprocess.run(
        ["wrk", "--latency", f"-t{WRK_THREADS}", f"-c{WRK_CONNECTIONS}", f"-d{seconds}s",
         "-s", script, f"{scheme}://{address}/"], check=True, capture_output=True, text=True)
    if "Non-2xx" in done.stdout or "Socket errors" in done.stdout:
        raise SystemExit(done.stdout)
    rate = float(re.search(r"Requests/sec:\s+([0-9.]+)", done.stdout)[1])
    number, unit = re.search(r"99%\s+([0-9.]+)(us|ms|s)", done.stdout).groups()
    return rate, float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


@contextlib.contextmanager
def nginx(address, folder, options=""):
    """nginx serving `folder`/www; gives False where it is not installed."""
    program = shutil.which("nginx") or shutil.which("/usr/sbin/nginx")
    if not program:
        yield False
        return
    configuration = folder / "nginx.conf"
    configuration.write_text(
        # Otherwise its workers are a user who may not read the folder.
        NGINX.format(folder=folder, address=address, options=options, user=getpass.getuser()))
    server = subprocess.Popen([program, "-c", configuration], stderr=subprocess.DEVNULL)
    try:
        host, port = address.split(":")
        for _ in range(200):
            with contextlib.suppress(OSError):
                http.client.HTTPConnection(host, int(port)).connect()
                break
            time.sleep(0.02)
        yield True
    finally:
        server.terminate()
        server.wait(20)
