import ParleyDialogue
import ParleyLog
package import ParleyNode
package import ParleyStatements

/// Puts together what a home is going to sign: the body, its seal, and the header over both.
///
/// Crash story: blobs are durable before a header names them. A crash in between leaves blobs that
/// nothing names.
package struct StatementComposer: Sendable {
    private var seat: Seat
    private let record: RecordReader
    private let blobs: any BlobStore
    private let clock: any WallClock
    private let randomness: any Randomness

    package init(
        seat: Seat, record: RecordReader, blobs: any BlobStore, clock: any WallClock,
        randomness: any Randomness
    ) {
        self.seat = seat
        self.record = record
        self.blobs = blobs
        self.clock = clock
        self.randomness = randomness
    }

    /// The same in another organ's name.
    func speaking(as seat: Seat) -> StatementComposer {
        var other = self
        other.seat = seat
        return other
    }

    /// - Parameter exhibits: what is said of each exhibit that the header will name, in order.
    package func body(
        of act: Act, texts: [StatementBody.Text], fields: [String: String],
        exhibits: [StatementBody.Exhibit]
    ) throws(BodyRefusal) -> StatementBody {
        try StatementBody(
            texts: texts, fields: fields, exhibits: exhibits,
            salt: act.proposesText
                ? randomness.bytes(count: BoundText.saltByteCount) : nil)
    }

    /// Seals a body to every organ of those parties and of this home's own; durable when it
    /// returns.
    ///
    /// - Throws: ``RecipientsRefusal`` for a party that the agreement does not list.
    package func seal(
        _ body: StatementBody, to parties: [PartyID]
    ) async throws -> BlobReference {
        let recipients = try record.versions.recipients(
            of: seat.party, to: parties, at: clock.now())
        let sealed = try SealWriter.sealed(
            body.canonicalBytes, agreement: record.versions.id, recipients: recipients,
            contentKey: randomness.bytes(count: 32))
        let blob = BlobID(Digest(hashing: sealed))
        try await blobs.put(sealed, as: blob)
        return BlobReference(
            blob: blob, sizeBytes: UInt64(sealed.count), mediaType: StatementBody.mediaType,
            isSealed: true)
    }

    package func header(
        _ act: Act, in thread: ThreadID, under version: AgreementID, to parties: [PartyID],
        answers: [StatementID], terms: Terms, body: BlobReference?, exhibits: [BlobReference]
    ) -> Statement {
        Statement(
            agreement: version, thread: thread, act: act, from: seat, to: parties.sorted(),
            answers: answers.sorted(), at: clock.now(), terms: terms, body: body,
            exhibits: exhibits)
    }
}
