import ParleyLog
import ParleyStatements

/// Where the fold over one exhibit's custody events has got to.
struct CustodyFold {
    private(set) var rows: [CustodyRow] = []

    private let sender: PartyID
    private let content: Digest?
    private let toleranceSeconds: Int64
    private var tracks: [PartyID: Track] = [:]
    /// For each judged row, the last row of each party that it follows on.
    private var follows: [StatementID: [PartyID: StatementID]] = [:]
    private var places: [StatementID: Int] = [:]
    /// What the content was known to be before a row.
    private var contentBefore: [StatementID: Digest] = [:]

    /// One party's own history of the exhibit.
    private struct Track {
        var holding: CustodyHolding
        var content: Digest?
        /// Who has it in hand; nil where nobody was named, or the name cannot be read here.
        var handler: String?
        var time: Timestamp?
        var last: StatementID?
        /// The last row that is not a correction.
        var lastEvent: StatementID?
    }

    init(sender: PartyID, content: Digest?, toleranceSeconds: Int64) {
        self.sender = sender
        self.content = content
        self.toleranceSeconds = toleranceSeconds
    }

    mutating func apply(_ entry: ThreadEntry, body: StatementBody?) {
        let statement = entry.statement
        guard let event = statement.terms.custody else { return }
        let reading =
            body.map { CustodyReading(of: event, fields: $0.fields) } ?? CustodyReading.sealed
        apply(
            CustodyRow(
                id: entry.id, by: statement.from, event: event, answers: statement.answers.first,
                recorded: entry.settledTime, reading: reading, breaks: []))
    }

    mutating func apply(_ unjudged: CustodyRow) {
        var row = unjudged
        row.breaks = []
        row.correctedBy = []
        if let recorded = row.recorded { judge(&row, recorded: recorded) }
        places[row.id] = rows.count
        rows.append(row)
    }

    /// How a party holds the exhibit after the rows so far, and in whose hands there.
    func hold(of party: PartyID) -> CustodyHold {
        let track = tracks[party]
        return CustodyHold(
            holding: track?.holding ?? (party == sender ? .open : .sealed),
            handler: track?.handler)
    }

    private mutating func judge(_ row: inout CustodyRow, recorded: Timestamp) {
        let party = row.by.party
        // SPEC custody §5: A party that sealed the exhibit MUST be taken to hold it open at first,
        // and a party that was sent it to hold it sealed.
        var track =
            tracks[party]
            ?? Track(holding: party == sender ? .open : .sealed, content: content)
        if let gap = gap(row, track) { row.breaks.append(gap) }
        judgeHolding(&row, &track)
        switch row.reading {
        case .sealed: track.handler = nil
        case .unfit(let refusal):
            row.breaks.append(.detailsUnfit(refusal))
            track.handler = nil
        case .read(let details):
            if row.event == .corrected {
                judgeCorrection(&row, details, &track)
            } else {
                judgeDetails(&row, details, &track)
            }
            // SPEC custody §5: A row MUST be broken (time-ahead) when its time is later than it was
            // recorded by more than the agreement's clockToleranceSeconds.
            if details.time > recorded.adding(seconds: toleranceSeconds) {
                row.breaks.append(.timeAhead(found: details.time, recorded: recorded))
            }
        }
        track.last = row.id
        if row.event != .corrected { track.lastEvent = row.id }
        var known = row.answers.flatMap { follows[$0] } ?? [:]
        known[party] = row.id
        follows[row.id] = known
        tracks[party] = track
    }

    private func gap(_ row: CustodyRow, _ track: Track) -> CustodyBreak? {
        // SPEC custody §5: A row MUST be broken (gap) when the rows that it follows on, answer by
        // answer, do not hold its party's row before it.
        guard let last = track.last else { return nil }
        let known = row.answers.flatMap { follows[$0]?[row.by.party] }
        return known == last ? nil : .gap(previous: last)
    }

    private func judgeHolding(_ row: inout CustodyRow, _ track: inout Track) {
        let rule = CustodyRules.rule(for: row.event)
        // SPEC custody §5: A row MUST be broken (not-opened, collected-by-receiver, after-return,
        // after-destruction) when the table of §3 does not have its event for how its party holds
        // the exhibit.
        if !rule.holdings.contains(track.holding) {
            switch track.holding {
            case .returned: row.breaks.append(.afterReturn)
            case .destroyed: row.breaks.append(.afterDestruction)
            case .open, .sealed:
                row.breaks.append(row.event == .collected ? .collectedByReceiver : .notOpened)
            }
            // What is gone stays gone: a later row does not bring it back.
            if track.holding == .returned || track.holding == .destroyed { return }
        }
        track.holding = rule.next ?? track.holding
    }

    private mutating func judgeDetails(
        _ row: inout CustodyRow, _ details: CustodyDetails, _ track: inout Track
    ) {
        contentBefore[row.id] = track.content
        row.breaks += Self.hashBreaks(details, content: track.content)
        track.content = details.hashAfter ?? details.hashBefore ?? track.content
        // SPEC custody §5: A row MUST be broken (handler-differs) when its handler is neither the
        // handler of its party's row before it nor, where that row says so, its receiver.
        if let expected = track.handler, expected != details.handler {
            row.breaks.append(.handlerDiffers(expected: expected, found: details.handler))
        }
        // SPEC custody §5: A row MUST be broken (time-backwards) when its time is before that of
        // its party's row before it.
        if let previous = track.time, details.time < previous {
            row.breaks.append(.timeBackwards(previous: previous, found: details.time))
        }
        track.handler = details.receiver ?? details.handler
        track.time = details.time
    }

    private mutating func judgeCorrection(
        _ row: inout CustodyRow, _ details: CustodyDetails, _ track: inout Track
    ) {
        // SPEC custody §5: A correction MUST name an earlier row of its own party in the same
        // chain, which stays as it is and is shown with the correction.
        guard let corrected = details.corrects, let place = places[corrected],
            rows[place].by.party == row.by.party, rows[place].recorded != nil
        else {
            if let corrected = details.corrects {
                row.breaks.append(.correctsNothing(corrected))
            }
            return
        }
        rows[place].correctedBy.append(row.id)
        row.breaks += Self.hashBreaks(details, content: contentBefore[corrected] ?? content)
        // Only the last row says how things stand; an older one has been followed by others.
        guard corrected == track.lastEvent else { return }
        track.content = details.hashAfter ?? details.hashBefore ?? track.content
        track.handler = details.receiver ?? details.handler
        track.time = details.time
    }

    private static func hashBreaks(
        _ details: CustodyDetails, content: Digest?
    ) -> [CustodyBreak] {
        var found: [CustodyBreak] = []
        // SPEC custody §5: A row MUST be broken (hash-differs) when the first hash that it states
        // is not what the content was before it: the last hash of its party's rows or, before the
        // first, the digest in the body of the statement that carried the exhibit.
        if let stated = details.hashBefore ?? details.hashAfter, let content, stated != content {
            found.append(.hashDiffers(expected: content, found: stated))
        }
        // SPEC custody §5: A row MUST be broken (content-changed) when its hash.before and
        // hash.after differ.
        if let before = details.hashBefore, let after = details.hashAfter, before != after {
            found.append(.contentChanged(before: before, after: after))
        }
        return found
    }
}
