import Testing

@testable import ParleyPages

@Suite struct HTMLTests {
    private func written(_ write: (inout HTML) -> Void) -> String {
        var html = HTML()
        write(&html)
        return String(decoding: html.bytes, as: UTF8.self)
    }

    @Test func `no text becomes an element`() {
        #expect(
            written { $0(.span, text: "<script>alert(1)</script> & 'so' \"on\"") }
                == "<span>&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#39;so&#39; "
                + "&quot;on&quot;</span>")
    }

    /// Swift holds a quotation mark with an accent for one character; a browser does not.
    @Test(arguments: ["\"\u{301}", "'\u{301}", "<\u{338}", "&\u{FE0F}"])
    func `a mark that combines does not hide what has to be escaped`(text: String) {
        let html = written { $0(.a, .plain(.title, text + " onmouseover=alert(1) x=")) }
        let inside = html.dropFirst("<a title=\"".count).dropLast("\"></a>".count)
        #expect(!inside.utf8.contains { [0x22, 0x27, 0x3C, 0x3E].contains($0) })
    }

    @Test func `what HTML cannot hold is shown as a fault`() {
        #expect(written { $0.text("a\u{0}b\u{8}c\td\u{7F}") } == "a\u{FFFD}b\u{FFFD}c\td\u{FFFD}")
    }

    @Test func `a void element has no end, and an empty one has`() {
        #expect(
            written { html in
                html(.br)
                html(.td)
                html(.input, .flag(.required), .flag(.checked, if: false), .value("1 < 2"))
            } == "<br><td></td><input required value=\"1 &lt; 2\">")
    }

    @Test func `what somebody wrote keeps its paragraphs, its lines and its language`() {
        #expect(
            written { $0.said("one\ntwo\n\n三", language: "zh-Hans") }
                == "<div class=\"said\" lang=\"zh-Hans\" dir=\"auto\"><p>one<br>two</p>\n"
                + "<p>三</p>\n</div>\n")
    }
}
