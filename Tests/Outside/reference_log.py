"""The tree, the notes and the signatures of a log, once more and without Parley.

Hashes are hashlib's, signatures those of the package `cryptography`.
"""
import base64
import hashlib

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def b64(data):
    return base64.b64encode(data).decode()


def sha(data):
    return hashlib.sha256(data).digest()


# The tree, as RFC 6962 §2.1 writes it down.

def leaf(entry):
    return sha(b"\x00" + entry)


def node(left, right):
    return sha(b"\x01" + left + right)


def middle(count):
    return 1 << ((count - 1).bit_length() - 1)


def root(leaves):
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    cut = middle(len(leaves))
    return node(root(leaves[:cut]), root(leaves[cut:]))


def inclusion(index, leaves):
    if len(leaves) <= 1:
        return []
    cut = middle(len(leaves))
    if index < cut:
        return inclusion(index, leaves[:cut]) + [root(leaves[cut:])]
    return inclusion(index - cut, leaves[cut:]) + [root(leaves[:cut])]


def consistency(old, leaves, whole=True):
    if old == len(leaves):
        return [] if whole else [root(leaves)]
    cut = middle(len(leaves))
    if old <= cut:
        return consistency(old, leaves[:cut], whole) + [root(leaves[cut:])]
    return consistency(old - cut, leaves[cut:], False) + [root(leaves[:cut])]


# Notes.

class Key:
    def __init__(self, name, seed, kind=1):
        self.name, self.kind = name, kind
        self.private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed))
        self.public = self.private.public_key().public_bytes_raw()

    @property
    def id(self):
        return sha(self.name.encode() + b"\n" + bytes([self.kind]) + self.public)[:4]

    @property
    def vkey(self):
        return f"{self.name}+{self.id.hex()}+{b64(bytes([self.kind]) + self.public)}"

    def line(self, text, time=1767225600):
        if self.kind == 1:
            return line(self.name, self.id + self.private.sign(text.encode()))
        message = f"cosignature/v1\ntime {time}\n{text}".encode()
        return line(self.name, self.id + time.to_bytes(8, "big") + self.private.sign(message))


def line(name, payload):
    return f"— {name} {b64(payload)}\n"


def note(text, *lines):
    return text + "\n" + "".join(lines)


def text_of(origin, size, tree_root, *extensions):
    return "\n".join([origin, str(size), b64(tree_root), *extensions]) + "\n"
