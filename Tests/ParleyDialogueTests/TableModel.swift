import Foundation
import ParleyTestSupport

/// A table of acts, read from the specification's text alone: it shares no code with the product.
struct TableModel {
    struct Move: Hashable {
        let act: String
        let side: Int
        let state: String
        let next: String
        let clocks: String
        let points: String
    }

    /// What the two sides are called, the opener's first.
    let sides: [String]
    let states: [String]
    let moves: [Move]

    /// - Throws: ``VectorFault`` where the section has not its two tables.
    init(section: String) throws {
        let rows = section.split(separator: "\n").filter { $0.hasPrefix("| ") }.map { line in
            line.components(separatedBy: " | ").map {
                $0.trimmingCharacters(in: CharacterSet(charactersIn: "| "))
            }
        }
        guard let header = rows.first(where: { $0.count == 4 && $0[0] == "state" }),
            let acts = rows.firstIndex(where: { $0.count == 6 && $0[0] == "act" }),
            header[1].hasSuffix(" may"), header[2].hasSuffix(" may")
        else { throw VectorFault(description: "the section has no tables of acts and states") }
        let sides = header[1...2].map { String($0.dropLast(" may".count)) }
        self.sides = sides
        states = rows.drop { $0 != header }.dropFirst(2).prefix { $0.count == 4 }.map { $0[0] }
        moves = rows[acts...].dropFirst(2).prefix { $0.count == 6 }.flatMap { row in
            sides.indices.filter { row[1] == "either side" || row[1] == sides[$0] }.flatMap {
                side in
                row[2].components(separatedBy: ", ").map { state in
                    Move(
                        act: row[0], side: side, state: state,
                        next: row[3] == "(unchanged)" ? state : row[3], clocks: row[4],
                        points: row[5])
                }
            }
        }
    }

    /// The states that some sequence of at most so many acts leads to.
    func states(withinDepth depth: Int) -> Set<String> {
        (0..<depth).reduce(into: ["unopened"] as Set<String>) { reached, _ in
            reached.formUnion(moves.filter { reached.contains($0.state) }.map(\.next))
        }
    }
}
