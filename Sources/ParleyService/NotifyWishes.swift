package import ParleyLog
package import ParleyStatements

/// How somebody can be reached outside the desk.
package enum NotifyChannel: String, CaseIterable, Comparable, Sendable {
    case mail
    case webhook

    package static func < (one: NotifyChannel, other: NotifyChannel) -> Bool {
        one.rawValue < other.rawValue
    }
}

/// A mailbox, as it is named to a mail server: `local@domain` in ASCII (RFC 5321 §4.1.2), without
/// quoted parts and addresses in brackets.
package struct MailAddress: Hashable, Sendable {
    package let text: String

    package init?(_ text: String) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 254, (1...64).contains(parts[0].utf8.count),
            Self.isDots(parts[0], of: { Self.isAtom($0) }),
            Self.isDots(parts[1], of: { Self.isLetterOrDigit($0) || $0 == UInt8(ascii: "-") })
        else { return nil }
        self.text = text
    }

    package var domain: Substring { text.drop { $0 != "@" }.dropFirst() }

    private static func isDots(_ text: Substring, of isOne: (UInt8) -> Bool) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part.utf8.count <= 64 && part.first != "-"
                && part.utf8.allSatisfy(isOne)
        }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }

    private static func isAtom(_ byte: UInt8) -> Bool {
        isLetterOrDigit(byte) || "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
    }
}

/// Hours of somebody's day in which only the hotline reaches them; over midnight where the end
/// comes before the beginning.
package struct QuietHours: Hashable, Sendable {
    /// Minutes of the day.
    package let from: Int
    package let until: Int

    /// Nil for no time at all, and for more than a day.
    package init?(from: Int, until: Int) {
        guard (0..<1440).contains(from), (0..<1440).contains(until), from != until else {
            return nil
        }
        self.from = from
        self.until = until
    }

    /// As `22:00`; nil for other spellings.
    package static func minute(_ text: String) -> Int? {
        let bytes = Array(text.utf8)
        guard bytes.count == 5, bytes[2] == UInt8(ascii: ":") else { return nil }
        let digits = [bytes[0], bytes[1], bytes[3], bytes[4]].map { Int($0) - 0x30 }
        guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
        let (hour, minute) = (digits[0] * 10 + digits[1], digits[2] * 10 + digits[3])
        return hour < 24 && minute < 60 ? hour * 60 + minute : nil
    }

    package static func text(_ minute: Int) -> String {
        [minute / 60, minute % 60].map { ($0 < 10 ? "0" : "") + String($0) }
            .joined(separator: ":")
    }

    /// The first instant from the given one on at which they are not.
    func end(from instant: Timestamp, offsetSeconds: Int64) -> Timestamp {
        let second = Self.secondOfDay(instant, offsetSeconds)
        let (begin, end) = (Int64(from) * 60, Int64(until) * 60)
        let isInside =
            begin < end ? (begin..<end).contains(second) : second >= begin || second < end
        guard isInside else { return instant }
        return instant.adding(seconds: (end - second + 86_400) % 86_400)
    }

    private static func secondOfDay(_ instant: Timestamp, _ offset: Int64) -> Int64 {
        ((instant.secondsSinceEpoch + offset) % 86_400 + 86_400) % 86_400
    }
}

/// Of what an account's holder wants to be told, by which channels, and when.
package struct NotifyWishes: Hashable, Sendable {
    package static let languages = ["en", "zh"]
    package static let offsetMinutes: ClosedRange<Int64> = -720...840
    package static let digestHours: ClosedRange<Int64> = 1...168

    package var language = "en"
    package var mail: MailAddress?
    package var kinds: [NotifyChannel: Set<NotifyKind>] = [:]
    /// Nil for at once.
    package var digestHours: Int64?
    package var quiet: QuietHours?
    /// How far the holder's clock is ahead of UTC.
    package var offsetMinutes: Int64 = 0
    /// Whether they are on this side's ladder of the hotline: a call reaches them at any hour, by
    /// every channel there is, until somebody has acknowledged it.
    package var isOnLadder = false

    package init() {}

    package func wants(_ kind: NotifyKind, by channel: NotifyChannel) -> Bool {
        kind == .test || kinds[channel]?.contains(kind) == true
    }

    /// When what happens now is to be told.
    package func due(_ kind: NotifyKind, at now: Timestamp) -> Timestamp {
        if kind == .hotline || kind == .test { return now }
        return awake(from: isDigest(kind) ? nextDigest(after: now) : now)
    }

    package func isDigest(_ kind: NotifyKind) -> Bool {
        digestHours != nil && kind != .hotline && kind != .test
    }

    /// The first instant from then on that is not in the quiet hours.
    package func awake(from instant: Timestamp) -> Timestamp {
        quiet?.end(from: instant, offsetSeconds: offsetMinutes * 60) ?? instant
    }

    /// At full hours of the holder's own clock, counted from midnight.
    private func nextDigest(after now: Timestamp) -> Timestamp {
        let step = (digestHours ?? 1) * 3600
        let local = now.secondsSinceEpoch + offsetMinutes * 60
        return now.adding(seconds: step - (local % step + step) % step)
    }

    package var json: JSONObject {
        var json: JSONObject = [
            "language": .string(language), "offsetMinutes": .integer(offsetMinutes),
            "ladder": .bool(isOnLadder),
        ]
        if let mail { json = json.adding(["mail": .string(mail.text)]) }
        for channel in NotifyChannel.allCases {
            let names = (kinds[channel] ?? []).sorted().map { JSONValue.string($0.rawValue) }
            json = json.adding([channel.rawValue + "Kinds": .array(names)])
        }
        if let digestHours { json = json.adding(["digestHours": .integer(digestHours)]) }
        if let quiet {
            json = json.adding([
                "quietFrom": .string(QuietHours.text(quiet.from)),
                "quietUntil": .string(QuietHours.text(quiet.until)),
            ])
        }
        return json
    }
}

/// Why wishes cannot be kept.
package enum NotifyRefusal: DeskRefusal, Hashable {
    case mailMalformed
    case quietMalformed
    case offNow
    case testTooSoon
    case webhookMalformed
    case webhookNotAllowed(host: String)
    case webhookLabelTaken(String)
    case webhookUnknown(String)
    case webhooksTooMany(limit: Int)

    package var reason: String {
        switch self {
        case .mailMalformed: "mail-malformed"
        case .quietMalformed: "quiet-malformed"
        case .offNow: "notify-off"
        case .testTooSoon: "notify-test-too-soon"
        case .webhookMalformed: "webhook-malformed"
        case .webhookNotAllowed: "webhook-not-allowed"
        case .webhookLabelTaken: "webhook-label-taken"
        case .webhookUnknown: "webhook-unknown"
        case .webhooksTooMany: "webhooks-too-many"
        }
    }

    package var explanation: String {
        switch self {
        case .mailMalformed: "that is no mailbox such as duty@example.org, in ASCII"
        case .quietMalformed:
            "quiet hours have a beginning and another end, each such as 22:00, or neither"
        case .offNow: "there is no channel by which this account could be told anything"
        case .testTooSoon: "a test was asked for less than a minute ago"
        case .webhookMalformed:
            "that is no address such as https://hooks.example.org/duty, of up to 1024 bytes"
        case .webhookNotAllowed(let host):
            "this node's operator allows no webhooks at \(host)"
        case .webhookLabelTaken(let label): "there is a webhook \(label) already"
        case .webhookUnknown(let label): "there is no webhook \(label)"
        case .webhooksTooMany(let limit): "there are \(limit) webhooks already, as many as may be"
        }
    }

    package var hint: String? {
        switch self {
        case .offNow: "give a mail address or add a webhook; the operator sets both up"
        case .testTooSoon: "wait a minute"
        case .webhookNotAllowed: "the setting webhook-allow names the places that are allowed"
        case .webhooksTooMany: "remove one"
        default: nil
        }
    }

    package var status: Int {
        switch self {
        case .testTooSoon: 429
        case .webhookUnknown: 404
        case .offNow, .webhookLabelTaken, .webhooksTooMany: 409
        default: 422
        }
    }

    package var retryAfterSeconds: Int64? { self == .testTooSoon ? 60 : nil }
}
