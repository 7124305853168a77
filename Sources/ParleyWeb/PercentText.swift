import Foundation
import ParleyService

/// Paths and queries as text (RFC 3986 §2.1; a query's `+` is a space, as forms have it).
enum PercentText {
    /// Nil for what is no UTF-8, or has a sign of percent without two digits.
    static func decoded(_ text: String) -> String? { text.removingPercentEncoding }

    /// Names and values in their order.
    static func query(_ text: String) throws(Problem) -> [(String, String)] {
        var pairs: [(String, String)] = []
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                .map { decoded(String($0).replacing("+", with: " ")) }
            guard let name = parts[0], let value = parts.count == 2 ? parts[1] : "" else {
                throw Problem(
                    status: 400, reason: "query-malformed", detail: "the query is no UTF-8")
            }
            pairs.append((name, value))
        }
        return pairs
    }
}
