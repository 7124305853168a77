import Foundation
import ParleyTestSupport

/// `Spec/request.md`, by sections.
enum SpecPage {
    static func text() throws -> String {
        let file = VectorFolder.root.deletingLastPathComponent().appending(path: "Spec/request.md")
        return try String(contentsOf: file, encoding: .utf8)
    }

    static func section(_ number: String) throws -> String {
        let rest = try text().components(separatedBy: "\n## \(number). ").dropFirst().first ?? ""
        return rest.components(separatedBy: "\n## ")[0]
    }
}
