// What a page can do with script beside what it does without: keys, drafts saved as they are
// written, exhibits brought in parts, changes told. No word is made here: every text stands in the
// page.
"use strict";

const one = (query) => document.querySelector(query);
const typing = () => /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? "");

// What went wrong is read first.
one("#problem")?.focus();

// Keys: j and k move, Enter opens, / searches, n begins.
const rows = [...document.querySelectorAll("[data-is=row]")];
let chosen = -1;

function choose(place) {
    if (!rows.length) return;
    const holder = (row) => row.closest("tr, li");
    if (chosen >= 0) holder(rows[chosen])?.classList.remove("chosen");
    chosen = Math.max(0, Math.min(rows.length - 1, place));
    holder(rows[chosen])?.classList.add("chosen");
    rows[chosen].focus();
}

document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing()) return;
    const acts = {
        j: () => choose(chosen + 1),
        k: () => choose(chosen - 1),
        "/": () => one("#find")?.focus(),
        n: () => one("[data-is=say]")?.click(),
    };
    if (!acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
});

// A draft is saved a second after the last stroke, and the page says so only once it is.
const draft = one("form[data-is=draft]");
if (draft) {
    const told = one("#saved");
    let waiting = 0;
    let saving = Promise.resolve();
    let changes = 0;

    const save = async () => {
        const upTo = changes;
        const body = new URLSearchParams(new FormData(draft));
        body.set("do", "save");
        body.set("auto", "1");
        let answer;
        try {
            answer = await fetch(draft.action, { method: "POST", body });
        } catch {
            told.textContent = document.body.dataset.unsaved;
            return;
        }
        // Sent to sign in: the page stays, with what was typed.
        if (answer.redirected) {
            told.textContent = document.body.dataset.over;
            return;
        }
        const tag = answer.headers.get("ETag");
        if (!answer.ok || !tag) {
            // Somebody else has saved: the page with both texts is the answer to a full save.
            draft.requestSubmit(draft.querySelector("button[value=save]"));
            return;
        }
        draft.elements.tag.value = tag;
        told.textContent = await answer.text();
        if (upTo === changes) window.onbeforeunload = null;
    };
    draft.addEventListener("input", () => {
        changes += 1;
        window.onbeforeunload = () => true;
        clearTimeout(waiting);
        waiting = setTimeout(() => { saving = saving.then(save); }, 1000);
    });
    draft.addEventListener("submit", () => {
        clearTimeout(waiting);
        window.onbeforeunload = null;
    });
    // What a choice asks next, the node knows.
    for (const name of ["to", "term.kind", "term.basis"]) {
        const field = draft.elements[name];
        if (field?.tagName !== "SELECT") continue;
        field.addEventListener("change", () => {
            draft.requestSubmit(draft.querySelector("button[value=save]"));
        });
    }
    exhibits(draft);
}

// Exhibits go up in parts, each acknowledged before the next; a part that fails is sent again from
// where the node stands.
function exhibits(form) {
    const input = one("#exhibit");
    if (!input) return;
    const bar = one("#exhibit-progress");
    const piece = 4 << 20;

    const call = async (method, path, body, headers) => {
        const answer = await fetch("/api/v1" + path, { method, body, headers });
        const json = answer.status === 204 ? {} : await answer.json();
        if (!answer.ok) throw Object.assign(new Error(json.detail), { problem: json });
        return json;
    };
    const asJSON = (value) => [JSON.stringify(value), { "Content-Type": "application/json" }];

    const bring = async (file) => {
        const to = [...form.querySelectorAll("select[name=to], input[name=to]")]
            .filter((field) => field.type !== "checkbox" || field.checked)
            .map((field) => field.value).filter((value) => value);
        const made = await call("POST", "/files", ...asJSON({ name: file.name, sizeBytes: file.size }));
        let at = 0;
        let failures = 0;
        while (at < file.size) {
            try {
                await call("PATCH", `/files/${made.file}/content`, file.slice(at, at + piece), {
                    "Content-Type": "application/octet-stream", "Upload-Offset": String(at),
                });
                at = Math.min(file.size, at + piece);
                failures = 0;
            } catch (error) {
                failures += 1;
                if (failures > 5) throw error;
                await new Promise((done) => setTimeout(done, 500 * 2 ** failures));
                at = (await call("GET", `/files/${made.file}`)).receivedBytes;
            }
            bar.value = file.size ? Math.floor((at * 100) / file.size) : 100;
        }
        const sealed = await call(
            "POST", `/files/${made.file}/exhibit`,
            ...asJSON(file.type ? { to, mediaType: file.type } : { to }));
        const field = document.createElement("input");
        Object.assign(field, { type: "hidden", name: "exhibits", value: sealed.exhibit });
        form.append(field);
    };

    input.addEventListener("change", async () => {
        bar.hidden = false;
        try {
            for (const file of input.files) await bring(file);
            form.requestSubmit(form.querySelector("button[value=save]"));
        } catch (error) {
            bar.hidden = true;
            const reason = error.problem?.reason ?? error.name;
            input.setCustomValidity(input.dataset.failed.replace("{reason}", reason));
            input.reportValidity();
            input.setCustomValidity("");
        }
    });
}

// Changes are told and never made: the list stays as it is until its reader asks. A call over the
// hotline is told on every page of the desk, and heard.
const live = one("#live");
const calling = one("#calling");
if ((live || calling) && window.EventSource) {
    let count = 0;
    const stream = new EventSource("/api/v1/events");
    const heard = () => {
        count += 1;
        const text = count === 1 ? live.dataset.one : live.dataset.other.replace("{n}", count);
        live.firstElementChild.textContent = text;
        live.hidden = false;
    };
    for (const kind of live?.dataset.kinds.split(" ") ?? []) stream.addEventListener(kind, heard);
    stream.addEventListener("hotline", (event) => {
        const { act, from } = JSON.parse(event.data);
        const isCall = act === "hotline.call" || act === "hotline.escalate";
        if (!calling || !isCall || from === calling.dataset.party) return;
        calling.hidden = false;
        ring();
    });
    addEventListener("pagehide", () => stream.close());
}
if (one("#alarm-page.alarm")) ring();

// Two tones, again and again, until somebody leaves the page or silences it with a key.
function ring() {
    const audio = new AudioContext();
    const tone = (at, pitch) => {
        const source = audio.createOscillator();
        const gain = audio.createGain();
        source.frequency.value = pitch;
        gain.gain.value = 0.2;
        source.connect(gain).connect(audio.destination);
        source.start(at);
        source.stop(at + 0.35);
    };
    let rings = 0;
    const again = setInterval(() => {
        rings += 1;
        tone(audio.currentTime, 880);
        tone(audio.currentTime + 0.4, 660);
        if (rings > 300) clearInterval(again);
    }, 2000);
    addEventListener("keydown", () => clearInterval(again), { once: true });
    addEventListener("pointerdown", () => audio.resume(), { once: true });
}
