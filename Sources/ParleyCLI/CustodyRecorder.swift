import Foundation
import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements

/// What a command says of a custody event; what is left out is filled in from the chain.
struct CustodyWish {
    var event: CustodyEvent
    var handler: String?
    /// Whether a handler that is not named is the last one, rather than this home's organ: true
    /// where a person tells, false where this program acts.
    var isByWhoeverHasIt = true
    var time: Timestamp?
    var place: String?
    var purpose: String
    var authority: String?
    var hashBefore: Digest?
    var hashAfter: Digest?
    var seal: String?
    var tool: String?
    var toolVersion: String?
    var witness: String?
    var receiver: String?
    var copy: BlobID?
    var corrects: StatementID?
    var text: String?
    var language = "en"
    /// Whether the row is to be recorded although it breaks the chain, because it is the truth.
    var allowsBreak = false
}

/// Records custody events of one home.
///
/// One at a time: the row to be followed is read and the new row is in the log before another
/// command of this home looks, or the two would be two histories.
struct CustodyRecorder {
    let reader: CustodyReader
    let writer: StatementWriter

    private static let lockFile = "custody.lock"

    init(home: Home) async throws {
        writer = try await StatementWriter(home: home)
        reader = try CustodyReader(home: home, record: writer.record)
    }

    func record(
        _ wish: CustodyWish, of exhibit: BlobID, in thread: ThreadID
    ) async throws -> StatementID {
        let lock = try await HomeLock.waiting(for: reader.home, file: Self.lockFile)
        defer { lock.release() }
        guard let chain = try await reader.chain(of: exhibit, in: thread) else {
            throw CommandFailure.refused(
                "exhibit-unknown", "the thread \(thread) carries no exhibit \(exhibit)")
        }
        let seat = reader.home.seat
        let details = try details(wish, chain)
        try check(wish, details, chain)
        guard let answer = chain.predecessor(for: seat.party) else {
            preconditionFailure("a chain has a carrier")
        }
        // SPEC custody §2: A digest of plain content MUST NOT stand in the header of a custody
        // event.
        return try await writer.write(
            StatementDraft(
                thread: thread, act: .custodyRecord,
                to: chain.holders.filter { $0 != seat.party }, answers: [answer],
                terms: Terms(custody: wish.event, exhibit: exhibit),
                texts: [
                    try authentic(
                        wish.text ?? "\(wish.event.rawValue): \(details.purpose)",
                        in: wish.language)
                ], fields: details.fields))
    }

    private func details(_ wish: CustodyWish, _ chain: CustodyChain) throws -> CustodyDetails {
        let seat = reader.home.seat
        let organ = writer.agreement.party(seat.party)?.organs.first { $0.id == seat.organ }
        let last = wish.isByWhoeverHasIt ? chain.hold(of: seat.party).handler : nil
        var details = CustodyDetails(
            handler: wish.handler ?? last ?? organ?.role ?? seat.organ.text,
            time: wish.time ?? Surroundings.here.clock.now(), purpose: wish.purpose)
        details.place = wish.place
        details.authority = wish.authority
        details.hashBefore = wish.hashBefore
        details.hashAfter = wish.hashAfter
        details.seal = wish.seal
        details.tool = wish.tool
        details.toolVersion = wish.toolVersion
        details.witness = wish.witness
        details.receiver = wish.receiver
        details.copy = wish.copy
        details.corrects = wish.corrects
        return details
    }

    /// Refuses before signing what would break the chain, as `Spec/custody.md` §5 judges it.
    private func check(
        _ wish: CustodyWish, _ details: CustodyDetails, _ chain: CustodyChain
    ) throws {
        do {
            // The same reader as on the other side: what it would not take must not be signed.
            _ = try CustodyDetails(of: wish.event, fields: details.fields)
        } catch {
            throw CommandFailure.refused(
                error.reason, "\(wish.event.rawValue): \(error.explanation)",
                hint: "what each event must say lists: parley custody table")
        }
        let breaks = chain.breaks(
            adding: wish.event, by: reader.home.seat, details: details,
            at: Surroundings.here.clock.now(),
            toleranceSeconds: writer.agreement.clockToleranceSeconds)
        guard let first = breaks.first, !wish.allowsBreak else { return }
        throw CommandFailure.refused(
            first.reason, "this would break the chain of custody: \(first.explanation)",
            hint: hint(first, chain))
    }

    private func hint(_ first: CustodyBreak, _ chain: CustodyChain) -> String {
        switch first {
        case .notOpened: "open it with: parley fetch STATEMENT --out FOLDER"
        case .handlerDiffers:
            "name who has it with --handler, or record first: parley custody record transferred "
                + "\(chain.exhibit) --receiver ROLE --purpose …"
        case .afterReturn, .afterDestruction:
            "see when and by whom with: parley custody \(chain.exhibit)"
        default:
            "see the chain with: parley custody \(chain.exhibit); if it happened so all the same, "
                + "record it with --despite-break"
        }
    }
}
