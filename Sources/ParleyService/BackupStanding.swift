package import ParleyLog
import ParleyStatements

/// When a home was last backed up, and after how long somebody is to be told.
package struct BackupStanding: Hashable, Sendable {
    /// The moment whose state the last whole backup holds; nil where none was made.
    package let lastAt: Timestamp?
    /// 0: nobody is ever told.
    package let warnDays: Int64

    package init(lastAt: Timestamp?, warnDays: Int64) {
        self.lastAt = lastAt
        self.warnDays = warnDays
    }

    /// Whether somebody has to make one.
    package func isDue(at now: Timestamp) -> Bool {
        guard warnDays > 0 else { return false }
        guard let lastAt else { return true }
        return now.seconds(since: lastAt) > warnDays * 86_400
    }

    func json(at now: Timestamp) -> JSONObject {
        let json: JSONObject = ["due": .bool(isDue(at: now)), "warnDays": .integer(warnDays)]
        return lastAt.map { json.adding(["at": .string($0.text)]) } ?? json
    }
}
