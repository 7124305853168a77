import Foundation
import ParleyTestSupport

/// Which seeds a run plays: a few, or those that `PARLEY_SEEDS` names: `5000`, or `700-799`.
enum Seeds {
    static func chosen(otherwise usual: Range<UInt64>) throws -> Range<UInt64> {
        guard let text = ProcessInfo.processInfo.environment["PARLEY_SEEDS"] else { return usual }
        let numbers = text.split(separator: "-").compactMap { UInt64($0) }
        switch numbers.count {
        case 1: return 0..<numbers[0]
        case 2 where numbers[0] <= numbers[1]: return numbers[0]..<(numbers[1] + 1)
        default: throw TestSupportFault(words: "PARLEY_SEEDS is a number, or FROM-TO: \(text)")
        }
    }
}
