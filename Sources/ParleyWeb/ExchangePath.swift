import ParleyLog
import ParleyStatements

/// Paths and header names that both ends of the exchange share (`Spec/exchange.md` §2).
enum ExchangePath {
    static let deliver = "/exchange/v1/deliver"
    static let blobs = "/exchange/v1/blobs"
    static let deliveryMediaType = "application/vnd.parley.delivery.v1"
    static let agreementHeader = "Parley-Agreement"
    static let offsetHeader = "Parley-Offset"
    static let submit = "/local/v1/statements"
    static let status = "/local/v1/status"
    static let pouch = "/local/v1/pouch"

    static func pouch(of party: PartyID) -> String { pouch + "/" + party.text }

    static func blob(_ blob: BlobID) -> String { blobs + "/" + blob.digest.hex }
}

/// A refusal over HTTP: RFC 9457 with a `reason` code beside its words.
struct Problem: Error {
    let status: Int
    let reason: String
    let detail: String

    init(status: Int, reason: String, detail: String) {
        self.status = status
        self.reason = reason
        self.detail = detail
    }

    init?(body: [UInt8]) {
        guard let value = try? JSONValue(parsing: body, limitBytes: 64 * 1024),
            case .object(let fields) = value, case .string(let reason)? = fields["reason"],
            case .string(let detail)? = fields["detail"]
        else { return nil }
        status = 0
        self.reason = reason
        self.detail = detail
    }

    var body: [UInt8] {
        JSONValue.object([
            "type": .string("about:blank"), "status": .integer(Int64(status)),
            "reason": .string(reason), "detail": .string(detail),
        ]).canonicalBytes
    }
}
