import Foundation

// law-embed FOLDER OUTPUT: one Swift file that holds every JSON file of the folder as a literal.
let arguments = CommandLine.arguments
guard arguments.count == 3 else {
    FileHandle.standardError.write(Data("usage: law-embed FOLDER OUTPUT\n".utf8))
    exit(64)
}
let files = try FileManager.default
    .contentsOfDirectory(
        at: URL(filePath: arguments[1], directoryHint: .isDirectory),
        includingPropertiesForKeys: nil
    )
    .filter { $0.pathExtension == "json" }
    .sorted { $0.lastPathComponent < $1.lastPathComponent }
var text = "/// Made by law-embed from Sources/ParleyLaw/Data.\nenum EmbeddedLawData {\n"
text += "    static let files: [(name: String, text: StaticString)] = [\n"
for file in files {
    let content = try String(contentsOf: file, encoding: .utf8)
    // Two marks on each side: JSON text holds neither the end of such a literal nor its escape.
    text += "        (\n\"\(file.deletingPathExtension().lastPathComponent)\",\n##\"\"\"\n"
    text += content + "\"\"\"##),\n"
}
text += "    ]\n}\n"
try text.write(to: URL(filePath: arguments[2]), atomically: true, encoding: .utf8)
