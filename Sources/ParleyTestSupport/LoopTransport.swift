package import ParleyExchange
import ParleyLog
package import ParleyNode
package import ParleyStatements

/// What the wire between two nodes may do to a request, in per cent.
package struct Weather: Sendable {
    package var losesRequest = 0
    package var losesAnswer = 0
    package var duplicates = 0
    /// A copy of the request comes once more, later, to a receiver that has gone on.
    package var delays = 0
    /// Something else happens between the peer's answer and its arrival.
    package var interleaves = 0
    package var breaksBlob = 0

    package static let fine = Weather()
    package static let rough = Weather(
        losesRequest: 15, losesAnswer: 20, duplicates: 15, delays: 15, interleaves: 25,
        breaksBlob: 30)
}

package enum WireFault: Error, Hashable {
    case unreachable(PartyID)
    case requestLost
    case answerLost
    case blobBroken
    case blobRefused(String)
}

/// A node's transport to the other nodes of its village: bytes are handed over and parsed again.
package struct LoopTransport: PeerTransport {
    let from: PartyID
    let village: Village

    package func deliver(
        _ request: DeliveryRequest, to party: PartyID
    ) async throws -> DeliveryAnswer {
        switch try await village.carry(request.wireBytes, from: from, to: party) {
        case .answered(let response):
            return .answered(try DeliveryResponse(parsing: response.wireBytes))
        case .cosignedSizeIs(let size): return .cosignedSizeIs(size)
        case .refused(let reason, let explanation):
            return .refused(reason: reason, explanation: explanation)
        }
    }

    package func tell(_ fork: ForkProof, to party: PartyID) async throws {
        try await village.tell(fork.fileBytes, to: party)
    }

    package func blobOffset(_ blob: BlobID, at party: PartyID) async throws -> UInt64? {
        try await village.blobOffset(blob, at: party)
    }

    package func sendBlob(
        _ blob: BlobID, sizeBytes: UInt64, from offset: UInt64, to party: PartyID,
        reading store: any BlobStore
    ) async throws {
        let incoming = try await village.incoming(blob, at: party, from: offset)
        var place = offset
        while place < sizeBytes {
            if await village.breaksBlob() {
                try await incoming.suspend()
                throw WireFault.blobBroken
            }
            let bytes = try await store.read(blob, from: place, count: 16 * 1024)
            try await incoming.append(bytes)
            place += UInt64(bytes.count)
        }
        guard try await incoming.finish() else { throw WireFault.blobRefused("digest") }
        await village.arrived(blob, at: party)
    }
}
