import ArgumentParser
import Foundation
import Logging
import ParleyWeb

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run this home's node until it is stopped.",
        usage: "parley serve [--home <home>] [--config <file>] [<settings>]",
        discussion: """
            Peers reach the node over TLS 1.3; both sides compare keys with the pins in the \
            agreement and believe nothing else. The log is served below /log/ and the agreement's \
            name, to parties and, as far as the agreement opens it, to anybody. Commands on this \
            machine reach the node over a socket in the home.

            Example:
              parley serve --home us --listen 127.0.0.1:7443 --peer cn=192.0.2.7:7443

            \(SettingWords.help)
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var options: SettingOptions

    func run() async throws {
        // Before the settings are read, what is wrong with them is told as the command line asks.
        let json = (try? SettingFlags(options.given))?.values["json"] == .flag(true)
        try await reporting(json: json) {
            let settings = try await options.settings(in: home)
            let level = LogLevel(LogLevel.named(in: settings))
            let logger = LineLogHandler.logger(for: settings, level: level)
            let serving = try Serving(
                home: try Home(options: home), settings: settings, logger: logger)
            let lock = try await HomeLock.forServing(serving.home)
            defer { lock.release() }
            let rereading = Rereading(
                options: options, homeOptions: home, serving: serving, level: level)
            try await StopSignal.listening(
                insisted: {
                    logger.warning("ended at once, having been asked twice")
                    // Whatever was acknowledged is on the disk already.
                    _exit(1)
                },
                rereading: rereading.run
            ) { stop in
                while true {
                    try await serving.serve(until: stop)
                    if stop.isRaised { break }
                    logger.notice("taking up a new version of the agreement, or a new key")
                }
            }
        }
    }
}
