#!/usr/bin/env python3
"""Opens what Parley sealed, by Spec/sealing.md alone.

X-Wing (draft-connolly-cfrg-xwing-kem-06), HPKE base mode (RFC 9180) and HKDF (RFC 5869) are put
together here from ML-KEM-768, X25519 and AES-256-GCM of the `cryptography` package and the hashes
of the standard library. Nothing of Parley is used.

    check_sealing.py ARTEFACTS

Each folder ARTEFACTS/sealing/NAME holds `sealed`, `plain` (bytes), `agreement` (`sha256:` and hex)
and `seed` (hex, of one recipient's private key).
"""

import hashlib
import hmac
import pathlib
import sys

try:
    from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
except ImportError as missing:
    print(f"not tried: {missing}")
    sys.exit(3)

MAGIC = b"parley-seal/1\n"
RECORD_PLAIN_BYTES = 65_536
DATA, LAST_DATA, TRAILER = range(3)


class Refused(Exception):
    """Says by its reason code why sealed bytes are not opened."""


def require(condition, reason):
    if not condition:
        raise Refused(reason)


class XWingPrivateKey:
    def __init__(self, seed):
        expanded = hashlib.shake_256(seed).digest(96)
        self.lattice = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        self.curve = X25519PrivateKey.from_private_bytes(expanded[64:])
        self.curve_public = self.curve.public_key().public_bytes_raw()
        self.public = self.lattice.public_key().public_bytes_raw() + self.curve_public

    def decapsulate(self, encapsulated):
        lattice_secret = self.lattice.decapsulate(encapsulated[:1088])
        point = encapsulated[1088:]
        curve_secret = self.curve.exchange(X25519PublicKey.from_public_bytes(point))
        return combine(lattice_secret, curve_secret, point, self.curve_public)


def combine(lattice_secret, curve_secret, point, curve_public):
    return hashlib.sha3_256(
        lattice_secret + curve_secret + point + curve_public + bytes.fromhex("5c2e2f2f5e5c")
    ).digest()


def expand(key, info, size):
    """HKDF-Expand of RFC 5869 with SHA-256."""
    output, block = b"", b""
    for counter in range(1, -(-size // 32) + 1):
        block = hmac.digest(key, block + info + bytes([counter]), "sha256")
        output += block
    return output[:size]


def hpke_key(shared_secret, info):
    """The key and nonce of the first message of RFC 9180's base mode, X-Wing's suite."""
    suite = b"HPKE" + (0x647A).to_bytes(2, "big") + b"\x00\x01" + b"\x00\x02"

    def labeled_extract(salt, label, secret):
        return hmac.digest(salt, b"HPKE-v1" + suite + label + secret, "sha256")

    def labeled_expand(key, label, context, size):
        label = size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + context
        return expand(key, label, size)

    context = (
        b"\x00"
        + labeled_extract(b"", b"psk_id_hash", b"")
        + labeled_extract(b"", b"info_hash", info)
    )
    secret = labeled_extract(shared_secret, b"secret", b"")
    return (
        labeled_expand(secret, b"key", context, 32),
        labeled_expand(secret, b"base_nonce", context, 12),
    )


def record_keys(content_key, head_digest):
    derived = expand(hmac.digest(head_digest, content_key, "sha256"), b"parley-seal/1 records", 64)
    return derived[:32], derived[32:]


def wrap_data(digests):
    return len(digests).to_bytes(2, "big") + b"".join(digests)


def read_header(sealed, agreement, key):
    """Returns the record key, the header's digest and where the records begin."""
    require(sealed[:14] == MAGIC[: len(sealed)], "format-unknown")
    require(len(sealed) >= 48, "truncated")
    require(sealed[14:46] == agreement, "agreement-wrong")
    count = int.from_bytes(sealed[46:48], "big")
    require(1 <= count <= 64, "recipient-count-wrong")
    end = 48 + 1200 * count
    require(len(sealed) >= end + 32, "truncated")
    wraps = [sealed[start : start + 1200] for start in range(48, end, 1200)]
    digests = [wrap[:32] for wrap in wraps]
    require(len(set(digests)) == count, "recipient-twice")
    require(digests == sorted(digests), "recipients-unsorted")
    own = hashlib.sha256(key.public).digest()
    require(own in digests, "not-a-recipient")
    wrap = wraps[digests.index(own)]
    try:
        wrap_key, nonce = hpke_key(key.decapsulate(wrap[32:1152]), b"parley-seal/1\x00" + agreement)
        content_key = AESGCM(wrap_key).decrypt(nonce, wrap[1152:], wrap_data(digests))
    except (InvalidTag, ValueError):
        raise Refused("key-wrap-damaged") from None
    head_digest = hashlib.sha256(sealed[:end]).digest()
    record_key, commitment = record_keys(content_key, head_digest)
    require(sealed[end : end + 32] == commitment, "key-commitment-wrong")
    return record_key, head_digest, end + 32


def open_sealed(sealed, agreement, seed):
    record_key, head_digest, place = read_header(sealed, agreement, XWingPrivateKey(seed))
    cipher = AESGCM(record_key)
    plain, number, has_last = b"", 0, False
    while True:
        head = sealed[place : place + 16]
        require(len(head) == 16, "truncated")
        size, nonce, kind = int.from_bytes(head[:4], "big"), head[4:], head[15]
        require(head[12:15] == bytes(3) and kind <= TRAILER, "record-kind-unknown")
        require(int.from_bytes(head[4:12], "big") == number, "record-out-of-place")
        least, most = {DATA: (65_536, 65_536), LAST_DATA: (0, 65_536), TRAILER: (40, 40)}[kind]
        require(least <= size <= most, "record-size-wrong")
        require(kind != LAST_DATA or size or number == 0, "last-record-empty")
        require(kind != TRAILER or has_last, "last-record-missing")
        require(kind == TRAILER or not has_last, "record-after-last")
        end = place + 16 + size + 16
        require(len(sealed) >= end, "truncated")
        try:
            opened = cipher.decrypt(nonce, sealed[place + 16 : end], head_digest)
        except InvalidTag:
            raise Refused("record-not-authentic") from None
        place, number, has_last = end, number + 1, kind == LAST_DATA
        if kind == TRAILER:
            break
        plain += opened
    require(opened[:32] == hashlib.sha256(plain).digest(), "plain-digest-wrong")
    require(int.from_bytes(opened[32:], "big") == len(plain), "plain-size-wrong")
    require(place == len(sealed), "trailing-bytes")
    return plain


def check(folder):
    sealed = (folder / "sealed").read_bytes()
    agreement = bytes.fromhex((folder / "agreement").read_text().strip().removeprefix("sha256:"))
    seed = bytes.fromhex((folder / "seed").read_text().strip())
    try:
        plain = open_sealed(sealed, agreement, seed)
    except Refused as refusal:
        return f"FAILED {folder.name}: refused as {refusal}"
    if plain != (folder / "plain").read_bytes():
        return f"FAILED {folder.name}: opens to another plaintext"
    # A check that could not fail would say nothing: the same bytes with one changed.
    changed = bytearray(sealed)
    changed[len(changed) // 2] ^= 1
    try:
        open_sealed(bytes(changed), agreement, seed)
    except Refused:
        return f"ok {folder.name}: {len(sealed)} sealed bytes open to {len(plain)}"
    return f"FAILED {folder.name}: opens with a byte changed"


def main():
    if len(sys.argv) != 2:
        print("usage: check_sealing.py ARTEFACTS", file=sys.stderr)
        return 2
    folders = sorted(pathlib.Path(sys.argv[1], "sealing").glob("*/"))
    if not folders:
        print("not tried: there are no sealed artefacts")
        return 3
    try:
        lines = [check(folder) for folder in folders]
    except UnsupportedAlgorithm as missing:
        print(f"not tried: {missing}")
        return 3
    print("\n".join(lines))
    return 1 if any(line.startswith("FAILED") for line in lines) else 0


if __name__ == "__main__":
    sys.exit(main())
