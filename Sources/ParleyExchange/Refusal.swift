package import ParleyLog
package import ParleyStatements

/// A node's signed word that it did not take a statement, and why (`Spec/exchange.md` §4.4).
package struct Refusal: Hashable, Sendable {
    package static let payloadType = "application/vnd.parley.refusal.v1+json"

    package let agreement: AgreementID
    package let statement: StatementID
    /// Stable short code, such as `key-expired`.
    package let reason: String
    package let explanation: String
    package let by: Seat
    package let at: Timestamp

    package init(
        agreement: AgreementID, statement: StatementID, reason: String, explanation: String,
        by: Seat, at: Timestamp
    ) {
        self.agreement = agreement
        self.statement = statement
        self.reason = reason
        self.explanation = explanation
        self.by = by
        self.at = at
    }

    /// The DSSE envelope that carries it.
    package func signed(with key: SigningKeyPair) throws -> [UInt8] {
        let document = JSONValue.object([
            "parley": .string("refusal/1"),
            "agreement": .string(agreement.text),
            "statement": .string(statement.text),
            "reason": .string(reason),
            "explanation": .string(explanation),
            "by": .object([
                "party": .string(by.party.text), "organ": .string(by.organ.text),
            ]),
            "at": .string(at.text),
        ])
        return try key.sign(
            payloadType: Self.payloadType, payload: document.canonicalBytes
        ).storedBytes
    }

    /// Reads a refusal and checks that an organ of `party` signed it, about that statement.
    ///
    /// - Throws: ``RefusalFault``.
    package init(
        checking bytes: [UInt8], about statement: StatementID, by party: PartyID,
        verifier: StatementVerifier, at now: Timestamp
    ) throws(RefusalFault) {
        let envelope = try Self.envelope(bytes)
        self = try Self.parse(envelope.payload)
        guard self.statement == statement, by.party == party,
            agreement == verifier.versions.id
        else {
            throw RefusalFault(
                reason: "refusal-of-another",
                explanation: "the refusal is of another statement, party or agreement")
        }
        do throws(StatementRefusal) {
            try verifier.verify(envelope, by: by, at: now)
        } catch {
            throw RefusalFault(reason: error.reason, explanation: error.explanation)
        }
    }

    /// Reads a refusal that this node verified when it came and kept.
    package init(recorded bytes: [UInt8]) throws(RefusalFault) {
        self = try Self.parse(try Self.envelope(bytes).payload)
    }

    private static func envelope(_ bytes: [UInt8]) throws(RefusalFault) -> Envelope {
        do throws(EnvelopeRefusal) {
            return try Envelope(
                parsing: bytes, payloadType: payloadType, limits: .statement)
        } catch {
            throw RefusalFault(reason: error.reason, explanation: error.explanation)
        }
    }

    private static func parse(_ payload: [UInt8]) throws(RefusalFault) -> Refusal {
        let value: JSONValue
        do throws(JSONRefusal) {
            value = try JSONValue(parsingCanonical: payload, limitBytes: 16 * 1024)
        } catch {
            throw RefusalFault(reason: error.reason, explanation: error.explanation)
        }
        do throws(FieldRefusal) {
            return try JSONFields.reading(value, read)
        } catch {
            throw RefusalFault(reason: error.reason, explanation: error.explanation)
        }
    }

    private static func read(_ reader: inout JSONFields) throws(FieldRefusal) -> Refusal {
        _ = try reader.parsed("parley", "refusal/1") { $0 == "refusal/1" ? true : nil }
        return Refusal(
            agreement: try reader.parsed("agreement", "a digest", AgreementID.init(text:)),
            statement: try reader.parsed("statement", "a digest", StatementID.init(text:)),
            reason: try reader.string("reason"),
            explanation: try reader.string("explanation"),
            by: try reader.object("by") { reader throws(FieldRefusal) in
                Seat(
                    party: try reader.parsed("party", "a party", PartyID.init),
                    organ: try reader.parsed("organ", "an organ", OrganID.init))
            },
            at: try reader.parsed("at", "a time", Timestamp.init(text:)))
    }
}

/// Why a peer's refusal is not believed.
package struct RefusalFault: Error, Hashable, Sendable {
    package let reason: String
    package let explanation: String
}
