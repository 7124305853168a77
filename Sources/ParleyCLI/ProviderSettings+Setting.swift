import Foundation
import ParleyService
import ParleyWeb

/// The identity provider that the settings name.
extension Settings {
    /// Nil where none is named.
    func providerSignIn() throws -> ProviderSignIn? {
        guard let issuer = text("oidc-issuer"), let client = text("oidc-client"),
            let secretFile = text("oidc-secret-file"), let origin = text("oidc-origin")
        else { return nil }
        let isPrivate = isOn("oidc-private")
        guard let url = ProviderURL(issuer), url.isTLS || isPrivate,
            let settings = ProviderSettings(
                issuer: url, clientID: client, clientSecret: try Self.secret(in: secretFile),
                claim: text("oidc-claim") ?? "sub", origin: origin)
        else {
            throw CommandFailure.refused(
                "address-malformed", "the issuer or the origin is no https address",
                hint: "plain http is for a provider on this machine, with --oidc-private")
        }
        let connection = try ProviderClient(
            roots: try text("oidc-roots").map {
                String(decoding: try PrivateFile.read($0, limitBytes: 1 << 20), as: UTF8.self)
            }, mayBeNear: isPrivate)
        return ProviderSignIn(
            settings, connection: connection, clock: Surroundings.here.clock,
            randomness: Surroundings.here.randomness)
    }

    static func secret(in path: String) throws -> String {
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        guard let mode = attributes?[.posixPermissions] as? Int, mode & 0o077 == 0 else {
            throw CommandFailure.refused(
                "file-open-to-others", "\(path) is not there, or others may read it",
                hint: "chmod 600 \(path)")
        }
        let bytes = try PrivateFile.read(path, limitBytes: 4096)
        return String(decoding: bytes.prefix { $0 != 0x0a && $0 != 0x0d }, as: UTF8.self)
    }
}
