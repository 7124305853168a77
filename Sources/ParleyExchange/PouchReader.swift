package import ParleyLog
import ParleyStatements

/// What a part of a pouch says, in the order in which it says it.
package enum PouchEvent: Hashable, Sendable {
    case growth(PouchGrowth)
    case leafHashes([Digest])
    case answer(PouchAnswer)
    /// The envelope of the statement that names the blobs of the pieces that follow.
    case guide([UInt8])
    case piece(PouchPiece)
    /// The next bytes of the piece; `isLast` with its last ones.
    case data([UInt8], isLast: Bool)
    /// A delivery as `Spec/exchange.md` §3 has it.
    case delivery([UInt8])
}

/// Takes the opened contents of one part apart as they come, each frame within its limit.
///
/// Holds one frame at most, so 8 MiB, beside the bytes it is given.
package struct PouchReader: Sendable {
    private var pending: [UInt8] = []
    private var state = State.start

    private enum State: Sendable {
        /// Becomes `hashes`, `answers`, `answer`, `guided` or `groups`.
        case start
        /// So many leaf hashes are to come. Becomes `answers`.
        case hashes(restCount: UInt64)
        /// Between two answers. Becomes `answer`, `guided` or `groups`.
        case answers
        /// Becomes `receipt` or `answers`.
        case answer(StatementID)
        /// Becomes `answers`.
        case receipt(StatementID, [UInt8])
        /// A guide came. Becomes `data`.
        case guided
        /// So many bytes of a piece are to come. Becomes `pieces`.
        case data(restBytes: UInt64)
        /// A piece is whole, and another of the same guide may follow. Becomes any below `answers`.
        case pieces
        /// Becomes `guided`, or stays.
        case groups
    }

    package init() {}

    /// Takes the next bytes and returns what they complete.
    package mutating func take(_ bytes: [UInt8]) throws(PouchRefusal) -> [PouchEvent] {
        pending.append(contentsOf: bytes)
        var events: [PouchEvent] = []
        var offset = 0
        while pending.count - offset >= PouchFrame.headBytes {
            guard let kind = PouchFrame.Kind(rawValue: pending[offset]) else {
                throw .kindUnknown(pending[offset])
            }
            let start = offset + PouchFrame.headBytes
            let size = Int(number(bigEndian: pending[(offset + 1)..<start]))
            // SPEC pouch §4: A reader MUST refuse a frame longer than the limit of its kind.
            guard size <= kind.limitBytes else {
                throw .frameTooLong(kind: kind, sizeBytes: size, limitBytes: kind.limitBytes)
            }
            guard pending.count - start >= size else { break }
            if let event = try read(kind, pending[start..<(start + size)]) { events.append(event) }
            offset = start + size
        }
        pending.removeFirst(offset)
        return events
    }

    /// Says that no more bytes come.
    package func finish() throws(PouchRefusal) {
        // SPEC pouch §4: A reader MUST refuse a part that ends inside a frame, between a guide and
        // its piece, or before all hashes of a growth, all bytes of a piece or all of an answer.
        guard pending.isEmpty else { throw .contentsTruncated }
        switch state {
        case .start, .answers, .pieces, .groups: return
        case .hashes, .answer, .receipt, .guided, .data: throw .contentsTruncated
        }
    }

    private mutating func read(
        _ kind: PouchFrame.Kind, _ content: ArraySlice<UInt8>
    ) throws(PouchRefusal) -> PouchEvent? {
        switch (state, kind) {
        case (.start, .growth):
            guard let growth = PouchGrowth(content: content) else {
                throw .contentMalformed(kind: kind)
            }
            let count = growth.size.entryCount - growth.base.entryCount
            state = count == 0 ? .answers : .hashes(restCount: count)
            return .growth(growth)
        case (.hashes(let restCount), .leafHashes):
            guard let hashes = digests(content), !hashes.isEmpty, hashes.count <= restCount else {
                throw .contentMalformed(kind: kind)
            }
            let rest = restCount - UInt64(hashes.count)
            state = rest == 0 ? .answers : .hashes(restCount: rest)
            return .leafHashes(hashes)
        case (.start, .answered), (.answers, .answered), (.answer, _), (.receipt, _):
            return try readAnswer(kind, content)
        case (.start, .guide), (.answers, .guide), (.pieces, .guide), (.groups, .guide):
            state = .guided
            return .guide(Array(content))
        case (.guided, .piece), (.pieces, .piece):
            let piece = try PouchPiece(content: content)
            state = .data(restBytes: piece.length)
            return .piece(piece)
        case (.data(let restBytes), .data):
            guard !content.isEmpty, content.count <= restBytes else {
                throw .contentMalformed(kind: kind)
            }
            let rest = restBytes - UInt64(content.count)
            state = rest == 0 ? .pieces : .data(restBytes: rest)
            return .data(Array(content), isLast: rest == 0)
        case (.start, .delivery), (.answers, .delivery), (.pieces, .delivery), (.groups, .delivery):
            state = .groups
            return .delivery(Array(content))
        default:
            // SPEC pouch §4: A reader MUST refuse frames in another order.
            throw .orderWrong(kind: kind)
        }
    }

    private mutating func readAnswer(
        _ kind: PouchFrame.Kind, _ content: ArraySlice<UInt8>
    ) throws(PouchRefusal) -> PouchEvent? {
        switch (state, kind) {
        case (.answer(let id), .receiptText):
            state = .receipt(id, Array(content))
            return nil
        case (.receipt(let id, let receipt), .authorProof):
            state = .answers
            return .answer(
                PouchAnswer(
                    statement: id,
                    outcome: .receipted(receipt: receipt, authorProof: Array(content))))
        case (.answer(let id), .refusal):
            state = .answers
            return .answer(PouchAnswer(statement: id, outcome: .refused(Array(content))))
        case (.start, .answered), (.answers, .answered):
            guard let digest = Digest(bytes: content) else {
                throw .contentMalformed(kind: kind)
            }
            state = .answer(StatementID(digest))
            return nil
        default:
            throw .orderWrong(kind: kind)
        }
    }
}
