import ParleyLog
import ParleyService
import ParleyStatements
import Testing

@testable import ParleyPages

struct NotifyTextTests {
    private let writer = NotifyText(origin: "https://node.example.org:8443/")
    private let at = Timestamp(text: "2026-11-03T09:12:40Z")!
    private let thread = ThreadID(Digest(hashing: [7]))

    private func fact(_ kind: NotifyKind, page: Int64? = nil) -> NotifyFact {
        NotifyFact(
            kind, at: at, party: PartyID("cn"), thread: thread,
            due: kind == .overdue ? Timestamp(text: "2026-11-03T09:00:00Z") : nil,
            answers: kind == .peer ? false : nil, page: page)
    }

    @Test func `a message says what waits, whose it is, until when and where, and no more`() {
        #expect(writer.subject([fact(.overdue)], language: "en") == "Parley: Overdue: cn")
        #expect(
            writer.text([fact(.overdue)], language: "en") == """
                Overdue: cn
                  was due 2026-11-03 09:00 UTC
                  noticed 2026-11-03 09:12 UTC
                  https://node.example.org:8443/en/desk/threads/\(thread.text)

                --\u{20}
                Sent by your own node. What you are told, and when, you say here:
                  https://node.example.org:8443/en/desk/account/notifications

                """)
    }

    @Test func `of several the most pressing stands first, and a call before all`() {
        let facts = [fact(.receipt), fact(.overdue), fact(.hotline, page: 1), fact(.statement)]
        #expect(
            writer.subject(facts, language: "en")
                == "Parley: HOTLINE: cn is still calling; nobody has acknowledged (and 3 more)")
        #expect(writer.subject(facts, language: "zh") == "Parley：热线来电：cn仍在呼叫，尚无人确认（另有3项）")
        let heads = writer.text(facts, language: "en").split(separator: "\n")
            .filter { !$0.hasPrefix(" ") }.prefix(4)
        #expect(
            heads.map { $0.prefix(7) } == ["HOTLINE", "Overdue", "Stateme", "Receipt"])
    }

    @Test(arguments: Words.all.map(\.code), NotifyKind.allCases)
    func `each kind has words in each language`(language: String, kind: NotifyKind) throws {
        let subject = writer.subject([fact(kind)], language: language)
        #expect(!subject.contains("told.") && !subject.contains("{"), "\(subject)")
        let words = try #require(Words.named(language))
        #expect(kind == .test || words.known("notify.kind-\(kind.rawValue)") != nil)
        #expect(writer.link(fact(kind), language: language).contains("/\(language)/desk/"))
    }

    @Test func `a language that there is not is English`() {
        #expect(
            writer.subject([fact(.silence)], language: "xx") == "Parley: Silence of cn recorded")
    }
}
