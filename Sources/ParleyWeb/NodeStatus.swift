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
    /// The signing keys that the running node holds, by their Ed25519 ids.
    package let signingKeys: [KeyID]

    init(clockSkews: [Skew], signingKeys: [KeyID]) {
        self.clockSkews = clockSkews
        self.signingKeys = signingKeys
    }

    var json: JSONValue {
        .object([
            "clockSkews": .array(
                clockSkews.map {
                    .object([
                        "party": .string($0.party.text),
                        "secondsAhead": .integer($0.secondsAhead),
                        "measuredAt": .string($0.measuredAt.text),
                    ])
                }),
            "signingKeys": .array(signingKeys.map { .string($0.text) }),
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
            },
            signingKeys: try reader.parsedArray("signingKeys", "a key's id", KeyID.init(text:)))
    }
}
