package import ParleyStatements

/// How one party holds an exhibit, as its own events have it.
package enum CustodyHolding: String, Hashable, Sendable, CaseIterable {
    /// The content lies open to it: whoever sealed the exhibit begins so.
    case open
    /// It has what only an opening of the seal gives content to: whoever was sent it begins so.
    case sealed
    /// It gave the exhibit back.
    case returned
    case destroyed
}

/// What may happen to an exhibit in whose hands, as data: the fold, the commands and
/// `Spec/custody.md` §3 all read it.
package enum CustodyRules {
    /// One event: how a party must hold the exhibit for it, how it holds it after, and what the
    /// event must say beside handler, time and purpose.
    package struct Rule: Hashable, Sendable {
        package let event: CustodyEvent
        package let holdings: [CustodyHolding]
        /// Nil leaves the holding as it is.
        package let next: CustodyHolding?
        package let fields: [CustodyDetails.Field]
    }

    package static let rules: [Rule] = CustodyEvent.allCases.map(rule)

    package static func rule(for event: CustodyEvent) -> Rule {
        func rule(
            _ holdings: [CustodyHolding], _ next: CustodyHolding?,
            _ fields: [CustodyDetails.Field]
        ) -> Rule {
            Rule(event: event, holdings: holdings, next: next, fields: fields)
        }
        let held: [CustodyHolding] = [.open, .sealed]
        return switch event {
        case .collected: rule([.open], nil, [.hashAfter])
        case .sealed: rule([.open], .sealed, [.hashBefore, .seal])
        case .transferred: rule(held, nil, [.receiver])
        case .opened: rule(held, .open, [.hashAfter])
        case .examined: rule([.open], nil, [.hashBefore, .hashAfter, .tool])
        case .copied: rule([.open], nil, [.hashBefore, .hashAfter])
        case .returned: rule(held, .returned, [.receiver])
        case .destroyed: rule(held, .destroyed, [.authority])
        case .corrected: rule(CustodyHolding.allCases, nil, [.corrects])
        }
    }

    /// The table in Markdown.
    package static func table() -> String {
        var lines = [
            "| event | in the hands of a party that holds it | then it is | must also say |",
            "| --- | --- | --- | --- |",
        ]
        for rule in rules {
            let fields = rule.fields.map { "`\($0.rawValue)`" }.joined(separator: " ")
            lines.append(
                "| `\(rule.event.rawValue)` "
                    + "| \(rule.holdings.map(\.rawValue).joined(separator: ", ")) "
                    + "| \(rule.next?.rawValue ?? "(unchanged)") | \(fields) |")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
