package import ParleyLog
package import ParleyStatements

/// What the sealed body of a custody event says in its named fields (`Spec/custody.md` §4).
///
/// People are named by role. Other fields than these may stand beside them.
package struct CustodyDetails: Hashable, Sendable {
    /// The role of whoever had the exhibit in hand.
    package var handler: String
    /// When it happened, as the handler says.
    package var time: Timestamp
    package var purpose: String
    package var place: String?
    /// The power under which it was done: an order, a law, a request.
    package var authority: String?
    /// Of the plain content, as found.
    package var hashBefore: Digest?
    /// Of the plain content, as left.
    package var hashAfter: Digest?
    /// Number or description of the seal that was put on or taken off.
    package var seal: String?
    package var tool: String?
    package var toolVersion: String?
    /// The role of whoever watched.
    package var witness: String?
    /// The role of whoever took it over.
    package var receiver: String?
    /// The blob in which the content was sealed anew.
    package var copy: BlobID?
    /// The custody event that this one states anew.
    package var corrects: StatementID?

    package init(handler: String, time: Timestamp, purpose: String) {
        self.handler = handler
        self.time = time
        self.purpose = purpose
    }

    /// The fields by their names in a body; absent ones are left out.
    package enum Field: String, Hashable, Sendable, CaseIterable {
        case handler, time, purpose, place, authority
        case hashBefore = "hash.before"
        case hashAfter = "hash.after"
        case seal, tool
        case toolVersion = "tool.version"
        case witness, receiver, copy, corrects
    }

    /// Reads a body's fields for an event.
    package init(
        of event: CustodyEvent, fields: [String: String]
    ) throws(CustodyDetailsRefusal) {
        func text(_ field: Field) -> String? { fields[field.rawValue] }
        func required(_ field: Field) throws(CustodyDetailsRefusal) -> String {
            guard let value = text(field) else { throw .missing(field) }
            return value
        }
        func parsed<Value>(
            _ field: Field, _ make: (String) -> Value?
        ) throws(CustodyDetailsRefusal) -> Value? {
            guard let value = text(field) else { return nil }
            guard let made = make(value) else { throw .malformed(field) }
            return made
        }
        // SPEC custody §4: The body of a custody event MUST have the fields handler, time and
        // purpose.
        handler = try required(.handler)
        _ = try required(.time)
        guard let time = try parsed(.time, Timestamp.init(text:)) else { throw .missing(.time) }
        self.time = time
        purpose = try required(.purpose)
        // SPEC custody §4: time MUST be an instant, hash.before and hash.after digests of plain
        // content, copy the digest of a blob, and corrects a statement id.
        hashBefore = try parsed(.hashBefore, Digest.init(text:))
        hashAfter = try parsed(.hashAfter, Digest.init(text:))
        copy = try parsed(.copy, BlobID.init(text:))
        corrects = try parsed(.corrects, StatementID.init(text:))
        place = text(.place)
        authority = text(.authority)
        seal = text(.seal)
        tool = text(.tool)
        toolVersion = text(.toolVersion)
        witness = text(.witness)
        receiver = text(.receiver)
        // SPEC custody §4: The body of a custody event MUST have the fields that the table of §3
        // asks for.
        for field in CustodyRules.rule(for: event).fields { _ = try required(field) }
    }

    package var fields: [String: String] {
        let values: [Field: String?] = [
            .handler: handler, .time: time.text, .purpose: purpose, .place: place,
            .authority: authority, .hashBefore: hashBefore?.text, .hashAfter: hashAfter?.text,
            .seal: seal, .tool: tool, .toolVersion: toolVersion, .witness: witness,
            .receiver: receiver, .copy: copy?.text, .corrects: corrects?.text,
        ]
        return Dictionary(
            uniqueKeysWithValues: values.compactMap { field, value in
                value.map { (field.rawValue, $0) }
            })
    }
}

/// Why a body does not say what a custody event must.
package enum CustodyDetailsRefusal: Error, Hashable, Sendable {
    case missing(CustodyDetails.Field)
    case malformed(CustodyDetails.Field)

    package var reason: String {
        switch self {
        case .missing: "custody-field-missing"
        case .malformed: "custody-field-malformed"
        }
    }

    package var field: CustodyDetails.Field {
        switch self {
        case .missing(let field), .malformed(let field): field
        }
    }

    package var explanation: String {
        switch self {
        case .missing(let field): "the event does not say its \(field.rawValue)"
        case .malformed(let field): "the event's \(field.rawValue) is not spelled as it must be"
        }
    }
}
