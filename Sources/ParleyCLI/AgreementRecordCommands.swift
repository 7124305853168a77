import ArgumentParser
import Foundation
import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

struct AgreementAdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Make a fully signed agreement, or a later version, own.",
        discussion: """
            The first version becomes this home's own. A later version is put on record: a \
            statement in the party's name, told to every party, from which on the party opens its \
            threads under that version. A running node takes it up by itself.

            A party that joins gives the first version and every later one, up to the one that \
            lists it.

            Example:
              parley agreement adopt agreement.json --home us
              parley agreement adopt amended.json --home us
              parley agreement adopt agreement.json amended.json --home acme
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The envelope that every party has signed; several in their order.")
    var files: [String]

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            var adopted = try files.map { try AgreementFile.adopted($0) }
            let given = adopted.map(\.agreement.id.text)
            if !FileManager.default.fileExists(atPath: home.agreementFile.path()) {
                try keep(adopted, in: home)
            }
            let known = try home.knownVersions()
            adopted.removeAll { $0.agreement.id == known.id }
            for document in adopted where document.agreement.amends == nil {
                throw CommandFailure.refused(
                    "agreement-other-adopted", "this home has adopted the agreement \(known.id)",
                    hint: "\(document.agreement.id) amends no other; one home keeps the record of "
                        + "one agreement; make another home")
            }
            var lines = ["adopted by \(home.seat)", "  agreement \(known.id)"]
            var statements: [JSONValue] = []
            for document in adopted where document.agreement.party(home.seat.party) != nil {
                let statement = try await putOnRecord(document, home)
                statements.append(
                    .object([
                        "version": .string(document.agreement.id.text),
                        "statement": .string(statement.text),
                    ]))
                lines += [
                    "  version   \(document.agreement.id), in force from "
                        + "\(document.agreement.effectiveFrom)",
                    "  statement \(statement)",
                ]
            }
            try await home.trail.record("agreement.adopt", given)
            emit(
                [
                    "agreement": .string(known.id.text),
                    "party": .string(home.seat.party.text), "amendments": .array(statements),
                ], json: flag.json, lines: lines)
        }
    }

    /// Keeps the files of a home that has none yet.
    ///
    /// A party that joins keeps all of them, since its record holds those before it from nobody;
    /// any other the first alone. The first is written last: what is there without it is no
    /// adoption, and is written again.
    private func keep(_ adopted: [AdoptedAgreement], in home: Home) throws {
        guard let first = adopted.first?.agreement else { return }
        guard first.amends == nil else {
            throw CommandFailure.refused(
                "first-version-missing", "\(files[0]) amends an earlier version",
                hint: "give the first version, then each later one in its order")
        }
        var versions = AgreementVersions(first)
        for (document, file) in zip(adopted, files).dropFirst() {
            do throws(AmendmentRefusal) {
                try versions.learn(document)
            } catch {
                throw CommandFailure.refused(error.reason, "\(file): \(error.explanation)")
            }
        }
        // Every key of this home must be the one the agreement lists, before anything is kept.
        _ = try home.identity(versions, keys: try home.keyRing(of: [home.seat.organ]))
        let isJoining = first.party(home.seat.party) == nil
        let kept = isJoining ? Array(adopted.enumerated()) : [(0, adopted[0])]
        for (place, document) in kept.reversed() {
            try PrivateFile.write(
                document.envelopeBytes + [0x0a],
                to: place == 0 ? home.agreementFile : home.versionFile(place + 1))
        }
    }

    /// Crash story: the document is durable among the blobs before the statement that names it is
    /// handed over; whoever dies in between adopts again, with another statement.
    private func putOnRecord(_ document: AdoptedAgreement, _ home: Home) async throws -> StatementID
    {
        let bytes = document.envelopeBytes
        let writer = try await StatementWriter(home: home)
        let id = document.agreement.id
        if let earlier = writer.record.versions.recorded(by: home.seat.party)
            .first(where: { $0.version == id })
        {
            return earlier.statement
        }
        let blob = BlobID(Digest(hashing: bytes))
        try await home.blobs().put(bytes, as: blob)
        var versions = writer.record.versions
        do throws(AmendmentRefusal) {
            try versions.learn(document)
        } catch {
            throw CommandFailure.refused(error.reason, error.explanation)
        }
        return try await writer.handIn(
            try await writer.change(
                .agreementAmend, Terms(), under: id, tellingPartiesOf: versions,
                document: BlobReference(
                    blob: blob, sizeBytes: UInt64(bytes.count),
                    mediaType: Agreement.payloadType, isSealed: false)))
    }
}

struct AgreementAmendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "amend", abstract: "Write the next version of the agreement, to be signed.",
        discussion: """
            Begins with the version under which this home's party stands and changes what is \
            named. The file may be edited further before the first party signs it; parley \
            agreement check tells what does not hold. Keys change by parley keys, not here.

            Every party of the new version signs it with parley agreement sign and adopts it. Who \
            is left out need not agree: what was begun with it goes on as it began.

            Example:
              parley agreement amend --home us --calendar cn=cn-2028.json --out amended.json
              parley agreement amend --home us --card acme/card.json --out amended.json
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "The card of a party that joins, or of one whose address or organs change.")
    var card: [String] = []
    @Option(help: "A party that is left out; once for each.") var without: [String] = []
    @Option(help: "New days of a working calendar, name=file; once for each.")
    var calendar: [String] = []
    @Option(help: "Other terms (see: parley agreement terms).") var terms: String?
    @Option(help: "Another title, language=text; once for each language.") var title: [String] = []
    @Option(name: .customLong("effective-from"), help: "As 2027-01-01T00:00:00Z; else now.")
    var effectiveFrom: String?
    @Option(help: "File to write.") var out: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let record = try await home.record()
            let previous = home.agreement(in: record)
            let bytes: [UInt8]
            do {
                bytes = try Agreement.compose(
                    name: previous.name,
                    title: title.isEmpty ? previous.title : try languageTexts(title),
                    exercise: previous.isExercise,
                    effectiveFrom: try effectiveFrom.map(timeArgument)
                        ?? Surroundings.here.clock.now(),
                    terms: try terms.map { try AgreementTerms(parsing: try read($0)) }
                        ?? previous.terms,
                    cards: try cards(after: previous),
                    amends: .init(first: record.versions.id, previous: previous.id))
            } catch let refusal as AgreementRefusal {
                throw CommandFailure.refused(
                    refusal.reason, AgreementFile.problems(refusal, path: out),
                    hint: "the rules are in Spec/agreement.md")
            }
            let version = try Agreement(parsing: bytes)
            let value = try JSONValue(parsing: bytes, limitBytes: AgreementFile.limitBytes)
            let file = URL(filePath: out)
            guard !FileManager.default.fileExists(atPath: file.path()) else {
                throw CommandFailure.refused(
                    "file-exists", "\(out) is there already", hint: "choose another name")
            }
            try PrivateFile.write(value.indentedBytes + [0x0a], to: file, mode: 0o644)
            emit(
                [
                    "agreement": .string(record.versions.id.text),
                    "previous": .string(previous.id.text), "version": .string(version.id.text),
                    "file": .string(out),
                ], json: flag.json,
                lines: [
                    "wrote \(out)", "  version \(version.id)", "  amends  \(previous.id)",
                    "  next: every party of it signs: parley agreement sign \(out) --home …",
                ])
        }
    }

    private func read(_ path: String) throws -> [UInt8] {
        try PrivateFile.read(path, limitBytes: AgreementFile.limitBytes)
    }

    private func cards(after previous: Agreement) throws -> [PartyCard] {
        var cards = previous.cards
        for name in without {
            let party = try partyArgument(name)
            guard cards.contains(where: { $0.party.id == party }) else {
                throw CommandFailure.refused(
                    "party-not-in-agreement", "the version in force does not list \(party)",
                    hint: "its parties are "
                        + previous.parties.map(\.id.text).joined(separator: ", "))
            }
            cards.removeAll { $0.party.id == party }
        }
        for path in card {
            let new = try PartyCard(parsing: try read(path))
            if let place = cards.firstIndex(where: { $0.party.id == new.party.id }) {
                cards[place] = new
            } else {
                cards.append(new)
            }
        }
        for argument in calendar {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, cards.contains(where: { $0.party.calendar == parts[0] }) else {
                throw CommandFailure.refused(
                    "calendar-unknown", "\(argument) names no calendar of the agreement",
                    hint: "write name=file; its calendars are "
                        + Set(cards.map(\.party.calendar)).sorted().joined(separator: ", "))
            }
            let days = try WorkingCalendar(parsing: try read(parts[1]))
            cards = cards.map {
                $0.party.calendar == parts[0] ? PartyCard(party: $0.party, calendar: days) : $0
            }
        }
        return cards
    }
}

struct AgreementStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the versions there are, and who stands under which.",
        discussion: "Example:\n  parley agreement status --home us")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let record = try await home.record()
            let words = VersionWords(
                versions: record.versions, now: Surroundings.here.clock.now(),
                times: Dictionary(
                    try await record.changes().map { ($0.id, $0.time) }, uniquingKeysWith: { $1 }))
            emit(words.json, json: flag.json, lines: words.lines)
        }
    }
}

/// The versions of an agreement and where each party stands, in words.
private struct VersionWords {
    let versions: AgreementVersions
    let now: Timestamp
    /// The record's times of the changes; nil for one that no other party has seen yet.
    let times: [StatementID: Timestamp?]

    private func words(_ time: Timestamp?) -> String {
        time.map(\.text) ?? "(no other party has seen it yet)"
    }

    var lines: [String] {
        var lines = [versions.first.name + (versions.first.isExercise ? " · EXERCISE" : "")]
        for (place, version) in versions.all.enumerated() {
            lines += [
                "  version \(place + 1)  \(version.id)",
                "      in force from \(version.effectiveFrom), "
                    + version.parties.map(\.id.text).joined(separator: ", "),
            ]
        }
        for party in versions.parties(at: now).map(\.id) {
            lines.append("")
            lines.append("  \(party)  stands under version \(number(standing(party)))")
            for recorded in versions.recorded(by: party) {
                lines.append(
                    "      version \(number(recorded.version)) on record "
                        + "\(words(times[recorded.statement] ?? nil)) by \(recorded.statement)")
            }
            if let departure = versions.departures[party] {
                lines.append(
                    "      \(departure.until <= now ? "left" : "leaves") \(departure.until), said "
                        + "\(words(times[departure.statement] ?? nil)) by \(departure.statement)")
            }
        }
        return lines
    }

    private func standing(_ party: PartyID) -> AgreementID {
        let version = versions.version(of: party, at: now)
        // A party that joined later stands under no version that does not list it.
        guard version.party(party) == nil else { return version.id }
        return versions.all.first { $0.party(party) != nil }?.id ?? version.id
    }

    private func number(_ id: AgreementID) -> Int {
        (versions.all.firstIndex { $0.id == id } ?? 0) + 1
    }

    var json: JSONObject {
        let parties = versions.parties(at: now).map { party -> JSONValue in
            var object: JSONObject = [
                "party": .string(party.id.text),
                "standsUnder": .string(standing(party.id).text),
                "recorded": .array(
                    versions.recorded(by: party.id).map { recorded in
                        let at = (times[recorded.statement] ?? nil).map(\.text)
                        return .object([
                            "version": .string(recorded.version.text),
                            "statement": .string(recorded.statement.text),
                            "time": .string(at ?? "-"),
                        ])
                    }),
            ]
            if let departure = versions.departures[party.id] {
                object = object.adding([
                    "leaves": .object([
                        "until": .string(departure.until.text),
                        "statement": .string(departure.statement.text),
                    ])
                ])
            }
            return .object(object)
        }
        return [
            "agreement": .string(versions.id.text),
            "versions": .array(
                versions.all.map { version in
                    .object([
                        "version": .string(version.id.text),
                        "effectiveFrom": .string(version.effectiveFrom.text),
                        "parties": .array(version.parties.map { .string($0.id.text) }),
                    ])
                }),
            "parties": .array(parties),
        ]
    }
}

struct AgreementLeaveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "leave", abstract: "Say that this party leaves the agreement.",
        discussion: """
            Signed with the party's root key and told to every party. From the time named, and not \
            before it was received, nobody opens a thread with the party and it opens none; what \
            was begun is brought to its end. It is said once and cannot be taken back: to join \
            again takes a version that lists the party under another name.

            Take a copy of everything along: parley agreement copy.

            Example:
              parley agreement leave --until 2027-01-01T00:00:00Z \\
                  --root-key /media/usb/root.key.json
            """)

    @OptionGroup var options: RootSigningOptions
    @Option(help: "The last instant at which a thread may be opened, as 2027-01-01T00:00:00Z.")
    var until: String
    @Option(help: "Why, for the other parties to read.") var text: String?
    @Option(help: "Language of the text, a BCP 47 tag.") var language = "en"

    func run() async throws {
        try await reporting(json: options.flag.json) {
            let writer = try await StatementWriter(home: try Home(options: options.home))
            let until = try timeArgument(until)
            try await options.change(
                .agreementLeave, Terms(until: until),
                words: "said that \(writer.home.seat.party) leaves, from \(until)",
                through: writer, text: text, language: language)
        }
    }
}
