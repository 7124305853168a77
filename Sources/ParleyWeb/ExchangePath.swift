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
    static let keys = "/local/v1/keys"

    static func pouch(of party: PartyID) -> String { pouch + "/" + party.text }

    static func blob(_ blob: BlobID) -> String { blobs + "/" + blob.digest.hex }
}
