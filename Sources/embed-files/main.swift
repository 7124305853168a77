import Foundation

// embed-files FOLDER OUTPUT: one Swift file that holds every text file of the folder as a literal.
let arguments = CommandLine.arguments
guard arguments.count == 3 else {
    FileHandle.standardError.write(Data("usage: embed-files FOLDER OUTPUT\n".utf8))
    exit(64)
}
// Three marks on each side: no file may hold the end of such a literal, nor its escape.
let marks = "###"
let files = try FileManager.default
    .contentsOfDirectory(
        at: URL(filePath: arguments[1], directoryHint: .isDirectory),
        includingPropertiesForKeys: nil
    )
    .filter { !$0.lastPathComponent.hasPrefix(".") }
    .sorted { $0.lastPathComponent < $1.lastPathComponent }
var text = "/// Made by embed-files of the target's folder Data.\nenum EmbeddedFiles {\n"
text += "    static let all: [(name: String, text: StaticString)] = [\n"
for file in files {
    let content = try String(contentsOf: file, encoding: .utf8)
    guard !content.contains("\"\"\"" + marks), !content.contains("\\" + marks) else {
        FileHandle.standardError.write(Data("\(file.path): cannot stand in a literal\n".utf8))
        exit(65)
    }
    // The literal ends before its last line end; each file has one of its own.
    text += "        (\n\"\(file.lastPathComponent)\",\n\(marks)\"\"\"\n"
    text += content + "\"\"\"\(marks)),\n"
}
text += "    ]\n}\n"
try text.write(to: URL(filePath: arguments[2]), atomically: true, encoding: .utf8)
