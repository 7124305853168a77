package import ParleyExchange
package import ParleyLog
package import ParleyStatements

/// One part of a pouch, as it lies on its medium.
package protocol PouchPart: Sendable {
    /// What the person who gave it calls it.
    var name: String { get }
    /// Up to `count` bytes from `offset`; fewer only at the end.
    func read(from offset: UInt64, count: Int) async throws -> [UInt8]
}

/// Where the parts of a pouch are written.
package protocol PouchBox: Sendable {
    /// Begins the next part; room is left for its label.
    func beginPart() async throws
    /// Adds sealed bytes to the part begun last.
    func append(_ sealed: [UInt8]) async throws
    /// Writes each part's label, makes all durable, and only then gives them their names.
    func close(labels: [PouchLabel]) async throws
    /// Throws away what was written.
    func discard() async
}

/// The node's own side of an opened pouch: the node in this process, or the one that serves the
/// home.
package protocol PouchDesk: Sendable {
    /// How much of the party's log this node has cosigned.
    func witnessed(_ party: PartyID) async throws -> TreeSize
    /// Answers a delivery as if the party's connection had brought it.
    func receive(_ delivery: [UInt8], from party: PartyID) async throws -> DeliveryAnswer
    /// Durable when it returns.
    func store(_ answers: [PouchAnswer], from party: PartyID) async throws -> AnswersStored
}

extension Node: PouchDesk {
    package func witnessed(_ party: PartyID) async throws -> TreeSize {
        await writer.witnessed(party)?.size ?? TreeSize(0)
    }

    package func receive(
        _ delivery: [UInt8], from party: PartyID
    ) async throws -> DeliveryAnswer { try await intake.receive(delivery, from: party) }

    package func store(
        _ answers: [PouchAnswer], from party: PartyID
    ) async throws -> AnswersStored { try await self.answers.store(answers, from: party) }
}

/// An answer that the next pouch to the sender is to carry.
package struct OwedAnswer: Hashable, Sendable {
    package let statement: StatementID
    /// The refusal's envelope; nil where the ledger holds the receipt.
    package let refusal: [UInt8]?

    package init(statement: StatementID, refusal: [UInt8]?) {
        self.statement = statement
        self.refusal = refusal
    }
}

/// What a home remembers of the pouches it has begun to open. Everything is durable when its call
/// returns.
///
/// Trust: whoever can change it can make this node ask for parts again, and withhold answers until
/// the sender packs anew; nothing in it is believed about a statement.
package protocol PouchShelf: Sendable {
    func pouches() async throws -> [ShelvedPouch]
    /// Remembers a pouch by its manifest's envelope; again changes nothing.
    func begin(_ id: PouchID, manifest: [UInt8]) async throws
    /// Everything in the part has been taken; a copy that was kept of it goes.
    func finish(part number: Int, of id: PouchID) async throws
    /// Copies a part that cannot be taken before others have come.
    func keep(_ part: any PouchPart, number: Int, of id: PouchID) async throws
    func kept(of id: PouchID) async throws -> [Int: any PouchPart]
    /// Remembers what one delivery of a part was answered; again replaces it.
    func owe(
        _ answers: [OwedAnswer], of id: PouchID, part number: Int, delivery: Int
    ) async throws
    func owed(of id: PouchID) async throws -> [OwedAnswer]
    /// Lets go of copies and answers; that the pouch was here, and which parts, stays known.
    func clear(_ id: PouchID) async throws
}

package struct ShelvedPouch: Sendable {
    package let id: PouchID
    package let manifest: [UInt8]
    /// Numbers of the parts that were taken whole.
    package let finished: Set<Int>

    package init(id: PouchID, manifest: [UInt8], finished: Set<Int>) {
        self.id = id
        self.manifest = manifest
        self.finished = finished
    }
}
