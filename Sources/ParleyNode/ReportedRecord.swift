package import ParleyDialogue
package import ParleyLog
import ParleyStatements

/// What reports take from every thread of a record, kept from one report to the next.
///
/// The first report folds every thread (``RecordReader/reported(asOf:)``). The next one folds those
/// with a statement or proof since, and those in which something fell due meanwhile; when a version
/// of the agreement was added, all of them. An earlier instant is answered in the same way.
///
/// It is never the truth: all of it comes from the ledger, and is read from there again by a node
/// that starts.
package actor ReportedRecord {
    private let record: RecordReader
    private let ledger: any Ledger
    private var readings: [ThreadID: ThreadReading] = [:]
    /// In the order in which they were first read, so that two reports go through them alike.
    private var threads: [ThreadID] = []
    /// Touched, and not read since: a failure leaves them for the next caller.
    private var unread: [ThreadID] = []
    private var mark = LedgerMark.beginning
    private var versions: [AgreementID] = []
    /// The latest instant that was asked for; readings are kept for it.
    private var newest: Timestamp?
    private var isReading = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    package init(_ record: RecordReader, ledger: any Ledger) {
        self.record = record
        self.ledger = ledger
    }

    /// Every thread that was opened by then. One caller reads while the others wait: what two had
    /// read at once could be put down in the wrong order.
    package func threads(asOf: Timestamp) async throws -> [ReportedThread] {
        while isReading { await withCheckedContinuation { waiting.append($0) } }
        isReading = true
        defer {
            isReading = false
            for one in waiting { one.resume() }
            waiting = []
        }
        let known = record.versions.all.map(\.id)
        if known != versions { (mark, versions) = (.beginning, known) }
        let touched = try await ledger.touched(since: mark)
        unread += touched.threads
        mark = touched.mark
        while let id = unread.last {
            try Task.checkCancellation()
            let reading = try await record.reading(of: id, asOf: asOf)
            if readings.updateValue(reading, forKey: id) == nil { threads.append(id) }
            unread.removeLast()
        }
        newest = max(newest ?? asOf, asOf)
        var reported: [ReportedThread] = []
        for id in threads {
            if let thread = try await reading(of: id, asOf: asOf).thread { reported.append(thread) }
        }
        return reported
    }

    private func reading(of id: ThreadID, asOf: Timestamp) async throws -> ThreadReading {
        if let held = readings[id], held.holds.contains(asOf) { return held }
        try Task.checkCancellation()
        let reading = try await record.reading(of: id, asOf: asOf)
        // Who asks for the past does so seldom, and now is asked for again and again.
        if asOf == newest { readings[id] = reading }
        return reading
    }
}
