package import ParleyLog
package import ParleyStatements

/// What anybody may know of a thread in which a text was published (`Spec/audience.md` §4).
package struct PublicThread: Hashable, Sendable {
    /// A text that was published, in the place that it has in the thread.
    package struct Text: Hashable, Sendable {
        package let digest: Digest
        /// What was proposed with it, such as `session.minutes.propose`.
        package let act: Act
        package let by: PartyID
        package let proposed: Timestamp
        /// Nil for a text that waits for nobody's signature: a version of a notice.
        package let standing: PointStanding?
        /// Who settled it last, and when.
        package let settledBy: PartyID?
        package let settled: Timestamp?
        /// The first publication of it.
        package let publishedBy: PartyID
        package let published: Timestamp
    }

    /// A statement about a commitment: who said which act, and never the words.
    package struct Word: Hashable, Sendable {
        package let act: Act
        package let by: PartyID
        package let time: Timestamp
        package let verdict: Verdict?
    }

    /// Comments of one party on a notice.
    package struct Comments: Hashable, Sendable {
        package let party: PartyID
        package var count = 0
        /// After the period had ended.
        package var late = 0
        package var answered = 0
    }

    /// For finding it again; it is told to nobody.
    package let thread: ThreadID
    /// The kind of thread, as acts begin.
    package let subject: String
    package let opener: PartyID
    package let addressed: [PartyID]
    package let opened: Timestamp
    package let state: ThreadState
    package let isExercise: Bool
    /// As they were proposed; at least one.
    package let texts: [Text]
    /// Of a commitment.
    package let words: [Word]
    /// Of a notice: the last instant at which a comment is in time.
    package let commentsUntil: Timestamp?
    package let comments: [Comments]
    /// Of a session.
    package let round: Int?
    /// Of a session: the date that was agreed or, once it is held, on which it began.
    package let date: Timestamp?

    /// When something of it was published last.
    package var published: Timestamp { texts.map(\.published).max() ?? opened }

    /// Nil where nothing was published.
    package init?(_ thread: DialogueThread) {
        // SPEC audience §4: A node MUST tell nobody of a thread in which no publication was applied
        // more than its scorecard counts.
        let applied = thread.entries.filter { $0.effect == .applied }
        let texts = Self.texts(applied, in: thread)
        guard let id = thread.id, let opening = thread.opening, let opened = thread.openedAt,
            !texts.isEmpty
        else { return nil }
        // SPEC audience §4: Of a thread in which a text was published a node MUST tell nobody more
        // than the table above.
        self.thread = id
        subject = thread.kind.name
        opener = opening.opener
        addressed = opening.addressed
        self.opened = opened
        state = thread.state
        isExercise = opening.isExercise
        self.texts = texts
        words = thread.kind == .commitment ? Self.words(applied) : []
        commentsUntil = thread.kind == .notice ? thread.commentsUntil : nil
        comments = thread.kind == .notice ? Self.comments(of: thread) : []
        round = thread.kind == .session ? opening.terms.round : nil
        date =
            thread.kind == .session
            ? applied.last { $0.statement.terms.date != nil }?.statement.terms.date : nil
    }

    private static func texts(_ applied: [ThreadEntry], in thread: DialogueThread) -> [Text] {
        var texts: [Text] = []
        for proposal in applied where proposal.statement.act.proposesText {
            guard let digest = proposal.statement.terms.text, let proposed = proposal.settledTime,
                let publication = applied.first(where: {
                    $0.statement.act == .textPublish
                        && $0.statement.exhibits.first?.blob.digest == digest
                        && $0.statement.answers.contains(proposal.id)
                }), let published = publication.settledTime
            else { continue }
            let point = thread.points.first { $0.id == proposal.id }
            texts.append(
                Text(
                    digest: digest, act: proposal.statement.act,
                    by: proposal.statement.from.party, proposed: proposed,
                    standing: point?.standing, settledBy: point?.settlement?.by,
                    settled: point?.settlement?.time,
                    publishedBy: publication.statement.from.party, published: published))
        }
        return texts
    }

    private static func words(_ applied: [ThreadEntry]) -> [Word] {
        let told: Set<Act> = [
            .commitmentJoin, .commitmentClarify, .commitmentSupport, .commitmentContest,
            .commitmentJudge, .commitmentEnd,
        ]
        return applied.compactMap { entry in
            guard told.contains(entry.statement.act), let time = entry.settledTime else {
                return nil
            }
            return Word(
                act: entry.statement.act, by: entry.statement.from.party, time: time,
                verdict: entry.statement.terms.verdict)
        }
    }

    private static func comments(of thread: DialogueThread) -> [Comments] {
        var comments: [PartyID: Comments] = [:]
        for point in thread.points where point.kind == .comment {
            var one = comments[point.by] ?? Comments(party: point.by)
            one.count += 1
            if let until = thread.commentsUntil, point.time > until { one.late += 1 }
            if point.standing == .answered { one.answered += 1 }
            comments[point.by] = one
        }
        return comments.values.sorted { $0.party < $1.party }
    }
}
