import ArgumentParser
import Foundation
import ParleyLog
import ParleyNode
import ParleyStatements

struct OrganCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "organ", abstract: "The organs of its party that a home speaks for.",
        discussion: """
            One node can speak for several: each has keys, accounts and drafts of its own, and \
            what one says bears its name. Say with --as ORGAN for which one a command is given.

            Example:
              parley organ add csirt --role csirt --organ-name "en=CERT"
              parley request new --as csirt --to cn --kind information --text "…"
            """,
        subcommands: [OrganAddCommand.self, OrganListCommand.self])
}

struct OrganAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make the keys of a further organ, and put it on the card.",
        discussion: """
            It speaks once an agreement, or an amendment, lists it as the new card does.

            Example:
              parley organ add csirt --role csirt --organ-name "en=CERT"
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "Short name of the organ.") var organ: String
    @Option(help: "What the organ is.") var role: String
    @Option(name: .customLong("organ-name"), help: "The organ's name, language=text.")
    var organName: [String]
    @Option(name: .customLong("valid-from"), help: "Signing key valid from (default: now).")
    var validFrom: String?
    @Option(name: .customLong("valid-until"), help: "Signing key valid until (default: 2 years).")
    var validUntil: String?
    @Flag(name: .customLong("no-passphrase"), help: "Leave the key files unencrypted.")
    var noPassphrase = false

    func run() async throws {
        try await reporting(json: flag.json) {
            guard let id = OrganID(organ) else {
                throw CommandFailure.refused(
                    "name-malformed", "\(organ.debugDescription) is no name of an organ",
                    hint: "names are 2 to 32 of a-z 0-9 -")
            }
            let passphrase = noPassphrase ? nil : try Passphrase(options: home).value()
            let home = try Home(options: home)
            guard !home.organs.contains(id) else {
                throw CommandFailure.refused(
                    "organ-exists", "this home has keys of \(id) already",
                    hint: "keys are never overwritten; add one with: parley keys add --as \(id)")
            }
            let file = try add(id, to: home, passphrase)
            emit(
                ["organ": .string(id.text), "card": .string(file.path())], json: flag.json,
                lines: [
                    "keys of \(home.seat.party)/\(id) made", "  card \(file.path())",
                    "  next: have the agreement list it, as this card does",
                ])
        }
    }

    /// Crash story: the home lists the organ last. Whoever dies before finds keys that nobody has
    /// heard of, and makes others in their place.
    private func add(_ id: OrganID, to home: Home, _ passphrase: String?) throws -> URL {
        let file = home.folder.appending(path: "card.json")
        let card = try readCard(file)
        let randomness = Surroundings.here.randomness
        let secrets: [(KeyFile.Purpose, [UInt8])] = [
            (.signing, randomness.bytes(count: 32 * card.party.rootKey.algorithms.count)),
            (.sealing, randomness.bytes(count: 32)),
        ]
        let entry = try organ(
            id, signing: try Home.pair(from: secrets[0].1).publicKeys,
            sealing: try SealingPrivateKey(seed: secrets[1].1).publicKey)
        let fresh = PartyCard(party: card.party.with(entry), calendar: card.calendar)
        // What is written must be what others can read.
        do throws(AgreementRefusal) {
            _ = try PartyCard(parsing: fresh.fileBytes)
        } catch {
            throw CommandFailure.refused(
                error.reason, AgreementFile.problems(error, path: "the card"))
        }
        let place = Home.organFolder(id, in: home.folder)
        try FileManager.default.createDirectory(
            at: place, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for (purpose, secret) in secrets {
            try KeyFile(purpose: purpose, secret: secret).write(
                to: home.keyFile(purpose, of: id), passphrase: passphrase, randomness: randomness)
        }
        try PrivateFile.write(fresh.fileBytes + [0x0a], to: file, mode: 0o644)
        try Home.note(
            home.ownSeat, further: Array(home.organs.dropFirst()) + [id], in: home.folder)
        return file
    }

    private func readCard(_ file: URL) throws -> PartyCard {
        let bytes = try PrivateFile.read(file.path(), limitBytes: AgreementFile.limitBytes)
        do throws(AgreementRefusal) {
            return try PartyCard(parsing: bytes)
        } catch {
            throw CommandFailure.refused(
                error.reason, AgreementFile.problems(error, path: file.path()))
        }
    }

    private func organ(
        _ id: OrganID, signing: PublicKeySet, sealing: SealingPublicKey
    ) throws -> Organ {
        let now = Surroundings.here.clock.now()
        return Organ(
            id: id, role: role, name: try languageTexts(organName),
            signingKeys: [
                .init(
                    keys: signing, notBefore: try validFrom.map(timeArgument) ?? now,
                    notAfter: try validUntil.map(timeArgument)
                        ?? now.adding(seconds: 2 * 365 * 86_400))
            ], sealingKey: sealing.bytes)
    }
}

struct OrganListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the organs that this home speaks for.",
        discussion: "Example:\n  parley organ list --json")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let directory = try await home.record().directory
            let now = Surroundings.here.clock.now()
            let organs = home.organs.map { organ in
                (
                    organ,
                    directory.live(of: Seat(party: home.seat.party, organ: organ), at: now).map(
                        \.id)
                )
            }
            emit(
                [
                    "organs": .array(
                        organs.map { organ, keys in
                            .object([
                                "organ": .string(organ.text),
                                "own": .bool(organ == home.ownSeat.organ),
                                "liveKeys": .array(keys.map { .string($0.text) }),
                            ])
                        })
                ], json: flag.json,
                lines: organs.map { organ, keys in
                    "\(organ)" + (organ == home.ownSeat.organ ? "  speaks for the node" : "")
                        + (keys.isEmpty ? "  not in the agreement, or no key that speaks" : "")
                })
        }
    }
}

extension Party {
    /// With one organ more, in place of one of that name.
    fileprivate func with(_ organ: Organ) -> Party {
        Party(
            id: id, kind: kind, name: name, languages: languages, calendar: calendar,
            rootKey: rootKey, organs: organs.filter { $0.id != organ.id } + [organ], node: node,
            jurisdiction: jurisdiction)
    }
}
