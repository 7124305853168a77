import Foundation
import ParleyStatements

/// A name of somebody's own choice: of any script, on one line, and nothing that hides or turns
/// what is shown.
enum OneLine {
    /// In one spelling where Unicode has several (NFC); nil for what is no such name.
    ///
    /// - Parameter characters: how many it may have, as Unicode counts code points.
    static func name(_ text: String, characters: ClosedRange<Int>) -> String? {
        let text = text.precomposedStringWithCanonicalMapping
        let scalars = text.unicodeScalars
        guard characters.contains(scalars.count), let first = scalars.first,
            let last = scalars.last, !first.properties.isWhitespace,
            !last.properties.isWhitespace,
            !scalars.contains(where: {
                isControl($0) || isBidirectionalControl($0) || breaksLine($0)
            }), scalars.contains(where: { $0.properties.generalCategory != .format })
        else { return nil }
        return text
    }

    private static func breaksLine(_ scalar: Unicode.Scalar) -> Bool {
        (0x2028...0x2029).contains(scalar.value)
    }
}

extension String {
    /// Without white space at its ends.
    package var trimmed: String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace }
        let head = drop(while: isSpace)
        return String(head.reversed().drop(while: isSpace).reversed())
    }
}
