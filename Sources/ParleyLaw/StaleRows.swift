package import ParleyLog

/// Which rows want somebody's attention, by table.
package struct StaleRows: Sendable {
    package struct Table: Hashable, Sendable {
        package let table: LawTable
        package let rowCount: Int
        /// Older than the months asked for.
        package let old: [RowUse]
        package let onGeneralKnowledge: [RowUse]
        package let ofLowConfidence: [RowUse]
    }

    package static let generalKnowledge = RowID("S-GK")

    package let tables: [Table]

    package init(in data: LawData, askedOn: CivilDate, months: Int) {
        let uses = data.uses(
            of: Set(data.marks.keys), askedOn: askedOn, staleAfterMonths: months)
        let byTable = Dictionary(grouping: uses, by: \.reference.table)
        tables = LawTable.allCases.compactMap { table in
            guard let rows = byTable[table] else { return nil }
            return Table(
                table: table, rowCount: rows.count, old: rows.filter(\.isStale),
                onGeneralKnowledge: rows.filter { $0.source == Self.generalKnowledge },
                ofLowConfidence: rows.filter { $0.confidence == .low })
        }
    }
}
