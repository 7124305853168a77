package import ParleyDialogue
package import ParleyLog
package import ParleyStatements

/// A record of any size for tests, benchmarks and looking at: threads of every kind between the
/// parties of an agreement, as people under pressure leave them, with lateness, questions, refusals
/// and a few statements that are irregular.
///
/// Each thread follows from the seed and its number alone, so none has to be kept and each can be
/// made again. What is said is lawful because the fold itself is asked what is.
package struct ExampleRecord: Sendable {
    package let agreement: Agreement
    package let seed: UInt64
    /// When the first thread may begin, and before when the last does.
    package let period: Range<Timestamp>
    let rules: ThreadRules

    package init(agreement: Agreement, seed: UInt64, period: Range<Timestamp>) {
        self.agreement = agreement
        rules = ThreadRules(agreement)
        self.seed = seed
        self.period = period
    }

    package func thread(_ number: Int) -> ExampleThread { ExampleThread(number, of: self) }

    /// A thread's id, without making the thread.
    package func id(of number: Int) -> ThreadID {
        ThreadID(Digest(hashing: Array("example \(seed) \(number)".utf8)))
    }

    /// A whole thread as headers: ids are digests, times follow the author's clock by seconds.
    package func headers(of number: Int) -> [RecordedStatement] {
        var thread = thread(number)
        while let step = thread.next() {
            let (id, statement) = step.header()
            thread.take(
                RecordedStatement(
                    id: id, statement: statement, time: thread.time(of: step),
                    receipts: thread.receipts(of: step)), content: step.content)
        }
        return thread.records
    }
}
