import Testing

@testable import ParleyPages

@Suite struct AddressTests {
    @Test func `steps and queries are percent-encoded, and read back as they were`() throws {
        let address = Address("desk", "a/b ü").with(("text", "1+1=2 & 勒索"), ("none", nil))
        let text = address.text(in: "en")
        #expect(
            text == "/en/desk/a%2Fb%20%C3%BC?text=1%2B1%3D2%20%26%20%E5%8B%92%E7%B4%A2")
        let parts = text.split(separator: "?")
        let steps = parts[0].split(separator: "/").dropFirst().map(String.init)
        #expect(Address(escapedSteps: steps, query: parts[1]) == address)
    }

    @Test(arguments: ["%", "%1", "%zz", "%ff", "a%c3"])
    func `what is no UTF-8 in escapes is no address`(step: String) {
        #expect(Address(escapedSteps: [step], query: "") == nil)
        #expect(Address(escapedSteps: [], query: "a=" + step) == nil)
    }

    @Test func `a plus in a query is a space, and in a path a plus`() {
        #expect(
            Address(escapedSteps: ["a+b"], query: "c=d+e")
                == Address(steps: ["a+b"], query: [.init("c", "d e")]))
    }

    @Test(arguments: [
        ("//desk/threads?kind=information", "/en/desk/threads?kind=information"),
        ("//desk", "/en/desk"),
        ("//evil.example.org/", "/en/desk"), ("https://example.org/desk", "/en/desk"),
        ("//desk\\@example.org", "/en/desk"), ("//desk/nothing/such", "/en/desk"),
        ("javascript:alert(1)", "/en/desk"), ("", "/en/desk"),
    ])
    func `whoever signs in comes to a page of ours and nowhere else`(next: String, to: String) {
        #expect(SignInPages.next(next).text(in: "en") == to)
    }

    @Test func `every page stands at an address of its own and asks for operations there are`() {
        var paths: Set<String> = []
        for page in PageRouter.all {
            #expect(paths.insert(page.path).inserted, "\(page.path) stands there twice")
            for need in page.needs + page.forms.map(\.operation) {
                #expect(PageRouter.isOperation(need), "\(page.path) asks for \(need)")
            }
            #expect(Set(page.forms.map(\.name)).count == page.forms.count)
        }
        #expect(PageRouter.page(at: ["desk", "threads", "x"])?.parameters == ["thread": "x"])
        #expect(PageRouter.page(at: ["desk", "threads", "x", "y"]) == nil)
    }
}
