#!/usr/bin/env bash
# Has a real browser use the pages of running nodes.
#
#   PARLEY=path/to/parley [PYTHON=python3.12] Tests/Browser/run.sh [NAME…]
#   Tests/Browser/run.sh --python FILE [ARGUMENT…]
#
# Finds Chromium, installs what requirements.txt names into an environment of its own (kept below
# ~/.cache for as long as that file stays as it is) and runs the cases, or another file of this
# folder. What cannot be had here is named as not tried, and passes, except where CI=true.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}
[ -w "$cache" ] || mkdir -p "$cache" 2>/dev/null || cache=$(mktemp -d)
environment=$cache/parley-browser-$(sha256sum "$here/requirements.txt" | cut -c 1-16)
log=$(mktemp)
trap 'rm -f "$log"' EXIT

not_tried() {
    printf 'not tried: %s\n' "$*"
    [ "${CI:-}" != true ] || { printf 'FAILED browser\n' && exit 1; }
    exit "${NOT_TRIED_CODE:-0}"
}

if [ "${1:-}" != --python ] && [ ! -x "${PARLEY:-}" ]; then
    printf 'browser: PARLEY must name the parley executable\n' >&2
    exit 2
fi
for name in chromium chromium-browser google-chrome; do
    [ -n "${CHROMIUM:-}" ] || CHROMIUM=$(command -v "$name" || true)
done
export CHROMIUM
[ -x "$CHROMIUM" ] || not_tried "no Chromium on this machine (Debian has it: chromium)"
command -v java >/dev/null ||
    not_tried "no Java for the HTML checker (Debian has it: default-jre-headless)"
# Marked once whole: an install that was cut short is begun again.
if [ ! -e "$environment/whole" ]; then
    rm -rf "$environment"
    "${PYTHON:-python3}" -m venv "$environment" >"$log" 2>&1 ||
        not_tried "no virtual environment: $(tail -n 1 "$log")"
    "$environment/bin/python" -m pip --no-input --disable-pip-version-check \
        install --quiet -r "$here/requirements.txt" >"$log" 2>&1 ||
        not_tried "pip could not install requirements.txt: $(tail -n 1 "$log")"
    touch "$environment/whole"
fi
if [ "${1:-}" = --python ]; then
    file=$2
    shift 2
    "$environment/bin/python" "$here/$file" "$@"
else
    "$environment/bin/python" "$here/run.py" "$@"
fi
