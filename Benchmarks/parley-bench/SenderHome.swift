import Foundation
import ParleyLog
import ParleyStatements
import ParleyWeb

/// A home with plain keys, as `parley init --no-passphrase` makes it, read by the load generator.
struct SenderHome {
    let folder: URL
    let seat: Seat
    let agreement: Agreement

    init(path: String) throws {
        folder = URL(filePath: path, directoryHint: .isDirectory)
        guard let text = try Self.fields(folder.appending(path: "home.json"))["seat"],
            case .string(let seatText) = text, let seat = Seat(seatText)
        else { throw BenchFailure.homeMalformed("home.json") }
        self.seat = seat
        var envelope = Array(try Data(contentsOf: folder.appending(path: "agreement.json")))
        // A final line break is no part of the envelope.
        if envelope.last == 0x0a { envelope.removeLast() }
        agreement = try AdoptedAgreement(parsing: envelope).agreement
    }

    var socketPath: String { folder.appending(path: "node.sock").path() }
    var ledgerPath: String { folder.appending(path: "ledger.sqlite").path() }

    func party(_ id: PartyID) throws -> Party {
        guard let party = agreement.party(id) else {
            throw BenchFailure.homeMalformed("the agreement lacks \(id)")
        }
        return party
    }

    func signingKey() throws -> SigningKeyPair {
        try SigningKeyPair(ed25519Seed: Array(try secret("signing").prefix(32)))
    }

    func logSigner() throws -> NoteSigner {
        try NoteSigner(
            name: try NoteKey(text: party(seat.party).node.logKey).name, seed: try secret("log"),
            type: .log)
    }

    func tlsIdentity() throws -> TLSIdentity {
        TLSIdentity(
            certificatePEM: try String(
                contentsOf: folder.appending(path: "tls-certificate.pem"), encoding: .utf8),
            keyPEM: String(decoding: try secret("tls"), as: UTF8.self))
    }

    private func secret(_ purpose: String) throws -> [UInt8] {
        let file = folder.appending(path: "keys").appending(path: purpose + ".key.json")
        guard case .string(let plain)? = try Self.fields(file)["plain"],
            let secret = Base64.decode(plain)
        else { throw BenchFailure.homeMalformed("\(purpose) key is not plain") }
        return secret
    }

    private static func fields(_ file: URL) throws -> JSONObject {
        let bytes = Array(try Data(contentsOf: file))
        guard case .object(let fields) = try JSONValue(parsing: bytes, limitBytes: 1 << 20) else {
            throw BenchFailure.homeMalformed(file.lastPathComponent)
        }
        return fields
    }
}
