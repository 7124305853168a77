import Foundation
import NIOCore
import NIOSSL
import SwiftASN1
import X509

package import enum Crypto.P256
package import struct ParleyLog.Digest

/// A node's TLS key with the self-signed certificate that carries it.
///
/// The certificate says nothing that anybody believes: peers compare the key alone with the pins in
/// the agreement. It exists because TLS 1.3 (RFC 8446 §4.4.2) sends keys in certificates.
package struct TLSIdentity: Sendable {
    package let certificatePEM: String
    package let keyPEM: String

    package init(certificatePEM: String, keyPEM: String) {
        self.certificatePEM = certificatePEM
        self.keyPEM = keyPEM
    }

    /// Makes a certificate for a P-256 key, valid from 1970 to 9999: the agreement's pins and their
    /// amendment, not this date, say how long the key is good.
    package init(key: P256.Signing.PrivateKey, commonName: String, serial: [UInt8]) throws {
        let name = try DistinguishedName { CommonName(commonName) }
        let certificate = try Certificate(
            version: .v3, serialNumber: Certificate.SerialNumber(bytes: serial[...]),
            publicKey: .init(key.publicKey),
            notValidBefore: Date(timeIntervalSince1970: 0),
            notValidAfter: Date(timeIntervalSince1970: 253_402_300_799),
            issuer: name, subject: name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: Certificate.Extensions {
                Critical(BasicConstraints.notCertificateAuthority)
            },
            issuerPrivateKey: .init(key))
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        certificatePEM =
            PEMDocument(
                type: "CERTIFICATE", derBytes: serializer.serializedBytes
            ).pemString
        keyPEM = key.pemRepresentation
    }

    /// SHA-256 of the key's SubjectPublicKeyInfo: what the agreement lists.
    package func pin() throws -> Digest { try Self.pin(of: certificate()) }

    func certificate() throws -> NIOSSLCertificate {
        try NIOSSLCertificate(bytes: Array(certificatePEM.utf8), format: .pem)
    }

    func privateKey() throws -> NIOSSLPrivateKey {
        try NIOSSLPrivateKey(bytes: Array(keyPEM.utf8), format: .pem)
    }

    static func pin(of certificate: NIOSSLCertificate) throws -> Digest {
        Digest(hashing: try certificate.extractPublicKey().toSPKIBytes())
    }

    /// Asks every client for a certificate and proof of its key; whose key it is, and whether one
    /// is needed for what is asked, the handlers say.
    func serverConfiguration() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: [.certificate(try certificate())],
            privateKey: .privateKey(try privateKey()))
        configuration.minimumTLSVersion = .tlsv13
        configuration.certificateVerification = .optionalVerification
        // A server that ends waits so long for each idle client to say good-bye; with half-closed
        // connections allowed, NIOSSL does not hear that it did.
        configuration.shutdownTimeout = .milliseconds(500)
        return configuration
    }

    /// For browsers and programs, which show no certificate: TLS 1.2 and later, the whole chain.
    func publicConfiguration() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(certificatePEM.utf8))
                .map { .certificate($0) },
            privateKey: .privateKey(try privateKey()))
        configuration.minimumTLSVersion = .tlsv12
        // Forward secrecy and authenticated encryption, of TLS 1.2 too (RFC 9325 §4.2).
        configuration.cipherSuiteValues = [
            .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
            .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
            .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
            .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        ]
        configuration.shutdownTimeout = .milliseconds(500)
        return configuration
    }

    func clientConfiguration() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateChain = [.certificate(try certificate())]
        configuration.privateKey = .privateKey(try privateKey())
        configuration.minimumTLSVersion = .tlsv13
        configuration.certificateVerification = .noHostnameVerification
        // A connection that is let go of is not waited for.
        configuration.shutdownTimeout = .milliseconds(500)
        return configuration
    }
}
