package import ParleyLog
package import ParleyStatements

/// What reports take from a thread at an instant, and around it the instants at which they would
/// take the same.
package struct ThreadReading: Sendable {
    /// Nil for what nobody has opened by then, and for what is no dialogue.
    package let thread: ReportedThread?
    /// The instant read for is in it. True of these records alone, under these versions: with
    /// another statement or proof in the thread it is to be read again.
    package let holds: ClosedRange<Timestamp>

    /// - Parameter records: all that are held of the thread, in any order; what has no time by
    ///   `asOf` is left out.
    package init(
        of records: [RecordedStatement], under versions: AgreementVersions, asOf: Timestamp
    ) {
        let folded = DialogueThread(
            folding: records.filter { $0.isSettled(by: asOf) }, under: versions)
        thread = ReportedThread(folded, asOf: asOf)
        let times = records.compactMap(\.time)
        let dues = folded.awaitedDues
        // A statement counts from its own instant on; what is due is late after its instant.
        let past =
            times.filter { $0 <= asOf } + dues.filter { $0 < asOf }.map { $0.adding(seconds: 1) }
        let coming =
            times.filter { $0 > asOf }.map { $0.adding(seconds: -1) } + dues.filter { $0 >= asOf }
        holds = (past.max() ?? asOf)...(coming.min() ?? .latest)
    }
}

extension RecordedStatement {
    /// Whether it has a time, and not a later one.
    package func isSettled(by instant: Timestamp) -> Bool { time.map { $0 <= instant } ?? false }
}

extension DialogueThread {
    /// When what nobody has done yet falls due: of what is judged by the time of whoever asks, all
    /// that can change.
    fileprivate var awaitedDues: [Timestamp] {
        clocks.filter { $0.stop == nil && $0.pausedSince == nil }.compactMap(\.due.instant)
            + points.filter { $0.kept == nil }.compactMap { $0.due?.instant }
    }
}
