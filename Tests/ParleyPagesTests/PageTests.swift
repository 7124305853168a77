import Foundation
import ParleyLog
import ParleyService
import ParleyStatements
import Testing

@testable import ParleyPages

/// Every page, written from answers full of other people's texts.
@Suite struct PageTests {
    private static let hostile = "\"'><script>alert(1)</script>\u{0}{party} \u{202E}勒索"

    private func request(_ page: Page, _ code: String, said: String) throws -> PageRequest {
        let steps = page.path.split(separator: "/").map(String.init)
        var parameters: [String: String] = [:]
        for step in steps where step.hasPrefix("{") {
            let name = String(step.dropFirst().dropLast())
            parameters[name] = ["kind": "commitment", "statement": statement][name] ?? said
        }
        return PageRequest(
            sheet: try sheet(code, said: said, at: steps), parameters: parameters, form: .empty,
            desk: CannedDesk(said: said))
    }

    func sheet(_ code: String, said: String, at steps: [String] = []) throws -> Sheet {
        let words = try #require(Words.named(code))
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Examples/us-cn-2015/agreement.json")
        let value = try JSONValue(
            parsing: [UInt8](Data(contentsOf: file)), limitBytes: Agreement.sizeLimitBytes)
        return Sheet(
            words: words,
            address: Address(steps: steps, query: [.init("text", said), .init("show", said)]),
            agreement: try Agreement(parsing: value.canonicalBytes), party: try party("us"),
            viewer: Sheet.Viewer(
                Caller(
                    account: AccountName("officer"), organ: OrganID("poc"),
                    roles: Set(Role.allCases), means: .session), formToken: "token"),
            hasProvider: true,
            now: try #require(Timestamp(text: "2026-11-03T10:00:00Z")))
    }

    private func party(_ text: String) throws -> PartyID { try #require(PartyID(text)) }

    private var statement: String { "sha256:" + String(repeating: "a", count: 64) }

    @Test(arguments: Words.all.map(\.code), PageRouter.all.map(\.path))
    func `nothing that others say becomes part of a page`(code: String, path: String) async throws {
        let page = try #require(PageRouter.all.first { $0.path == path })
        let request = try request(page, code, said: Self.hostile)
        let reply = try await PageRouter.reply(page, request, isPost: false)
        guard case .page(let html, let status) = reply else { return }
        let text = String(decoding: html.bytes, as: UTF8.self)
        #expect(status < 500)
        #expect(!text.contains("<script>alert"))
        #expect(!html.bytes.contains(0))
        #expect(openTags(in: text) == [], "\(path) closes what it opens")
        #expect(text.contains("<html lang=\"\(request.words.tag)\">"))
        // A policy without exceptions: nothing of style or script stands in the page itself.
        #expect(!text.contains(" style=") && !text.contains("<style"))
        #expect(text.firstMatch(of: #/\son[a-z]+=/#) == nil)
    }

    @Test(arguments: PageRouter.all.map(\.path))
    func `every field has its label, and no id stands twice`(path: String) async throws {
        let page = try #require(PageRouter.all.first { $0.path == path })
        let reply = try await PageRouter.reply(
            page, try request(page, "en", said: "said"), isPost: false)
        guard case .page(let html, _) = reply else { return }
        let text = String(decoding: html.bytes, as: UTF8.self)
        let ids = text.matches(of: #/ id="([^"]+)"/#).map { String($0.1) }
        #expect(
            Set(ids).count == ids.count,
            "\(Dictionary(grouping: ids) { $0 }.filter { $1.count > 1 }.keys)")
        let labels = Set(text.matches(of: #/<label for="([^"]+)"/#).map { String($0.1) })
        for field in text.matches(of: #/<(?:input|select|textarea)([^>]*)>/#) {
            let attributes = String(field.1)
            if attributes.contains("type=\"hidden\"") || attributes.contains("aria-label=") {
                continue
            }
            let id = attributes.firstMatch(of: #/ id="([^"]+)"/#).map { String($0.1) }
            #expect(id.map(labels.contains) == true, "\(path): \(attributes)")
        }
    }

    /// What is open at the end, or closed out of turn.
    private func openTags(in text: String) -> [String] {
        let void: Set<String> = ["meta", "link", "input", "br", "hr", "img"]
        var open: [String] = []
        for tag in text.matches(of: #/<(\/?)([a-z0-9]+)[^>]*>/#) {
            let name = String(tag.2)
            if void.contains(name) { continue }
            if tag.1.isEmpty {
                open.append(name)
            } else if open.popLast() != name {
                return open + ["/" + name]
            }
        }
        return open
    }

    @Test func `what was typed stands there again when it was not done`() async throws {
        let page = try #require(PageRouter.page(at: ["sign-in"])?.page)
        var asked = try request(page, "en", said: "x")
        asked = PageRequest(
            sheet: asked.sheet, parameters: [:],
            form: Form([
                .init("do", "sign-in"), .init("name", "offi<cer"), .init("password", "secret"),
            ]), desk: asked.desk)
        // The canned desk knows no such operation: a problem as any other.
        guard
            case .page(let html, let status) = try await PageRouter.reply(
                page, asked, isPost: true)
        else {
            Issue.record("a page")
            return
        }
        let text = String(decoding: html.bytes, as: UTF8.self)
        #expect(status == 404)
        #expect(text.contains("value=\"offi&lt;cer\""))
        #expect(text.contains("role=\"alert\""))
        #expect(!text.contains("secret"))
    }
}
