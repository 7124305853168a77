import ParleyStatements

@testable import ParleyAudit
@testable import ParleyLog

/// The auditor's own parsers, beside the node's for the same texts where there are two.
enum AuditChecks {
    static func base64(_ bytes: [UInt8]) {
        let auditors = StrictBase64.decode(bytes)
        if let auditors {
            expect(Array(Base64.encode(auditors).utf8) == bytes, "base 64 has one spelling")
        }
        if let text = utf8(bytes) {
            expect(Base64.decode(text) == auditors, "node and auditor read base 64 alike")
            expect(decimal(text) == plainNumber(bytes), "node and auditor read numbers alike")
        } else {
            expect(auditors == nil && plainNumber(bytes) == nil, "what is no text is refused")
        }
    }

    /// The first byte is how many entries the bundle is said to have.
    static func bundle(_ bytes: [UInt8]) {
        _ = HashRow(bytes: bytes)
        guard let first = bytes.first else { return }
        let rest = Array(bytes.dropFirst())
        let count = Int(first) + 1
        guard let bundle = EntryBundle(parsing: rest, count: count) else { return }
        var written: [UInt8] = []
        for place in 0..<count {
            guard let entry = bundle.entry(place) else {
                return expect(false, "a bundle holds as many entries as it was parsed for")
            }
            written += [UInt8(entry.count >> 8), UInt8(entry.count & 255)] + entry
            expect(bundle.bytes(ofFirst: place + 1) == written, "a bundle's beginnings are its own")
        }
        expect(written == rest, "a bundle is written as it was read")
        let row = HashRow(hashing: bundle, count: count)
        expect(row.count == count && row.root() != nil, "each entry has a leaf hash")
    }

    /// The input is the state without its check, which no mutation finds.
    static func state(_ bytes: [UInt8]) {
        _ = try? AuditState(parsing: bytes, log: LogChecks.auditorsKey)
        guard
            case .object(let object)? = try? JSONValue(
                parsing: bytes, limitBytes: AuditState.limitBytes)
        else { return }
        let fields = JSONObject(object.members.filter { $0.name != "check" })
        let check = Digest(hashing: JSONValue.object(fields).canonicalBytes).text
        let whole = JSONValue.object(fields.adding(["check": .string(check)])).canonicalBytes
        guard
            let state = try? AuditState(parsing: whole + [0x0a], log: LogChecks.auditorsKey)
        else { return }
        let again = try? AuditState(parsing: state.bytes, log: LogChecks.auditorsKey)
        expect(again == state, "a state that was read is written and read again")
    }
}
