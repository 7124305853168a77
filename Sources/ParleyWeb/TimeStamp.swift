import Crypto
import Foundation
package import ParleyLog
import SwiftASN1
@_spi(FixedExpiryValidationTime) package import X509

/// An RFC 3161 time-stamp that holds: who says that bytes existed, and when.
///
/// Our own reading of the token: X509's CMS takes content of other types alone. Certificates,
/// chains and signatures are X509's.
package struct TimeStamp: Hashable, Sendable {
    package static let sizeLimitBytes = 64 * 1024

    /// RFC 3161 `genTime`, whole seconds.
    package let time: Timestamp
    /// Lower-case hexadecimal.
    package let serialNumber: String
    package let policy: String
    /// The subject of the authority's certificate.
    package let authority: String

    /// Checks an authority's response, `TimeStampResp`, against the bytes that were stamped.
    ///
    /// - Parameters:
    ///   - nonce: what the query held; nil where it is not known any more.
    ///   - roots: certificates that this verifier believes; the authority's chain is judged at the
    ///     time that it states.
    package init(
        verifying response: [UInt8], over data: [UInt8], nonce: [UInt8]?, roots: [Certificate]
    ) async throws(TimeStampRefusal) {
        let parts = try TimeStampParts(parsing: response)
        let info = parts.info
        guard info.imprint == Array(SHA256.hash(data: data)) else { throw .imprintDiffers }
        if let nonce, info.nonce.map({ Self.trimmed($0) }) != Self.trimmed(nonce) {
            throw .nonceDiffers
        }
        try parts.checkSignature()
        try await parts.checkChain(to: roots)
        time = info.time
        serialNumber = Hex.encode(info.serialNumber)
        policy = info.policy
        authority = "\(parts.certificate.subject)"
    }

    /// The digest that a response stamps, before anything in it is believed.
    package static func imprint(in response: [UInt8]) throws(TimeStampRefusal) -> [UInt8] {
        try TimeStampParts(parsing: response).info.imprint
    }

    /// The `TimeStampReq` for bytes, asking for the authority's certificate.
    package static func query(for data: [UInt8], nonce: [UInt8]?) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.appendConstructedNode(identifier: .sequence) { request in
            try request.serialize(1)
            try request.appendConstructedNode(identifier: .sequence) { imprint in
                try imprint.appendConstructedNode(identifier: .sequence) { algorithm in
                    try algorithm.serialize(TimeStampOID.sha256)
                    try algorithm.serialize(ASN1Null())
                }
                try imprint.serialize(
                    ASN1OctetString(contentBytes: Array(SHA256.hash(data: data))[...]))
            }
            if let nonce { try request.serialize(ASN1Any(derEncoded: Self.integer(nonce))) }
            try request.serialize(true)
        }
        return serializer.serializedBytes
    }

    /// A DER INTEGER of these bytes, not negative.
    private static func integer(_ bytes: [UInt8]) -> [UInt8] {
        var value = trimmed(bytes)
        if value.first.map({ $0 >= 0x80 }) ?? true { value.insert(0, at: 0) }
        return [0x02, UInt8(value.count)] + value
    }

    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] { Array(bytes.drop { $0 == 0 }) }
}

/// Certificates in PEM, such as the roots that a verifier believes.
///
/// - Throws: errors of X509's when the text holds none.
package func certificates(pem: String) throws -> [Certificate] {
    let documents = try PEMDocument.parseMultiple(pemString: pem)
    return try documents.map { try Certificate(pemDocument: $0) }
}

/// Why a time-stamp proves nothing.
package enum TimeStampRefusal: Error, Hashable, Sendable {
    case tooLong(sizeBytes: Int)
    case malformed(String)
    /// The authority gave none: PKIStatus of RFC 3161 §2.4.2.
    case notGranted(status: Int)
    case imprintDiffers
    case nonceDiffers
    case algorithmUnknown(String)
    case certificateMissing
    case contentDiffers
    case certificateNotNamed
    case signatureWrong
    case notForTimeStamping
    case chainUntrusted

    package var reason: String {
        switch self {
        case .tooLong: "time-stamp-too-long"
        case .malformed: "time-stamp-malformed"
        case .notGranted: "time-stamp-not-granted"
        case .imprintDiffers: "time-stamp-of-other-bytes"
        case .nonceDiffers: "time-stamp-nonce-differs"
        case .algorithmUnknown: "time-stamp-algorithm-unknown"
        case .certificateMissing: "time-stamp-certificate-missing"
        case .contentDiffers, .certificateNotNamed, .signatureWrong: "time-stamp-signature-wrong"
        case .notForTimeStamping: "time-stamp-certificate-unfit"
        case .chainUntrusted: "time-stamp-authority-unknown"
        }
    }

    package var explanation: String {
        switch self {
        case .tooLong(let size):
            "the time-stamp is \(size) bytes; it may have \(TimeStamp.sizeLimitBytes)"
        case .malformed(let what): "it is not a time-stamp response of RFC 3161: \(what)"
        case .notGranted(let status): "the authority gave no time-stamp, status \(status)"
        case .imprintDiffers: "it stamps other bytes than these"
        case .nonceDiffers: "it answers another query"
        case .algorithmUnknown(let name): "it uses the algorithm \(name), which is not known here"
        case .certificateMissing: "it does not hold its signer's certificate"
        case .contentDiffers: "its signed attributes are of other content"
        case .certificateNotNamed: "its signed attributes name another certificate"
        case .signatureWrong: "its signature does not verify"
        case .notForTimeStamping: "its signer's certificate is not for time-stamping alone"
        case .chainUntrusted:
            "its signer's certificate does not lead to a given root, or was not valid then"
        }
    }
}

enum TimeStampOID {
    static let sha256: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 2, 1]
    static let sha384: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 2, 2]
    static let sha512: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 2, 3]
    static let sha1: ASN1ObjectIdentifier = [1, 3, 14, 3, 2, 26]
    static let signedData: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 7, 2]
    static let info: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 16, 1, 4]
    static let contentType: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 3]
    static let messageDigest: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 4]
    static let signingCertificate: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 16, 2, 12]
    static let signingCertificateV2: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 16, 2, 47]
    static let rsa: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 1, 1]
    static let keyPurposeTimeStamping: ASN1ObjectIdentifier = [1, 3, 6, 1, 5, 5, 7, 3, 8]
}
