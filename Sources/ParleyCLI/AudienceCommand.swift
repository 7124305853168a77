import ArgumentParser
import ParleyDialogue
import ParleyStatements

struct AudienceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audience", abstract: "Who may come to know what of each act.",
        discussion: """
            As Spec/audience.md has it: the author's organs, those addressed, a state or company \
            that is not, an auditor who is shown the thread, and anybody.

            Example:
              parley audience
              parley audience concern.raise --json
            """)

    @OptionGroup var flag: JSONFlag
    @Argument(help: "An act, such as request.answer; else all of them.") var act: String?

    func run() async throws {
        try await reporting(json: flag.json) {
            let acts = try act.map { text -> [Act] in
                guard let act = Act(rawValue: text) else {
                    throw CommandFailure.refused(
                        "act-unknown", "\(text) is not an act",
                        hint: "parley audience lists them all")
                }
                return [act]
            }
            let rows = (acts ?? Act.allCases).map { act in
                JSONObject.Member(name: act.rawValue, value: .object(Self.row(act)))
            }
            emit(
                JSONObject(rows), json: flag.json,
                lines: Act.audienceTable(of: acts ?? Act.allCases)
                    .split(separator: "\n").map(String.init))
        }
    }

    private static func row(_ act: Act) -> JSONObject {
        JSONObject(
            Audience.allCases.map { audience in
                let parts = act.parts(knownTo: audience)
                return .init(
                    name: audience.rawValue,
                    value: .array(
                        StatementPart.allCases.filter(parts.contains)
                            .map { .string($0.rawValue) }))
            })
    }
}
