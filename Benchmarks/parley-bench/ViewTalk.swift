import Foundation
import ParleyDialogue
import ParleyExample
import ParleyLog
import ParleyNode
import ParleyStatements

extension SplitMix64 {
    /// Early places far more often than late ones, as words are.
    mutating func skewed(below count: Int) -> Int {
        let part = Double(next() >> 11) / Double(1 << 53)
        return min(count - 1, Int(Double(count) * part * part * part))
    }
}

/// A thread of the benchmark, with the words of its statements' bodies.
struct ViewThread {
    let records: [RecordedStatement]
    let texts: [SearchText]
}

/// Threads of 4 to 16 statements, ten on average, made from their number alone: so none has to be
/// kept, and each can be made again.
struct ViewTalk {
    let agreement: Agreement
    let english: [String]
    let chinese: [String]
    private let seats: [Seat]
    private let start: Timestamp

    init(agreement: Agreement, start: Timestamp) throws {
        self.agreement = agreement
        self.start = start
        seats = agreement.parties.prefix(2).compactMap { party in
            party.organs.first.map { Seat(party: party.id, organ: $0.id) }
        }
        guard seats.count == 2 else { throw BenchFailure.homeMalformed("two parties are needed") }
        var random = SplitMix64(seed: 1)
        let syllables = [
            "ba", "ne", "ti", "ro", "su", "lan", "mer", "kin", "dor", "pha", "vex", "ol",
        ]
        english = (0..<5000).map { _ in
            (0..<(2 + random.below(3))).map { _ in syllables[random.below(syllables.count)] }
                .joined()
        }
        chinese = (0..<4000).map { _ in
            String(
                String.UnicodeScalarView(
                    (0..<2).compactMap { _ in Unicode.Scalar(0x4E00 + UInt32(random.below(1200))) })
            )
        }
    }

    func length(of number: Int) -> Int {
        let more = (number / 2) % 7
        return number.isMultiple(of: 2) ? 10 + more : 10 - more
    }

    private static let beginning: [Act] = [
        .requestSubmit, .requestAcknowledge, .requestClarificationAsk, .requestClarificationGive,
        .requestAccept,
    ]
    private static let end: [Act] = [
        .requestAnswerPart, .requestAnswer, .requestReview, .requestClose,
    ]

    /// - Parameters:
    ///   - first: the place in the log of its first statement.
    ///   - length: other than by its number.
    func thread(_ number: Int, first: Int, length: Int? = nil) throws -> ViewThread {
        var random = SplitMix64(seed: UInt64(number) &* 0x51_7c_c1_b7 &+ 7)
        let count = length ?? self.length(of: number)
        let between = max(1, count - Self.beginning.count - Self.end.count)
        let acts =
            Self.beginning + Array(repeating: Act.requestProgress, count: between) + Self.end
        let requester = seats[number % 2]
        let requested = seats[1 - number % 2]
        guard let thread = ThreadID(bytes: random.bytes(16)) else {
            throw BenchFailure.signatureWrong
        }
        var now = start.adding(seconds: Int64(random.below(300 * 86_400)))
        var records: [RecordedStatement] = []
        var texts: [SearchText] = []
        for (place, act) in acts.prefix(count).enumerated() {
            guard let digest = Digest(bytes: random.bytes(32)) else {
                throw BenchFailure.signatureWrong
            }
            let id = StatementID(digest)
            let isOurs = [
                .requestSubmit, .requestClarificationGive, .requestReview, .requestClose,
            ].contains(act)
            var terms = Terms()
            if act == .requestSubmit {
                terms.kind = "information"
                terms.urgency = Urgency.allCases[random.below(2)]
            }
            if act == .requestReview {
                terms.review = AnswerReview(
                    isComplete: true, isUsable: true, isWhole: true, isReasoned: true)
            }
            now = now.adding(seconds: Int64(60 + random.below(120_000)))
            let other = isOurs ? requested : requester
            let statement = Statement(
                agreement: agreement.id, thread: thread, act: act,
                from: isOurs ? requester : requested, to: [other.party],
                answers: records.last.map { [$0.id] } ?? [], at: now, terms: terms, body: nil,
                exhibits: [])
            records.append(
                RecordedStatement(
                    id: id, statement: statement, time: now,
                    receipts: [other.party: now.adding(seconds: 2)]))
            texts.append(
                SearchText(
                    index: EntryIndex(UInt64(first + place)), statement: id, thread: thread,
                    text: text(&random)))
        }
        return ViewThread(records: records, texts: texts)
    }

    /// Twelve English words and eight Chinese ones, about 140 bytes.
    private func text(_ random: inout SplitMix64) -> String {
        var text = ""
        for _ in 0..<12 { text += english[random.skewed(below: english.count)] + " " }
        text += "\n"
        for place in 0..<8 {
            text += chinese[random.skewed(below: chinese.count)]
            if place == 3 { text += "，" }
        }
        return text + "。"
    }
}
