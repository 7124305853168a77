import Testing

@testable import ParleyStatements

@Suite struct EnvelopeVectorTests {
    @Test(arguments: try VectorCase.load("envelope/envelopes.json", details: ["text", "repeat"]))
    func `each envelope vector is accepted, or refused for the reason it names`(
        vector: VectorCase
    ) throws {
        let bytes = vector.bytes
        switch vector.verdict {
        case .refuse(let reason):
            let refusal = #expect(throws: EnvelopeRefusal.self) { try parse(bytes) }
            #expect(refusal?.reason == reason)
            #expect(refusal?.explanation.isEmpty == false)
        case .accept:
            #expect(try parse(bytes).storedBytes == bytes)
            // A turned bit inside a payload, a key id or a signature makes another envelope, and
            // its signatures do not verify; that is for who holds the keys to see.
            let flips = acceptedFlips(of: bytes) { (try? parse($0))?.storedBytes == $0 }
            #expect(flips == vector.flipsAccepted)
        }
    }

    private func parse(_ bytes: [UInt8]) throws(EnvelopeRefusal) -> Envelope {
        try Envelope(parsing: bytes, payloadType: Statement.payloadType, limits: .statement)
    }

    @Test func `what is signed is the example of the DSSE specification`() {
        // https://github.com/secure-systems-lab/dsse/blob/master/protocol.md, test vectors.
        let signed = Envelope.preAuthentication(
            payloadType: "http://example.com/HelloWorld", payload: Array("hello world".utf8))
        #expect(
            signed == Array("DSSEv1 29 http://example.com/HelloWorld 11 hello world".utf8))
    }

    @Test func `an envelope of its limits is accepted`() throws {
        let pair = try SigningKeyPair(ed25519Seed: Array(repeating: 7, count: 32))
        let payload = [UInt8](
            repeating: 0x20, count: Envelope.Limits.statement.payloadSizeBytes)
        let envelope = try pair.sign(payloadType: Statement.payloadType, payload: payload)
        #expect(try parse(envelope.storedBytes) == envelope)
    }
}

@Suite struct SignatureVectorTests {
    @Test(
        arguments: try VectorCase.load(
            "signature/published.json",
            details: ["algorithm", "seed", "publicKey", "message", "signature"]))
    func `each published signature verifies, or is refused for the reason it names`(
        vector: VectorCase
    ) throws {
        let algorithm = try #require(
            SignatureAlgorithm(rawValue: try vector.required("algorithm")))
        let key = decodeHex(try vector.required("publicKey"))
        let message = decodeHex(try vector.required("message"))
        let signature = decodeHex(try vector.required("signature"))
        let isValid = { (signature: [UInt8], message: [UInt8]) throws(KeyRefusal) -> Bool in
            try keys(algorithm, key).isValid(signature, by: algorithm, over: message)
        }
        switch vector.verdict {
        case .refuse("signature-wrong"): #expect(try !isValid(signature, message))
        case .refuse(let reason):
            let refusal = #expect(throws: KeyRefusal.self) { try isValid(signature, message) }
            #expect(refusal?.reason == reason)
        case .accept:
            #expect(try isValid(signature, message))
            let keys = try keys(algorithm, key)
            #expect(
                acceptedFlips(of: signature, step: algorithm == .ed25519 ? 1 : 7) {
                    keys.isValid($0, by: algorithm, over: message)
                } == 0)
            if let seed = vector.text("seed") {
                let pair = try SigningKeyPair(ed25519Seed: decodeHex(seed))
                #expect(pair.publicKeys.ed25519 == key)
                #expect(try pair.signatures(over: message).map(\.bytes) == [signature])
            }
        }
    }

    /// An ML-DSA-65 key stands beside some Ed25519 key: that of RFC 8032, test 1.
    private func keys(
        _ algorithm: SignatureAlgorithm, _ key: [UInt8]
    ) throws(KeyRefusal) -> SignerKeys {
        switch algorithm {
        case .ed25519: try SignerKeys(PublicKeySet(ed25519: key))
        case .mlDSA65: try SignerKeys(PublicKeySet(ed25519: Self.companion, mlDSA65: key))
        }
    }

    private static let companion = decodeHex(
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")

    @Test func `a pair with both algorithms signs with both, and both verify`() throws {
        let seed = [UInt8](repeating: 3, count: 32)
        let pair = try SigningKeyPair(ed25519Seed: seed, mlDSA65Seed: seed)
        let again = try SigningKeyPair(ed25519Seed: seed, mlDSA65Seed: seed)
        #expect(pair.publicKeys == again.publicKeys)
        let envelope = try pair.sign(payloadType: "a/b", payload: [1, 2])
        #expect(envelope.signatures.map(\.keyID) == pair.publicKeys.keyIDs.sorted())
        let keys = try SignerKeys(pair.publicKeys)
        for signature in envelope.signatures {
            let algorithm = signature.keyID.algorithm
            #expect(keys.isValid(signature.bytes, by: algorithm, over: envelope.preAuthentication))
            #expect(!keys.isValid(signature.bytes, by: algorithm, over: [1, 2]))
        }
    }

    @Test func `a seed of the wrong size is refused`() {
        #expect(throws: KeyRefusal.sizeWrong(algorithm: .ed25519, sizeBytes: 31)) {
            try SigningKeyPair(ed25519Seed: Array(repeating: 0, count: 31))
        }
        #expect(throws: KeyRefusal.sizeWrong(algorithm: .mlDSA65, sizeBytes: 33)) {
            try SigningKeyPair(
                ed25519Seed: Array(repeating: 0, count: 32),
                mlDSA65Seed: Array(repeating: 0, count: 33))
        }
    }

    @Test(arguments: smallOrderKeys)
    func `a key of small order is refused`(key: String) {
        #expect(throws: KeyRefusal.smallOrder) {
            try PublicKeySet(ed25519: decodeHex(key))
        }
    }

    /// Computed from the curve's equation with a simple program, not copied from the sources.
    static let smallOrderKeys = [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    ]

    @Test(arguments: UInt8(0xED)...UInt8(0xFF), [UInt8(0x7F), 0xFF])
    func `a key with y at or beyond the prime is refused`(lowest: UInt8, highest: UInt8) {
        let key = [lowest] + [UInt8](repeating: 0xFF, count: 30) + [highest]
        #expect(throws: KeyRefusal.notCanonical) { try PublicKeySet(ed25519: key) }
    }
}
