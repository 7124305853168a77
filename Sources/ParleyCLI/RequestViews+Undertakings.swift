import ParleyDialogue
import ParleyLog
import ParleyStatements

/// What the sides have undertaken beside the state: basis, consultations, conditions, call backs,
/// holds.
extension ThreadWords {
    func basis(of thread: DialogueThread) -> [String] {
        guard let opening = thread.opening else { return [] }
        var lines: [String] = []
        if let basis = opening.basis {
            lines.append(
                "  on the basis \(basis), by the tables of law \(opening.law?.text ?? "-")")
        }
        if let follows = opening.follows { lines.append("  goes on from \(follows)") }
        return lines
    }

    func undertakings(of thread: DialogueThread) -> [String] {
        var lines: [String] = []
        for check in thread.authorityChecks {
            lines.append(
                "  authority called back \(both(check.time, thread)): \(check.verdict.rawValue)")
        }
        for one in thread.consultations {
            var line = "  consulted on \(one.ground) \(both(one.time, thread)): "
            if one.reply != nil {
                line += "replied"
            } else if let due = one.due?.instant {
                line += (now > due ? "no reply by " : "reply by ") + both(due, thread)
            } else {
                line += "no reply yet"
            }
            lines.append(line)
        }
        for one in thread.conditions {
            lines.append(
                "  conditions \(one.standing.rawValue): " + one.conditions.joined(separator: ", "))
        }
        if let hold = thread.hold {
            switch hold.standing(at: now, followers: followers) {
            case .held(let until): lines.append("  held until \(both(until, thread))")
            case .heldForRequest(let id):
                lines.append("  held while the request \(id) is not decided")
            case .runOut(let since): lines.append("  HELD NO LONGER since \(both(since, thread))")
            }
            lines += hold.renewals.map { "  asked to be held until \(both($0.until, thread))" }
        }
        for other in followers {
            lines.append("  gone on from here: " + row(other).joined(separator: " · "))
        }
        return lines
    }

}

extension ThreadConditions {
    /// Beside what they bind.
    var line: String {
        "  BOUND by conditions accepted in \(reply?.text ?? "-"): "
            + conditions.joined(separator: ", ")
    }
}
