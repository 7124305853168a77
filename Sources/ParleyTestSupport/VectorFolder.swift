package import Foundation

/// The data files under `Vectors/`, found from the place of this source file.
package enum VectorFolder {
    package static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Vectors")

    /// Every `.json` file directly in `Vectors/<name>`, sorted by name. Stops the test run when
    /// there is none: an empty folder would be a test that cannot fail.
    package static func files(in name: String) throws -> [URL] {
        let folder = root.appending(path: name)
        let files = try FileManager.default
            .contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "json" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
        precondition(!files.isEmpty, "Vectors/\(name) holds no vectors")
        return files
    }
}
