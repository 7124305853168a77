import ParleyService
import ParleyStatements

/// What of the queue an address asks for, and the filters that its reader keeps.
struct QueueShown {
    /// What each asks of the queue by itself.
    enum Tab: String {
        case ours, theirs, silent, overdue
        /// Everything in which somebody is to act; no tab, but a filter may ask for it.
        case any

        static let shown: [Tab] = [.ours, .theirs, .silent, .overdue]

        var question: JSONObject {
            switch self {
            case .ours: ["turn": .string("ours")]
            case .theirs: ["turn": .string("theirs")]
            case .silent: ["silent": .bool(true)]
            case .overdue: ["overdue": .bool(true)]
            case .any: [:]
            }
        }
    }

    let tab: Tab
    /// As `queue.list` and `filter.add` take it.
    let question: JSONObject
    /// As the address has it, without kind and party, for which there are fields.
    let pairs: [(String, String)]

    init(_ request: PageRequest) {
        tab = request.query("show").flatMap(Tab.init(rawValue:)) ?? .ours
        var question = tab.question
        var pairs = [("show", tab.rawValue)]
        for name in ["turn", "silent", "kind", "party"] where question[name] == nil {
            guard let value = request.query(name), !value.isEmpty else { continue }
            question = question.adding([
                name: name == "silent" ? .bool(value == "true") : .string(value)
            ])
            if ["turn", "silent"].contains(name) { pairs.append((name, value)) }
        }
        self.question = question
        self.pairs = pairs
    }

    /// Reads the same again.
    static func address(of filter: JSONObject) -> Address {
        let turn = filter.text("turn")
        let isSilent = filter.flag("silent")
        let tab =
            filter.flag("overdue")
            ? Tab.overdue : isSilent ? .silent : turn.flatMap(Tab.init(rawValue:)) ?? .any
        return Address("desk").with(
            ("show", tab == .ours ? nil : tab.rawValue),
            ("turn", tab.rawValue == turn ? nil : turn),
            ("silent", isSilent && tab == .overdue ? "true" : nil),
            ("kind", filter.text("kind")), ("party", filter.text("party")))
    }

    func isSame(as saved: JSONObject) -> Bool {
        guard let asked = try? QueueFilter(json: question),
            let kept = try? QueueFilter(json: saved.object("filter"))
        else { return false }
        return asked == kept
    }

    // MARK: Parts

    /// Beside the tabs: a filter that is kept, with what it finds.
    static func tab(
        _ html: inout HTML, _ sheet: Sheet, _ saved: JSONObject, _ shown: QueueShown
    ) {
        html(.li) { html in
            html(
                .a, .href(sheet.link(address(of: saved.object("filter")))),
                .plain(.data, "filter"),
                shown.isSame(as: saved) ? .plain(.ariaCurrent, "page") : nil
            ) { html in
                html(.bdi, text: saved.text("name") ?? "")
                html.text(" ")
                html(
                    .span, .class("count"),
                    text: sheet.words.number(Int(saved.number("count") ?? 0)))
            }
        }
    }

    /// What is shown can be kept under a name; what is kept, removed.
    static func keeping(
        _ html: inout HTML, _ request: PageRequest, _ shown: QueueShown, _ saved: [JSONObject]
    ) {
        let words = request.words
        let kept = saved.filter { shown.isSame(as: $0) }
        for one in kept {
            let name = one.text("name") ?? ""
            html.act(
                "remove", words("queue.remove", ("name", name)), request, class: "plain danger",
                ("name", name))
        }
        guard kept.isEmpty || request.problem != nil else { return }
        // Open where something is wrong with what was typed.
        let isAgain = request.form.text("do") == "save"
        html(.details, .flag(.open, if: isAgain)) { html in
            html(.summary, text: words("queue.keep"))
            html.form("save", request) { html in
                html.field(
                    "name", words("queue.keep-name"), request, value: isAgain ? nil : "",
                    hint: words("queue.keep-hint")
                ) { [.plain(.autocomplete, "off")] }
                html(.button, .class("plain"), text: words("queue.keep-do"))
            }
        }
    }

    static func save(_ request: PageRequest) async throws -> PageReply {
        let shown = QueueShown(request)
        _ = try await request.ask(
            "filter.add", ["filter": request.typed("name")], shown.question)
        return .redirect(address(of: shown.question))
    }

    static func remove(_ request: PageRequest) async throws -> PageReply {
        _ = try await request.ask("filter.remove", ["filter": request.typed("name")])
        return .redirect(address(of: QueueShown(request).question))
    }
}
