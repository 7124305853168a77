import Logging
import ParleyLog
import ParleyNode
import ParleyStatements
import Synchronization

/// The least that is logged, which a running node may be told anew.
final class LogLevel: Sendable {
    private let level: Mutex<Logger.Level>

    init(_ level: Logger.Level) { self.level = Mutex(level) }

    var least: Logger.Level {
        get { level.withLock { $0 } }
        set { level.withLock { $0 = newValue } }
    }

    /// The level that the setting `log-level` names.
    static func named(in settings: Settings) -> Logger.Level {
        guard let level = settings.text("log-level").flatMap(Logger.Level.init(rawValue:)) else {
            preconditionFailure("the table of settings names levels alone")
        }
        return level
    }
}

/// One line an event on standard error: time, level, message, and its facts.
struct LineLogHandler: LogHandler {
    let json: Bool
    let clock: any WallClock
    let output: @Sendable (String) -> Void
    /// Of the whole process: who copies a logger and sets its own level changes nothing.
    let shared: LogLevel
    var metadata: Logger.Metadata = [:]

    var logLevel: Logger.Level {
        get { shared.least }
        set {}
    }

    static func logger(for settings: Settings, level: LogLevel) -> Logger {
        let output = Surroundings.here.errorOutput
        let clock = Surroundings.here.clock
        let json = settings.isOn("json")
        return Logger(label: "parley") { _ in
            LineLogHandler(json: json, clock: clock, output: output, shared: level)
        }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { $1 }.sorted { $0.key < $1.key }
        if json {
            let members = facts.map {
                JSONObject.Member(name: $0.key, value: .string("\($0.value)"))
            }
            let line = JSONValue.object([
                "at": .string(clock.now().text), "level": .string(event.level.rawValue),
                "message": .string("\(event.message)"), "facts": .object(JSONObject(members)),
            ])
            output(String(decoding: line.canonicalBytes, as: UTF8.self))
        } else {
            let words = facts.map { " \($0.key)=\($0.value)" }.joined()
            output("\(clock.now()) \(event.level) \(event.message)\(words)")
        }
    }
}
