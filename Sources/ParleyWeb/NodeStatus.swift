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

    package struct Witness: Hashable, Sendable {
        package let name: String
        /// What it has cosigned of this node's log since the node was started.
        package let entryCount: Int64
        package let cosignedAt: Timestamp?
        /// Why it gave no cosignature when it was last asked.
        package let fault: String?
    }

    package let clockSkews: [Skew]
    /// Those outside the parties.
    package let witnesses: [Witness]
    /// The signing keys that the running node holds, by their Ed25519 ids.
    package let signingKeys: [KeyID]

    init(clockSkews: [Skew], witnesses: [Witness], signingKeys: [KeyID]) {
        self.clockSkews = clockSkews
        self.witnesses = witnesses
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
            "witnesses": .array(witnesses.map { .object($0.json) }),
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
            witnesses: try reader.array("witnesses", Witness.read),
            signingKeys: try reader.parsedArray("signingKeys", "a key's id", KeyID.init(text:)))
    }
}

extension NodeStatus.Witness {
    package var json: JSONObject {
        var object: JSONObject = ["name": .string(name), "entryCount": .integer(entryCount)]
        if let cosignedAt {
            object = object.adding(["cosignedAt": .string(cosignedAt.text)])
        }
        if let fault { object = object.adding(["fault": .string(fault)]) }
        return object
    }

    fileprivate static func read(_ value: JSONValue) throws(FieldRefusal) -> NodeStatus.Witness {
        try JSONFields.reading(value) { reader throws(FieldRefusal) in
            NodeStatus.Witness(
                name: try reader.string("name"),
                entryCount: try reader.integer("entryCount", in: 0...JSONValue.integerLimit),
                cosignedAt: try reader.optionalParsed(
                    "cosignedAt", "an instant", Timestamp.init(text:)),
                fault: try reader.optionalParsed("fault", "words") { $0 })
        }
    }
}
