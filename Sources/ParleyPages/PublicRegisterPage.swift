import ParleyDialogue
import ParleyLog
import ParleyService
import ParleyStatements

/// Published texts and what is public of their threads: commitments, notices, and what sessions
/// and joint findings came to.
enum PublicRegisterPage {
    enum Register: String {
        case commitments, notices, outcomes

        /// The kinds of thread in it.
        var subjects: [String] {
            switch self {
            case .commitments: ["commitment"]
            case .notices: ["notice"]
            case .outcomes: ["session", "allegation"]
            }
        }

        var place: Frame.PublicPlace {
            switch self {
            case .commitments: .commitments
            case .notices: .notices
            case .outcomes: .outcomes
            }
        }

        init?(subject: String) {
            guard
                let register = [Register.commitments, .notices, .outcomes]
                    .first(where: { $0.subjects.contains(subject) })
            else { return nil }
            self = register
        }
    }

    private static let pageLimit: Int64 = 10
    /// Of a thread: more versions than these are told and not shown.
    private static let textLimit = 20

    // MARK: Lists

    static func show(_ request: PageRequest, _ register: Register) async throws -> PageReply {
        let words = request.words
        var given: JSONObject = ["limit": .integer(pageLimit)]
        if let after = request.query("after") { given = given.adding(["after": .string(after)]) }
        // Sessions and findings are two kinds of one register: each by its own pages.
        let subject =
            request.query("of").flatMap { register.subjects.contains($0) ? $0 : nil }
            ?? register.subjects[0]
        let answer = try await request.read(
            "portal.threads", [:], given.adding(["subject": .string(subject)]))
        let threads = answer.objects("threads")
        let texts = try await Self.texts(of: threads, request)
        let sheet = request.sheet
        let title = words("public.\(register.rawValue)")
        return .page(
            frame(sheet, title, register).page { html in
                html(.h1, text: title)
                html(.p, .class("lead"), text: words("register.\(register.rawValue)"))
                html.tabs(
                    words("queue.tabs"),
                    register.subjects.map {
                        (
                            Address(register.rawValue).with(("of", $0)), words("register.of-\($0)"),
                            $0 == subject
                        )
                    }, sheet)
                html.problem(request.problem, sheet)
                if threads.isEmpty {
                    html(.p, .class("empty"), text: words("register.empty"))
                }
                for thread in threads {
                    Entry(thread: thread, texts: texts, sheet: sheet, register: register)
                        .write(&html, isAlone: false)
                }
                if let next = answer.text("next") {
                    html(.p) { html in
                        html(
                            .a, .class("button"),
                            .href(
                                sheet.link(
                                    Address(register.rawValue)
                                        .with(("of", subject), ("after", next)))),
                            text: words("portal.more"))
                    }
                }
            })
    }

    // MARK: One

    static func showOne(_ request: PageRequest, _ register: Register) async throws -> PageReply {
        let thread = try await request.read(
            "portal.thread", ["text": request.parameter("text")])
        guard register.subjects.contains(thread.text("subject") ?? "") else {
            throw Problem.notFound
        }
        let texts = try await Self.texts(of: [thread], request)
        let sheet = request.sheet
        let entry = Entry(thread: thread, texts: texts, sheet: sheet, register: register)
        return .page(
            frame(sheet, entry.title, register).page { html in
                entry.write(&html, isAlone: true)
                if register == .notices { comment(&html, request, thread) }
            })
    }

    /// A company without a node of its own comments by the desk that its state gives it: on another
    /// state's measure, while comments are taken.
    private static func comment(
        _ html: inout HTML, _ request: PageRequest, _ thread: JSONObject
    ) {
        let sheet = request.sheet
        let words = request.words
        let isOpen = thread.text("state") == ThreadState.opened.rawValue
        guard isOpen, thread.text("opener") != sheet.party.text,
            sheet.viewer == nil || sheet.may("filing.add")
        else { return }
        html(.section, .plain(.ariaLabelledBy, "comment-head")) { html in
            html(.h2, .id("comment-head"), text: words("register.comment"))
            html(.p, text: words("register.comment-by", ("party", sheet.name(sheet.party))))
            guard sheet.viewer != nil else {
                let back = sheet.address.text(in: "")
                html(.p) { html in
                    html(
                        .a, .href(sheet.link(Address("sign-in").with(("next", back)))),
                        text: words("sign-in.title"))
                }
                return
            }
            let act = FilingContent.comment.rawValue
            html.form("begin", request, class: "inline", to: Address("desk", "company")) { html in
                html.hidden("act", act)
                html.hidden("notice", thread.text("name") ?? "")
                html(.button, .class("button"), text: sheet.title(of: act))
            }
        }
    }

    /// A bound text as it was published, byte for byte.
    static func download(_ request: PageRequest) async throws -> PageReply {
        let text = try await request.read("portal.text", ["text": request.parameter("text")])
        return .file(Array((text.text("document") ?? "").utf8), type: BoundText.mediaType)
    }

    private static func frame(_ sheet: Sheet, _ title: String, _ register: Register) -> Frame {
        var frame = Frame(sheet, title: title)
        frame.publicPlace = register.place
        frame.isBroad = true
        return frame
    }

    /// The words of the texts of these threads, by digest and language.
    private static func texts(
        of threads: [JSONObject], _ request: PageRequest
    ) async throws -> [String: [Version]] {
        let digests = Set(
            threads.flatMap { $0.objects("texts").suffix(textLimit).compactMap { $0.text("text") } }
        ).sorted()
        let answers = try await request.desk.answers(
            digests.map { PageQuestion("portal.text", ["text": $0]) })
        var texts: [String: [Version]] = [:]
        for (digest, answer) in zip(digests, answers) {
            guard let json = try? answer.get().json else { continue }
            texts[digest] = json.objects("texts").compactMap { version in
                guard let language = version.text("language"), let text = version.text("text")
                else { return nil }
                return Version(language: language, text: text)
            }
        }
        return texts
    }

    struct Version: Sendable {
        let language: String
        let text: String
    }

    // MARK: An entry

    private struct Entry {
        let thread: JSONObject
        let texts: [String: [Version]]
        let sheet: Sheet
        let register: Register

        private var words: Words { sheet.words }
        private var subject: String { thread.text("subject") ?? "" }
        private var shown: [JSONObject] {
            Array(thread.objects("texts").suffix(PublicRegisterPage.textLimit))
        }

        var title: String {
            let opener = sheet.named(thread.text("opener"))
            if let round = thread.number("round") {
                return words("register.title-session", ("n", String(round)))
            }
            return words("register.title-\(subject)", ("party", opener))
        }

        func write(_ html: inout HTML, isAlone: Bool) {
            html(.article, .class("entry")) { html in
                if isAlone {
                    html(.h1, text: title)
                } else {
                    html(.h2) { html in
                        html(
                            .a,
                            .href(sheet.link(register.rawValue, thread.text("name") ?? "")),
                            text: title)
                    }
                }
                if thread.flag("exercise"), !sheet.agreement.isExercise {
                    html(.p, .class("mark"), text: words("frame.exercise"))
                }
                facts(&html)
                if register == .notices {
                    versions(&html, isAlone: isAlone)
                } else {
                    for text in shown { published(&html, text, isAlone ? .h2 : .h3) }
                }
                sayings(&html, isAlone ? .h2 : .h3)
                comments(&html)
            }
        }

        private func facts(_ html: inout HTML) {
            html(.dl, .class("facts")) { html in
                html.fact(words("register.by")) { $0.text(sheet.named(thread.text("opener"))) }
                html.fact(words("register.to")) { html in
                    html.text(words.list(thread.texts("addressed").map(sheet.named)))
                }
                html.fact(words("register.opened")) { $0.time(thread.text("opened"), sheet) }
                html.fact(words("register.state")) {
                    $0.text(sheet.state(thread.text("state") ?? ""))
                }
                if let date = thread.text("date") {
                    html.fact(words("register.date")) { $0.time(date, sheet) }
                }
                if let until = thread.text("commentsUntil") {
                    html.fact(words("register.comments-until")) { html in
                        html.time(until, sheet)
                        let isOver = Timestamp(text: until).map { $0 < sheet.now } ?? false
                        html.text(" · " + words(isOver ? "register.over" : "register.open"))
                    }
                }
            }
        }

        /// A text in its languages, and how it stands between the parties.
        private func published(_ html: inout HTML, _ text: JSONObject, _ heading: Tag) {
            let digest = text.text("text") ?? ""
            html(.section, .class("text")) { html in
                html(heading, text: kind(of: text))
                html(.p, .class("standing")) { html in
                    html.text(standing(of: text).spaced)
                    html.time(text.text("settled") ?? text.text("proposed"), sheet)
                }
                columns(&html, texts[digest] ?? [])
                proof(&html, text)
            }
        }

        private func kind(of text: JSONObject) -> String {
            let act = text.text("act") ?? ""
            return words.known("text.\(act)") ?? sheet.title(of: act)
        }

        private func standing(of text: JSONObject) -> String {
            let by = sheet.named(text.text("by"))
            switch text.text("standing") {
            case "agreed":
                return words(
                    "stands.agreed", ("party", by),
                    ("other", sheet.named(text.text("settledBy"))))
            case "ad-referendum":
                return words(
                    "stands.ad-referendum", ("party", by),
                    ("other", sheet.named(text.text("settledBy"))))
            case nil: return words("stands.own", ("party", by))
            default: return words("stands.proposed", ("party", by))
            }
        }

        private func columns(_ html: inout HTML, _ versions: [Version]) {
            if versions.isEmpty { html(.p, .class("quiet"), text: words("register.not-here")) }
            html(.div, .class("versions")) { html in
                for version in versions {
                    html(.div) { html in
                        html(
                            .p, .class("quiet"),
                            text: words.known("tongue.\(version.language)") ?? version.language)
                        html.said(version.text, language: version.language)
                    }
                }
            }
        }

        private func proof(_ html: inout HTML, _ text: JSONObject) {
            let digest = text.text("text") ?? ""
            html(.p, .class("quiet proof")) { html in
                html.text(
                    words("register.published", ("party", sheet.named(text.text("publishedBy"))))
                        + " ")
                html.time(text.text("published"), sheet)
                html.text(" · ")
                html(.a, .href(sheet.link("texts", digest)), text: words("register.document"))
                html.text(" · ")
                html(.code, .class("digest"), text: digest)
            }
        }

        // MARK: Versions of a notice

        private func versions(_ html: inout HTML, isAlone: Bool) {
            let all = shown
            guard let last = all.last else { return }
            published(&html, last, isAlone ? .h2 : .h3)
            guard all.count > 1 else { return }
            guard isAlone else {
                html(
                    .p, .class("quiet"),
                    text: words.count("register.versions", thread.objects("texts").count))
                return
            }
            html(.h2, text: words("register.earlier"))
            html(.p, .class("quiet")) { html in
                html(.ins, text: words("difference.new"))
                html.text(" · ")
                html(.del, text: words("difference.gone"))
            }
            for (older, newer) in zip(all, all.dropFirst()).reversed() {
                html(.section, .class("text")) { html in
                    html(.h3) { html in
                        html.text(kind(of: newer) + " ")
                        html.time(newer.text("proposed"), sheet)
                    }
                    differences(&html, older.text("text") ?? "", newer.text("text") ?? "")
                    proof(&html, newer)
                }
            }
            published(&html, all[0], isAlone ? .h2 : .h3)
        }

        private func differences(_ html: inout HTML, _ older: String, _ newer: String) {
            html(.div, .class("versions")) { html in
                for version in texts[newer] ?? [] {
                    let before = texts[older]?.first { $0.language == version.language }
                    html(.div) { html in
                        html(
                            .p, .class("quiet"),
                            text: words.known("tongue.\(version.language)") ?? version.language)
                        html(
                            .div, .class("said changes"), .lang(version.language),
                            .plain(.dir, "auto")
                        ) { html in
                            html.changes(
                                TextDifference(from: before?.text ?? "", to: version.text))
                        }
                    }
                }
            }
        }

        // MARK: What was said of it

        private func sayings(_ html: inout HTML, _ heading: Tag) {
            let sayings = thread.objects("words")
            guard !sayings.isEmpty else { return }
            html(heading, text: words("register.words"))
            html(.ol, .class("sayings")) { html in
                for one in sayings {
                    html(.li) { html in
                        html.time(one.text("time"), sheet)
                        html.text(" · " + sheet.named(one.text("by")) + words("language.colon"))
                        let act = one.text("act") ?? ""
                        html.text(words.known("said.\(act)") ?? sheet.title(of: act))
                        if let verdict = one.text("verdict") {
                            html.text(words("language.colon"))
                            html(.strong, text: sheet.value(verdict, of: "verdict"))
                        }
                    }
                }
            }
            html(.p, .class("quiet"), text: words("register.words-sealed"))
        }

        private func comments(_ html: inout HTML) {
            let comments = thread.objects("comments")
            guard !comments.isEmpty else { return }
            html(.table) { html in
                html(.caption, text: words("register.comments"))
                html(.thead) { html in
                    html(.tr) { html in
                        for head in ["party", "count", "late", "answered"] {
                            html(.th, .plain(.scope, "col"), text: words("comments.\(head)"))
                        }
                    }
                }
                html(.tbody) { html in
                    for one in comments {
                        html(.tr) { html in
                            html(.td, text: sheet.named(one.text("party")))
                            for name in ["count", "late", "answered"] {
                                html(.td, text: words.number(Int(one.number(name) ?? 0)))
                            }
                        }
                    }
                }
            }
            html(.p, .class("quiet"), text: words("register.words-sealed"))
        }
    }
}

extension HTML {
    /// What is new and what is gone, in place.
    mutating func changes(_ difference: TextDifference) {
        for piece in difference.pieces {
            switch piece.kind {
            case .kept: lines(piece.text)
            case .new: self(.ins) { $0.lines(piece.text) }
            case .gone: self(.del) { $0.lines(piece.text) }
            }
        }
    }

    private mutating func lines(_ text: String) {
        for (place, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            if place > 0 { self(.br) }
            self.text(String(line))
        }
    }
}
