import ArgumentParser
import Foundation
import ParleyExample
import ParleyLog
import ParleyNode
import ParleyStatements
import Synchronization

/// The homes of an example, made by the same commands that people use, at the time when the example
/// begins and with keys from its seed.
struct ExampleHomes {
    let folder: URL
    let surroundings: Surroundings
    let clock: ExampleClock
    let record: ExampleRecord

    var parties: [PartyID] { record.agreement.parties.map(\.id) }

    fileprivate struct Party {
        let id: String
        let kind: String
        let name: String
        let chinese: String
        /// Of its clocks: standard time, and whether they are put forward in summer.
        let hoursEast: Int
        let hasSummerTime: Bool
    }

    private static let parties = [
        Party(
            id: "us", kind: "state", name: "United States", chinese: "美国", hoursEast: -5,
            hasSummerTime: true),
        Party(
            id: "cn", kind: "state", name: "China", chinese: "中国", hoursEast: 8,
            hasSummerTime: false),
        Party(
            id: "acme", kind: "industry", name: "A company", chinese: "一家公司", hoursEast: -5,
            hasSummerTime: true),
    ]

    static let begins = "2025-10-01T00:00:00Z"
    static let ends = "2026-11-01T00:00:00Z"

    static func record(under agreement: Agreement, seed: UInt64) -> ExampleRecord {
        guard let start = Timestamp(text: begins), let end = Timestamp(text: ends) else {
            preconditionFailure("two instants")
        }
        return ExampleRecord(agreement: agreement, seed: seed, period: start..<end)
    }

    static func make(in folder: URL, seed: UInt64) async throws -> ExampleHomes {
        guard let start = Timestamp(text: begins) else { preconditionFailure("an instant") }
        let clock = ExampleClock(start)
        let outer = Surroundings.here
        let surroundings = Surroundings(
            clock: clock, randomness: SeededBytes(seed: seed), environment: outer.environment,
            files: .here, behalf: nil, output: { _ in }, errorOutput: outer.errorOutput)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return try await Surroundings.$current.withValue(surroundings) {
            let file = folder.appending(path: "agreement.json").path()
            for party in parties { try await initiate(party, in: folder) }
            try await compose(in: folder, file: file)
            for verb in ["sign", "adopt"] {
                for party in parties {
                    try await parley(
                        [
                            "agreement", verb, file, "--home",
                            folder.appending(path: party.id).path(),
                        ]
                    )
                }
            }
            let agreement = try AgreementFile.adopted(file).agreement
            return ExampleHomes(
                folder: folder, surroundings: surroundings, clock: clock,
                record: record(under: agreement, seed: seed))
        }
    }

    func home(of party: PartyID) throws -> Home {
        try Home(options: .parse(["--home", folder.appending(path: party.text).path()]))
    }

    /// A command as a person would give it.
    private static func parley(_ words: [String]) async throws {
        var command = try ParleyCommand.parseAsRoot(words)
        if var command = command as? any AsyncParsableCommand {
            try await command.run()
        } else {
            try command.run()
        }
    }

    private static func initiate(_ party: Party, in folder: URL) async throws {
        let calendar = folder.appending(path: "\(party.id)-calendar.json")
        try PrivateFile.write(Array(party.calendar.utf8), to: calendar, mode: 0o644)
        try await parley([
            "init", "--home", folder.appending(path: party.id).path(), "--agreement", "example",
            "--party", party.id, "--kind", party.kind, "--name", "en=\(party.name)", "--name",
            "zh-Hans=\(party.chinese)", "--organ-name", "en=Contact point", "--organ-name",
            "zh-Hans=联络点", "--url", "https://\(party.id).example.org:7443", "--language", "en",
            "--language", "zh-Hans", "--calendar", calendar.path(), "--valid-from", begins,
            "--valid-until", "2027-12-31T00:00:00Z", "--no-passphrase",
        ])
    }

    private static func compose(in folder: URL, file: String) async throws {
        let cards = parties.flatMap {
            ["--card", folder.appending(path: $0.id).appending(path: "card.json").path()]
        }
        try await parley(
            [
                "agreement", "new", "--name", "example", "--title",
                "en=Dialogue on cybercrime, generated", "--title", "zh-Hans=打击网络犯罪对话（自动生成）",
                "--exercise", "--effective-from", begins, "--out", file,
            ] + cards)
    }
}

extension ExampleHomes.Party {
    /// Weekends and New Year's Day alone, so that nobody takes it for a real one.
    fileprivate var calendar: String {
        let years = (2025...2027).map { year -> String in
            var offsets = [("\(year - 1)-11-03T06:00:00Z", hoursEast)]
            if hasSummerTime {
                let changes = [2025: ("03-09", "11-02"), 2026: ("03-08", "11-01")]
                let (spring, autumn) = changes[year] ?? ("03-14", "11-07")
                offsets += [
                    ("\(year)-\(spring)T07:00:00Z", hoursEast + 1),
                    ("\(year)-\(autumn)T06:00:00Z", hoursEast),
                ]
            }
            let list = offsets.map { #"{"from":"\#($0.0)","secondsEast":\#($0.1 * 3600)}"# }
            return #""\#(year)":{"asOf":"2025-09-30","daysOff":["\#(year)-01-01"],"#
                + #""offsets":[\#(list.joined(separator: ","))],"#
                + #""source":"made for an example","workingWeekends":[]}"#
        }
        let zone = hasSummerTime ? "America/New_York" : "Asia/Shanghai"
        return #"{"timeZone":"\#(zone)","weekend":[6,7],"#
            + #""years":{\#(years.joined(separator: ","))}}"#
    }
}

/// A clock that the example moves on.
final class ExampleClock: WallClock {
    private let instant: Mutex<Timestamp>

    init(_ now: Timestamp) { instant = Mutex(now) }

    func now() -> Timestamp { instant.withLock { $0 } }

    /// Nobody waits here: time goes on instead.
    func sleep(until instant: Timestamp) async { move(to: instant) }

    func move(to later: Timestamp) { instant.withLock { $0 = max($0, later) } }
}

/// Not random at all: keys of an example protect nothing.
final class SeededBytes: Randomness {
    private let generator: Mutex<SplitMix64>

    init(seed: UInt64) { generator = Mutex(SplitMix64(seed: seed)) }

    func bytes(count: Int) -> [UInt8] { generator.withLock { $0.bytes(count) } }
}
