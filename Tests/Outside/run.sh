#!/usr/bin/env bash
# Has other people's software judge what Parley makes.
#
#   PARLEY=path/to/parley [PYTHON=python3.12] Tests/Outside/run.sh
#
# make-artefacts.sh (its function make_artefacts DIR) has the executable make files; then each
# check_NAME.py reads them with what requirements-NAME.txt installs into an environment that is
# thrown away afterwards. A check prints lines that begin with `ok`, `FAILED` or `not tried`, and
# exits 0, 1, or 3 for not tried. What was not tried is named and passes, except where CI=true.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=()
not_tried=()

# Prints why not when the environment cannot be had; pip's own words go to the log.
environment_fault() {
    local name=$1 requirements=$here/requirements-$1.txt
    if ! "${PYTHON:-python3}" -m venv "$work/venv-$name" >"$work/$name.log" 2>&1; then
        printf 'no virtual environment: %s' "$(tail -n 1 "$work/$name.log")"
    elif [ -e "$requirements" ] &&
        ! "$work/venv-$name/bin/python" -m pip --no-input --disable-pip-version-check \
            install --quiet -r "$requirements" >>"$work/$name.log" 2>&1; then
        printf 'pip could not install %s: %s' "${requirements##*/}" "$(tail -n 1 "$work/$name.log")"
    fi
}

# Says what a check says, and leaves in NAME.verdict whether it passed.
run_check() {
    local name=$1 fault status=0 verdict=passed began=$SECONDS
    fault=$(environment_fault "$name")
    if [ -n "$fault" ]; then
        printf 'not tried: %s\n' "$fault"
        echo not-tried >"$work/$name.verdict"
        return
    fi
    # In a directory of its own: a check sees the artefacts and nothing else of this project.
    mkdir "$work/in-$name"
    (cd "$work/in-$name" && "$work/venv-$name/bin/python" "$here/check_$name.py" \
        "$work/artefacts") >"$work/$name.out" 2>&1 || status=$?
    cat "$work/$name.out"
    # An exit code alone is not believed: a check that says nothing has checked nothing.
    if [ "$status" != 0 ] && [ "$status" != 3 ] || grep -q '^FAILED' "$work/$name.out"; then
        verdict=failed
    elif [ "$status" = 3 ] || grep -q '^not tried' "$work/$name.out"; then
        verdict=not-tried
    elif ! grep -q '^ok' "$work/$name.out"; then
        printf 'FAILED the check said nothing\n'
        verdict=failed
    fi
    printf '   %d s\n' $((SECONDS - began))
    echo "$verdict" >"$work/$name.verdict"
}

if [ ! -x "${PARLEY:-}" ]; then
    printf 'outside: PARLEY must name the parley executable\n' >&2
    exit 2
fi
PARLEY=$(realpath "$PARLEY")
export PARLEY
mkdir "$work/artefacts"
# A shell of its own, so that the first failing command ends it.
if ! bash -euo pipefail -c 'source "$1"; make_artefacts "$2"' make-artefacts \
    "$here/make-artefacts.sh" "$work/artefacts" >"$work/artefacts.log" 2>&1; then
    cat "$work/artefacts.log"
    printf 'FAILED the artefacts could not be made\n'
    exit 1
fi

checks=("$here"/check_*.py)
if [ ! -e "${checks[0]}" ]; then
    printf 'FAILED no checks in %s\n' "$here"
    exit 1
fi
# Two at a time: most of them wait, for what they install or for a node's own times.
names=()
for check in "${checks[@]}"; do
    name=${check##*/check_}
    names+=("${name%.py}")
done
for name in "${names[@]}"; do
    while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n || true; done
    run_check "$name" >"$work/$name.said" 2>&1 &
done
wait
for name in "${names[@]}"; do
    printf -- '-- %s\n' "$name"
    cat "$work/$name.said"
    case $(cat "$work/$name.verdict" 2>/dev/null) in
        passed) ;;
        not-tried) not_tried+=("$name") ;;
        *) failed+=("$name") ;;
    esac
done

if [ ${#not_tried[@]} != 0 ]; then
    printf 'not tried on this machine: %s\n' "${not_tried[*]}"
    [ "${CI:-}" != true ] || failed+=("${not_tried[@]}")
fi
if [ ${#failed[@]} != 0 ]; then
    printf 'FAILED %s\n' "${failed[*]}"
    exit 1
fi
