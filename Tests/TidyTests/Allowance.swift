/// One rule that one file may break, and why. An allowance that nothing needs fails the tests.
struct Allowance: Hashable {
    let rule: String
    let file: String
    let reason: String

    init(_ rule: String, in file: String, because reason: String) {
        self.rule = rule
        self.file = file
        self.reason = reason
    }

    func covers(_ offence: Offence) -> Bool { offence.rule == rule && offence.file == file }

    /// Add to this list last: first look for the mechanism that makes the exception unneeded.
    static let all: [Allowance] =
        [
            "PublicKeySet", "SigningKeyPair", "SealingHeader", "SealingKeys", "SealingReader",
            "SealingRecords",
        ].map {
            Allowance(
                "import Foundation", in: "Sources/ParleyStatements/\($0).swift",
                because: "Crypto takes and gives keys and signatures as Data, Foundation's type")
        } + [
            Allowance(
                "ProcessInfo", in: "Tests/DiskTests/Seeds.swift",
                because: "the test runner passes nothing on, so more seeds are asked for there")
        ]
}

/// Every rule that judges one Swift file.
enum SourceRules {
    static func offences(in file: SourceFile) -> [Offence] {
        SizeRules.offences(in: file) + AmbientRules.offences(in: file)
            + NameRules.offences(in: file) + ImportRules.offences(in: file)
    }

    /// What is left of `offences` after `allowances`, and the allowances that covered nothing or
    /// give no reason.
    static func settle(
        _ offences: [Offence], with allowances: [Allowance]
    ) -> (offences: [Offence], uselessAllowances: [Allowance]) {
        let left = offences.filter { offence in !allowances.contains { $0.covers(offence) } }
        let useless = allowances.filter { allowance in
            allowance.reason.words.count < 4 || !offences.contains(where: allowance.covers)
        }
        return (left, useless)
    }
}
