import Foundation
import ParleyLog
import ParleyPages
import ParleyService
import ParleyStatements
import ParleyWeb

/// By what the settings let this node tell its people things.
extension Settings {
    /// Nil where no channel is set up.
    func notifyPorts() throws -> NotifyPorts? {
        let policy = try webhookPolicy()
        let from = try mailFrom()
        guard policy != nil || from != nil else { return nil }
        let origin = try notifyOrigin()
        return NotifyPorts(
            writer: NotifyText(origin: origin.text), from: from,
            mail: try from.map { try mail(from: $0, origin: origin.url) },
            webhooks: try policy.map { policy in
                try WebhookClient(
                    roots: try pem("webhook-roots"), mayBeNear: policy.mayBeNear,
                    clock: Surroundings.here.clock)
            }, policy: policy, hotlineSeconds: number("hotline-seconds"))
    }

    private func notifyOrigin() throws -> (text: String, url: ProviderURL) {
        guard let text = text("notify-origin"), let url = ProviderURL(text), url.isTLS,
            url.target == "/", !text.dropFirst(8).contains("/")
        else {
            throw CommandFailure.refused(
                "address-malformed", "notify-origin is no address of a desk",
                hint: "write https://host:port, as browsers have it, and no path")
        }
        return (text, url)
    }

    private func webhookPolicy() throws -> WebhookPolicy? {
        let allowed = list("webhook-allow")
        guard !allowed.isEmpty else { return nil }
        guard
            let policy = WebhookPolicy(allowing: allowed, mayBeNear: isOn("webhook-private"))
        else {
            throw CommandFailure.refused(
                "webhook-allow-malformed", "webhook-allow names something that is no host",
                hint: "write host, host:port, *.domain or *, each with a port or for 443")
        }
        return policy
    }

    private func mailFrom() throws -> MailAddress? {
        guard let text = text("mail-from") else { return nil }
        guard let from = MailAddress(text) else {
            throw CommandFailure.refused(
                "mail-malformed", "mail-from is no mailbox such as parley@example.org")
        }
        return from
    }

    private func mail(from: MailAddress, origin: ProviderURL) throws -> any MailSending {
        let server = text("mail-smtp").flatMap { NodeAddress($0) }
        let program = text("mail-sendmail")
        if let server, program == nil {
            return try smtp(server, origin)
        }
        guard server == nil, let program else {
            throw CommandFailure.refused(
                "mail-way-unclear", "mail-from wants mail-smtp or mail-sendmail, and not both")
        }
        guard FileManager.default.isExecutableFile(atPath: program) else {
            throw CommandFailure.refused(
                "program-missing", "\(program) is no program that can be run here",
                hint: "name the program of the machine's mail server, with its path")
        }
        return SendmailProgram(path: program, clock: Surroundings.here.clock)
    }

    private func smtp(_ server: NodeAddress, _ origin: ProviderURL) throws -> SMTPClient {
        guard let security = text("mail-tls").flatMap(SMTPDialogue.Security.init(rawValue:))
        else { preconditionFailure("a setting's word is checked when it is read") }
        guard security != .none || SettingKind.isLoopback("\(server.host):\(server.port)") else {
            throw CommandFailure.refused(
                "mail-in-the-clear", "\(server.host) is not this machine",
                hint: "leave out mail-tls none: what is told goes over TLS")
        }
        var credentials: SMTPDialogue.Credentials?
        if let user = text("mail-user"), let file = text("mail-password-file") {
            credentials = .init(user: user, password: try Self.secret(in: file))
        }
        return try SMTPClient(
            server: server, security: security, credentials: credentials,
            roots: try pem("mail-roots"), ownName: Self.ownName(origin.host))
    }

    /// As EHLO has it: an address stands in brackets (RFC 5321 §4.1.3).
    private static func ownName(_ host: String) -> String {
        if host.contains(":") { return "[IPv6:\(host)]" }
        let isNumber = host.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e }
        return isNumber ? "[\(host)]" : host
    }

    private func pem(_ name: String) throws -> String? {
        try text(name).map {
            String(decoding: try PrivateFile.read($0, limitBytes: 1 << 20), as: UTF8.self)
        }
    }
}
