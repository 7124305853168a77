#!/usr/bin/env python3
"""Makes Vectors/sealing and Vectors/crypto with software that is not Parley's.

    python3 Tests/Outside/make_sealing_vectors.py Vectors XWING_JSON HPKE_PQ_JSON HPKE_JSON

Needs requirements-sealing.txt and kyber-py, for encapsulation with given randomness; so every run
gives the same bytes. The last three are other people's vectors: test-vectors.json of
draft-connolly-cfrg-xwing-kem, the vectors of draft-ietf-hpke-pq, and those of RFC 9180. The cases
named in by-parley.json were sealed once by Parley itself and are checked here, not made.
"""

import base64
import hashlib
import json
import pathlib
import sys

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from kyber_py.ml_kem import ML_KEM_768

import check_sealing as outside
from check_sealing import DATA, LAST_DATA, TRAILER


def fixed(name, size=32):
    return hashlib.shake_256(b"parley sealing vector: " + name.encode()).digest(size)


AGREEMENT = hashlib.sha256(b"an agreement of example.org and example.net").digest()
OTHER_AGREEMENT = hashlib.sha256(b"another agreement").digest()
SEEDS = {name: fixed("seed " + name) for name in ("one", "two", "three", "stranger")}
KEYS = {name: outside.XWingPrivateKey(seed) for name, seed in SEEDS.items()}
TEXT = b"Preserve the access logs of host a.example.org for 2026-11-23."


def digest_of(name):
    return hashlib.sha256(KEYS[name].public).digest()


def encapsulate(public, randomness):
    """X-Wing's EncapsulateDerand."""
    secret, ciphertext = ML_KEM_768._encaps_internal(public[:1184], randomness[:32])
    ephemeral = X25519PrivateKey.from_private_bytes(randomness[32:])
    point = ephemeral.public_key().public_bytes_raw()
    curve_secret = ephemeral.exchange(X25519PublicKey.from_public_bytes(public[1184:]))
    return (
        outside.combine(secret, curve_secret, point, public[1184:]),
        ciphertext + point,
    )


class Sealed:
    """One file, with every part open to mischief."""

    def __init__(
        self, name, recipients=("one",), agreement=AGREEMENT, content_keys=None, sort=True
    ):
        self.content_key = fixed("content " + name)
        content_keys = content_keys or {}
        if sort:
            recipients = sorted(recipients, key=digest_of)
        digests = [digest_of(recipient) for recipient in recipients]
        self.wraps = []
        for place, recipient in enumerate(recipients):
            randomness = fixed(f"{name} to {recipient} {place}", 64)
            secret, encapsulated = encapsulate(KEYS[recipient].public, randomness)
            key, nonce = outside.hpke_key(secret, b"parley-seal/1\x00" + agreement)
            content_key = content_keys.get(recipient, self.content_key)
            wrapped = AESGCM(key).encrypt(nonce, content_key, outside.wrap_data(digests))
            self.wraps.append(
                hashlib.sha256(KEYS[recipient].public).digest() + encapsulated + wrapped
            )
        self.agreement = agreement
        self.derive()

    def derive(self):
        self.head = (
            outside.MAGIC
            + self.agreement
            + len(self.wraps).to_bytes(2, "big")
            + b"".join(self.wraps)
        )
        self.head_digest = hashlib.sha256(self.head).digest()
        self.record_key, self.commitment = outside.record_keys(self.content_key, self.head_digest)

    @property
    def header(self):
        return self.head + self.commitment

    def record(self, number, kind, plain, key=None, associated=None):
        nonce = number.to_bytes(8, "big") + bytes([0, 0, 0, kind])
        cipher = AESGCM(key or self.record_key)
        associated = self.head_digest if associated is None else associated
        return len(plain).to_bytes(4, "big") + nonce + cipher.encrypt(nonce, plain, associated)

    def trailer(self, number, plain, digest=None, size=None):
        size = len(plain) if size is None else size
        digest = digest or hashlib.sha256(plain).digest()
        return self.record(number, TRAILER, digest + size.to_bytes(8, "big"))

    def body(self, plain):
        pieces = [plain[at : at + 65_536] for at in range(0, len(plain), 65_536)] or [b""]
        kinds = [DATA] * (len(pieces) - 1) + [LAST_DATA]
        records = [self.record(n, kinds[n], piece) for n, piece in enumerate(pieces)]
        return b"".join(records) + self.trailer(len(pieces), plain)

    def file(self, plain):
        return self.header + self.body(plain)


def b64(data):
    return base64.b64encode(data).decode()


def case(
    name, why, sealed=None, refuse=None, plain=None, key="one", agreement=AGREEMENT, pieces=None
):
    one = {
        "name": name,
        "why": why,
        "agreement": "sha256:" + agreement.hex(),
        "seed": SEEDS[key].hex(),
    }
    if pieces is None:
        one["sealed"] = b64(sealed)
    else:
        one["from"], one["pieces"] = pieces[0], [
            {"hex": part.hex()} if isinstance(part, bytes) else {"range": list(part)}
            for part in pieces[1]
        ]
    if refuse:
        one["refuse"] = refuse
    else:
        one["accept"] = True
        one["plainDigest"] = "sha256:" + hashlib.sha256(plain).hexdigest()
        one["plainSizeBytes"] = len(plain)
    return one


def small_cases():
    good = Sealed("text")
    sealed = good.file(TEXT)
    trio = Sealed("trio", ("one", "two", "three"))
    yield case(
        "one-recipient",
        "the example of Spec/sealing.md, sealed by independent software",
        sealed,
        plain=TEXT,
    )
    yield case(
        "nothing", "an empty body has one empty last record", Sealed("nothing").file(b""), plain=b""
    )
    for key in ("one", "two", "three"):
        yield case(
            "three-recipients-" + key,
            "each of three recipients opens the same bytes",
            trio.file(TEXT),
            plain=TEXT,
            key=key,
        )
    yield from opening_cases(sealed)
    yield from recipient_cases(good, sealed, trio)
    yield from record_cases(good)
    yield from end_cases(good, sealed)


def opening_cases(sealed):
    def cut(name, why, refuse, *parts, agreement=AGREEMENT):
        return case(name, why, refuse=refuse, agreement=agreement, pieces=("one-recipient", parts))

    end = len(sealed)
    yield cut("no-bytes", "an empty file is not an empty body", "truncated")
    yield cut("plain-text", "bytes that were never sealed", "format-unknown", TEXT)
    yield cut(
        "other-version",
        "a later version is not guessed at",
        "format-unknown",
        b"parley-seal/2\n",
        (14, end),
    )
    yield cut(
        "carriage-return",
        "line ends turned by a mail program",
        "format-unknown",
        b"parley-seal/1\r\n",
        (14, end),
    )
    yield cut(
        "other-agreement",
        "a body of one agreement shown under another",
        "agreement-wrong",
        (0, end),
        agreement=OTHER_AGREEMENT,
    )
    yield cut(
        "agreement-rewritten",
        "the agreement is bound into each wrap, not only named",
        "key-wrap-damaged",
        (0, 14),
        OTHER_AGREEMENT,
        (46, end),
        agreement=OTHER_AGREEMENT,
    )
    yield cut(
        "no-recipients",
        "a file that nobody can open",
        "recipient-count-wrong",
        (0, 46),
        b"\x00\x00",
        (48, end),
    )
    yield cut(
        "65-recipients",
        "one more than the limit, refused before any wrap is read",
        "recipient-count-wrong",
        (0, 46),
        b"\x00\x41",
    )
    yield cut("magic-cut", "ends within the first line", "truncated", (0, 9))
    yield cut("opening-cut", "ends before the recipient count", "truncated", (0, 47))
    yield cut("header-cut", "ends within a wrap", "truncated", (0, 1000))
    yield cut("header-only", "ends before the first record", "truncated", (0, 1280))


def recipient_cases(good, sealed, trio):
    yield case(
        "stranger",
        "opened by an organ it is not sealed to",
        sealed,
        "not-a-recipient",
        key="stranger",
    )
    yield case(
        "recipient-twice",
        "a name counted twice",
        Sealed("twice", ("one", "one")).file(TEXT),
        "recipient-twice",
    )
    backwards = sorted(("one", "two"), key=digest_of, reverse=True)
    yield case(
        "recipients-unsorted",
        "there is one order of recipients",
        Sealed("backwards", backwards, sort=False).file(TEXT),
        "recipients-unsorted",
    )

    moved = Sealed("moved")
    moved.wraps = list(Sealed("to two", ("one", "two")).wraps)
    moved.wraps = [wrap for wrap in moved.wraps if wrap[:32] == digest_of("one")]
    moved.derive()
    yield case(
        "wrap-of-other-recipients",
        "a wrap says for which recipients it was made",
        moved.file(TEXT),
        "key-wrap-damaged",
    )
    dropped = Sealed("dropped", ("one", "two"))
    dropped.wraps = [wrap for wrap in dropped.wraps if wrap[:32] == digest_of("one")]
    dropped.derive()
    yield case(
        "recipient-removed",
        "whoever was addressed cannot be left out afterwards",
        dropped.file(TEXT),
        "key-wrap-damaged",
    )
    null = Sealed("null")
    null.wraps = [null.wraps[0][:32] + bytes(1120) + null.wraps[0][1152:]]
    null.derive()
    yield case(
        "null-encapsulation",
        "an X25519 share of zero gives no secret",
        null.file(TEXT),
        "key-wrap-damaged",
    )
    borrowed = Sealed("borrowed")
    borrowed.wraps = list(good.wraps)
    borrowed.derive()
    yield case(
        "wrap-of-another-file",
        "a good wrap of another content key",
        borrowed.file(TEXT),
        "key-commitment-wrong",
    )
    split = Sealed("split", ("one", "two"), content_keys={"two": fixed("a second content key")})
    yield case(
        "two-content-keys",
        "a sender may not show two recipients two different texts",
        split.file(TEXT),
        "key-commitment-wrong",
        key="two",
    )
    yield case(
        "other-wrap-changed",
        "a recipient sees damage to another's wrap",
        refuse="key-commitment-wrong",
        key=trio_first(trio),
        pieces=(
            "three-recipients-one",
            ((0, 2500), flip(trio.header, 2500), (2501, len(trio.file(TEXT)))),
        ),
    )
    yield case(
        "commitment-changed",
        "the commitment itself",
        refuse="key-commitment-wrong",
        pieces=("one-recipient", ((0, 1279), flip(sealed, 1279), (1280, len(sealed)))),
    )


def trio_first(trio):
    return next(name for name in SEEDS if digest_of(name) == trio.wraps[0][:32])


def flip(data, at):
    return bytes([data[at] ^ 1])


def record_cases(good):
    def forged(name, why, refuse, *records):
        return case(name, why, good.header + b"".join(records), refuse)

    last = good.record(0, LAST_DATA, TEXT)
    end = good.trailer(1, TEXT)
    other = Sealed("text again")
    yield forged(
        "kind-3", "a kind that does not exist", "record-kind-unknown", good.record(0, 3, TEXT), end
    )
    padded = last[:12] + b"\x01" + last[13:]
    yield forged(
        "nonce-padding", "the three zero bytes are zero", "record-kind-unknown", padded, end
    )
    yield forged(
        "starts-at-1",
        "the first record is number 0",
        "record-out-of-place",
        good.record(1, LAST_DATA, TEXT),
        good.trailer(2, TEXT),
    )
    yield forged(
        "trailer-number",
        "the trailer is numbered after the records",
        "record-out-of-place",
        last,
        good.trailer(2, TEXT),
    )
    yield forged(
        "size-2-to-the-32",
        "the largest size that can be stated",
        "record-size-wrong",
        b"\xff\xff\xff\xff" + last[4:],
        end,
    )
    yield forged(
        "last-size-65537",
        "one byte over the limit of a record",
        "record-size-wrong",
        b"\x00\x01\x00\x01" + last[4:],
        end,
    )
    yield forged(
        "short-data-record",
        "only the last data record may be short",
        "record-size-wrong",
        good.record(0, DATA, TEXT),
        good.record(1, LAST_DATA, TEXT),
        good.trailer(2, TEXT + TEXT),
    )
    yield forged(
        "trailer-size-41",
        "a trailer is 40 bytes",
        "record-size-wrong",
        last,
        good.record(1, TRAILER, bytes(41)),
    )
    yield forged(
        "size-one-less",
        "a size that does not fit the ciphertext",
        "record-not-authentic",
        (len(TEXT) - 1).to_bytes(4, "big") + last[4:],
        end,
    )
    yield forged(
        "records-of-another-file",
        "two files to the same key do not mix",
        "record-not-authentic",
        other.record(0, LAST_DATA, TEXT),
        other.trailer(1, TEXT),
    )
    yield forged(
        "no-associated-data",
        "each record is bound to its header",
        "record-not-authentic",
        good.record(0, LAST_DATA, TEXT, associated=b""),
        end,
    )
    yield forged(
        "content-key-used-directly",
        "the record key is derived",
        "record-not-authentic",
        good.record(0, LAST_DATA, TEXT, key=good.content_key),
        end,
    )
    yield forged(
        "no-data-record",
        "a trailer alone is not an empty body",
        "last-record-missing",
        good.trailer(0, b""),
    )
    yield forged(
        "two-last-records",
        "bytes added after the end",
        "record-after-last",
        last,
        good.record(1, LAST_DATA, TEXT),
        good.trailer(2, TEXT + TEXT),
    )


def end_cases(good, sealed):
    last, end = good.record(0, LAST_DATA, TEXT), len(sealed)

    def cut(name, why, refuse, *parts):
        return case(name, why, refuse=refuse, pieces=("one-recipient", parts))

    yield case(
        "plain-digest",
        "a trailer for another text",
        good.header + last + good.trailer(1, TEXT, digest=hashlib.sha256(b"").digest()),
        "plain-digest-wrong",
    )
    yield case(
        "plain-size",
        "a trailer that states one byte more",
        good.header + last + good.trailer(1, TEXT, size=len(TEXT) + 1),
        "plain-size-wrong",
    )
    yield cut("no-trailer", "cut between records", "truncated", (0, end - 72))
    yield cut("trailer-cut", "one byte short", "truncated", (0, end - 1))
    yield cut("record-cut", "cut within a record", "truncated", (0, 1300))
    yield cut("one-byte-more", "nothing follows the trailer", "trailing-bytes", (0, end), b"\x00")
    yield cut(
        "a-second-file", "two files in a row are not one", "trailing-bytes", (0, end), (0, end)
    )
    yield cut("trailer-twice", "the trailer repeated", "trailing-bytes", (0, end), (end - 72, end))
    yield cut(
        "last-bit",
        "the last byte of the trailer's tag",
        "record-not-authentic",
        (0, end - 1),
        flip(sealed, end - 1),
    )


def large_cases():
    """Bodies of more than one record; the others are cut from these."""
    head, full = 1280, 32 + 65_536
    plain = hashlib.shake_256(b"two records").digest(65_539)
    two = Sealed("two records")
    sealed = two.file(plain)
    end = len(sealed)
    exact = plain[:65_536]
    yield case("two-records", "a full record and three bytes more", sealed, plain=plain)
    yield case(
        "exactly-one-record",
        "65536 bytes are one last record, without an empty one after it",
        Sealed("exact").file(exact),
        plain=exact,
    )

    def cut(name, why, refuse, *parts):
        return case(name, why, refuse=refuse, pieces=("two-records", parts))

    first, second, trailer = (head, head + full), (head + full, end - 72), (end - 72, end)
    yield cut(
        "empty-last-record",
        "an empty last record is for an empty body alone",
        "last-record-empty",
        (0, head + full),
        two.record(1, LAST_DATA, b""),
        two.trailer(2, exact),
    )
    yield cut(
        "swapped",
        "records in another order",
        "record-out-of-place",
        (0, head),
        second,
        first,
        trailer,
    )
    yield cut(
        "first-removed",
        "a body without its beginning",
        "record-out-of-place",
        (0, head),
        second,
        trailer,
    )
    yield cut(
        "first-repeated",
        "a record played twice",
        "record-out-of-place",
        (0, head),
        first,
        first,
        second,
        trailer,
    )
    yield cut(
        "last-removed",
        "a body without its end, trailer kept",
        "record-out-of-place",
        (0, head),
        first,
        trailer,
    )
    yield cut("ends-after-first", "cut between records", "truncated", (0, head + full))
    yield cut(
        "renumbered",
        "the second record given the first's number",
        "record-not-authentic",
        (0, head),
        (head + full, head + full + 4),
        bytes(8),
        (head + full + 12, end - 72),
        trailer,
    )
    yield cut(
        "relabelled-last",
        "a data record is not made the last by its kind byte",
        "record-not-authentic",
        (0, head + 15),
        b"\x01",
        (head + 16, head + full),
        two.trailer(1, exact),
    )
    yield cut(
        "no-last-record",
        "all data records say that another follows",
        "last-record-missing",
        (0, head + full),
        two.trailer(1, exact),
    )


def key_cases():
    good = KEYS["one"].public
    u_part = lambda number: good[:1184] + number.to_bytes(32, "little")
    prime = 2**255 - 19
    order_8 = 325606250916557431795983626356110631294008115727848805560023387167927233504

    def key(name, why, public, refuse=None):
        one = {"name": name, "why": why, "publicKey": b64(public)}
        return one | (
            {"refuse": refuse}
            if refuse
            else {"accept": True, "digest": "sha256:" + hashlib.sha256(public).hexdigest()}
        )

    yield key("good", "the key of the seed of sealed.json", good)
    yield key("one-byte-short", "1215 bytes", good[:-1], "public-key-size-wrong")
    yield key("one-byte-long", "1217 bytes", good + b"\x00", "public-key-size-wrong")
    yield key(
        "coefficient-3329",
        "the first coefficient equals the modulus",
        b"\x01" + bytes([good[1] & 0xF0 | 0x0D]) + good[2:],
        "public-key-not-canonical",
    )
    yield key(
        "coefficient-4095",
        "the last coefficient is the largest 12 bits can say",
        good[:1150] + bytes([good[1150] | 0xF0, 0xFF]) + good[1152:],
        "public-key-not-canonical",
    )
    yield key("u-is-the-prime", "a second spelling of 0", u_part(prime), "public-key-not-canonical")
    yield key(
        "high-bit",
        "X25519 ignores the bit, so one key would have two digests",
        good[:-1] + bytes([good[-1] | 0x80]),
        "public-key-not-canonical",
    )
    for number, name in ((0, "zero"), (1, "one"), (order_8, "order-8"), (prime - 1, "minus-one")):
        yield key(
            "u-" + name,
            "a point of small order gives everybody the same secret",
            u_part(number),
            "public-key-small-order",
        )


def crypto_cases(xwing, hpke_pq, hpke):
    for number, vector in enumerate(xwing):
        one = {field: vector[field] for field in ("seed", "pk", "ct", "ss")}
        yield {
            "name": f"xwing-{number + 1}",
            "scheme": "x-wing",
            "accept": True,
            "why": f"draft-connolly-cfrg-xwing-kem-06 appendix C, vector {number + 1}",
        } | one
    first = {field: xwing[0][field] for field in ("seed", "pk", "ct", "ss")}
    yield first | {
        "name": "xwing-short",
        "scheme": "x-wing",
        "refuse": "decapsulation-failed",
        "why": "a ciphertext of 1119 bytes",
        "ct": first["ct"][:-2],
    }
    yield first | {
        "name": "xwing-null-share",
        "scheme": "x-wing",
        "refuse": "decapsulation-failed",
        "why": "an X25519 share of small order",
        "ct": first["ct"][:-64] + "00" * 32,
    }
    for name, vector in (("hpke-x-wing", hpke_pq), ("hpke-x25519", hpke)):
        source = "draft-ietf-hpke-pq" if vector is hpke_pq else "RFC 9180's published vectors"
        one = {
            "scheme": "hpke",
            "kem": vector["kem_id"],
            "kdf": vector["kdf_id"],
            "aead": vector["aead_id"],
            "info": vector["info"],
            "skRm": vector["skRm"],
            "pkRm": vector["pkRm"],
            "enc": vector["enc"],
            "messages": [
                {field: message[field] for field in ("aad", "ct", "pt")}
                for message in vector["encryptions"][:4]
            ],
        }
        yield one | {"name": name, "accept": True, "why": f"{source}: base mode, first 4 messages"}
        yield one | {
            "name": name + "-info",
            "refuse": "open-failed",
            "why": "another info gives another key",
            "info": "00",
        }
        yield one | {
            "name": name + "-order",
            "refuse": "open-failed",
            "why": "messages open in their order only",
            "messages": one["messages"][1:],
        }


def write(path, about, cases):
    lines = [json.dumps(one, ensure_ascii=False) for one in cases]
    names = [json.loads(line)["name"] for line in lines]
    assert len(set(names)) == len(names), "a name is used twice"
    path.parent.mkdir(exist_ok=True)
    about = json.dumps(about, ensure_ascii=False)
    path.write_text('{\n"about": ' + about + ',\n"cases": [\n' + ",\n".join(lines) + "\n]\n}\n")


def verify(path):
    """Opens each case with check_sealing.py, so that two programs agree on every refusal."""
    cases = json.loads(path.read_text())["cases"]
    files = {one["name"]: base64.b64decode(one["sealed"]) for one in cases if "sealed" in one}
    for one in cases:
        sealed = (
            files.get(one["name"])
            if "sealed" in one
            else b"".join(
                (
                    bytes.fromhex(part["hex"])
                    if "hex" in part
                    else files[one["from"]][slice(*part["range"])]
                )
                for part in one["pieces"]
            )
        )
        try:
            plain = outside.open_sealed(
                sealed, bytes.fromhex(one["agreement"][7:]), bytes.fromhex(one["seed"])
            )
            said = "sha256:" + hashlib.sha256(plain).hexdigest()
        except outside.Refused as refusal:
            said = str(refusal)
        expected = one.get("refuse") or one["plainDigest"]
        assert said == expected, f"{one['name']}: {said}, not {expected}"
    print(f"{path.name}: {len(cases)} cases, {sum('refuse' in one for one in cases)} refused")


def main():
    folder = pathlib.Path(sys.argv[1])
    xwing, hpke_pq, hpke = (json.loads(pathlib.Path(path).read_text()) for path in sys.argv[2:5])
    suites = {
        (one["mode"], one["kem_id"], one["kdf_id"], one["aead_id"]): one for one in hpke_pq + hpke
    }
    sealing = folder / "sealing"
    write(
        sealing / "sealed.json",
        "parley-seal/1: bodies of one record, and all that a header or " "an end can have wrong",
        small_cases(),
    )
    write(sealing / "records.json", "parley-seal/1: bodies of more than one record", large_cases())
    write(
        folder / "sealing-keys" / "keys.json",
        "X-Wing public keys that may stand in an agreement",
        key_cases(),
    )
    write(
        folder / "crypto" / "hpke.json",
        "X-Wing and HPKE as the cryptographic library does them",
        crypto_cases(xwing, suites[0, 0x647A, 1, 3], suites[0, 0x20, 1, 2]),
    )
    for path in sorted(sealing.glob("*.json")):
        verify(path)


if __name__ == "__main__":
    main()
