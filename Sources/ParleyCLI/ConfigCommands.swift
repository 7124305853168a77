import ArgumentParser
import ParleyStatements

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "What parley serve would be told, and by whom.",
        discussion: "Example:\n  parley config show --home us",
        subcommands: [
            ConfigShowCommand.self, ConfigCheckCommand.self, ConfigTableCommand.self,
        ])
}

struct ConfigShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print every setting, its value, and where it came from.",
        discussion: """
            Takes the settings of parley serve, so that a command line can be looked at before it \
            is used. What is secret is not printed.

            Example:
              parley config show --home us --api-rate 50
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var options: SettingOptions
    @OptionGroup var output: JSONFlag

    func run() async throws {
        try await reporting(json: output.json) {
            let settings = try await options.settings(in: home)
            let file = options.file(in: home)
            var object: JSONObject = ["settings": .array(settings.rows.map(SettingWords.json))]
            if let file { object = object.adding(["file": .string(file)]) }
            emit(object, json: output.json, lines: settings.rows.map(SettingWords.line))
        }
    }
}

struct ConfigCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check a file of settings by itself.",
        discussion: "Example:\n  parley config check us/parley.json")

    @Argument(help: "The file: one JSON object, a member a setting.")
    var file: String

    @OptionGroup var output: JSONFlag

    func run() async throws {
        try await reporting(json: output.json) {
            let read = try SettingsFile.read(file)
            do {
                _ = try await Settings(
                    flags: try SettingFlags([]), environment: [:], file: read)
                try Settings.checkNames(in: Surroundings.here.environment)
            } catch let refusal as SettingRefusal {
                throw refusal.failure
            }
            let names = read.values.keys.sorted()
            emit(
                ["file": .string(file), "settings": .array(names.map { .string($0) })],
                json: output.json, lines: ["\(file): \(names.count) settings, all well"])
        }
    }
}

struct ConfigTableCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table", abstract: "Print the table of all settings, as the guide has it.",
        discussion: "Example:\n  parley config table")

    func run() { Surroundings.here.output(SettingWords.table) }
}
