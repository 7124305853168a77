package import ParleyLog
package import ParleyStatements

/// What a running node tells its own home's commands: only what stands in no file.
package struct NodeStatus: Hashable, Sendable {
    package struct Skew: Hashable, Sendable {
        package let party: PartyID
        /// How far the party's clock is ahead of ours; behind where negative.
        package let secondsAhead: Int64
        package let measuredAt: Timestamp
    }

    package let clockSkews: [Skew]

    init(clockSkews: [Skew]) { self.clockSkews = clockSkews }

    var json: JSONValue {
        .object([
            "clockSkews": .array(
                clockSkews.map {
                    .object([
                        "party": .string($0.party.text),
                        "secondsAhead": .integer($0.secondsAhead),
                        "measuredAt": .string($0.measuredAt.text),
                    ])
                })
        ])
    }

    init?(bytes: [UInt8]) {
        guard let value = try? JSONValue(parsingCanonical: bytes, limitBytes: 64 * 1024),
            let status = try? JSONFields.reading(value, Self.read)
        else { return nil }
        self = status
    }

    private static func read(_ reader: inout JSONFields) throws(FieldRefusal) -> NodeStatus {
        NodeStatus(
            clockSkews: try reader.array("clockSkews") { value throws(FieldRefusal) in
                try JSONFields.reading(value) { reader throws(FieldRefusal) in
                    Skew(
                        party: try reader.parsed("party", "a party", PartyID.init),
                        secondsAhead: try reader.integer(
                            "secondsAhead", in: -253_402_300_799...253_402_300_799),
                        measuredAt: try reader.parsed(
                            "measuredAt", "an instant", Timestamp.init(text:)))
                }
            })
    }
}
