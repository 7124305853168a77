import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
package import ParleyLog
import Synchronization

/// The certificate and key that a listener shows to browsers and programs, the newest it was given.
package final class ServedCertificate: Sendable {
    private struct Shown {
        let context: NIOSSLContext
        let expiresAt: Timestamp?
    }

    private let shown: Mutex<Shown>

    /// - Throws: ``CertificateFault`` where it cannot be shown.
    package init(_ identity: TLSIdentity) throws(CertificateFault) {
        shown = Mutex(try Self.shown(identity))
    }

    /// New connections see it; those that are open go on under what they saw.
    ///
    /// - Throws: ``CertificateFault``; then nothing has changed.
    package func replace(with identity: TLSIdentity) throws(CertificateFault) {
        let next = try Self.shown(identity)
        shown.withLock { $0 = next }
    }

    package var expiresAt: Timestamp? { shown.withLock { $0.expiresAt } }

    var context: NIOSSLContext { shown.withLock { $0.context } }

    private static func shown(_ identity: TLSIdentity) throws(CertificateFault) -> Shown {
        guard
            let chain = try? NIOSSLCertificate.fromPEMBytes(Array(identity.certificatePEM.utf8)),
            let leaf = chain.first
        else { throw .certificateMalformed }
        guard (try? identity.privateKey()) != nil else { throw .keyMalformed }
        // Takes the chain, and then the key only if it is that of the first certificate.
        guard let configuration = try? identity.publicConfiguration(),
            let context = try? NIOSSLContext(configuration: configuration)
        else { throw .keyOfAnother }
        return Shown(
            context: context,
            expiresAt: Timestamp(secondsSinceEpoch: Int64(leaf.notValidAfter)))
    }
}

/// Why a certificate cannot be shown. Says nothing of what is in the key's file.
package enum CertificateFault: Error, Hashable, Sendable {
    case certificateMalformed
    case keyMalformed
    case keyOfAnother

    package var reason: String {
        switch self {
        case .certificateMalformed: "certificate-malformed"
        case .keyMalformed: "certificate-key-malformed"
        case .keyOfAnother: "certificate-key-differs"
        }
    }

    package var explanation: String {
        switch self {
        case .certificateMalformed: "the certificate chain is not in PEM, or cannot be used"
        case .keyMalformed: "the certificate's key is not an unencrypted private key in PEM"
        case .keyOfAnother: "the key is not that of the first certificate in the chain"
        }
    }
}

/// HTTP/1.1 under whatever certificate is the newest when a connection begins.
struct ServedTLSChannel: ServerChildChannel {
    typealias Value = HTTP1Channel.Value

    let base: HTTP1Channel
    let certificate: ServedCertificate

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(
                NIOSSLServerHandler(context: certificate.context))
        }.flatMap { base.setup(channel: channel, logger: logger) }
    }

    func handle(value: Value, logger: Logger) async {
        await base.handle(value: value, logger: logger)
    }
}
