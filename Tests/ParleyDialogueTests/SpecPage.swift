import Foundation
import ParleyTestSupport

/// A page of the specification, by sections.
enum SpecPage {
    static func section(_ number: String, of page: String = "request") throws -> String {
        let file = VectorFolder.root.deletingLastPathComponent()
            .appending(path: "Spec/\(page).md")
        let text = try String(contentsOf: file, encoding: .utf8)
        let rest = text.components(separatedBy: "\n## \(number). ").dropFirst().first ?? ""
        return rest.components(separatedBy: "\n## ")[0]
    }
}
