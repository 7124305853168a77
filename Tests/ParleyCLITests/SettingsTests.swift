import ArgumentParser
import Foundation
import ParleyStatements
import Testing

@testable import ParleyCLI

/// Settings: one table, three sources, and a refusal for all that is not in order.
struct SettingsTests {
    private static let secret = Setting(
        "vault-key", .text(most: 8), secret: true, "A secret that this test made up.")
    private static let table = Setting.all + [secret]

    private static func settings(
        flags: [String] = [], environment: [String: String] = [:], file: String? = nil
    ) async throws -> Settings {
        try await Settings(
            flags: try SettingFlags(flags, table: table), environment: environment,
            file: try file.map { try self.file($0) }, table: table)
    }

    private static func file(_ text: String, mode: Int = 0o600) throws -> SettingsFile {
        try SettingsFile(Array(text.utf8), path: "us/parley.json", mode: mode, table: table)
    }

    private static func row(_ name: String, in settings: Settings) throws -> Settings.Row {
        try #require(settings.rows.first { $0.setting.name == name })
    }

    @Test func `flags are stronger than the environment, that than the file, all than the default`()
        async throws
    {
        let file = #"{"api-rate": 3}"#
        let environment = ["PARLEY_API_RATE": "2"]
        let ladder: [(Settings, Int64, Settings.Origin)] = [
            (try await Self.settings(), 500, .fallback),
            (try await Self.settings(file: file), 3, .file("us/parley.json")),
            (try await Self.settings(environment: environment, file: file), 2, .environment),
            (
                try await Self.settings(
                    flags: ["--api-rate", "1"], environment: environment, file: file), 1, .flag
            ),
        ]
        for (settings, value, origin) in ladder {
            #expect(settings.number("api-rate") == value)
            #expect(try Self.row("api-rate", in: settings).origin == origin)
        }
    }

    @Test func `each kind is read from each source as it is written there`() async throws {
        let byFlag = try await Self.settings(flags: [
            "--json", "--listen=127.0.0.1:1", "--four-eyes", "request.refuse", "--four-eyes",
            "allegation.*", "--log-level", "debug",
        ])
        let byVariable = try await Self.settings(environment: [
            "PARLEY_JSON": "true", "PARLEY_LISTEN": "127.0.0.1:1",
            "PARLEY_FOUR_EYES": "request.refuse,allegation.*", "PARLEY_LOG_LEVEL": "debug",
        ])
        let byFile = try await Self.settings(
            file: """
                {"json": true, "listen": "127.0.0.1:1", "log-level": "debug",
                 "four-eyes": ["request.refuse", "allegation.*"]}
                """)
        for settings in [byFlag, byVariable, byFile] {
            #expect(settings.isOn("json"))
            #expect(settings.text("listen") == "127.0.0.1:1")
            #expect(settings.list("four-eyes") == ["request.refuse", "allegation.*"])
            #expect(settings.text("log-level") == "debug")
        }
    }

    @Test func `a flag turns off what the file turns on`() async throws {
        let settings = try await Self.settings(
            flags: ["--json=false"], file: #"{"json": true}"#)
        #expect(!settings.isOn("json"))
    }

    @Test(arguments: [
        (["--api-rtae", "1"], "setting-unknown"),
        (["--listen", "a", "words"], "setting-wrong"),
        (["words"], "setting-unknown"),
        (["--api-rate"], "setting-wrong"),
        (["--api-rate", "many"], "setting-wrong"),
        (["--api-rate", "0"], "setting-wrong"),
        (["--api-rate", "1000001"], "setting-wrong"),
        (["--api-rate", "1", "--api-rate", "2"], "setting-twice"),
        (["--json=yes"], "setting-wrong"),
        (["--log-level", "loud"], "setting-wrong"),
        (["--four-eyes", "request.sing"], "setting-wrong"),
        (["--second-factor", "king"], "setting-wrong"),
        (["--second-factor", "all", "--second-factor", "officer"], "setting-wrong"),
        (["--peer", "cn"], "setting-wrong"),
        (["--vault-key", "swordfis"], "setting-secret"),
    ])
    func `a command line that is not in order is refused`(flags: [String], reason: String) {
        let refusal = #expect(throws: SettingRefusal.self) {
            try SettingFlags(flags, table: Self.table)
        }
        #expect(refusal?.reason == reason)
    }

    @Test(arguments: [
        ("{", "config-malformed"),
        ("[]", "config-malformed"),
        (#"{"api-rate": null}"#, "config-malformed"),
        (#"{"api-rate": 1.5}"#, "config-malformed"),
        (#"{"api-rate": 1, "api-rate": 2}"#, "config-malformed"),
        (#"{"api-rtae": 1}"#, "setting-unknown"),
        (#"{"api-rate": "500"}"#, "setting-wrong"),
        (#"{"api-rate": 0}"#, "setting-wrong"),
        (#"{"api-rate": 1000001}"#, "setting-wrong"),
        (#"{"json": "true"}"#, "setting-wrong"),
        (#"{"peer": "cn=127.0.0.1:1"}"#, "setting-wrong"),
        (#"{"peer": [1]}"#, "setting-wrong"),
        (#"{"peer": {}}"#, "setting-wrong"),
        (#"{"vault-key": "ninebytes"}"#, "setting-wrong"),
    ])
    func `a file that is not in order is refused, and the refusal names it`(
        text: String, reason: String
    ) {
        let refusal = #expect(throws: SettingRefusal.self) { try Self.file(text) }
        #expect(refusal?.reason == reason)
        #expect(refusal?.message.contains("us/parley.json") == true)
        #expect(refusal?.hint.isEmpty == false)
    }

    @Test(arguments: [
        ("PARLEY_API_RATE", "many"), ("PARLEY_API_RATE", "0"), ("PARLEY_JSON", "perhaps"),
        ("PARLEY_LISTEN", ""), ("PARLEY_LOG_LEVEL", "loud"),
    ])
    func `a variable that is not in order is refused by its name`(
        name: String, value: String
    ) async {
        let refusal = await #expect(throws: SettingRefusal.self) {
            try await Self.settings(environment: [name: value])
        }
        #expect(refusal?.reason == "setting-wrong")
        #expect(refusal?.message.hasPrefix(name + ":") == true)
    }

    @Test(arguments: [
        ("PARLEY_API_RTAE", "PARLEY_API_RATE"), ("PARLEY_LOGLEVEL", "PARLEY_LOG_LEVEL"),
        ("PARLEY_", "PARLEY_API"),
        ("PARLEY_" + String(repeating: "X", count: 5000), "PARLEY_LISTEN"),
    ])
    func `a variable that is no setting is refused, and the nearest is named`(
        name: String, nearest: String
    ) async {
        let refusal = await #expect(throws: SettingRefusal.self) {
            try await Self.settings(environment: [name: "1", "PARLEY_API_RATE": "1"])
        }
        #expect(refusal?.reason == "setting-unknown")
        #expect(refusal?.message == "the environment: there is no setting \(name)")
        #expect(refusal?.hint.hasPrefix("the nearest is \(nearest);") == true)
    }

    @Test func `the nearest name is told of a key and of a flag as well`() {
        let key = #expect(throws: SettingRefusal.self) { try Self.file(#"{"api-rtae": 1}"#) }
        #expect(key?.hint.hasPrefix("the nearest is api-rate;") == true)
        let flag = #expect(throws: SettingRefusal.self) { try SettingFlags(["--lsiten"]) }
        #expect(flag?.hint.hasPrefix("the nearest is --listen;") == true)
    }

    /// Each that the commands, scripts or tests read must not keep a node from its start.
    @Test func `every variable that is read anywhere here is known, others are not ours`()
        async throws
    {
        var names: Set<String> = ["PARLEY", "PARLEYX", "parley_api_rate", "HOME"]
        for folder in [
            "Sources", "Tests/DiskTests", "Tests/EndToEnd", "Benchmarks/run.py", "Fuzzing/run.sh",
            "run", ".ci/run",
        ] {
            let place = repository.appending(path: folder)
            let below = try? FileManager.default.subpathsOfDirectory(atPath: place.path())
            for path in below.map({ $0.map { place.appending(path: $0) } }) ?? [place] {
                guard ["swift", "py", "sh", ""].contains(path.pathExtension),
                    // Which says what is no setting.
                    path.lastPathComponent != "case_settings.py",
                    let text = try? String(contentsOf: path, encoding: .utf8)
                else { continue }
                names.formUnion(text.matches(of: /PARLEY_[A-Z]+(_[A-Z]+)*/).map { String($0.0) })
            }
        }
        #expect(names.isSuperset(of: ["PARLEY_HOME", "PARLEY_ORDER", "PARLEY_SEEDS"]))
        let known = Set(Self.table.map(\.variable))
        let environment = names.subtracting(known).map { ($0, "x") }
        _ = try await Self.settings(environment: Dictionary(uniqueKeysWithValues: environment))
    }

    @Test func `a list one longer than its limit is refused`() {
        let peers = (1...65).flatMap { ["--peer", "p\($0)=127.0.0.1:1"] }
        #expect(throws: Never.self) { try SettingFlags(Array(peers.prefix(128))) }
        let refusal = #expect(throws: SettingRefusal.self) { try SettingFlags(peers) }
        #expect(refusal?.message.contains("up to 64") == true)
    }

    @Test(arguments: [
        (["--api-key", "k"], "api-key needs api"),
        (["--api-key", "k", "--api", "127.0.0.1:1"], "api-key needs api-certificate"),
        (["--time-stamp", "http://a/"], "time-stamp needs time-stamp-root"),
    ])
    func `half of what goes together is refused`(flags: [String], begins: String) async {
        let refusal = await #expect(throws: SettingRefusal.self) {
            try await Self.settings(flags: flags)
        }
        #expect(refusal?.reason == "setting-incomplete")
        #expect(refusal?.message.hasPrefix(begins) == true)
    }

    @Test func `what is secret is neither shown nor said in a refusal, and others may not read it`()
        async throws
    {
        let text = #"{"vault-key": "swordfis"}"#
        let settings = try await Self.settings(file: text)
        #expect(settings.text("vault-key") == "swordfis")
        let row = try Self.row("vault-key", in: settings)
        #expect(SettingWords.line(row) == "vault-key = (secret)  (file)")
        let printed = String(decoding: SettingWords.json(row).canonicalBytes, as: UTF8.self)
        #expect(!printed.contains("swordfis") && printed.contains("(secret)"))
        let open = #expect(throws: SettingRefusal.self) { try Self.file(text, mode: 0o640) }
        #expect(open?.reason == "config-readable")
        let long = await #expect(throws: SettingRefusal.self) {
            try await Self.settings(environment: ["PARLEY_VAULT_KEY": "swordfishes"])
        }
        #expect(long?.message.contains("swordfish") == false)
    }

    @Test func `the table gives each setting one name, a sentence and a default that it allows`() {
        #expect(Set(Setting.all.map(\.name)).count == Setting.all.count)
        #expect(Set(Setting.all.map(\.variable)).count == Setting.all.count)
        for setting in Setting.all {
            #expect(setting.sentence.hasSuffix("."), "\(setting.name)")
            #expect(
                setting.name.allSatisfy { $0.isLowercase && $0.isASCII || $0 == "-" },
                "\(setting.name)")
            if let fallback = setting.fallback {
                #expect(setting.kind.checked(fallback) == fallback, "\(setting.name)")
            }
            for other in setting.needs {
                #expect(Setting.all.contains { $0.name == other }, "\(setting.name)")
            }
        }
    }

    @Test func `the help of parley serve names every flag, variable and key`() {
        let help = ServeCommand.helpMessage(columns: 120)
        for setting in Setting.all {
            #expect(help.contains(setting.flag), "\(setting.name)")
            #expect(help.contains(setting.variable + ","), "\(setting.name)")
            #expect(help.contains("\"\(setting.name)\" in the file"), "\(setting.name)")
        }
    }

    @Test func `the guide holds the table of all settings as it is`() throws {
        let guide = try String(
            contentsOf: repository.appending(path: "Docs/guide.md"), encoding: .utf8)
        #expect(
            guide.contains(SettingWords.table),
            "write what `parley config table` prints into Docs/guide.md")
    }
}
