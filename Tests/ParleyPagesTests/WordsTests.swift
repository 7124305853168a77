import Foundation
import ParleyDialogue
import ParleyService
import ParleyStatements
import Testing

@testable import ParleyPages

/// Every language has every text, every text is used, and every code of the record has one.
@Suite struct WordsTests {
    private static let english = Words.named("en")

    private static let sources: String = {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/ParleyPages").standardized
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        var text = ""
        for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
            text += (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        }
        return text
    }()

    @Test func `there are English and Chinese`() {
        #expect(Words.all.prefix(2).map(\.code) == ["en", "zh"])
    }

    @Test(arguments: Words.all.map(\.code))
    func `a language has the keys of English, no more and no fewer`(code: String) throws {
        let words = try #require(Words.named(code))
        let english = try #require(Self.english)
        #expect(words.keys.subtracting(english.keys).sorted() == [])
        #expect(english.keys.subtracting(words.keys).sorted() == [])
    }

    @Test(arguments: Words.all.map(\.code))
    func `a text has the parts of the English one, and something to say`(code: String) throws {
        let words = try #require(Words.named(code))
        let english = try #require(Self.english)
        for key in english.keys where !key.hasPrefix("date.") {
            #expect(parts(words(key)) == parts(english(key)), "\(code): \(key)")
            #expect(!words(key).isEmpty, "\(code): \(key)")
        }
    }

    private func parts(_ text: String) -> Set<Substring> {
        Set(text.matches(of: #/\{[a-z]+\}/#).map(\.output))
    }

    @Test func `every key that is written out is there`() throws {
        let english = try #require(Self.english)
        for match in Self.sources.matches(of: #/words\(\s*"([a-z][a-z0-9.#-]*)"/#) {
            #expect(english.known(String(match.1)) != nil, "\(match.1) has no text")
        }
        for match in Self.sources.matches(of: #/\.count\(\s*"([a-z][a-z0-9.-]*)"/#) {
            for form in ["#one", "#other"] {
                #expect(english.known(match.1 + form) != nil, "\(match.1) counts")
            }
        }
    }

    /// A key that is put together counts by its beginning: `"clock.\(name)"` uses all of `clock.`.
    @Test func `every text is used`() throws {
        let english = try #require(Self.english)
        let literals = Set(
            Self.sources.matches(of: #/"([a-z][a-z0-9.#-]*)"/#).map { String($0.1) })
        var beginnings = Self.sources.matches(of: #/"([a-z][a-z0-9.-]*[.-])\\\(/#)
            .map { String($0.1) }
        beginnings += ["problem.", "hint."]
        for key in english.keys.sorted() {
            let plain = key.split(separator: "#").first.map(String.init) ?? key
            let isUsed =
                literals.contains(plain) || literals.contains(key)
                || beginnings.contains { plain.hasPrefix($0) }
            #expect(isUsed, "nothing shows \(key)")
        }
    }

    @Test(arguments: Words.all.map(\.code))
    func `every state, clock, point, verdict and role has words`(code: String) throws {
        let words = try #require(Words.named(code))
        let states = ThreadProtocol.all.flatMap(\.states).map { "state." + $0.rawValue }
        let points = ThreadProtocol.all.flatMap(\.moves).compactMap { move -> String? in
            guard case .raise(let kind, _, _) = move.point else { return nil }
            return "point." + kind.rawValue
        }
        let keys =
            states + points + ClockName.allCases.map { "clock." + $0.rawValue }
            + Role.allCases.map { "role." + $0.rawValue }
            + ["running", "paused", "overdue", "met", "late", "ended", "unknown"].map {
                "verdict." + $0
            }
        for key in keys { #expect(words.known(key) != nil, "\(code): \(key)") }
        for act in Act.allCases where ActWording.all[act] == nil {
            #expect(words.known("act." + act.rawValue) != nil, "\(code): \(act.rawValue)")
        }
    }

    @Test func `numbers and spans are written as the language writes them`() throws {
        let english = try #require(Self.english)
        let chinese = try #require(Words.named("zh"))
        #expect(english.count("search.found", 1) == "1 statement")
        #expect(english.count("search.found", 12_345) == "12\u{202F}345 statements")
        #expect(chinese.count("search.found", 1) == "1条陈述")
    }

    @Test func `a part's own braces are left as they are`() throws {
        let english = try #require(Self.english)
        #expect(english("queue.theirs", ("party", "{party}")) == "by {party}")
    }
}
