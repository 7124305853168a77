import Crypto
import CryptoExtras
import Foundation
import ParleyLog
import ParleyNode
import ParleyStatements

/// A private key on disk: JSON, mode 0600, encrypted under a passphrase unless told otherwise.
///
/// The key that encrypts is scrypt (RFC 7914) of the passphrase, N = 2^15, r = 8, p = 1; the cipher
/// AES-256-GCM with the file's purpose as associated data, so that one key's file cannot stand in
/// for another's.
struct KeyFile {
    enum Purpose: String, CaseIterable {
        case root, signing, sealing, log, witness, tls
    }

    static let passphraseWrong = "passphrase-wrong"
    private static let rounds = 1 << 15
    private static let blockSize = 8

    let purpose: Purpose
    let secret: [UInt8]

    func write(to file: URL, passphrase: String?, randomness: any Randomness) throws {
        var fields: JSONObject = [
            "parley": .string("key/1"), "purpose": .string(purpose.rawValue),
        ]
        if let passphrase {
            let salt = randomness.bytes(count: 16)
            let key = try Self.key(passphrase: passphrase, salt: salt)
            let sealed = try AES.GCM.seal(
                Data(secret), using: key, nonce: AES.GCM.Nonce(data: randomness.bytes(count: 12)),
                authenticating: Data(purpose.rawValue.utf8))
            guard let combined = sealed.combined else {
                preconditionFailure("a 12-byte nonce always combines")
            }
            fields = fields.adding([
                "kdf": .string("scrypt-32768-8-1"), "salt": .string(Base64.encode(salt)),
                "sealed": .string(Base64.encode(Array(combined))),
            ])
        } else {
            fields = fields.adding(["plain": .string(Base64.encode(secret))])
        }
        try PrivateFile.write(JSONValue.object(fields).canonicalBytes + [0x0a], to: file)
    }

    /// Whether a passphrase is needed to read what stands there; true for what is no key at all.
    static func isEncrypted(_ file: URL) -> Bool {
        guard let data = try? Data(contentsOf: file),
            let value = try? JSONValue(parsing: [UInt8](data), limitBytes: 64 * 1024),
            case .object(let fields) = value
        else { return true }
        return fields["plain"] == nil
    }

    /// - Throws: ``CommandFailure`` that says which file and what to do.
    static func read(_ purpose: Purpose, from file: URL, passphrase: () throws -> String) throws
        -> KeyFile
    {
        guard let data = try? Data(contentsOf: file) else {
            throw CommandFailure.failed(
                "key-missing", "there is no \(purpose.rawValue) key at \(file.path())",
                hint: purpose == .root
                    ? "the root key may be kept offline: bring its file back for this one command"
                    : "make a home with: parley init")
        }
        guard
            let value = try? JSONValue(parsing: [UInt8](data), limitBytes: 64 * 1024),
            case .object(let fields) = value, fields["purpose"] == .string(purpose.rawValue)
        else {
            throw CommandFailure.failed(
                "key-malformed", "\(file.path()) is not a \(purpose.rawValue) key")
        }
        if case .string(let plain)? = fields["plain"], let secret = Base64.decode(plain) {
            return KeyFile(purpose: purpose, secret: secret)
        }
        guard case .string(let saltText)? = fields["salt"], let salt = Base64.decode(saltText),
            case .string(let sealedText)? = fields["sealed"],
            let sealed = Base64.decode(sealedText),
            let box = try? AES.GCM.SealedBox(combined: sealed)
        else {
            throw CommandFailure.failed(
                "key-malformed", "\(file.path()) is not a \(purpose.rawValue) key")
        }
        let key = try Self.key(passphrase: try passphrase(), salt: salt)
        guard
            let secret = try? AES.GCM.open(
                box, using: key, authenticating: Data(purpose.rawValue.utf8))
        else {
            throw CommandFailure.failed(
                passphraseWrong, "the passphrase does not open \(file.path())")
        }
        return KeyFile(purpose: purpose, secret: [UInt8](secret))
    }

    private static func key(passphrase: String, salt: [UInt8]) throws -> SymmetricKey {
        try KDF.Scrypt.deriveKey(
            from: Data(passphrase.utf8), salt: salt, outputByteCount: 32, rounds: rounds,
            blockSize: blockSize, parallelism: 1)
    }
}
