package import ParleyLog
package import ParleyNode
package import ParleyStatements

/// One thing that has changed at this node, for those who follow along: what changed, and never the
/// words of it.
package struct ServiceEvent: Hashable, Sendable {
    /// The event's name on the stream.
    package enum Kind: String, CaseIterable, Sendable {
        /// A statement, by anybody, stands in the log.
        case statement
        /// The same, where it records a silence.
        case silence
        /// The same, in a call over the hotline.
        case hotline
        /// Another party's log holds a statement, or more cosigners vouch that it does.
        case receipt
        /// The same of the log of the statement's own author.
        case proof
        /// A running clock has passed its due instant.
        case overdue
        case draft
        /// What a company wants said was handed in, taken up, returned or withdrawn.
        case filing
        /// Accounts, sessions and tokens.
        case account
        /// A peer answers, or no longer does.
        case peer
    }

    /// Who may know of it.
    package enum Audience: Hashable, Sendable {
        /// Whoever reads the record.
        case readers
        /// Whoever may see that organ's drafts, and what companies file with it.
        case organ(OrganID)
        case administrators
        /// Whoever may see how the node does.
        case watchers

        package var text: String {
            switch self {
            case .readers: "readers"
            case .organ(let organ): "organ:" + organ.text
            case .administrators: "administrators"
            case .watchers: "watchers"
            }
        }

        package init?(text: String) {
            switch text {
            case "readers": self = .readers
            case "administrators": self = .administrators
            case "watchers": self = .watchers
            default:
                guard text.hasPrefix("organ:"), let organ = OrganID(String(text.dropFirst(6)))
                else { return nil }
                self = .organ(organ)
            }
        }

        package func includes(_ caller: Caller) -> Bool {
            switch self {
            case .readers: Self.isAllowed(Self.reading, caller)
            case .organ(let organ):
                caller.organ == organ && Self.isAllowed(Self.drafting, caller)
            case .administrators: Self.isAllowed(Self.administering, caller)
            case .watchers: Self.isAllowed(Self.watching, caller)
            }
        }

        // Asked for each listener and event: who hears of a thing is who may ask for it.
        private static let reading = Operation.named("thread.show")
        private static let drafting = Operation.named("draft.show")
        private static let administering = Operation.named("account.show")
        private static let watching = Operation.named("node.show")

        private static func isAllowed(_ operation: Operation?, _ caller: Caller) -> Bool {
            operation?.isAllowed(to: caller) ?? false
        }
    }

    package let kind: Kind
    package let audience: Audience
    package let facts: JSONObject
    /// Told once under this name, however often it is found; nil for what is found once.
    package let once: String?

    package init(
        _ kind: Kind, for audience: Audience, _ facts: JSONObject, once: String? = nil
    ) {
        self.kind = kind
        self.audience = audience
        self.facts = facts
        self.once = once
    }
}

/// An event in its place.
package struct NumberedEvent: Hashable, Sendable {
    package let number: Int64
    package let event: ServiceEvent

    package init(number: Int64, event: ServiceEvent) {
        self.number = number
        self.event = event
    }
}

/// A place in the stream: after that event of that journal.
package struct EventCursor: Hashable, Sendable {
    /// Another for each journal that was begun anew; 16 characters of base 32.
    package let epoch: String
    package let number: Int64

    package init(epoch: String, number: Int64) {
        self.epoch = epoch
        self.number = number
    }

    package init?(text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, Self.isEpoch(parts[0]), (1...18).contains(parts[1].utf8.count),
            parts[1] == "0" || parts[1].first != "0",
            parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int64(parts[1])
        else { return nil }
        epoch = String(parts[0])
        self.number = number
    }

    private static func isEpoch(_ text: Substring) -> Bool {
        text.utf8.count == 16
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x32...0x37).contains($0) }
    }

    package var text: String { "\(epoch).\(number)" }
}

/// How far each source of events was read.
package struct EventPosition: Hashable, Sendable {
    package var record: LedgerMark
    /// The number of the last entry of the trail.
    package var trail: Int64
    /// Clocks due before that have been told.
    package var clocksTo: Timestamp

    package init(record: LedgerMark, trail: Int64, clocksTo: Timestamp) {
        self.record = record
        self.trail = trail
        self.clocksTo = clocksTo
    }
}

/// What stands in a journal of events.
package struct EventStanding: Hashable, Sendable {
    package let epoch: String
    /// The newest event's number; 0 before the first.
    package var head: Int64
    /// The number before the oldest event that is kept.
    package var tail: Int64
    package var position: EventPosition

    package init(epoch: String, head: Int64, tail: Int64, position: EventPosition) {
        self.epoch = epoch
        self.head = head
        self.tail = tail
        self.position = position
    }

    package var cursor: EventCursor { EventCursor(epoch: epoch, number: head) }

    /// Whether everything after that place is kept.
    package func leads(from cursor: EventCursor) -> Bool {
        cursor.epoch == epoch && (tail...head).contains(cursor.number)
    }
}

/// The journal of events: made from the record and the trail, and numbered, so that whoever comes
/// back hears what they have missed. Disposable: without it, those who come back read anew.
///
/// One process writes it, the one that serves.
package protocol EventJournal: Sendable {
    /// Nil where none was begun.
    func standing() async throws -> EventStanding?
    /// Forgets what there is, and begins there.
    func begin(_ standing: EventStanding) async throws
    /// Keeps the events and how far the sources were read with them, in one step and durably;
    /// returns those that had not been told.
    func append(
        _ events: [ServiceEvent], leadingTo position: EventPosition
    ) async throws -> [NumberedEvent]
    func events(after number: Int64, limit: Int) async throws -> [NumberedEvent]
    /// Forgets all but the newest so many; returns the number before the oldest that is kept.
    func prune(keeping count: Int) async throws -> Int64
}
