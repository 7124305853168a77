import Foundation

/// The checkout these tests stand in, found from the place of this source file.
enum Repository {
    static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// All Swift of ours: sources, tests, and the nested packages where they exist.
    static func swiftFiles() throws -> [SourceFile] {
        try ["Sources", "Tests", "Benchmarks", "Fuzzing"].flatMap { try files(in: $0) }
            .filter { $0.hasSuffix(".swift") }
            .map { SourceFile(path: $0, text: try text(of: $0)) }
    }

    static func pages() throws -> [Markdown] {
        let top = try FileManager.default.contentsOfDirectory(atPath: root.path)
        let inside = try ["Spec", "Vectors", "Examples", "Docs", "Tests", "Benchmarks"]
            .flatMap { try files(in: $0) }
        return try (top + inside).filter { $0.hasSuffix(".md") }.sorted()
            .map { Markdown(path: $0, text: try text(of: $0)) }
    }

    static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    static func data(of path: String) throws -> Data {
        try Data(contentsOf: root.appending(path: path))
    }

    /// The folders directly in `path`, by name; hidden ones left out.
    static func folders(in path: String) throws -> [String] {
        let all = try FileManager.default.contentsOfDirectory(
            at: root.appending(path: path), includingPropertiesForKeys: [.isDirectoryKey],
            options: .skipsHiddenFiles)
        return try all.filter {
            try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true
        }
        .map(\.lastPathComponent).sorted()
    }

    /// Every file under `folder`, as paths from the root; none when there is no such folder.
    /// Hidden folders, such as a nested package's `.build`, are left out.
    static func files(in folder: String) throws -> [String] {
        guard exists(folder) else { return [] }
        let paths = try FileManager.default.subpathsOfDirectory(
            atPath: root.appending(path: folder).path)
        return paths.filter { !$0.hasPrefix(".") && !$0.contains("/.") }.sorted()
            .map { folder + "/" + $0 }
    }

    private static func text(of path: String) throws -> String {
        String(decoding: try data(of: path), as: UTF8.self)
    }
}
