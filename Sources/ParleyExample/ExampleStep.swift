package import ParleyLog
package import ParleyStatements

/// The next thing to be said in a thread of an example, before it is sealed and signed.
package struct ExampleStep: Sendable {
    package let thread: ThreadID
    package let act: Act
    package let from: Seat
    package let to: [PartyID]
    package let answers: [StatementID]
    /// When it is said.
    package private(set) var at: Timestamp
    package let terms: Terms
    /// Nil where the act has none, or the author says nothing.
    package let content: StatementBody?
    /// A text that is published with it.
    package let document: BoundText?
    package let agreement: AgreementID
    /// Whether it is one that its place in the thread does not allow.
    package let isIrregular: Bool

    /// The same, said at another time.
    package func said(at time: Timestamp) -> ExampleStep {
        var step = self
        step.at = time
        return step
    }

    /// - Parameter body: where the sealed content is kept.
    package func statement(body: BlobReference?) -> Statement {
        Statement(
            agreement: agreement, thread: thread, act: act, from: from, to: to,
            answers: answers, at: at, terms: terms, body: body,
            exhibits: document.map { [Self.reference($0)] } ?? [])
    }

    /// A bound text as it is published: open to read.
    package static func reference(_ text: BoundText) -> BlobReference {
        let bytes = text.canonicalBytes
        return BlobReference(
            blob: BlobID(Digest(hashing: bytes)), sizeBytes: UInt64(bytes.count),
            mediaType: BoundText.mediaType, isSealed: false)
    }

    /// The statement where nothing is sealed or signed: its body stands for a sealed one, and its
    /// id is the digest of the header.
    package func header() -> (id: StatementID, statement: Statement) {
        let body = content.map { content in
            let bytes = content.canonicalBytes
            return BlobReference(
                blob: BlobID(Digest(hashing: bytes)), sizeBytes: UInt64(bytes.count),
                mediaType: StatementBody.mediaType, isSealed: true)
        }
        let statement = statement(body: body)
        return (StatementID(Digest(hashing: statement.payloadBytes())), statement)
    }
}
