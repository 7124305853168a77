import ParleyService
import ParleyStatements

/// What anybody may read, without an account: each page shows what an operation of the portal
/// answers, and nothing else.
enum PortalPages {
    static var all: [Page] {
        [
            Page("", show: showFirst),
            Page("agreement", show: PublicAgreementPage.show),
            Page("agreement.json", show: PublicAgreementPage.download),
            Page("commitments") { try await PublicRegisterPage.show($0, .commitments) },
            Page("commitments/{text}") { try await PublicRegisterPage.showOne($0, .commitments) },
            Page("notices") { try await PublicRegisterPage.show($0, .notices) },
            Page("notices/{text}") { try await PublicRegisterPage.showOne($0, .notices) },
            Page("outcomes") { try await PublicRegisterPage.show($0, .outcomes) },
            Page("outcomes/{text}") { try await PublicRegisterPage.showOne($0, .outcomes) },
            Page("texts/{text}", show: PublicRegisterPage.download),
            Page("scorecard", show: PublicScorecardPage.show),
            Page("record", show: PublicRecordPage.show),
            Page("feed.atom", show: FeedPages.atom),
            Page("feed.json", show: FeedPages.json),
            Page(
                "receipt", forms: [.init("check", "receipt.check", ReceiptPage.check)],
                show: ReceiptPage.show),
        ]
    }

    // MARK: The first page

    private static func showFirst(_ request: PageRequest) async throws -> PageReply {
        let sheet = request.sheet
        let words = request.words
        let published = try await request.read("portal.show").object("published")
        let title = sheet.agreementTitle
        return .page(
            Frame(sheet, title: title.text).page { html in
                html(.h1, title.tag == words.tag ? nil : .lang(title.tag), text: title.text)
                html(.p, .class("lead"), text: words("portal.about"))
                html(.dl, .class("facts")) { html in
                    html.fact(words("portal.parties")) { html in
                        html(.ul, .class("plain")) { html in
                            for party in sheet.agreement.parties {
                                html(.li) { html in
                                    html.text(sheet.named(party.id.text))
                                }
                            }
                        }
                    }
                    html.fact(words("portal.node")) { $0.text(sheet.name(sheet.party)) }
                    html.fact(words("portal.since")) {
                        $0.time(sheet.agreement.effectiveFrom, sheet)
                    }
                    if sheet.agreement.isExercise {
                        html.fact(words("portal.exercise")) { $0.text(words("value.yes")) }
                    }
                }
                html(.ul, .class("doors")) { html in
                    for place in Frame.PublicPlace.allCases {
                        html(.li) { html in
                            html(
                                .a, .href(sheet.link(place.address)),
                                text: words("public.\(place.rawValue)"))
                            html(.p, text: about(place, published, words))
                        }
                    }
                    html(.li) { html in
                        html(.a, .href(sheet.link("sign-in")), text: words("sign-in.title"))
                        html(.p, text: words("portal.sign-in"))
                    }
                }
                html(.p, .class("quiet")) { html in
                    html.text(words("portal.feeds") + " ")
                    html(.a, .href(sheet.link("feed.atom")), text: "Atom")
                    html.text(" · ")
                    html(.a, .href(sheet.link("feed.json")), text: "JSON Feed")
                }
            })
    }

    private static func about(
        _ place: Frame.PublicPlace, _ published: JSONObject, _ words: Words
    ) -> String {
        let about = words("portal.\(place.rawValue)")
        let counted: [Frame.PublicPlace: [String]] = [
            .commitments: ["commitment"], .notices: ["notice"],
            .outcomes: ["session", "allegation"],
        ]
        guard let subjects = counted[place] else { return about }
        let count = subjects.reduce(0) { $0 + (published.number($1) ?? 0) }
        return about.spaced + words.count("portal.count", Int(count))
    }
}

extension Sheet {
    /// The agreement's title in this language, or as it has one.
    var agreementTitle: (tag: String, text: String) {
        words.choose(agreement.title) ?? (words.tag, agreement.name)
    }

    /// A party as the public reads it: its name, and the short one that the record has.
    func named(_ party: String?) -> String {
        guard let id = party.flatMap({ PartyID($0) }) else { return party ?? "" }
        let name = name(id)
        return name == id.text
            ? name : words("party.named", ("name", name), ("party", id.text))
    }
}

extension String {
    /// Before what follows in its line: after a mark of full width no space stands.
    var spaced: String { hasSuffix("：") || hasSuffix("。") ? self : self + " " }
}

extension HTML {
    /// How somebody who believes nobody checks what stands above.
    mutating func check(_ text: String, command: String) {
        self(.aside, .class("check")) { html in
            html(.p, text: text)
            html(.pre) { $0(.code, text: command) }
        }
    }
}
