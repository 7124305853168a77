import ParleyLog
import ParleyTestSupport
import Testing

@Suite struct RootFoldTests {
    @Test func `leaf by leaf it has the root that the standard's own words give`() {
        var fold = RootFold()
        var entries: [Digest] = []
        #expect(fold.root == Merkle.emptyRoot)
        for number in 0..<130 {
            let entry = Digest(hashing: [UInt8(number)])
            entries.append(entry)
            fold.append(Merkle.leafHash(of: entry))
            #expect(fold.root == PlainLog.root(of: entries), "\(number + 1) entries")
            #expect(fold.size == TreeSize(UInt64(number + 1)))
        }
    }
}
