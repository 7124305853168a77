import ParleyLog
import Testing

@Suite struct BaseTypeTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `base 64 is that of RFC 4648 §10, both ways`(plain: String, text: String) {
        #expect(Base64.encode(Array(plain.utf8)) == text)
        #expect(Base64.decode(text) == Array(plain.utf8))
    }

    @Test(arguments: [
        "Zg", "Zg=", "Zg===", "Z===", "====", "=", "Zh==", "Zm9=", "Zm 8", "Zm8=\n", "Zm8-", "Zm8_",
        "Zg==Zg==", "Zm9vZg==Zm9v", "Ｚｇ＝＝",
    ])
    func `base 64 in another spelling is refused`(text: String) {
        #expect(Base64.decode(text) == nil)
    }

    @Test func `every byte has one base 64 and one hexadecimal spelling`() {
        let all = (0...255).map { UInt8($0) }
        #expect(Base64.decode(Base64.encode(all)) == all)
        #expect(Hex.decode(Hex.encode(all)) == all)
    }

    @Test(arguments: ["0", "0G", "AB", "0x00", " 00", "é0"])
    func `hexadecimal in another spelling is refused`(text: String) {
        #expect(Hex.decode(text) == nil)
    }

    @Test func `a digest is SHA-256, written whole`() {
        // FIPS 180-4, the example "abc".
        let digits = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        let digest = Digest(hashing: Array("abc".utf8))
        #expect(digest.hex == digits)
        #expect(digest.text == "sha256:" + digits)
        #expect(Digest(text: digest.text) == digest)
        #expect(Digest(hashing: "abc".utf8) == digest)
    }

    @Test func `a digest that is cut short, too long or spelt otherwise is refused`() {
        let digits = Digest(hashing: []).hex
        for text in [
            "", "sha256:", digits, "sha256:" + digits.dropLast(2), "sha256:" + digits + "00",
            "sha256:" + digits.uppercased(), "SHA256:" + digits,
        ] {
            #expect(Digest(text: text) == nil)
        }
        #expect(Digest(bytes: [UInt8](repeating: 0, count: 31)) == nil)
        #expect(Digest(bytes: [UInt8](repeating: 0, count: 33)) == nil)
    }

    @Test func `digests sort as their bytes do`() throws {
        for place in 0..<32 {
            var bytes = [UInt8](repeating: 1, count: 32)
            let middle = try #require(Digest(bytes: bytes))
            bytes[place] = 2
            if place < 31 { bytes[place + 1] = 0 }
            let larger = try #require(Digest(bytes: bytes))
            #expect(middle < larger && !(larger < middle))
        }
    }

    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"), (1_767_225_600, "2026-01-01T00:00:00Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] as [(Int64, String)])
    func `an instant has one spelling`(seconds: Int64, text: String) throws {
        let time = try #require(Timestamp(secondsSinceEpoch: seconds))
        #expect(time.text == text)
        #expect(Timestamp(text: text) == time)
    }

    @Test(arguments: [
        "1969-12-31T23:59:59Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z",
        "2026-04-31T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
        "2026-01-01T00:00:60Z", "2026-01-01t00:00:00Z", "2026-01-01T00:00:00z",
        "2026-01-01T00:00:00", "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00.0Z",
        "2026-1-01T00:00:00Z", " 2026-01-01T00:00:00Z", "+026-01-01T00:00:00Z", "",
    ])
    func `an instant in another spelling, or one that never was, is refused`(text: String) {
        #expect(Timestamp(text: text) == nil)
    }

    @Test func `instants end at 1970 and 9999`() throws {
        let start = try #require(Timestamp(secondsSinceEpoch: 0))
        #expect(Timestamp(secondsSinceEpoch: -1) == nil)
        #expect(Timestamp(secondsSinceEpoch: 253_402_300_800) == nil)
        #expect(start.adding(seconds: -1) == start)
        #expect(start.adding(seconds: .max) == .latest)
        #expect(Timestamp.latest.adding(seconds: .max) == .latest)
        #expect(Timestamp.latest.adding(seconds: .min) == start)
        #expect(start.seconds(since: .latest) == -253_402_300_799)
    }

    @Test func `every day from 1970 to 2400 follows the one before it`() throws {
        var expected = try #require(CivilDate(year: 1970, month: 1, day: 1))
        for count in 0..<157_054 {
            let date = CivilDate(daysSinceEpoch: count)
            guard date == expected, date.daysSinceEpoch == count,
                date.weekday == (count + 3) % 7 + 1
            else {
                Issue.record("day \(count) is \(date.text)")
                return
            }
            expected =
                CivilDate(year: date.year, month: date.month, day: date.day + 1)
                ?? CivilDate(year: date.year, month: date.month + 1, day: 1)
                ?? CivilDate(year: date.year + 1, month: 1, day: 1) ?? expected
        }
        #expect(CivilDate(text: "2026-11-23")?.weekday == 1)
        #expect(CivilDate(text: "2026-11-31") == nil)
    }
}
