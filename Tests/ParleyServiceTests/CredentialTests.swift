import Foundation
import ParleyLog
import ParleyService
import ParleyTestSupport
import Testing

struct CredentialTests {
    private let name = AccountName("duty.one")!

    @Test func `the hash of a password is scrypt as RFC 7914 has it`() {
        // §12: "pleaseletmein", "SodiumChloride", N = 16384, r = 8, p = 1; its first 32 bytes.
        let hash = PasswordHash(
            cost: 14, salt: Array("SodiumChloride".utf8), of: "pleaseletmein")
        let expected = "cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofI="
        #expect(hash.text == "$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU=$" + expected)
        #expect(PasswordHash(text: hash.text) == hash)
        #expect(hash.matches("pleaseletmein") && !hash.matches("pleaseletmeim"))
    }

    @Test func `a password is one, however a keyboard composes it`() {
        let hash = PasswordHash(cost: 10, salt: Array("salt-and-salt".utf8), of: "caf\u{E9} 口令")
        #expect(hash.matches("cafe\u{301} 口令"))
    }

    @Test(arguments: [
        "", "$scrypt$ln=14,r=8,p=1$c2FsdHNhbHQ=", "$argon2id$ln=14,r=8,p=1$c2FsdHNhbHQ=$AA==",
        "$scrypt$ln=9,r=8,p=1$c2FsdHNhbHQ=$cCO9yzr9c0hGHAbNgf0469qo+7qQT44+qbVD9lRdofI=",
        "$scrypt$ln=30,r=8,p=1$c2FsdHNhbHQ=$cCO9yzr9c0hGHAbNgf0469qo+7qQT44+qbVD9lRdofI=",
        "$scrypt$ln=14,r=9,p=1$c2FsdHNhbHQ=$cCO9yzr9c0hGHAbNgf0469qo+7qQT44+qbVD9lRdofI=",
        "$scrypt$ln=14,r=8,p=1$c2FsdHNhbHQ=$cCO9yzr9c0hGHAbNgf0469qo+7qQT44+qbVD9lRdoQ==",
        "$scrypt$ln=14,r=8,p=1$c2Fs$cCO9yzr9c0hGHAbNgf0469qo+7qQT44+qbVD9lRdofI=",
        "$scrypt$ln=+14,r=8,p=1$c2FsdHNhbHQ=$cCO9yzr9c0hGHAbNgf0469qo+7qQT44+qbVD9lRdofI=",
        "$scrypt$ln=014,r=8,p=1$c2FsdHNhbHQ=$cCO9yzr9c0hGHAbNgf0469qo+7qQT44+qbVD9lRdofI=",
    ])
    func `what is no hash of ours is not taken for one`(text: String) {
        #expect(PasswordHash(text: text) == nil)
    }

    @Test func `passwords that are short, long or for the guessing are refused with the reason`() {
        let eleven = "mäh7 旧k q2!x"
        #expect(throws: AccountRefusal.passwordTooShort(characters: 11, least: 12)) {
            try PasswordRule.check(String(eleven.prefix(11)), of: name)
        }
        #expect(throws: AccountRefusal.passwordTooLong(limitBytes: 512)) {
            try PasswordRule.check(String(repeating: "ab", count: 256) + "c", of: name)
        }
        for easy in [
            "aaaaaaaaaaaabb", "123456789012345", "abcdefghijklm", "zyxwvutsrqpon",
            "Password-Parley1", "duty.duty.duty",
            // Long, and chosen by many all the same.
            "1qaz2wsx3edc", "q1w2e3r4t5y6", "leavemealone", "SonyEricsson", "counterstrike",
        ] {
            #expect(throws: AccountRefusal.passwordEasy) {
                try PasswordRule.check(easy, of: name)
            }
        }
        for good in ["correct horse battery", "勒索软件响应值班口令很长一句", "mäh7 旧k q2!x."] {
            #expect(throws: Never.self) { try PasswordRule.check(good, of: name) }
        }
    }

    @Test func `codes are those of RFC 4226 and RFC 6238`() {
        let secret = OneTimeSecret(bytes: Array("12345678901234567890".utf8))
        // RFC 4226, appendix D.
        let hotp = [
            "755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583",
            "399871", "520489",
        ]
        #expect((0..<10).map { secret.code(at: $0) } == hotp)
        // RFC 6238, appendix B, the lines of SHA-1.
        let totp: [(Int64, String)] = [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"),
            (1_234_567_890, "89005924"), (2_000_000_000, "69279037"),
            (20_000_000_000, "65353130"),
        ]
        for (seconds, code) in totp { #expect(secret.code(at: seconds / 30, digits: 8) == code) }
    }

    @Test func `a code is good once, and a step before and after its own`() throws {
        let secret = OneTimeSecret(bytes: Array("12345678901234567890".utf8))
        let now = try #require(Timestamp(secondsSinceEpoch: 1_111_111_111))
        let step: Int64 = 1_111_111_111 / 30
        for offset in -3...3 as ClosedRange<Int64> {
            let code = secret.code(at: step + offset)
            #expect((secret.step(of: code, at: now, after: nil) != nil) == (abs(offset) <= 1))
        }
        let code = secret.code(at: step)
        #expect(secret.step(of: code, at: now, after: step - 1) == step)
        #expect(secret.step(of: code, at: now, after: step) == nil)
        #expect(secret.step(of: code + "0", at: now, after: nil) == nil)
        #expect(secret.step(of: "", at: now, after: nil) == nil)
    }

    @Test func `an authenticator's address bears the secret in base 32`() {
        let secret = OneTimeSecret(bytes: Array("Hello!\u{DE}\u{AD}".utf8))
        let address = secret.address(account: AccountName("ann@example.org")!, party: "us")
        #expect(address.hasPrefix("otpauth://totp/Parley%20us:ann%40example.org?secret=JBSWY3DP"))
    }

    @Test func `a recovery code is the same with capitals and without its hyphens`() {
        let codes = RecoveryCode.make(SeededRandomness(seed: 1))
        #expect(Set(codes).count == RecoveryCode.count)
        let plain = codes[0].filter { $0 != "-" }.uppercased()
        #expect(RecoveryCode.digest(of: plain) == RecoveryCode.digest(of: codes[0]))
        #expect(plain.count == 24)
    }

    @Test func `each wrong try after the fifth doubles the wait, up to an hour`() throws {
        let last = try #require(Timestamp(text: "2026-11-24T03:00:00Z"))
        let waits = [0, 4, 5, 6, 7, 11, 12, 40, 1_000_000].map {
            Attempts(count: $0, last: last).waitsUntil.seconds(since: last)
        }
        #expect(waits == [0, 0, 30, 60, 120, 1920, 3600, 3600, 3600])
    }
}
