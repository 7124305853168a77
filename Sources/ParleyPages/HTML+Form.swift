/// Forms: one question under the other, each with its label, and what is wrong above them.
extension HTML {
    /// A form that posts to its own page.
    mutating func form(
        _ name: String, _ request: PageRequest, class style: String = "questions",
        to address: Address? = nil, content: (inout HTML) -> Void
    ) {
        let sheet = request.sheet
        self(
            .form, .class(style), .plain(.method, "post"),
            .action(sheet.link(address ?? sheet.address)),
            .plain(.data, name)
        ) { html in
            html.hidden("do", name)
            if let viewer = sheet.viewer { html.hidden("form-token", viewer.formToken) }
            content(&html)
        }
    }

    mutating func hidden(_ name: String, _ value: String) {
        self(.input, .type("hidden"), .name(name), .value(value))
    }

    /// One line of text.
    mutating func field(
        _ name: String, _ label: String, _ request: PageRequest, type: String = "text",
        value: String? = nil, hint: String? = nil, isRequired: Bool = true,
        more: () -> [Attribute] = { [] }
    ) {
        let id = "field-" + name
        self(.div, .class("field")) { html in
            html.label(label, for: id, isRequired ? nil : request.words("form.optional"))
            if let hint { html(.p, .class("hint"), .id(id + "-hint"), text: hint) }
            let given = value ?? request.form.text(name)
            html.input(
                [
                    .type(type), .name(name), .id(id), given.map { .value($0) },
                    .flag(.required, if: isRequired),
                    hint == nil ? nil : .plain(.ariaDescribedBy, id + "-hint"),
                ] + more())
        }
    }

    /// A password: never sent back, and never remembered but by the browser itself.
    mutating func secret(
        _ name: String, _ label: String, _ request: PageRequest, _ kind: String,
        hint: String? = nil, id: String? = nil
    ) {
        let id = id ?? "field-" + name
        self(.div, .class("field")) { html in
            html.label(label, for: id)
            if let hint { html(.p, .class("hint"), .id(id + "-hint"), text: hint) }
            html(
                .input, .type("password"), .name(name), .id(id), .flag(.required),
                .plain(.autocomplete, kind),
                hint == nil ? nil : .plain(.ariaDescribedBy, id + "-hint"))
        }
    }

    mutating func label(_ text: String, for id: String, _ mark: String? = nil) {
        self(.label, .for(id)) { html in
            html.text(text)
            if let mark {
                html.text(" ")
                html(.span, .class("quiet"), text: mark)
            }
        }
    }

    mutating func input(_ attributes: [Attribute?]) { void(.input, attributes) }

    /// One of several; the first is empty where nothing needs to be chosen.
    mutating func choice(
        _ name: String, _ label: String, _ options: [(value: String, title: String)],
        chosen: String?, empty: String? = nil, hint: String? = nil, mark: String? = nil
    ) {
        let id = "field-" + name
        self(.div, .class("field")) { html in
            html.label(label, for: id, mark)
            if let hint { html(.p, .class("hint"), .id(id + "-hint"), text: hint) }
            html(
                .select, .name(name), .id(id),
                hint == nil ? nil : .plain(.ariaDescribedBy, id + "-hint")
            ) { html in
                if let empty { html(.option, .value(""), text: empty) }
                for option in options {
                    html(
                        .option, .value(option.value),
                        .flag(.selected, if: option.value == chosen), text: option.title)
                }
            }
        }
    }

    mutating func ticks(
        _ name: String, _ legend: String, _ options: [(value: String, title: String)],
        chosen: Set<String>
    ) {
        self(.fieldset) { html in
            html(.legend, text: legend)
            for option in options {
                html(.div, .class("tick")) { html in
                    let id = "tick-\(name)-\(option.value)"
                    html(
                        .input, .type("checkbox"), .name(name), .id(id), .value(option.value),
                        .flag(.checked, if: chosen.contains(option.value)))
                    html.label(option.title, for: id)
                }
            }
        }
    }

    /// A button that is a whole form.
    mutating func act(
        _ name: String, _ title: String, _ request: PageRequest, class style: String = "plain",
        _ values: (String, String)...
    ) {
        form(name, request, class: "inline") { html in
            for (name, value) in values { html.hidden(name, value) }
            html(.button, .class(style), text: title)
        }
    }
}
