import ParleyLog
import Testing

struct Base32Tests {
    /// RFC 4648 §10, written small and without padding.
    private static let vectors = [
        "": "", "f": "my", "fo": "mzxq", "foo": "mzxw6", "foob": "mzxw6yq", "fooba": "mzxw6ytb",
        "foobar": "mzxw6ytboi",
    ]

    @Test func `bytes are written as RFC 4648 has it, and read back`() {
        for (plain, text) in Self.vectors {
            #expect(Base32.encode(Array(plain.utf8)) == text)
            #expect(Base32.decode(text) == Array(plain.utf8))
        }
    }

    @Test(arguments: ["m", "mzx", "mzxw6y", "MY", "my======", "m1", "mz", "mzxq\u{E9}"])
    func `another spelling is no base 32`(text: String) {
        #expect(Base32.decode(text) == nil)
    }
}
