package import ParleyService
import ParleyStatements

/// Finds the page that is asked for, and asks it.
package enum PageRouter {
    package static let all: [Page] =
        SignInPages.all + PortalPages.all + DeskPages.all + ReportPages.all + DraftPages.all
        + AccountPages.all + AdministrationPages.all + NotifyPage.all + CompanyPages.all
        + IntakePages.all

    package static func page(at steps: [String]) -> (page: Page, parameters: [String: String])? {
        for page in all {
            if let parameters = page.parameters(at: steps) { return (page, parameters) }
        }
        return nil
    }

    static func isOperation(_ name: String) -> Bool { Operation.named(name) != nil }

    /// - Parameter refused: why a form is not taken at all; its page is shown with what was typed.
    /// - Throws: what could not be found out.
    package static func reply(
        _ page: Page, _ request: PageRequest, isPost: Bool, refused: Problem? = nil
    ) async throws -> PageReply {
        do {
            if let refusal = Self.refusal(page, request, isPost: isPost) { return refusal }
            guard isPost else { return try await page.show(request) }
            if let refused { return try await again(page, request, refused) }
            guard let form = page.forms.first(where: { $0.name == request.form.text("do") }) else {
                throw Problem.notFound
            }
            do {
                return try await form.act(request)
            } catch let problem as Problem {
                return try await again(page, request, problem)
            }
        } catch let problem as Problem {
            return ProblemPage.reply(problem, request.sheet)
        }
    }

    /// The page with what was typed, and why it was not done.
    private static func again(
        _ page: Page, _ request: PageRequest, _ problem: Problem
    ) async throws -> PageReply {
        var request = request
        request.problem = problem
        let reply = try await page.show(request)
        guard case .page(let html, _) = reply else { return reply }
        return .page(html, status: problem.status)
    }

    /// Nobody is sent to sign in, and comes back here; somebody else hears that it is not for them.
    private static func refusal(
        _ page: Page, _ request: PageRequest, isPost: Bool
    ) -> PageReply? {
        guard let first = page.needs.first(where: { !request.sheet.may($0) }) else { return nil }
        precondition(Operation.named(first) != nil, "\(first) is no operation")
        if request.sheet.viewer?.lacksFactor == true {
            return .redirect(Address("desk", "account"))
        }
        guard request.sheet.viewer != nil else {
            return .redirect(
                Address("sign-in").with(
                    ("next", request.sheet.address.text(in: "")),
                    ("note", isPost ? "over" : nil)))
        }
        return ProblemPage.reply(.notAllowed, request.sheet)
    }
}
