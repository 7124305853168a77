import ArgumentParser
import Crypto
import Foundation
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyWeb

struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make a home: its keys and its party card.",
        discussion: """
            The card holds public keys alone; hand it to whoever puts the agreement together. Move \
            keys/root.key.json offline once the agreement is signed.

            Example:
              parley init --home us --agreement us-cn-2015 --party us --kind state \\
                  --name "en=United States" --organ poc --organ-name "en=Contact point" \\
                  --url https://us.example.org:7443 --language en --calendar us-calendar.json
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "Short name of the agreement to come; part of the log's name.")
    var agreement: String
    @Option(help: "Short name of the party.") var party: String
    @Option(help: "state, industry or observer.") var kind = "state"
    @Option(help: "Under whose law it stands: an ISO 3166 code of two letters, or eu.")
    var jurisdiction: String?
    @Option(help: "The party's name, language=text; several times.") var name: [String]
    @Option(help: "Short name of the organ whose home this is.") var organ = "poc"
    @Option(help: "What the organ is.") var role = "contact-point"
    @Option(name: .customLong("organ-name"), help: "The organ's name, language=text.")
    var organName: [String]
    @Option(help: "Where peers reach the node: https://host:port.") var url: String
    @Option(help: "A language in which requests are accepted; several times.")
    var language: [String]
    @Option(help: "The party's working calendar (JSON; see Spec/agreement.md).")
    var calendar: String
    @Option(name: .customLong("valid-from"), help: "Signing key valid from (default: now).")
    var validFrom: String?
    @Option(name: .customLong("valid-until"), help: "Signing key valid until (default: 2 years).")
    var validUntil: String?
    @Flag(name: .customLong("ml-dsa"), help: "Make ML-DSA-65 keys beside Ed25519.")
    var mlDSA = false
    @Flag(name: .customLong("no-passphrase"), help: "Leave the key files unencrypted.")
    var noPassphrase = false

    func run() async throws {
        try await reporting(json: flag.json) {
            let folder = home.folder
            guard let partyID = PartyID(party), let organID = OrganID(organ),
                let kind = Party.Kind(rawValue: kind)
            else {
                throw CommandFailure.refused(
                    "name-malformed", "party, organ or kind is not well formed",
                    hint: "names are 2 to 32 of a-z 0-9 -, kinds are state, industry, observer")
            }
            let calendar = try readCalendar()
            let seat = Seat(party: partyID, organ: organID)
            let passphrase = noPassphrase ? nil : try Passphrase(options: home).value()
            try Home.create(folder: folder, seat: seat)
            let keys = try makeKeys(folder, passphrase: passphrase)
            let card = PartyCard(
                party: try partyEntry(partyID, organID, kind, keys), calendar: calendar)
            let file = folder.appending(path: "card.json")
            // What is written must be what others can read: parse it back before saying so.
            do throws(AgreementRefusal) {
                _ = try PartyCard(parsing: card.fileBytes)
            } catch {
                try? FileManager.default.removeItem(at: folder.appending(path: "home.json"))
                throw CommandFailure.refused(
                    error.reason, AgreementFile.problems(error, path: "the card"))
            }
            try PrivateFile.write(card.fileBytes + [0x0a], to: file, mode: 0o644)
            emit(
                ["home": .string(folder.path()), "card": .string(file.path())],
                json: flag.json,
                lines: [
                    "home of \(seat) at \(folder.path())", "  card \(file.path())",
                    "  next: parley agreement new … --card \(file.path())",
                ])
        }
    }

    private struct Keys {
        let root: SigningKeyPair
        let signing: SigningKeyPair
        let sealing: SealingPrivateKey
        let log: NoteSigner
        let witness: NoteSigner
        let tls: TLSIdentity
    }

    private var origin: String {
        url.replacing("https://", with: "").split(separator: ":").first.map(String.init) ?? url
    }

    private func makeKeys(_ folder: URL, passphrase: String?) throws -> Keys {
        let randomness = Surroundings.here.randomness
        let signingByteCount = mlDSA ? 64 : 32
        let secrets: [KeyFile.Purpose: [UInt8]] = [
            .root: randomness.bytes(count: signingByteCount),
            .signing: randomness.bytes(count: signingByteCount),
            .sealing: randomness.bytes(count: 32), .log: randomness.bytes(count: 32),
            .witness: randomness.bytes(count: 32),
        ]
        let tlsKey = try P256.Signing.PrivateKey(rawRepresentation: randomness.bytes(count: 32))
        let tls = try TLSIdentity(
            key: tlsKey, commonName: origin, serial: [1] + randomness.bytes(count: 8))
        for (purpose, secret) in secrets {
            try write(secret, purpose, folder, passphrase)
        }
        try write(Array(tls.keyPEM.utf8), .tls, folder, passphrase)
        try PrivateFile.write(
            Array(tls.certificatePEM.utf8), to: folder.appending(path: "tls-certificate.pem"),
            mode: 0o644)
        func secret(_ purpose: KeyFile.Purpose) -> [UInt8] { secrets[purpose] ?? [] }
        return Keys(
            root: try Home.pair(from: secret(.root)),
            signing: try Home.pair(from: secret(.signing)),
            sealing: try SealingPrivateKey(seed: secret(.sealing)),
            log: try NoteSigner(name: origin + "/" + agreement, seed: secret(.log), type: .log),
            witness: try NoteSigner(
                name: origin + "/witness", seed: secret(.witness), type: .cosigner),
            tls: tls)
    }

    private func write(
        _ secret: [UInt8], _ purpose: KeyFile.Purpose, _ folder: URL, _ passphrase: String?
    ) throws {
        try KeyFile(purpose: purpose, secret: secret).write(
            to: Home.keyFile(purpose, in: folder), passphrase: passphrase,
            randomness: Surroundings.here.randomness)
    }

    private func partyEntry(
        _ id: PartyID, _ organ: OrganID, _ kind: Party.Kind, _ keys: Keys
    ) throws -> Party {
        let now = Surroundings.here.clock.now()
        let languages = try language.map { text -> LanguageTag in
            guard let tag = LanguageTag(text) else {
                throw CommandFailure.refused("language-malformed", "\(text) is no language tag")
            }
            return tag
        }
        return Party(
            id: id, kind: kind, name: try languageTexts(name), languages: languages,
            calendar: id.text, rootKey: keys.root.publicKeys,
            organs: [
                Organ(
                    id: organ, role: role, name: try languageTexts(organName),
                    signingKeys: [
                        .init(
                            keys: keys.signing.publicKeys,
                            notBefore: try validFrom.map(timeArgument) ?? now,
                            notAfter: try validUntil.map(timeArgument)
                                ?? now.adding(seconds: 2 * 365 * 86_400))
                    ],
                    sealingKey: keys.sealing.publicKey.bytes)
            ],
            node: .init(
                url: url, tlsPins: [try keys.tls.pin()], logKey: keys.log.key.text,
                witnessKey: keys.witness.key.text),
            jurisdiction: jurisdiction?.uppercased())
    }

    private func readCalendar() throws -> WorkingCalendar {
        let bytes = try PrivateFile.read(calendar, limitBytes: AgreementFile.limitBytes)
        do {
            return try WorkingCalendar(parsing: bytes)
        } catch {
            throw CommandFailure.refused(
                error.reason, AgreementFile.problems(error, path: calendar))
        }
    }
}
