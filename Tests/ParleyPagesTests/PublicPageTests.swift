import ParleyLog
import Testing

@testable import ParleyPages

@Suite struct PublicPageTests {
    private func drawn(_ groups: [Chart.Group]) throws -> String {
        var html = HTML()
        Chart(groups: groups, words: try #require(Words.named("en"))).draw(&html)
        return String(decoding: html.bytes, as: UTF8.self)
    }

    @Test func `bars say their numbers, in them or beside them, and in one sentence to a reader`()
        throws
    {
        let html = try drawn([
            .init(
                title: "Answer",
                bars: [
                    .init(name: "us", counts: [41, 1, 8]), .init(name: "cn", counts: [0, 0, 0]),
                ])
        ])
        #expect(html.contains("aria-label=\"us: 41 in time, 1 late, 8 overdue, cn: 0 in time"))
        #expect(html.contains("text-anchor=\"middle\">41</text>"))
        // Too narrow for its number.
        #expect(html.contains(">1 late</text>"))
        #expect(html.contains(">none judged</text>"))
        #expect(html.contains("fill=\"url(#late-hatch)\""))
        #expect(!html.contains(" style="))
    }

    @Test func `bars are as long as their counts`() throws {
        let html = try drawn([
            .init(
                title: "-",
                bars: [.init(name: "a", counts: [10, 0, 0]), .init(name: "b", counts: [5, 0, 0])])
        ])
        let widths = html.matches(of: #/class="bar in-time" x="52" [^>]*width="([0-9.]+)"/#)
            .compactMap { Double(String($0.1)) }
        #expect(widths == [269, 134])
    }

    @Test func `no text becomes an element of XML, and what XML cannot hold is shown as a fault`() {
        var xml = XMLText()
        xml.element("title", [("href", "a\"b<c>&")], text: "<b>&\"\u{1}\u{FFFE}\r\n句")
        #expect(
            String(decoding: xml.bytes, as: UTF8.self)
                == "<title href=\"a&quot;b&lt;c&gt;&amp;\">&lt;b&gt;&amp;&quot;\u{FFFD}\u{FFFD}"
                + "&#13;\n句</title>\n")
    }

    @Test func `every code that the browser's check comes to has words`() throws {
        let words = try #require(Words.named("en"))
        let script = String(decoding: Asset.named("receipt.js").bytes, as: UTF8.self)
        let codes = script.matches(of: #/refuse\("([a-z0-9-]+)"\)/#).map { String($0.1) }
        // What is wrong with a key of the page itself is the node's matter.
        let own = Set(codes).subtracting(["key-text-malformed", "key-id-differs"])
        #expect(own.count > 15)
        #expect(own.subtracting(ReceiptPage.reasons).sorted() == [])
        for code in ReceiptPage.reasons {
            #expect(words.known("reason.\(code)") != nil, "\(code)")
        }
        #expect(script.utf8.count < 20 * 1024)
    }

    @Test func `a feed names each text by its digest and says what was written as it was`() throws {
        let digest = Digest(hashing: Array("text".utf8))
        let item = FeedPages.Item(
            digest: digest, title: "<Minutes>", author: "us",
            published: try #require(Timestamp(text: "2026-11-03T09:12:00Z")),
            page: Address("outcomes", digest.text), language: "zh-Hans", summary: "A & B\n<i>")
        let sheet = try PageTests().sheet("en", said: "x")
        let atom = String(
            decoding: FeedPages.atom([item], sheet, at: "https://us.example.org"), as: UTF8.self)
        #expect(atom.hasPrefix("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns="))
        #expect(item.id.hasPrefix("ni:///sha-256;") && item.id.utf8.count == 14 + 43)
        #expect(atom.contains("<id>\(item.id)</id>"))
        #expect(atom.contains("<summary xml:lang=\"zh-Hans\">A &amp; B\n&lt;i&gt;</summary>"))
        #expect(
            atom.contains("href=\"https://us.example.org/en/outcomes/sha256%3A\(digest.hex)\""))
        let feed = FeedPages.json([item], sheet, at: "https://us.example.org")
        #expect(feed.objects("items").first?.text("content_text") == "A & B\n<i>")
        #expect(feed.text("feed_url") == "https://us.example.org/en/feed.json")
    }
}
