#!/usr/bin/env bash
# Fuzzes the parsers of what comes from outside: libFuzzer, one process for each.
#
#   Fuzzing/run.sh [TARGET|all] [SECONDS]   SECONDS for each target; 20 unless told
#   Fuzzing/run.sh keep [TARGET|all]        keeps in Corpus/ some of what runs found beyond Vectors/
#
# Builds into PARLEY_FUZZ_DIR, or Fuzzing/.build. Inputs found stay there for the next run; one that
# stops a target is left in its folder `found`, is named, and makes the exit status 1.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
scratch=${PARLEY_FUZZ_DIR:-$here/.build}
work=$scratch/fuzz
keep_limit_bytes=1024
keep_count=24

build() {
    (cd "$here" && swift build -c release --scratch-path "$scratch" >&2)
    fuzzer=$(cd "$here" && swift build -c release --scratch-path "$scratch" --show-bin-path)/fuzz
}

targets() { # TARGET|all
    local chosen=()
    [ "$1" = all ] || chosen=("$1")
    python3 "$here/seeds.py" "$work/seeds" "${chosen[@]}"
}

stat_of() { sed -n "s/^stat::$2: *//p" "$1"; }

fuzz() { # TARGET SECONDS
    local name=$1 log=$work/$1.log status=0 corpora=("$work/corpus/$1" "$work/seeds/$1")
    mkdir -p "$work/corpus/$name" "$work/found"
    [ ! -d "$here/Corpus/$name" ] || corpora+=("$here/Corpus/$name")
    # Swift's own handler of crashes would leave libFuzzer no chance to keep the input.
    SWIFT_BACKTRACE=enable=no \
        "$fuzzer" "--target=$name" "-max_total_time=$2" -timeout=10 -rss_limit_mb=1024 \
        -print_final_stats=1 -use_value_profile=1 "-dict=$work/seeds/$name.dict" \
        "-artifact_prefix=$work/found/$name-" "${corpora[@]}" >"$log" 2>&1 || status=$?
    # An exit code alone is not believed: a fuzzer that ran nothing has proven nothing.
    [ "$(stat_of "$log" number_of_executed_units)" ] || status=1
    printf '%-18s %10s runs %8s/s %7s edges %7s inputs %5s MB  %s\n' "$name" \
        "$(stat_of "$log" number_of_executed_units)" "$(stat_of "$log" average_exec_per_sec)" \
        "$(grep -o ' cov: [0-9]*' "$log" | tail -n 1 | tr -dc 0-9)" \
        "$(find "$work/corpus/$name" -type f | wc -l)" "$(stat_of "$log" peak_rss_mb)" \
        "$([ $status = 0 ] && echo held || echo "STOPPED: $log")"
    return $status
}

keep() { # TARGET
    local name=$1 merged=$work/merged/$1 input
    rm -rf "$merged"
    mkdir -p "$merged" "$here/Corpus/$name"
    cp "$work/seeds/$name"/* "$merged"
    "$fuzzer" "--target=$name" -merge=1 "-max_len=$keep_limit_bytes" "$merged" \
        "$here/Corpus/$name" "$work/corpus/$name" >"$work/$name.merge.log" 2>&1
    rm -rf "${here:?}/Corpus/$name"
    mkdir -p "$here/Corpus/$name"
    # The smallest only: the repository carries a start, not all that was ever found.
    (cd "$merged" && find . -type f -printf '%s %f\n') | sort -n | cut -d ' ' -f 2 |
        while read -r input; do
            [ -e "$work/seeds/$name/$input" ] || printf '%s\n' "$input"
        done | sed -n "1,${keep_count}p" |
        while read -r input; do cp "$merged/$input" "$here/Corpus/$name"; done
    printf '%-18s %5d kept\n' "$name" "$(find "$here/Corpus/$name" -type f 2>/dev/null | wc -l)"
}

build
status=0
if [ "${1:-}" = keep ]; then
    for name in $(targets "${2:-all}"); do keep "$name"; done
else
    for name in $(targets "${1:-all}"); do fuzz "$name" "${2:-20}" || status=1; done
fi
exit $status
