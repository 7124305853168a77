package import ParleyLog

/// What one party brings to an agreement: itself and its working calendar, in a file of its own
/// (`Spec/agreement.md` §8).
package struct PartyCard: Hashable, Sendable {
    package static let version = "party/1"

    package let party: Party
    package let calendar: WorkingCalendar

    package init(party: Party, calendar: WorkingCalendar) {
        self.party = party
        self.calendar = calendar
    }

    /// Parses a party card, laid out as its author likes.
    package init(parsing json: [UInt8]) throws(AgreementRefusal) {
        let value: JSONValue
        do throws(JSONRefusal) {
            value = try JSONValue(parsing: json, limitBytes: Agreement.sizeLimitBytes)
        } catch {
            throw AgreementRefusal(error)
        }
        var reader = AgreementReader()
        let object = reader.object(value, at: "", required: ["parley", "party", "calendar"])
        // SPEC agreement §8: The parley of a party card MUST be party/1.
        reader.version(object, Self.version)
        let party = reader.party(object?["party"], at: "/party")
        let calendar = reader.calendar(object?["calendar"], at: "/calendar")
        guard let party, let calendar, reader.problems.isEmpty else {
            throw AgreementRefusal(reader.problems)
        }
        self.init(party: party, calendar: calendar)
    }

    /// The file, laid out for people.
    package var fileBytes: [UInt8] {
        JSONValue.object([
            "parley": .string(Self.version), "party": party.json, "calendar": calendar.json,
        ]).indentedBytes
    }
}

extension Agreement {
    /// What each party brought to it.
    package var cards: [PartyCard] {
        parties.compactMap { party in
            calendars[party.calendar].map { PartyCard(party: party, calendar: $0) }
        }
    }

    package var terms: AgreementTerms {
        AgreementTerms(
            algorithms: algorithms, requestKinds: requestKinds,
            silenceAfterSeconds: silenceAfterSeconds,
            clockToleranceSeconds: clockToleranceSeconds, receiptQuorum: receiptQuorum,
            outsideWitnesses: outsideWitnesses, exhibitLimitBytes: exhibitLimitBytes,
            publicLog: publicLog, dialogue: dialogue, approvals: approvals)
    }

    /// Puts party cards and terms together to the canonical JSON of an agreement, its languages
    /// being those of its title.
    ///
    /// - Throws: ``AgreementRefusal`` with every problem of the whole, as ``init(parsing:)`` does.
    package static func compose(
        name: String, title: [LanguageTag: String], exercise: Bool, effectiveFrom: Timestamp,
        terms: AgreementTerms, cards: [PartyCard], amends: Amendment? = nil
    ) throws(AgreementRefusal) -> [UInt8] {
        var calendars: [String: WorkingCalendar] = [:]
        for (place, card) in cards.enumerated() {
            let earlier = calendars.updateValue(card.calendar, forKey: card.party.calendar)
            // SPEC agreement §8: Party cards that name one calendar MUST agree on its days.
            if let earlier, earlier != card.calendar {
                throw AgreementRefusal(
                    .calendarsDiffer, at: "/parties/\(place)/calendar",
                    "Another party means other days by the calendar \(card.party.calendar).")
            }
        }
        let members = calendars.map { JSONObject.Member(name: $0.key, value: $0.value.json) }
        let object: JSONObject = [
            "parley": .string(version), "name": .string(name), "title": title.json,
            "languages": .array(title.keys.sorted().map { .string($0.text) }),
            "exercise": .bool(exercise), "effectiveFrom": .string(effectiveFrom.text),
            "parties": .array(cards.map(\.party.json)),
            "calendars": .object(JSONObject(members)),
        ]
        let amendment: JSONObject =
            amends.map {
                [
                    "amends": .object([
                        "first": .string($0.first.text), "previous": .string($0.previous.text),
                    ])
                ]
            } ?? [:]
        let bytes = JSONValue.object(object.adding(terms.json).adding(amendment)).canonicalBytes
        return try Agreement(parsing: bytes).canonicalBytes
    }
}

extension Party {
    package var json: JSONValue {
        let fields: JSONObject = [
            "id": .string(id.text), "kind": .string(kind.rawValue), "name": name.json,
            "languages": .array(languages.map { .string($0.text) }),
            "calendar": .string(calendar), "rootKey": rootKey.json,
            "organs": .array(organs.map(\.json)),
            "node": .object([
                "url": .string(node.url),
                "tlsPins": .array(node.tlsPins.map { .string($0.text) }),
                "logKey": .string(node.logKey), "witnessKey": .string(node.witnessKey),
            ]),
        ]
        guard let jurisdiction else { return .object(fields) }
        return .object(fields.adding(["jurisdiction": .string(jurisdiction)]))
    }
}

extension Organ {
    fileprivate var json: JSONValue {
        .object([
            "id": .string(id.text), "role": .string(role), "name": name.json,
            "signingKeys": .array(signingKeys.map(\.json)),
            "sealingKey": .string(Base64.encode(sealingKey)),
        ])
    }
}

extension Organ.SigningKey {
    package var json: JSONValue {
        .object([
            "keys": keys.json, "notBefore": .string(notBefore.text),
            "notAfter": .string(notAfter.text),
        ])
    }
}

extension PublicKeySet {
    package var json: JSONValue {
        var object: JSONObject = ["ed25519": .string(Base64.encode(ed25519))]
        if let mlDSA65 {
            object = object.adding(["mlDSA65": .string(Base64.encode(mlDSA65))])
        }
        return .object(object)
    }
}

extension [LanguageTag: String] {
    fileprivate var json: JSONValue {
        .object(
            JSONObject(
                map { JSONObject.Member(name: $0.key.text, value: .string($0.value)) }))
    }
}
