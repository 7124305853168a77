import ArgumentParser
import Foundation
import ParleyLog
import ParleyNode
import ParleyStatements

struct AgreementCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agreement", abstract: "Make, sign, adopt, amend or leave an agreement.",
        discussion: """
            Example:
              parley agreement new --name us-cn-2015 --title "en=…" --card us/card.json \\
                  --card cn/card.json --out agreement.json
              parley agreement sign agreement.json --home us
            """,
        subcommands: [
            AgreementNewCommand.self, AgreementCheckCommand.self, AgreementSignCommand.self,
            AgreementShowCommand.self, AgreementAdoptCommand.self, AgreementAmendCommand.self,
            AgreementStatusCommand.self, AgreementLeaveCommand.self, AgreementCopyCommand.self,
            AgreementTermsCommand.self,
        ])
}

/// Reading the two files that an agreement lives in: the document, and the signed envelope.
enum AgreementFile {
    static let limitBytes = 16 * 1024 * 1024

    /// An unsigned document or an envelope with some signatures or all.
    static func unadopted(_ path: String) throws -> UnadoptedAgreement {
        let bytes = try PrivateFile.read(path, limitBytes: limitBytes)
        let isEnvelope: Bool
        if case .object(let fields)? = try? JSONValue(parsing: bytes, limitBytes: limitBytes) {
            isEnvelope = fields["payloadType"] != nil
        } else {
            isEnvelope = false
        }
        do {
            if isEnvelope { return try UnadoptedAgreement(parsing: trimmed(bytes)) }
            return UnadoptedAgreement(
                try Agreement(parsing: try Agreement.canonicalize(json: bytes)))
        } catch let refusal as AgreementRefusal {
            throw CommandFailure.refused(
                refusal.reason, problems(refusal, path: path),
                hint: "the rules are in Spec/agreement.md")
        } catch let refusal as AdoptionRefusal {
            throw CommandFailure.refused(refusal.reason, refusal.explanation)
        }
    }

    static func adopted(_ path: String) throws -> AdoptedAgreement {
        let unadopted = try unadopted(path)
        do {
            return try AdoptedAgreement(unadopted)
        } catch {
            throw CommandFailure.refused(
                error.reason, error.explanation,
                hint: "each party signs with: parley agreement sign \(path) --home …")
        }
    }

    /// An editor's final line break is no part of the envelope.
    private static func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        bytes.last == 0x0a ? Array(bytes.dropLast()) : bytes
    }

    static func problems(_ refusal: AgreementRefusal, path: String) -> String {
        "\(path) is not a valid agreement:\n"
            + refusal.problems.map { "  \($0.path): \($0.explanation) [\($0.reason)]" }
            .joined(separator: "\n")
    }
}

struct AgreementNewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Put party cards and terms together to an agreement.",
        discussion: """
            Example:
              parley agreement new --name us-cn-2015 --title "en=Dialogue on cybercrime" \\
                  --card us/card.json --card cn/card.json --exercise --out agreement.json
            """)

    @OptionGroup var flag: JSONFlag
    @Option(help: "Short name; last part of each log's name.") var name: String
    @Option(help: "Title, language=text; once for each language of the agreement.")
    var title: [String]
    @Option(help: "A party's card from parley init; once for each party.") var card: [String]
    @Option(help: "Terms file (see: parley agreement terms); else the standard terms.")
    var terms: String?
    @Flag(help: "Mark everything under it as an exercise.") var exercise = false
    @Option(name: .customLong("effective-from"), help: "As 2026-01-01T00:00:00Z; else now.")
    var effectiveFrom: String?
    @Option(help: "File to write.") var out: String

    func run() async throws {
        try await reporting(json: flag.json) {
            do {
                let cards = try card.map {
                    try PartyCard(
                        parsing: try PrivateFile.read($0, limitBytes: AgreementFile.limitBytes))
                }
                let agreed = try terms.map {
                    try AgreementTerms(
                        parsing: try PrivateFile.read($0, limitBytes: AgreementFile.limitBytes))
                }
                let from = try effectiveFrom.map(timeArgument)
                let bytes = try Agreement.compose(
                    name: name, title: try languageTexts(title), exercise: exercise,
                    effectiveFrom: from ?? Surroundings.here.clock.now(),
                    terms: agreed ?? .standard, cards: cards)
                let agreement = try Agreement(parsing: bytes)
                let value = try JSONValue(parsing: bytes, limitBytes: AgreementFile.limitBytes)
                try PrivateFile.write(
                    value.indentedBytes + [0x0a], to: URL(filePath: out), mode: 0o644)
                emit(
                    ["agreement": .string(agreement.id.text), "file": .string(out)],
                    json: flag.json,
                    lines: [
                        "wrote \(out)", "  agreement \(agreement.id)",
                        "  next: every party checks and signs it",
                    ])
            } catch let refusal as AgreementRefusal {
                throw CommandFailure.refused(
                    refusal.reason, AgreementFile.problems(refusal, path: out),
                    hint: "the rules are in Spec/agreement.md")
            }
        }
    }
}

struct AgreementCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check an agreement; name each problem by path and rule.",
        discussion: "Example:\n  parley agreement check agreement.json")

    @OptionGroup var flag: JSONFlag
    @Argument(help: "The agreement or its envelope.") var file: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let unadopted = try AgreementFile.unadopted(file)
            emit(
                describe(unadopted), json: flag.json,
                lines: ["valid", "  agreement \(unadopted.agreement.id)"])
        }
    }
}

struct AgreementSignCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign an agreement with this party's root key.",
        discussion: "Example:\n  parley agreement sign agreement.json --home us")

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The agreement, or the envelope others have signed.") var file: String
    @Option(help: "File to write (default: over FILE).") var out: String?

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            let unadopted = try AgreementFile.unadopted(file)
            let signed: UnadoptedAgreement
            do {
                signed = try unadopted.adding(signatureOf: try home.rootKey())
            } catch let refusal as AdoptionRefusal {
                throw CommandFailure.refused(refusal.reason, refusal.explanation)
            }
            guard let bytes = signed.envelopeBytes else {
                preconditionFailure("a signed agreement has an envelope")
            }
            try PrivateFile.write(bytes + [0x0a], to: URL(filePath: out ?? file), mode: 0o644)
            emit(
                describe(signed), json: flag.json,
                lines: [
                    "signed by \(signed.signers.map(\.text).joined(separator: ", "))",
                    signed.missing.isEmpty
                        ? "every party has signed: adopt it with parley agreement adopt"
                        : "still to sign: "
                            + signed.missing.map(\.text).joined(separator: ", "),
                ])
        }
    }
}

struct AgreementShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what an agreement says.",
        discussion: "Example:\n  parley agreement show agreement.json")

    @OptionGroup var flag: JSONFlag
    @Argument(help: "The agreement or its envelope.") var file: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let unadopted = try AgreementFile.unadopted(file)
            let agreement = unadopted.agreement
            var lines = [
                agreement.name + (agreement.isExercise ? " · EXERCISE" : ""),
                "  \(agreement.id)",
            ]
            if let amends = agreement.amends {
                lines += ["  amends \(amends.previous)", "  began as \(amends.first)"]
            }
            lines += [
                "  effective from \(agreement.effectiveFrom)",
                "  signed by "
                    + (unadopted.signers.isEmpty
                        ? "nobody yet"
                        : unadopted.signers.map(\.text).joined(separator: ", ")),
                "  silence after \(agreement.silenceAfterSeconds) s without a receipt",
                "  receipts need \(agreement.receiptQuorum) outside cosignature(s)",
                "  a second person approves "
                    + (agreement.approvals.isEmpty
                        ? "what each node's policy says"
                        : agreement.approvals.map(\.text).joined(separator: ", ")),
                "",
            ]
            for party in agreement.parties {
                lines.append("  \(party.id)  \(party.kind.rawValue)  \(party.node.url)")
                lines += party.organs.map { "      \(party.id)/\($0.id)  \($0.role)" }
            }
            lines.append("")
            for kind in agreement.requestKinds {
                lines.append("  \(kind.name)")
                for urgency in Urgency.allCases {
                    guard let clocks = kind.clocks[urgency] else { continue }
                    lines.append(
                        "      \(urgency.rawValue): acknowledge \(words(clocks.acknowledge)), "
                            + "decide \(words(clocks.decide)), answer \(words(clocks.answer))")
                }
            }
            emit(describe(unadopted), json: flag.json, lines: lines)
        }
    }

    private func words(_ limit: TimeLimit) -> String {
        switch limit {
        case .minutes(let count): "\(count) min"
        case .hours(let count): "\(count) h"
        case .calendarDays(let count): "\(count) days"
        case .workingDays(let count): "\(count) working days"
        }
    }
}

private func describe(_ unadopted: UnadoptedAgreement) -> JSONObject {
    [
        "agreement": .string(unadopted.agreement.id.text),
        "amends": .string(unadopted.agreement.amends?.previous.text ?? "-"),
        "name": .string(unadopted.agreement.name),
        "exercise": .bool(unadopted.agreement.isExercise),
        "approvals": .array(unadopted.agreement.approvals.map { .string($0.text) }),
        "parties": .array(unadopted.agreement.parties.map { .string($0.id.text) }),
        "signedBy": .array(unadopted.signers.map { .string($0.text) }),
        "missing": .array(unadopted.missing.map { .string($0.text) }),
    ]
}

func timeArgument(_ text: String) throws -> Timestamp {
    guard let time = Timestamp(text: text) else {
        throw CommandFailure.refused(
            "time-malformed", "\(text) is not a time",
            hint: "write it in UTC, as 2026-01-01T00:00:00Z")
    }
    return time
}

/// Reads `language=text` arguments.
func languageTexts(_ arguments: [String]) throws -> [LanguageTag: String] {
    var texts: [LanguageTag: String] = [:]
    for argument in arguments {
        let parts = argument.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, let language = LanguageTag(String(parts[0])) else {
            throw CommandFailure.refused(
                "text-malformed", "\(argument) is not a text in a language",
                hint: "write language=text, such as \"en=United States\"")
        }
        texts[language] = String(parts[1])
    }
    return texts
}
