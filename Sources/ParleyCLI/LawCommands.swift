import ArgumentParser
import ParleyLaw
import ParleyLog
import ParleyNode
import ParleyStatements

struct LawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "law",
        abstract: "On what basis one party may ask another, and whether a conduct is an offence.",
        discussion: """
            Answers from the data that the program ships, with the rows, dates and doubts. \
            It is not legal advice.

            Example:
              parley law basis us cn --kind stored-data --fact access --fact data-obtained
            """,
        subcommands: [
            LawStatusCommand.self, LawOffenceCommand.self, LawBasisCommand.self,
            LawCheckCommand.self, LawExplainCommand.self, LawKindsCommand.self,
            OverlayCommand.self, LawExportCommand.self, LawDiffCommand.self,
            LawStaleCommand.self, LawPagesCommand.self,
        ])
}

/// What every question has.
struct LawOptions: ParsableArguments {
    @Option(help: "The day that the question is about (default: today).") var on: String?
    @Option(help: "An overlay on the shipped data; a party's first, then one that both signed.")
    var overlay: [String] = []
    @Option(help: "Language of the answer: en or zh-Hans.") var language = "en"

    @Option(help: "A home, whose overlays on record count (else PARLEY_HOME or .parley, if any).")
    var home: String?
    @Flag(help: "Leave a home's overlays aside.") var shipped = false

    /// The tables for a question between two: those shipped, then the overlays of `--overlay` or
    /// else those on a home's record.
    ///
    /// - Parameter parties: As the person wrote them; none for a question about the tables alone.
    func data(between parties: String...) async throws -> LawData {
        if let home = try namedHome() {
            let law = try await HomeLaw(home: home, record: try await home.record())
            return try await law.data(between: parties)
        }
        return try lawful {
            var layers = [try ShippedLaw.layer()]
            for file in overlay {
                let bytes = try PrivateFile.read(file, limitBytes: LawLayer.overlayLimitBytes)
                layers.append(try LawLayer(parsingOverlay: bytes))
            }
            return try LawData(layers: layers)
        }
    }

    /// Nil where none was named and none is in its usual place: the tables need no home.
    private func namedHome() throws -> Home? {
        guard !shipped, overlay.isEmpty else {
            guard home == nil else {
                throw CommandFailure.refused(
                    "options-contradict", "--home has its overlays already",
                    hint: "leave out --overlay and --shipped, or --home")
            }
            return nil
        }
        let options = try HomeOptions.parse(home.map { ["--home", $0] } ?? [])
        let isNamed = home != nil || Surroundings.here.environment["PARLEY_HOME"] != nil
        return isNamed || Home.exists(at: options.folder) ? try Home(options: options) : nil
    }

    func words() throws -> LawWords {
        guard let words = LawWords(language: language) else {
            throw CommandFailure.refused(
                "language-unknown", "there are no texts in \(language)",
                hint: "write en or zh-Hans")
        }
        return words
    }

    var today: CivilDate { Self.today }

    static var today: CivilDate {
        CivilDate(
            daysSinceEpoch: Int(Surroundings.here.clock.now().secondsSinceEpoch / 86_400))
    }

    func day() throws -> CivilDate {
        guard let on else { return today }
        guard let day = CivilDate(text: on) else {
            throw CommandFailure.refused(
                "date-malformed", "\(on) is not a day", hint: "write it as 2026-11-23")
        }
        return day
    }
}

/// A conduct, as facts.
struct ConductOptions: ParsableArguments {
    @Option(help: "A fact that holds, or with not: before it, one that does not.")
    var fact: [String] = []
    @Option(help: "A file: {\"facts\":{\"access\":true},\"amounts\":{\"USD\":12000}}.")
    var conduct: InputFile?

    func conduct(in data: LawData) throws -> Conduct? {
        if let conduct {
            let bytes = try conduct.read(limitBytes: 64 * 1024)
            return try lawful {
                let value = try JSONValue(parsing: bytes, limitBytes: 64 * 1024)
                return try Conduct(value, in: data)
            }
        }
        guard !fact.isEmpty else { return nil }
        var said: [RowID: Bool] = [:]
        for text in fact {
            let holds = !text.hasPrefix("not:")
            said[RowID(holds ? text : String(text.dropFirst(4)))] = holds
        }
        return try lawful { try Conduct(said, in: data) }
    }
}

/// Runs `work`; what the law data refuses becomes a failure with a hint.
func lawful<Value>(_ work: () throws -> Value) throws -> Value {
    do {
        return try work()
    } catch let refusal as LawRefusal {
        let hint: String? =
            switch refusal {
            case .partyUnknown: "use ISO 3166 codes such as us or cn, or eu"
            case .factUnknown: "parley law kinds --facts lists the facts"
            case .kindUnknown: "parley law kinds lists the kinds"
            case .factContradicted: "say the fact once, or leave one of the two out"
            default: nil
            }
        throw CommandFailure.refused(refusal.reason, refusal.explanation, hint: hint)
    } catch let refusal as JSONRefusal {
        throw CommandFailure.refused(refusal.reason, refusal.explanation)
    }
}

struct LawStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Which instruments stand between two parties on a day.",
        discussion: "Example:\n  parley law status us cn --on 2026-11-23")

    @OptionGroup var options: LawOptions
    @OptionGroup var flag: JSONFlag
    @Flag(help: "List every row used, with its date and confidence.") var rows = false
    @Argument(help: "Who asks.") var first: String
    @Argument(help: "Who is asked.") var second: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let (data, words) = (
                try await options.data(between: first, second), try options.words()
            )
            let answer = try lawful {
                let question = try LawQuestion(
                    data.party(named: first), data.party(named: second), on: options.day(),
                    conduct: nil, in: data)
                return try LawAnswer(question, about: .status, askedOn: options.today)
            }
            let page = LawPage(answer: answer, words: words, listsRows: rows)
            emit(page.statusJSON, json: flag.json, lines: page.status + page.closing)
        }
    }
}

struct LawOffenceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "offence", abstract: "Whether a conduct is an offence on both sides.",
        discussion: """
            Example:
              parley law offence us cn --fact access --fact data-obtained \\
                  --fact not:serious-circumstances
            """)

    @OptionGroup var options: LawOptions
    @OptionGroup var conduct: ConductOptions
    @OptionGroup var flag: JSONFlag
    @Flag(help: "List every row used, with its date and confidence.") var rows = false
    @Argument(help: "One side.") var first: String
    @Argument(help: "The other side.") var second: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let (data, words) = (
                try await options.data(between: first, second), try options.words()
            )
            guard let conduct = try conduct.conduct(in: data) else {
                throw CommandFailure.refused(
                    "conduct-missing", "no conduct was described",
                    hint: "say what was done: --fact access; parley law kinds --facts lists all")
            }
            let answer = try lawful {
                let question = try LawQuestion(
                    data.party(named: first), data.party(named: second), on: options.day(),
                    conduct: conduct, in: data)
                return try LawAnswer(question, about: .offence, askedOn: options.today)
            }
            let page = LawPage(answer: answer, words: words, listsRows: rows)
            emit(page.offenceJSON, json: flag.json, lines: page.offences + page.closing)
        }
    }
}

struct LawBasisCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "basis", abstract: "What may be asked, on what basis, and what it must say.",
        discussion: """
            Example:
              parley law basis us cn --kind mla-general --fact access --fact data-obtained
            """)

    @OptionGroup var options: LawOptions
    @OptionGroup var conduct: ConductOptions
    @OptionGroup var flag: JSONFlag
    @Flag(help: "List every row used, with its date and confidence.") var rows = false
    @Argument(help: "Who asks.") var first: String
    @Argument(help: "Who is asked.") var second: String
    @Option(help: "The kind of request (default: all).") var kind: String?

    func run() async throws {
        try await reporting(json: flag.json) {
            let (data, words) = (
                try await options.data(between: first, second), try options.words()
            )
            let said = try conduct.conduct(in: data)
            let answer = try lawful {
                let question = try LawQuestion(
                    data.party(named: first), data.party(named: second), on: options.day(),
                    conduct: said, in: data)
                return try LawAnswer(
                    question, about: .basis(kind.map { RowID($0) }), askedOn: options.today)
            }
            let page = LawPage(answer: answer, words: words, listsRows: rows)
            emit(page.basisJSON, json: flag.json, lines: page.bases + page.closing)
        }
    }
}
