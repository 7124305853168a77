import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ParleyService
import ServiceLifecycle

/// One listener's answer: what was missed, out of the journal, then what happens.
struct EventStream {
    /// Events read from the journal at once.
    private static let pageCount = 200

    let keeper: EventKeeper
    let listener: EventListener
    /// Whence the listener wants to hear; nil for now.
    let after: String?

    func body() -> ResponseBody {
        ResponseBody { writer in
            defer { keeper.hub.close(listener) }
            if let standing = await listener.start() {
                var missed = missed(until: standing)
                while let piece = try await missed.next() {
                    if piece.isEmpty { continue }
                    try await writer.write(ByteBuffer(bytes: piece))
                }
                while true {
                    let pieces = await listener.next()
                    if pieces.isEmpty { break }
                    try await writer.write(ByteBuffer(bytes: pieces.joined()))
                }
            }
            try await writer.finish(nil)
        }
    }

    private func missed(until standing: EventStanding) -> Missed {
        guard let after else {
            return Missed(first: EventText.place(standing.cursor), keeper, listener)
        }
        guard let cursor = EventCursor(text: after), standing.leads(from: cursor) else {
            return Missed(first: EventText.reset(standing.cursor), keeper, listener)
        }
        var missed = Missed(first: EventText.place(cursor), keeper, listener)
        missed.rest = (cursor.number, standing)
        return missed
    }

    /// What the listener has missed, some events at a time.
    private struct Missed {
        private var first: [UInt8]?
        /// From where on, and up to where.
        var rest: (number: Int64, standing: EventStanding)?
        private let keeper: EventKeeper
        private let listener: EventListener

        init(first: [UInt8], _ keeper: EventKeeper, _ listener: EventListener) {
            self.first = first
            self.keeper = keeper
            self.listener = listener
        }

        mutating func next() async throws -> [UInt8]? {
            if let first {
                self.first = nil
                return first
            }
            guard let (number, standing) = rest, number < standing.head else { return nil }
            let page = try await keeper.journal.events(after: number, limit: pageCount)
            rest = page.last.map { ($0.number, standing) }
            let caller = listener.caller
            return page.filter {
                $0.number <= standing.head && $0.event.audience.includes(caller)
            }
            .flatMap { EventText.event($0, epoch: standing.epoch) }
        }
    }
}

/// Tells those who listen, as long as the servers run; stopped before them, so that no stream keeps
/// a server from ending.
struct EventService: Service {
    let keeper: EventKeeper
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await keeper.run { error in
                logger.error("events not told", metadata: ["error": "\(type(of: error))"])
            }
        }
    }
}
