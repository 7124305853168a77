package import ParleyLog
package import ParleyNode
package import ParleyStatements

/// Where the encrypted keys of a node's organs lie.
package protocol KeyCabinet: Sendable {
    /// Every key of the organ; nil where the passphrase does not open them all. Takes long, on
    /// purpose, and holds up nobody else.
    func keys(
        of organ: OrganID, opening passphrase: String
    ) async throws -> KeyRing.OrganKeys?
}

/// The policy that an organ's keys are unlocked by somebody for a shift, and locked after it.
package struct KeyShift: Sendable {
    package static let hours: ClosedRange<Int64> = 1...168
    private static let wipeEverySeconds: Int64 = 60

    package let ring: KeyRing
    private let cabinet: any KeyCabinet
    private let shiftHours: Int64
    private let clock: any WallClock

    package init(
        of organs: [OrganID], cabinet: any KeyCabinet, hours: Int64, clock: any WallClock
    ) {
        precondition(Self.hours.contains(hours), "a shift is an hour to a week")
        ring = KeyRing(locked: organs)
        self.cabinet = cabinet
        shiftHours = hours
        self.clock = clock
    }

    /// - Returns: until when; unlocking anew begins another shift.
    /// - Throws: ``Problem`` with `passphrase-wrong`, `key-not-listed` or `organ-unknown`.
    package func unlock(
        _ organ: OrganID, with passphrase: String, at node: Node
    ) async throws -> Timestamp {
        try await unlock(organ, with: passphrase) {
            node.identity.isListed($0, of: organ, in: node.directory.current)
        }
    }

    /// - Parameter isListed: whether the record has one of these keys as the organ's.
    package func unlock(
        _ organ: OrganID, with passphrase: String, isListed: ([SigningKeyPair]) -> Bool
    ) async throws -> Timestamp {
        guard ring.organs.contains(organ) else { throw Problem.organUnknown(organ.text) }
        guard let keys = try await cabinet.keys(of: organ, opening: passphrase) else {
            throw Problem(
                status: 422, reason: "passphrase-wrong",
                detail: "the passphrase does not open the keys of \(organ)")
        }
        guard isListed(keys.signing) else {
            throw Problem(
                status: 409, reason: "key-not-listed",
                detail: "none of these keys is one that the record has for \(organ)")
        }
        let until = clock.now().adding(seconds: shiftHours * 3600)
        ring.unlock(organ, keys, until: until)
        return until
    }

    /// Lets go of the keys of shifts that are over, until the surrounding task is cancelled. Nobody
    /// uses them meanwhile: whoever asks for one is told by the clock.
    package func run() async {
        while !Task.isCancelled {
            await clock.sleep(until: clock.now().adding(seconds: Self.wipeEverySeconds))
            ring.wipe(at: clock.now())
        }
    }

    /// What is said of an organ's keys, whether or not there is such a policy.
    package static func json(
        of organ: OrganID, in ring: KeyRing, isPolicy: Bool, at now: Timestamp
    ) -> JSONObject {
        let json: JSONObject = [
            "organ": .string(organ.text), "perShift": .bool(isPolicy),
            "locked": .bool(ring.keys(of: organ, at: now) == nil),
        ]
        guard let until = ring.until(of: organ, at: now) else { return json }
        return json.adding(["until": .string(until.text)])
    }
}

extension Problem {
    package static let keysLocked = Problem(
        status: 409, reason: "keys-locked",
        detail: "the keys are locked: nothing can be signed or opened",
        hint: "POST /keys/unlock with the passphrase of the key files, or parley keys unlock")
    /// Where the node holds its keys while it runs.
    package static let keysHeld = Problem(
        status: 409, reason: "keys-held", detail: "this node holds its keys while it runs",
        hint: "its operator makes that another policy: parley serve --unlock-hours")

    static func organUnknown(_ organ: String) -> Problem {
        Problem(
            status: 422, reason: "organ-unknown",
            detail: "this node has no keys of an organ \(organ.debugDescription)",
            hint: "GET /node lists its organs")
    }
}
