/// Settings as a command line has them: `--name value`, `--name=value`, and `--name` alone for
/// what is either on or off.
struct SettingFlags: Hashable {
    static let place = "the command line"

    let values: [String: SettingValue]

    init(_ arguments: [String], table: [Setting] = Setting.all) throws(SettingRefusal) {
        var values: [String: SettingValue] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first, let setting = table.first(where: { $0.flag == name })
            else { throw .unknown(argument, in: Self.place, among: table.map(\.flag)) }
            guard !setting.isSecret else { throw .secretOnCommandLine(setting) }
            let spelled: String? =
                if parts.count == 2 {
                    String(parts[1])
                } else if setting.kind == .flag {
                    "true"
                } else {
                    rest.popFirst()
                }
            guard let spelled, let value = setting.kind.parsed(spelled) else {
                throw .wrong(setting, in: Self.place)
            }
            values[name.dropFirst(2).description] =
                try Self.joined(values[setting.name], value, setting)
        }
        self.values = values
    }

    private static func joined(
        _ before: SettingValue?, _ value: SettingValue, _ setting: Setting
    ) throws(SettingRefusal) -> SettingValue {
        guard let before else { return value }
        guard case (.list(let items), .list(let more)) = (before, value) else {
            throw .twice(setting, in: place)
        }
        guard let list = setting.kind.checked(.list(items + more)) else {
            throw .wrong(setting, in: place)
        }
        return list
    }
}
