import Configuration
import Synchronization

/// What `parley serve` was told: of each setting its value, and who said so.
///
/// Flags are stronger than the environment, that than the file, and all than what holds where
/// nobody says anything.
struct Settings: Sendable {
    enum Origin: Hashable, Sendable {
        case flag
        case environment
        case file(String)
        case fallback
    }

    struct Row: Hashable, Sendable {
        let setting: Setting
        let value: SettingValue?
        let origin: Origin
    }

    let rows: [Row]

    /// - Throws: ``SettingRefusal`` for what is of another kind, past its limit, or incomplete.
    init(
        flags: SettingFlags, environment: [String: String], file: SettingsFile?,
        table: [Setting] = Setting.all
    ) async throws {
        try Self.checkNames(in: environment, table: table)
        let sources = Sources(flags: flags, environment: environment, file: file, table: table)
        var rows: [Row] = []
        for setting in table { rows.append(try await sources.row(of: setting)) }
        let given = Set(rows.filter { $0.origin != .fallback }.map(\.setting.name))
        for row in rows where row.origin != .fallback {
            for other in row.setting.needs where !given.contains(other) {
                throw SettingRefusal.incomplete(row.setting, without: other)
            }
        }
        self.rows = rows
    }

    /// What begins as our variables do and is none of them was meant for one.
    static func checkNames(
        in environment: [String: String], table: [Setting] = Setting.all
    ) throws(SettingRefusal) {
        let variables = table.map(\.variable)
        let unknown = environment.keys.sorted().first {
            $0.hasPrefix("PARLEY_") && !variables.contains($0) && !otherVariables.contains($0)
        }
        if let unknown { throw .unknown(unknown, in: "the environment", among: variables) }
    }

    /// Of the commands, and of the checkout's own scripts and tests.
    private static let otherVariables: Set<String> = [
        "PARLEY_HOME", "PARLEY_CONFIG", "PARLEY_PASSPHRASE", "PARLEY_NODE", "PARLEY_NODE_PIN",
        "PARLEY_TOKEN_FILE", CommandOrder.variable, "PARLEY_BUILD_DIR", "PARLEY_FUZZ_DIR",
        "PARLEY_SEEDS", "PARLEY_KEEP", "PARLEY_BENCH",
    ]

    func text(_ name: String) -> String? {
        guard case .text(let text)? = value(name) else { return nil }
        return text
    }

    func number(_ name: String) -> Int64 {
        guard case .number(let number)? = value(name) else {
            preconditionFailure("\(name) is a number, with one that holds where none is given")
        }
        return number
    }

    func isOn(_ name: String) -> Bool { value(name) == .flag(true) }

    func list(_ name: String) -> [String] {
        guard case .list(let items)? = value(name) else { return [] }
        return items
    }

    private func value(_ name: String) -> SettingValue? {
        guard let row = rows.first(where: { $0.setting.name == name }) else {
            preconditionFailure("\(name) stands in the table of settings")
        }
        return row.value
    }
}

/// The places that settings come from, the strongest first, as swift-configuration reads them.
private struct Sources {
    private let reader: ConfigReader
    private let last = LastAnswer()
    private let origins: [String: Settings.Origin]

    init(
        flags: SettingFlags, environment: [String: String], file: SettingsFile?, table: [Setting]
    ) {
        let secrets = Set(table.filter(\.isSecret).map(\.variable))
        let flagProvider = InMemoryProvider(name: "flags", values: Self.values(flags.values))
        let environmentProvider = EnvironmentVariablesProvider(
            environmentVariables: environment, secretsSpecifier: .specific(secrets))
        let fileProvider = InMemoryProvider(
            name: "file", values: Self.values(file?.values ?? [:]))
        origins = [
            flagProvider.providerName: .flag, environmentProvider.providerName: .environment,
            fileProvider.providerName: .file(file?.path ?? ""),
        ]
        reader = ConfigReader(
            providers: [flagProvider, environmentProvider, fileProvider], accessReporter: last)
    }

    private static func values(
        _ values: [String: SettingValue]
    ) -> [AbsoluteConfigKey: ConfigValue] {
        var configured: [AbsoluteConfigKey: ConfigValue] = [:]
        for (name, value) in values {
            let content: ConfigContent =
                switch value {
                case .text(let text): .string(text)
                case .number(let number): .int(Int(number))
                case .flag(let isOn): .bool(isOn)
                case .list(let items): .stringArray(items)
                }
            configured[AbsoluteConfigKey(["parley", name])] = ConfigValue(
                content, isSecret: true)
        }
        return configured
    }

    func row(of setting: Setting) async throws -> Settings.Row {
        let value: SettingValue?
        do {
            value = try await fetched(setting)
        } catch {
            // Flags and file were checked when they were read: it is the environment's.
            throw SettingRefusal.wrong(setting, in: setting.variable)
        }
        guard let value else {
            return Settings.Row(setting: setting, value: setting.fallback, origin: .fallback)
        }
        let origin = last.provider.flatMap { origins[$0] } ?? .environment
        guard let checked = setting.kind.checked(value) else {
            throw SettingRefusal.wrong(setting, in: setting.variable)
        }
        return Settings.Row(setting: setting, value: checked, origin: origin)
    }

    private func fetched(_ setting: Setting) async throws -> SettingValue? {
        let key = ConfigKey(["parley", setting.name])
        let isSecret = setting.isSecret
        switch setting.kind {
        case .number:
            return try await reader.fetchInt(forKey: key, isSecret: isSecret)
                .map { .number(Int64($0)) }
        case .flag:
            return try await reader.fetchBool(forKey: key, isSecret: isSecret).map { .flag($0) }
        case .list:
            return try await reader.fetchStringArray(forKey: key, isSecret: isSecret)
                .map { .list($0) }
        case .address, .loopback, .file, .text, .word:
            return try await reader.fetchString(forKey: key, isSecret: isSecret)
                .map { .text($0) }
        }
    }
}

/// Which source gave the last answer.
private final class LastAnswer: AccessReporter {
    private let answered = Mutex<String?>(nil)

    var provider: String? { answered.withLock { $0 } }

    func report(_ event: AccessEvent) {
        let provider = event.providerResults.first { answer in
            if case .success(let found) = answer.result { return found.value != nil }
            return false
        }
        answered.withLock { $0 = provider?.providerName }
    }
}
