import Foundation
import ParleyService
import ParleyStatements
import ParleyTestSupport
import Testing

/// `Tests/EndToEnd/access.json` says who may do what; a running node is held to it there, and the
/// table of operations here.
struct AccessTests {
    private let rows: JSONObject

    init() throws {
        let file = VectorFolder.root.deletingLastPathComponent()
            .appending(path: "Tests/EndToEnd/access.json")
        let value = try JSONValue(
            parsing: [UInt8](try Data(contentsOf: file)), limitBytes: 256 * 1024)
        guard case .object(let json) = value, case .object(let rows)? = json["operations"] else {
            preconditionFailure("access.json has no operations")
        }
        self.rows = rows
    }

    private func who(_ id: String) -> [String]? {
        guard case .object(let row)? = rows[id], case .array(let who)? = row["who"] else {
            return nil
        }
        return who.compactMap { value in
            guard case .string(let text) = value else { return nil }
            return text
        }
    }

    @Test func `each operation has its row, and there is no row without one`() {
        let told = rows.members.map(\.name)
        #expect(Set(told).count == told.count)
        #expect(Set(told) == Set(Operation.all.map(\.id)))
    }

    @Test(arguments: Operation.all.map(\.id))
    func `an operation is for whom its row names and for nobody else`(id: String) throws {
        let operation = try #require(Operation.named(id))
        let expected =
            switch operation.access {
            case .anybody: ["anybody"]
            case .person: ["person"]
            case .roles(let roles): roles.map(\.rawValue).sorted()
            }
        #expect(who(id) == expected, "Tests/EndToEnd/access.json: \(id)")
    }
}
