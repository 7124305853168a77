import Testing

@testable import ParleyService

/// One range of a file (RFC 9110 §14.1.2), whatever somebody asks for.
struct ByteRangeTests {
    @Test(
        arguments: [
            ("bytes=0-9", 0..<10), ("bytes=0-", 0..<100), ("bytes=99-", 99..<100),
            ("bytes=99-99", 99..<100), ("bytes=90-200", 90..<100), ("bytes=-5", 95..<100),
            ("bytes=-500", 0..<100), ("bytes=007-8", 7..<9),
            ("bytes=0-18446744073709551615", 0..<100), ("bytes=-18446744073709551615", 0..<100),
        ] as [(String, Range<UInt64>)])
    func `a range is the part of the file that it names`(
        header: String, part: Range<UInt64>
    ) {
        #expect(ByteRange(header: header)?.bytes(of: 100) == part)
    }

    @Test(arguments: [
        "bytes=100-", "bytes=100-100", "bytes=-0", "bytes=18446744073709551615-",
        "bytes=18446744073709551615-18446744073709551615",
    ])
    func `a range beyond the file has no byte of it`(header: String) {
        let range = ByteRange(header: header)
        #expect(range != nil && range?.bytes(of: 100) == nil)
        #expect(range?.bytes(of: 0) == nil)
    }

    @Test(arguments: [
        "", "bytes", "bytes=", "bytes=-", "bytes=5-2", "bytes=1-2,3-4", "bytes=+1-2", "bytes=1--2",
        "bytes=1-2 ", "lines=1-2", "Bytes=1-2", "bytes=18446744073709551616-", "bytes=٣-",
    ])
    func `what is no single range is as if it were not there`(header: String) {
        #expect(ByteRange(header: header) == nil)
    }

    @Test func `the longest file there can be has a last byte too`() {
        let all = ByteRange(header: "bytes=0-18446744073709551615")?.bytes(of: .max)
        #expect(all == 0..<UInt64.max)
    }
}
