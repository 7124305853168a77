package import ParleyExchange
package import ParleyLog
package import ParleyNode
package import ParleyStatements
import Synchronization

/// A node that stops in the middle of opening a pouch: with one call not done, or done and never
/// heard of.
package struct FailingDesk: PouchDesk {
    package struct Failure: Error, Hashable {
        package let call: Int

        package init(call: Int) { self.call = call }
    }

    private final class Count: Sendable {
        let calls = Mutex(0)
    }

    private let inner: any PouchDesk
    private let failure: (call: Int, kind: FaultyLedger.Kind)
    private let count = Count()

    /// - Parameter call: of those that write, counted from 1.
    package init(_ inner: any PouchDesk, failing call: Int, _ kind: FaultyLedger.Kind) {
        self.inner = inner
        failure = (call, kind)
    }

    package func witnessed(_ party: PartyID) async throws -> TreeSize {
        try await inner.witnessed(party)
    }

    package func receive(
        _ delivery: [UInt8], from party: PartyID
    ) async throws -> DeliveryAnswer {
        try await failing { try await inner.receive(delivery, from: party) }
    }

    package func store(
        _ answers: [PouchAnswer], from party: PartyID
    ) async throws -> AnswersStored {
        try await failing { try await inner.store(answers, from: party) }
    }

    private func failing<Value>(_ work: () async throws -> Value) async throws -> Value {
        let call = count.calls.withLock { calls in
            calls += 1
            return calls
        }
        if call == failure.call, failure.kind == .lost { throw Failure(call: call) }
        let value = try await work()
        if call == failure.call { throw Failure(call: call) }
        return value
    }
}

extension Village {
    /// Packs what one party has for another.
    ///
    /// - Returns: its parts; none when nothing waits.
    package func pack(
        from sender: String, to receiver: String, partLimitBytes: UInt64? = nil
    ) async throws -> [[UInt8]] {
        let house = try house(sender)
        let box = MemoryPouchBox()
        let packer = PouchPacker(
            identity: house.identity, ledger: house.ledger, blobs: house.blobs,
            shelf: house.shelf, clock: house.clock,
            randomness: SeededRandomness(seed: generator.next()))
        _ = try await packer.pack(
            for: try self.house(receiver).party.id, partLimitBytes: partLimitBytes, box: box)
        return box.parts
    }

    /// Opens parts at a party's node.
    @discardableResult
    package func open(
        _ parts: [[UInt8]], at name: String, failing: (call: Int, kind: FaultyLedger.Kind)? = nil
    ) async throws -> [PouchReport] {
        let house = try house(name)
        let desk: any PouchDesk =
            failing.map { FailingDesk(house.node, failing: $0.call, $0.kind) } ?? house.node
        let opener = try await PouchOpener(
            known: AgreementVersions(terms.agreement), party: house.party.id, ledger: house.ledger,
            blobs: house.blobs, desk: desk, shelf: house.shelf,
            sealingKey: house.party.sealingKey, clock: house.clock)
        return try await opener.open(parts.map { MemoryPouchPart($0) })
    }

    /// Carries pouches to and fro until nobody waits for anything.
    package func settleByPouch(roundLimit: Int = 6) async throws {
        for _ in 0..<roundLimit {
            var isSettled = true
            for sender in terms.parties {
                for receiver in terms.parties where receiver.id != sender.id {
                    let name = sender.id.text
                    let owed = try await house(name).ledger.outbox(for: receiver.id, limit: 1)
                    if !owed.isEmpty { isSettled = false }
                    let parts = try await pack(from: name, to: receiver.id.text)
                    if !parts.isEmpty { try await open(parts, at: receiver.id.text) }
                    advance(seconds: 60)
                }
            }
            if isSettled { return }
        }
        throw TestSupportFault(words: "not settled after \(roundLimit) rounds of pouches")
    }
}
