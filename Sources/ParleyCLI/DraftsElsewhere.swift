import Foundation
import ParleyService
import ParleyStatements
import ParleyWeb

/// A draft at a node's desk, from looking at it to its leaving.
struct DraftsElsewhere {
    let client: APIClient
    let json: Bool

    /// Shows what would leave, and sends it when it is confirmed.
    ///
    /// - Parameter isConfirmed: without asking; else who sits at a terminal is asked.
    func offer(_ draft: String, isConfirmed: Bool) async throws {
        let preview = try await client.call(.post, "/drafts/\(draft)/preview") ?? [:]
        guard case .string(let digest)? = preview["preview"] else {
            throw APIClientFailure.answerMalformed(status: 200)
        }
        let waits =
            preview["needsApproval"] == .bool(true) && preview["approved"] != .bool(true)
        if waits || !isConfirmed && isatty(STDIN_FILENO) == 0 {
            emit(
                ["draft": .string(draft), "preview": .object(preview)], json: json,
                lines: Self.lines(preview) + [
                    waits
                        ? "  not sent: somebody else approves it first, then: "
                            + "parley --node … draft send \(draft)"
                        : "  not sent: parley --node … --yes draft send \(draft)"
                ])
            return
        }
        if !isConfirmed {
            Surroundings.here.errorOutput(Self.lines(preview).joined(separator: "\n"))
            Surroundings.here.errorOutput("Send this? yes or no: ")
            guard readLine()?.lowercased() == "yes" else {
                Surroundings.here.errorOutput("parley: not sent; it stays as the draft \(draft)")
                return
            }
        }
        try await send(draft, digest, preview)
    }

    private func send(_ draft: String, _ digest: String, _ preview: JSONObject) async throws {
        let sent = try await client.call(
            .post, "/drafts/\(draft)/statement", ["preview": .string(digest)])
        guard case .string(let statement)? = sent?["statement"],
            case .object(let header)? = preview["header"],
            case .string(let thread)? = header["thread"], case .string(let act)? = header["act"]
        else { throw APIClientFailure.answerMalformed(status: 200) }
        emit(
            [
                "statement": .string(statement), "thread": .string(thread), "act": .string(act),
                "draft": .string(draft),
            ], json: json,
            lines: ["\(act) recorded", "  thread    \(thread)", "  statement \(statement)"])
    }

    /// What leaves, to whom, in which seal.
    static func lines(_ preview: JSONObject) -> [String] {
        func text(_ value: JSONValue?) -> String? {
            if case .string(let text)? = value { return text }
            return nil
        }
        func list(_ value: JSONValue?) -> String {
            guard case .array(let values)? = value else { return "" }
            return values.compactMap { text($0) }.joined(separator: ", ")
        }
        guard case .object(let header)? = preview["header"] else { return [] }
        var lines = ["\(text(header["act"]) ?? "-") would leave, to \(list(header["to"]))"]
        if preview["exercise"] == .bool(true) { lines.append("  EXERCISE") }
        lines.append("  thread    \(text(header["thread"]) ?? "-")")
        let seals = list(preview["sealedTo"])
        lines.append(
            seals.isEmpty ? "  nothing is sealed: the header is all" : "  sealed to \(seals)")
        if case .object(let terms)? = header["terms"], !terms.members.isEmpty {
            let bytes = JSONValue.object(terms).canonicalBytes
            lines.append("  terms     " + String(decoding: bytes, as: UTF8.self))
        }
        guard case .object(let body)? = preview["body"] else { return lines }
        if case .array(let texts)? = body["texts"] {
            for case .object(let one) in texts {
                lines.append("  [\(text(one["language"]) ?? "")] \(text(one["text"]) ?? "")")
            }
        }
        if case .object(let fields)? = body["fields"] {
            lines += fields.members.map { "  \($0.name): \(text($0.value) ?? "")" }
        }
        if case .array(let exhibits)? = body["exhibits"] {
            for case .object(let one) in exhibits {
                lines.append("  exhibit \(text(one["name"]) ?? "") \(text(one["digest"]) ?? "")")
            }
        }
        return lines
    }
}
