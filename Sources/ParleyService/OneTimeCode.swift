import Crypto
import Foundation
package import ParleyLog
package import ParleyNode

/// The secret of a second factor: six digits that change every thirty seconds (TOTP, RFC 6238, with
/// HMAC-SHA-1 as every authenticator has it).
package struct OneTimeSecret: Hashable, Sendable {
    package static let secondsPerStep: Int64 = 30
    package static let digits = 6
    /// Steps before and after the node's own that count, for clocks that are a little off.
    private static let tolerance: Int64 = 1

    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    package init(randomness: any Randomness) { bytes = randomness.bytes(count: 20) }

    /// - Parameter digits: up to 9.
    package func code(at step: Int64, digits: Int = digits) -> String {
        let counter = withUnsafeBytes(of: step.bigEndian) { Array($0) }
        let mac = Array(
            HMAC<Insecure.SHA1>.authenticationCode(
                for: counter, using: SymmetricKey(data: bytes)))
        // RFC 4226 §5.3: the last four bits say where the number begins.
        let place = Int(mac[19] & 0x0F)
        let number = mac[place..<(place + 4)].reduce(0 as UInt32) { $0 << 8 | UInt32($1) }
        let modulus = (0..<digits).reduce(1 as UInt32) { product, _ in product * 10 }
        let text = String((number & 0x7FFF_FFFF) % modulus)
        return String(repeating: "0", count: digits - text.count) + text
    }

    /// The step whose code this is; nil where there is none, or where it is not later than one that
    /// was used: a code is good once (RFC 6238 §5.2).
    package func step(of code: String, at now: Timestamp, after used: Int64?) -> Int64? {
        let current = now.secondsSinceEpoch / Self.secondsPerStep
        let given = SymmetricKey(data: Data(code.utf8))
        var found: Int64?
        // All are looked at, so that the time taken does not tell which fits.
        for step in (current - Self.tolerance)...(current + Self.tolerance)
        where step > used ?? -1 && SymmetricKey(data: Data(self.code(at: step).utf8)) == given {
            found = step
        }
        return found
    }

    /// What an authenticator reads from a picture or takes as text.
    package func address(account: AccountName, party: String) -> String {
        "otpauth://totp/Parley%20\(party):\(account.text.replacing("@", with: "%40"))"
            + "?secret=\(Base32.encode(bytes).uppercased())&issuer=Parley%20\(party)"
            + "&algorithm=SHA1&digits=\(Self.digits)&period=\(Self.secondsPerStep)"
    }
}
