import ArgumentParser
import ParleyLaw
import ParleyLog

/// Times answers from the tables of law, in one process and on one core.
struct Law: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Time reading the tables of law, whole answers, and every pair at once.")

    @Option(help: "The day that is asked about.")
    var on = "2026-11-23"
    @Option(help: "How often the tables are read.")
    var loads = 20
    @Option(help: "Of all ordered pairs of parties, every which is asked for a whole answer.")
    var step = 1

    func run() throws {
        guard let day = CivilDate(text: on) else { throw ValidationError("--on is not a day") }
        let clock = ContinuousClock()
        var loaded: [Double] = []
        var data = try ShippedLaw.data()
        for _ in 0..<loads {
            let took = try clock.measure { data = try ShippedLaw.data() }
            loaded.append(took.inSeconds * 1000)
        }
        let parties = data.parties.map(\.id)
        let conduct = try Conduct([RowID("access"): true], in: data)
        var answered: [Double] = []
        var rowCount = 0
        var number = 0
        for first in parties {
            for second in parties where first != second {
                number += 1
                guard number % step == 0 else { continue }
                let took = try clock.measure {
                    let question = try LawQuestion(
                        first, second, on: day, conduct: conduct, in: data)
                    let answer = try LawAnswer(question, about: .basis(nil), askedOn: day)
                    rowCount += answer.uses.count
                }
                answered.append(took.inSeconds * 1000)
            }
        }
        var metCount = 0
        let pairs = clock.measure {
            var table = CriminalityTable(of: conduct, on: day, in: data)
            for first in parties {
                for second in parties where table.between(first, second).outcome == .met {
                    metCount += 1
                }
            }
        }
        try printJSON([
            "answerMilliseconds": answered, "loadMilliseconds": loaded,
            "pairsSeconds": pairs.inSeconds, "parties": parties.count, "met": metCount,
            "rows": rowCount,
        ])
    }
}
