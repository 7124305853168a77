import Crypto
import Foundation
import Testing

/// Other people's vectors, through the same calls of the cryptographic library that sealing makes.
@Suite struct SealingCryptoTests {
    @Test(arguments: try SealingVector.load("crypto"))
    func `each published vector comes out as published`(vector: SealingVector) throws {
        let outcome = attempt(vector)
        if let reason = vector.refuse {
            #expect(outcome == reason)
        } else {
            #expect(outcome == nil)
        }
    }

    @Test(arguments: try SealingVector.load("crypto").filter { $0.accept == true })
    func `a published ciphertext with one byte flipped gives nothing`(
        vector: SealingVector
    ) throws {
        let text = try #require(vector.ct ?? vector.enc)
        for place in stride(from: 0, to: text.utf8.count / 2, by: 7) {
            var flipped = hexBytes(text)
            flipped[place] ^= 1
            // X-Wing gives another secret for another ciphertext, so HPKE opens nothing.
            let outcome = attempt(vector, encapsulated: flipped)
            #expect(outcome != nil, "byte \(place)")
        }
    }

    /// Returns nil when all is as published, or the reason why not.
    private func attempt(_ vector: SealingVector, encapsulated: [UInt8]? = nil) -> String? {
        vector.scheme == "x-wing"
            ? attemptXWing(vector, encapsulated: encapsulated)
            : attemptHPKE(vector, encapsulated: encapsulated)
    }

    private func attemptXWing(_ vector: SealingVector, encapsulated: [UInt8]?) -> String? {
        let ciphertext = encapsulated ?? hexBytes(vector.ct ?? "")
        guard
            let key = try? XWingMLKEM768X25519.PrivateKey(
                seedRepresentation: hexBytes(vector.seed ?? ""), publicKey: nil)
        else { return "seed-wrong" }
        guard Array(key.publicKey.rawRepresentation) == hexBytes(vector.pk ?? "") else {
            return "public-key-differs"
        }
        guard let secret = try? key.decapsulate(Data(ciphertext)) else {
            return "decapsulation-failed"
        }
        let isEqual = secret.withUnsafeBytes { Array($0) } == hexBytes(vector.ss ?? "")
        return isEqual ? nil : "secret-differs"
    }

    private func attemptHPKE(_ vector: SealingVector, encapsulated: [UInt8]?) -> String? {
        do {
            var recipient = try makeRecipient(vector, encapsulated: encapsulated)
            for message in vector.messages ?? [] {
                let plain = try recipient.open(
                    hexBytes(message.ct), authenticating: hexBytes(message.aad))
                guard Array(plain) == hexBytes(message.pt) else { return "plain-differs" }
            }
            return nil
        } catch {
            return "open-failed"
        }
    }

    private func makeRecipient(
        _ vector: SealingVector, encapsulated: [UInt8]?
    ) throws -> HPKE.Recipient {
        let secret = hexBytes(vector.skRm ?? "")
        let enc = Data(encapsulated ?? hexBytes(vector.enc ?? ""))
        let info = Data(hexBytes(vector.info ?? ""))
        try #require(vector.kdf == 1)
        if vector.kem == 0x647A {
            try #require(vector.aead == 3)
            let key = try XWingMLKEM768X25519.PrivateKey(
                seedRepresentation: secret, publicKey: nil)
            #expect(Array(key.publicKey.rawRepresentation) == hexBytes(vector.pkRm ?? ""))
            return try HPKE.Recipient(
                privateKey: key,
                ciphersuite: HPKE.Ciphersuite(
                    kem: .XWingMLKEM768X25519, kdf: .HKDF_SHA256, aead: .chaChaPoly),
                info: info, encapsulatedKey: enc)
        }
        try #require(vector.kem == 0x20 && vector.aead == 2)
        let key = try Curve25519.KeyAgreement.PrivateKey(rawRepresentation: secret)
        #expect(Array(key.publicKey.rawRepresentation) == hexBytes(vector.pkRm ?? ""))
        return try HPKE.Recipient(
            privateKey: key,
            ciphersuite: HPKE.Ciphersuite(
                kem: .Curve25519_HKDF_SHA256, kdf: .HKDF_SHA256, aead: .AES_GCM_256),
            info: info, encapsulatedKey: enc)
    }
}
