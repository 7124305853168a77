import ParleyStatements

/// Custody events of the exhibits in a thread: allowed in every state, moving none.
extension ThreadFold {
    /// The statement that carried the exhibit whose custody `statement` records.
    func custodyCarrier(of statement: Statement) throws(ActRefusal) -> StatementID {
        // SPEC custody §2: A custody event MUST answer one statement: the one that carried the
        // exhibit, or an earlier custody event of that exhibit.
        guard let answer = statement.answers.first, statement.answers.count == 1 else {
            throw .custodyNotOfOne(count: statement.answers.count)
        }
        guard let exhibit = statement.terms.exhibit,
            let id = carrier(of: exhibit, from: answer), let carrier = records[id]?.statement
        else { throw .custodyExhibitUnknown }
        // SPEC custody §2: A custody event MUST be by a party that sent or was sent the exhibit.
        let holders = [carrier.from.party] + carrier.to
        guard holders.contains(statement.from.party) else {
            throw .custodyNotByHolder(statement.from.party)
        }
        // SPEC custody §2: A custody event MUST be addressed to every other party that sent or was
        // sent the exhibit.
        let others = Set(holders).subtracting([statement.from.party]).sorted()
        guard statement.to == others else { throw .custodyAddresseesWrong(expected: others) }
        return id
    }

    /// Follows answers back to the carrier. In a fold that is one step, since what is answered has
    /// been folded; a draft may answer events that have no time yet.
    private func carrier(of exhibit: BlobID, from answer: StatementID) -> StatementID? {
        var id = answer
        for _ in 0...records.count {
            guard let statement = records[id]?.statement else { return nil }
            if statement.exhibits.contains(where: { $0.blob == exhibit }) { return id }
            guard statement.act == .custodyRecord, statement.terms.exhibit == exhibit,
                !refusedCustody.contains(id)
            else { return nil }
            if let carrier = carriers[id] { return carrier }
            guard let next = statement.answers.first, statement.answers.count == 1 else {
                return nil
            }
            id = next
        }
        return nil
    }
}
