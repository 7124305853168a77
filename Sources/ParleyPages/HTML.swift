/// A page while it is written: elements in their order, in one buffer.
///
/// Nothing reaches it but through ``Tag``, ``Attribute`` and escaped text, so no text of a party
/// can become an element or an attribute. Bytes are escaped and not characters: a mark that
/// combines with a quotation mark does not hide it.
package struct HTML: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func callAsFunction(
        _ tag: Tag, _ attributes: Attribute?..., content: (inout HTML) -> Void
    ) {
        open(tag, attributes)
        content(&self)
        close(tag)
    }

    package mutating func callAsFunction(
        _ tag: Tag, _ attributes: Attribute?..., text: String
    ) {
        open(tag, attributes)
        self.text(text)
        close(tag)
    }

    /// An element without content: a void one, or an empty one.
    package mutating func callAsFunction(_ tag: Tag, _ attributes: Attribute?...) {
        open(tag, attributes)
        if !tag.isVoid { close(tag) }
    }

    /// A void element, of attributes that were put together elsewhere.
    package mutating func void(_ tag: Tag, _ attributes: [Attribute?]) {
        precondition(tag.isVoid, "an element with content is closed")
        open(tag, attributes)
    }

    package mutating func text(_ text: String) {
        var text = text
        text.withUTF8 { escape($0) }
    }

    package mutating func doctype() { raw("<!DOCTYPE html>\n") }

    /// What was written apart, in its place here.
    package mutating func append(_ other: HTML) { bytes += other.bytes }

    private mutating func open(_ tag: Tag, _ attributes: [Attribute?]) {
        raw("<")
        raw(tag.name)
        for case let attribute? in attributes {
            raw(" ")
            raw(attribute.name)
            guard let value = attribute.value else { continue }
            raw("=\"")
            text(value)
            raw("\"")
        }
        raw(">")
    }

    private mutating func close(_ tag: Tag) {
        raw("</")
        raw(tag.name)
        raw(tag.endsLine ? ">\n" : ">")
    }

    private mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        var from = text.startIndex
        for place in text.indices {
            let entity: StaticString
            switch text[place] {
            case UInt8(ascii: "&"): entity = "&amp;"
            case UInt8(ascii: "<"): entity = "&lt;"
            case UInt8(ascii: ">"): entity = "&gt;"
            case UInt8(ascii: "\""): entity = "&quot;"
            case UInt8(ascii: "'"): entity = "&#39;"
            // What HTML cannot hold at all (WHATWG HTML §13.1.4): shown as what it is, a fault.
            case 0x00...0x08, 0x0B, 0x0C, 0x0E...0x1F, 0x7F: entity = "\u{FFFD}"
            default: continue
            }
            bytes.append(contentsOf: text[from..<place])
            raw(entity)
            from = text.index(after: place)
        }
        bytes.append(contentsOf: text[from...])
    }
}
