import ParleyLog

@testable import ParleyNode
@testable import ParleyService
@testable import ParleyStatements

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

    static func problem(_ bytes: [UInt8]) {
        guard let problem = Problem(body: bytes) else { return }
        let again = Problem(body: problem.body)
        expect(again == problem, "a problem is read as it was written")
    }
}
