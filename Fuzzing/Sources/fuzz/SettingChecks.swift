@testable import ParleyCLI
@testable import ParleyStatements

/// What an operator writes.
enum SettingChecks {
    /// A file of settings.
    static func file(_ bytes: [UInt8]) {
        guard
            let file = try? SettingsFile(
                bytes, path: "parley.json", mode: 0o600, table: Setting.all)
        else { return }
        for setting in Setting.all {
            guard let value = file.values[setting.name] else { continue }
            expect(setting.kind.checked(value) == value, "a value that is taken is in its limits")
        }
        expect(
            file.values.keys.allSatisfy { name in Setting.all.contains { $0.name == name } },
            "nothing is taken that is no setting")
        let written = JSONObject(file.values.map { .init(name: $0.key, value: $0.value.json) })
        let again = try? SettingsFile(
            JSONValue.object(written).canonicalBytes, path: "parley.json", mode: 0o600,
            table: Setting.all)
        expect(again == file, "settings are read as they were written")
    }
}
