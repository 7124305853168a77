// Checks a receipt (C2SP tlog-proof) or a thread's export in the browser itself, by the keys of the
// agreement that stand in the page. It asks nobody: what it says, this machine has worked out.
// The codes of refusals are those of the node's own software. No word is made here.
"use strict";

const limits = { receipt: 131072, note: 65536, lines: 64, hashes: 63, latest: 253402300799n };
const utf8 = new TextEncoder();
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

class Refusal extends Error {}
const refuse = (code) => { throw new Refusal(code); };

const same = (a, b) => a.length === b.length && a.every((byte, place) => byte === b[place]);
const joined = (...parts) => {
    const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => { all.set(part, at); return at + part.length; }, 0);
    return all;
};
const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

// Base 64 with one spelling for each byte string; null for every other.
function unbase64(text) {
    if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4) return null;
    const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
    return base64(bytes) === text ? bytes : null;
}

function base64(bytes) {
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) {
        text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    }
    return btoa(text);
}

// A number below 2^63 in its one spelling; null for every other.
function number(text) {
    if (!/^(0|[1-9][0-9]{0,18})$/.test(text)) return null;
    const value = BigInt(text);
    return value < 1n << 63n ? value : null;
}

// MARK: Notes and keys

async function noteKey(text) {
    const [, name, id, data] = /^([^+\s]+)\+([0-9a-f]{8})\+(.*)$/.exec(text) ?? [];
    const bytes = unbase64(data ?? "");
    if (!bytes?.length) refuse("key-text-malformed");
    const hash = await sha256(joined(utf8.encode(name + "\n"), bytes));
    if (hex(hash.subarray(0, 4)) !== id) refuse("key-id-differs");
    return { text, name, id, type: bytes[0], key: bytes.slice(1) };
}

async function isSigned(key, signature, message) {
    if (signature.length !== 64 || key.key.length !== 32) return false;
    const made = await crypto.subtle.importKey("raw", key.key, "Ed25519", false, ["verify"]);
    return crypto.subtle.verify("Ed25519", made, signature, message);
}

const isBy = (line, key) => line.name === key.name && line.id === key.id;

function parseNote(bytes) {
    if (bytes.length > limits.note) refuse("note-too-long");
    try { strict.decode(bytes); } catch { refuse("note-not-text"); }
    if (bytes.some((byte) => byte < 0x20 && byte !== 0x0a)) refuse("note-not-text");
    let empty = bytes.length - 1;
    while (empty > 0 && !(bytes[empty] === 0x0a && bytes[empty - 1] === 0x0a)) empty -= 1;
    if (bytes[bytes.length - 1] !== 0x0a || empty < 1 || empty >= bytes.length - 1) {
        refuse("note-signatures-missing");
    }
    const lines = strict.decode(bytes.subarray(empty + 1, -1)).split("\n");
    if (lines.length > limits.lines) refuse("note-too-many-signatures");
    const signatures = lines.map((line) => {
        const [dash, name, data, ...more] = line.split(" ");
        const decoded = unbase64(data ?? "");
        const isName = name && !/[\s\x00-\x1f\x85+]/u.test(name);
        if (dash !== "\u2014" || !isName || more.length || !decoded || decoded.length <= 4) {
            refuse("note-signature-malformed");
        }
        return { name, id: hex(decoded.subarray(0, 4)), bytes: decoded.slice(4) };
    });
    return { text: bytes.slice(0, empty), signatures };
}

// The keys of type 0x01 that have signed; one wrong line condemns the note.
async function checkNote(note, keys) {
    const signed = [];
    for (const key of keys.filter((one) => one.type === 1)) {
        for (const line of note.signatures.filter((one) => isBy(one, key))) {
            if (!await isSigned(key, line.bytes, note.text)) refuse("note-signature-wrong");
            if (!signed.includes(key)) signed.push(key);
        }
    }
    if (!signed.length) refuse("note-not-signed-by-known-key");
    return signed;
}

// MARK: Checkpoints

async function checkCheckpoint(bytes, logKey) {
    const note = parseNote(bytes);
    const text = strict.decode(note.text);
    const lines = text.slice(0, -1).split("\n");
    if (!text.endsWith("\n") || lines.length < 3 || lines.includes("")) {
        refuse("checkpoint-malformed");
    }
    const size = number(lines[1]) ?? refuse("checkpoint-size-malformed");
    const root = unbase64(lines[2]);
    if (root?.length !== 32) refuse("checkpoint-root-malformed");
    if (lines[0] !== logKey.name) refuse("checkpoint-origin-differs");
    await checkNote(note, [logKey]);
    return { origin: lines[0], size, root, note };
}

// One for each cosigner that has signed, with its earliest time.
async function checkCosignatures(note, cosigners) {
    const found = [];
    for (const key of cosigners.filter((one) => one.type === 4)) {
        let earliest = null;
        for (const line of note.signatures.filter((one) => isBy(one, key))) {
            if (line.bytes.length !== 72) refuse("note-signature-wrong");
            const time = new DataView(line.bytes.buffer).getBigUint64(0);
            if (time > limits.latest) refuse("cosignature-time-unfit");
            const head = utf8.encode(`cosignature/v1\ntime ${time}\n`);
            if (!await isSigned(key, line.bytes.slice(8), joined(head, note.text))) {
                refuse("note-signature-wrong");
            }
            if (earliest === null || time < earliest) earliest = time;
        }
        if (earliest !== null) found.push({ key, name: key.name, time: Number(earliest) });
    }
    return found.sort((a, b) => a.time - b.time || (a.name < b.name ? -1 : 1));
}

// MARK: Inclusion (RFC 9162 §2.1.3.2)

async function checkInclusion(entry, index, size, root, proof) {
    if (index >= size) refuse("index-outside-tree");
    let hash = await sha256(joined([0], entry));
    let [at, last] = [index, size - 1n];
    for (const beside of proof) {
        if (last === 0n) refuse("proof-too-long");
        if (at & 1n || at === last) {
            hash = await sha256(joined([1], beside, hash));
            while (!(at & 1n) && at !== 0n) [at, last] = [at >> 1n, last >> 1n];
        } else {
            hash = await sha256(joined([1], hash, beside));
        }
        [at, last] = [at >> 1n, last >> 1n];
    }
    if (last !== 0n) refuse("proof-too-short");
    if (!same(hash, root)) refuse("root-differs");
}

// MARK: Receipts

function parseReceipt(bytes) {
    if (bytes.length > limits.receipt) refuse("receipt-too-long");
    let empty = 1;
    while (empty < bytes.length && !(bytes[empty] === 0x0a && bytes[empty - 1] === 0x0a)) {
        empty += 1;
    }
    if (empty >= bytes.length) refuse("receipt-malformed");
    let lines;
    try {
        lines = strict.decode(bytes.subarray(0, empty)).split("\n").slice(0, -1);
    } catch { refuse("receipt-malformed"); }
    if (lines.shift() !== "c2sp.org/tlog-proof@v1") refuse("receipt-header-wrong");
    if (lines[0]?.startsWith("extra ")) {
        if (unbase64(lines.shift().slice(6)) === null) refuse("receipt-extra-malformed");
    }
    const line = lines.shift() ?? "";
    const index = line.startsWith("index ") ? number(line.slice(6)) : null;
    if (index === null) refuse("number-malformed");
    if (lines.length > limits.hashes) refuse("too-many-hashes");
    const proof = lines.map((one) => {
        const hash = unbase64(one);
        return hash?.length === 32 ? hash : refuse("hash-malformed");
    });
    return { index, proof, note: bytes.slice(empty + 1) };
}

// Each step adds a line; what throws is the reason why the receipt proves nothing.
async function checkReceipt(bytes, { entry, logs, cosigners, step = () => {} }) {
    const receipt = parseReceipt(bytes);
    step("form", "ok");
    const at = receipt.note.indexOf(0x0a);
    const name = new TextDecoder().decode(receipt.note.subarray(0, Math.max(at, 0)));
    const log = logs.find((one) => one.name === name) ?? logs[0];
    if (!log) refuse("checkpoint-origin-differs");
    const checkpoint = await checkCheckpoint(receipt.note, log);
    step("checkpoint", "ok");
    const cosignatures = await checkCosignatures(checkpoint.note, cosigners);
    if (entry) {
        await checkInclusion(
            entry, receipt.index, checkpoint.size, checkpoint.root, receipt.proof);
        step("inclusion", "ok");
    } else {
        step("inclusion", "open");
    }
    return { log, index: receipt.index, size: checkpoint.size, cosignatures };
}

// MARK: The page

const page = document.querySelector("#receipt");
if (page) begin(page);

function begin(form) {
    const field = form.elements.text;
    const statement = form.elements.statement;
    const list = document.querySelector("#browser-steps");
    const verdict = document.querySelector("#browser-verdict");
    const word = (key) =>
        document.querySelector(`#receipt-words [data-is="${CSS.escape(key)}"]`)?.textContent ?? key;
    const keys = async (kind) => Promise.all(
        [...document.querySelectorAll(`[data-is="${kind}"]`)].map(async (one) => ({
            ...await noteKey(one.textContent.trim()), party: one.dataset.party ?? "",
        })));
    const quorum = Number(list.dataset.quorum);
    let run = 0;

    const tell = (code, outcome, detail = "") => {
        const line = document.createElement("li");
        const mark = document.createElement("strong");
        mark.textContent = word(`outcome.${outcome}`);
        line.className = `step-${outcome}`;
        // After a mark of full width no space stands.
        const spaced = (text) => (text.endsWith("\uFF1A") ? text : text + " ");
        mark.textContent = spaced(mark.textContent);
        line.append(mark, detail ? spaced(word(`step.${code}`)) + detail : word(`step.${code}`));
        list.append(line);
    };
    const conclude = (outcome) => {
        verdict.textContent = word(`verdict.${outcome}`);
        verdict.className = `verdict step-${{ proven: "ok", open: "open" }[outcome] ?? "wrong"}`;
    };
    const outside = (found) =>
        found.cosignatures.filter((one) => one.key.party !== found.log.party).length;

    async function receipt(bytes) {
        const [logs, cosigners] = [await keys("log-key"), await keys("witness-key")];
        const id = /^sha256:([0-9a-f]{64})$/.exec(statement.value.trim());
        const found = await checkReceipt(bytes, {
            entry: id ? unhex(id[1]) : null, logs, cosigners, step: tell,
        });
        for (const one of found.cosignatures) {
            tell("cosigned", "ok", `${one.name}, ${new Date(one.time * 1000).toISOString().replace(".000", "")}`);
        }
        const count = outside(found);
        tell("cosignatures", count >= quorum ? "ok" : "wrong", `${count} / ${quorum}`);
        return count < quorum ? "not-proven" : id ? "proven" : "open";
    }

    async function exported(bytes) {
        let file;
        try { file = JSON.parse(strict.decode(bytes)); } catch { refuse("json-malformed"); }
        if (file?.parley !== "thread-export/1" || !Array.isArray(file.statements)) {
            refuse("json-malformed");
        }
        tell("form", "ok");
        const [logs, cosigners] = [await keys("log-key"), await keys("witness-key")];
        let isWhole = file.statements.length > 0;
        for (const [place, one] of file.statements.entries()) {
            const envelope = unbase64(String(one?.envelope)) ?? refuse("json-malformed");
            const entry = await sha256(envelope);
            // Each log's cosigners together, as the agreement counts them.
            const seen = new Map();
            for (const held of one.proofs ?? []) {
                const own = logs.filter((log) => log.party === held.log);
                const bytes = unbase64(String(held?.proof)) ?? refuse("json-malformed");
                const found = await checkReceipt(bytes, { entry, logs: own, cosigners });
                const names = seen.get(held.log) ?? new Set();
                for (const cosigned of found.cosignatures) {
                    if (cosigned.key.party !== held.log) names.add(cosigned.name);
                }
                seen.set(held.log, names);
            }
            const most = Math.max(0, ...[...seen.values()].map((names) => names.size));
            if (most < quorum) isWhole = false;
            tell("statement", most < quorum ? "wrong" : "ok",
                `${place + 1}: sha256:${hex(entry)} (${most} / ${quorum})`);
        }
        // Whose keys may sign what, and when, the node knows.
        tell("signatures", "open");
        return isWhole ? "open" : "not-proven";
    }

    async function check(bytes) {
        const mine = ++run;
        list.replaceChildren();
        verdict.textContent = "";
        if (!bytes.length) return;
        let outcome;
        try {
            outcome = bytes[0] === 0x7b ? await exported(bytes) : await receipt(bytes);
        } catch (error) {
            if (mine !== run) return;
            // A browser that lacks an algorithm has found out nothing.
            const code = error instanceof Refusal ? error.message : "browser-unable";
            tell("refused", error instanceof Refusal ? "wrong" : "open", `${word(`reason.${code}`)} [${code}]`);
            outcome = error instanceof Refusal ? "not-proven" : "open";
        }
        if (mine === run) conclude(outcome);
    }

    const typed = () => {
        const text = field.value;
        check(utf8.encode(text && !text.endsWith("\n") && text[0] !== "{" ? text + "\n" : text));
    };
    const take = async (file) => {
        if (!file || file.size > Number(field.maxLength)) {
            list.replaceChildren();
            tell("refused", "wrong", word("reason.receipt-too-long"));
            conclude("not-proven");
            return;
        }
        const bytes = new Uint8Array(await file.arrayBuffer());
        field.value = new TextDecoder().decode(bytes);
        await check(bytes);
    };
    const input = document.querySelector("#receipt-file");
    input.closest("[hidden]").hidden = false;
    document.querySelector("#browser").hidden = false;
    input.addEventListener("change", () => take(input.files[0]));
    field.addEventListener("input", typed);
    statement.addEventListener("input", typed);
    form.addEventListener("dragover", (event) => event.preventDefault());
    form.addEventListener("drop", (event) => {
        event.preventDefault();
        take(event.dataTransfer.files[0]);
    });
    typed();
}
