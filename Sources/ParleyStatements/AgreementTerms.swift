import ParleyLog

/// What parties agree about besides themselves: the part of an agreement that two pairs of parties
/// could share.
package struct AgreementTerms: Hashable, Sendable {
    package static let version = "terms/1"

    package var algorithms: [SignatureAlgorithm]
    package var requestKinds: [RequestKind]
    package var silenceAfterSeconds: Int64
    package var clockToleranceSeconds: Int64
    package var receiptQuorum: Int
    package var outsideWitnesses: [OutsideWitness]
    package var exhibitLimitBytes: UInt64
    /// What of each party's log anybody may read; the parties may read all of each other's.
    package var publicLog: Set<LogPart>

    package var dialogue: DialogueTerms
    /// Acts that leave only once a second person at their author's node has approved them.
    package var approvals: [ActPattern]

    package static let approvalLimit = 64
    package static let standardPublicLog: Set<LogPart> = [.hashes]

    package init(
        algorithms: [SignatureAlgorithm], requestKinds: [RequestKind], silenceAfterSeconds: Int64,
        clockToleranceSeconds: Int64, receiptQuorum: Int, outsideWitnesses: [OutsideWitness],
        exhibitLimitBytes: UInt64, publicLog: Set<LogPart> = standardPublicLog,
        dialogue: DialogueTerms = .none, approvals: [ActPattern] = []
    ) {
        self.algorithms = algorithms
        self.requestKinds = requestKinds
        self.silenceAfterSeconds = silenceAfterSeconds
        self.clockToleranceSeconds = clockToleranceSeconds
        self.receiptQuorum = receiptQuorum
        self.outsideWitnesses = outsideWitnesses
        self.exhibitLimitBytes = exhibitLimitBytes
        self.publicLog = publicLog
        self.dialogue = dialogue
        self.approvals = approvals
    }

    /// Parses a terms file, laid out as its author likes (`Spec/agreement.md` §9).
    package init(parsing json: [UInt8]) throws(AgreementRefusal) {
        let value: JSONValue
        do throws(JSONRefusal) {
            value = try JSONValue(parsing: json, limitBytes: Agreement.sizeLimitBytes)
        } catch {
            throw AgreementRefusal(error)
        }
        var reader = AgreementReader()
        let object = reader.object(
            value, at: "", required: ["parley"] + Self.fieldNames,
            optional: Self.optionalFieldNames)
        reader.version(object, Self.version)
        let terms = object.flatMap { reader.terms($0) }
        guard let terms, reader.problems.isEmpty else { throw AgreementRefusal(reader.problems) }
        self = terms
    }

    /// The terms file's members, but for its version.
    package var json: JSONObject {
        var fields: JSONObject = [
            "algorithms": .array(algorithms.map { .string($0.rawValue) }),
            "requestKinds": .array(requestKinds.map(\.json)),
            "silenceAfterSeconds": .integer(silenceAfterSeconds),
            "clockToleranceSeconds": .integer(clockToleranceSeconds),
            "receiptQuorum": .integer(Int64(receiptQuorum)),
            "outsideWitnesses": .array(
                outsideWitnesses.map {
                    .object(["key": .string($0.key), "url": .string($0.url)])
                }),
            "exhibitLimitBytes": .integer(Int64(clamping: exhibitLimitBytes)),
        ]
        if dialogue != .none { fields = fields.adding(["dialogue": dialogue.json]) }
        if !approvals.isEmpty {
            fields = fields.adding(["approvals": .array(approvals.map { .string($0.text) })])
        }
        guard publicLog != Self.standardPublicLog else { return fields }
        let parts = publicLog.map(\.rawValue).sorted()
        return fields.adding(["publicLog": .array(parts.map { .string($0) })])
    }

    /// The whole terms file, laid out for people.
    package var fileBytes: [UInt8] {
        JSONValue.object(json.adding(["parley": .string(Self.version)])).indentedBytes
    }

    static let fieldNames = [
        "algorithms", "requestKinds", "silenceAfterSeconds", "clockToleranceSeconds",
        "receiptQuorum", "outsideWitnesses", "exhibitLimitBytes",
    ]
    static let optionalFieldNames = ["publicLog", "dialogue", "approvals"]
}

/// A part of a log that an agreement may open to anybody (`Spec/agreement.md` §7).
package enum LogPart: String, Hashable, Sendable, CaseIterable {
    /// Checkpoint and hash tiles.
    case hashes
    /// The digests of the statements.
    case entries
}

extension AgreementTerms {
    /// Terms to begin from; the parties change them as they agree.
    ///
    /// Sources of the clocks:
    /// - `decide` within 8 hours for what is urgent: Directive 2013/40/EU, article 13(1) (a contact
    ///   point says within eight hours whether, in what form and when it will answer).
    /// - `answer` within 8 hours in an emergency: Regulation (EU) 2023/1543, article 10.
    /// - 24 hours to decide on a provisional measure: Directive 2014/41/EU, article 32.
    /// - 30 days to decide on, and 90 more to carry out, an investigative measure: Directive
    ///   2014/41/EU, article 12.
    /// - The rest (acknowledgements; ten working days for information; preservation in 72 hours) is
    ///   Parley's own, within "timely" of the arrangement of September 2015.
    ///
    /// The grounds are those of the Convention on Cybercrime (ETS 185), articles 25, 27 and 29, and
    /// of the United Nations convention against cybercrime, article 40. Fiscal character and bank
    /// secrecy are not grounds there and are not here. Political offence is a ground of ETS 185
    /// alone.
    package static let standard = AgreementTerms(
        algorithms: [.ed25519],
        requestKinds: [
            RequestKind(
                name: "information",
                clocks: [
                    .normal: RequestClocks(
                        acknowledge: .hours(24), decide: .workingDays(5), answer: .workingDays(10)),
                    .urgent: RequestClocks(
                        acknowledge: .hours(8), decide: .hours(8), answer: .hours(72)),
                    .emergency: emergencyClocks,
                ], refusalGrounds: generalGrounds, postponementGrounds: ["ongoing-case"]),
            RequestKind(
                name: "preservation",
                clocks: [
                    .normal: RequestClocks(
                        acknowledge: .hours(8), decide: .hours(24), answer: .hours(72)),
                    .urgent: RequestClocks(
                        acknowledge: .hours(8), decide: .hours(8), answer: .hours(24)),
                    .emergency: emergencyClocks,
                ],
                refusalGrounds: [
                    "sovereignty", "political-offence", "home-law", "protected-ground",
                ],
                postponementGrounds: ["ongoing-case"]),
            RequestKind(
                name: "mitigation",
                clocks: [
                    .normal: RequestClocks(
                        acknowledge: .hours(24), decide: .hours(72), answer: .workingDays(5)),
                    .urgent: RequestClocks(
                        acknowledge: .hours(8), decide: .hours(8), answer: .hours(24)),
                    .emergency: emergencyClocks,
                ], refusalGrounds: ["sovereignty", "home-law", "law-or-treaty", "form"],
                postponementGrounds: ["ongoing-case"]),
            RequestKind(
                name: "investigation",
                clocks: [
                    .normal: RequestClocks(
                        acknowledge: .workingDays(5), decide: .calendarDays(30),
                        answer: .calendarDays(120)),
                    .urgent: RequestClocks(
                        acknowledge: .hours(8), decide: .hours(24), answer: .calendarDays(30)),
                ], refusalGrounds: generalGrounds + ["finally-decided"],
                postponementGrounds: ["ongoing-case"]),
        ],
        silenceAfterSeconds: 86_400, clockToleranceSeconds: 300, receiptQuorum: 1,
        outsideWitnesses: [], exhibitLimitBytes: 1_073_741_824, dialogue: .standard)

    private static let emergencyClocks = RequestClocks(
        acknowledge: .hours(2), decide: .hours(8), answer: .hours(8))

    private static let generalGrounds = [
        "sovereignty", "political-offence", "protected-ground", "dual-criminality", "form",
        "home-law", "assistance-system", "trivial", "law-or-treaty",
    ]
}

extension AgreementReader {
    mutating func version(_ object: JSONObject?, _ version: String) {
        _ = parsed(object?["parley"], at: "/parley", version) {
            isSameASCII($0, version) ? true : nil
        }
    }

    /// Reads the terms that stand among the members of `object`.
    mutating func terms(_ object: JSONObject) -> AgreementTerms? {
        let algorithms = names(
            object["algorithms"], at: "/algorithms", count: 1...2, "ed25519 or ml-dsa-65",
            SignatureAlgorithm.init(rawValue:))
        // SPEC agreement §3: algorithms MUST hold ed25519.
        if let algorithms, !algorithms.contains(.ed25519) {
            note(.ed25519Missing, at: "/algorithms", "Every statement is signed with ed25519.")
            return nil
        }
        // SPEC agreement §5: requestKinds MUST hold from 1 to 64 kinds.
        let kinds = list(object["requestKinds"], at: "/requestKinds", count: 1...64) {
            reader, value, path in
            reader.requestKind(value, at: path)
        }
        noteRepeats((kinds ?? []).map(\.name), at: "/requestKinds")
        // SPEC agreement §3: silenceAfterSeconds MUST be from 60 to 2592000.
        let silence = integer(
            object["silenceAfterSeconds"], at: "/silenceAfterSeconds", in: 60...2_592_000)
        // SPEC agreement §3: clockToleranceSeconds MUST be from 1 to 3600.
        let tolerance = integer(
            object["clockToleranceSeconds"], at: "/clockToleranceSeconds", in: 1...3600)
        let quorum = integer(object["receiptQuorum"], at: "/receiptQuorum", in: 0...31)
        // SPEC agreement §7: outsideWitnesses MUST hold at most 16 witnesses.
        let witnesses = list(object["outsideWitnesses"], at: "/outsideWitnesses", count: 0...16) {
            reader, value, path in
            reader.outsideWitness(value, at: path)
        }
        // SPEC agreement §3: exhibitLimitBytes MUST be from 1 to 68719476736.
        let limit = integer(
            object["exhibitLimitBytes"], at: "/exhibitLimitBytes", in: 1...68_719_476_736)
        let publicLog = publicLog(object)
        let dialogue = dialogue(object)
        let approvals = approvals(object)
        guard let algorithms, let kinds, let silence, let tolerance, let quorum, let witnesses,
            let limit, let publicLog, let approvals
        else { return nil }
        return AgreementTerms(
            algorithms: algorithms, requestKinds: kinds, silenceAfterSeconds: silence,
            clockToleranceSeconds: tolerance, receiptQuorum: Int(quorum),
            outsideWitnesses: witnesses, exhibitLimitBytes: UInt64(limit), publicLog: publicLog,
            dialogue: dialogue, approvals: approvals)
    }

    private mutating func publicLog(_ object: JSONObject) -> Set<LogPart>? {
        guard let value = object["publicLog"] else { return AgreementTerms.standardPublicLog }
        // SPEC agreement §7: publicLog MUST be a list of the words hashes and entries, and hold
        // hashes where it holds entries.
        let parts = names(
            value, at: "/publicLog", count: 0...LogPart.allCases.count, "hashes or entries",
            LogPart.init(rawValue:))
        guard let parts else { return nil }
        guard !parts.contains(.entries) || parts.contains(.hashes) else {
            note(
                .valueWrong, at: "/publicLog",
                "Entries can be checked only against the hashes, so they cannot be public alone.")
            return nil
        }
        return Set(parts)
    }

    private mutating func outsideWitness(_ value: JSONValue, at path: String) -> OutsideWitness? {
        guard let object = object(value, at: path, required: ["key", "url"]) else { return nil }
        let key = verifierKey(object["key"], at: path + "/key", .ed25519Cosignature)
        let url = nodeURL(object["url"], at: path + "/url")
        guard let key, let url else { return nil }
        return OutsideWitness(key: key.text, url: url)
    }
}
