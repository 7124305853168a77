package import ParleyLog
package import ParleyStatements

/// The merged layers: every row by its name, checked, with what is looked up often at hand.
package struct LawData: Sendable {
    /// One row as it stands, with those it superseded.
    package struct Standing: Sendable {
        package let origin: LawLayer.Origin
        package let row: JSONObject
        package let earlier: [(origin: LawLayer.Origin, row: JSONObject)]
    }

    package let layers: [LawLayer]
    package private(set) var standing: [RowReference: Standing] = [:]
    package private(set) var marks: [RowReference: RowMarks] = [:]
    package private(set) var sources: [RowID: String] = [:]
    package private(set) var parties: [LawParty] = []
    package private(set) var instruments: [Instrument] = []
    package private(set) var bilateral: [BilateralAgreement] = []
    package private(set) var offences: [Offence] = []
    package private(set) var facts: [Fact] = []
    package private(set) var kinds: [RequestKindRow] = []
    package private(set) var bases: [RequestBasisRow] = []
    package private(set) var grounds: [RefusalGround] = []

    private(set) var partyByID: [RowID: LawParty] = [:]
    private(set) var instrumentByID: [RowID: Instrument] = [:]
    private(set) var bilateralByID: [RowID: BilateralAgreement] = [:]
    private(set) var statusByParty: [RowID: [RowID: TreatyStatus]] = [:]
    private(set) var reservationsByParty: [RowID: [Reservation]] = [:]
    private(set) var provisionsBySystem: [RowID: [RowID: [OffenceProvision]]] = [:]
    private(set) var provisionsByInstrument: [RowID: [RowID: [OffenceProvision]]] = [:]
    private(set) var conditions: [RowID: OffenceConditions] = [:]
    private(set) var factByID: [RowID: Fact] = [:]
    private(set) var offenceByID: [RowID: Offence] = [:]
    private(set) var kindByID: [RowID: RequestKindRow] = [:]
    private(set) var groundByID: [RowID: RefusalGround] = [:]
    private(set) var rulesByInstrument: [RowID: [CooperationRule]] = [:]
    private(set) var multilateral: [Instrument] = []

    /// Merges `layers` in order.
    ///
    /// - Throws: ``LawRefusal`` for layers that do not fit, a row that is not as its table has it,
    ///   and a name of a row that does not exist.
    package init(layers: [LawLayer]) throws(LawRefusal) {
        self.layers = layers
        try merge()
        try readRows()
        try checkReferences()
    }

    /// SHA-256 over the digests of the layers, in order: what a thread keeps of the data.
    package var digest: Digest { Self.digest(of: layers) }

    static func digest(of layers: [LawLayer]) -> Digest {
        Digest(
            hashing: layers.flatMap { Array(($0.origin.text + " " + $0.digest.text + "\n").utf8) })
    }

    static func checkOrder(of layers: [LawLayer]) throws(LawRefusal) {
        guard layers.first?.origin == .shipped else {
            throw .layerOrder("the shipped layer comes first")
        }
        for (one, next) in zip(layers, layers.dropFirst()) {
            // SPEC law §3: The layers MUST be the shipped one, then at most one party's overlay,
            // then at most one that both signed.
            guard one.origin.rank < next.origin.rank else {
                throw .layerOrder("\(next.origin.text) after \(one.origin.text)")
            }
        }
    }

    /// The names of rows that `text` can mean: `table/id`, or an id alone.
    package func references(to text: String) -> [RowReference] {
        standing.keys.filter { $0.description == text || $0.id.text == text }.sorted()
    }

    /// The rules that instruments have for requests of every kind, in the order of names.
    package var rulesForEveryKind: [CooperationRule] {
        rulesByInstrument.values.joined().sorted { $0.id < $1.id }
    }

    /// An instrument's provisions on offences, in the order of names.
    package func provisions(of instrument: RowID) -> [OffenceProvision] {
        (provisionsByInstrument[instrument] ?? [:]).values.joined().sorted { $0.id < $1.id }
    }

    package func party(_ id: RowID) -> LawParty? { partyByID[id] }
    package func instrument(_ id: RowID) -> Instrument? { instrumentByID[id] }
    package func bilateral(_ id: RowID) -> BilateralAgreement? { bilateralByID[id] }
    package func offence(_ id: RowID) -> Offence? { offenceByID[id] }
    package func fact(_ id: RowID) -> Fact? { factByID[id] }
    package func kind(_ id: RowID) -> RequestKindRow? { kindByID[id] }
    package func ground(_ id: RowID) -> RefusalGround? { groundByID[id] }

    private mutating func merge() throws(LawRefusal) {
        try Self.checkOrder(of: layers)
        for layer in layers {
            for entry in layer.entries {
                let before = standing[entry.reference]
                // SPEC law §3: An overlay MUST supersede only a row that exists, and add only one
                // that does not.
                switch (entry.action, before) {
                case (.add, nil), (.supersede, .some): break
                case (.add, .some): throw .rowExists(entry.reference)
                case (.supersede, nil): throw .rowUnknown(entry.reference)
                }
                standing[entry.reference] = Standing(
                    origin: layer.origin, row: entry.row,
                    earlier: before.map { $0.earlier + [($0.origin, $0.row)] } ?? [])
            }
        }
    }
}

extension LawData {
    private mutating func readRows() throws(LawRefusal) {
        var byTable: [LawTable: [(RowReference, JSONObject)]] = [:]
        for (reference, row) in standing {
            byTable[reference.table, default: []].append((reference, row.row))
        }
        for (table, rows) in byTable {
            // In the order of names: nothing may depend on a dictionary's order.
            byTable[table] = rows.sorted { $0.0.id < $1.0.id }
        }
        try readSources(byTable[.sources] ?? [])
        parties = try typed(byTable)
        instruments = try typed(byTable)
        bilateral = try typed(byTable)
        offences = try typed(byTable)
        facts = try typed(byTable)
        kinds = try typed(byTable)
        bases = try typed(byTable)
        grounds = try typed(byTable)
        for row: TreatyStatus in try typed(byTable) {
            statusByParty[row.party, default: [:]][row.instrument] = row
        }
        for row: Reservation in try typed(byTable) {
            reservationsByParty[row.party, default: []].append(row)
        }
        for row: OffenceProvision in try typed(byTable) {
            provisionsBySystem[row.system, default: [:]][row.offence, default: []].append(row)
            if let instrument = row.instrument {
                provisionsByInstrument[instrument, default: [:]][row.offence, default: []]
                    .append(row)
            }
        }
        for row: OffenceConditions in try typed(byTable) { conditions[row.id] = row }
        for row: CooperationRule in try typed(byTable) {
            rulesByInstrument[row.instrument, default: []].append(row)
        }
        let _: [DualCriminalityRule] = try typed(byTable)
        let _: [TimeRule] = try typed(byTable)
        partyByID = Dictionary(uniqueKeysWithValues: parties.map { ($0.id, $0) })
        instrumentByID = Dictionary(uniqueKeysWithValues: instruments.map { ($0.id, $0) })
        bilateralByID = Dictionary(uniqueKeysWithValues: bilateral.map { ($0.id, $0) })
        factByID = Dictionary(uniqueKeysWithValues: facts.map { ($0.id, $0) })
        offenceByID = Dictionary(uniqueKeysWithValues: offences.map { ($0.id, $0) })
        kindByID = Dictionary(uniqueKeysWithValues: kinds.map { ($0.id, $0) })
        groundByID = Dictionary(uniqueKeysWithValues: grounds.map { ($0.id, $0) })
        multilateral = instruments.filter {
            [.multilateralTreaty, .protocolToTreaty, .regionalLaw].contains($0.kind)
        }
        try readShown(byTable)
    }

    private mutating func typed<Row: LawRow>(
        _ byTable: [LawTable: [(RowReference, JSONObject)]]
    ) throws(LawRefusal) -> [Row] {
        var rows: [Row] = []
        for (reference, object) in byTable[Row.table] ?? [] {
            let row: Row = try Self.read(reference, object) { fields throws(FieldRefusal) in
                // SPEC law §2: Every row MUST have an id, a source, an as-of date and a confidence.
                try Row(&fields, marks: RowMarks(&fields))
            }
            marks[reference] = row.marks
            rows.append(row)
        }
        return rows
    }

    private mutating func readSources(
        _ rows: [(RowReference, JSONObject)]
    ) throws(LawRefusal) {
        for (reference, object) in rows {
            sources[reference.id] = try Self.read(reference, object) {
                fields throws(FieldRefusal) in
                _ = try fields.id("id")
                _ = try fields.string("kind")
                _ = try fields.optionalDate("asOf")
                fields.allow(["via", "url"])
                return try fields.string("title")
            }
        }
    }

    private mutating func readShown(
        _ byTable: [LawTable: [(RowReference, JSONObject)]]
    ) throws(LawRefusal) {
        for table in LawTable.allCases where table != .sources {
            for (reference, object) in byTable[table] ?? [] where marks[reference] == nil {
                marks[reference] = try Self.read(reference, object) {
                    fields throws(FieldRefusal) in
                    try ShownRow(&fields, table: table).marks
                }
            }
        }
    }

    private static func read<Value>(
        _ reference: RowReference, _ row: JSONObject,
        _ read: (inout JSONFields) throws(FieldRefusal) -> Value
    ) throws(LawRefusal) -> Value {
        do throws(FieldRefusal) {
            return try JSONFields.reading(.object(row), read)
        } catch {
            throw .fieldWrong(reference, error)
        }
    }
}

extension LawData {
    /// Every name of a row in a row leads to one.
    private func checkReferences() throws(LawRefusal) {
        for (reference, marks) in marks.sorted(by: { $0.key < $1.key }) {
            try check(reference, [marks.source] + marks.moreSources, in: .sources)
        }
        for statuses in statusByParty.values.flatMap(\.values) {
            try check(statuses.reference, [statuses.party], in: .parties)
            try check(statuses.reference, [statuses.instrument], in: .instruments)
        }
        for row in reservationsByParty.values.joined() {
            try check(row.reference, [row.party], in: .parties)
            try check(row.reference, [row.instrument], in: .instruments)
        }
        for row in instruments {
            try check(row.reference, row.parties, in: .parties)
            try check(row.reference, row.parent.map { [$0] } ?? [], in: .instruments)
        }
        for row in bilateral { try check(row.reference, row.parties, in: .parties) }
        for row in facts { try check(row.reference, row.implies, in: .facts) }
        for row in offences { try check(row.reference, row.acts, in: .facts) }
        for row in provisionsBySystem.values.flatMap(\.values).joined() {
            try check(row.reference, [row.offence], in: .offences)
            try check(row.reference, row.instrument.map { [$0] } ?? [], in: .instruments)
        }
        for row in conditions.values {
            try check(row.reference, [row.id], in: .offenceMap)
            let named = row.needs + row.steps.flatMap(\.when)
            try check(row.reference, Array(named.joined()), in: .facts)
        }
        for row in bases {
            try check(row.reference, [row.kind], in: .requestKinds)
            try check(row.reference, [row.instrument], in: .instruments)
            try check(row.reference, row.grounds, in: .refusalGrounds)
        }
        for row in rulesByInstrument.values.joined() {
            try check(row.reference, [row.instrument], in: .instruments)
        }
    }

    private func check(
        _ row: RowReference, _ ids: [RowID], in table: LawTable
    ) throws(LawRefusal) {
        for id in ids where standing[RowReference(table, id)] == nil {
            // SPEC law §2: A row MUST NOT name a row that does not exist.
            throw .referenceDangling(row, to: RowReference(table, id))
        }
    }
}
