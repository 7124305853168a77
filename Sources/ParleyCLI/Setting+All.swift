import ParleyService
import ParleyStatements

extension Setting {
    /// The one table of what `parley serve` can be told: a row makes a flag, a variable of the
    /// environment and a key of the file, with their help, limits and place in the guide.
    static let all: [Setting] =
        listeners + limits + people + provider + telling + time + running

    private static let listeners = [
        Setting(
            "listen", .address,
            "Address for peers; else everywhere, at the port in the agreement."),
        Setting(
            "public", .address,
            "Address where anybody reads the log over plain HTTP; else none."),
        Setting(
            "peer", .list(.peer, most: 64),
            "Reach a party's node elsewhere than the agreement says; the pins hold all the same."),
        Setting(
            "api", .address,
            "Address where this node's own people and programs use its API, over TLS; else none."),
        Setting(
            "api-certificate", .file, reloaded: true, needs: ["api", "api-key"],
            "Certificate chain for the API, PEM; else the node's own, self-signed."),
        Setting(
            "api-key", .file, reloaded: true, needs: ["api", "api-certificate"],
            "Its private key, PEM."),
        Setting(
            "public-figures", .word(["day", "hour", "minute"]), default: .text("day"),
            "The public scorecard stands as of the last whole day, hour or minute (UTC)."),
        Setting(
            "metrics", .loopback,
            "Address where this machine's operator reads figures and health; else none."),
    ]

    private static let limits = [
        Setting(
            "head-seconds", .number(1...3600), default: .number(20),
            "How long a client may take to connect and to say what it asks."),
        Setting(
            "idle-seconds", .number(1...3600), default: .number(75),
            "How long a connection may stay open between requests."),
        Setting(
            "body-seconds", .number(1...3600), default: .number(30),
            "After how long a body must have come at 256 bytes a second on average."),
        Setting(
            "connections", .number(1...1_000_000), default: .number(20_000),
            "How many connections each address takes at once."),
        Setting(
            "api-rate", .number(1...1_000_000), default: .number(500),
            "Requests a second that one account may make on average."),
    ]

    private static let people = [
        Setting(
            "four-eyes", .list(.act, most: 64), default: .list(FourEyes.usual.patterns.map(\.text)),
            "Acts that a second person approves, beside those of the agreement; or none more."),
        Setting(
            "second-factor", .list(.role, most: Role.allCases.count), default: .list(["none"]),
            "Roles whose holders, where they sign in by password, need a second factor as well."),
        Setting(
            "unlock-hours", .number(0...KeyShift.hours.upperBound), default: .number(0),
            "For how long organs' keys are held once somebody unlocked them; 0: while it runs."),
    ]

    private static let provider = [
        Setting(
            "oidc-issuer", .text(most: 2048),
            needs: ["api", "oidc-client", "oidc-secret-file", "oidc-origin"],
            "The OpenID Connect provider where people may sign in: an https address; else none."),
        Setting(
            "oidc-client", .text(most: 255), needs: ["oidc-issuer"],
            "As whom the provider knows this node."),
        Setting(
            "oidc-secret-file", .file, needs: ["oidc-issuer"],
            "File of mode 0600 whose first line is the secret that the provider gave for it."),
        Setting(
            "oidc-origin", .text(most: 255), needs: ["oidc-issuer"],
            "Where browsers reach the API: https://host:port."),
        Setting(
            "oidc-claim", .text(most: 64), default: .text("sub"),
            "The claim that names the account; of email only a verified one."),
        Setting(
            "oidc-roots", .file, needs: ["oidc-issuer"],
            "Authorities believed of the provider, PEM; else the machine's."),
        Setting(
            "oidc-private", .flag, default: .flag(false),
            "The provider stands on this machine or in a private network."),
    ]

    private static let telling = [
        Setting(
            "notify-origin", .text(most: 255), needs: ["api"],
            "Where browsers reach the desk, for links in messages: https://host:port."),
        Setting(
            "mail-from", .text(most: 254), needs: ["notify-origin"],
            "The mailbox from which this node writes to its own people; else it writes none."),
        Setting(
            "mail-smtp", .address, needs: ["mail-from"],
            "The mail server that takes its messages; or mail-sendmail."),
        Setting(
            "mail-tls", .word(SMTPDialogue.Security.allCases.map(\.rawValue)),
            default: .text("starttls"),
            "How the way there is kept secret; none only to a server on this machine."),
        Setting(
            "mail-user", .text(most: 255), needs: ["mail-smtp", "mail-password-file"],
            "As whom the node signs in there; else it does not."),
        Setting(
            "mail-password-file", .file, needs: ["mail-user"],
            "File of mode 0600 whose first line is the password."),
        Setting(
            "mail-roots", .file, needs: ["mail-smtp"],
            "Authorities believed of the mail server, PEM; else the machine's."),
        Setting(
            "mail-sendmail", .file, needs: ["mail-from"],
            "A program that takes messages as sendmail does, in place of a mail server."),
        Setting(
            "webhook-allow", .list(.text, most: 64), needs: ["notify-origin"],
            "Hosts where webhooks may stand: host, host:port, *.domain or *; else none."),
        Setting(
            "webhook-private", .flag, default: .flag(false),
            "They may stand on this machine or in a private network."),
        Setting(
            "webhook-roots", .file, needs: ["webhook-allow"],
            "Authorities believed of webhooks, PEM; else the machine's."),
        Setting(
            "hotline-seconds", .number(10...3600), default: .number(60),
            "How often a call over the hotline is told of until somebody acknowledges it."),
    ]

    private static let time = [
        Setting(
            "time-stamp", .text(most: 2048), needs: ["time-stamp-root"],
            "Address of an authority (RFC 3161) that stamps the log's checkpoints; else none."),
        Setting(
            "time-stamp-root", .file, needs: ["time-stamp"],
            "Root certificates that you believe of it, PEM."),
        Setting(
            "time-stamp-minutes", .number(1...10_080), default: .number(60),
            "How often, when the log has grown."),
    ]

    private static let running = [
        Setting(
            "json", .flag, default: .flag(false), "Write the log as JSON lines."),
        Setting(
            "log-level", .word(["debug", "info", "notice", "warning", "error"]),
            default: .text("notice"), reloaded: true, "The least that is logged."),
        Setting(
            "backup-warn-days", .number(0...3650), default: .number(7),
            "After how many days without a backup the desk says so; 0: never."),
        Setting(
            "shutdown-seconds", .number(1...3600), default: .number(20),
            "How long what was accepted may still take when the node is asked to stop."),
    ]
}
