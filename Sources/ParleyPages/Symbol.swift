/// The drawings that stand beside words: our own, in one place, each 16 by 16.
struct Symbol: Sendable {
    private let id: String
    private let shapes: @Sendable (inout HTML) -> Void

    func draw(_ html: inout HTML) {
        html(.symbol, .id(id), .plain(.viewBox, "0 0 16 16"), content: shapes)
    }

    private static func path(_ id: String, _ path: String, isFilled: Bool = false) -> Symbol {
        Symbol(id: id) { html in
            html(.path, .plain(.d, path), isFilled ? .class("filled") : nil)
        }
    }

    /// In time, due soon, overdue, silent: told apart by shape before colour.
    static let all: [Symbol] = [
        path("in-time", "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z"),
        Symbol(id: "due-soon") { html in
            html(.path, .plain(.d, "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z"))
            html(.path, .plain(.d, "M8 2a6 6 0 0 0 0 12z"), .class("filled"))
        },
        path("overdue", "M2 2h12v12H2z", isFilled: true),
        Symbol(id: "silent") { html in
            html(.path, .plain(.d, "M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2z"), .class("dashed"))
        },
        path("done", "M3 8.5l3.5 3.5L13 4.5"),
        path("irregular", "M8 2l6.5 12h-13zM8 6.5v3.5M8 11.5v1"),
        path("seal", "M4 7V5a4 4 0 0 1 8 0v2M3 7h10v7H3z"),
        path("open", "M4 7V5a4 4 0 0 1 7.5-2M3 7h10v7H3z"),
        path("call", "M4 2h2l1.5 4-2 1.500a8 8 0 0 0 3 3l1.500-2 4 1.500v2A12 12 0 0 1 2 4z"),
    ]
}
