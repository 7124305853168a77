package import ParleyService

/// Why something was not done, in words: as a page of its own, or above a form.
package enum ProblemPage {
    package static func reply(_ problem: Problem, _ sheet: Sheet) -> PageReply {
        let title =
            sheet.words.known("problem-title.\(problem.status)")
            ?? sheet.words("problem-title.other")
        let html = Frame(sheet, title: title).page { html in
            html(.h1, text: title)
            html(.div, .class("reading")) { $0.problem(problem, sheet) }
            html(.p) { html in
                html(.a, .href(sheet.link(sheet.viewer == nil ? Address() : Address("desk")))) {
                    $0.text(sheet.words(sheet.viewer == nil ? "go.portal" : "go.queue"))
                }
            }
        }
        return .page(html, status: problem.status)
    }
}

extension HTML {
    /// Says what happened and what to do; a screen reader hears it at once.
    mutating func problem(_ problem: Problem?, _ sheet: Sheet) {
        guard let problem else { return }
        self(
            .div, .class("problem"), .id("problem"), .plain(.role, "alert"),
            .plain(.tabindex, "-1")
        ) { html in
            html(.p) { html in
                html(.strong, text: sheet.words("problem.head"))
                html.text(" ")
                if let text = sheet.words.known("problem." + problem.reason) {
                    html.text(text)
                } else {
                    // Words of the node that no catalogue has: in the language they are in.
                    html(.span, .lang("en"), text: Self.sentence(problem.detail))
                }
            }
            if let hint = sheet.words.known("hint." + problem.reason) {
                html(.p, text: hint)
            } else if let hint = problem.hint, sheet.words.known("problem." + problem.reason) == nil
            {
                html(.p, .lang("en"), text: Self.sentence(hint))
            }
            html(.p, .class("quiet")) { html in
                html(.code, text: problem.reason)
            }
        }
    }

    private static func sentence(_ text: String) -> String {
        text.hasSuffix(".") ? text : text + "."
    }
}
