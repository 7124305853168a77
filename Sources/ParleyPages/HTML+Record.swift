import ParleyLog
import ParleyService
import ParleyStatements

extension HTML {
    /// Where there is more than one place to choose among: one beside the other.
    mutating func tabs(
        _ label: String, _ places: [(address: Address, title: String, isHere: Bool)],
        _ sheet: Sheet
    ) {
        guard places.count > 1 else { return }
        self(.nav, .class("tabs"), .plain(.ariaLabel, label)) { html in
            html(.ul) { html in
                for place in places {
                    html(.li) { html in
                        html(
                            .a, .href(sheet.link(place.address)),
                            place.isHere ? .plain(.ariaCurrent, "true") : nil, text: place.title)
                    }
                }
            }
        }
    }

    mutating func fact(_ name: String, _ value: (inout HTML) -> Void) {
        self(.dt, text: name)
        self(.dd, content: value)
    }

    /// A body as it was written: each language in its own column, of equal rank.
    ///
    /// - Parameter labels: what the basis of a request calls its particulars, in both languages.
    mutating func body(_ body: JSONObject, _ sheet: Sheet, labels: JSONObject = [:]) {
        let texts = body.objects("texts")
        if !texts.isEmpty {
            self(.div, .class("versions")) { html in
                for text in texts {
                    let language = text.text("language") ?? ""
                    html(.div) { html in
                        html(.p, .class("quiet")) { html in
                            html.text(sheet.words.known("tongue.\(language)") ?? language)
                            html.text(" · ")
                            html.text(
                                sheet.words(
                                    text["authentic"] == .bool(false)
                                        ? "body.translation" : "body.authentic"))
                        }
                        html.said(text.text("text") ?? "", language: language)
                    }
                }
            }
        }
        let fields = body.object("fields").members
        let exhibits = body.objects("exhibits")
        guard !fields.isEmpty || !exhibits.isEmpty else { return }
        self(.dl, .class("facts")) { html in
            for field in fields {
                guard case .string(let text) = field.value else { continue }
                let known = sheet.words.known("particular.\(field.name)-\(text)")
                html.fact(
                    sheet.text(
                        labels.object(field.name),
                        else: sheet.words.known("particular.\(field.name)") ?? field.name)
                ) { $0(.bdi, text: known ?? text) }
            }
            for exhibit in exhibits {
                html.fact(sheet.words("entry.exhibit")) { html in
                    html(.bdi, text: exhibit.text("name") ?? "")
                    html.text(
                        " · " + (exhibit.text("mediaType") ?? "") + " · "
                            + sheet.size(exhibit.number("sizeBytes") ?? 0))
                }
            }
        }
    }
}

extension Sheet {
    /// A value of a statement's terms, for people.
    func text(of value: JSONValue, term: String) -> String {
        switch value {
        case .string(let text):
            if let instant = Timestamp(text: text) { return time(instant) }
            return self.value(text, of: term)
        case .integer(let number): return words.number(Int(number))
        case .bool(let isTrue): return words(isTrue ? "value.yes" : "value.no")
        case .array(let values): return words.list(values.map { text(of: $0, term: term) })
        case .object(let object):
            return words.list(
                object.members.map { member in
                    let name = wording(TermWording.name(member.name), else: member.name)
                    return name + words("language.colon")
                        + text(of: member.value, term: member.name)
                })
        }
    }

    func size(_ bytes: Int64) -> String {
        let units: [(Int64, String)] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1000, "kB")]
        for (unit, name) in units where bytes >= unit {
            let tenths = bytes * 10 / unit
            return "\(tenths / 10).\(tenths % 10) \(name)"
        }
        return "\(bytes) B"
    }
}
