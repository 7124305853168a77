# Sourced by run.sh: has the executable make the files that other people's software then judges.
#
# make_artefacts DIR fills DIR with a cosigned checkpoint and a receipt, a statement's envelope under
# both signature algorithms with its agreement, sealed files with their plain ones, a custody package,
# and the home of a node whose log check_follow.py has it serve.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)

# Prints the value of a member of the JSON object on standard input.
member() { python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }

make_homes() {
    local party
    "$PARLEY" agreement terms |
        python3 -c '
import json, sys
terms = json.load(sys.stdin)
terms["algorithms"] = ["ed25519", "ml-dsa-65"]
json.dump(terms, sys.stdout)' >terms.json
    for party in us cn; do
        "$PARLEY" init --home $party --agreement outside --party $party --kind state \
            --name "en=$party" --organ-name "en=Contact point" \
            --url "https://$party.example.org:7443" --language en --ml-dsa --no-passphrase \
            --calendar "$root/Examples/us-cn-2015/calendars/$party.json" >/dev/null
    done
    "$PARLEY" agreement new --name outside --title "en=Checked from outside" --exercise \
        --terms terms.json --card us/card.json --card cn/card.json --out signed.json >/dev/null
    cp signed.json agreement-plain.json
    for party in us cn; do "$PARLEY" agreement sign signed.json --home $party >/dev/null; done
    for party in us cn; do "$PARLEY" agreement adopt signed.json --home $party >/dev/null; done
}

# Two nodes, one request, one receipt; then both are stopped.
make_record() {
    local ports nodes=() try statement
    read -r -a ports < <(python3 "$root/run.d/free_ports.py" 2)
    "$PARLEY" serve --home us --listen "127.0.0.1:${ports[0]}" --peer "cn=127.0.0.1:${ports[1]}" \
        2>us.log &
    nodes+=($!)
    "$PARLEY" serve --home cn --listen "127.0.0.1:${ports[1]}" --peer "us=127.0.0.1:${ports[0]}" \
        2>cn.log &
    nodes+=($!)
    head -c 300000 /dev/urandom >exhibit.bin
    statement=$("$PARLEY" request new --home us --to cn --kind information --text "A question." \
        --attach exhibit.bin --json | member statement)
    for ((try = 0; try < 600; try++)); do
        "$PARLEY" receipt show "$statement" --home us --log cn --out receipt.tlog-proof \
            >/dev/null 2>&1 && break
        sleep 0.1
    done
    kill "${nodes[@]}" || true
    wait "${nodes[@]}" || true
    [ -e receipt.tlog-proof ] || cat us.log cn.log >&2
    printf '%s' "$statement" >statement.id
}

# cn opens and examines the exhibit, and packs it with its custody.
make_custody() {
    "$PARLEY" fetch "$(cat statement.id)" --home cn --out opened >/dev/null
    "$PARLEY" custody record examined opened/exhibit.bin --home cn --file opened/exhibit.bin \
        --tool sha256sum --tool-version 9.1 --purpose "Compare with the copy at hand" \
        --place "Laboratory 2" --authority "Order 2026-114" --witness "case officer" >/dev/null
    "$PARLEY" custody export opened/exhibit.bin --home cn --out "$1" --open >/dev/null
}

make_artefacts() {
    local out
    mkdir -p "$1"
    out=$(cd "$1" && pwd)
    cd "$(mktemp -d)"
    make_homes
    make_record
    python3 "$root/Tests/Outside/collect.py" "$PWD" "$out"
    make_custody "$out/custody-package"
    python3 "$root/Tests/Outside/make_follow.py" "$out"
}
