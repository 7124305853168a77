package import ParleyStatements

/// What was done, as facts that hold, do not hold, or are not said; never as a label.
package struct Conduct: Hashable, Sendable {
    /// What was said, and what follows from it.
    package let facts: [RowID: Bool]

    /// - Throws: ``LawRefusal`` for a fact that does not exist or that contradicts another.
    package init(
        _ said: [RowID: Bool], amounts: [String: Int] = [:], in data: LawData
    ) throws(LawRefusal) {
        var facts = said
        for (id, _) in said.sorted(by: { $0.key < $1.key }) where data.factByID[id] == nil {
            throw .factUnknown(id.text)
        }
        for fact in data.facts {
            guard let currency = fact.currency, let amount = amounts[currency] else { continue }
            try Self.conclude(fact.id, amount > fact.over, &facts)
        }
        for fact in data.facts where facts[fact.id] == true {
            for implied in fact.implies { try Self.conclude(implied, true, &facts) }
        }
        for fact in data.facts where fact.implies.contains(where: { facts[$0] == false }) {
            try Self.conclude(fact.id, false, &facts)
        }
        self.facts = facts
    }

    /// Parses `{"facts":{"access":true},"amounts":{"USD":12000}}`.
    package init(_ value: JSONValue, in data: LawData) throws(LawRefusal) {
        var said: [RowID: Bool] = [:]
        var amounts: [String: Int] = [:]
        do throws(FieldRefusal) {
            try JSONFields.reading(value) { fields throws(FieldRefusal) in
                guard case .object(let facts) = try fields.required("facts") else {
                    throw FieldRefusal(.wrongType("an object"), path: "/facts")
                }
                for member in facts.members {
                    guard case .bool(let holds) = member.value else {
                        throw FieldRefusal(.wrongType("true or false"), path: "/facts")
                    }
                    said[RowID(member.name)] = holds
                }
                guard let given = fields.optional("amounts") else { return }
                guard case .object(let given) = given else {
                    throw FieldRefusal(.wrongType("an object"), path: "/amounts")
                }
                for member in given.members {
                    guard case .integer(let amount) = member.value else {
                        throw FieldRefusal(.wrongType("a whole number"), path: "/amounts")
                    }
                    amounts[member.name] = Int(amount)
                }
            }
        } catch {
            throw .fieldWrong(nil, error)
        }
        try self.init(said, amounts: amounts, in: data)
    }

    /// Whether any of `facts` holds; nil when none is said to and not all are said not to.
    func holds(anyOf facts: [RowID]) -> Bool? {
        if facts.contains(where: { self.facts[$0] == true }) { return true }
        return facts.allSatisfy { self.facts[$0] == false } ? false : nil
    }

    private static func conclude(
        _ id: RowID, _ holds: Bool, _ facts: inout [RowID: Bool]
    ) throws(LawRefusal) {
        guard facts[id] == nil || facts[id] == holds else { throw .factContradicted(id.text) }
        facts[id] = holds
    }
}
