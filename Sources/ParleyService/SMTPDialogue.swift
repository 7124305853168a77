import ParleyLog

/// What a mail server answers: a code, and the lines behind it.
package struct SMTPReply: Hashable, Sendable {
    package static let limitBytes = 16 * 1024

    package let code: Int
    package let lines: [String]

    package init(code: Int, lines: [String]) {
        self.code = code
        self.lines = lines
    }
}

/// The client's side of handing one message to a mail server (RFC 5321), without input or output:
/// replies in, lines out.
package struct SMTPDialogue: Sendable {
    package enum Security: String, Hashable, Sendable, CaseIterable {
        /// In the clear until both have agreed to go on under TLS (RFC 3207), and no further.
        case starttls
        /// From the first byte on (RFC 8314).
        case tls
        /// In the clear, for a server on this machine.
        case none
    }

    package struct Credentials: Sendable {
        package let user: String
        package let password: String

        package init(user: String, password: String) {
            self.user = user
            self.password = password
        }
    }

    package enum Step: Hashable, Sendable {
        /// With its line end.
        case say([UInt8])
        /// Begin TLS; then ``secured()``.
        case secure
        /// The server has the message; the same bytes end the talk.
        case done([UInt8])
    }

    private enum State {
        case greeting, hello, startingTLS, plain, loginUser, loginPassword, sender, receiver, data
        case content
    }

    private let message: MailMessage
    private let security: Security
    private let credentials: Credentials?
    private let ownName: String
    private var state = State.greeting
    private var isSecured: Bool

    /// - Parameter ownName: how this machine is called, as EHLO has it.
    package init(
        _ message: MailMessage, security: Security, credentials: Credentials?, ownName: String
    ) {
        self.message = message
        self.security = security
        self.credentials = credentials
        self.ownName = ownName
        isSecured = security != .starttls
    }

    /// Whether the server may now take minutes: it decides on the message (RFC 5321 §4.5.3.2.6).
    package var isDeciding: Bool { state == .content }

    /// - Throws: ``NotifyFault``, where the message goes no further.
    package mutating func hear(_ reply: SMTPReply) throws(NotifyFault) -> Step {
        switch state {
        case .greeting:
            try expect(220, reply)
            return greet()
        case .hello:
            try expect(250, reply)
            return try chosen(reply)
        case .startingTLS:
            try expect(220, reply)
            return .secure
        case .plain, .loginPassword:
            guard reply.code != 535 else { throw NotifyFault("mail-sign-in-refused") }
            try expect(235, reply)
            return sender()
        case .loginUser:
            try expect(334, reply)
            state = .loginPassword
            return say(Base64.encode(Array((credentials?.password ?? "").utf8)))
        case .sender:
            try expect(250, reply)
            state = .receiver
            return say("RCPT TO:<\(message.to.text)>")
        case .receiver:
            // 251: it goes on to another place from there.
            if reply.code == 251 { return data() }
            try expect(250, reply, isLast: true)
            return data()
        case .data:
            try expect(354, reply)
            state = .content
            return .say(Self.stuffed(message.bytes))
        case .content:
            try expect(250, reply, isLast: true)
            return .done(Array("QUIT\r\n".utf8))
        }
    }

    /// TLS stands: what was said in the clear counts for nothing.
    package mutating func secured() -> Step {
        isSecured = true
        return greet()
    }

    private mutating func greet() -> Step {
        state = .hello
        return say("EHLO \(ownName)")
    }

    private mutating func chosen(_ reply: SMTPReply) throws(NotifyFault) -> Step {
        let offers = reply.lines.dropFirst().map { $0.uppercased() }
        guard isSecured else {
            // Never on in the clear: who takes the offer out of the answer learns nothing.
            guard offers.contains("STARTTLS") else { throw NotifyFault("mail-tls-not-offered") }
            state = .startingTLS
            return say("STARTTLS")
        }
        guard let credentials else { return sender() }
        let ways = offers.filter { $0.hasPrefix("AUTH ") }
            .flatMap { $0.split(separator: " ").dropFirst() }
        if ways.contains("PLAIN") {
            state = .plain
            let both = "\u{0}\(credentials.user)\u{0}\(credentials.password)"
            return say("AUTH PLAIN " + Base64.encode(Array(both.utf8)))
        }
        guard ways.contains("LOGIN") else { throw NotifyFault("mail-sign-in-not-offered") }
        state = .loginUser
        // The name may come with the command; what is asked for next is the password.
        return say("AUTH LOGIN " + Base64.encode(Array(credentials.user.utf8)))
    }

    private mutating func sender() -> Step {
        state = .sender
        return say("MAIL FROM:<\(message.from.text)>")
    }

    private mutating func data() -> Step {
        state = .data
        return say("DATA")
    }

    private func say(_ line: String) -> Step { .say(Array("\(line)\r\n".utf8)) }

    /// - Parameter isLast: a refusal for good (5yz) is one of this message, and not of the node.
    private func expect(
        _ code: Int, _ reply: SMTPReply, isLast: Bool = false
    ) throws(NotifyFault) {
        guard reply.code != code else { return }
        throw NotifyFault(
            "mail-answered-\(reply.code)", isForGood: isLast && reply.code / 100 == 5)
    }

    /// A line that is a dot alone ends the message, so each that begins with one gets another
    /// (RFC 5321 §4.5.2).
    static func stuffed(_ bytes: [UInt8]) -> [UInt8] {
        var stuffed: [UInt8] = []
        stuffed.reserveCapacity(bytes.count + 8)
        var isAtStart = true
        for byte in bytes {
            if isAtStart, byte == UInt8(ascii: ".") { stuffed.append(byte) }
            stuffed.append(byte)
            isAtStart = byte == 0x0a
        }
        return stuffed + Array(".\r\n".utf8)
    }
}
