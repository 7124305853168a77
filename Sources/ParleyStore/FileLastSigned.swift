import Crypto
import Foundation
import ParleyLog
package import ParleyNode

/// What was signed last, in one small file of two slots.
///
/// Crash story. Each state goes to the slot that the one before it does not stand in, with a higher
/// number and a digest over all of it, and is flushed before anything signed leaves. A write that
/// was torn leaves a slot whose digest does not fit, and the other slot, which holds the state
/// before: what the torn one was about to allow had not been published. The first state is written
/// beside the file's name, which it gets whole. And no slot is overwritten while the other may not
/// be durable: neither after a process that died before its flush, nor after a flush that failed.
package actor FileLastSigned: LastSigned {
    package static let slotSizeBytes = 4096
    private static let headSizeBytes = 8 + 4 + Digest.byteCount

    private let path: String
    private let calls: any FileCalls
    /// Whether all of the file is known to be durable.
    private var isSettled = false
    /// What was written last, while it is not: Linux does not write again what a flush that failed
    /// could not.
    private var draft: (slot: [UInt8], offset: Int)?

    private struct Slot {
        let number: UInt64
        let state: SignedState
    }

    package init(path: String) { self.init(path: path, calls: SystemFileCalls()) }

    package init(path: String, calls: any FileCalls) {
        self.path = path
        self.calls = calls
    }

    package func load() throws -> SignedState? {
        try settle()
        return try read()?.state
    }

    package func replace(_ old: SignedState?, with new: SignedState) throws {
        try settle()
        let stored = try read()
        guard stored?.state == old else { throw LastSignedFault.changedMeanwhile }
        let number = (stored?.number ?? 0) + 1
        let slot = try Self.encode(number, new)
        let offset = Int(number % 2) * Self.slotSizeBytes
        isSettled = false
        if stored == nil {
            try create(slot, at: offset)
        } else {
            draft = (slot, offset)
            try calls.write(slot, to: path, at: offset)
            try calls.flush(path)
            draft = nil
        }
        isSettled = true
    }

    private func settle() throws {
        if isSettled { return }
        guard try calls.contents(of: path) != nil else { return }
        if let draft { try calls.write(draft.slot, to: path, at: draft.offset) }
        try calls.flush(path)
        try calls.flushFolder(of: path)
        draft = nil
        isSettled = true
    }

    private func create(_ slot: [UInt8], at offset: Int) throws {
        let draft = path + ".new"
        try calls.create(draft)
        try calls.write(slot, to: draft, at: offset)
        try calls.flush(draft)
        try calls.rename(draft, to: path)
        try calls.flushFolder(of: path)
    }

    private func read() throws -> Slot? {
        guard let file = try calls.contents(of: path) else { return nil }
        let slots = [0, 1].compactMap { place -> Slot? in
            let bytes = file.dropFirst(place * Self.slotSizeBytes).prefix(Self.slotSizeBytes)
            return Self.decode([UInt8](bytes))
        }
        guard let latest = slots.max(by: { $0.number < $1.number }) else {
            throw LastSignedFault.damaged(path: path)
        }
        return latest
    }

    // MARK: Slots

    /// Number (8 bytes), length (4), both big-endian; SHA-256 over those and the state; the state.
    private static func encode(_ number: UInt64, _ state: SignedState) throws -> [UInt8] {
        let bytes = state.bytes
        guard bytes.count <= slotSizeBytes - headSizeBytes else {
            throw LastSignedFault.tooLong(sizeBytes: bytes.count)
        }
        let head =
            (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
            + (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (24 - 8 * $0)) }
        let slot = head + Digest(hashing: head + bytes).bytes + bytes
        return slot + Array(repeating: 0, count: slotSizeBytes - slot.count)
    }

    private static func decode(_ slot: [UInt8]) -> Slot? {
        guard slot.count >= headSizeBytes else { return nil }
        let number = slot[0..<8].reduce(0) { $0 << 8 | UInt64($1) }
        let count = slot[8..<12].reduce(0) { $0 << 8 | Int($1) }
        let bytes = Array(slot.dropFirst(headSizeBytes).prefix(count))
        guard bytes.count == count,
            Digest(bytes: slot[12..<headSizeBytes])
                == Digest(hashing: Array(slot[0..<12]) + bytes),
            let state = SignedState(bytes: bytes)
        else { return nil }
        return Slot(number: number, state: state)
    }
}

package enum LastSignedFault: Error, Hashable, CustomStringConvertible {
    /// Neither slot can be read.
    case damaged(path: String)
    /// Another process has signed in between.
    case changedMeanwhile
    case tooLong(sizeBytes: Int)
    case system(call: String, code: Int32)

    package var description: String {
        switch self {
        case .damaged(let path): "\(path) does not hold what was signed last"
        case .changedMeanwhile: "another process has signed for this node in between"
        case .tooLong(let size): "\(size) bytes do not fit a slot"
        case .system(let call, let code): "\(call): \(String(cString: strerror(code)))"
        }
    }
}
