import Crypto
import Foundation
import ParleyLog
import SwiftASN1
@_spi(FixedExpiryValidationTime) import X509

/// A time-stamp response taken apart (RFC 3161 §2.4.2, RFC 5652 §5), nothing in it believed.
struct TimeStampParts {
    /// `TSTInfo`.
    struct Stamped {
        let policy: String
        let imprint: [UInt8]
        let serialNumber: [UInt8]
        let time: Timestamp
        let nonce: [UInt8]?
    }

    let info: Stamped
    let certificate: Certificate
    private let certificates: [Certificate]
    /// The bytes of `TSTInfo`, which the signed attributes digest.
    private let content: [UInt8]
    private let digestAlgorithm: ASN1ObjectIdentifier
    private let signatureAlgorithm: Certificate.SignatureAlgorithm
    private let signature: [UInt8]
    /// As they are signed: with the tag of a SET.
    private let attributeBytes: [UInt8]
    private let attributes: [ASN1ObjectIdentifier: ASN1Node]

    init(parsing response: [UInt8]) throws(TimeStampRefusal) {
        guard response.count <= TimeStamp.sizeLimitBytes else {
            throw .tooLong(sizeBytes: response.count)
        }
        do {
            self = try Self.parse(response)
        } catch let refusal as TimeStampRefusal {
            throw refusal
        } catch {
            throw .malformed("\(error)")
        }
    }

    private init(
        info: Stamped, certificate: Certificate, certificates: [Certificate], content: [UInt8],
        signer: Signer
    ) throws {
        self.info = info
        self.certificate = certificate
        self.certificates = certificates
        self.content = content
        digestAlgorithm = signer.digestAlgorithm
        signature = signer.signature
        attributeBytes = signer.attributeBytes
        attributes = signer.attributes
        signatureAlgorithm = try Self.algorithm(signer)
    }

    // MARK: Reading

    fileprivate struct Signer {
        let identifier: ASN1Node
        let digestAlgorithm: ASN1ObjectIdentifier
        let attributeBytes: [UInt8]
        let attributes: [ASN1ObjectIdentifier: ASN1Node]
        let signatureAlgorithm: ASN1ObjectIdentifier
        let signature: [UInt8]
    }

    private static let explicit0 = ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)
    private static let tag1 = ASN1Identifier(tagWithNumber: 1, tagClass: .contextSpecific)

    private static func parse(_ response: [UInt8]) throws -> TimeStampParts {
        try DER.sequence(try DER.parse(response), identifier: .sequence) { nodes in
            let status = try inner(&nodes) { nodes in
                let status = try Int(derEncoded: &nodes)
                while nodes.next() != nil {}
                return status
            }
            // granted, or granted with modifications.
            guard status == 0 || status == 1 else {
                throw TimeStampRefusal.notGranted(status: status)
            }
            return try inner(&nodes) { nodes in
                guard try ASN1ObjectIdentifier(derEncoded: &nodes) == TimeStampOID.signedData
                else { throw TimeStampRefusal.malformed("its content is not signed data") }
                return try DER.explicitlyTagged(
                    &nodes, tagNumber: 0, tagClass: .contextSpecific
                ) { try signedData($0) }
            }
        }
    }

    private static func signedData(_ node: ASN1Node) throws -> TimeStampParts {
        try DER.sequence(node, identifier: .sequence) { nodes in
            _ = try Int(derEncoded: &nodes)
            _ = nodes.next()
            let content = try inner(&nodes) { nodes in
                guard try ASN1ObjectIdentifier(derEncoded: &nodes) == TimeStampOID.info else {
                    throw TimeStampRefusal.malformed("what is signed is no TSTInfo")
                }
                return try DER.explicitlyTagged(
                    &nodes, tagNumber: 0, tagClass: .contextSpecific
                ) { Array(try ASN1OctetString(derEncoded: $0).bytes) }
            }
            var certificates: [Certificate] = []
            var last: ASN1Node?
            while let node = nodes.next() {
                if node.identifier == explicit0, case .constructed(let children) = node.content {
                    certificates = try children.map { try Certificate(derEncoded: $0) }
                }
                last = node
            }
            guard let last, last.identifier == .set, case .constructed(let signers) = last.content
            else { throw TimeStampRefusal.malformed("it has no signer") }
            let all = Array(signers)
            // RFC 3161 §2.4.2: the authority's signature and no other.
            guard all.count == 1 else {
                throw TimeStampRefusal.malformed("it has \(all.count) signers")
            }
            let signer = try signer(all[0])
            guard let certificate = try certificates.first(where: { try signer.isOf($0) }) else {
                throw TimeStampRefusal.certificateMissing
            }
            return try TimeStampParts(
                info: try info(content), certificate: certificate, certificates: certificates,
                content: content, signer: signer)
        }
    }

    private static func signer(_ node: ASN1Node) throws -> Signer {
        try DER.sequence(node, identifier: .sequence) { nodes in
            _ = try Int(derEncoded: &nodes)
            guard let identifier = nodes.next() else {
                throw TimeStampRefusal.malformed("its signer is not named")
            }
            let digest = try algorithmIdentifier(&nodes)
            guard let signed = nodes.next(), signed.identifier == explicit0,
                case .constructed(let children) = signed.content
            else { throw TimeStampRefusal.malformed("it has no signed attributes") }
            var attributes: [ASN1ObjectIdentifier: ASN1Node] = [:]
            for child in children {
                let (name, value) = try DER.sequence(child, identifier: .sequence) { nodes in
                    (
                        try ASN1ObjectIdentifier(derEncoded: &nodes),
                        try DER.set(of: ASN1Any.self, identifier: .set, nodes: &nodes)
                    )
                }
                guard value.count == 1, attributes[name] == nil else {
                    throw TimeStampRefusal.malformed("an attribute comes twice")
                }
                attributes[name] = try DER.parse(bytes(of: value[0]))
            }
            let algorithm = try algorithmIdentifier(&nodes)
            let signature = Array(try ASN1OctetString(derEncoded: &nodes).bytes)
            while nodes.next() != nil {}
            return Signer(
                identifier: identifier, digestAlgorithm: digest,
                attributeBytes: [0x31] + signed.encodedBytes.dropFirst(), attributes: attributes,
                signatureAlgorithm: algorithm, signature: signature)
        }
    }

    private static func bytes(of value: ASN1Any) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(value)
        return serializer.serializedBytes
    }

    private static func inner<Value>(
        _ nodes: inout ASN1NodeCollection.Iterator,
        _ read: (inout ASN1NodeCollection.Iterator) throws -> Value
    ) throws -> Value {
        guard let node = nodes.next() else { throw TimeStampRefusal.malformed("it is cut short") }
        return try DER.sequence(node, identifier: .sequence, read)
    }

    private static func algorithmIdentifier(
        _ nodes: inout ASN1NodeCollection.Iterator
    ) throws -> ASN1ObjectIdentifier {
        try inner(&nodes) { nodes in
            let name = try ASN1ObjectIdentifier(derEncoded: &nodes)
            while nodes.next() != nil {}
            return name
        }
    }

    private static func info(_ content: [UInt8]) throws -> Stamped {
        try DER.sequence(try DER.parse(content), identifier: .sequence) { nodes in
            guard try Int(derEncoded: &nodes) == 1 else {
                throw TimeStampRefusal.malformed("its version is not 1")
            }
            let policy = try ASN1ObjectIdentifier(derEncoded: &nodes)
            let imprint = try inner(&nodes) { nodes in
                let algorithm = try algorithmIdentifier(&nodes)
                guard algorithm == TimeStampOID.sha256 else {
                    throw TimeStampRefusal.algorithmUnknown("\(algorithm)")
                }
                return Array(try ASN1OctetString(derEncoded: &nodes).bytes)
            }
            let serial = try integerBytes(nodes.next())
            let time = try GeneralizedTime(derEncoded: &nodes)
            guard
                let stamp = Timestamp(
                    text: String(
                        format: "%04d-%02d-%02dT%02d:%02d:%02dZ", time.year, time.month, time.day,
                        time.hours, time.minutes, time.seconds))
            else { throw TimeStampRefusal.malformed("its time is out of range") }
            var nonce: [UInt8]?
            while let node = nodes.next() {
                if node.identifier == .integer { nonce = try integerBytes(node) }
            }
            return Stamped(
                policy: "\(policy)", imprint: imprint, serialNumber: serial, time: stamp,
                nonce: nonce)
        }
    }

    private static func integerBytes(_ node: ASN1Node?) throws -> [UInt8] {
        guard let node, node.identifier == .integer, case .primitive(let bytes) = node.content
        else { throw TimeStampRefusal.malformed("a number is missing") }
        return Array(bytes)
    }

    private static func algorithm(_ signer: Signer) throws -> Certificate.SignatureAlgorithm {
        let named: [ASN1ObjectIdentifier: Certificate.SignatureAlgorithm] = [
            [1, 2, 840, 113549, 1, 1, 11]: .sha256WithRSAEncryption,
            [1, 2, 840, 113549, 1, 1, 12]: .sha384WithRSAEncryption,
            [1, 2, 840, 113549, 1, 1, 13]: .sha512WithRSAEncryption,
            [1, 2, 840, 10045, 4, 3, 2]: .ecdsaWithSHA256,
            [1, 2, 840, 10045, 4, 3, 3]: .ecdsaWithSHA384,
            [1, 2, 840, 10045, 4, 3, 4]: .ecdsaWithSHA512,
        ]
        // RFC 3370 §3.2: rsaEncryption with the digest named beside it.
        let byDigest: [ASN1ObjectIdentifier: Certificate.SignatureAlgorithm] = [
            TimeStampOID.sha256: .sha256WithRSAEncryption,
            TimeStampOID.sha384: .sha384WithRSAEncryption,
            TimeStampOID.sha512: .sha512WithRSAEncryption,
        ]
        let found =
            signer.signatureAlgorithm == TimeStampOID.rsa
            ? byDigest[signer.digestAlgorithm] : named[signer.signatureAlgorithm]
        guard let found else {
            throw TimeStampRefusal.algorithmUnknown("\(signer.signatureAlgorithm)")
        }
        return found
    }

    // MARK: Checking

    func checkSignature() throws(TimeStampRefusal) {
        guard let type = attributes[TimeStampOID.contentType],
            (try? ASN1ObjectIdentifier(derEncoded: type)) == TimeStampOID.info,
            let digest = attributes[TimeStampOID.messageDigest],
            let stated = try? ASN1OctetString(derEncoded: digest),
            Array(stated.bytes) == Self.digest(of: content, by: digestAlgorithm)
        else { throw .contentDiffers }
        guard isCertificateNamed else { throw .certificateNotNamed }
        guard
            certificate.publicKey.isValidSignature(
                signature, for: attributeBytes, signatureAlgorithm: signatureAlgorithm)
        else { throw .signatureWrong }
    }

    /// RFC 5816 §2.2.1: a signed attribute digests the signer's certificate, so that no other one
    /// over the same key can be put in its place.
    private var isCertificateNamed: Bool {
        var serializer = DER.Serializer()
        guard (try? serializer.serialize(certificate)) != nil else { return false }
        let bytes = serializer.serializedBytes
        if let node = attributes[TimeStampOID.signingCertificateV2] {
            guard let (algorithm, hash) = Self.firstCertificate(in: node) else { return false }
            return hash == Self.digest(of: bytes, by: algorithm ?? TimeStampOID.sha256)
        }
        guard let node = attributes[TimeStampOID.signingCertificate],
            let (_, hash) = Self.firstCertificate(in: node)
        else { return false }
        return hash == Self.digest(of: bytes, by: TimeStampOID.sha1)
    }

    /// Of `SigningCertificate` or its second version: the first digest, which is the signer's.
    private static func firstCertificate(
        in node: ASN1Node
    ) -> (algorithm: ASN1ObjectIdentifier?, hash: [UInt8])? {
        guard case .constructed(let outer) = node.content,
            let list = Array(outer).first, case .constructed(let certificates) = list.content,
            let first = Array(certificates).first, case .constructed(let fields) = first.content
        else { return nil }
        var algorithm: ASN1ObjectIdentifier?
        for field in fields {
            if field.identifier == .octetString, case .primitive(let hash) = field.content {
                return (algorithm, Array(hash))
            }
            guard case .constructed(let parts) = field.content, let name = Array(parts).first,
                let named = try? ASN1ObjectIdentifier(derEncoded: name)
            else { return nil }
            algorithm = named
        }
        return nil
    }

    private static func digest(
        of bytes: [UInt8], by algorithm: ASN1ObjectIdentifier
    ) -> [UInt8]? {
        switch algorithm {
        case TimeStampOID.sha256: Array(SHA256.hash(data: bytes))
        case TimeStampOID.sha384: Array(SHA384.hash(data: bytes))
        case TimeStampOID.sha512: Array(SHA512.hash(data: bytes))
        case TimeStampOID.sha1: Array(Insecure.SHA1.hash(data: bytes))
        default: nil
        }
    }

    func checkChain(to roots: [Certificate]) async throws(TimeStampRefusal) {
        // RFC 3161 §2.3: this one purpose alone, and critical.
        guard let usage = certificate.extensions[oid: .X509ExtensionID.extendedKeyUsage],
            usage.critical, let purposes = try? ExtendedKeyUsage(usage),
            Array(purposes) == [.timeStamping]
        else { throw .notForTimeStamping }
        let time = Date(timeIntervalSince1970: TimeInterval(info.time.secondsSinceEpoch))
        var verifier = Verifier(rootCertificates: CertificateStore(roots)) {
            RFC5280Policy(fixedExpiryValidationTime: time)
            PurposeIsChecked()
        }
        guard
            case .validCertificate = await verifier.validate(
                leaf: certificate, intermediates: CertificateStore(certificates))
        else { throw .chainUntrusted }
    }

    /// Says that the critical purpose has been seen to.
    private struct PurposeIsChecked: VerifierPolicy {
        let verifyingCriticalExtensions: [ASN1ObjectIdentifier] = [
            .X509ExtensionID.extendedKeyUsage
        ]

        func chainMeetsPolicyRequirements(
            chain: UnverifiedCertificateChain
        ) async -> PolicyEvaluationResult { .meetsPolicy }
    }
}

extension TimeStampParts.Signer {
    /// Whether the signer's identifier, issuer and serial number or key identifier, fits.
    fileprivate func isOf(_ certificate: Certificate) throws -> Bool {
        if case .primitive(let key) = identifier.content {
            let held = try certificate.extensions.subjectKeyIdentifier?.keyIdentifier
            return held.map { Array($0) == Array(key) } ?? false
        }
        return try DER.sequence(identifier, identifier: .sequence) { nodes in
            guard let issuer = nodes.next(), let serial = nodes.next(),
                case .primitive(let bytes) = serial.content
            else {
                return false
            }
            var name = DER.Serializer()
            try name.serialize(certificate.issuer)
            return Array(issuer.encodedBytes) == name.serializedBytes
                && Array(bytes.drop { $0 == 0 })
                    == Array(certificate.serialNumber.bytes.drop { $0 == 0 })
        }
    }
}
