import ArgumentParser
import Foundation

/// How a command line gives settings, beside those of the home.
///
/// The flags themselves stand in the table ``Setting/all``, and not here: so they have one home,
/// with the environment's and the file's names.
struct SettingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "File of settings (else PARLEY_CONFIG, else parley.json in the home, if it is there).",
            valueName: "file"))
    var config: String?

    @Argument(
        parsing: .allUnrecognized,
        help: ArgumentHelp("Settings, as listed above.", valueName: "settings"))
    var given: [String] = []

    func validate() throws {
        do {
            _ = try SettingFlags(given)
        } catch {
            throw ValidationError("\(error.message) (\(error.hint))")
        }
    }

    /// The file to read, nil where none was named and the home has none.
    func file(in home: HomeOptions) -> String? {
        if let named = config ?? Surroundings.here.environment["PARLEY_CONFIG"] { return named }
        let usual = home.folder.appending(path: SettingsFile.usualName).path()
        return FileManager.default.fileExists(atPath: usual) ? usual : nil
    }

    func settings(in home: HomeOptions) async throws -> Settings {
        do {
            return try await Settings(
                flags: try SettingFlags(given), environment: Surroundings.here.environment,
                file: try file(in: home).map { try SettingsFile.read($0) })
        } catch let refusal as SettingRefusal {
            throw refusal.failure
        }
    }
}
