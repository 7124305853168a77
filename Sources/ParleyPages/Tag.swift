/// An element of HTML that the pages use.
package struct Tag: Sendable {
    let name: StaticString
    /// Has neither content nor end (WHATWG HTML §13.1.2).
    let isVoid: Bool
    /// A line of its own in the source, where white space says nothing.
    let endsLine: Bool

    private init(_ name: StaticString, isVoid: Bool = false, endsLine: Bool = false) {
        self.name = name
        self.isVoid = isVoid
        self.endsLine = endsLine
    }

    package static let html = Tag("html", endsLine: true)
    package static let head = Tag("head", endsLine: true)
    package static let body = Tag("body", endsLine: true)
    package static let title = Tag("title", endsLine: true)
    package static let meta = Tag("meta", isVoid: true)
    package static let link = Tag("link", isVoid: true)
    package static let script = Tag("script", endsLine: true)

    package static let header = Tag("header", endsLine: true)
    package static let main = Tag("main", endsLine: true)
    package static let nav = Tag("nav", endsLine: true)
    package static let footer = Tag("footer", endsLine: true)
    package static let section = Tag("section", endsLine: true)
    package static let article = Tag("article", endsLine: true)
    package static let aside = Tag("aside", endsLine: true)
    package static let div = Tag("div", endsLine: true)
    package static let h1 = Tag("h1", endsLine: true)
    package static let h2 = Tag("h2", endsLine: true)
    package static let h3 = Tag("h3", endsLine: true)
    package static let p = Tag("p", endsLine: true)
    package static let ul = Tag("ul", endsLine: true)
    package static let ol = Tag("ol", endsLine: true)
    package static let li = Tag("li", endsLine: true)
    package static let dl = Tag("dl", endsLine: true)
    package static let dt = Tag("dt")
    package static let dd = Tag("dd", endsLine: true)
    package static let table = Tag("table", endsLine: true)
    package static let caption = Tag("caption", endsLine: true)
    package static let thead = Tag("thead", endsLine: true)
    package static let tbody = Tag("tbody", endsLine: true)
    package static let tr = Tag("tr", endsLine: true)
    package static let th = Tag("th")
    package static let td = Tag("td")
    package static let pre = Tag("pre", endsLine: true)
    package static let details = Tag("details", endsLine: true)
    package static let summary = Tag("summary", endsLine: true)
    package static let br = Tag("br", isVoid: true)

    package static let a = Tag("a")
    package static let span = Tag("span")
    package static let strong = Tag("strong")
    package static let code = Tag("code")
    package static let bdi = Tag("bdi")
    package static let time = Tag("time")
    package static let ins = Tag("ins")
    package static let del = Tag("del")

    package static let form = Tag("form", endsLine: true)
    package static let fieldset = Tag("fieldset", endsLine: true)
    package static let legend = Tag("legend", endsLine: true)
    package static let label = Tag("label")
    package static let input = Tag("input", isVoid: true)
    package static let button = Tag("button", endsLine: true)
    package static let select = Tag("select", endsLine: true)
    package static let option = Tag("option", endsLine: true)
    package static let textarea = Tag("textarea", endsLine: true)
    package static let output = Tag("output", endsLine: true)
    package static let progress = Tag("progress", endsLine: true)

    package static let svg = Tag("svg")
    package static let use = Tag("use")
    package static let symbol = Tag("symbol")
    package static let defs = Tag("defs")
    package static let pattern = Tag("pattern")
    package static let rect = Tag("rect")
    package static let path = Tag("path")
    /// Of SVG; its text must not be broken into lines.
    package static let svgText = Tag("text")
}
