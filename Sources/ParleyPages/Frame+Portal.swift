/// What stands around the pages that anybody may read: their navigation, style and feeds.
extension Frame {
    /// Where among the public pages one belongs.
    enum PublicPlace: String, CaseIterable {
        case agreement, commitments, scorecard, notices, outcomes, record, receipt

        var address: Address { Address(rawValue) }
    }

    func publicHead(_ html: inout HTML) {
        html(.link, .plain(.rel, "stylesheet"), .href(Link(Asset.named("portal.css"))))
        for (step, type) in [
            ("feed.atom", "application/atom+xml"), ("feed.json", "application/feed+json"),
        ] {
            html(
                .link, .plain(.rel, "alternate"), .type(type), .href(sheet.link(step)),
                .plain(.title, words("feed.title")))
        }
    }

    func publicNavigation(_ html: inout HTML) {
        html(.nav, .class("places"), .plain(.ariaLabel, words("frame.public"))) { html in
            html(.ul) { html in
                for place in PublicPlace.allCases {
                    html(.li) { html in
                        html(
                            .a, .href(sheet.link(place.address)),
                            place == publicPlace ? .plain(.ariaCurrent, "page") : nil,
                            text: words("public.\(place.rawValue)"))
                    }
                }
            }
        }
    }
}
