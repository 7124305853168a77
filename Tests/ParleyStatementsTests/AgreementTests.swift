import Foundation
import ParleyLog
import ParleyTestSupport
import Testing

@testable import ParleyStatements

@Suite struct AgreementTests {
    @Test func `cards and terms compose to the agreement they were taken from`() throws {
        let bytes = try AgreementVectors.document(named: "plain")
        let agreement = try Agreement(parsing: bytes)
        #expect(try compose(agreement, cards: try cards(of: agreement)) == bytes)
    }

    @Test func `what a card or a terms file writes, it reads`() throws {
        let agreement = try Agreement(parsing: try AgreementVectors.document(named: "hybrid"))
        for card in try cards(of: agreement) {
            #expect(try PartyCard(parsing: card.fileBytes) == card)
        }
        let terms = AgreementTerms.standard
        #expect(try AgreementTerms(parsing: terms.fileBytes) == terms)
    }

    @Test func `the standard terms make a valid agreement`() throws {
        let agreement = try Agreement(parsing: try AgreementVectors.document(named: "plain"))
        let bytes = try compose(
            agreement, cards: try cards(of: agreement), terms: AgreementTerms.standard)
        let made = try Agreement(parsing: bytes)
        #expect(
            made.requestKinds.map(\.name) == [
                "information", "preservation", "mitigation", "investigation",
            ])
        // Directive 2013/40/EU, article 13(1): within eight hours, whether and when.
        for kind in made.requestKinds where kind.name != "investigation" {
            #expect(kind.clocks[.urgent]?.decide == .hours(8))
        }
    }

    @Test(arguments: ["plain", "dialogue", "approvals", "law-of-a-kind"])
    func `an amendment that changes nothing keeps every term`(name: String) throws {
        let agreement = try Agreement(parsing: try AgreementVectors.document(named: name))
        let bytes = try compose(
            agreement, cards: try cards(of: agreement), terms: agreement.terms)
        #expect(try Agreement(parsing: bytes).id == agreement.id)
        #expect(try AgreementTerms(parsing: agreement.terms.fileBytes) == agreement.terms)
    }

    @Test func `an act needs approval where a pattern of the agreement fits it`() throws {
        let agreement = try Agreement(parsing: try AgreementVectors.document(named: "approvals"))
        let needing = Act.allCases.filter(agreement.needsApproval)
        #expect(
            Set(needing)
                == Set(
                    Act.allCases.filter { $0.rawValue.hasPrefix("allegation.") } + [
                        .requestRefuse, .sessionMinutesPropose, .sessionMinutesAgree,
                    ]))
        let plain = try Agreement(parsing: try AgreementVectors.document(named: "plain"))
        #expect(!Act.allCases.contains(where: plain.needsApproval))
    }

    @Test func `composing tells every problem of the whole`() throws {
        let agreement = try Agreement(parsing: try AgreementVectors.document(named: "plain"))
        let card = try #require(try cards(of: agreement).first)
        let refusal = #expect(throws: AgreementRefusal.self) {
            try compose(agreement, cards: [card, card])
        }
        #expect(refusal?.problems.first?.path == "/parties/1")
        #expect(refusal?.problems.contains { $0.reason == "key-twice" } == true)
    }

    @Test func `cards that mean different days by one calendar do not compose`() throws {
        let agreement = try Agreement(parsing: try AgreementVectors.document(named: "plain"))
        let us = try #require(try cards(of: agreement).first)
        let other = WorkingCalendar(timeZone: "UTC", weekend: [], years: us.calendar.years)
        let refusal = #expect(throws: AgreementRefusal.self) {
            try compose(agreement, cards: [us, PartyCard(party: us.party, calendar: other)])
        }
        #expect(refusal?.problems.map(\.reason) == ["calendars-differ"])
        #expect(refusal?.problems.map(\.path) == ["/parties/1/calendar"])
    }

    @Test func `a card with faults tells all of them, with its own paths`() throws {
        let agreement = try Agreement(parsing: try AgreementVectors.document(named: "plain"))
        let card = try #require(try cards(of: agreement).first)
        let text = String(decoding: card.fileBytes, as: UTF8.self)
            .replacing("party/1", with: "party/2").replacing("\"poc\"", with: "\"P\"")
            .replacing("America/New_York", with: "New York")
        let refusal = #expect(throws: AgreementRefusal.self) {
            try PartyCard(parsing: Array(text.utf8))
        }
        #expect(
            refusal?.problems.map(\.path) == [
                "/parley", "/party/organs/0/id", "/calendar/timeZone",
            ])
    }

    @Test func `an author's layout canonicalizes to the agreement`() throws {
        let bytes = try AgreementVectors.document(named: "plain")
        let value = try JSONValue(parsing: bytes, limitBytes: Agreement.sizeLimitBytes)
        #expect(try Agreement.canonicalize(json: value.indentedBytes) == bytes)
        let refusal = #expect(throws: AgreementRefusal.self) {
            try Agreement.canonicalize(json: Array("{".utf8))
        }
        #expect(refusal?.reason == "unexpected-end")
    }

    private func cards(of agreement: Agreement) throws -> [PartyCard] {
        try agreement.parties.map { party in
            PartyCard(
                party: party, calendar: try #require(agreement.calendars[party.calendar]))
        }
    }

    private func compose(
        _ agreement: Agreement, cards: [PartyCard], terms: AgreementTerms? = nil
    ) throws -> [UInt8] {
        try Agreement.compose(
            name: agreement.name, title: agreement.title, exercise: agreement.isExercise,
            effectiveFrom: agreement.effectiveFrom,
            terms: terms
                ?? AgreementTerms(
                    algorithms: agreement.algorithms, requestKinds: agreement.requestKinds,
                    silenceAfterSeconds: agreement.silenceAfterSeconds,
                    clockToleranceSeconds: agreement.clockToleranceSeconds,
                    receiptQuorum: agreement.receiptQuorum,
                    outsideWitnesses: agreement.outsideWitnesses,
                    exhibitLimitBytes: agreement.exhibitLimitBytes),
            cards: cards)
    }
}

@Suite struct AdoptionTests {
    /// RFC 8032, tests 3 and SHA(abc): the root keys of the vectors' agreement.
    private static let seeds = [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
    ]

    private let roots: [SigningKeyPair]
    private let proposal: UnadoptedAgreement

    init() throws {
        roots = try Self.seeds.map { try SigningKeyPair(ed25519Seed: decodeHex($0)) }
        proposal = UnadoptedAgreement(
            try Agreement(parsing: try AgreementVectors.document(named: "plain")))
    }

    @Test func `an agreement is adopted when the last party has signed`() throws {
        #expect(proposal.envelopeBytes == nil)
        #expect(proposal.missing.map(\.text) == ["us", "cn"])
        let first = try proposal.adding(signatureOf: roots[0])
        #expect(first.missing.map(\.text) == ["cn"])
        #expect(throws: AdoptionRefusal.notSignedByAll(missing: first.missing)) {
            try AdoptedAgreement(first)
        }
        // As the other party gets it: through a file.
        let sent = try UnadoptedAgreement(parsing: try #require(first.envelopeBytes))
        #expect(sent == first)
        let adopted = try AdoptedAgreement(try sent.adding(signatureOf: roots[1]))
        #expect(adopted.agreement == proposal.agreement)
        #expect(try AdoptedAgreement(parsing: adopted.envelopeBytes) == adopted)
    }

    @Test func `the order of signing does not change the envelope`() throws {
        let one = try proposal.adding(signatureOf: roots[0]).adding(signatureOf: roots[1])
        let other = try proposal.adding(signatureOf: roots[1]).adding(signatureOf: roots[0])
        let merged = try proposal.adding(signatureOf: roots[1])
            .merging(try proposal.adding(signatureOf: roots[0]))
        #expect(one.envelopeBytes == other.envelopeBytes)
        #expect(merged.envelopeBytes == other.envelopeBytes)
        #expect(try one.adding(signatureOf: roots[0]) == one)
    }

    @Test func `a key that is no party's root cannot sign`() throws {
        let stranger = try SigningKeyPair(ed25519Seed: Array(repeating: 9, count: 32))
        let keyID = stranger.publicKeys.keyIDs[0]
        #expect(throws: AdoptionRefusal.signatureUnknown(keyID)) {
            try proposal.adding(signatureOf: stranger)
        }
    }

    @Test func `signatures of another agreement are not merged`() throws {
        let hybrid = try Agreement(parsing: try AgreementVectors.document(named: "hybrid"))
        #expect(throws: AdoptionRefusal.agreementOther(hybrid.id)) {
            try proposal.merging(UnadoptedAgreement(hybrid))
        }
    }
}

@Suite struct ExampleCalendarTests {
    @Test func `the American calendar has the days of its law`() throws {
        let calendar = try load("us")
        for year in [2026, 2027] {
            #expect(try #require(calendar.years[year]).daysOff == federalHolidays(of: year))
        }
        #expect(calendar.years.keys.sorted() == [2026, 2027])
    }

    @Test func `the Chinese calendar has one year, and its worked weekends`() throws {
        let calendar = try load("cn")
        let year = try #require(calendar.years[2026])
        #expect(calendar.years.count == 1)
        #expect(year.daysOff.count == 33)
        #expect(year.workingWeekends.count == 6)
        #expect(year.offsets.map(\.secondsEast) == [28_800])
    }

    @Test func `a calendar that is written out is read as it was`() throws {
        for name in ["us", "cn"] {
            let calendar = try load(name)
            #expect(try WorkingCalendar(parsing: calendar.json.canonicalBytes) == calendar)
        }
    }

    private func load(_ name: String) throws -> WorkingCalendar {
        let folder = VectorFolder.root.deletingLastPathComponent()
            .appending(path: "Examples/us-cn-2015/calendars")
        let bytes = try Data(contentsOf: folder.appending(path: name + ".json"))
        return try WorkingCalendar(parsing: Array(bytes))
    }

    /// 5 U.S.C. 6103(a) and (b): a Saturday's holiday is kept on Friday (in the year before, for
    /// New Year's Day), a Sunday's on Monday.
    private func federalHolidays(of year: Int) -> Set<CivilDate> {
        let fixed =
            [(year, 1, 1), (year, 6, 19), (year, 7, 4), (year, 11, 11), (year, 12, 25)]
            + [(year + 1, 1, 1)]
        let kept = fixed.compactMap { CivilDate(year: $0.0, month: $0.1, day: $0.2) }.map { day in
            let shift = day.weekday == 6 ? -1 : day.weekday == 7 ? 1 : 0
            return CivilDate(daysSinceEpoch: day.daysSinceEpoch + shift)
        }
        // Month, weekday, and the earliest day of the month that can be meant.
        let moving = [(1, 1, 15), (2, 1, 15), (5, 1, 25), (9, 1, 1), (10, 1, 8), (11, 4, 22)]
        let mondays = moving.compactMap { month, weekday, first in
            CivilDate(year: year, month: month, day: first).map { start in
                CivilDate(
                    daysSinceEpoch: start.daysSinceEpoch + (weekday - start.weekday + 7) % 7)
            }
        }
        return Set((kept + mondays).filter { $0.year == year })
    }
}

@Suite struct StatementSpecTests {
    @Test func `the table of acts in the specification is the one in the code`() throws {
        let page = VectorFolder.root.deletingLastPathComponent()
            .appending(path: "Spec/statement.md")
        let text = String(decoding: try Data(contentsOf: page), as: UTF8.self)
        var acts: [Act: Act.Form] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|", omittingEmptySubsequences: false).map {
                $0.filter { !" `".contains($0) }
            }
            guard cells.count == 7, let act = Act(rawValue: cells[1]) else { continue }
            let presences: [String: Act.Form.Presence] = [
                "required": .required, "optional": .optional, "none": .none,
            ]
            // What stands in brackets may be left out.
            let parts = line.split(separator: "|", omittingEmptySubsequences: false)[2]
                .split(separator: "[").map {
                    Set($0.split(separator: "`").compactMap { Act.Term(rawValue: String($0)) })
                }
            acts[act] = Act.Form(
                parts.first ?? [], optional: parts.count > 1 ? parts[1] : [],
                body: try #require(presences[cells[3]]),
                exhibits: cells[4] == "allowed",
                document: ["agreement": .agreement, "overlay": .lawOverlay, "text": .text][
                    cells[4]],
                opensThread: cells[5] == "yes")
        }
        #expect(acts == Dictionary(uniqueKeysWithValues: Act.allCases.map { ($0, $0.form) }))
    }
}
