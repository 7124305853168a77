import Crypto
import Foundation
package import ParleyLog
package import ParleyStatements

/// A place on the network that is told of events: a program of an account's holder, or of the
/// node's operator.
package struct Webhook: Hashable, Sendable {
    /// Of one account.
    package static let mostOfAccount = 8
    package static let mostOfNode = 16
    package static let addressLimitBytes = 1024

    package let id: WebhookID
    /// Whose; nil for the node's own, of which administrators dispose.
    package let account: AccountName?
    /// Of their choice, each once, as ``APIToken/isLabel(_:)`` has it.
    package let label: String
    package let address: ProviderURL
    /// Of the node's own: what it is told of. Of an account's, its wishes say so.
    package let kinds: Set<NotifyKind>
    package let secret: WebhookSecret
    package let madeAt: Timestamp

    package init(
        id: WebhookID, account: AccountName?, label: String, address: ProviderURL,
        kinds: Set<NotifyKind>, secret: WebhookSecret, madeAt: Timestamp
    ) {
        self.id = id
        self.account = account
        self.label = label
        self.address = address
        self.kinds = kinds
        self.secret = secret
        self.madeAt = madeAt
    }

    /// Nil for other schemes than `https`, user names, fragments and what is too long.
    package static func address(_ text: String) -> ProviderURL? {
        guard text.utf8.count <= addressLimitBytes, let url = ProviderURL(text), url.isTLS else {
            return nil
        }
        return url
    }

    /// Without its secret; of the address only where it leads, since a path may be a secret too.
    package var json: JSONObject {
        let json: JSONObject = [
            "label": .string(label), "host": .string(address.host),
            "port": .integer(Int64(address.port)), "made": .string(madeAt.text),
        ]
        guard account == nil else { return json }
        return json.adding(["kinds": .array(kinds.sorted().map { .string($0.rawValue) })])
    }
}

package struct WebhookID: Hashable, Sendable {
    package let bytes: [UInt8]

    /// Nil for other than 16 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    package init?(text: String) {
        guard let bytes = Base32.decode(text) else { return nil }
        self.init(bytes: bytes)
    }

    package var text: String { Base32.encode(bytes) }
}

/// What a webhook and this node share; shown once, and kept, since each message is signed by it.
package struct WebhookSecret: Hashable, Sendable {
    package static let sizeBytes = 32

    package let bytes: [UInt8]

    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.sizeBytes else { return nil }
        self.bytes = bytes
    }

    /// As its holder is shown it.
    package var text: String { "whsec_" + Base64.encode(bytes) }

    /// What goes with a body over the network, so that whoever shares the secret knows whence it
    /// comes and when it was sent.
    package func headers(
        id: String, at now: Timestamp, body: [UInt8]
    ) -> [(name: String, value: String)] {
        // SPEC webhook §2: A node MUST sign id, timestamp and body together, so that none of them
        // can be taken from another message.
        let stamp = String(now.secondsSinceEpoch)
        let signed = Array("\(id).\(stamp).".utf8) + body
        let code = HMAC<SHA256>.authenticationCode(
            for: signed, using: SymmetricKey(data: bytes))
        return [
            ("webhook-id", id), ("webhook-timestamp", stamp),
            ("webhook-signature", "v1," + Base64.encode(Array(code))),
        ]
    }
}

/// Where the node's operator lets webhooks lead: nobody else can have the node connect anywhere.
package struct WebhookPolicy: Hashable, Sendable {
    private let patterns: [Pattern]
    /// Whether they may stand on this machine or in a private network.
    package let mayBeNear: Bool

    private struct Pattern: Hashable {
        let host: String
        let port: Int

        /// `hooks.example.org`, `*.example.org`, `*`, each with a port or for 443.
        init?(_ text: String) {
            // An address of IPv6 stands in brackets, so that its colons are no port's.
            guard let url = ProviderURL("https://" + text.replacing("*", with: "any")),
                url.target == "/", !text.contains("/")
            else { return nil }
            let isBelow = text.hasPrefix("*.")
            guard text.count(where: { $0 == "*" }) == (text.hasPrefix("*") ? 1 : 0) else {
                return nil
            }
            guard text.hasPrefix("*") else {
                (host, port) = (url.host, url.port)
                return
            }
            guard isBelow || url.host == "any" else { return nil }
            host = "*" + url.host.dropFirst(3)
            port = url.port
        }

        func fits(_ url: ProviderURL) -> Bool {
            guard port == url.port else { return false }
            return host == "*" || host == url.host
                || host.hasPrefix("*.") && url.host.hasSuffix(host.dropFirst())
        }
    }

    /// Nil where a pattern is none.
    package init?(allowing texts: [String], mayBeNear: Bool) {
        let patterns = texts.compactMap { Pattern($0) }
        guard patterns.count == texts.count else { return nil }
        self.patterns = patterns
        self.mayBeNear = mayBeNear
    }

    package func allows(_ url: ProviderURL) -> Bool { patterns.contains { $0.fits(url) } }
}
