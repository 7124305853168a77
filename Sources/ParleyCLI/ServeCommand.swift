import ArgumentParser
import Foundation
import Logging
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyStore
import ParleyWeb

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run this home's node until it is stopped.",
        discussion: """
            Peers reach the node over TLS 1.3; both sides compare keys with the pins in the \
            agreement and believe nothing else. The log is served below /log/ and the agreement's \
            name, to parties and, as far as the agreement opens it, to anybody. Commands on this \
            machine reach the node over a socket in the home.

            Example:
              parley serve --home us --listen 127.0.0.1:7443 --peer cn=192.0.2.7:7443
            """)

    @OptionGroup var home: HomeOptions

    @Option(help: "Address for peers, host:port (default: the port in the agreement, everywhere).")
    var listen: String?

    @Option(
        name: .customLong("public"),
        help: "Address where anybody reads the log over plain HTTP, host:port (default: none).")
    var publicListen: String?

    @Option(
        help: "Address where this node's own people and programs use its API, host:port (TLS).")
    var api: String?

    @Option(
        name: .customLong("api-certificate"),
        help: "Certificate chain for the API, PEM (default: the node's own, self-signed).")
    var apiCertificate: String?

    @Option(name: .customLong("api-key"), help: "Its private key, PEM.")
    var apiKey: String?

    @Option(
        name: .customLong("head-seconds"),
        help: "How long a client may take to connect and to say what it asks (default: 20).")
    var headSeconds: Int64 = 20

    @Option(
        name: .customLong("idle-seconds"),
        help: "How long a connection may stay open between requests (default: 75).")
    var idleSeconds: Int64 = 75

    @Option(
        name: .customLong("body-seconds"),
        help: """
            After how long a body must have come at 256 bytes a second on average (default: 30).
            """)
    var bodySeconds: Int64 = 30

    @Option(help: "How many connections each address takes at once (default: 20000).")
    var connections = 20_000

    @Option(
        name: .customLong("four-eyes"),
        help: """
            An act that a second person approves before it leaves through the API, or subject.*; \
            several times; none for none (default: allegation.*, request.refuse).
            """)
    var fourEyes: [String] = []

    @Option(
        name: .customLong("api-rate"),
        help: "Requests a second that one account may make on average (default: 500).")
    var apiRate = 500

    @Option(
        name: .customLong("peer"),
        help: "Reach a party's node elsewhere: party=host:port. The pins hold all the same.")
    var peers: [String] = []

    @Option(
        name: .customLong("time-stamp"),
        help: "Have this authority (RFC 3161) stamp the log's checkpoints; see parley log stamp.")
    var timeStamp: String?

    @Option(
        name: .customLong("time-stamp-root"),
        help: "Root certificates that you believe of it, PEM.")
    var timeStampRoot: String?

    @Option(
        name: .customLong("time-stamp-minutes"),
        help: "How often, when the log has grown (default: 60).")
    var timeStampMinutes = 60

    @Flag(help: "Write the log as JSON lines.")
    var json = false

    func validate() throws {
        guard (timeStamp == nil) == (timeStampRoot == nil) else {
            throw ValidationError("--time-stamp and --time-stamp-root go together")
        }
        guard (apiCertificate == nil) == (apiKey == nil), apiCertificate == nil || api != nil else {
            throw ValidationError("--api-certificate and --api-key go together, with --api")
        }
        guard [headSeconds, idleSeconds, bodySeconds].allSatisfy({ (1...3600).contains($0) }),
            (1...1_000_000).contains(connections)
        else {
            throw ValidationError(
                "--head-seconds, --idle-seconds and --body-seconds are from 1 to 3600, "
                    + "--connections from 1 to 1000000")
        }
        guard (1...1_000_000).contains(apiRate) else {
            throw ValidationError("--api-rate is from 1 to 1000000")
        }
        guard (1...10_080).contains(timeStampMinutes) else {
            throw ValidationError("--time-stamp-minutes is from 1 to 10080")
        }
    }

    func run() async throws {
        try await reporting(json: json) {
            let home = try Home(options: home)
            // A faulty address is told of before anything is begun.
            _ = try (listenAddress(home.identity(home.knownVersions()).party), publicAddress())
            let lock = try await HomeLock.forServing(home)
            defer { lock.release() }
            let logger = Self.logger(json: json)
            try await StopSignal.listening { stop in
                while true {
                    try await serve(home, logger, until: stop)
                    if stop.isRaised { break }
                    logger.notice("taking up a new version of the agreement, or a new key")
                }
            }
        }
    }

    /// Serves until asked to stop, or until who speaks has changed so that the node is to be made
    /// anew: other addresses, pins, witnesses, time limits or keys.
    private func serve(_ home: Home, _ logger: Logger, until stop: StopSignal) async throws {
        let identity = try home.identity(try await home.record().versions)
        let listen = try listenAddress(identity.party)
        let publicListen = try publicAddress()
        let blobs = try home.blobs()
        let tls = try home.tlsIdentity()
        let clock = Surroundings.here.clock
        let node = try await Node(
            identity: identity,
            ports: .init(
                ledger: try home.ledger(), lastSigned: home.lastSigned, blobs: blobs,
                transport: try PeerClient(
                    agreement: identity.versions.id, parties: identity.parties, identity: tls,
                    addresses: try PeerAddress.parse(peers)),
                witnesses: try WitnessClient(identity.agreement.outsideWitnesses, identity: tls),
                clock: clock, randomness: Surroundings.here.randomness, logger: logger))
        // A socket left by a run that was killed would refuse the new one.
        try? FileManager.default.removeItem(atPath: home.socketPath)
        let stamper = try stamper(home, node)
        let server = NodeServer(node: node, blobs: blobs, tls: tls, limits: limits, logger: logger)
        let api = try await apiServer(home, node, logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await server.run(
                    listen: listen, publicListen: publicListen, socketPath: home.socketPath,
                    api: api,
                    isListening: { Self.tellServing(node, at: listen, logger) },
                    until: { await Self.first(stop.wait, node.awaitRenewal) })
            }
            if let stamper {
                let seconds = Int64(timeStampMinutes) * 60
                group.addTask {
                    await stamper.run(node, everySeconds: seconds, logger: logger)
                }
            }
            // The server ends when it is asked to; what runs beside it never does by itself.
            try await group.next()
            group.cancelAll()
        }
    }

    private static func first(_ waits: (@Sendable () async -> Void)...) async {
        await withTaskGroup(of: Void.self) { group in
            for wait in waits { group.addTask { await wait() } }
            await group.next()
            group.cancelAll()
        }
    }

    /// The API, where one is asked for; tells how the first account is made when there is none.
    private func apiServer(
        _ home: Home, _ node: Node, _ logger: Logger
    ) async throws -> (at: NodeAddress, server: APIServer, tls: TLSIdentity)? {
        guard let api else { return nil }
        let address = try Self.address(api)
        let desk = try HomeDesk(home)
        var first: Secret?
        if try await desk.store.accounts().isEmpty {
            let secret = Secret(.first, bytes: Surroundings.here.randomness.bytes(count: 32))
            first = secret
            // On standard error and not in the log: whoever has it administers the node.
            Surroundings.here.errorOutput(
                "parley: no accounts yet; make the first administrator, once, at "
                    + "https://\(address.host):\(address.port)/first/\(secret.text)")
        }
        let server = APIServer(
            desk: Desk(
                accounts: desk.accounts, node: node,
                home: try ServedHome(home, agreement: node.identity.versions.id),
                ledger: try home.ledger(), blobs: try home.blobs(),
                clock: Surroundings.here.clock, randomness: Surroundings.here.randomness,
                fourEyes: try fourEyesPolicy(), first: first),
            clock: Surroundings.here.clock, logger: logger, requestsPerSecond: apiRate)
        return (address, server, try apiIdentity(home))
    }

    private var limits: ConnectionLimits {
        var limits = ConnectionLimits()
        limits.headSeconds = headSeconds
        limits.idleSeconds = idleSeconds
        limits.bodyGraceSeconds = bodySeconds
        limits.connections = connections
        return limits
    }

    private func fourEyesPolicy() throws -> FourEyes {
        if fourEyes.isEmpty { return .usual }
        if fourEyes == ["none"] { return FourEyes(patterns: []) }
        guard let policy = FourEyes(checking: fourEyes) else {
            throw CommandFailure.refused(
                "act-unknown", "one of \(fourEyes.joined(separator: ", ")) fits no act",
                hint: "write an act such as request.refuse, or allegation.* for all of a kind")
        }
        return policy
    }

    private func apiIdentity(_ home: Home) throws -> TLSIdentity {
        guard let apiCertificate, let apiKey else { return try home.tlsIdentity() }
        let limitBytes = 256 * 1024
        return TLSIdentity(
            certificatePEM: String(
                decoding: try PrivateFile.read(apiCertificate, limitBytes: limitBytes),
                as: UTF8.self),
            keyPEM: String(
                decoding: try PrivateFile.read(apiKey, limitBytes: limitBytes), as: UTF8.self))
    }

    private func publicAddress() throws -> NodeAddress? { try publicListen.map(Self.address) }

    private static func tellServing(_ node: Node, at listen: NodeAddress, _ logger: Logger) {
        logger.notice(
            "serving",
            metadata: [
                "party": "\(node.identity.party.id)", "address": "\(listen.host):\(listen.port)",
                "agreement": "\(node.identity.versions.id)",
                "version": "\(node.identity.agreement.id)",
            ])
    }

    private func stamper(_ home: Home, _ node: Node) throws -> Stamper? {
        guard let timeStamp else { return nil }
        return Stamper(
            folder: try StampFolder(home),
            client: try TimeStampClient(
                url: try stampURL(timeStamp), identity: try home.tlsIdentity()),
            roots: try stampRoots(timeStampRoot), logKey: node.identity.logSigner.key)
    }

    private func listenAddress(_ party: Party) throws -> NodeAddress {
        if let listen { return try Self.address(listen) }
        guard let own = NodeAddress(url: party.node.url),
            let everywhere = NodeAddress("[::]:\(own.port)")
        else {
            throw CommandFailure.refused("address-malformed", "\(party.node.url) has no port")
        }
        return everywhere
    }

    private static func address(_ text: String) throws -> NodeAddress {
        guard let address = NodeAddress(text) else {
            throw CommandFailure.refused(
                "address-malformed", "\(text) is not an address",
                hint: "write host:port, such as 127.0.0.1:7443 or [2001:db8::1]:7443")
        }
        return address
    }

    private static func logger(json: Bool) -> Logger {
        let output = Surroundings.here.errorOutput
        let clock = Surroundings.here.clock
        var logger = Logger(label: "parley") { _ in
            LineLogHandler(json: json, clock: clock, output: output)
        }
        logger.logLevel = .notice
        return logger
    }
}

/// One line an event on standard error: time, level, message, and its facts.
struct LineLogHandler: LogHandler {
    let json: Bool
    let clock: any WallClock
    let output: @Sendable (String) -> Void
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .notice

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        if json {
            let members = facts.map {
                JSONObject.Member(name: $0.key, value: .string("\($0.value)"))
            }
            let line = JSONValue.object([
                "at": .string(clock.now().text), "level": .string(event.level.rawValue),
                "message": .string("\(event.message)"), "facts": .object(JSONObject(members)),
            ])
            output(String(decoding: line.canonicalBytes, as: UTF8.self))
        } else {
            let words = facts.map { " \($0.key)=\($0.value)" }.joined()
            output("\(clock.now()) \(event.level) \(event.message)\(words)")
        }
    }
}
