import Foundation
import ParleyService
import ParleyStatements
import ParleyTestSupport
import Testing

@testable import ParleyPages

/// `Tests/EndToEnd/pages.json` says who sees which page and may send which form; a running node is
/// held to it there, and the table of pages here.
struct PageAccessTests {
    private let rows: JSONObject

    init() throws {
        let file = VectorFolder.root.deletingLastPathComponent()
            .appending(path: "Tests/EndToEnd/pages.json")
        let value = try JSONValue(
            parsing: [UInt8](try Data(contentsOf: file)), limitBytes: 256 * 1024)
        guard case .object(let json) = value else { preconditionFailure("pages.json is no object") }
        rows = json.object("pages")
    }

    /// Who may do all of these, as the file has it.
    private func who(_ operations: [String]) throws -> [String] {
        var who = Set(Role.allCases)
        var (isAnybodys, isPersons) = (true, true)
        for operation in operations {
            switch try #require(Operation.named(operation)).access {
            case .anybody: break
            case .person: isAnybodys = false
            case .roles(let roles):
                (isAnybodys, isPersons) = (false, false)
                who.formIntersection(roles)
            }
        }
        if isAnybodys { return ["anybody"] }
        return isPersons ? ["person"] : who.map(\.rawValue).sorted()
    }

    @Test func `each page has its row, and there is no row without one`() {
        #expect(Set(rows.members.map(\.name)) == Set(PageRouter.all.map(\.path)))
    }

    @Test(arguments: PageRouter.all.map(\.path))
    func `a page and its forms are for whom its row names and for nobody else`(
        path: String
    ) throws {
        let page = try #require(PageRouter.all.first { $0.path == path })
        let row = rows.object(path)
        #expect(try row.texts("who").sorted() == who(page.needs), "pages.json: \(path)")
        let forms = row.object("forms")
        #expect(Set(forms.members.map(\.name)) == Set(page.forms.map(\.name)), "\(path)")
        for form in page.forms where form.operation != "session.end" {
            #expect(
                try forms.object(form.name).texts("who").sorted() == who([form.operation]),
                "pages.json: \(path), \(form.name)")
        }
    }
}
