/// Where a request stands. ``RequestProtocol/moves`` says how it gets from one to the next; each
/// case lists what it can become.
package enum RequestState: String, Hashable, Sendable, CaseIterable {
    /// No lawful submission with a time yet. Becomes `submitted`.
    case unopened
    /// Asked; no person of the requested side has spoken. Becomes `acknowledged`, `accepted`,
    /// `acceptedInPart`, `postponed`, `partlyAnswered`, `answered`, `refused` or `withdrawn`.
    case submitted
    /// A person has it; nothing decided. Becomes `accepted`, `acceptedInPart`, `postponed`,
    /// `partlyAnswered`, `answered`, `refused` or `withdrawn`.
    case acknowledged
    /// To be answered in full. Becomes `acceptedInPart`, `postponed`, `partlyAnswered`,
    /// `answered`, `refused` or `withdrawn`.
    case accepted
    /// To be answered in the part that the acceptance names. Becomes `accepted`, `postponed`,
    /// `partlyAnswered`, `answered`, `refused` or `withdrawn`.
    case acceptedInPart = "accepted-in-part"
    /// Put off on a ground until an instant. Becomes `accepted`, `acceptedInPart`,
    /// `partlyAnswered`, `answered`, `refused` or `withdrawn`.
    case postponed
    /// Some of the answer is given, more is to come. Becomes `postponed`, `answered`, `refused`
    /// or `withdrawn`.
    case partlyAnswered = "partly-answered"
    /// The requested side says the answer is complete. Becomes `closed`.
    case answered
    /// Refused, or the rest of it refused, on a ground. Becomes `closed`.
    case refused
    /// The requester wants no answer any more. Becomes `closed`.
    case withdrawn
    /// Over. Becomes nothing.
    case closed
}

/// Which side of a request somebody is on.
package enum RequestSide: String, Hashable, Sendable, CaseIterable {
    /// Whoever submits it.
    case requester
    /// Whoever is asked.
    case requested
}
