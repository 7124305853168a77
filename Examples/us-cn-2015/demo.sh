#!/usr/bin/env bash
# Parley's main job on this machine: two nodes, one request for information with real evidence,
# acknowledged, clarified, answered and reviewed; then proven by a third person from files alone.
#
#   demo.sh [--all | --serve] [--keep DIR]
#
#   --all         the whole dialogue instead of one request: scenario/scenario.json, between three nodes
#   --serve       that, and then pages for a browser at the nodes of us and cn, until Ctrl-C
#   --keep DIR    leaves everything in DIR (default: a new temporary folder)
#
# PARLEY names the executable. Nothing of it needs the network beyond this machine.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
parley=$(realpath "${PARLEY:?PARLEY must name the parley executable}")
work=""
serving=(us cn)
browsed=()
while (($# > 0)); do
    case $1 in
        --all) serving=(us cn acme) && shift ;;
        --serve) serving=(us cn acme) browsed=(us cn) && shift ;;
        --keep) work=${2:?--keep wants a folder} && mkdir -p "$work" && shift 2 ;;
        *)
            echo "demo: unknown argument $1; see the head of $0" >&2
            exit 2
            ;;
    esac
done
[ -n "$work" ] || work=$(mktemp -d "${TMPDIR:-/tmp}/parley-demo.XXXXXX")
cd "$work"
work=$PWD
nodes=()
trap 'for node in "${nodes[@]}"; do kill "$node" 2>/dev/null || true; done; wait' EXIT

# A record that is made for an hour needs no copy; the desk would ask for one.
export PARLEY_BACKUP_WARN_DAYS=0

step() { printf '\n── %s\n' "$*"; }
show() { sed 's/^/   /'; }
field() { python3 -c 'import json,sys; print(json.load(sys.stdin)[sys.argv[1]])' "$1"; }
# Two accounts at a node: one who writes, and a second person who approves and administers.
people() {
    local home=$1 address=$2
    for account in "case.officer case-officer" "second approver administrator"; do
        read -ra account <<<"$account"
        # Made up anew each time: whoever can reach the node meanwhile must not know it.
        head -c 10 /dev/urandom | base32 | tr -d '=\n' | tr '[:upper:]' '[:lower:]' >password
        roles=()
        for role in "${account[@]:1}"; do roles+=(--role "$role"); done
        "$parley" user add "${account[0]}" "${roles[@]}" --password-file password \
            --home "$home" >/dev/null
        printf '%s\thttps://%s\t%s\t%s\n' "$home" "$address" "${account[0]}" "$(cat password)"
        rm password
    done
}
# Waits until both nodes hold that many statements with a time; gives up after many tries.
settled() {
    local thread=$1 count=$2 home try
    for home in us cn; do
        for ((try = 0; ; try++)); do
            if "$parley" request show "$thread" --home "$home" --json 2>/dev/null | python3 -c '
import json, sys
held = json.load(sys.stdin)["statements"]
sys.exit(sum("time" in one and bool(one["receipts"]) for one in held) < int(sys.argv[1]))' "$count"
            then break; fi
            if ((try > 300)); then
                echo "demo: $home does not hold $count receipted statements; its log:" >&2
                cat "$home.log" >&2
                exit 1
            fi
            sleep 0.1
        done
    done
}

step "1. Three parties make their keys: two states' contact points and one company"
for party in us cn acme; do
    case $party in
        us) kind=state english="United States" chinese="美国" url=https://us.example.org:7443 ;;
        cn) kind=state english="China" chinese="中国" url=https://cn.example.net:7443 ;;
        acme) kind=industry english="Acme" chinese="极点公司" url=https://acme.example.com:7443 ;;
    esac
    # The company keeps the working days of the place where it is.
    calendar=$party
    [ $party = acme ] && calendar=us
    language=en
    [ $party = cn ] && language=zh-Hans
    "$parley" init --home $party --agreement us-cn-2015 --party $party --kind $kind \
        --name "en=$english" --name "zh-Hans=$chinese" \
        --organ-name "en=Contact point" --organ-name "zh-Hans=联络点" --url $url \
        --language en --language zh-Hans --calendar "$here/calendars/$calendar.json" \
        --no-passphrase | head -n 1 | show
done

step "2. They put the agreement together, sign it with their root keys, and adopt it"
"$parley" agreement new --name us-cn-2015 --exercise \
    --title "en=Joint dialogue mechanism on cybercrime" --title "zh-Hans=打击网络犯罪联合对话机制" \
    --card us/card.json --card cn/card.json --card acme/card.json --out agreement.json \
    --effective-from 2026-01-01T00:00:00Z | head -n 2 | show
for party in us cn acme; do
    "$parley" agreement sign agreement.json --home $party | tail -n 1 | show
done
for party in "${serving[@]}"; do "$parley" agreement adopt agreement.json --home $party >adopted.$party; done

step "3. Both nodes serve; each believes only the keys in the agreement"
read -ra ports < <(python3 "$here/../../run.d/free_ports.py" $((${#serving[@]} + ${#browsed[@]})))
peers=()
for place in "${!serving[@]}"; do peers+=(--peer "${serving[$place]}=127.0.0.1:${ports[$place]}"); done
for place in "${!serving[@]}"; do
    others=("${peers[@]:0:place * 2}" "${peers[@]:place * 2 + 2}")
    pages=()
    ((place >= ${#browsed[@]})) || pages=(--api "127.0.0.1:${ports[place + ${#serving[@]}]}")
    "$parley" serve --home "${serving[$place]}" --listen "127.0.0.1:${ports[$place]}" \
        "${others[@]}" "${pages[@]}" 2>"${serving[$place]}.log" &
    nodes+=($!)
done
for home in "${serving[@]}"; do
    for ((try = 0; try < 300; try++)); do
        grep -q serving "$home.log" 2>/dev/null && break
        sleep 0.1
    done
    sed "s/^[^ ]* notice/$home:/; s/agreement=.*//" "$home.log" | show
done

if ((${#serving[@]} == 3)); then
    step "4. The whole dialogue, as an exercise after the published facts of 2015"
    PARLEY=$parley python3 -u "$here/scenario/play.py" "$work"

    step "5. Both sides work out agenda and scorecard from their own record: the same bytes"
    sleep 1
    instant=$(date -u +%Y-%m-%dT%H:%M:%SZ)
    for report in agenda scorecard; do
        "$parley" $report --home us --with cn --at "$instant" >us.$report
        "$parley" $report --home cn --with us --at "$instant" >cn.$report
        cmp us.$report cn.$report
    done
    show <us.agenda
    show <us.scorecard
    for form in "" "--language zh-Hans"; do
        # shellcheck disable=SC2086
        "$parley" agenda --home cn --with us --at "$instant" --html $form >"agenda${form##* }.html"
    done
    step "Done. Everything is in $work; look at each piece with:"
    show <<TXT
$parley allegation list --home us
$parley session list --home cn
$parley commitment show $(field promise <threads.json) --home us
$parley concern show $(field put <threads.json) --home cn
$parley scorecard --home us --with cn --at $instant --html
(cd $work first; threads.json names every thread; the homes keep the whole record)
TXT
    ((${#browsed[@]} > 0)) || exit 0
    umask 077
    for place in "${!browsed[@]}"; do
        people "${browsed[$place]}" "127.0.0.1:${ports[place + ${#serving[@]}]}"
    done >accounts.tsv
    step "Open these in a browser, which asks about the nodes' own certificates; Ctrl-C ends it"
    show <accounts.tsv
    wait
fi

step "4. us asks cn for information, with a real threat report as sealed exhibit"
thread=$("$parley" request new --home us --to cn --kind information --urgency normal --json \
    --text "Which hosting accounts used the addresses in the exhibit during November?" \
    --field authority="Contact point of us" --field offence="Illegal access to mail servers" \
    --attach "$here/evidence/apt1.json" --media-type application/stix+json | field thread)
settled "$thread" 1
"$parley" inbox --home cn | show

step "5. A person at cn acknowledges and asks what is meant: the answer clock stands still"
"$parley" request acknowledge "$thread" --home cn | head -n 1 | show
settled "$thread" 2
"$parley" request clarify "$thread" --home cn \
    --text "Which time zone are the times in the report?" | head -n 1 | show
settled "$thread" 3
"$parley" request show "$thread" --home cn | grep answer | head -n 1 | show

step "6. us answers the question; cn accepts and answers; us reviews"
"$parley" request clarify "$thread" --home us --text "All times are UTC." | head -n 1 | show
settled "$thread" 4
"$parley" request accept "$thread" --home cn | head -n 1 | show
settled "$thread" 5
printf '{"accounts":["a-1017","a-2290"],"source":"192.0.2.14"}\n' >accounts.json
"$parley" request answer "$thread" --home cn --text "Two accounts; see the exhibit." \
    --attach accounts.json | head -n 1 | show
settled "$thread" 6
"$parley" request review "$thread" --home us \
    --complete yes --usable yes --whole yes --reasoned yes | head -n 1 | show
settled "$thread" 7

step "7. Both nodes show the same thread and the same clocks"
"$parley" request show "$thread" --home us | tee us.thread | show
"$parley" request show "$thread" --home us --json | field summary >us.summary
"$parley" request show "$thread" --home cn --json | field summary >cn.summary
cmp us.summary cn.summary
printf '   the two nodes agree byte for byte: %s\n' "$(sha256sum <us.summary | cut -c 1-64)"

step "8. cn opens the exhibit that us sealed: the very bytes, and us sees who opened it"
first=$("$parley" request show "$thread" --home us --json | python3 -c \
    'import json,sys; print(json.load(sys.stdin)["statements"][0]["id"])')
"$parley" fetch "$first" --home cn --out opened | show
cmp opened/apt1.json "$here/evidence/apt1.json"
settled "$thread" 8
"$parley" custody opened/apt1.json --home us | show

step "9. A third person, with two files and nothing else, proves it"
"$parley" export "$thread" --home us --out thread.json >exported
mkdir -p third && cp thread.json agreement.json third/
(cd third && "$parley" verify thread.json --agreement agreement.json | tail -n 1 | show)

step "10. One bit is flipped: verification says what is wrong"
python3 - <<'PY'
import json, base64
export = json.load(open("third/thread.json"))
envelope = bytearray(base64.b64decode(export["statements"][5]["envelope"]))
envelope[len(envelope) // 2] ^= 1
export["statements"][5]["envelope"] = base64.b64encode(envelope).decode()
json.dump(export, open("third/flipped.json", "w"), separators=(",", ":"), sort_keys=True)
PY
status=0
(cd third && "$parley" verify flipped.json --agreement agreement.json) >flipped 2>&1 || status=$?
sed -n '/NOT PROVEN/,$p' flipped | head -n 4 | show
[ "$status" = 3 ] || { echo "demo: the flipped export was not refused" >&2 && exit 1; }

step "Done. Everything is in $work; look at each piece with:"
cat <<TXT | show
$parley request show $thread --home us
$parley receipt show $first --home us
$parley agreement show agreement.json
$parley fetch $first --home cn --out opened
$parley verify third/thread.json --agreement third/agreement.json
(cd $work first; homes us and cn keep their whole record, keys included)
TXT
