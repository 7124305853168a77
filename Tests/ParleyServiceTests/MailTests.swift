import ParleyLog
import Testing

@testable import ParleyService

struct MailMessageTests {
    private func message(_ subject: String, _ text: String) -> MailMessage {
        MailMessage(
            from: MailAddress("parley@us.example.org")!, to: MailAddress("duty@example.org")!,
            subject: subject, text: text, language: "en",
            date: Timestamp(text: "2026-03-01T09:05:07Z")!, id: "one")
    }

    private func lines(_ message: MailMessage) -> [Substring] {
        String(decoding: message.bytes, as: UTF8.self)
            .split(separator: "\r\n", omittingEmptySubsequences: false)
    }

    @Test func `a plain message is as it is read`() {
        #expect(
            lines(message("Overdue: cn", "One.\nTwo.\n")) == [
                "Date: Sun, 1 Mar 2026 09:05:07 +0000", "From: <parley@us.example.org>",
                "To: <duty@example.org>", "Message-ID:", " <one@us.example.org>",
                "Subject: Overdue: cn", "Auto-Submitted: auto-generated", "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=us-ascii", "Content-Transfer-Encoding: 7bit",
                "Content-Language: en", "", "One.", "Two.", "", "",
            ])
    }

    @Test func `other letters go as base 64, no line too long, no character in two words`() throws {
        let subject = String(repeating: "热线来电：", count: 12)
        let text = String(repeating: "发现于某时。", count: 40) + "\n.\n"
        let lines = lines(message(subject, text))
        #expect(lines.allSatisfy { $0.utf8.count <= 76 })
        var words: [Substring] = []
        for line in lines where line.contains("=?") {
            let parts = line.split(separator: "?", omittingEmptySubsequences: false)
            try #require(parts.count == 5 && parts[1] == "utf-8" && parts[2] == "B")
            let word = try #require(Base64.decode(String(parts[3])))
            words.append(Substring(try #require(String(validating: word, as: UTF8.self))))
        }
        #expect(words.count > 1 && words.joined() == subject)
        let body = try #require(lines.firstIndex(of: ""))
        let decoded = try #require(Base64.decode(lines[body...].joined()))
        #expect(
            String(decoding: decoded, as: UTF8.self) == text.replacing("\n", with: "\r\n") + "\r\n")
    }

    @Test func `a line end in a subject begins no header`() {
        let lines = lines(message("One\r\nBcc: <eve@example.org>", "Two."))
        #expect(!lines.contains { $0.hasPrefix("Bcc") })
        #expect(lines.contains("Subject: One Bcc: <eve@example.org>"))
    }

    @Test(arguments: [
        "", "duty", "@example.org", "duty@", "a b@example.org", "duty@exa mple.org",
        "duty@example.org\r\nRCPT TO:<eve@example.org>", "<duty@example.org>", "a..b@example.org",
        "duty@@example.org", "-f@example.org", "duty@[192.0.2.1]", "d\u{fc}ty@example.org",
        String(repeating: "a", count: 65) + "@example.org",
    ])
    func `what is no plain mailbox is none`(text: String) { #expect(MailAddress(text) == nil) }
}

struct SMTPDialogueTests {
    private let message = MailMessage(
        from: MailAddress("parley@us.example.org")!, to: MailAddress("duty@example.org")!,
        subject: "One", text: ".", language: "en",
        date: Timestamp(text: "2026-03-01T09:05:07Z")!, id: "one")

    private func dialogue(
        _ security: SMTPDialogue.Security, signedIn: Bool = false
    ) -> SMTPDialogue {
        SMTPDialogue(
            message, security: security,
            credentials: signedIn ? .init(user: "us", password: "secret") : nil,
            ownName: "us.example.org")
    }

    /// What is said on each of the replies, in short.
    private func said(
        _ dialogue: inout SMTPDialogue, _ replies: [(Int, [String])]
    ) throws -> [String] {
        var said: [String] = []
        for (code, lines) in replies {
            switch try dialogue.hear(SMTPReply(code: code, lines: lines)) {
            case .say(let bytes), .done(let bytes):
                said.append(String(decoding: bytes, as: UTF8.self))
            case .secure:
                said.append("(TLS)")
                guard case .say(let bytes) = dialogue.secured() else { continue }
                said.append(String(decoding: bytes, as: UTF8.self))
            }
        }
        return said
    }

    @Test func `under STARTTLS nothing is said in the clear but that it is wanted`() throws {
        var dialogue = dialogue(.starttls, signedIn: true)
        let said = try said(
            &dialogue,
            [
                (220, ["mail.example.org"]), (250, ["mail.example.org", "STARTTLS", "AUTH PLAIN"]),
                (220, ["go ahead"]), (250, ["mail.example.org", "AUTH LOGIN PLAIN"]), (235, ["ok"]),
                (250, ["ok"]), (250, ["ok"]), (354, ["go on"]), (250, ["ok"]),
            ])
        #expect(
            said == [
                "EHLO us.example.org\r\n", "STARTTLS\r\n", "(TLS)", "EHLO us.example.org\r\n",
                "AUTH PLAIN AHVzAHNlY3JldA==\r\n", "MAIL FROM:<parley@us.example.org>\r\n",
                "RCPT TO:<duty@example.org>\r\n", "DATA\r\n",
                String(decoding: message.bytes.dropLast(3), as: UTF8.self) + "..\r\n.\r\n",
                "QUIT\r\n",
            ])
        #expect(said.prefix(5).dropLast().allSatisfy { !$0.contains("AUTH") })
    }

    @Test func `a server that offers no TLS is told nothing`() throws {
        var dialogue = dialogue(.starttls)
        #expect(throws: NotifyFault("mail-tls-not-offered")) {
            _ = try said(&dialogue, [(220, [""]), (250, ["mail.example.org", "AUTH PLAIN"])])
        }
    }

    @Test func `who is to sign in and cannot hands nothing over`() throws {
        for (replies, reason) in [
            ([(220, [""]), (250, ["x", "AUTH GSSAPI"])], "mail-sign-in-not-offered"),
            (
                [(220, [""]), (250, ["x", "AUTH LOGIN"]), (334, [""]), (535, [""])],
                "mail-sign-in-refused"
            ),
        ] {
            var dialogue = dialogue(.tls, signedIn: true)
            #expect(throws: NotifyFault(reason)) { _ = try said(&dialogue, replies) }
        }
    }

    @Test(arguments: [
        (2, 550, false), (3, 450, false), (3, 550, true), (4, 554, false), (5, 451, false),
        (5, 554, true),
    ])
    func `only what is said of a mailbox or a message is for good`(
        step: Int, code: Int, isForGood: Bool
    ) throws {
        var dialogue = dialogue(.none)
        var replies: [(Int, [String])] = [
            (220, [""]), (250, ["x"]), (250, [""]), (250, [""]), (354, [""]), (250, [""]),
        ]
        replies[step] = (code, ["no"])
        #expect(throws: NotifyFault("mail-answered-\(code)", isForGood: isForGood)) {
            _ = try said(&dialogue, replies)
        }
    }
}
