import Crypto
import CryptoExtras
import Foundation
import ParleyLog

/// What is kept of a password: scrypt (RFC 7914) of it with a salt of its own, N = 2^15, r = 8,
/// p = 1, which takes some 32 MB and a tenth of a second each time, on purpose.
package struct PasswordHash: Hashable, Sendable {
    /// The logarithm of N to the base 2.
    package static let usualCost = 15
    private static let costs = 10...17
    private static let blockSize = 8
    private static let byteCount = 32

    private let cost: Int
    private let salt: [UInt8]
    private let hash: [UInt8]

    /// - Parameter cost: less than ``usualCost`` in tests alone.
    package init(cost: Int, salt: [UInt8], of password: String) {
        self.cost = cost
        self.salt = salt
        hash = Self.derive(password, cost: cost, salt: salt)
    }

    /// Parses ``text``; nil for anything else, also for costs that nobody here would choose.
    package init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt", parts[2].hasPrefix("ln="),
            parts[2].hasSuffix(",r=8,p=1"),
            let cost = Int(parts[2].dropFirst(3).dropLast(8)), Self.costs.contains(cost),
            let salt = Base64.decode(parts[3]), (8...64).contains(salt.count),
            let hash = Base64.decode(parts[4]), hash.count == Self.byteCount
        else { return nil }
        self.cost = cost
        self.salt = salt
        self.hash = hash
        // A sign or noughts before the cost would be other spellings.
        guard self.text == text else { return nil }
    }

    /// As the PHC string format has it, with padded base 64.
    package var text: String {
        "$scrypt$ln=\(cost),r=8,p=1$\(Base64.encode(salt))$\(Base64.encode(hash))"
    }

    /// Takes as long for a wrong password as for the right one.
    package func matches(_ password: String) -> Bool {
        SymmetricKey(data: hash)
            == SymmetricKey(data: Self.derive(password, cost: cost, salt: salt))
    }

    private static func derive(_ password: String, cost: Int, salt: [UInt8]) -> [UInt8] {
        // NFKC (NIST SP 800-63B-4 §3.1.1.2): one password, however a keyboard composes it.
        let bytes = Data(password.precomposedStringWithCompatibilityMapping.utf8)
        do {
            return try KDF.Scrypt.deriveKey(
                from: bytes, salt: salt, outputByteCount: byteCount, rounds: 1 << cost,
                blockSize: blockSize, parallelism: 1
            ).withUnsafeBytes { Array($0) }
        } catch {
            preconditionFailure("scrypt takes these costs and any password: \(error)")
        }
    }
}

/// Which passwords are taken: long ones, of any characters, that are not there for the guessing
/// (NIST SP 800-63B-4 §3.1.1, OWASP ASVS 5.0 §6.2).
package enum PasswordRule {
    package static let leastCharacters = 12
    package static let limitBytes = 512
    /// Nobody's own words here.
    private static let context = ["parley", "password", "passwort", "qwerty", "letmein", "welcome"]

    package static func check(
        _ password: String, of name: AccountName
    ) throws(AccountRefusal) {
        guard password.utf8.count <= limitBytes else {
            throw .passwordTooLong(limitBytes: limitBytes)
        }
        let characters = password.count
        guard characters >= leastCharacters else {
            throw .passwordTooShort(characters: characters, least: leastCharacters)
        }
        guard Set(password).count >= 5, !isStaircase(password),
            !CommonPasswords.contains(password)
        else { throw .passwordEasy }
        let plain = password.lowercased()
        let own = name.text.split(whereSeparator: { "._-@".contains($0) })
            .filter { $0.count >= 4 }.map(String.init)
        // What is left without the words that anybody would try.
        let rest = (own + context).reduce(plain) { $0.replacing($1, with: "") }
        guard rest.count >= leastCharacters / 2 else { throw .passwordEasy }
    }

    /// Whether each character is the next after, or the one before, its neighbour.
    private static func isStaircase(_ password: String) -> Bool {
        let scalars = password.unicodeScalars.map { Int($0.value) }
        let steps = zip(scalars, scalars.dropFirst()).map { abs($1 - $0) }
        return steps.count { $0 <= 1 } * 4 >= steps.count * 3
    }
}
