import ArgumentParser
import ParleyService
import ParleyStatements

struct APICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "api", abstract: "The node's interface for programs.",
        discussion: "Example:\n  parley api document > openapi.json",
        subcommands: [APIDocumentCommand.self])
}

struct APIDocumentCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "document", abstract: "Print the API's document (OpenAPI 3.1).",
        discussion: "Example:\n  parley api document > openapi.json")

    func run() {
        Surroundings.here.output(
            String(decoding: JSONValue.object(OpenAPI.document).indentedBytes, as: UTF8.self))
    }
}
