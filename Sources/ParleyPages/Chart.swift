/// Paired bars, one for each side, of counts that add up: solid for in time, hatched for late,
/// hollow for overdue, each with its number. Colour only repeats what the shapes say.
struct Chart {
    struct Bar {
        /// Whose.
        let name: String
        /// In time, late, overdue.
        let counts: [Int]

        var sum: Int { counts.reduce(0, +) }
    }

    struct Group {
        let title: String
        let bars: [Bar]
    }

    static let kinds = ["in-time", "late", "overdue"]
    private static let width = 400
    private static let nameWidth = 52
    /// Beside the longest bar: the numbers that do not fit into it.
    private static let restWidth = 78
    private static let height = 20
    private static let gap = 4
    /// Below this a number does not fit.
    private static let numberWidth = 20

    let groups: [Group]
    let words: Words

    private var most: Int { max(1, groups.flatMap(\.bars).map(\.sum).max() ?? 1) }

    func draw(_ html: inout HTML) {
        html(
            .svg, .class("symbols"), .plain(.ariaHidden, "true"), .plain(.width, "0"),
            .plain(.height, "0")
        ) { html in
            html(.defs) { html in
                html(
                    .pattern, .id("late-hatch"), .plain(.width, "5"), .plain(.height, "5"),
                    .plain(.patternUnits, "userSpaceOnUse"),
                    .plain(.patternTransform, "rotate(45)")
                ) { html in
                    html(
                        .rect, .class("hatch"), .plain(.width, "2"), .plain(.height, "5"))
                }
            }
        }
        legend(&html)
        html(.ol, .class("chart")) { html in
            for group in groups {
                html(.li) { html in
                    html(.p, .class("chart-title"), text: group.title)
                    bars(&html, group)
                }
            }
        }
    }

    private func legend(_ html: inout HTML) {
        html(.ul, .class("legend")) { html in
            for kind in Self.kinds {
                html(.li) { html in
                    html(
                        .svg, .class("swatch"), .plain(.viewBox, "0 0 24 14"),
                        .plain(.ariaHidden, "true")
                    ) { html in
                        rect(&html, kind, x: 1, y: 1, width: 22, height: 12)
                    }
                    html.text(" " + words("chart.\(kind)"))
                }
            }
        }
    }

    private func bars(_ html: inout HTML, _ group: Group) {
        let height = group.bars.count * (Self.height + Self.gap)
        html(
            .svg, .class("bars"), .plain(.role, "img"),
            .plain(.viewBox, "0 0 \(Self.width) \(height)"),
            .plain(.ariaLabel, words.list(group.bars.map(told)))
        ) { html in
            for (place, bar) in group.bars.enumerated() {
                self.bar(&html, bar, y: place * (Self.height + Self.gap))
            }
        }
    }

    private func bar(_ html: inout HTML, _ bar: Bar, y: Int) {
        let middle = String(y + Self.height / 2 + 4)
        html(.svgText, .class("name"), .plain(.x, "0"), .plain(.y, middle), text: bar.name)
        let scale = Double(Self.width - Self.nameWidth - Self.restWidth) / Double(most)
        var x = Double(Self.nameWidth)
        var rest: [String] = []
        for (kind, count) in zip(Self.kinds, bar.counts) where count > 0 {
            let width = Double(count) * scale
            rect(
                &html, kind, x: x, y: Double(y) + 1, width: max(2, width - 1),
                height: Double(Self.height) - 2)
            if width >= Double(Self.numberWidth) {
                html(
                    .svgText, .class("number \(kind)"), .plain(.x, Self.text(x + width / 2)),
                    .plain(.y, middle), .plain(.textAnchor, "middle"), text: words.number(count))
            } else {
                rest.append("\(words.number(count)) \(words("chart.short-\(kind)"))")
            }
            x += width
        }
        if bar.sum == 0 { rest.append(words("chart.none")) }
        if !rest.isEmpty {
            html(
                .svgText, .class("rest"), .plain(.x, Self.text(x + 5)), .plain(.y, middle),
                text: rest.joined(separator: " · "))
        }
    }

    private func rect(
        _ html: inout HTML, _ kind: String, x: Double, y: Double, width: Double, height: Double
    ) {
        html(
            .rect, .class("bar \(kind)"), .plain(.x, Self.text(x)), .plain(.y, Self.text(y)),
            .plain(.width, Self.text(width)), .plain(.height, Self.text(height)),
            kind == "late" ? .plain(.fill, "url(#late-hatch)") : nil)
    }

    private func told(_ bar: Bar) -> String {
        bar.name + words("language.colon")
            + zip(Self.kinds, bar.counts).map { "\($1) \(words("chart.\($0)"))" }
            .joined(separator: words("language.comma"))
    }

    /// One decimal; no locale has a say.
    private static func text(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
    }
}
