import ParleyStatements

/// Every case of one party against its limit: a mark for each, from the clock's start (left) over
/// its due time (the line in the middle) to twice that, where what is later stands too.
///
/// Cases that stood alike are stacked; where a stack would grow too high, a mark stands for several
/// in every strip of the page, and the legend says for how many.
struct CaseStrip {
    enum Kind: String, CaseIterable {
        case inTime, open, late, overdue

        /// In style sheets and words.
        var name: String { self == .inTime ? "in-time" : rawValue }
    }

    private static let step = 7
    private static let mostStacked = 5
    private static let left = 52
    private static let binWidth = 8
    private static let binCount = 42
    static let width = left + binCount * binWidth + 12

    let name: String
    /// Of each place along the strip, how many of each kind.
    private let stacks: [[Int]]
    /// Half of those that were stopped took no longer; 1 is the limit.
    let median: Double?

    /// - Parameter spread: of the party's promises of one kind, as the report of a scorecard has
    ///   it; empty where there are none.
    init(name: String, spread: JSONObject) {
        self.name = name
        var stacks = [[Int]](
            repeating: [Int](repeating: 0, count: Kind.allCases.count), count: Self.binCount)
        for (place, kind) in Kind.allCases.enumerated() {
            guard case .array(let counts)? = spread[kind.rawValue] else { continue }
            for (bin, count) in counts.prefix(Self.binCount).enumerated() {
                if case .integer(let count) = count { stacks[bin][place] = Int(clamping: count) }
            }
        }
        self.stacks = stacks
        median = spread.number("medianThousandths").map { Double($0) / 1000 }
    }

    func count(_ kind: Kind) -> Int {
        let place = Kind.allCases.firstIndex(of: kind) ?? 0
        return stacks.reduce(0) { $0 + $1[place] }
    }

    /// For how many cases a mark has to stand, so that no stack grows too high.
    var casesPerMark: Int {
        var cases = 1
        while stacks.contains(where: { Self.height(of: $0, cases) > Self.mostStacked }) {
            cases += max(1, cases / 4)
        }
        return cases
    }

    /// As much as its highest stack needs.
    func height(casesPerMark: Int) -> Int {
        (max(1, stacks.map { Self.height(of: $0, casesPerMark) }.max() ?? 0) + 1) * Self.step
    }

    /// In marks; each kind has at least one of its own.
    private static func height(of stack: [Int], _ casesPerMark: Int) -> Int {
        stack.reduce(0) { $0 + $1.dividedUp(by: casesPerMark) }
    }

    func draw(_ html: inout HTML, y: Int, casesPerMark: Int) {
        let base = y + height(casesPerMark: casesPerMark)
        let limit = Self.left + Self.binCount / 2 * Self.binWidth
        html(
            .svgText, .class("name"), .plain(.x, "0"), .plain(.y, String(base - 4)), text: name)
        line(&html, "axis", x: Self.left, base, to: Self.left + Self.binCount * Self.binWidth, base)
        line(&html, "limit", x: limit, y + 2, to: limit, base + 4)
        for (bin, stack) in stacks.enumerated() {
            let x = Self.left + bin * Self.binWidth + Self.binWidth / 2
            var place = 0
            for (kind, count) in zip(Kind.allCases, stack) {
                for _ in 0..<count.dividedUp(by: casesPerMark) {
                    Self.mark(&html, kind, x: x, y: base - 4 - place * Self.step)
                    place += 1
                }
            }
        }
        if let median {
            let x = Self.left + Int(min(2, median) * Double(Self.binCount / 2 * Self.binWidth))
            html(
                .path, .class("median"),
                .plain(.d, "M\(x) \(base + 1)l4 7h-8z"))
        }
    }

    private func line(
        _ html: inout HTML, _ style: String, x: Int, _ y: Int, to otherX: Int, _ otherY: Int
    ) {
        html(.path, .class(style), .plain(.d, "M\(x) \(y)L\(otherX) \(otherY)"))
    }

    /// A shape for each kind, whatever its colour: a disc, a ring, a full and an empty square.
    static func mark(_ html: inout HTML, _ kind: Kind, x: Int, y: Int) {
        switch kind {
        case .inTime, .open:
            let radius = kind == .open ? 2.5 : 3
            let half = "a\(radius) \(radius) 0 1 0 "
            html(
                .path, .class("mark \(kind.name)"),
                .plain(
                    .d,
                    "M\(Double(x) - radius) \(y)\(half)\(2 * radius) 0\(half)\(-2 * radius) 0z"))
        case .late, .overdue:
            html(
                .path, .class("mark \(kind.name)"),
                .plain(.d, "M\(Double(x) - 2.5) \(Double(y) - 2.5)h5v5h-5z"))
        }
    }
}

/// Strips under each other, for each promise those of both parties.
struct CaseStrips {
    struct Group {
        let title: String
        let strips: [CaseStrip]
    }

    let groups: [Group]
    let words: Words

    private var casesPerMark: Int { groups.flatMap(\.strips).map(\.casesPerMark).max() ?? 1 }

    func draw(_ html: inout HTML) {
        html(.ul, .class("legend")) { html in
            for kind in CaseStrip.Kind.allCases {
                key(&html, words("chart.\(kind.name)")) {
                    CaseStrip.mark(&$0, kind, x: 7, y: 7)
                }
            }
            key(&html, words("strip.median")) {
                $0(.path, .class("median"), .plain(.d, "M7 3l4 7h-8z"))
            }
        }
        html(.p, .class("hint"), text: words("strip.about"))
        if casesPerMark > 1 {
            html(.p, .class("hint"), text: words.count("strip.several", casesPerMark))
        }
        html(.ol, .class("chart")) { html in
            for group in groups {
                html(.li) { html in
                    html(.p, .class("chart-title"), text: group.title)
                    strips(&html, group)
                }
            }
        }
    }

    private func key(_ html: inout HTML, _ text: String, _ shape: (inout HTML) -> Void) {
        html(.li) { html in
            html(
                .svg, .class("strip swatch"), .plain(.viewBox, "0 0 14 14"),
                .plain(.ariaHidden, "true"), content: shape)
            html.text(" " + text)
        }
    }

    private func strips(_ html: inout HTML, _ group: Group) {
        let gap = 14
        let heights = group.strips.map { $0.height(casesPerMark: casesPerMark) + gap }
        html(
            .svg, .class("strip"), .plain(.role, "img"),
            .plain(.viewBox, "0 0 \(CaseStrip.width) \(heights.reduce(0, +))"),
            .plain(.ariaLabel, group.title + words("language.colon") + told(group))
        ) { html in
            var y = 0
            for (strip, height) in zip(group.strips, heights) {
                strip.draw(&html, y: y, casesPerMark: casesPerMark)
                y += height
            }
        }
    }

    private func told(_ group: Group) -> String {
        words.list(
            group.strips.map { strip in
                let counts = CaseStrip.Kind.allCases.compactMap { kind -> String? in
                    let count = strip.count(kind)
                    return count == 0
                        ? nil : "\(words.number(count)) \(words("chart.\(kind.name)"))"
                }
                return strip.name + words("language.colon")
                    + (counts.isEmpty ? words("chart.none") : words.list(counts))
            })
    }
}

extension Int {
    fileprivate func dividedUp(by divisor: Int) -> Int { (self + divisor - 1) / divisor }
}
