import ParleyStatements

/// The table of settings in words.
enum SettingWords {
    /// For `--help`: each flag with its limits, and its two other names.
    static var help: String {
        let head = """
            Settings come from the command line, else the environment, else a file of one JSON \
            object, else they are what stands here:
            """
        let rows = Setting.all.map { setting in
            let flag = setting.isSecret ? "" : "\(setting.flag) \(setting.kind.placeholder)"
            let more =
                [setting.sentence] + limit(setting)
                + [(setting.fallback.map { "Default: \($0.words)." }) ?? ""]
            return "  \(flag)\n      \(more.filter { !$0.isEmpty }.joined(separator: " "))\n"
                + "      \(setting.variable), or \"\(setting.name)\" in the file."
        }
        return ([head] + rows).joined(separator: "\n")
    }

    private static func limit(_ setting: Setting) -> [String] {
        switch setting.kind {
        case .number(let range): ["From \(range.lowerBound) to \(range.upperBound)."]
        case .list: ["May be given several times."]
        default: []
        }
    }

    /// For the guide, whose table a test holds against this.
    static var table: String {
        let head = "| setting | is | default | what it does |\n| --- | --- | --- | --- |\n"
        return head
            + Setting.all.map { setting in
                let notes =
                    (setting.isReloaded ? " Taken up on SIGHUP." : "")
                    + (setting.isSecret ? " Secret: not on the command line." : "")
                let fallback = setting.fallback.map { "`\($0.words)`" } ?? "none"
                return "| `\(setting.name)` | \(setting.kind.words) | \(fallback) "
                    + "| \(setting.sentence)\(notes) |"
            }.joined(separator: "\n")
    }

    /// One setting as it stands now; never what is secret.
    static func line(_ row: Settings.Row) -> String {
        let value = row.value.map { row.setting.isSecret ? mask : $0.words } ?? "-"
        return "\(row.setting.name) = \(value)  (\(words(row.origin)))"
    }

    static func json(_ row: Settings.Row) -> JSONValue {
        var object: JSONObject = [
            "name": .string(row.setting.name), "from": .string(words(row.origin)),
            "variable": .string(row.setting.variable),
            "sentence": .string(row.setting.sentence),
        ]
        if let value = row.value {
            object = object.adding([
                "value": row.setting.isSecret ? .string(mask) : value.json
            ])
        }
        return .object(object)
    }

    private static let mask = "(secret)"

    private static func words(_ origin: Settings.Origin) -> String {
        switch origin {
        case .flag: "command line"
        case .environment: "environment"
        case .file: "file"
        case .fallback: "default"
        }
    }
}
