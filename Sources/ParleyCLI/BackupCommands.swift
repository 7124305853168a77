import ArgumentParser
import Foundation
import ParleyLog
import ParleyStatements
import ParleyStore

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "Copies of a home, made while its node runs.",
        discussion: """
            Example:
              parley backup make --home us --to /mnt/backup/us-2026-11-30
              parley backup check /mnt/backup/us-2026-11-30
            """,
        subcommands: [
            BackupMakeCommand.self, BackupCheckCommand.self, BackupRestoreCommand.self,
        ])
}

struct BackupMakeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "make", abstract: "Copy this home, whether or not its node runs.",
        discussion: """
            The folder holds the ledger and the desk (accounts, drafts, the trail) as they stood \
            at one moment, every body and exhibit that they name, the agreement's versions, \
            settings, and a list of all of it with how the log stood. Keys are in it only with \
            --with-keys. Left out are last-signed, which no backup may hold, and what is made \
            again by itself, such as the views. Keep the folder as you keep the home: its desk \
            holds what people sign in with.

            Example:
              parley backup make --home us --to /mnt/backup/us-2026-11-30
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Option(help: "Folder to make.") var to: OutputPlace
    @Flag(name: .customLong("with-keys"), help: "Copy keys/ too, each key as it is encrypted.")
    var withKeys = false

    func run() async throws {
        try await reporting(json: flag.json) {
            let home = try Home(options: home)
            try checkPlace(home)
            // Two at once into one folder would take away each other's drafts.
            let lock = try HomeLock(home: home, file: "backup.lock")
            defer { lock.release() }
            var making = BackupMaking(
                home: home, holdsKeys: withKeys, folder: try FolderWriter(folder: to.folder),
                json: flag.json)
            do {
                try await home.trail.record("backup.make", [""])
                let manifest = try making.make()
                tell(manifest, making)
            } catch {
                making.folder.abandon()
                throw error
            }
        }
    }

    /// A copy inside what is copied is lost with it.
    private func checkPlace(_ home: Home) throws {
        let inner = to.folder.standardizedFileURL.resolvingSymlinksInPath().pathComponents
        let outer = home.folder.standardizedFileURL.resolvingSymlinksInPath().pathComponents
        guard !inner.starts(with: outer) else {
            throw CommandFailure.refused(
                "backup-in-home", "\(to.text) lies in the home itself",
                hint: "choose a folder elsewhere, on another disk at best")
        }
    }

    private func tell(_ manifest: BackupManifest, _ making: BackupMaking) {
        let words = BackupWords(manifest, Digest(hashing: manifest.bytes))
        emit(
            words.json.adding([
                "folder": .string(to.text),
                "warnings": .array(making.warnings.map { .string($0) }),
                "left": .array(
                    making.left.map {
                        .object(["file": .string($0.name), "because": .string($0.why)])
                    }),
            ]), json: flag.json,
            lines: ["backed up \(manifest.seat) to \(to.text)"] + words.lines
                + ["  in it: " + manifest.places.joined(separator: ", ")]
                + making.warnings.map { "  warning: \($0)" }
                + ["  not in it:"] + making.left.map { "    \($0.name): \($0.why)" }
                + ["  check it anywhere with: parley backup check \(to.text)"])
    }
}

struct BackupCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check that a backup is whole and not changed.",
        discussion: """
            Every file is held to the list, the databases are looked through by SQLite, and the \
            log's root is worked out anew from every statement. Needs no home and no key. The \
            list is not signed: --manifest takes the digest that was printed when the backup was \
            made, and finds a list that was changed since.

            Example:
              parley backup check /mnt/backup/us-2026-11-30 --manifest sha256:…
            """)

    @OptionGroup var flag: JSONFlag
    @Argument(help: "The backup's folder.") var folder: String
    @Option(help: "The digest of its list, as it was noted elsewhere.") var manifest: String?

    func run() async throws {
        try await reporting(json: flag.json) {
            let check = try BackupCheck.of(folder, manifest: manifest, json: flag.json)
            emit(check.json, json: flag.json, lines: check.lines)
            if !check.faults.isEmpty {
                throw ExitCode(CommandFailure.Kind.notProven.rawValue)
            }
        }
    }
}

struct BackupRestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore", abstract: "Make a home of a backup, where there is none.",
        discussion: """
            The backup is checked first. The home that comes of it signs nothing until parley log \
            recover has asked every peer what it has cosigned of this home's log: where a peer has \
            cosigned more than the backup holds, a newer one is needed.

            Example:
              parley backup restore /mnt/backup/us-2026-11-30 --home us
            """)

    @OptionGroup var home: HomeOptions
    @OptionGroup var flag: JSONFlag
    @Argument(help: "The backup's folder.") var folder: String
    @Option(help: "The digest of its list, as it was noted elsewhere.") var manifest: String?

    func run() async throws {
        try await reporting(json: flag.json) {
            let place = home.folder
            guard !FileManager.default.fileExists(atPath: place.path()) else {
                throw CommandFailure.refused(
                    "home-exists", "\(place.path()) is there already",
                    hint: "a backup is never restored over anything; choose another folder, or "
                        + "move that one away")
            }
            let check = try BackupCheck.of(folder, manifest: manifest, json: flag.json)
            if let fault = check.faults.first {
                throw CommandFailure.notProven(
                    fault.reason, "\(fault.path ?? folder) \(fault.explanation)",
                    hint: "see all of it with: parley backup check \(folder)")
            }
            var restoring = BackupRestoring(
                manifest: check.manifest, source: check.folder,
                home: try FolderWriter(folder: place))
            do {
                try restoring.restore()
            } catch {
                restoring.home.abandon()
                throw error
            }
            tell(check, place)
        }
    }

    private func tell(_ check: BackupCheck, _ place: URL) {
        let recover = "parley log recover --home \(place.path())"
        let keys =
            check.manifest.holdsKeys
            ? [] : ["  put its keys back first, into \(place.appending(path: "keys").path())"]
        let words = BackupWords(check.manifest, check.digest)
        emit(
            words.json.adding(["home": .string(place.path()), "next": .string(recover)]),
            json: flag.json,
            lines: ["restored \(check.manifest.seat) to \(place.path())"] + words.lines + keys
                + [
                    "  it signs nothing yet; next: \(recover)",
                    "  do not let the home that this was copied from run beside it",
                ])
    }
}

extension BackupCheck {
    /// A backup that was checked to the end.
    fileprivate static func of(
        _ folder: String, manifest: String?, json: Bool
    ) throws -> BackupCheck {
        var check = try BackupCheck(URL(filePath: folder, directoryHint: .isDirectory))
        if let manifest {
            guard let expected = Digest(text: manifest) else {
                throw CommandFailure.refused(
                    "digest-malformed", "\(manifest) is not a digest",
                    hint: "write sha256: and 64 digits")
            }
            guard expected == check.digest else {
                throw CommandFailure.notProven(
                    "manifest-differs", "the list is \(check.digest.text), not \(manifest)")
            }
        }
        try check.run(json: json)
        return check
    }
}
