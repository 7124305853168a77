package import ParleyLog

/// A file that the pages bring along: embedded in the executable, named by its digest.
package struct Asset: Sendable {
    package let name: String
    package let bytes: [UInt8]
    package let digest: Digest

    package static let root = "/assets/"

    package var path: String { Self.root + digest.hex.prefix(16) + "/" + name }

    package var mediaType: String {
        switch name.split(separator: ".").last {
        case "css": "text/css; charset=utf-8"
        case "svg": "image/svg+xml"
        default: "text/javascript; charset=utf-8"
        }
    }

    /// All of them: style, script and drawing.
    package static let all: [Asset] = EmbeddedFiles.all.compactMap { name, text in
        guard !name.hasSuffix(".json") else { return nil }
        let bytes = text.withUTF8Buffer { Array($0) }
        return Asset(name: name, bytes: bytes, digest: Digest(hashing: bytes))
    }

    static func named(_ name: String) -> Asset {
        guard let asset = all.first(where: { $0.name == name }) else {
            preconditionFailure("\(name) stands in Data")
        }
        return asset
    }

    /// By the path that a browser asks for; nil where there is none, or none such any more.
    package static func at(_ path: String) -> Asset? { all.first { $0.path == path } }
}
