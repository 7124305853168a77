import ParleyLog
import ParleyService
import ParleyStatements

/// One column of questions, as the act and its basis in law ask them, and nothing else.
enum ComposerPage {
    static func show(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let answer = try await request.ask("draft.show", ["draft": request.parameter("draft")])
        let draft = answer.json ?? [:]
        let saved = draft.object("content")
        // What was typed goes before what was saved; the reader sees both.
        let isAgain = request.problem != nil && request.form.has("act")
        let content = isAgain ? (try? ComposerForm(request.form).content) ?? saved : saved
        var template: JSONObject?
        var obstacle: Problem?
        do {
            template = try await request.read(
                "act.show", ["act": content.text("act") ?? ""], wish(of: content))
        } catch let problem as Problem {
            obstacle = problem
        }
        let layout = ComposerLayout(
            request: request, draft: draft, tag: answer.tag ?? "", content: content,
            saved: saved, template: template, obstacle: obstacle)
        let title = sheet.title(of: content.text("act") ?? "")
        return .page(Frame(sheet, title: title, place: .drafts).page { layout.write(&$0, title) })
    }

    /// What is known already of what is going to be said.
    static func wish(of content: JSONObject) -> JSONObject {
        if let thread = content.text("thread") { return ["thread": .string(thread)] }
        var members: [JSONObject.Member] = []
        for name in ["kind", "basis"] {
            if let text = content.object("terms").text(name) {
                members.append(.init(name: name, value: .string(text)))
            }
        }
        let to = content.texts("to")
        if to.count == 1 { members.append(.init(name: "to", value: .string(to[0]))) }
        return JSONObject(members)
    }
}

struct ComposerLayout {
    let request: PageRequest
    let draft: JSONObject
    let tag: String
    let content: JSONObject
    let saved: JSONObject
    let template: JSONObject?
    let obstacle: Problem?

    private var sheet: Sheet { request.sheet }
    private var words: Words { request.words }
    private var terms: JSONObject { content.object("terms") }

    func write(_ html: inout HTML, _ title: String) {
        html(.h1, text: title)
        html(.p, .class("quiet")) { html in
            html.text(
                words(
                    "drafts.by", ("account", draft.text("editor") ?? ""),
                    ("n", String(draft.number("revision") ?? 0))) + " ")
            html.time(draft.text("saved"), sheet)
            html.text(" · " + DraftPages.standing(of: draft, words))
        }
        html.problem(request.problem, sheet)
        if case .object(let review)? = draft["review"], !review.flag("approved") {
            html(.div, .class("note")) { html in
                html(.p, text: words("draft.returned-by", ("account", review.text("by") ?? "")))
                html.said(review.text("note") ?? "", language: nil)
            }
        }
        if request.problem?.reason == "draft-changed" { theirs(&html) }
        if let obstacle { html.problem(obstacle, sheet) }
        if content.object("fields").text("words") == "company" {
            html(.p, .class("note"), text: words("draft.company-words"))
        }
        if draft.text("state") != "open" {
            html(.p, .class("note"), text: words("draft.state-\(draft.text("state") ?? "")"))
            html.body(saved, sheet)
            return
        }
        guard let template else {
            html.body(saved, sheet)
            html.act("discard", words("draft.discard"), request)
            return
        }
        guard sheet.may("draft.change") else {
            html.body(saved, sheet)
            return
        }
        form(&html, template)
    }

    /// The text of whoever saved in between: seen first, then chosen.
    private func theirs(_ html: inout HTML) {
        html(.section, .class("note")) { html in
            html(.h2, text: words("draft.other", ("account", draft.text("editor") ?? "")))
            html.body(saved, sheet)
            html(.p, text: words("draft.choose"))
        }
    }

    private func form(_ html: inout HTML, _ template: JSONObject) {
        html(
            .form, .class("questions"), .plain(.method, "post"),
            .action(sheet.link(Address(steps: sheet.address.steps))), .plain(.data, "draft")
        ) { html in
            if let viewer = sheet.viewer { html.hidden("form-token", viewer.formToken) }
            html.hidden("tag", tag)
            for name in ["act", "thread", "document"] {
                if let text = content.text(name) { html.hidden(name, text) }
            }
            addressees(&html, template.object("to"))
            settles(&html, template)
            let terms = template.objects("terms").filter {
                !$0.flag("filled") && $0.text("shape") != "other"
            }
            for term in terms where isAsked(term) { self.term(&html, term) }
            basis(&html, template)
            fields(&html, template.object("body"))
            texts(&html, template.object("body"))
            exhibits(&html, template.object("exhibits"))
            if terms.contains(where: { !isAsked($0) }) {
                html(.details) { html in
                    html(.summary, text: words("draft.more"))
                    for term in terms where !isAsked(term) { self.term(&html, term) }
                }
            }
            html(.p, .class("actions")) { html in
                html(
                    .button, .class("main"), .name("do"), .value("look"), .type("submit"),
                    text: words("draft.look"))
                html(
                    .button, .class("plain"), .name("do"), .value("save"), .type("submit"),
                    text: words("draft.save"))
                html(
                    .button, .class("plain danger"), .name("do"), .value("discard"),
                    .type("submit"), .flag(.formNoValidate), text: words("draft.discard"))
            }
            html(.output, .class("quiet"), .id("saved"), .plain(.ariaLive, "polite")) { html in
                if let revision = request.query("saved") {
                    html.text(words("draft.saved", ("n", revision)))
                }
            }
        }
    }

    // MARK: To whom, and what it settles

    private func addressees(_ html: inout HTML, _ to: JSONObject) {
        let parties = to.objects("parties")
        let chosen = content.texts("to")
        if to.flag("fixed") {
            for party in chosen { html.hidden("to", party) }
            html(.p) { html in
                html.text(words("draft.to") + words("language.colon"))
                html(
                    .strong,
                    text: words.list(chosen.map { sheet.name(PartyID($0) ?? sheet.party) }))
            }
            return
        }
        let options = parties.map { party -> (value: String, title: String) in
            let id = party.text("party") ?? ""
            return (id, sheet.name(PartyID(id) ?? sheet.party))
        }
        if to.number("most") == 1 {
            html.choice(
                "to", words("draft.to"), options, chosen: chosen.first,
                empty: words("form.choose"))
        } else {
            html.ticks("to", words("draft.to"), options, chosen: Set(chosen))
        }
    }

    private func settles(_ html: inout HTML, _ template: JSONObject) {
        let points = template.objects("settles")
        let chosen = content.texts("answers")
        let open = Set(points.compactMap { $0.text("statement") })
        for answer in chosen where !open.contains(answer) { html.hidden("answers", answer) }
        guard !points.isEmpty else { return }
        html.ticks(
            "answers", words("draft.settles"),
            points.map { point in
                let kind = words.known("point.\(point.text("point") ?? "")") ?? ""
                let time = point.text("time").flatMap { Timestamp(text: $0) }
                return (
                    point.text("statement") ?? "",
                    kind + " · " + (point.text("by") ?? "") + " · "
                        + (time.map { sheet.time($0) } ?? "")
                )
            }, chosen: Set(chosen))
    }

    private func basis(_ html: inout HTML, _ template: JSONObject) {
        guard case .object(let basis)? = template["basis"] else {
            if case .object(let obstacle)? = template["obstacle"] {
                html(.p, .class("note"), .lang("en"), text: obstacle.text("detail") ?? "")
            }
            return
        }
        html(.p, .class("quiet")) { html in
            html.text(words("draft.article") + words("language.colon"))
            html(.bdi, text: basis.text("article") ?? "")
        }
    }

    // MARK: Terms

    /// What must be said, or is said already, stands open; the rest waits at the end.
    private func isAsked(_ term: JSONObject) -> Bool {
        term.flag("required") || terms[term.text("term") ?? ""] != nil
    }

    private func term(_ html: inout HTML, _ term: JSONObject) {
        let name = term.text("term") ?? ""
        let shape = term.text("shape") ?? ""
        let label = sheet.text(term.object("label"), else: name)
        let mark = term.flag("required") ? nil : words("form.optional")
        html.hidden("shape." + name, shape)
        let values = term.objects("values").map { value -> (value: String, title: String) in
            let code = value.text("value") ?? ""
            // Kinds that no table of law has are plain words of the agreement.
            let kind = name == "kind" ? words.known("kind.\(code)") : nil
            return (code, kind ?? sheet.text(value.object("title"), else: code))
        }
        switch shape {
        case "mark":
            html.ticks(
                "term." + name, label, [("1", words("value.yes"))],
                chosen: terms.flag(name) ? ["1"] : [])
        case "judgements": judgements(&html, term, name, label)
        case "claims": claims(&html, term, name, label)
        case "short-names", "threads", "provisions":
            html.lines(
                "term." + name, label, terms.texts(name).joined(separator: "\n"), rows: 3,
                hint: words("form.lines"), mark: mark)
        default:
            if !values.isEmpty, term.flag("closed") {
                html.choice(
                    "term." + name, label, values, chosen: terms.text(name),
                    empty: words("form.choose"), mark: mark)
            } else {
                line(&html, name, shape, label, mark)
            }
        }
    }

    private func line(
        _ html: inout HTML, _ name: String, _ shape: String, _ label: String, _ mark: String?
    ) {
        let text = terms.text(name) ?? terms.number(name).map(String.init) ?? ""
        let id = "field-term." + name
        html(.div, .class("field")) { html in
            html.label(label, for: id, mark)
            if shape == "instant" {
                html(.p, .class("hint"), .id(id + "-hint"), text: words("form.utc"))
            }
            let type = ["instant": "datetime-local", "number": "number"][shape] ?? "text"
            let isWhole = shape == "instant" && text.hasSuffix(":00Z")
            html(
                .input, .type(type), .name("term." + name), .id(id),
                .value(isWhole ? String(text.dropLast(4)) : text),
                shape == "instant" ? .plain(.ariaDescribedBy, id + "-hint") : nil)
        }
    }

    private func judgements(
        _ html: inout HTML, _ term: JSONObject, _ name: String, _ label: String
    ) {
        let parts = term.objects("parts").map { part -> (value: String, title: String) in
            let code = part.text("name") ?? ""
            return (code, sheet.text(part.object("label"), else: code))
        }
        for part in parts { html.hidden("part." + name, part.value) }
        let yes = parts.map(\.value).filter { terms.object(name).flag($0) }
        html.ticks("term." + name, label, parts, chosen: Set(yes))
    }

    private func claims(
        _ html: inout HTML, _ term: JSONObject, _ name: String, _ label: String
    ) {
        let parts = term.objects("parts")
        for part in parts { html.hidden("part." + name, part.text("name") ?? "") }
        let claims = terms.objects(name)
        for row in 0...claims.count where row < Int(term.number("most") ?? 1) {
            html(.fieldset) { html in
                html(.legend, text: label + " \(row + 1)")
                for part in parts {
                    let code = part.text("name") ?? ""
                    html.choice(
                        "term.\(name).\(row).\(code)", sheet.text(part.object("label"), else: code),
                        part.objects("values").map { value in
                            let code = value.text("value") ?? ""
                            return (code, sheet.text(value.object("title"), else: code))
                        }, chosen: row < claims.count ? claims[row].text(code) : nil,
                        empty: words("form.choose"))
                }
            }
        }
    }

    // MARK: The body

    private func fields(_ html: inout HTML, _ body: JSONObject) {
        let given = content.object("fields")
        var asked: Set<String> = []
        for field in body.objects("fields") {
            let key = field.text("field") ?? ""
            asked.insert(key)
            let hints = [field.text("article"), field.text("example")].compactMap { $0 }
            html.lines(
                "field." + key, sheet.text(field.object("label"), else: key),
                given.text(key) ?? "", rows: 2, hint: hints.joined(separator: " · "),
                mark: field.flag("required") ? nil : words("form.optional"))
        }
        for member in given.members where !asked.contains(member.name) {
            guard case .string(let text) = member.value else { continue }
            html.lines("field." + member.name, member.name, text, rows: 2)
        }
    }

    /// Language versions side by side, of equal rank.
    private func texts(_ html: inout HTML, _ body: JSONObject) {
        guard body.text("presence") != "none" else { return }
        let given = content.objects("texts")
        let languages = sheet.agreement.languages.map(\.text)
        let all =
            languages
            + given.compactMap { $0.text("language") }
            .filter { !languages.contains($0) }
        html(.fieldset, .class("versions")) { html in
            html(.legend, text: words("draft.texts"))
            for language in all {
                let text = given.first { $0.text("language") == language }
                html(.div) { html in
                    let id = "text-" + language
                    html.label(words.known("tongue.\(language)") ?? language, for: id)
                    html(
                        .textarea, .name("text." + language), .id(id), .lang(language),
                        .plain(.rows, "12"), .plain(.dir, "auto"), text: text?.text("text") ?? "")
                    html(.div, .class("tick")) { html in
                        let id = "authentic-" + language
                        html(
                            .select, .name("authentic." + language), .id(id),
                            .plain(.ariaLabel, words("draft.rank"))
                        ) { html in
                            let isTranslation = text?["authentic"] == .bool(false)
                            html(.option, .value("yes"), text: words("body.authentic"))
                            html(
                                .option, .value("no"), .flag(.selected, if: isTranslation),
                                text: words("body.translation"))
                        }
                    }
                }
            }
        }
    }

    private func exhibits(_ html: inout HTML, _ exhibits: JSONObject) {
        let given = content.texts("exhibits")
        for exhibit in given { html.hidden("exhibits", exhibit) }
        guard exhibits.flag("allowed") else { return }
        html(.fieldset, .class("exhibits")) { html in
            html(.legend, text: words("draft.exhibits"))
            html(.ul) { html in
                for exhibit in given {
                    html(.li) { $0(.code, .class("digest"), text: exhibit) }
                }
            }
            html(.p, .class("hint"), text: words("draft.exhibits-hint"))
            html(
                .input, .type("file"), .id("exhibit"), .flag(.multiple),
                .plain(.dataFailed, words("draft.exhibit-failed")),
                .plain(.ariaLabel, words("draft.exhibits")))
            html(
                .progress, .id("exhibit-progress"), .flag(.hidden), .plain(.max, "100"),
                .plain(.ariaLabel, words("draft.exhibits")))
        }
    }
}

extension HTML {
    /// Several lines of text.
    mutating func lines(
        _ name: String, _ label: String, _ text: String, rows: Int, hint: String? = nil,
        mark: String? = nil
    ) {
        let id = "field-" + name
        self(.div, .class("field")) { html in
            html.label(label, for: id, mark)
            if let hint, !hint.isEmpty {
                html(.p, .class("hint"), .id(id + "-hint"), text: hint)
            }
            html(
                .textarea, .name(name), .id(id), .plain(.rows, String(rows)), .plain(.dir, "auto"),
                hint.map { $0.isEmpty ? nil : .plain(.ariaDescribedBy, id + "-hint") } ?? nil,
                text: text)
        }
    }
}
