import ParleyTestSupport
import Testing

@testable import ParleyStore

/// The index's pages against a dictionary of sets, and pages that are none.
@Suite struct PostingTableTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `a table's pages hold each token once, in order, with all its texts`(
        seed: UInt64
    ) throws {
        var generator = SeededGenerator(seed: seed)
        // Beginnings of eight bytes and more that are alike, and one byte that is another's end.
        let words = (0..<4000).map { _ in
            let beginning = generator.pick(["", "a", "aaaaaaaa", "aaaaaaaab", "中文"]) ?? ""
            return beginning + String(generator.place(below: 1500), radix: 36)
        }
        var expected: [String: Set<Int64>] = [:]
        var table = PostingTable(textCount: 10)
        var position: Int64 = 0
        for _ in 0..<2000 {
            position += Int64(generator.place(below: 300)) + 1
            let text = (0..<generator.place(below: 12)).compactMap { _ in generator.pick(words) }
            table.add(Array(text.map { " " + $0 }.joined().utf8), at: position)
            for word in text { expected[word, default: []].insert(position) }
        }
        var found: [String: [Int64]] = [:]
        var order: [[UInt8]] = []
        try table.forEachPage { page in
            var reader = PostingReader(page.bytes)
            #expect(page.bytes.count < PostingPage.fullBytes * 4)
            while !reader.isAtEnd {
                let next = reader.token()
                let token = Array(try #require(next))
                if page.first.elementsEqual(token) { #expect(order.last != token) }
                order.append(token)
                let positions = reader.positions()
                let all: [Int64] = try #require(positions)
                found[String(decoding: token, as: UTF8.self)] = all
            }
        }
        #expect(found == expected.mapValues { $0.sorted() })
        #expect(zip(order, order.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) })
    }

    @Test func `a page that was cut or turned is never read past its end`() {
        var page = PostingPage()
        page.add(Array("token".utf8)[...], [3, 300, 70_000])
        let first = page.bytes.count
        page.add(Array("word".utf8)[...], [1])
        for cut in 0..<page.bytes.count {
            #expect(Self.isReadable(Array(page.bytes.prefix(cut))) == [0, first].contains(cut))
        }
        for place in page.bytes.indices {
            for bit in 0..<8 {
                var turned = page.bytes
                turned[place] ^= 1 << bit
                // Whatever comes of it, nothing traps.
                _ = Self.isReadable(turned)
            }
        }
        // A number of more than 64 bits, and a list that goes back.
        #expect(!Self.isReadable(Array(repeating: 0xFF, count: 12)))
        #expect(!Self.isReadable([1, 0x61, 2, 5, 0]))
    }

    private static func isReadable(_ bytes: [UInt8]) -> Bool {
        var reader = PostingReader(bytes)
        while !reader.isAtEnd {
            guard reader.token() != nil, reader.positions() != nil else { return false }
        }
        return true
    }
}
