package import ParleyLog
import ParleyStatements

/// A message to one person, as it goes to a mail server (RFC 5322): plain text that no program
/// answers.
package struct MailMessage: Hashable, Sendable {
    package static let lineLimitBytes = 76

    package let from: MailAddress
    package let to: MailAddress
    package let subject: String
    package let text: String
    package let language: String
    package let date: Timestamp
    /// The same whenever the same is sent again.
    package let id: String

    package init(
        from: MailAddress, to: MailAddress, subject: String, text: String, language: String,
        date: Timestamp, id: String
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.text = text
        self.language = language
        self.date = date
        self.id = id
    }

    /// Each line with CR and LF at its end, none longer than 78 characters.
    package var bytes: [UInt8] {
        let body = Self.lines(of: text)
        // Seven bits pass everywhere as they are; whatever else there is goes as base 64, so that
        // no server on the way changes a byte.
        let isPlain = body.allSatisfy { line in
            line.utf8.count <= Self.lineLimitBytes
                && line.utf8.allSatisfy { (0x20...0x7e).contains($0) }
        }
        let heads =
            [
                "Date: " + Self.date(date), "From: <\(from.text)>", "To: <\(to.text)>",
                // On a line of its own: it is long, and may not be broken.
                "Message-ID:", " <\(id)@\(from.domain)>",
            ] + Self.folded("Subject", subject) + [
                // RFC 3834 §5: what answers mail by itself leaves this alone.
                "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=\(isPlain ? "us-ascii" : "utf-8")",
                "Content-Transfer-Encoding: \(isPlain ? "7bit" : "base64")",
                "Content-Language: \(language)", "",
            ]
        let encoded =
            isPlain
            ? body
            : Self.wrapped(Base64.encode(Array(body.map { $0 + "\r\n" }.joined().utf8)))
        return Array((heads + encoded).map { $0 + "\r\n" }.joined().utf8)
    }

    private static func lines(of text: String) -> [String] {
        text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
            .map(String.init)
    }

    private static func wrapped(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        return stride(from: 0, to: bytes.count, by: lineLimitBytes).map { start in
            String(
                decoding: bytes[start..<min(start + lineLimitBytes, bytes.count)], as: UTF8.self)
        }
    }

    /// A header of free text: as it is where it is short ASCII, else as encoded words (RFC 2047),
    /// each of whole characters and a line of its own.
    private static func folded(_ name: String, _ text: String) -> [String] {
        let clean = String(text.map { $0.isNewline ? " " : $0 })
        if clean.utf8.count + name.utf8.count + 2 <= lineLimitBytes,
            clean.utf8.allSatisfy({ (0x20...0x7e).contains($0) }), !clean.contains("=?")
        {
            return ["\(name): \(clean)"]
        }
        var words: [[UInt8]] = [[]]
        for scalar in clean.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            // 39 bytes are 52 characters of base 64; with what stands around them, less than 76.
            if words[words.count - 1].count + bytes.count > 39 { words.append([]) }
            words[words.count - 1] += bytes
        }
        return words.enumerated().map { place, word in
            (place == 0 ? "\(name): " : " ") + "=?utf-8?B?\(Base64.encode(word))?="
        }
    }

    private static let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// RFC 5322 §3.3.
    static func date(_ instant: Timestamp) -> String {
        let days = Int(instant.secondsSinceEpoch / 86_400)
        let date = CivilDate(daysSinceEpoch: days)
        // The first of January 1970 was a Thursday.
        let text = instant.text
        let clock = text.dropFirst(11).dropLast()
        return "\(Self.days[(days + 4) % 7]), \(date.day) \(months[date.month - 1]) \(date.year) "
            + "\(clock) +0000"
    }
}

/// Why something has not arrived.
package struct NotifyFault: Error, Hashable, Sendable {
    /// A code, perhaps with a number that a server gave; never its words.
    package let reason: String
    /// Its receiver will never take it.
    package let isForGood: Bool

    package init(_ reason: String, isForGood: Bool = false) {
        self.reason = reason
        self.isForGood = isForGood
    }
}

/// Hands a message on towards its receiver's mailbox.
package protocol MailSending: Sendable {
    /// - Throws: ``NotifyFault``, when nobody has taken it, or nobody knows whether.
    func send(_ message: MailMessage) async throws
}

/// Brings a body to a webhook.
package protocol WebhookSending: Sendable {
    /// - Throws: ``NotifyFault``, when it was not taken, or nobody knows whether.
    func post(
        _ body: [UInt8], to url: ProviderURL, headers: [(name: String, value: String)]
    ) async throws
}

/// Puts what happened into words.
package protocol NotifyWriting: Sendable {
    func subject(_ facts: [NotifyFact], language: String) -> String
    func text(_ facts: [NotifyFact], language: String) -> String
    /// Where a person sees what it is about.
    func link(_ fact: NotifyFact, language: String) -> String
}

/// By what this node can tell its people; nothing where its operator has set up nothing.
package struct NotifyPorts: Sendable {
    package let writer: any NotifyWriting
    package let from: MailAddress?
    package let mail: (any MailSending)?
    package let webhooks: (any WebhookSending)?
    package let policy: WebhookPolicy?
    /// Between one telling of an unanswered call and the next.
    package let hotlineSeconds: Int64

    package init(
        writer: any NotifyWriting, from: MailAddress?, mail: (any MailSending)?,
        webhooks: (any WebhookSending)?, policy: WebhookPolicy?, hotlineSeconds: Int64
    ) {
        self.writer = writer
        self.from = from
        self.mail = mail
        self.webhooks = webhooks
        self.policy = policy
        self.hotlineSeconds = hotlineSeconds
    }

    func has(_ channel: NotifyChannel) -> Bool {
        switch channel {
        case .mail: mail != nil && from != nil
        case .webhook: webhooks != nil
        }
    }
}
