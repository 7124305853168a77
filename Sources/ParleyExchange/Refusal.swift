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
}
