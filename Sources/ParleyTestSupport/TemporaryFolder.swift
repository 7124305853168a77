package import Foundation

/// A folder of a test's own, gone when the test is done with it.
package final class TemporaryFolder: Sendable {
    package let url: URL

    package init() throws {
        // mkdtemp(3) puts characters of its own for the six X.
        let pattern = FileManager.default.temporaryDirectory
            .appending(path: "parley-test-XXXXXX").path()
        var name = Array(pattern.utf8CString)
        guard mkdtemp(&name) != nil else {
            throw TestSupportFault(words: "no temporary folder: errno \(errno)")
        }
        let path = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        url = URL(filePath: path, directoryHint: .isDirectory)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    package func path(_ name: String) -> String { url.appending(path: name).path() }
}
