import ParleyLog

@testable import ParleyStatements

/// The parsers of ParleyStatements.
enum StatementChecks {
    static func json(_ bytes: [UInt8]) {
        if let value = try? JSONValue(parsingCanonical: bytes, limitBytes: 65_536) {
            expect(value.canonicalBytes == bytes, "canonical JSON is written as it was read")
        }
        guard let value = try? JSONValue(parsing: bytes, limitBytes: 65_536) else { return }
        let canonical = value.canonicalBytes
        let again = try? JSONValue(parsingCanonical: canonical, limitBytes: 1 << 20)
        expect(again?.canonicalBytes == canonical, "the canonical form is canonical")
        let indented = try? JSONValue(parsing: value.indentedBytes, limitBytes: 1 << 22)
        expect(indented?.canonicalBytes == canonical, "layout does not change what is said")
    }

    static func envelope(_ bytes: [UInt8]) {
        let envelope = try? Envelope(
            parsing: bytes, payloadType: Statement.payloadType, limits: .statement)
        guard let envelope else { return }
        expect(envelope.storedBytes == bytes, "an envelope is written as it was read")
    }

    /// The input is a statement's payload.
    static func statement(_ bytes: [UInt8]) {
        guard let statement = try? Statement(parsingPayload: bytes) else { return }
        expect(statement.payloadBytes() == bytes, "a statement is written as it was read")
    }

    static func body(_ bytes: [UInt8]) {
        guard let body = try? StatementBody(parsing: bytes) else { return }
        expect(body.canonicalBytes == bytes, "a body is written as it was read")
    }

    static func agreement(_ bytes: [UInt8]) {
        guard let agreement = try? Agreement(parsing: bytes) else { return }
        expect(agreement.canonicalBytes == bytes, "an agreement keeps its bytes")
        for party in agreement.parties {
            guard let calendar = agreement.calendars[party.calendar] else {
                return expect(false, "each party's calendar is in the agreement")
            }
            let card = PartyCard(party: party, calendar: calendar)
            expect((try? PartyCard(parsing: card.fileBytes)) == card, "a party makes a card")
        }
    }

    static func adoption(_ bytes: [UInt8]) {
        guard let read = try? UnadoptedAgreement(parsing: bytes) else { return }
        expect(read.envelopeBytes == bytes, "a signed agreement is written as it was read")
        _ = try? AdoptedAgreement(read)
    }

    static func card(_ bytes: [UInt8]) {
        guard let card = try? PartyCard(parsing: bytes) else { return }
        expect((try? PartyCard(parsing: card.fileBytes)) == card, "a card survives being written")
    }

    static func calendar(_ bytes: [UInt8]) {
        guard let calendar = try? WorkingCalendar(parsing: bytes) else { return }
        let written = calendar.json.canonicalBytes
        expect(
            (try? WorkingCalendar(parsing: written)) == calendar,
            "a calendar survives being written")
    }

    /// The first byte says how the rest is cut into pieces; cutting must not matter.
    static func sealed(_ bytes: [UInt8]) {
        let rest = Array(bytes.dropFirst())
        readHeader(rest)
        let whole = opened(rest, pieceBytes: max(1, rest.count))
        let cut = opened(rest, pieceBytes: 1 + Int(bytes.first ?? 0) * 16)
        expect(whole == cut, "a seal opens alike in any pieces")
    }

    private static func readHeader(_ bytes: [UInt8]) {
        guard
            let count = try? SealHeader.checkOpening(bytes[...], agreement: agreement),
            case let size = SealFormat.headerSizeBytes(recipientCount: count),
            bytes.count >= size,
            let header = try? SealHeader(
                parsing: bytes[..<size], agreement: agreement, recipientCount: count)
        else { return }
        expect(header.bytes == Array(bytes[..<size]), "a seal's header is written as it was read")
    }

    private static func opened(
        _ bytes: [UInt8], pieceBytes: Int
    ) -> Result<[UInt8], SealRefusal> {
        var reader = SealReader(agreement: agreement, key: sealingKey)
        var plain: [UInt8] = []
        do throws(SealRefusal) {
            for start in stride(from: 0, to: bytes.count, by: pieceBytes) {
                plain += try reader.open(bytes[start..<min(start + pieceBytes, bytes.count)])
            }
            _ = try reader.finish()
        } catch {
            return .failure(error)
        }
        return .success(plain)
    }

    /// The agreement and the key of the vectors in `Vectors/sealing`.
    private static let agreement = AgreementID(
        known {
            guard
                let digest = Digest(
                    text: "sha256:"
                        + "940525e5559d3f9f5f5ea9e33dfba70c304a1be954b8d766a039450a161a9082")
            else { throw SealRefusal.formatUnknown }
            return digest
        })
    private static let sealingKey = known {
        guard
            let seed = Hex.decode(
                "f0801ad6862b260b73674f2280d0a26a9919b962235e7463072b68b67f18fc42")
        else { throw SealRefusal.formatUnknown }
        return try SealingPrivateKey(seed: seed)
    }

    /// Short texts that have one spelling each.
    static func words(_ bytes: [UInt8]) {
        guard let text = utf8(bytes) else { return }
        let spellings: [String?] = [
            Timestamp(text: text)?.text, CivilDate(text: text)?.text, Digest(text: text)?.text,
            PartyID(text)?.text, OrganID(text)?.text, ThreadID(text: text)?.text,
            LanguageTag(text)?.text, ExhibitName(text)?.text, KeyID(text: text)?.text,
        ]
        for case let spelling? in spellings {
            expect(spelling.utf8.elementsEqual(bytes), "a short text has one spelling")
        }
        if let hex = Hex.decode(text[...]) {
            expect(Array(Hex.encode(hex).utf8) == bytes, "hexadecimal has one spelling")
        }
        _ = isMediaType(text)
    }
}
