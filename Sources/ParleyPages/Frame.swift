import ParleyService
import ParleyStatements

/// What stands around every page: head, bar, navigation, foot.
struct Frame {
    /// Where in the navigation a page belongs.
    enum Place: String, CaseIterable {
        case queue, threads, reports, hotline, drafts, intake, company, search, health, parties,
            sign, accounts, trail, start
    }

    let sheet: Sheet
    let title: String
    var place: Place?
    var publicPlace: PublicPlace?
    /// Wide enough for texts side by side.
    var isBroad = false
    /// Styles that this page needs beside the common one.
    var styles: [Asset] = []
    /// A script that this page needs beside the common one.
    var script: Asset?
    /// Set as a document: a narrower measure, larger type.
    var isReading: Bool { !sheet.isDesk }

    init(_ sheet: Sheet, title: String, place: Place? = nil) {
        self.sheet = sheet
        self.title = title
        self.place = place
    }

    var words: Words { sheet.words }

    func page(_ content: (inout HTML) -> Void) -> HTML {
        var html = HTML()
        html.doctype()
        html(.html, .lang(words.tag)) { html in
            head(&html)
            html(
                .body, .class(isReading ? isBroad ? "portal broad" : "portal" : "desk"),
                isReading ? nil : .plain(.dataUnsaved, words("draft.unsaved")),
                isReading ? nil : .plain(.dataOver, words("draft.over"))
            ) { html in
                html(.a, .class("skip"), .href(Link(fragment: "main")), text: words("frame.skip"))
                symbols(&html)
                html(.header) { html in
                    bar(&html)
                    if sheet.agreement.isExercise {
                        html(.p, .class("exercise"), text: words("frame.exercise"))
                    }
                }
                alarm(&html)
                if isReading { publicNavigation(&html) }
                html(.div, .class("columns")) { html in
                    navigation(&html)
                    html(.main, .id("main"), .plain(.tabindex, "-1"), content: content)
                }
                foot(&html)
            }
        }
        return html
    }

    private func head(_ html: inout HTML) {
        html(.head) { html in
            html(.meta, .plain(.charset, "utf-8"))
            html(.title, text: "\(title) · \(sheet.agreement.name) · Parley")
            html(
                .meta, .name("viewport"), .plain(.content, "width=device-width, initial-scale=1"))
            html(.meta, .name("color-scheme"), .plain(.content, "light dark"))
            html(.link, .plain(.rel, "stylesheet"), .href(Link(Asset.named("parley.css"))))
            if isReading { publicHead(&html) }
            for style in styles {
                html(.link, .plain(.rel, "stylesheet"), .href(Link(style)))
            }
            html(.link, .plain(.rel, "icon"), .href(Link(Asset.named("icon.svg"))))
            for other in Words.all where other.code != words.code {
                html(
                    .link, .plain(.rel, "alternate"), .plain(.hreflang, other.tag),
                    .href(Link(sheet.address, in: other.code)))
            }
            html(.script, .src(Link(Asset.named("parley.js"))), .flag(.deferred))
            if let script { html(.script, .src(Link(script)), .flag(.deferred)) }
        }
    }

    /// Drawn once, used by name.
    private func symbols(_ html: inout HTML) {
        html(
            .svg, .class("symbols"), .plain(.ariaHidden, "true"), .plain(.width, "0"),
            .plain(.height, "0")
        ) { html in
            Symbol.all.forEach { $0.draw(&html) }
        }
    }

    private func bar(_ html: inout HTML) {
        html(.div, .class("bar")) { html in
            html(.a, .class("brand"), .href(sheet.link(isReading ? Address() : Address("desk")))) {
                html in
                html(.strong, text: "Parley")
                html.text(" · \(sheet.agreement.name)")
            }
            if sheet.may("text.search") {
                html(
                    .form, .class("find"), .plain(.role, "search"),
                    .action(sheet.link("desk", "search"))
                ) { html in
                    html(
                        .input, .type("search"), .name("text"), .id("find"),
                        .plain(.ariaLabel, words("search.label")),
                        .plain(.title, words("search.key")))
                    html(.button, .class("plain"), text: words("search.do"))
                }
            }
            html(.nav, .class("who"), .plain(.ariaLabel, words("frame.account"))) { html in
                if let viewer = sheet.viewer {
                    html(.a, .href(sheet.link("desk", "account"))) { html in
                        html(.bdi, text: viewer.account.text)
                    }
                } else if sheet.address.steps != ["sign-in"] {
                    html(.a, .href(sheet.link("sign-in")), text: words("sign-in.title"))
                }
                languages(&html)
            }
        }
    }

    /// What a script shows as soon as the hotline calls, on whatever page somebody is.
    private func alarm(_ html: inout HTML) {
        guard !isReading, sheet.may("event.follow"), sheet.may("thread.list") else { return }
        html(
            .p, .id("calling"), .class("alarm"), .flag(.hidden), .plain(.role, "alert"),
            .plain(.dataParty, sheet.party.text)
        ) { html in
            html.icon("call")
            html.text(" ")
            html(.a, .href(sheet.link("desk", "hotline")), text: words("alarm.title"))
        }
    }

    private func languages(_ html: inout HTML) {
        html(.ul, .class("languages")) { html in
            for other in Words.all {
                let isThis = other.code == words.code
                html(.li) { html in
                    html(
                        .a, .href(Link(sheet.address, in: other.code)), .lang(other.tag),
                        .plain(.hreflang, other.tag),
                        isThis ? .plain(.ariaCurrent, "true") : nil, text: other("language.name"))
                }
            }
        }
    }

    /// Only what the reader may open.
    private func navigation(_ html: inout HTML) {
        let entries: [(Place, Address, String)] = [
            (.queue, Address("desk"), "queue.list"),
            (.threads, Address("desk", "threads"), "thread.list"),
            (.reports, Address("desk", "scorecard"), "thread.list"),
            (.hotline, Address("desk", "hotline"), "thread.list"),
            (.drafts, Address("desk", "drafts"), "draft.list"),
            (.intake, Address("desk", "intake"), "intake.list"),
            (.company, Address("desk", "company"), "filing.list"),
            (.health, Address("desk", "health"), "node.show"),
            (.parties, Address("desk", "parties"), "node.show"),
            (.sign, Address("desk", "keys"), "keys.unlock"),
            (.start, Address("desk", "start"), "account.list"),
            (.accounts, Address("desk", "accounts"), "account.list"),
            (.trail, Address("desk", "trail"), "trail.list"),
        ]
        guard !isReading else { return }
        let open = entries.filter { sheet.may($0.2) }
        guard !open.isEmpty else { return }
        html(.nav, .class("side"), .plain(.ariaLabel, words("frame.navigation"))) { html in
            html(.ul) { html in
                for (place, address, _) in open {
                    html(.li) { html in
                        html(
                            .a, .href(sheet.link(address)),
                            place == self.place ? .plain(.ariaCurrent, "page") : nil,
                            text: words("place.\(place.rawValue)"))
                    }
                }
            }
        }
    }

    private func foot(_ html: inout HTML) {
        html(.footer, .class("foot")) { html in
            html(.p) { html in
                html.text(words("frame.agreement") + " ")
                html(.code, .class("digest"), text: sheet.agreement.id.text)
            }
            html(.p) { html in
                html.text(words("frame.made") + " ")
                // A page that was printed tells by it of which year its days are.
                html.time(sheet.now, sheet, withYear: true)
            }
        }
    }
}
