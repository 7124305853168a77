import ParleyDialogue
import ParleyStatements
import Testing

@testable import ParleyDialogue

struct ThreadProtocolTests {
    /// Where each protocol's tables stand in the specification.
    static let pages = [
        "request": ("request", "5"), "proceeding": ("proceeding", "2"),
        "law": ("law", "10"), "incident": ("dialogue", "5"), "campaign": ("dialogue", "6"),
        "allegation": ("dialogue", "7"), "commitment": ("dialogue", "8"),
        "concern": ("dialogue", "9"), "notice": ("dialogue", "10"),
        "session": ("dialogue", "11"), "hotline": ("dialogue", "12"),
    ]

    @Test(arguments: ThreadProtocol.all)
    func `the spec's tables are the protocol's own`(kind: ThreadProtocol) throws {
        let (page, section) = try #require(Self.pages[kind.name])
        #expect(try SpecPage.section(section, of: page).contains(kind.table()))
    }

    @Test func `the spec's table of turns is the protocols' own`() throws {
        let kinds = DialogueWalkTests.kinds.filter { !$0.turns.isEmpty }
        let rows = kinds.map { kind in
            let cells = ThreadSide.allCases.map { side in
                let states = kind.states.filter { kind.turns[$0] == side }.map(\.rawValue)
                return states.isEmpty ? "(none)" : states.joined(separator: ", ")
            }
            return "| \(kind.name) | \(cells.joined(separator: " | ")) |"
        }
        let section = try SpecPage.section("3", of: "dialogue")
        #expect(section.matches(of: /\n\| [a-z]+ \| .*\|/).count == rows.count + 1)
        for row in rows { #expect(section.contains(row)) }
    }

    @Test func `people say what the tables have, but for overlays on the tables of law`() {
        let moves = ThreadProtocol.all.filter { $0 != .overlay }.flatMap { $0.moves.map(\.act) }
        #expect(Set(moves) == Set(Act.allCases.filter(\.isOfDialogue)))
    }

    @Test(arguments: ThreadProtocol.all)
    func `no two moves stand for one act by one side in one state`(kind: ThreadProtocol) {
        for act in Act.allCases {
            for side in ThreadSide.allCases {
                for state in kind.states {
                    let moves = kind.moves.filter {
                        $0.act == act && $0.side == side && $0.states.contains(state)
                    }
                    #expect(moves.count <= 1, "\(act) \(side) \(state)")
                }
            }
        }
    }

    @Test func `every act has a move in one protocol, but those beside them have none`() {
        let acts = ThreadProtocol.all.map { Set($0.moves.map(\.act)) }
        let all = Act.allCases.filter {
            !$0.changesDirectory && !$0.isBesideProtocols
        }
        #expect(acts.reduce(into: Set()) { $0.formUnion($1) } == Set(all))
        #expect(acts.map(\.count).reduce(0, +) == all.count)
    }

    @Test(arguments: ThreadProtocol.all)
    func `a protocol's acts begin with its name, and its opening alone opens a thread`(
        kind: ThreadProtocol
    ) {
        for move in kind.moves {
            #expect(move.act.rawValue.hasPrefix(kind.name + "."))
            #expect(move.act.form.opensThread == (move.act == kind.opening))
            #expect(move.states.allSatisfy(kind.states.contains))
        }
        #expect(Set(kind.sides.keys) == Set(ThreadSide.allCases))
    }

    /// Where a thread has ended.
    static let final: Set<ThreadState> = [.closed, .lapsed, .cancelled]
    /// Final in some kinds: a request that was withdrawn is still to be closed.
    static let finalInSome: Set<ThreadState> = [.withdrawn, .concluded]

    @Test(arguments: ThreadProtocol.all)
    func `every state can be reached, and left or final`(kind: ThreadProtocol) {
        #expect(Self.reached(from: .unopened, in: kind) == Set(kind.states))
        for state in kind.states {
            let isEnd = kind.successors(of: state).isEmpty
            #expect(!Self.final.contains(state) || isEnd)
            #expect(!isEnd || Self.final.union(Self.finalInSome).contains(state), "\(state)")
        }
    }

    @Test(arguments: ThreadProtocol.all)
    func `from every open state somebody can bring the thread to its end`(kind: ThreadProtocol) {
        for state in kind.states where state != .unopened {
            let ends = Self.reached(from: state, in: kind).filter {
                kind.successors(of: $0).isEmpty
            }
            #expect(!ends.isEmpty, "\(state)")
        }
    }

    private static func reached(
        from state: ThreadState, in kind: ThreadProtocol
    ) -> Set<ThreadState> {
        var reached: Set<ThreadState> = [state]
        for _ in kind.states { reached.formUnion(reached.flatMap { kind.successors(of: $0) }) }
        return reached
    }
}
