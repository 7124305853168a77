import ParleyService
import ParleyStatements

/// How two parties kept the times they agreed, as anybody may see it: figures, and no thread.
enum PublicScorecardPage {
    static func show(_ request: PageRequest) async throws -> PageReply {
        var given: JSONObject = [:]
        if let other = request.query("with") { given = given.adding(["with": .string(other)]) }
        let answer = try await request.read("portal.scorecard", [:], given)
        let layout = ScorecardLayout(
            sheet: request.sheet, answer: answer, us: answer.text("party") ?? "",
            them: answer.text("with") ?? "")
        let sheet = request.sheet
        var frame = Frame(sheet, title: request.words("public.scorecard"))
        frame.publicPlace = .scorecard
        frame.isBroad = true
        frame.styles = [.named("chart.css")]
        return .page(
            frame.page { html in
                html(.h1, text: sheet.words("public.scorecard"))
                html.tabs(
                    sheet.words("scorecard.with"),
                    answer.texts("others").map { other in
                        (
                            Address("scorecard").with(("with", other)), sheet.named(other),
                            other == layout.them
                        )
                    }, sheet)
                layout.lead(&html)
                layout.compared(&html)
                layout.bars(&html)
                layout.tables(&html)
                html.check(
                    sheet.words("scorecard.check"),
                    command: "parley scorecard --headers record.headers"
                        + " --between \(layout.us),\(layout.them) \(layout.instants)")
            })
    }
}
