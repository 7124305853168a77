import ParleyService
import ParleyStatements

/// Commands of the command line, as pages give them: what only a command can say, a page shows.
extension PageRequest {
    /// As much as a command may print.
    private static let outputLimitBytes = 4 << 20

    /// - Parameter line: the words of the command, without `--json`.
    /// - Parameter allowed: the exit codes with which it has said what it was asked for.
    /// - Returns: what it said, and what it wrote.
    /// - Throws: ``Problem`` as the API would have it, or what could not be found out.
    func command(
        _ line: [String], allowing allowed: [Int64] = [0]
    ) async throws -> (said: JSONObject, files: [JSONObject]) {
        let words = (line + ["--json"]).map(JSONValue.string)
        let result = try await read("command.run", [:], ["words": .array(words)])
        guard allowed.contains(result.number("exitCode") ?? 1) else {
            throw Self.problem(of: result)
        }
        let output = Array((result.text("output") ?? "").utf8)
        guard
            case .object(let said)? = try? JSONValue(
                parsing: output, limitBytes: Self.outputLimitBytes)
        else { throw Problem(status: 422, reason: "command-failed", detail: "the command failed") }
        return (said, result.objects("files"))
    }

    private static func problem(of result: JSONObject) -> Problem {
        let output = Array((result.text("errorOutput") ?? "").utf8)
        guard case .object(let said)? = try? JSONValue(parsing: output, limitBytes: 1 << 16) else {
            return Problem(status: 422, reason: "command-failed", detail: "the command failed")
        }
        return Problem(
            status: 422, reason: said.text("error") ?? "command-failed",
            detail: said.text("message") ?? "", hint: said.text("hint"))
    }
}

extension HTML {
    /// What a command wrote, to be kept.
    mutating func written(_ files: [JSONObject], _ note: String, _ sheet: Sheet) {
        self(.div, .class("note"), .plain(.role, "status")) { html in
            html(.p, text: note)
            html(.ul) { html in
                for file in files {
                    html(.li) { html in
                        html(
                            .a, .href(Link(api: "files", file.text("file") ?? "", "content")),
                            .plain(.download, "")
                        ) { html in
                            let path = file.text("path").flatMap { $0.isEmpty ? nil : $0 }
                            html(.bdi, text: path ?? file.text("name") ?? "")
                        }
                        html.text(" · " + sheet.size(file.number("sizeBytes") ?? 0))
                    }
                }
            }
        }
    }
}
