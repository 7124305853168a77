import ParleyLog
import ParleyStatements

extension ThreadState {
    /// The text as it takes effect is published.
    package static let concluded = ThreadState(rawValue: "concluded")
}

extension PointKind {
    package static let comment = PointKind(rawValue: "comment")
}

/// A measure published for comment, the comments and what is answered to each
/// (`Spec/dialogue.md`).
extension ThreadProtocol {
    package static let notice = ThreadProtocol(
        name: "notice", opening: .noticePublish,
        sides: [.opener: "publishing", .addressed: "commenting"],
        states: [.unopened, .opened, .concluded, .withdrawn],
        moves: [
            Move(.noticePublish, by: .opener, in: [.unopened], to: .opened),
            Move(
                .noticeComment, by: .addressed, in: [.opened],
                point: .raise(.comment, limit: .answer)),
            Move(
                .noticeAnswer, by: .opener, in: [.opened, .concluded],
                point: .settle([.comment], to: .answered, by: .other)),
            Move(.noticeRevise, by: .opener, in: [.opened]),
            Move(.noticeConclude, by: .opener, in: [.opened], to: .concluded),
            Move(.noticeWithdraw, by: .opener, in: [.opened], to: .withdrawn),
        ],
        turns: [:], asking: [.opened, .concluded], openers: [.state])
}

extension ThreadFold {
    /// The last instant at which a comment is in time: of the last version that names one.
    var commentsUntil: Timestamp? { noticeUntil }

    func checkNotice(_ statement: Statement, at time: Timestamp) throws(ActRefusal) {
        guard let until = statement.terms.until else { return }
        // SPEC dialogue §10: The until of a notice MUST be later than its settled time, and not
        // before the end of the agreed time for comments by the calendar of any party addressed.
        guard until > time else { throw .untilNotLater(until: until, than: time) }
        guard let limit = rules.dialogue.clocks["notice"]?[.comment] else { return }
        // A revision may move the end, but not to before what the publication had to offer; an
        // opening answers nothing, so its own time is its settled one.
        let start = opening.flatMap { records[$0.statement]?.time } ?? time
        for party in opening?.addressed ?? statement.to {
            guard let calendar = rules.calendars[party] else { throw .partyUnknown(party) }
            let least: Timestamp
            do throws(WorkingTimeRefusal) {
                least = try WorkingTime.due(after: start, limit: limit, in: calendar)
            } catch {
                throw .timeUnknown(party: party, error)
            }
            guard until >= least else { throw .untilTooEarly(until: until, least: least) }
        }
    }
}
