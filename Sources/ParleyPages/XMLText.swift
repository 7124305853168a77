/// A document of XML 1.0 while it is written: names from the program, everything else escaped.
struct XMLText {
    private(set) var bytes: [UInt8] = []

    mutating func declaration() { raw("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n") }

    mutating func element(
        _ name: StaticString, _ attributes: [(StaticString, String)] = [], text: String? = nil
    ) {
        element(name, attributes) { xml in
            if let text { xml.text(text) }
        }
    }

    mutating func element(
        _ name: StaticString, _ attributes: [(StaticString, String)] = [],
        content: (inout XMLText) -> Void
    ) {
        raw("<")
        raw(name)
        for (name, value) in attributes {
            raw(" ")
            raw(name)
            raw("=\"")
            text(value)
            raw("\"")
        }
        raw(">")
        content(&self)
        raw("</")
        raw(name)
        raw(">\n")
    }

    /// What XML 1.0 §2.2 has no character for becomes U+FFFD: a party's text may hold it.
    mutating func text(_ text: String) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": raw("&amp;")
            case "<": raw("&lt;")
            case ">": raw("&gt;")
            case "\"": raw("&quot;")
            case "\r": raw("&#13;")
            case "\t", "\n": bytes += Array(String(scalar).utf8)
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                bytes += Array("\u{FFFD}".utf8)
            default: bytes += Array(String(scalar).utf8)
            }
        }
    }

    private mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }
}
