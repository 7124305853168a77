/// Why settings are not taken: from where, what is wrong, and what would be right.
struct SettingRefusal: Error, Hashable {
    let reason: String
    let message: String
    let hint: String

    /// - Parameter names: those that there are, as that place spells them.
    static func unknown(
        _ name: String, in place: String, among names: [String]
    ) -> SettingRefusal {
        let nearest = names.min { distance(name, $0) < distance(name, $1) } ?? ""
        return SettingRefusal(
            reason: "setting-unknown", message: "\(place): there is no setting \(name)",
            hint: "the nearest is \(nearest); parley config show lists them all")
    }

    /// How many characters are to be put in, taken out or replaced to make one of the other.
    private static func distance(_ one: String, _ other: String) -> Int {
        // However long a name somebody gives, no setting's is longer.
        let (one, other) = (Array(one.prefix(100)), Array(other))
        var row = Array(0...other.count)
        for (place, character) in one.enumerated() {
            var next = [place + 1]
            for (column, own) in other.enumerated() {
                next.append(
                    min(
                        row[column] + (character == own ? 0 : 1), row[column + 1] + 1,
                        next[column] + 1))
            }
            row = next
        }
        return row[other.count]
    }

    static func twice(_ setting: Setting, in place: String) -> SettingRefusal {
        SettingRefusal(
            reason: "setting-twice", message: "\(place): \(setting.name) is given twice",
            hint: "give it once")
    }

    /// Of another kind, or past its limit. What was given is not said again: it may be secret.
    static func wrong(_ setting: Setting, in place: String) -> SettingRefusal {
        SettingRefusal(
            reason: "setting-wrong",
            message: "\(place): \(setting.name) is \(setting.kind.words)",
            hint: "it says: \(setting.sentence)")
    }

    static func incomplete(_ setting: Setting, without other: String) -> SettingRefusal {
        SettingRefusal(
            reason: "setting-incomplete",
            message: "\(setting.name) needs \(other), which is not set",
            hint: "set both, or neither")
    }

    static func secretOnCommandLine(_ setting: Setting) -> SettingRefusal {
        SettingRefusal(
            reason: "setting-secret",
            message: "\(setting.name) is secret, and a command line is seen by every process",
            hint: "set \(setting.variable), or put it into the file")
    }

    static func fileOpen(_ setting: Setting, _ path: String) -> SettingRefusal {
        SettingRefusal(
            reason: "config-readable",
            message: "\(path) holds \(setting.name), which is secret, and others can read it",
            hint: "chmod 600 \(path)")
    }

    static func fileMalformed(_ path: String, _ explanation: String) -> SettingRefusal {
        SettingRefusal(
            reason: "config-malformed", message: "\(path): \(explanation)",
            hint: "it is one JSON object, such as {\"log-level\": \"info\"}")
    }

    var failure: CommandFailure { .refused(reason, message, hint: hint) }
}
