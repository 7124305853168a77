import Crypto
import ParleyLog

@testable import ParleyNode
@testable import ParleyService
@testable import ParleyStatements
@testable import ParleyWeb

/// What people and programs send to the API.
enum ServiceChecks {
    /// The first byte chooses the operation, the rest is its body, or its query.
    static func ask(_ bytes: [UInt8]) {
        guard let first = bytes.first else { return }
        let operation = Operation.all[Int(first) % Operation.all.count]
        let rest = Array(bytes.dropFirst())
        if operation.method == .get {
            guard let text = utf8(rest), let pairs = try? PercentText.query(text) else { return }
            _ = try? Given(query: pairs, fields: operation.fields)
            return
        }
        guard
            let value = try? JSONValue(parsing: rest, limitBytes: Operation.bodyLimitBytes),
            case .object(let object) = value,
            let given = try? Given(object, fields: operation.fields)
        else { return }
        let again = try? JSONValue(parsing: value.canonicalBytes, limitBytes: 1 << 20)
        expect(again == value, "what was given is kept as it was")
        for field in operation.fields where field.isRequired {
            expect(given.has(field.name), "what is required is there")
        }
        if operation.id == "draft.add" { wish(object) }
    }

    private static func wish(_ content: JSONObject) {
        guard let wish = try? DraftWish(content) else { return }
        expect(wish.to.count <= Statement.addresseeLimit, "no more addressees than a header takes")
        expect(wish.answers.count <= Statement.answerLimit, "no more answers either")
    }

    static func query(_ bytes: [UInt8]) {
        guard let text = utf8(bytes), let pairs = try? PercentText.query(text) else { return }
        let written = pairs.map { "\(encoded($0.0))=\(encoded($0.1))" }.joined(separator: "&")
        guard let again = try? PercentText.query(written) else {
            expect(false, "a query that is written is one")
            return
        }
        expect(
            again.map(\.0) == pairs.map(\.0) && again.map(\.1) == pairs.map(\.1),
            "a query is written as it was read")
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let digits = String(byte, radix: 16)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }

    /// Short texts that stand for something: names, secrets, cursors, instants.
    static func words(_ bytes: [UInt8]) {
        guard let text = utf8(bytes) else { return }
        let spellings: [String?] = [
            AccountName(text)?.text, Secret(.session, text: text)?.text,
            Secret(.token, text: text)?.text, Secret(.first, text: text)?.text,
            DraftID(text: text)?.description, PasswordHash(text: text)?.text,
            QueueCursor(text: text)?.text, Role(rawValue: text)?.rawValue,
        ]
        for case let spelling? in spellings {
            expect(spelling.utf8.elementsEqual(bytes), "a short text has one spelling")
        }
        if let instant = DateTime.timestamp(text) {
            expect(DateTime.timestamp(instant.text) == instant, "an instant is read as written")
            expect(text.utf8.allSatisfy { $0 < 0x80 }, "digits are those of ASCII")
        }
        _ = FourEyes(checking: [text])
        if let name = AccountName("duty.one") { _ = try? PasswordRule.check(text, of: name) }
        expect(
            RecoveryCode.digest(of: text) == RecoveryCode.digest(of: text.uppercased())
                || !text.utf8.allSatisfy { $0 < 0x80 }, "capitals make no other code")
    }

    /// A line of an exported trail.
    static func trail(_ bytes: [UInt8]) {
        guard let value = try? JSONValue(parsing: bytes, limitBytes: 16 * 1024),
            let entry = try? TrailEntry(value)
        else { return }
        expect(.object(entry.json) == value, "an entry is written as it was read")
    }

    /// A `Range` and, in the first eight bytes, how long the file is.
    static func range(_ bytes: [UInt8]) {
        guard bytes.count >= 8, let text = utf8(Array(bytes.dropFirst(8))) else { return }
        let size = bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
        if let number = ByteRange.number(text) {
            expect(
                String(number) == text.drop { $0 == "0" } || number == 0, "a number is its digits")
        }
        guard let range = ByteRange(header: text) else { return }
        for size in [size, 0, 1, .max] {
            guard let part = range.bytes(of: size) else { continue }
            expect(!part.isEmpty && part.upperBound <= size, "a part is one of the file")
            let again = ByteRange(header: "bytes=\(part.lowerBound)-\(part.upperBound - 1)")
            expect(again?.bytes(of: size) == part, "a part asked for by its ends is that part")
        }
    }

    /// A `Last-Event-ID`, whoever sends it.
    static func lastEventID(_ bytes: [UInt8]) {
        guard let text = utf8(bytes), let cursor = EventCursor(text: text) else { return }
        expect(cursor.text.utf8.elementsEqual(bytes), "a place in the stream has one spelling")
        expect(cursor.number >= 0, "and is none before the first")
        for (tail, head) in [(0, 0), (7, 100), (Int64.max, Int64.max)] {
            let standing = EventStanding(
                epoch: cursor.epoch, head: head, tail: tail,
                position: EventPosition(
                    record: LedgerMark(entries: 0, proofs: 0), trail: 0, clocksTo: instant))
            expect(
                standing.leads(from: cursor) == (tail...head).contains(cursor.number),
                "what is kept leads on")
        }
        let id = EventText.place(cursor)
        expect(id.split(separator: 0x0a).count == 2, "it puts no line of its own into a stream")
    }

    /// A token as it is; and its two first parts, a line each, signed here.
    static func idToken(_ bytes: [UInt8]) {
        if let text = utf8(bytes) {
            let read = try? check.subject(
                of: text, signedBy: providerKeys, nonce: "n", at: instant)
            expect(read == nil, "nobody else signs for the provider")
        }
        let lines = bytes.split(separator: 0x0a, maxSplits: 1, omittingEmptySubsequences: false)
        guard lines.count == 2 else { return }
        let parts = lines.map { Base64URL.encode(Array($0)) }
        for (part, line) in zip(parts, lines) {
            expect(Base64URL.decode(part) == Array(line), "base 64 is read as it was written")
        }
        let message = "\(parts[0]).\(parts[1])"
        var signature = known { Array(try providerKey.signature(for: Array(message.utf8))) }
        func subject() -> String? {
            try? check.subject(
                of: message + "." + Base64URL.encode(signature), signedBy: providerKeys,
                nonce: "n", at: instant)
        }
        guard let name = subject() else { return }
        expect((1...255).contains(name.utf8.count), "a subject has its limits")
        let claims = try? JSONValue(parsing: Array(lines[1]), limitBytes: 1 << 16)
        guard case .object(let object)? = claims else {
            return expect(false, "claims are an object")
        }
        expect(object["sub"] == .string(name), "it is the one that the token names")
        expect(object["iss"] == .string(check.issuer), "and its issuer the provider")
        signature[0] ^= 1
        expect(subject() == nil, "another signature proves nothing")
    }

    static func providerKeys(_ bytes: [UInt8]) {
        guard let keys = try? ProviderKeys(parsing: bytes) else { return }
        for algorithm in [ProviderKeys.Algorithm.rs256, .es256, .edDSA] {
            for size in [0, 64, 256] {
                let signature = [UInt8](repeating: 0, count: size)
                let isTaken: Void? = try? keys.verify(
                    signature, over: bytes, by: algorithm, id: nil)
                expect(isTaken == nil, "nothing signs nothing")
            }
        }
    }

    private static let check = IDTokenCheck(
        issuer: "https://id.example.org", clientID: "parley", claim: "sub")
    private static let instant = known {
        guard let instant = Timestamp(text: "2026-11-24T03:00:00Z") else {
            throw SignInRefusal.timesWrong
        }
        return instant
    }
    private static let providerKey = known {
        try Curve25519.Signing.PrivateKey(rawRepresentation: [UInt8](repeating: 7, count: 32))
    }
    private static let providerKeys = known {
        let key: JSONObject = [
            "kty": .string("OKP"), "crv": .string("Ed25519"),
            "x": .string(Base64URL.encode(Array(providerKey.publicKey.rawRepresentation))),
        ]
        return try ProviderKeys(
            parsing: JSONValue.object(["keys": .array([.object(key)])]).canonicalBytes)
    }

    static func problem(_ bytes: [UInt8]) {
        guard let problem = Problem(body: bytes) else { return }
        let again = Problem(body: problem.body)
        expect(again == problem, "a problem is read as it was written")
    }
}
