import Foundation
import ParleyDialogue
import ParleyLog
import ParleyStatements
import ParleyTestSupport

/// The calendars and rules that vectors and tests share, and ids made from words.
enum Village {
    static let calendars: [String: WorkingCalendar] = attempt {
        let file = VectorFolder.root.appending(path: "worktime/calendars.json")
        let pairs = try cases(of: file) { name, fields in
            guard try Expectation(&fields) == .accept else {
                throw VectorFault(description: "calendars are accepted")
            }
            let json = try JSONSerialization.data(
                withJSONObject: try fields.required("calendar", Any.self))
            let short = name.split(separator: " ").last.map(String.init) ?? ""
            return (short, try WorkingCalendar(parsing: Array(json)))
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    static let rules = attempt { try known(allRules["rules"], "no rules") }

    /// By the last word of each name.
    static let allRules: [String: ThreadRules] = attempt {
        let file = VectorFolder.root.appending(path: "thread/rules.json")
        let pairs = try cases(of: file) { name, fields in
            guard try Expectation(&fields) == .accept else {
                throw VectorFault(description: "rules are accepted")
            }
            var rules = try known(fields.fields("rules"), "no rules")
            let made = try ThreadRules(vector: &rules)
            try rules.done()
            return (name.split(separator: " ").last.map(String.init) ?? "", made)
        }
        return Dictionary(uniqueKeysWithValues: pairs)
    }

    static func agreement(_ label: String) -> AgreementID {
        AgreementID(Digest(hashing: Array(label.utf8)))
    }

    static func statement(_ label: String) -> StatementID {
        StatementID(Digest(hashing: Array(label.utf8)))
    }

    /// A sealed exhibit.
    static func exhibit(_ label: String) -> BlobReference {
        BlobReference(
            blob: BlobID(Digest(hashing: Array("sealed \(label)".utf8))), sizeBytes: 1000,
            mediaType: "text/plain", isSealed: true)
    }

    static func text(_ label: String) -> Digest { Digest(hashing: Array("text \(label)".utf8)) }

    /// A bound text as it is published: open to read.
    static func document(_ label: String) -> BlobReference {
        BlobReference(
            blob: BlobID(text(label)), sizeBytes: 1000,
            mediaType: "application/vnd.parley.text.v1+json", isSealed: false)
    }

    static func thread(_ label: String) -> ThreadID {
        ThreadID(bytes: Array(Digest(hashing: Array(label.utf8)).bytes.prefix(16)))!
    }

    static func party(_ text: String) throws -> PartyID {
        try known(PartyID(text), "\(text) is no party id")
    }

    /// Static values cannot throw; a broken vector file must stop the run with its words.
    private static func attempt<Value>(_ make: () throws -> Value) -> Value {
        do { return try make() } catch { preconditionFailure("\(error)") }
    }
}

extension ThreadRules {
    init(vector fields: inout VectorFields) throws {
        let agreement: String = try fields.required("agreement")
        let named: [String: String] = try fields.required("calendars")
        let silence: Int = try fields.required("silenceAfterSeconds")
        var kinds = try known(fields.fields("kinds"), "no kinds")
        var made: [String: RequestKind] = [:]
        for name in kinds.names {
            var kind = try known(kinds.fields(name), "no kind \(name)")
            made[name] = try RequestKind(name, vector: &kind)
            try kind.done()
        }
        try kinds.done()
        let partyKinds: [String: String] = try fields.optional("partyKinds") ?? [:]
        self.init(
            agreement: Village.agreement(agreement), kinds: made,
            calendars: Dictionary(
                uniqueKeysWithValues: try named.map {
                    (
                        try Village.party($0.key),
                        try known(Village.calendars[$0.value], "no calendar \($0.value)")
                    )
                }), silenceAfterSeconds: Int64(silence),
            partyKinds: Dictionary(
                uniqueKeysWithValues: try partyKinds.map {
                    (
                        try Village.party($0.key),
                        try known(Party.Kind(rawValue: $0.value), "\($0.value) is no kind")
                    )
                }), dialogue: try DialogueTerms(vector: fields.fields("dialogue")))
    }
}

extension DialogueTerms {
    /// What the agreement's reader has tests of its own for is taken as it stands.
    fileprivate init(vector fields: VectorFields?) throws {
        guard var fields else {
            self = .none
            return
        }
        var kinds = try known(fields.fields("clocks"), "no clocks")
        var clocks: [String: [ClockName: TimeLimit]] = [:]
        for kind in kinds.names {
            var limits = try known(kinds.fields(kind), "no clocks of \(kind)")
            for text in limits.names {
                let name = try known(ClockName(rawValue: text), "\(text) is no clock")
                _ = try known(Self.clockNames[kind]?.contains(name), "\(kind) has no \(text)")
                clocks[kind, default: [:]][name] = try TimeLimit(vector: limits.fields(text))
            }
            try limits.done()
        }
        try kinds.done()
        try fields.done()
        self.init(clocks: clocks, sessionMonths: nil, ladders: [:])
    }
}

extension RequestKind {
    fileprivate init(_ name: String, vector fields: inout VectorFields) throws {
        var clocks = try known(fields.fields("clocks"), "no clocks")
        var limits: [Urgency: RequestClocks] = [:]
        for text in clocks.names {
            var one = try known(clocks.fields(text), "no clocks for \(text)")
            let urgency = try known(Urgency(rawValue: text), "\(text) is no urgency")
            limits[urgency] = RequestClocks(
                acknowledge: try TimeLimit(vector: one.fields("acknowledge")),
                decide: try TimeLimit(vector: one.fields("decide")),
                answer: try TimeLimit(vector: one.fields("answer")))
            try one.done()
        }
        try clocks.done()
        self.init(
            name: name, clocks: limits, refusalGrounds: try fields.required("refusalGrounds"),
            postponementGrounds: try fields.required("postponementGrounds"),
            bases: try (fields.list("bases") ?? []).map { one in
                var one = one
                let basis = try RequestBasis(vector: &one)
                try one.done()
                return basis
            },
            consultation: try fields.fields("consultation").map { try TimeLimit(vector: $0) },
            callBack: Set(
                try (fields.optional("callBack", [String].self) ?? []).map {
                    try known(Urgency(rawValue: $0), "\($0) is no urgency")
                }),
            holdDays: try fields.optional("holdDays"))
    }
}

extension RequestBasis {
    fileprivate init(vector fields: inout VectorFields) throws {
        let text: String = try fields.required("basis")
        var limits: [ClockName: TimeLimit] = [:]
        if var named = try fields.fields("limits") {
            for name in named.names {
                limits[try known(ClockName(rawValue: name), "\(name) is no clock")] =
                    try TimeLimit(vector: named.fields(name))
            }
            try named.done()
        }
        self.init(
            id: try known(BasisID(text), "\(text) is no basis"),
            refusalGrounds: try fields.required("refusalGrounds"), limits: limits,
            holdDays: try fields.optional("holdDays"))
    }
}

extension TimeLimit {
    init(vector fields: VectorFields?) throws {
        var fields = try known(fields, "no limit")
        if let count: Int = try fields.optional("hours") {
            self = .hours(count)
        } else if let count: Int = try fields.optional("calendarDays") {
            self = .calendarDays(count)
        } else if let count: Int = try fields.optional("minutes") {
            self = .minutes(count)
        } else {
            self = .workingDays(try fields.required("workingDays"))
        }
        try fields.done()
    }
}

extension Timestamp: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self = Timestamp(text: text)! }
}
