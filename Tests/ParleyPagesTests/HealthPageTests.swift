import ParleyLog
import ParleyService
import ParleyStatements
import Testing

@testable import ParleyPages

@Suite struct HealthPageTests {
    /// What the queue's page says is wrong, at 10:00 on 3 November 2026.
    private func warnings(_ code: String, backup: JSONObject) throws -> String {
        let sheet = try PageTests().sheet(code, said: "")
        var html = HTML()
        let node: JSONObject = [
            "keysUntil": .string("2027-11-03T10:00:00Z"), "backup": .object(backup),
        ]
        HealthPage.warnings(&html, sheet, node, isAlone: true)
        return String(decoding: html.bytes, as: UTF8.self)
    }

    @Test func `a backup that is due is asked for, with how old the last one is`() throws {
        let old: JSONObject = ["at": .string("2026-10-21T10:00:00Z"), "due": .bool(true)]
        #expect(try warnings("en", backup: old).contains("backup of this node is 13 d old"))
        #expect(try warnings("zh", backup: old).contains("最近一次备份距今已13天"))
    }

    @Test func `a node that was never backed up says so`() throws {
        let none: JSONObject = ["due": .bool(true)]
        #expect(try warnings("en", backup: none).contains("has never been backed up"))
        #expect(try warnings("zh", backup: none).contains("本节点从未备份"))
    }

    @Test func `a backup that is not due is no warning`() throws {
        let new: JSONObject = ["at": .string("2026-11-03T09:00:00Z"), "due": .bool(false)]
        #expect(try warnings("en", backup: new).contains("Nothing is wrong."))
        #expect(try warnings("en", backup: ["due": .bool(false)]).contains("Nothing is wrong."))
    }
}
