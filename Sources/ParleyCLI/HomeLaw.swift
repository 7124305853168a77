import Foundation
import ParleyDialogue
import ParleyLaw
import ParleyLog
import ParleyNode
import ParleyStatements
import ParleyStore

/// The tables of law as a home has them: those shipped, its party's own overlay, and the one that
/// both have signed.
struct HomeLaw {
    let home: Home
    let record: RecordReader
    let overlays: SharedOverlays

    init(home: Home, record: RecordReader) async throws {
        self.home = home
        self.record = record
        overlays = try await record.overlays()
    }

    /// - Parameter parties: Two sides of a question, as a person names them. Where one is the
    ///   home's party, what it has agreed with the other counts.
    func data(between parties: [String]) async throws -> LawData {
        let shipped = try lawful { try ShippedLaw.data() }
        let agreement = home.agreement(in: record)
        guard parties.count == 2, let own = agreement.jurisdiction(of: home.seat.party, in: shipped)
        else { return try await data(with: nil) }
        let sides = try lawful { try parties.map(shipped.party(named:)) }
        guard let other = sides.first(where: { $0 != own }), sides.contains(own) else {
            return try await data(with: nil)
        }
        let others = agreement.parties.filter {
            $0.id != home.seat.party && agreement.jurisdiction(of: $0.id, in: shipped) == other
        }
        // A state speaks for its law before a company that stands under it.
        let party = others.first { $0.kind == .state } ?? others.first
        return try await data(with: party?.id)
    }

    /// - Parameter other: The other party of the question; nil for the home's own rows alone.
    func data(with other: PartyID?) async throws -> LawData {
        let own = overlays.latest(of: home.seat.party)
        let agreed = other.flatMap { overlays.agreed(between: home.seat.party, and: $0) }
        var layers = [try lawful { try ShippedLaw.layer() }]
        // What both have signed stands above; below it the same rows would say nothing.
        if let own, own.document != agreed?.document { layers.append(try await layer(of: own)) }
        if let agreed { layers.append(LawLayer(agreed: try await layer(of: agreed))) }
        return try lawful { try LawData(layers: layers) }
    }

    /// The overlay's rows; it must be of the party whose law its author stands under.
    func layer(of overlay: SharedOverlays.Overlay) async throws -> LawLayer {
        try layer(parsing: try bytes(of: overlay), by: overlay.author)
    }

    func bytes(of overlay: SharedOverlays.Overlay) throws -> [UInt8] {
        try PrivateFile.read(
            home.blobs().path(of: overlay.document).path(),
            limitBytes: Act.Document.lawOverlay.limitBytes)
    }

    func layer(parsing bytes: [UInt8], by author: PartyID) throws -> LawLayer {
        let layer = try lawful { try LawLayer(parsingOverlay: bytes) }
        let shipped = try lawful { try ShippedLaw.data() }
        let agreement = home.agreement(in: record)
        guard let jurisdiction = agreement.jurisdiction(of: author, in: shipped),
            layer.origin == .party(jurisdiction)
        else {
            throw CommandFailure.refused(
                "overlay-of-another", "the overlay is \(layer.origin.text)'s, not of \(author)",
                hint: "its origin is party, and its party the jurisdiction of \(author)")
        }
        return layer
    }
}
