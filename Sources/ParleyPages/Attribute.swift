/// One attribute of an element: what stands in it is escaped, and where a browser would follow it,
/// it is a ``Link``.
package struct Attribute: Sendable {
    let name: StaticString
    /// Nil for one that is there or not.
    let value: String?

    private init(_ name: StaticString, _ value: String?) {
        self.name = name
        self.value = value
    }

    /// Of those that mean nothing to a browser but what they say: never one that it follows or
    /// does, for which there are the functions below.
    package static func plain(_ name: PlainName, _ value: String) -> Attribute {
        Attribute(name.text, value)
    }

    package static func `class`(_ value: String) -> Attribute { Attribute("class", value) }
    package static func id(_ value: String) -> Attribute { Attribute("id", value) }
    package static func name(_ value: String) -> Attribute { Attribute("name", value) }
    package static func value(_ value: String) -> Attribute { Attribute("value", value) }
    package static func type(_ value: String) -> Attribute { Attribute("type", value) }
    package static func href(_ link: Link) -> Attribute { Attribute("href", link.text) }
    package static func src(_ link: Link) -> Attribute { Attribute("src", link.text) }
    package static func action(_ link: Link) -> Attribute { Attribute("action", link.text) }
    package static func `for`(_ id: String) -> Attribute { Attribute("for", id) }
    /// A language as BCP 47 has it; text direction follows the text itself.
    package static func lang(_ tag: String) -> Attribute { Attribute("lang", tag) }

    /// There or not: `required`, `checked`.
    package static func flag(_ flag: Flag, if isSet: Bool = true) -> Attribute? {
        isSet ? Attribute(flag.text, nil) : nil
    }

    package enum Flag: Sendable {
        case required, checked, selected, hidden, multiple, open
        case deferred, formNoValidate

        fileprivate var text: StaticString {
            switch self {
            case .required: "required"
            case .checked: "checked"
            case .selected: "selected"
            case .hidden: "hidden"
            case .multiple: "multiple"
            case .open: "open"
            case .deferred: "defer"
            case .formNoValidate: "formnovalidate"
            }
        }
    }

    /// Names of attributes whose values a browser neither follows nor runs.
    package struct PlainName: Sendable {
        fileprivate let text: StaticString
        private init(_ text: StaticString) { self.text = text }

        package static let ariaCurrent = PlainName("aria-current")
        package static let ariaDescribedBy = PlainName("aria-describedby")
        package static let ariaHidden = PlainName("aria-hidden")
        package static let ariaLabel = PlainName("aria-label")
        package static let ariaLabelledBy = PlainName("aria-labelledby")
        package static let ariaLive = PlainName("aria-live")
        package static let autocomplete = PlainName("autocomplete")
        package static let charset = PlainName("charset")
        package static let content = PlainName("content")
        package static let d = PlainName("d")
        package static let data = PlainName("data-is")
        package static let dataFailed = PlainName("data-failed")
        package static let dataHead = PlainName("data-head")
        package static let dataKinds = PlainName("data-kinds")
        package static let dataOne = PlainName("data-one")
        package static let dataQuorum = PlainName("data-quorum")
        package static let dataOther = PlainName("data-other")
        package static let dataOver = PlainName("data-over")
        package static let dataParty = PlainName("data-party")
        package static let dataUnsaved = PlainName("data-unsaved")
        package static let datetime = PlainName("datetime")
        package static let dir = PlainName("dir")
        package static let download = PlainName("download")
        package static let fill = PlainName("fill")
        package static let height = PlainName("height")
        package static let hreflang = PlainName("hreflang")
        package static let inputmode = PlainName("inputmode")
        package static let max = PlainName("max")
        package static let maxlength = PlainName("maxlength")
        package static let method = PlainName("method")
        package static let min = PlainName("min")
        package static let pattern = PlainName("pattern")
        package static let patternTransform = PlainName("patternTransform")
        package static let patternUnits = PlainName("patternUnits")
        package static let rel = PlainName("rel")
        package static let role = PlainName("role")
        package static let rowspan = PlainName("rowspan")
        package static let rows = PlainName("rows")
        package static let scope = PlainName("scope")
        package static let spellcheck = PlainName("spellcheck")
        package static let tabindex = PlainName("tabindex")
        package static let textAnchor = PlainName("text-anchor")
        package static let title = PlainName("title")
        package static let viewBox = PlainName("viewBox")
        package static let width = PlainName("width")
        package static let x = PlainName("x")
        package static let y = PlainName("y")
    }
}
