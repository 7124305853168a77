import ArgumentParser
import ParleyDialogue
import ParleyLog
import ParleyNode
import ParleyStatements

/// Puts a concern that a company raised to another party, in a thread of its own.
///
/// Two statements: the new thread's opening, then the note in the company's thread. Dying between
/// them leaves a concern that was put and not noted; run again, it would be put twice, so what
/// goes on from the company's thread is looked for first, and only noted. Given from elsewhere,
/// each is a draft: the first ends the command, which given again makes the second.
struct ConcernPassCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pass", abstract: "Put a company's concern to another party.",
        discussion: """
            The words are the company's own, in every language, unless --text gives others. Its \
            name goes with them only if it chose so (--field disclosure=named when it raised \
            the concern) and --named is given; no field and no exhibit of its own goes along.

            With parley --node it is given twice: the first time puts the concern, and once that \
            has left, the second notes in the company's thread that it was put.

            Example:
              parley concern pass THREAD --to cn --named
            """)

    @OptionGroup var saying: SayingOptions
    @Argument(help: "The company's thread, or the beginning of its id.") var thread: String
    @Option(help: "The party that is to answer.") var to: String
    @Flag(help: "Name the company.") var named = false

    func run() async throws {
        try await reporting(json: saying.flag.json) {
            let writer = try await StatementWriter(home: try Home(options: saying.home))
            let (id, thread) = try await openThread(thread, in: writer.record)
            let party = writer.home.seat.party
            guard thread.kind == .concern, let opening = thread.opening, opening.opener != party
            else {
                throw CommandFailure.refused(
                    "thread-of-another-kind", "\(id) is no concern that somebody raised here",
                    hint: "parley concern list")
            }
            let put = try await putAlready(from: id, in: writer.record)
            let new = put ?? newThread()
            if put == nil { try await raise(opening, from: id, in: new, through: writer) }
            _ = try await writer.write(
                StatementDraft(
                    thread: id, act: .concernTakeUp, to: opening.others(than: party),
                    answers: thread.heads(for: party), terms: Terms(threads: [new])))
            emit(
                ["thread": .string(new.text), "takenUp": .string(id.text)], json: saying.flag.json,
                lines: ["concern.raise recorded", "  thread    \(new)", "  for       \(id)"])
        }
    }

    private func raise(
        _ opening: ThreadOpening, from thread: ThreadID, in new: ThreadID,
        through writer: StatementWriter
    ) async throws {
        let body = try await writer.home.opened(opening.statement).body
        var fields = try saying.particulars()
        if named {
            guard body.fields["disclosure"] == "named" else {
                throw CommandFailure.refused(
                    "company-unnamed", "\(opening.opener) did not choose to be named",
                    hint: "leave out --named")
            }
            fields["company"] = opening.opener.text
        }
        let texts = try saying.texts()
        _ = try await writer.write(
            StatementDraft(
                thread: new, act: .concernRaise, to: [try partyArgument(to)], answers: [],
                terms: Terms(follows: thread, isExercise: opening.isExercise),
                texts: texts.isEmpty ? body.texts : texts, fields: fields))
    }

    private func putAlready(
        from thread: ThreadID, in record: RecordReader
    ) async throws -> ThreadID? {
        let party = try partyArgument(to)
        for id in try await record.threads() {
            let other = try await record.thread(id)
            if other.kind == .concern, other.opening?.follows == thread,
                other.opening?.requested == party
            {
                return id
            }
        }
        return nil
    }
}
