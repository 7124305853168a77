import Foundation
import ParleyLog
import ParleyTestSupport
import Synchronization

/// Every signed note that ever left a node, cut out of the bytes by hand, to be held against what
/// the logs say later.
final class Evidence: Sendable {
    private struct Cosigning: Hashable {
        let witness: String
        let log: String
    }

    private struct Seen {
        /// Roots as the notes spell them, by log and size.
        var roots: [String: [Int: Set<String>]] = [:]
        /// Earliest and latest time under a cosignature, by size.
        var times: [Cosigning: [Int: ClosedRange<UInt64>]] = [:]
    }

    private let origins: [String]
    private let seen = Mutex(Seen())

    init(parties: [String]) { origins = parties.map(Self.origin) }

    static func origin(_ party: String) -> String { "\(party).example.org/log/village" }

    /// Takes the notes out of anything that a node said.
    func hear(_ bytes: [UInt8]) {
        let data = Data(bytes)
        for origin in origins {
            let needle = Data((origin + "\n").utf8)
            var from = data.startIndex
            while let found = data.range(of: needle, in: from..<data.endIndex) {
                read(data[found.lowerBound...].prefix(4096), of: origin)
                from = found.upperBound
            }
        }
    }

    private func read(_ text: Data, of origin: String) {
        let lines = String(decoding: text, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count > 4, let size = Int(lines[1]), lines[2].utf8.count == 44, lines[3] == ""
        else { return }
        seen.withLock { seen in
            seen.roots[origin, default: [:]][size, default: []].insert(lines[2])
            for line in lines[4...] {
                let words = line.split(separator: " ").map(String.init)
                guard words.count == 3, words[0] == "—", words[1].hasSuffix("/witness"),
                    let signature = Data(base64Encoded: words[2]), signature.count > 12
                else { return }
                let time = signature[4..<12].reduce(0) { $0 << 8 | UInt64($1) }
                let cosigning = Cosigning(witness: words[1], log: origin)
                let known = seen.times[cosigning, default: [:]][size] ?? time...time
                seen.times[cosigning]?[size] =
                    min(known.lowerBound, time)...max(known.upperBound, time)
            }
        }
    }

    /// How many different notes have left the nodes.
    var noteCount: Int {
        seen.withLock { $0.roots.values.map(\.count).reduce(0, +) }
    }

    /// Everything that was shown of a log and that these entries do not begin with.
    func faults(of party: String, entries: [Digest]) -> [String] {
        let roots = seen.withLock { $0.roots[Self.origin(party)] ?? [:] }
        return roots.sorted { $0.key < $1.key }.flatMap { size, roots -> [String] in
            guard size <= entries.count else {
                return ["\(party): has shown \(size) entries and has \(entries.count)"]
            }
            let root = Base64.encode(PlainLog.root(of: Array(entries.prefix(size))).bytes)
            return roots == [root] ? [] : ["\(party): has shown another tree of \(size) entries"]
        }
    }

    /// Where a witness's time goes back while the log that it cosigns grows.
    func timeFaults() -> [String] {
        seen.withLock { seen in
            seen.times.flatMap { cosigning, times -> [String] in
                let sorted = times.sorted { $0.key < $1.key }
                return zip(sorted, sorted.dropFirst()).compactMap { one, next in
                    guard next.value.lowerBound < one.value.upperBound else { return nil }
                    return "\(cosigning.witness) goes back in time on \(cosigning.log) "
                        + "between \(one.key) and \(next.key)"
                }
            }
        }
    }
}
