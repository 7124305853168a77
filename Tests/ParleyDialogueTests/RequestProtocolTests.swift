import Foundation
import ParleyDialogue
import ParleyStatements
import ParleyTestSupport
import Testing

@testable import ParleyDialogue

struct RequestProtocolTests {
    @Test func `the spec's tables are the protocol's own`() throws {
        #expect(try SpecPage.section("5").contains(RequestProtocol.table()))
    }

    @Test func `no two moves stand for one act by one side in one state`() {
        for act in Act.allCases {
            for side in RequestSide.allCases {
                for state in RequestState.allCases {
                    let moves = RequestProtocol.moves.filter {
                        $0.act == act && $0.side == side && $0.states.contains(state)
                    }
                    #expect(moves.count <= 1, "\(act) \(side) \(state)")
                }
            }
        }
    }

    @Test func `every act but silence and custody has a move, and those have none`() {
        let acts = Set(RequestProtocol.moves.map(\.act))
        #expect(
            acts
                == Set(Act.allCases.filter { !$0.changesDirectory })
                .subtracting([.deliverySilence, .custodyRecord]))
    }

    @Test func `every state can be reached, and only closed leads nowhere`() {
        var reached: Set<RequestState> = [.unopened]
        for _ in RequestState.allCases {
            reached.formUnion(reached.flatMap(RequestProtocol.successors))
        }
        #expect(reached == Set(RequestState.allCases))
        for state in RequestState.allCases {
            #expect(RequestProtocol.successors(of: state).isEmpty == (state == .closed))
        }
    }

    @Test func `from every open state somebody can bring the request to its end`() {
        for state in RequestState.allCases where state != .unopened && state != .closed {
            var reached: Set<RequestState> = [state]
            for _ in RequestState.allCases {
                reached.formUnion(reached.flatMap(RequestProtocol.successors))
            }
            #expect(reached.contains(.closed), "\(state)")
        }
    }

    @Test func `each state's doc comment lists what it can become`() throws {
        let file = VectorFolder.root.deletingLastPathComponent()
            .appending(path: "Sources/ParleyDialogue/RequestState.swift")
        var comment = ""
        var seen = 0
        for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
            let text = line.trimmingCharacters(in: .whitespaces)
            if text.hasPrefix("///") {
                comment += text.dropFirst(3)
            } else {
                if let name = text.wholeMatch(of: /case (\w+)( = .*)?/)?.output.1,
                    let state = RequestState.allCases.first(where: { "\($0)" == name })
                {
                    let promise = comment.components(separatedBy: "Becomes ").last ?? ""
                    let listed = promise.matches(of: /`(\w+)`/).map { String($0.output.1) }
                    #expect(listed == RequestProtocol.successors(of: state).map { "\($0)" })
                    seen += 1
                }
                comment = ""
            }
        }
        #expect(seen == RequestState.allCases.count)
    }
}
