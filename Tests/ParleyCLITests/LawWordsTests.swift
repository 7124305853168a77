import Foundation
import ParleyLaw
import ParleyStatements
import Testing

@testable import ParleyCLI

struct LawWordsTests {
    @Test func `every text of law answers is there in both languages`() throws {
        for (key, text) in LawWords.table {
            #expect(!text.en.isEmpty, "\(key)")
            let isChinese = text.zh.unicodeScalars.contains { (0x3000...0xFFEF).contains($0.value) }
            #expect(isChinese || text.zh == text.en && text.zh.contains("{"), "\(key)")
            let isEnglish = !text.en.unicodeScalars.contains { $0.value > 0x2FFF }
            #expect(isEnglish, "\(key)")
        }
        #expect(LawWords(language: "fr") == nil)
    }

    @Test func `both languages put the same parts into a text`() {
        for (key, text) in LawWords.table {
            #expect(parts(text.en) == parts(text.zh), "\(key)")
        }
    }

    private func parts(_ text: String) -> Set<String> {
        Set(
            text.split(separator: "{", omittingEmptySubsequences: false).dropFirst().compactMap {
                $0.split(separator: "}").first.map(String.init)
            })
    }

    @Test func `no text is there that nothing says`() throws {
        let folder = repository.appending(path: "Sources/ParleyCLI")
        let files = try FileManager.default.contentsOfDirectory(
            at: folder, includingPropertiesForKeys: nil)
        let source = try files.filter {
            $0.lastPathComponent.hasPrefix("Law") && $0.lastPathComponent != "LawWords+Table.swift"
        }.map { try String(contentsOf: $0, encoding: .utf8) }.joined()
        let codes = try codes()
        for key in LawWords.table.keys where !codes.contains(key) {
            #expect(source.contains("\"\(key)\""), "\(key) is said nowhere")
        }
    }

    @Test func `every code that the shipped data has is said in words`() throws {
        for key in try codes() {
            #expect(LawWords.table[key] != nil, "\(key) has no words")
        }
    }

    /// The keys that answers form from codes.
    private func codes() throws -> Set<String> {
        let data = try ShippedLaw.data()
        var codes: Set<String> = []
        func add(_ family: LawWords.Family, _ all: [String]) {
            codes.formUnion(all.map { family.rawValue + "." + $0 })
        }
        add(.verdict, InstrumentStanding.Verdict.allCases.map(\.rawValue))
        add(.standing, PartyStanding.allCases.map(\.rawValue))
        add(.group, PartyStanding.allCases.map(\.rawValue))
        add(.need, RequestBasisRow.DualCriminalityNeed.allCases.map(\.rawValue))
        add(.outcome, CriminalityOutcome.allCases.map(\.rawValue))
        add(.why, ClosedBasis.Why.allCases.map(\.rawValue))
        add(.confidence, Confidence.allCases.map(\.rawValue))
        add(.instrument, Instrument.Kind.allCases.map(\.rawValue))
        add(.agreement, data.bilateral.map(\.kind))
        add(.channel, data.kinds.map(\.channel))
        add(.language, data.instruments.flatMap(\.languages))
        let limits = data.bases.flatMap(\.timeLimits)
        add(.sense, limits.map(\.sense))
        add(.clock, limits.map(\.clock))
        let units = limits.compactMap(\.unit) + ["year", "basis"]
        add(.unit, units)
        add(.units, units)
        add(.about, data.rulesForEveryKind.map(\.about))
        return codes
    }

    @Test func `what an answer shows has a Chinese name in the data`() throws {
        let data = try ShippedLaw.data()
        for row in data.kinds { #expect(row.marks.zh != nil, "\(row.id)") }
        for row in data.grounds { #expect(row.marks.zh != nil, "\(row.id)") }
        for row in data.offences { #expect(row.marks.zh != nil, "\(row.id)") }
        for row in data.instruments { #expect(row.marks.zh != nil, "\(row.id)") }
        for row in data.rulesForEveryKind { #expect(row.marks.zh != nil, "\(row.id)") }
        for row in data.bases {
            for field in row.fields { #expect(field.labelZh != nil, "\(row.id) \(field.key)") }
            for limit in row.timeLimits where limit.value != nil {
                #expect(limit.whatZh != nil, "\(row.id) \(limit.what)")
            }
        }
    }
}
