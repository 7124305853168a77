import ParleyLog
import ParleyStatements

extension ThreadState {
    package static let proposed = ThreadState(rawValue: "proposed")
    package static let agreed = ThreadState(rawValue: "agreed")
    package static let held = ThreadState(rawValue: "held")
    package static let cancelled = ThreadState(rawValue: "cancelled")
}

extension PointKind {
    package static let date = PointKind(rawValue: "date")
    package static let agenda = PointKind(rawValue: "agenda")
    package static let minutes = PointKind(rawValue: "minutes")
    package static let outcomes = PointKind(rawValue: "outcomes")
    package static let jointStatement = PointKind(rawValue: "joint-statement")
    /// Something to be done, by the party that it names.
    package static let action = PointKind(rawValue: "action")
}

extension PointStanding {
    /// Its owner says that it is done, with evidence.
    package static let done = PointStanding(rawValue: "done")
    /// The other side says so too.
    package static let accepted = PointStanding(rawValue: "accepted")
}

/// A session of the dialogue: date, delegations, agenda, minutes, outcomes, joint statement and
/// what is to be done (`Spec/dialogue.md`).
extension ThreadProtocol {
    package static let session = ThreadProtocol(
        name: "session", opening: .sessionPropose,
        sides: [.opener: "proposing", .addressed: "invited"],
        states: [.unopened] + before + [.held, .concluded, .cancelled, .closed],
        moves: dateMoves + textMoves + actionMoves, turns: [:],
        asking: before + [.held, .concluded], openers: [.state], addressees: [.state],
        isBilateral: true)

    private static let before: [ThreadState] = [.proposed, .agreed]
    private static let after: [ThreadState] = [.held, .concluded]
    private static let any: [ThreadState] = before + after
    private static let texts: [PointKind] = [.agenda, .minutes, .outcomes, .jointStatement]

    private static let dateMoves: [Move] =
        [
            Move(
                .sessionPropose, by: .opener, in: [.unopened], to: .proposed,
                point: .raise(.date, limit: .agree))
        ]
        + eachSide(
            .sessionMove, in: before, to: .proposed,
            point: .raise(.date, limit: .agree, supersedes: true))
        + eachSide(
            .sessionAgree, in: [.proposed], to: .agreed,
            point: .settle([.date], to: .agreed, by: .other))
        + eachSide(.sessionDelegation, in: before + [.held])
        + eachSide(.sessionHold, in: [.agreed], to: .held)
        + eachSide(.sessionConclude, in: [.held], to: .concluded)
        + eachSide(.sessionCancel, in: before, to: .cancelled)
        + eachSide(.sessionClose, in: [.concluded], to: .closed)

    private static let textMoves: [Move] =
        both(.sessionAgendaPropose, .sessionAgendaAgree, .agenda, in: before + [.held])
        + both(.sessionMinutesPropose, .sessionMinutesAgree, .minutes, in: after)
        + both(.sessionOutcomesPropose, .sessionOutcomesAgree, .outcomes, in: after)
        + both(.sessionStatementPropose, .sessionStatementAgree, .jointStatement, in: after)
        + eachSide(
            .sessionDecline, in: any, point: .settle(texts + [.date], to: .declined, by: .other))
        + eachSide(
            .sessionConfirm, in: any,
            point: .settle(texts, from: [.adReferendum], to: .agreed, by: .settler))

    private static let actionMoves: [Move] =
        eachSide(.sessionActionAdd, in: after, point: .raise(.action))
        + eachSide(
            .sessionActionDecline, in: after,
            point: .settle([.action], to: .declined, by: .awaited))
        + eachSide(
            .sessionActionDone, in: after, point: .settle([.action], to: .done, by: .awaited))
        + eachSide(
            .sessionActionAccept, in: after,
            point: .settle([.action], from: [.done], to: .accepted, by: .notAwaited))
        + eachSide(
            .sessionActionReturn, in: after,
            point: .settle([.action], from: [.done], to: .open, by: .notAwaited))

    private static func both(
        _ propose: Act, _ agree: Act, _ kind: PointKind, in states: [ThreadState]
    ) -> [Move] {
        eachSide(propose, in: states, point: .raise(kind, limit: .agree, supersedes: true))
            + eachSide(agree, in: states, point: .settle([kind], to: .agreed, by: .other))
    }
}

extension ThreadFold {
    func checkAction(_ statement: Statement, at time: Timestamp) throws(ActRefusal) {
        // SPEC dialogue §11: An action item MUST be owned by a party of the session and fall due
        // after its settled time.
        guard let owner = statement.terms.owner, side(of: owner) != nil else {
            throw .ownerNotInThread(statement.terms.owner)
        }
        guard let until = statement.terms.until else { throw .untilMissing }
        guard until > time else { throw .untilNotLater(until: until, than: time) }
    }
}
