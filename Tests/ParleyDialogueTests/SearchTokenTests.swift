import ParleyDialogue
import Testing

@Suite struct SearchTokenTests {
    private let tokens = SearchTokens()

    private func words(_ text: String) -> [String] { tokens.tokens(of: text).map(\.text) }

    @Test func `words are cut at what is neither letter nor digit, in small letters`() {
        #expect(words("Ransomware-Angriff, 2nd wave!") == ["ransomware", "angriff", "2nd", "wave"])
        #expect(words(" \n\t·—…") == [])
        #expect(words("Über naïve ÉCOLE") == ["über", "naïve", "école"])
    }

    @Test func `a run of Chinese is cut into its pairs and its last character`() {
        #expect(words("勒索软件") == ["勒索", "索软", "软件", "件"])
        #expect(words("钓鱼") == ["钓鱼", "鱼"])
        #expect(words("鱼") == ["鱼"])
    }

    @Test func `mixed text is cut where the script changes`() {
        #expect(words("用C2服务器") == ["用", "c2", "服务", "务器", "器"])
        #expect(words("カナと漢字") == ["カナ", "ナと", "と漢", "漢字", "字"])
        #expect(words("医院，银行") == ["医院", "院", "银行", "行"])
    }

    @Test func `a character of four bytes and one with combining marks stay whole`() {
        #expect(words("𠮷野家") == ["𠮷野", "野家", "家"])
        #expect(words("e\u{301}cole") == ["e\u{301}cole"])
        #expect(words("👩‍💻 exploit 🇨🇳") == ["exploit"])
        let text = "x𠮷é鱼👩‍💻y"
        for token in tokens.tokens(of: text) {
            let cut = Array(text.utf8)[token.range]
            #expect(String(validating: cut, as: UTF8.self) != nil)
        }
    }

    @Test func `a long token is cut after a whole character, in text and question alike`() throws {
        let long = String(repeating: "é", count: 40)
        #expect(words(long) == [String(repeating: "é", count: 32)])
        let question = try SearchQuestion(long, using: tokens)
        #expect(question.terms.map(\.text) == words(long))
    }

    @Test func `what is folded by the caller is compared as folded`() throws {
        let folding = SearchTokens { $0 == "ＡＢＣ" ? "abc" : $0.lowercased() }
        #expect(folding.tokens(of: "ＡＢＣ").map(\.text) == ["abc"])
    }

    @Test func `joined tokens are the tokens, each after a space`() {
        var joined: [UInt8] = []
        tokens.append("Bank 银行", to: &joined)
        #expect(String(decoding: joined, as: UTF8.self) == " bank 银行 行")
    }
}

@Suite struct SearchQuestionTests {
    private let tokens = SearchTokens()

    @Test func `a pair is looked for as such, a single character as a beginning`() throws {
        let pair = try SearchQuestion("钓鱼", using: tokens).terms
        #expect(pair.map(\.text) == ["钓鱼"])
        #expect(pair.map(\.isPrefix) == [false])
        let single = try SearchQuestion("鱼", using: tokens).terms
        #expect(single.map(\.text) == ["鱼"])
        #expect(single.map(\.isPrefix) == [true])
    }

    @Test func `a longer word is found in one piece only`() throws {
        let question = try SearchQuestion("勒索软件", using: tokens)
        #expect(question.isFound(in: "这是勒索软件。", using: tokens))
        #expect(!question.isFound(in: "勒索 索软 软件", using: tokens))
        #expect(!question.isFound(in: "勒索", using: tokens))
    }

    @Test func `a question as long as may be is taken, and one byte more is refused`() throws {
        let most = String(repeating: "a", count: SearchQuestion.limitBytes)
        #expect(try SearchQuestion(most, using: tokens).terms.count == 1)
        #expect(throws: SearchRefusal.questionTooLong(sizeBytes: 513, limitBytes: 512)) {
            try SearchQuestion(most + "a", using: tokens)
        }
    }

    @Test func `as many words as may be are taken, and one more is refused`() throws {
        let words = (0..<33).map { "w\($0)" }
        let most = words.dropLast().joined(separator: " ")
        #expect(try SearchQuestion(most, using: tokens).terms.count == 32)
        #expect(throws: SearchRefusal.questionTooManyTerms(count: 33, limit: 32)) {
            try SearchQuestion(words.joined(separator: " "), using: tokens)
        }
        #expect(try SearchQuestion(most + " w1", using: tokens).terms.count == 32)
    }

    @Test func `a question without letter or digit is refused`() {
        for text in ["", " ", "\"*\" ^ -", "👩‍💻"] {
            #expect(throws: SearchRefusal.questionEmpty) {
                try SearchQuestion(text, using: tokens)
            }
        }
    }

    @Test func `a snippet shows whole characters around the first place`() throws {
        let question = try SearchQuestion("钓鱼", using: tokens)
        let text = "👩‍💻👩‍💻👩‍💻有人\n钓鱼了👨‍👩‍👧‍👦👨‍👩‍👧‍👦"
        #expect(
            question.snippet(of: text, using: tokens, before: 4, after: 4) == "…👩‍💻有人 钓鱼了👨‍👩‍👧‍👦…")
        #expect(question.snippet(of: text, using: tokens).first == "👩‍💻")
        let absent = try SearchQuestion("医院", using: tokens)
        #expect(absent.snippet(of: "no such word", using: tokens) == "no such word")
    }
}
