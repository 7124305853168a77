import Foundation
import Logging
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyStore
import ParleyWeb

/// One home's node as its settings want it served.
struct Serving {
    let home: Home
    let settings: Settings
    /// Nil where the keys are held while the process lives.
    let shift: KeyShift?
    let logger: Logger
    /// What the API shows, nil where there is none.
    let certificate: ServedCertificate?
    let meters = Meters(uptime: Surroundings.here.uptime)

    init(home: Home, settings: Settings, logger: Logger) throws {
        self.home = home
        self.settings = settings
        self.logger = logger
        shift = try Self.keyShift(home, settings)
        certificate =
            settings.text("api") == nil
            ? nil : try Self.certificate(Self.apiIdentity(home, settings))
        // A faulty address is told of before anything is begun.
        _ = try listenAddress(home.identity(home.knownVersions(), keys: keys()).party)
    }

    private static func keyShift(_ home: Home, _ settings: Settings) throws -> KeyShift? {
        let hours = settings.number("unlock-hours")
        guard hours > 0 else { return nil }
        return KeyShift(
            of: home.organs, cabinet: try FileKeyCabinet(home), hours: hours,
            clock: Surroundings.here.clock)
    }

    /// What was unlocked for a shift stays so; a key that was added is there from the next one on.
    private func keys() throws -> KeyRing { try shift?.ring ?? home.keyRing(of: home.organs) }

    /// Serves until asked to stop, or until who speaks has changed so that the node is to be made
    /// anew: other addresses, pins, witnesses, time limits or keys.
    func serve(until stop: StopSignal) async throws {
        let identity = try home.identity(try await home.record().versions, keys: try keys())
        let listen = try listenAddress(identity.party)
        let blobs = try home.blobs()
        let tls = try home.tlsIdentity()
        let clock = Surroundings.here.clock
        let ledger = try home.ledger()
        let node = try await Node(
            identity: identity,
            ports: .init(
                ledger: ledger, lastSigned: home.lastSigned, blobs: blobs,
                transport: try PeerClient(
                    agreement: identity.versions.id, parties: identity.parties, identity: tls,
                    addresses: try PeerAddress.parse(settings.list("peer"))),
                witnesses: try WitnessClient(identity.agreement.outsideWitnesses, identity: tls),
                clock: clock, randomness: Surroundings.here.randomness, logger: logger,
                meter: meters))
        // A socket left by a run that was killed would refuse the new one.
        try? FileManager.default.removeItem(atPath: home.socketPath)
        let stamper = try stamper(node)
        let ending = Ending()
        let hub = EventHub()
        let desk = try settings.text("api").map { _ in
            try HomeDesk(home, factorRoles: factorRoles)
        }
        let notify = try settings.notifyPorts()
        let readiness = Readiness(
            node: node, ledger: ledger, accounts: desk?.store, clock: clock, ending: ending)
        let server = NodeServer(
            node: node, blobs: blobs, tls: tls, limits: limits, shift: shift,
            view: OperatorView(
                node: node, ledger: ledger, readiness: readiness, meters: meters,
                certificate: certificate, hub: hub, telling: notify == nil ? nil : desk?.store,
                lastBackup: { [folder = home.folder] in LastBackup.read(in: folder)?.at },
                clock: clock),
            ending: ending, clock: clock, logger: logger)
        let publicListen = try address("public")
        let api = try await apiServer(node, desk, readiness, hub, notify)
        let metrics = try address("metrics")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await server.run(
                    listen: listen, publicListen: publicListen, socketPath: home.socketPath,
                    api: api, operatorListen: metrics,
                    isListening: { tellServing(node, at: listen) },
                    until: { await Self.first(stop.wait, node.awaitRenewal) })
            }
            if let stamper {
                let seconds = settings.number("time-stamp-minutes") * 60
                group.addTask {
                    await stamper.run(node, everySeconds: seconds, logger: logger)
                }
            }
            if let shift { group.addTask { await shift.run() } }
            group.addTask { await endAnyway(stop) }
            // The server ends when it is asked to; what runs beside it never does by itself.
            try await group.next()
            group.cancelAll()
        }
    }

    /// Ends the process where even what was cut off does not end: a disk that hangs, for one.
    private func endAnyway(_ stop: StopSignal) async {
        await stop.wait()
        let clock = Surroundings.here.clock
        let end = clock.now().adding(seconds: settings.number("shutdown-seconds") + 10)
        while !Task.isCancelled, clock.now() < end { await clock.sleep(until: end) }
        if Task.isCancelled { return }
        logger.error("ended with something still at work")
        _exit(1)
    }

    private static func first(_ waits: (@Sendable () async -> Void)...) async {
        await withTaskGroup(of: Void.self) { group in
            for wait in waits { group.addTask { await wait() } }
            await group.next()
            group.cancelAll()
        }
    }

    private var figuresSeconds: Int64 {
        switch settings.text("public-figures") {
        case "minute": 60
        case "hour": 3600
        default: 86_400
        }
    }

    /// The API, where one is asked for; tells how the first account is made when there is none.
    private func apiServer(
        _ node: Node, _ desk: HomeDesk?, _ readiness: Readiness, _ hub: EventHub,
        _ notify: NotifyPorts?
    ) async throws -> (at: NodeAddress, server: APIServer, certificate: ServedCertificate)? {
        guard let address = try address("api"), let desk, let certificate else { return nil }
        var first: Secret?
        if try await desk.store.accounts().isEmpty {
            let secret = Secret(.first, bytes: Surroundings.here.randomness.bytes(count: 32))
            first = secret
            // On standard error and not in the log: whoever has it administers the node.
            Surroundings.here.errorOutput(
                "parley: no accounts yet; make the first administrator, once, at "
                    + "https://\(address.host):\(address.port)/first/\(secret.text)")
        }
        let files = try FolderDeskFiles(home: home.folder)
        let ledger = try home.ledger()
        let answering = Desk(
            accounts: desk.accounts, node: node,
            home: try ServedHome(
                home, agreement: node.identity.versions.id, keys: node.identity.keys,
                clock: Surroundings.here.clock,
                backupWarnDays: settings.number("backup-warn-days")),
            ledger: ledger, health: ledger, blobs: try home.blobs(), files: files,
            exhibits: try home.exhibitRoom(),
            commands: try ChildCommands(home, files: files, holdsKeys: shift == nil),
            clock: Surroundings.here.clock, randomness: Surroundings.here.randomness,
            fourEyes: fourEyes, shift: shift, provider: try settings.providerSignIn(),
            notify: notify, first: first, figuresSeconds: figuresSeconds)
        let journal = try SQLiteEvents(
            path: home.folder.appending(path: "events.sqlite").path())
        let server = APIServer(
            desk: answering,
            events: EventKeeper(
                hub: hub, journal: journal, desk: answering, record: ledger,
                isRead: notify != nil),
            notifier: notify.map {
                Notifier(
                    ports: $0, desk: answering, store: desk.store, journal: journal,
                    meter: NotifyLog(meters: meters, logger: logger))
            },
            clock: Surroundings.here.clock, logger: logger,
            requestsPerSecond: Int(settings.number("api-rate")), readiness: readiness,
            meters: meters)
        let pin = try Self.apiIdentity(home, settings).pin()
        logger.notice(
            "serving the api",
            metadata: ["address": "\(address.host):\(address.port)", "key": "\(pin)"])
        return (address, server, certificate)
    }

    private var limits: ConnectionLimits {
        var limits = ConnectionLimits()
        limits.headSeconds = settings.number("head-seconds")
        limits.idleSeconds = settings.number("idle-seconds")
        limits.bodyGraceSeconds = settings.number("body-seconds")
        limits.connections = Int(settings.number("connections"))
        limits.shutdownSeconds = settings.number("shutdown-seconds")
        return limits
    }

    private var fourEyes: FourEyes {
        let acts = settings.list("four-eyes")
        guard let policy = FourEyes(checking: acts == ["none"] ? [] : acts) else {
            preconditionFailure("a setting's acts are checked when it is read")
        }
        return policy
    }

    /// The setting's roles were checked when it was read.
    private var factorRoles: Set<Role> {
        let roles = settings.list("second-factor")
        return roles == ["all"]
            ? Set(Role.allCases) : Set(roles.compactMap(Role.init(rawValue:)))
    }

    /// The certificate and key that the API is to show, as they stand in their files now.
    static func apiIdentity(_ home: Home, _ settings: Settings) throws -> TLSIdentity {
        guard let certificate = settings.text("api-certificate"),
            let key = settings.text("api-key")
        else { return try home.tlsIdentity() }
        let limitBytes = 256 * 1024
        return TLSIdentity(
            certificatePEM: String(
                decoding: try PrivateFile.read(certificate, limitBytes: limitBytes),
                as: UTF8.self),
            keyPEM: String(
                decoding: try PrivateFile.read(key, limitBytes: limitBytes), as: UTF8.self))
    }

    private static func certificate(_ identity: TLSIdentity) throws -> ServedCertificate {
        do throws(CertificateFault) {
            return try ServedCertificate(identity)
        } catch {
            throw CommandFailure.refused(error.reason, error.explanation)
        }
    }

    private func tellServing(_ node: Node, at listen: NodeAddress) {
        logger.notice(
            "serving",
            metadata: [
                "party": "\(node.identity.party.id)", "address": "\(listen.host):\(listen.port)",
                "agreement": "\(node.identity.versions.id)",
                "version": "\(node.identity.agreement.id)",
            ])
    }

    private func stamper(_ node: Node) throws -> Stamper? {
        guard let authority = settings.text("time-stamp") else { return nil }
        return Stamper(
            folder: try StampFolder(home),
            client: try TimeStampClient(
                url: try stampURL(authority), identity: try home.tlsIdentity()),
            roots: try stampRoots(settings.text("time-stamp-root")),
            logKey: node.identity.logSigner.key)
    }

    private func listenAddress(_ party: Party) throws -> NodeAddress {
        if let listen = try address("listen") { return listen }
        guard let own = NodeAddress(url: party.node.url),
            let everywhere = NodeAddress("[::]:\(own.port)")
        else {
            throw CommandFailure.refused("address-malformed", "\(party.node.url) has no port")
        }
        return everywhere
    }

    /// The setting was checked to be an address when it was read.
    private func address(_ name: String) throws -> NodeAddress? {
        settings.text(name).flatMap { NodeAddress($0) }
    }
}
