package import ParleyDialogue
import ParleyLog
package import ParleyStatements

/// Texts that were published on the record, for anybody who asks for one by its digest.
///
/// - SeeAlso: `Spec/dialogue.md` §4.
package struct PublishedTexts: Sendable {
    private let record: RecordReader
    private let ledger: any Ledger
    private let blobs: any BlobStore

    init(record: RecordReader, ledger: any Ledger, blobs: any BlobStore) {
        self.record = record
        self.ledger = ledger
        self.blobs = blobs
    }

    /// What anybody may know of every thread in which a text was published, that of the latest
    /// publication first. Folds all of them.
    package func threads() async throws -> [PublicThread] {
        var threads: [PublicThread] = []
        for id in try await ledger.publishingThreads() {
            if let thread = PublicThread(try await record.thread(id)) { threads.append(thread) }
        }
        return threads.sorted {
            ($0.published, $0.texts[0].digest.hex) > ($1.published, $1.texts[0].digest.hex)
        }
    }

    /// A ``BoundText``; nil where no lawful publication of it is on record here, or it has not
    /// arrived yet. Folds the threads that publish it.
    package func bytes(of text: BlobID) async throws -> [UInt8]? {
        for id in try await ledger.publications(of: text) {
            // SPEC dialogue §4: A node MUST NOT serve a text to anybody before a publication of it
            // was applied.
            let isPublished = try await record.thread(id).entries.contains {
                $0.effect == .applied && $0.statement.act == .textPublish
                    && $0.statement.exhibits.first?.blob == text
            }
            guard isPublished, let size = try await blobs.size(of: text),
                size <= UInt64(BoundText.sizeLimitBytes)
            else { continue }
            return try await blobs.read(text, from: 0, count: Int(size))
        }
        return nil
    }
}
