import ParleyLog
import ParleyService
import ParleyStatements

/// The agreement set as a document: what its parties signed, in words and tables.
enum PublicAgreementPage {
    static func show(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let answer = try await request.read("portal.agreement")
        var frame = Frame(sheet, title: words("public.agreement"))
        frame.publicPlace = .agreement
        frame.isBroad = true
        let page = Layout(sheet: sheet, answer: answer)
        return .page(frame.page { page.write(&$0) })
    }

    /// The version in force as its parties signed it.
    static func download(_ request: PageRequest) async throws -> PageReply {
        var given: JSONObject = [:]
        if let version = request.query("version") {
            given = given.adding(["version": .string(version)])
        }
        let answer = try await request.read("portal.agreement", [:], given)
        guard let envelope = answer.text("envelope").flatMap(Base64.decode) else {
            throw Problem.notFound
        }
        return .file(envelope, type: "application/json")
    }

    private struct Layout {
        let sheet: Sheet
        let answer: JSONObject

        private var words: Words { sheet.words }
        private var agreement: Agreement { sheet.agreement }

        func write(_ html: inout HTML) {
            html(.article, .class("document")) { html in
                titles(&html)
                html(.dl, .class("facts")) { html in
                    html.fact(words("agreement.in-force")) {
                        $0.time(agreement.effectiveFrom, sheet)
                    }
                    html.fact(words("agreement.digest")) {
                        $0(.code, .class("digest"), text: agreement.id.text)
                    }
                    html.fact(words("agreement.languages")) { html in
                        html.text(words.list(agreement.languages.map { tongue($0.text) }))
                    }
                }
                parties(&html)
                kinds(&html)
                dialogue(&html)
                ladders(&html)
                receipts(&html)
                versions(&html)
                html.check(
                    words("agreement.check"), command: "parley agreement check agreement.json")
                html(.p) { html in
                    html(
                        .a, .class("button"), .href(sheet.link("agreement.json")),
                        .plain(.download, "agreement.json"), text: words("agreement.download"))
                }
            }
        }

        /// That of this page first; none is above another.
        private var languages: [LanguageTag] {
            let own = agreement.languages.filter { $0.text.hasPrefix(words.code) }
            return own + agreement.languages.filter { !own.contains($0) }
        }

        private func tongue(_ language: String) -> String {
            words.known("tongue.\(language)") ?? language
        }

        /// One heading for each language, side by side: none is above another.
        private func titles(_ html: inout HTML) {
            html(.div, .class("versions titles")) { html in
                for (place, language) in languages.enumerated() {
                    guard let title = agreement.title[language] else { continue }
                    html(.div) { html in
                        html(
                            place == 0 ? .h1 : .p, .class("title"), .lang(language.text),
                            text: title)
                        html(.p, .class("quiet"), text: tongue(language.text))
                    }
                }
            }
        }

        // MARK: Tables

        private func table(
            _ html: inout HTML, _ id: String, _ heads: [String],
            _ rows: (inout HTML) -> Void
        ) {
            html(
                .div, .class("wide"), .plain(.tabindex, "0"), .plain(.role, "region"),
                .plain(.ariaLabelledBy, id)
            ) { html in
                html(.table) { html in
                    html(.thead) { html in
                        html(.tr) { html in
                            for head in heads { html(.th, .plain(.scope, "col"), text: head) }
                        }
                    }
                    html(.tbody, content: rows)
                }
            }
        }

        private func section(_ html: inout HTML, _ name: String) {
            html(.h2, .id(name), text: words("agreement.\(name)"))
        }

        private func parties(_ html: inout HTML) {
            section(&html, "parties")
            table(
                &html, "parties",
                [words("agreement.party")] + languages.map { tongue($0.text) }
                    + [
                        words("agreement.kind"), words("agreement.organs"),
                        words("agreement.speaks"),
                    ]
            ) { html in
                for party in agreement.parties {
                    html(.tr) { html in
                        html(.th, .plain(.scope, "row"), text: party.id.text)
                        for language in languages {
                            html(.td, .lang(language.text), text: party.name[language] ?? "")
                        }
                        html(.td, text: words("party-kind.\(party.kind.rawValue)"))
                        html(.td) { html in
                            html(.ul, .class("plain")) { html in
                                for organ in party.organs {
                                    html(.li) { html in
                                        let name = words.choose(organ.name)
                                        html(
                                            .span, .lang(name?.tag ?? words.tag),
                                            text: name?.text ?? organ.id.text)
                                        html(
                                            .span, .class("quiet"),
                                            text: " \(party.id.text)/\(organ.id.text)")
                                    }
                                }
                            }
                        }
                        html(.td, text: words.list(party.languages.map { tongue($0.text) }))
                    }
                }
            }
        }

        private func kinds(_ html: inout HTML) {
            section(&html, "kinds")
            html(.p, text: words("agreement.kinds-about"))
            table(
                &html, "kinds",
                [words("agreement.kind"), words("agreement.urgency")]
                    + ClockName.ofRequests.map { sheet.clock($0.rawValue) }
            ) { html in
                for kind in agreement.requestKinds {
                    let urgencies = Urgency.allCases.compactMap { urgency in
                        kind.clocks[urgency].map { (urgency, $0) }
                    }
                    for (place, (urgency, clocks)) in urgencies.enumerated() {
                        html(.tr) { html in
                            if place == 0 {
                                html(
                                    .th, .plain(.scope, "rowgroup"),
                                    .plain(.rowspan, String(urgencies.count)),
                                    text: sheet.kind(kind.name))
                            }
                            html(.td, text: sheet.value(urgency.rawValue, of: "urgency"))
                            for limit in [clocks.acknowledge, clocks.decide, clocks.answer] {
                                html(.td, text: sheet.limit(limit))
                            }
                        }
                    }
                }
            }
        }

        private func dialogue(_ html: inout HTML) {
            let clocks = agreement.dialogue.clocks.sorted { $0.key < $1.key }
            guard !clocks.isEmpty else { return }
            section(&html, "dialogue")
            table(
                &html, "dialogue",
                [words("agreement.kind"), words("clock-head.clock"), words("agreement.limit")]
            ) { html in
                for (subject, limits) in clocks {
                    let clocks = ClockName.allCases.compactMap { name in
                        limits[name].map { (name, $0) }
                    }
                    for (place, (clock, limit)) in clocks.enumerated() {
                        html(.tr) { html in
                            if place == 0 {
                                html(
                                    .th, .plain(.scope, "rowgroup"),
                                    .plain(.rowspan, String(clocks.count)),
                                    text: sheet.wording(
                                        TermWording.subject(subject), else: subject))
                            }
                            html(.td, text: sheet.clock(clock.rawValue))
                            html(.td, text: sheet.limit(limit))
                        }
                    }
                }
            }
            if let months = agreement.dialogue.sessionMonths {
                html(.p, text: words.count("agreement.sessions", months))
            }
        }

        private func ladders(_ html: inout HTML) {
            let ladders = agreement.dialogue.ladders.sorted { $0.key < $1.key }
            guard !ladders.isEmpty else { return }
            section(&html, "hotline")
            html(.div, .class("versions")) { html in
                for (party, rungs) in ladders {
                    html(.div) { html in
                        html(.h3, text: sheet.name(party))
                        html(.ol) { html in
                            for rung in rungs {
                                html(.li) { html in
                                    html(.bdi, text: rung.post)
                                    html.text(
                                        " · "
                                            + (rung.afterMinutes == 0
                                                ? words("agreement.at-once")
                                                : words(
                                                    "agreement.after",
                                                    (
                                                        "span",
                                                        sheet.limit(.minutes(rung.afterMinutes))
                                                    )
                                                )))
                                }
                            }
                        }
                    }
                }
            }
        }

        private func receipts(_ html: inout HTML) {
            section(&html, "proof")
            html(.dl, .class("facts")) { html in
                html.fact(words("agreement.silence")) {
                    $0.text(sheet.span(agreement.silenceAfterSeconds))
                }
                html.fact(words("agreement.quorum")) {
                    $0.text(words.count("agreement.cosigners", agreement.receiptQuorum))
                }
                html.fact(words("agreement.tolerance")) {
                    $0.text(sheet.span(agreement.clockToleranceSeconds))
                }
                html.fact(words("agreement.signatures")) {
                    $0.text(words.list(agreement.algorithms.map(\.rawValue)))
                }
                if !agreement.outsideWitnesses.isEmpty {
                    html.fact(words("health.witnesses")) { html in
                        html.text(
                            words.list(
                                agreement.outsideWitnesses.map {
                                    String($0.key.prefix { $0 != "+" })
                                }))
                    }
                }
                html.fact(words("agreement.public")) { html in
                    let parts = agreement.publicLog.map(\.rawValue).sorted()
                    html.text(
                        parts.isEmpty
                            ? words("agreement.public-none")
                            : words.list(parts.map { words("log-part.\($0)") }))
                }
                html.fact(words("agreement.texts")) { $0.text(words("agreement.texts-about")) }
                if !agreement.approvals.isEmpty {
                    html.fact(words("agreement.approvals")) { html in
                        html(.code, text: words.list(agreement.approvals.map(\.text)))
                    }
                }
            }
        }

        private func versions(_ html: inout HTML) {
            section(&html, "versions")
            html(.ol) { html in
                for version in answer.objects("versions") {
                    let digest = version.text("agreement") ?? ""
                    html(.li) { html in
                        html.time(version.text("effectiveFrom"), sheet)
                        html.text(" · ")
                        html(
                            .a,
                            .href(
                                sheet.link(Address("agreement.json").with(("version", digest)))),
                            .plain(.download, "agreement.json")
                        ) { $0(.code, .class("digest"), text: digest) }
                        if digest == agreement.id.text {
                            html.text(" · ")
                            html(.strong, text: words("agreement.this"))
                        }
                    }
                }
            }
        }
    }
}

extension Sheet {
    /// A length of agreed time: `3 working days`.
    func limit(_ limit: TimeLimit) -> String {
        switch limit {
        case .minutes(let count): words.count("limit.minutes", count)
        case .hours(let count): words.count("limit.hours", count)
        case .calendarDays(let count): words.count("limit.days", count)
        case .workingDays(let count): words.count("limit.working-days", count)
        }
    }
}
