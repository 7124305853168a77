import ParleyLog

/// What ``AgreementReader/agreement(_:)`` finds in a document without fault.
struct AgreementParts {
    let amends: Agreement.Amendment?
    let name: String
    let title: [LanguageTag: String]
    let languages: [LanguageTag]
    let isExercise: Bool
    let effectiveFrom: Timestamp
    let parties: [Party]
    let calendars: [String: WorkingCalendar]
    let terms: AgreementTerms
}

extension AgreementReader {
    /// Reads a whole agreement and checks what its parts say of one another.
    mutating func agreement(_ value: JSONValue) -> AgreementParts? {
        let fields = [
            "parley", "name", "title", "languages", "exercise", "effectiveFrom", "parties",
            "calendars",
        ]
        guard
            let object = object(
                value, at: "", required: fields + AgreementTerms.fieldNames,
                optional: ["amends"] + AgreementTerms.optionalFieldNames)
        else { return nil }
        let amends = amendment(object["amends"], at: "/amends")
        // SPEC agreement §3: parley MUST be agreement/1.
        version(object, Agreement.version)
        let name = parsed(object["name"], at: "/name", "a short name", shortName)
        // SPEC agreement §3: languages MUST hold from 1 to 16 language tags.
        let languages = names(
            object["languages"], at: "/languages", count: 1...16, "a language tag",
            LanguageTag.init)
        let title = wordsByLanguage(object["title"], at: "/title")
        let isExercise = bool(object["exercise"], at: "/exercise")
        let effectiveFrom = parsed(
            object["effectiveFrom"], at: "/effectiveFrom", "an instant", Timestamp.init(text:))
        // SPEC agreement §3: parties MUST hold from 2 to 16 parties.
        let parties = list(object["parties"], at: "/parties", count: 2...Agreement.partyLimit) {
            reader, value, path in
            reader.party(value, at: path)
        }
        noteRepeats((parties ?? []).map(\.id), at: "/parties")
        let calendars = map(
            object["calendars"], at: "/calendars", count: 1...Agreement.partyLimit,
            "a short name", key: shortName
        ) { reader, value, path in reader.calendar(value, at: path) }
        let terms = terms(object)
        guard let name, let languages, let title, let isExercise, let effectiveFrom, let parties,
            let calendars, let terms
        else { return nil }
        let parts = AgreementParts(
            amends: amends, name: name, title: title, languages: languages, isExercise: isExercise,
            effectiveFrom: effectiveFrom, parties: parties, calendars: calendars, terms: terms)
        checkLanguages(parts)
        checkCalendars(parts)
        checkKeys(parts)
        checkNames(parts)
        checkQuorum(parts)
        checkLadders(parts)
        return parts
    }

    private mutating func checkLadders(_ parts: AgreementParts) {
        let parties = Set(parts.parties.map(\.id))
        for party in parts.terms.dialogue.ladders.keys.sorted() where !parties.contains(party) {
            note(
                .valueWrong, at: jsonPointer("/dialogue/ladders", party.text),
                "The agreement has no such party.")
        }
    }

    private mutating func amendment(
        _ value: JSONValue?, at path: String
    ) -> Agreement.Amendment? {
        guard let value,
            let object = object(value, at: path, required: ["first", "previous"])
        else { return nil }
        let first = parsed(
            object["first"], at: path + "/first", "a digest", AgreementID.init(text:))
        let previous = parsed(
            object["previous"], at: path + "/previous", "a digest", AgreementID.init(text:))
        guard let first, let previous else { return nil }
        return Agreement.Amendment(first: first, previous: previous)
    }

    private mutating func checkLanguages(_ parts: AgreementParts) {
        for (place, language) in parts.languages.enumerated() where parts.title[language] == nil {
            // SPEC agreement §3: title MUST have a text in every language of languages.
            note(.titleMissing, at: "/languages/\(place)", "The title is not in \(language.text).")
        }
        for language in parts.title.keys.sorted() where !parts.languages.contains(language) {
            // SPEC agreement §3: title MUST NOT have a text in another language.
            note(
                .languageUnknown, at: jsonPointer("/title", language.text),
                "This is not a language of the agreement.")
        }
        for (place, party) in parts.parties.enumerated() {
            for (index, language) in party.languages.enumerated()
            where !parts.languages.contains(language) {
                // SPEC agreement §4: The languages of a party MUST be among the agreement's.
                note(
                    .languageUnknown, at: "/parties/\(place)/languages/\(index)",
                    "This is not a language of the agreement.")
            }
        }
    }

    private mutating func checkCalendars(_ parts: AgreementParts) {
        for (place, party) in parts.parties.enumerated()
        where parts.calendars[party.calendar] == nil {
            // SPEC agreement §4: The calendar of a party MUST be a member of calendars.
            note(
                .calendarUnknown, at: "/parties/\(place)/calendar",
                "There is no calendar of this name.")
        }
    }

    private mutating func checkKeys(_ parts: AgreementParts) {
        for (path, keys) in parts.keySets where Set(keys.algorithms) != Set(parts.terms.algorithms)
        {
            // SPEC agreement §4: rootKey and the keys of every signing key MUST have one public
            // key for each of the agreement's algorithms and no other.
            note(.keyAlgorithmsWrong, at: path, "These are not the agreement's algorithms.")
        }
        // By bytes, not by id: one key under two names would sign for two.
        var places: [[UInt8]: String] = [:]
        for (path, key) in parts.publicKeys {
            // SPEC agreement §4: A public key MUST NOT stand in two places of the document.
            if let first = places.updateValue(path, forKey: key) {
                note(.keyTwice, at: path, "This key also stands at \(first).")
            }
        }
    }

    private mutating func checkNames(_ parts: AgreementParts) {
        var names: Set<String> = []
        for (place, party) in parts.parties.enumerated() {
            let path = "/parties/\(place)/node/logKey"
            guard let key = try? NoteKey(text: party.node.logKey) else { continue }
            // SPEC agreement §4: Two logs MUST NOT have one name.
            if !names.insert(key.name).inserted {
                note(.twice, at: path, "Another party's log has this name.")
            }
            // SPEC agreement §4: The name of a log's key MUST end in a slash and the agreement's
            // name.
            if !key.name.utf8.reversed().starts(with: ("/" + parts.name).utf8.reversed()) {
                note(.logNameWrong, at: path, "The log's name does not end in /\(parts.name).")
            }
        }
        names = []
        for (path, text) in parts.witnessKeys {
            guard let key = try? NoteKey(text: text) else { continue }
            // SPEC agreement §7: Two witnesses MUST NOT have one name.
            if !names.insert(key.name).inserted {
                note(.twice, at: path, "Another witness has this name.")
            }
        }
    }

    private mutating func checkQuorum(_ parts: AgreementParts) {
        let mostCosigners = parts.parties.count - 1 + parts.terms.outsideWitnesses.count
        // SPEC agreement §7: receiptQuorum MUST be at most the number of parties without one,
        // and outside witnesses, together.
        if parts.terms.receiptQuorum > mostCosigners {
            note(
                .quorumUnreachable, at: "/receiptQuorum",
                "A log can have \(mostCosigners) cosigners outside its own party.")
        }
    }
}

extension AgreementParts {
    /// Every key set with its path.
    fileprivate var keySets: [(path: String, keys: PublicKeySet)] {
        parties.enumerated().flatMap { place, party in
            [(path: "/parties/\(place)/rootKey", keys: party.rootKey)]
                + party.organs.enumerated().flatMap { index, organ in
                    organ.signingKeys.enumerated().map { number, key in
                        let path = "/parties/\(place)/organs/\(index)/signingKeys/\(number)/keys"
                        return (path: path, keys: key.keys)
                    }
                }
        }
    }

    /// Every witness key, parties' first, with its path.
    fileprivate var witnessKeys: [(path: String, text: String)] {
        parties.enumerated().map { (path: "/parties/\($0)/node/witnessKey", $1.node.witnessKey) }
            + terms.outsideWitnesses.enumerated().map {
                (path: "/outsideWitnesses/\($0)/key", $1.key)
            }
    }

    /// Every public key of the document with its path.
    fileprivate var publicKeys: [(path: String, key: [UInt8])] {
        var found: [(path: String, key: [UInt8])] = []
        for (path, keys) in keySets {
            found.append((path + "/ed25519", keys.ed25519))
            if let mlDSA65 = keys.mlDSA65 { found.append((path + "/mlDSA65", mlDSA65)) }
        }
        for (place, party) in parties.enumerated() {
            for (index, organ) in party.organs.enumerated() {
                found.append(
                    ("/parties/\(place)/organs/\(index)/sealingKey", organ.sealingKey))
            }
            if let key = try? NoteKey(text: party.node.logKey) {
                found.append(("/parties/\(place)/node/logKey", key.publicKey))
            }
        }
        for (path, text) in witnessKeys {
            if let key = try? NoteKey(text: text) {
                found.append((path, key.publicKey))
            }
        }
        return found
    }
}
