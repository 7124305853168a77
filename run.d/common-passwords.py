#!/usr/bin/env python3
"""Writes Sources/ParleyService/CommonPasswords.swift from lists of common passwords, one a line.

Usage: common-passwords.py LIST... > Sources/ParleyService/CommonPasswords.swift

Only those are taken that the rule on length lets through; kept of each are 40 bits of its digest,
so that nobody has to read the words.
"""

import base64
import hashlib
import sys

LEAST_CHARACTERS = 12
LINE = 80


def main():
    words = set()
    for path in sys.argv[1:]:
        with open(path, encoding="utf-8", errors="ignore") as lines:
            words |= {line.strip().lower() for line in lines}
    kept = sorted(
        hashlib.sha256(word.encode()).digest()[:5] for word in words
        if len(word) >= LEAST_CHARACTERS)
    text = base64.b64encode(b"".join(kept)).decode()
    lines = [text[start:start + LINE] for start in range(0, len(text), LINE)]
    print("import ParleyLog\n")
    print("/// Passwords that many people have chosen, of those that are long enough to be taken: what")
    print("/// whoever guesses tries first. Made by `run.d/common-passwords.py`.")
    print("enum CommonPasswords {")
    print("    /// The first 40 bits of the SHA-256 of each, in small letters.")
    print("    private static let digests: Set<[UInt8]> = {")
    print("        let bytes = Base64.decode(text.joined()) ?? []")
    print("        return Set(stride(from: 0, to: bytes.count, by: 5).map {")
    print("            Array(bytes[$0..<min($0 + 5, bytes.count)])")
    print("        })")
    print("    }()\n")
    print("    static func contains(_ password: String) -> Bool {")
    print("        digests.contains(")
    print("            Array(Digest(hashing: Array(password.lowercased().utf8)).bytes.prefix(5)))")
    print("    }\n")
    print("    private static let text = [")
    for line in lines:
        print(f'        "{line}",')
    print("    ]\n}")


main()
