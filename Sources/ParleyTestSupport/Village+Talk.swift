package import ParleyDialogue
package import ParleyExchange
import ParleyLog
import ParleyNode
package import ParleyStatements

extension Village {
    /// Lets somebody say something lawful, in a new thread or in one that goes on.
    package func speak() async throws {
        guard let party = generator.pick(terms.parties) else { return }
        let reader = try house(party.id.text).node.record
        var open: [DialogueThread] = []
        for id in try await reader.threads() {
            let thread = try await reader.thread(id)
            if !thread.lawfulActs(for: party.id).isEmpty { open.append(thread) }
        }
        if let thread = generator.pick(open), generator.chance(70) {
            try await answer(thread, by: party)
        } else {
            try await ask(by: party)
        }
    }

    private func ask(by party: TestParty) async throws {
        let others = terms.parties.filter { $0.id != party.id }
        guard let other = generator.pick(others),
            let thread = ThreadID(bytes: generator.bytes(count: ThreadID.byteCount))
        else { return }
        let terms = Terms(kind: "information", urgency: generator.pick(Urgency.allCases))
        try await say(.requestSubmit, terms, answers: [], in: thread, by: party, to: other.id)
    }

    private func answer(_ thread: DialogueThread, by party: TestParty) async throws {
        guard let act = generator.pick(thread.lawfulActs(for: party.id)), let id = thread.id,
            let other = party.id == thread.opener ? thread.requested : thread.opener
        else { return }
        var terms = Terms()
        var answers = Set(thread.heads(for: party.id))
        switch act {
        case .requestRefuse, .requestConsult: terms.ground = "sovereignty"
        case .requestAuthorityCheck: terms.authority = generator.pick(AuthorityVerdict.allCases)
        case .requestConditionsPropose: terms.conditions = ["use-only-for-case"]
        case .requestConsultReply: answers.formUnion(thread.openConsultations)
        case .requestConditionsAccept, .requestConditionsDecline:
            answers.formUnion(thread.openConditions)
        case .requestPostpone:
            terms.ground = "ongoing-case"
            terms.until = try now(of: party).adding(seconds: 864_000)
        case .requestReview:
            terms.review = AnswerReview(
                isComplete: true, isUsable: generator.chance(50), isWhole: true,
                isReasoned: false)
            answers.formUnion(
                thread.entries.filter { $0.effect == .applied }
                    .filter { $0.statement.act == .requestAnswer }.map(\.id))
        case .requestClarificationGive: answers.formUnion(thread.openQuestions)
        default: break
        }
        try await say(
            act, terms, answers: answers.sorted(), in: id, by: party, to: other, after: thread)
    }

    private func say(
        _ act: Act, _ terms: Terms, answers: [StatementID], in thread: ThreadID,
        by party: TestParty, to other: PartyID, after known: DialogueThread? = nil
    ) async throws {
        var blobs: [[UInt8]] = []
        if act.form.body != .none {
            let sizes = [24, 200, 3000, 65_536, 65_537, 150_000]
            blobs.append(generator.bytes(count: generator.pick(sizes) ?? 24))
            while act.form.allowsExhibits, generator.chance(25) {
                blobs.append(generator.bytes(count: generator.pick(sizes) ?? 24))
            }
        }
        let draft = Statement(
            agreement: self.terms.agreement.id, thread: thread, act: act, from: party.seat,
            to: [other], answers: answers, at: try now(of: party), terms: terms,
            body: blobs.first.map {
                TestAgreement.reference($0, mediaType: StatementBody.mediaType)
            },
            exhibits: blobs.dropFirst().map {
                TestAgreement.reference($0, mediaType: "text/plain")
            })
        // What a composer would not send is not sent: the fold is tested elsewhere.
        do { try known?.admit(draft) } catch { return }
        let house = try house(party.id.text)
        let key = try house.identity.signingKey(
            in: house.node.directory.current, at: house.clock.now())
        try await submit(try key.sign(draft), blobs: blobs, by: party.id.text)
    }

    private func now(of party: TestParty) throws -> Timestamp {
        try house(party.id.text).clock.now()
    }

    // MARK: What came of it

    package func thread(_ id: ThreadID, at name: String) async throws -> DialogueThread {
        try await house(name).node.record.thread(id)
    }

    package func export(_ id: ThreadID, by name: String) async throws -> ThreadExport {
        try await house(name).node.record.export(id)
    }

    /// Everything in which two nodes differ, or in which one is not as it should be.
    package func faults() async throws -> [String] {
        var faults: [String] = []
        for house in houses.values.sorted(by: { $0.party.id < $1.party.id }) {
            let name = house.party.id.text
            for id in try await house.node.record.threads() {
                faults += try await threadFaults(id, at: house).map { "\(name): \($0)" }
            }
            for other in terms.parties where other.id != house.party.id {
                let owed = try await house.ledger.outbox(for: other.id, limit: 1).count
                if owed > 0 { faults.append("\(name): still owes \(other.id) something") }
            }
            faults += try await house.ledger.refusals().map {
                "\(name): \($0.statement) was refused"
            }
            faults += try await logFaults(of: house).map { "\(name): \($0)" }
        }
        return faults
    }

    private func threadFaults(_ id: ThreadID, at house: House) async throws -> [String] {
        var faults: [String] = []
        let thread = try await house.node.record.thread(id)
        let summary = thread.canonicalSummary()
        let parties = Set(thread.entries.flatMap { [$0.statement.from.party] + $0.statement.to })
        for party in parties.sorted() where party != house.party.id {
            let other = try await self.thread(id, at: party.text)
            if thread.isDialogue, other.canonicalSummary() != summary {
                faults.append(
                    "\(party) has another thread:\n\(summary)---\n\(other.canonicalSummary())")
            }
            // Of what is said to several each holds its own receipt and the author's, and yet all
            // give it one time.
            if other.entries.map(\.settledTime) != thread.entries.map(\.settledTime) {
                faults.append("\(party) gives other times in \(id)")
            }
        }
        let export = try await export(id, by: house.party.id.text)
        let read = try ThreadExport(parsing: export.fileBytes)
        if read != export { faults.append("the export of \(id) is not read as it was written") }
        let verified = try read.verified(under: terms.agreement)
        faults += verified.faults.map { "the export of \(id): \($0.explanation)" }
        let folded = DialogueThread(
            folding: verified.records, under: verified.directory.versions)
        if folded.canonicalSummary() != summary { faults.append("the export of \(id) differs") }
        return faults
    }

    private func logFaults(of house: House) async throws -> [String] {
        guard let log = house.ledger as? any RawLog else { return [] }
        var faults = try PlainLog.faults(in: log, signedBy: house.identity.logSigner.key)
        let entries = try log.entryIDs()
        for other in houses.values where other.party.id != house.party.id {
            guard let note = try await other.ledger.tail().witnessedNotes[house.party.id] else {
                continue
            }
            if !PlainLog.isPrefix(note, of: entries) {
                faults.append("\(other.party.id) has cosigned another log")
            }
        }
        return faults
    }
}
