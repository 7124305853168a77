import ArgumentParser
package import Foundation
import ParleyLog
import ParleyService
import ParleyStatements
import Synchronization

/// Where the files lie that a command line names.
///
/// The type of an option says whether it names a file, so that a command given from elsewhere
/// reaches what was sent along with it and nothing else of the node's machine.
package enum CommandFiles: Sendable {
    /// Where the command runs.
    case here
    /// Nowhere yet: what is named is noted, to be sent along.
    case noted(FileNotes)
    /// In a folder that was made for this command: each input under the name that it was given,
    /// each output at a place of its own.
    case brought(folder: URL, inputs: [String: String])
}

/// The inputs and outputs that a command line names.
package final class FileNotes: Sendable {
    private let names = Mutex<(inputs: [String], outputs: [String])>(([], []))

    func noteInput(_ text: String) { names.withLock { $0.inputs.append(text) } }
    func noteOutput(_ text: String) { names.withLock { $0.outputs.append(text) } }

    /// Each once, in order.
    var inputs: [String] { Self.unique(names.withLock { $0.inputs }) }
    var outputs: [String] { Self.unique(names.withLock { $0.outputs }) }

    private static func unique(_ texts: [String]) -> [String] {
        var seen: Set<String> = []
        return texts.filter { seen.insert($0).inserted }
    }
}

/// A file that a command reads.
struct InputFile: ExpressibleByArgument, Hashable, CustomStringConvertible {
    /// As the command line has it.
    let text: String

    init(_ text: String) { self.text = text }

    init(argument: String) {
        text = argument
        if case .noted(let notes)? = Surroundings.current?.files { notes.noteInput(argument) }
    }

    /// - Throws: `file-not-brought` for what was not sent along with the command.
    func path() throws -> String {
        switch Surroundings.here.files {
        case .here, .noted: return text
        case .brought(let folder, let inputs):
            guard let place = inputs[text] else {
                throw CommandFailure.refused(
                    "file-not-brought", "\(text) was not sent along with the command")
            }
            return folder.appending(path: place).path()
        }
    }

    /// Its last component, as it was given.
    var name: String { URL(filePath: text).lastPathComponent }

    var description: String { text }

    func read(limitBytes: Int) throws -> [UInt8] {
        try PrivateFile.read(try path(), named: text, limitBytes: limitBytes)
    }
}

/// A file or folder that a command writes.
struct OutputPlace: ExpressibleByArgument, Hashable, CustomStringConvertible {
    /// As the command line has it.
    let text: String

    init(_ text: String) { self.text = text }

    init(argument: String) {
        text = argument
        if case .noted(let notes)? = Surroundings.current?.files { notes.noteOutput(argument) }
    }

    var description: String { text }
    var file: URL { url(isFolder: false) }
    var folder: URL { url(isFolder: true) }

    private func url(isFolder: Bool) -> URL {
        let hint: URL.DirectoryHint = isFolder ? .isDirectory : .notDirectory
        switch Surroundings.here.files {
        case .here, .noted: return URL(filePath: text, directoryHint: hint)
        case .brought(let folder, _):
            // A name that holds any other: what was asked for is not what is written to.
            return folder.appending(path: "out")
                .appending(path: Hex.encode(Array(text.utf8)), directoryHint: hint)
        }
    }
}

/// Words given as they are, as `@FILE`, or as `-` for what is piped in.
struct GivenText: ExpressibleByArgument, Hashable {
    private enum Source: Hashable {
        case words(String)
        case file(InputFile)
    }

    private let source: Source

    init(argument: String) {
        if argument == "-" {
            source = .file(InputFile(argument: argument))
        } else if argument.hasPrefix("@") {
            source = .file(InputFile(argument: String(argument.dropFirst())))
        } else {
            source = .words(argument)
        }
    }

    /// - Throws: `text-malformed` for what is not UTF-8.
    func read() throws -> String {
        let bytes: [UInt8]
        switch source {
        case .words(let text): return text
        case .file(let file) where file.text == "-" && Surroundings.here.files.areHere:
            bytes = Array(
                try FileHandle.standardInput.read(upToCount: StatementBody.sizeLimitBytes + 1)
                    ?? Data())
        case .file(let file): bytes = try file.read(limitBytes: StatementBody.sizeLimitBytes)
        }
        // A text that is cut in the middle of a character is no text.
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure.refused(
                "text-malformed", "the text is not UTF-8", hint: "save it as UTF-8")
        }
        return text
    }
}

extension CommandFiles {
    fileprivate var areHere: Bool {
        if case .here = self { return true }
        return false
    }
}

/// `LANGUAGE=TEXT`, the text as ``GivenText`` has it.
struct GivenVersion: ExpressibleByArgument, Hashable {
    private let argument: String
    private let language: String?
    private let text: GivenText?

    init(argument: String) {
        self.argument = argument
        let parts = argument.split(separator: "=", maxSplits: 1)
        language = parts.count == 2 ? String(parts[0]) : nil
        text = parts.count == 2 ? GivenText(argument: String(parts[1])) : nil
    }

    func read(isAuthentic: Bool, isMachine: Bool = false) throws -> StatementBody.Text {
        guard let language, let text else {
            throw CommandFailure.refused(
                "version-malformed", "\(argument) is not a text in a language",
                hint: "write zh-Hans=TEXT, or zh-Hans=@FILE")
        }
        return .init(
            language: try languageArgument(language), text: try text.read(),
            isAuthentic: isAuthentic, isMachine: isMachine)
    }
}

/// What is named by a plain file of it, or by its id.
struct FileOrID: ExpressibleByArgument, Hashable {
    let text: String

    init(argument: String) {
        text = argument
        if !argument.hasPrefix("sha256:"), FileManager.default.fileExists(atPath: argument),
            case .noted(let notes)? = Surroundings.current?.files
        {
            notes.noteInput(argument)
        }
    }
}

extension InputFile {
    /// The path of the file of that name, where there is one.
    static func ifThere(_ text: String) -> String? {
        switch Surroundings.here.files {
        case .here, .noted: FileManager.default.fileExists(atPath: text) ? text : nil
        case .brought: try? InputFile(text).path()
        }
    }
}
