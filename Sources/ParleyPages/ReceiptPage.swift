import ParleyLog
import ParleyService
import ParleyStatements

/// Where anybody has a receipt or an export checked: by their own browser, and by this node.
enum ReceiptPage {
    private static let textLimit = 200_000
    /// The codes of refusals that the browser's check can come to.
    static let reasons = [
        "browser-unable", "checkpoint-malformed", "checkpoint-origin-differs",
        "checkpoint-root-malformed", "checkpoint-size-malformed", "cosignature-time-unfit",
        "hash-malformed", "index-outside-tree", "json-malformed", "note-not-signed-by-known-key",
        "note-not-text", "note-signature-malformed", "note-signature-wrong",
        "note-signatures-missing", "note-too-long", "note-too-many-signatures", "number-malformed",
        "proof-too-long", "proof-too-short", "quorum-missing", "receipt-extra-malformed",
        "receipt-header-wrong", "receipt-malformed", "receipt-too-long", "root-differs",
        "too-many-hashes",
    ]
    static let steps = [
        "form", "checkpoint", "inclusion", "cosigned", "cosignatures", "statement", "signatures",
        "export", "refused",
    ]

    static func show(_ request: PageRequest) async throws -> PageReply {
        try await page(request, verdict: nil)
    }

    /// The node's own verdict, beside that of the browser.
    static func check(_ request: PageRequest) async throws -> PageReply {
        var given: JSONObject = ["text": .string(text(request))]
        if let statement = request.form.text("statement"), !statement.isEmpty {
            given = given.adding(["statement": .string(statement)])
        }
        return try await page(request, verdict: request.read("receipt.check", [:], given))
    }

    /// As it was pasted; what lost its last line end on the way has it again.
    private static func text(_ request: PageRequest) -> String {
        let text = request.form.whole("text") ?? ""
        if text.hasPrefix("{") { return text.trimmed }
        return text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
    }

    private static func page(
        _ request: PageRequest, verdict: JSONObject?
    ) async throws -> PageReply {
        let record = try await request.read("portal.record")
        let words = request.words
        let sheet = request.sheet
        var frame = Frame(sheet, title: words("public.receipt"))
        frame.publicPlace = .receipt
        frame.isBroad = true
        frame.script = Asset.named("receipt.js")
        return .page(
            frame.page { html in
                html(.h1, text: words("public.receipt"))
                html(.p, .class("lead"), text: words("receipt.about"))
                html.problem(request.problem, sheet)
                form(&html, request)
                html(.div, .class("versions verdicts")) { html in
                    html(.section, .id("browser"), .flag(.hidden)) { html in
                        html(.h2, text: words("receipt.browser"))
                        html(.p, .id("browser-verdict"), .plain(.role, "status"))
                        html(
                            .ol, .id("browser-steps"),
                            .plain(.dataQuorum, String(sheet.agreement.receiptQuorum)))
                    }
                    html(.section) { html in
                        html(.h2, text: words("receipt.node"))
                        if let verdict {
                            told(&html, verdict, words)
                        } else {
                            html(.p, .class("quiet"), text: words("receipt.not-asked"))
                        }
                    }
                }
                keys(&html, record, sheet)
                vocabulary(&html, words)
                html.check(
                    words("receipt.check"),
                    command: "parley receipt verify receipt.tlog-proof --statement sha256:… "
                        + "--agreement agreement.json")
            })
    }

    private static func form(_ html: inout HTML, _ request: PageRequest) {
        let words = request.words
        html(
            .form, .id("receipt"), .class("questions drop"), .plain(.method, "post"),
            .action(request.sheet.link("receipt"))
        ) { html in
            html.hidden("do", "check")
            if let viewer = request.sheet.viewer { html.hidden("form-token", viewer.formToken) }
            html(.div, .class("field"), .flag(.hidden)) { html in
                html.label(words("receipt.file"), for: "receipt-file")
                html(.p, .class("hint"), text: words("receipt.file-hint"))
                html.input([.type("file"), .id("receipt-file")])
            }
            html(.div, .class("field")) { html in
                html.label(words("receipt.text"), for: "receipt-text")
                html(
                    .textarea, .name("text"), .id("receipt-text"), .class("mono"),
                    .plain(.rows, "10"), .plain(.spellcheck, "false"), .flag(.required),
                    .plain(.maxlength, String(textLimit)), text: text(request))
            }
            html.field(
                "statement", words("receipt.statement"), request,
                hint: words("receipt.statement-hint"), isRequired: false
            ) { [.plain(.spellcheck, "false"), .plain(.autocomplete, "off")] }
            html(.button, .class("main"), text: words("receipt.do"))
        }
    }

    private static func told(_ html: inout HTML, _ verdict: JSONObject, _ words: Words) {
        let outcome = verdict.text("verdict") ?? ""
        let mark = ["proven": "ok", "open": "open"][outcome] ?? "wrong"
        html(
            .p, .class("verdict step-\(mark)"), .plain(.role, "status"),
            text: words("verdict.\(outcome)"))
        html(.ol) { html in
            for step in verdict.objects("steps") {
                let outcome = step.text("outcome") ?? ""
                html(.li, .class("step-\(outcome)")) { html in
                    html(.strong, text: words("outcome.\(outcome)").spaced)
                    html.text(words("step.\(step.text("step") ?? "")"))
                    guard let reason = step.text("reason") else { return }
                    html.text(" ")
                    if let known = words.known("reason.\(reason)") {
                        html.text(known)
                    } else {
                        html(.span, .lang("en"), text: step.text("explanation") ?? "")
                    }
                    html.text(" [\(reason)]")
                }
            }
            for one in verdict.objects("cosigned") {
                html(.li, .class("step-ok")) { html in
                    html(.strong, text: words("outcome.ok").spaced)
                    html.text(
                        words("step.cosigned").spaced + (one.text("name") ?? "") + ", "
                            + (one.text("time") ?? ""))
                }
            }
        }
        html(.dl, .class("facts")) { html in
            if let log = verdict.text("log") {
                html.fact(words("receipt.log")) { $0.text(log) }
            }
            if let index = verdict.number("index") {
                html.fact(words("receipt.index")) { $0.text(String(index)) }
            }
            if let size = verdict.number("size") {
                html.fact(words("record.size")) {
                    $0.text(words.count("record.entries", Int(size)))
                }
            }
            if let statements = verdict.number("statements") {
                html.fact(words("receipt.statements")) { $0.text(String(statements)) }
            }
        }
    }

    /// What the browser believes: the keys that the agreement lists, to be compared elsewhere.
    private static func keys(_ html: inout HTML, _ record: JSONObject, _ sheet: Sheet) {
        let words = sheet.words
        html(.h2, text: words("receipt.keys"))
        html(.p, text: words("receipt.keys-about"))
        html(.dl, .class("facts keys")) { html in
            for log in record.objects("logs") {
                let party = log.text("party") ?? ""
                for (name, mark) in [("logKey", "log-key"), ("witnessKey", "witness-key")] {
                    guard let key = log.text(name) else { continue }
                    html.fact(words("receipt.\(mark)", ("party", sheet.named(party)))) {
                        $0(
                            .code, .class("digest"), .plain(.data, mark),
                            .plain(.dataParty, party), text: key)
                    }
                }
            }
            for key in record.texts("outsideWitnesses") {
                html.fact(words("record.outside-witness")) {
                    $0(.code, .class("digest"), .plain(.data, "witness-key"), text: key)
                }
            }
        }
    }

    /// The words that the script puts together; it makes none.
    private static func vocabulary(_ html: inout HTML, _ words: Words) {
        let keys =
            steps.map { "step." + $0 } + ["ok", "wrong", "open"].map { "outcome." + $0 }
            + ["proven", "not-proven", "open"].map { "verdict." + $0 }
            + reasons.map { "reason." + $0 }
        html(.ul, .id("receipt-words"), .flag(.hidden)) { html in
            for key in keys { html(.li, .plain(.data, key), text: words(key)) }
        }
    }
}
