import ParleyLog

/// Reads a party: an element of an agreement's `parties`, and of a party card (`Spec/agreement.md`
/// §4).
extension AgreementReader {
    mutating func party(_ value: JSONValue?, at path: String) -> Party? {
        let fields = ["id", "kind", "name", "languages", "calendar", "rootKey", "organs", "node"]
        guard
            let object = object(value, at: path, required: fields, optional: ["jurisdiction"])
        else { return nil }
        let id = parsed(object["id"], at: path + "/id", "a party id", PartyID.init)
        let kind = parsed(
            object["kind"], at: path + "/kind", "state, industry or observer",
            Party.Kind.init(rawValue:))
        let name = wordsByLanguage(object["name"], at: path + "/name")
        // SPEC agreement §4: The languages of a party MUST number from 1 to 16.
        let languages = names(
            object["languages"], at: path + "/languages", count: 1...16, "a language tag",
            LanguageTag.init)
        let calendar = parsed(
            object["calendar"], at: path + "/calendar", "a short name", shortName)
        let rootKey = keySet(object["rootKey"], at: path + "/rootKey")
        // SPEC agreement §4: A party MUST have from 1 to 16 organs.
        let organs = list(object["organs"], at: path + "/organs", count: 1...16) {
            reader, value, path in
            reader.organ(value, at: path)
        }
        noteRepeats((organs ?? []).map(\.id), at: path + "/organs")
        let node = node(object["node"], at: path + "/node")
        // SPEC agreement §4: jurisdiction MUST be two letters A-Z.
        let jurisdiction = parsed(
            object["jurisdiction"], at: path + "/jurisdiction", "two letters A-Z", countryCode)
        guard let id, let kind, let name, let languages, let calendar, let rootKey, let organs,
            let node
        else { return nil }
        return Party(
            id: id, kind: kind, name: name, languages: languages, calendar: calendar,
            rootKey: rootKey, organs: organs, node: node, jurisdiction: jurisdiction)
    }

    /// Reads `{"en": "…", "zh-Hans": "…"}`.
    mutating func wordsByLanguage(
        _ value: JSONValue?, at path: String
    ) -> [LanguageTag: String]? {
        map(value, at: path, count: 1...16, "a language tag", key: LanguageTag.init) {
            reader, value, path in
            reader.words(value, at: path)
        }
    }

    private mutating func organ(_ value: JSONValue, at path: String) -> Organ? {
        let fields = ["id", "role", "name", "signingKeys", "sealingKey"]
        guard let object = object(value, at: path, required: fields) else { return nil }
        let id = parsed(object["id"], at: path + "/id", "an organ id", OrganID.init)
        let role = parsed(object["role"], at: path + "/role", "a short name", shortName)
        let name = wordsByLanguage(object["name"], at: path + "/name")
        // SPEC agreement §4: An organ MUST have from 1 to 16 signingKeys.
        let signingKeys = list(object["signingKeys"], at: path + "/signingKeys", count: 1...16) {
            reader, value, path in
            reader.signingKey(value, at: path)
        }
        let sealingKey = sealingKey(object["sealingKey"], at: path + "/sealingKey")
        guard let id, let role, let name, let signingKeys, let sealingKey else { return nil }
        return Organ(
            id: id, role: role, name: name, signingKeys: signingKeys, sealingKey: sealingKey)
    }

    private mutating func signingKey(_ value: JSONValue, at path: String) -> Organ.SigningKey? {
        guard let object = object(value, at: path, required: ["keys", "notBefore", "notAfter"])
        else { return nil }
        let keys = keySet(object["keys"], at: path + "/keys")
        let notBefore = parsed(
            object["notBefore"], at: path + "/notBefore", "an instant", Timestamp.init(text:))
        let notAfter = parsed(
            object["notAfter"], at: path + "/notAfter", "an instant", Timestamp.init(text:))
        guard let keys, let notBefore, let notAfter else { return nil }
        // SPEC agreement §4: notBefore MUST be earlier than notAfter.
        guard notBefore < notAfter else {
            note(.validityEmpty, at: path, "The key's validity ends before it begins.")
            return nil
        }
        return Organ.SigningKey(keys: keys, notBefore: notBefore, notAfter: notAfter)
    }

    private mutating func keySet(_ value: JSONValue?, at path: String) -> PublicKeySet? {
        guard
            let object = object(value, at: path, required: ["ed25519"], optional: ["mlDSA65"])
        else { return nil }
        let ed25519 = keyBytes(object["ed25519"], at: path + "/ed25519")
        let mlDSA65 = keyBytes(object["mlDSA65"], at: path + "/mlDSA65")
        guard let ed25519, (mlDSA65 == nil) == (object["mlDSA65"] == nil) else { return nil }
        do throws(KeyRefusal) {
            return try PublicKeySet(ed25519: ed25519, mlDSA65: mlDSA65)
        } catch {
            note(error, at: path)
            return nil
        }
    }

    private mutating func keyBytes(_ value: JSONValue?, at path: String) -> [UInt8]? {
        parsed(value, at: path, "standard base64 with padding", Base64.decode)
    }

    private mutating func note(_ refusal: KeyRefusal, at path: String) {
        switch refusal {
        case .sizeWrong(let algorithm, _):
            note(.keySizeWrong, at: path + "/" + algorithm.fieldName, refusal.explanation)
        case .smallOrder: note(.keySmallOrder, at: path + "/ed25519", refusal.explanation)
        case .notCanonical: note(.keyNotCanonical, at: path + "/ed25519", refusal.explanation)
        case .malformed(let algorithm):
            note(.keyMalformed, at: path + "/" + algorithm.fieldName, refusal.explanation)
        }
    }

    private mutating func sealingKey(_ value: JSONValue?, at path: String) -> [UInt8]? {
        guard let bytes = keyBytes(value, at: path) else { return nil }
        // SPEC agreement §4: sealingKey MUST be an X-Wing public key of 1216 bytes.
        guard bytes.count == SealingPublicKey.sizeBytes else {
            note(.keySizeWrong, at: path, "An X-Wing key of \(bytes.count) bytes was given.")
            return nil
        }
        guard (try? SealingPublicKey(bytes: bytes)) != nil else {
            note(.keyMalformed, at: path, "The X-Wing key cannot be read.")
            return nil
        }
        return bytes
    }

    private mutating func node(_ value: JSONValue?, at path: String) -> Party.Node? {
        let fields = ["url", "tlsPins", "logKey", "witnessKey"]
        guard let object = object(value, at: path, required: fields) else { return nil }
        let url = nodeURL(object["url"], at: path + "/url")
        // SPEC agreement §4: A node MUST have from 1 to 8 tlsPins, each the SHA-256 of a
        // SubjectPublicKeyInfo.
        let pins = names(
            object["tlsPins"], at: path + "/tlsPins", count: 1...8, "a SHA-256 digest",
            Digest.init(text:))
        let logKey = verifierKey(object["logKey"], at: path + "/logKey", .ed25519)
        let witnessKey = verifierKey(
            object["witnessKey"], at: path + "/witnessKey", .ed25519Cosignature)
        guard let url, let pins, let logKey, let witnessKey else { return nil }
        return Party.Node(
            url: url, tlsPins: pins, logKey: logKey.text, witnessKey: witnessKey.text)
    }

    mutating func nodeURL(_ value: JSONValue?, at path: String) -> String? {
        guard let text = text(value, at: path) else { return nil }
        // SPEC agreement §4: A url MUST be https://, a host in lower case, and nothing more than
        // a colon and a port from 1 to 65535.
        guard isNodeURL(text) else {
            note(.urlWrong, at: path, "This is not https://host or https://host:port.")
            return nil
        }
        return text
    }

    /// Reads vkey text of a log (`.ed25519`) or a witness (`.ed25519Cosignature`).
    mutating func verifierKey(
        _ value: JSONValue?, at path: String, _ algorithm: NoteKey.Algorithm
    ) -> NoteKey? {
        guard let text = text(value, at: path) else { return nil }
        let key: NoteKey
        do throws(NoteKeyRefusal) {
            key = try NoteKey(text: text)
        } catch {
            note(.verifierKeyWrong, at: path, error.explanation)
            return nil
        }
        // SPEC agreement §4: A verifier key MUST be C2SP signed-note vkey text with an Ed25519
        // key, of signature type 0x01 for a log and 0x04 for a witness.
        guard key.algorithm == algorithm, isSameASCII(text, key.text) else {
            note(.verifierKeyWrong, at: path, "This is not a verifier key of the right type.")
            return nil
        }
        do throws(KeyRefusal) {
            try PublicKeySet.check(ed25519: key.publicKey)
        } catch {
            note(.verifierKeyWrong, at: path, error.explanation)
            return nil
        }
        return key
    }
}

extension SignatureAlgorithm {
    /// The member of a key set that holds this algorithm's key.
    fileprivate var fieldName: String {
        switch self {
        case .ed25519: "ed25519"
        case .mlDSA65: "mlDSA65"
        }
    }
}

private func isNodeURL(_ text: String) -> Bool {
    let scheme = "https://"
    guard text.utf8.count <= 300, text.utf8.starts(with: scheme.utf8) else { return false }
    let parts = text.utf8.dropFirst(scheme.utf8.count).split(
        separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    guard parts.count <= 2, let host = parts.first, isHost(host) else { return false }
    guard parts.count == 2 else { return true }
    let digits = String(Substring(parts[1]))
    guard let port = UInt16(digits), port > 0 else { return false }
    return String(port) == digits
}

private func isHost(_ host: Substring.UTF8View) -> Bool {
    guard host.count <= 253 else { return false }
    let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return labels.allSatisfy { label in
        (1...63).contains(label.count) && label.first != UInt8(ascii: "-")
            && label.last != UInt8(ascii: "-")
            && label.allSatisfy { isLowerLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
    }
}

/// The text itself when it is spelled like an ISO 3166-1 code of two letters.
private func countryCode(_ text: String) -> String? {
    let isCode =
        text.utf8.count == 2
        && text.utf8.allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
    return isCode ? text : nil
}
