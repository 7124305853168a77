import ParleyService
import ParleyStatements

/// A thread with all its proofs as one file, and how anybody checks it without this node.
enum ProofPage {
    static func show(_ request: PageRequest) async throws -> PageReply {
        try await show(request, written: nil)
    }

    static func write(_ request: PageRequest) async throws -> PageReply {
        let thread = request.parameter("thread")
        let line = ["export", thread, "--out", "\(thread).json"]
        return try await show(request, written: try await request.command(line).files)
    }

    private static func show(
        _ request: PageRequest, written: [JSONObject]?
    ) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let id = request.parameter("thread")
        let thread = try await request.read("thread.show", ["thread": id])
        return .page(
            Frame(sheet, title: words("proof.title"), place: .threads).page { html in
                html(.h1, text: words("proof.title"))
                html.problem(request.problem, sheet)
                html(.p) { html in
                    html.text(sheet.title(of: thread) + " · ")
                    html(.a, .href(sheet.link("desk", "threads", id))) { $0(.code, text: id) }
                }
                html(.p, .class("reading"), text: words("proof.about"))
                if let written { html.written(written, words("proof.written"), sheet) }
                html.form("write", request, class: "actions") { html in
                    html(
                        .button, .class(written == nil ? "main" : "plain"),
                        text: words("proof.write"))
                    html(
                        .a, .class("button"), .href(sheet.link("receipt")),
                        text: words("proof.check"))
                }
                html.check(
                    words("proof.check-apart"),
                    command: "parley verify \(id).json --agreement agreement.json")
            })
    }
}
