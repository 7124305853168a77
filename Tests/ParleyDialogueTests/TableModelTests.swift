import ParleyDialogue
import ParleyStatements
import ParleyTestSupport
import Testing

@testable import ParleyDialogue

/// The tables as a stranger reads them, beside the protocols that the fold goes by.
struct TableModelTests {
    private func model(of kind: ThreadProtocol) throws -> TableModel {
        let (page, section) = try #require(ThreadProtocolTests.pages[kind.name])
        return try TableModel(section: try SpecPage.section(section, of: page))
    }

    /// The rendered table writes what either side may do once: a difference between the two sides'
    /// rows would not show there.
    @Test(arguments: ThreadProtocol.all)
    func `for every act, side and state the spec's text and the protocol say the same`(
        kind: ThreadProtocol
    ) throws {
        let model = try model(of: kind)
        #expect(model.states == kind.states.map(\.rawValue))
        #expect(model.sides == ThreadSide.allCases.map { kind.title(of: $0) })
        #expect(Set(model.moves.map(\.act)) == Set(kind.moves.map(\.act.rawValue)))
        for state in kind.states {
            for act in Act.allCases {
                for (place, side) in ThreadSide.allCases.enumerated() {
                    let read = model.moves.filter {
                        $0.act == act.rawValue && $0.side == place && $0.state == state.rawValue
                    }
                    let move = kind.move(act, by: side, in: state)
                    #expect(read.count == (move == nil ? 0 : 1), "\(act) \(side) \(state)")
                    guard let move, let told = read.first else { continue }
                    #expect(told.next == (move.next ?? state).rawValue, "\(act) \(side) \(state)")
                    #expect(told.points == move.point?.text ?? "(none)", "\(act) \(side) \(state)")
                    let clocks = told.clocks == "(none)" ? [] : told.clocks.split(separator: ",")
                    #expect(clocks.count == move.effects.count, "\(act) \(side) \(state)")
                }
            }
        }
    }

    @Test(arguments: ThreadProtocol.all)
    func `eight acts lead to every state of the spec's table`(kind: ThreadProtocol) throws {
        let model = try model(of: kind)
        #expect(model.states(withinDepth: 8) == Set(model.states))
    }
}
