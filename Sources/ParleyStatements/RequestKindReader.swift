import ParleyLog

/// The wire form of a request kind (`Spec/agreement.md` §5).
extension RequestKind {
    var json: JSONValue {
        let clocks = clocks.map { urgency, clocks in
            JSONObject.Member(
                name: urgency.rawValue,
                value: .object([
                    "acknowledge": clocks.acknowledge.json, "decide": clocks.decide.json,
                    "answer": clocks.answer.json,
                ]))
        }
        var fields: JSONObject = [
            "name": .string(name), "clocks": .object(JSONObject(clocks)),
            "refusalGrounds": .array(refusalGrounds.map(JSONValue.string)),
            "postponementGrounds": .array(postponementGrounds.map(JSONValue.string)),
        ]
        // Left out where empty, so that agreements made before keep their bytes.
        if !bases.isEmpty { fields = fields.adding(["bases": .array(bases.map(\.json))]) }
        if let consultation { fields = fields.adding(["consultation": consultation.json]) }
        if !callBack.isEmpty {
            let urgencies = Urgency.allCases.filter(callBack.contains)
            fields = fields.adding([
                "callBack": .array(urgencies.map { .string($0.rawValue) })
            ])
        }
        if let holdDays { fields = fields.adding(["holdDays": .integer(Int64(holdDays))]) }
        return .object(fields)
    }
}

extension RequestBasis {
    fileprivate var json: JSONValue {
        var fields: JSONObject = [
            "basis": .string(id.text),
            "refusalGrounds": .array(refusalGrounds.map(JSONValue.string)),
        ]
        if !limits.isEmpty {
            let members = limits.map { step, limit in
                JSONObject.Member(name: step.rawValue, value: limit.json)
            }
            fields = fields.adding(["limits": .object(JSONObject(members))])
        }
        if let holdDays { fields = fields.adding(["holdDays": .integer(Int64(holdDays))]) }
        return .object(fields)
    }
}

extension TimeLimit {
    var json: JSONValue {
        switch self {
        case .minutes(let count): .object(["minutes": .integer(Int64(count))])
        case .hours(let count): .object(["hours": .integer(Int64(count))])
        case .calendarDays(let count): .object(["calendarDays": .integer(Int64(count))])
        case .workingDays(let count): .object(["workingDays": .integer(Int64(count))])
        }
    }
}

extension AgreementReader {
    mutating func requestKind(_ value: JSONValue, at path: String) -> RequestKind? {
        let fields = ["name", "clocks", "refusalGrounds", "postponementGrounds"]
        let optional = ["bases", "consultation", "callBack", "holdDays"]
        guard let object = object(value, at: path, required: fields, optional: optional)
        else { return nil }
        let name = parsed(object["name"], at: path + "/name", "a short name", shortName)
        // SPEC agreement §5: clocks MUST hold at least one of normal, urgent and emergency.
        let clocks = map(
            object["clocks"], at: path + "/clocks", count: 1...3, "an urgency",
            key: Urgency.init(rawValue:)
        ) { reader, value, path in reader.clocks(value, at: path) }
        // SPEC agreement §5: refusalGrounds and postponementGrounds MUST hold at most 32 short
        // names each.
        let refusal = names(
            object["refusalGrounds"], at: path + "/refusalGrounds", count: 0...32, "a short name",
            shortName)
        let postponement = names(
            object["postponementGrounds"], at: path + "/postponementGrounds", count: 0...32,
            "a short name", shortName)
        // SPEC agreement §5: bases, where there are any, MUST be from 1 to 32, no two for one
        // instrument and kind.
        let bases = list(object["bases"], at: path + "/bases", count: 1...32) {
            reader, value, path in
            reader.requestBasis(value, of: refusal ?? [], at: path)
        }
        noteRepeats((bases ?? []).map(\.id), at: path + "/bases")
        // SPEC agreement §5: callBack MUST name urgencies for which the kind has clocks.
        let callBack = names(
            object["callBack"], at: path + "/callBack", count: 1...3, "an urgency with clocks"
        ) { text in Urgency(rawValue: text).flatMap { clocks?[$0] == nil ? nil : $0 } }
        let consultation = timeLimit(object["consultation"], at: path + "/consultation")
        let holdDays = self.holdDays(object, at: path)
        guard let name, let clocks, let refusal, let postponement else { return nil }
        return RequestKind(
            name: name, clocks: clocks, refusalGrounds: refusal,
            postponementGrounds: postponement, bases: bases ?? [], consultation: consultation,
            callBack: Set(callBack ?? []), holdDays: holdDays)
    }

    private mutating func requestBasis(
        _ value: JSONValue, of grounds: [String], at path: String
    ) -> RequestBasis? {
        guard
            let object = object(
                value, at: path, required: ["basis", "refusalGrounds"],
                optional: ["limits", "holdDays"])
        else { return nil }
        // SPEC agreement §5: basis MUST be two short names with a colon between them.
        let id = parsed(
            object["basis"], at: path + "/basis", "two short names with a colon between them",
            BasisID.init)
        // SPEC agreement §5: The refusalGrounds of a basis MUST be among those of its kind.
        let refusal = names(
            object["refusalGrounds"], at: path + "/refusalGrounds", count: 0...32,
            "a refusal ground of the kind"
        ) { grounds.contains($0) ? $0 : nil }
        // SPEC agreement §5: limits MUST hold at least one of acknowledge, decide and answer.
        let limits = map(
            object["limits"], at: path + "/limits", count: 1...3, "a clock",
            key: { text in ClockName.ofRequests.first { $0.rawValue == text } }
        ) { reader, value, path in reader.timeLimit(value, at: path) }
        let holdDays = self.holdDays(object, at: path)
        guard let id, let refusal else { return nil }
        return RequestBasis(
            id: id, refusalGrounds: refusal, limits: limits ?? [:], holdDays: holdDays)
    }

    private mutating func holdDays(_ object: JSONObject, at path: String) -> Int? {
        // SPEC agreement §5: holdDays MUST be from 1 to 730.
        integer(object["holdDays"], at: path + "/holdDays", in: 1...730).map(Int.init)
    }

    private mutating func clocks(_ value: JSONValue, at path: String) -> RequestClocks? {
        guard let object = object(value, at: path, required: ["acknowledge", "decide", "answer"])
        else { return nil }
        let acknowledge = timeLimit(object["acknowledge"], at: path + "/acknowledge")
        let decide = timeLimit(object["decide"], at: path + "/decide")
        let answer = timeLimit(object["answer"], at: path + "/answer")
        guard let acknowledge, let decide, let answer else { return nil }
        return RequestClocks(acknowledge: acknowledge, decide: decide, answer: answer)
    }

    mutating func timeLimit(_ value: JSONValue?, at path: String) -> TimeLimit? {
        guard let value else { return nil }
        // SPEC agreement §5: A time limit MUST be an object with exactly one of the members minutes
        // (1 to 1440), hours (1 to 8760), calendarDays (1 to 730) and workingDays (1 to 520).
        if case .object(let object) = value, object.members.count == 1 {
            if let minutes = object["minutes"] {
                return integer(minutes, at: path + "/minutes", in: 1...1440)
                    .map { .minutes(Int($0)) }
            }
            if let hours = object["hours"] {
                return integer(hours, at: path + "/hours", in: 1...8760).map { .hours(Int($0)) }
            }
            if let days = object["calendarDays"] {
                return integer(days, at: path + "/calendarDays", in: 1...730)
                    .map { .calendarDays(Int($0)) }
            }
            if let days = object["workingDays"] {
                return integer(days, at: path + "/workingDays", in: 1...520)
                    .map { .workingDays(Int($0)) }
            }
        }
        note(
            .timeLimitWrong, at: path,
            "A time limit is one of {\"minutes\": …}, {\"hours\": …}, {\"calendarDays\": …}, "
                + "{\"workingDays\": …}.")
        return nil
    }
}
