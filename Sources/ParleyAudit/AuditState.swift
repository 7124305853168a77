import ParleyLog
import ParleyStatements

/// How far an auditor has come with one log, to go on from there another day.
///
/// A file of canonical JSON with a digest over the rest of it: a damaged file must not make an
/// honest log look wrong.
package struct AuditState: Hashable, Sendable {
    package static let limitBytes = 512 * 1024
    private static let format = "audit-state/1"

    /// A checkpoint and the edge of a tree that does not pass it.
    package struct Reached: Hashable, Sendable {
        package let checkpoint: SignedCheckpoint
        package let range: CompactRange
    }

    let log: VerifierKey
    /// The last checkpoint that was audited to its end, and the edge of its whole tree.
    package internal(set) var audited: Reached?
    /// The checkpoint that an unfinished audit works towards, and how far it has come.
    package internal(set) var underway: Reached?

    package init(log: VerifierKey) { self.log = log }

    /// - Throws: ``AuditStateFault``, also for a state of another log.
    package init(parsing bytes: [UInt8], log: VerifierKey) throws(AuditStateFault) {
        guard bytes.count <= Self.limitBytes else { throw .tooLong }
        guard bytes.last == 0x0a,
            let value = try? JSONValue(
                parsingCanonical: Array(bytes.dropLast()), limitBytes: Self.limitBytes),
            case .object(let object) = value, case .string(let check)? = object["check"]
        else { throw .damaged }
        let checked = JSONObject(object.members.filter { $0.name != "check" })
        guard Self.check(over: checked) == check else { throw .damaged }
        guard object["parley"] == .string(Self.format) else { throw .formatUnknown }
        guard case .string(let key)? = object["log"] else { throw .damaged }
        guard key.utf8.elementsEqual(log.text.utf8) else { throw .otherLog(key) }
        self.log = log
        audited = try Self.reached(object["audited"], log)
        underway = try Self.reached(object["underway"], log)
        if let audited {
            guard audited.range.size == audited.checkpoint.size,
                audited.range.root == audited.checkpoint.root
            else { throw .damaged }
        }
    }

    package var bytes: [UInt8] {
        var fields: JSONObject = ["parley": .string(Self.format), "log": .string(log.text)]
        if let audited { fields = fields.adding(["audited": Self.value(audited)]) }
        if let underway { fields = fields.adding(["underway": Self.value(underway)]) }
        fields = fields.adding(["check": .string(Self.check(over: fields))])
        return JSONValue.object(fields).canonicalBytes + [0x0a]
    }

    private static func check(over fields: JSONObject) -> String {
        Digest(hashing: JSONValue.object(fields).canonicalBytes).text
    }

    private static func value(_ reached: Reached) -> JSONValue {
        .object([
            "checkpoint": .string(String(decoding: reached.checkpoint.note, as: UTF8.self)),
            "entries": .string(String(reached.range.size)),
            "edge": .array(reached.range.rows.map { .string(Base64.encode($0.bytes)) }),
        ])
    }

    private static func reached(
        _ value: JSONValue?, _ log: VerifierKey
    ) throws(AuditStateFault) -> Reached? {
        guard let value else { return nil }
        guard case .object(let fields) = value, case .string(let note)? = fields["checkpoint"],
            case .string(let digits)? = fields["entries"], let size = plainNumber(digits.utf8),
            case .array(let edge)? = fields["edge"],
            let checkpoint = try? SignedCheckpoint(note: Array(note.utf8), log: log)
        else { throw .damaged }
        var rows: [HashRow] = []
        for value in edge {
            guard case .string(let text) = value, let bytes = StrictBase64.decode(text.utf8),
                let row = HashRow(bytes: bytes)
            else { throw .damaged }
            rows.append(row)
        }
        guard let range = CompactRange(size: size, rows: rows), size <= checkpoint.size else {
            throw .damaged
        }
        return Reached(checkpoint: checkpoint, range: range)
    }
}

/// Why an audit cannot go on from a state.
package enum AuditStateFault: Error, Hashable, Sendable {
    case tooLong
    case damaged
    case formatUnknown
    case otherLog(String)

    package var reason: String {
        switch self {
        case .tooLong: "state-too-long"
        case .damaged: "state-damaged"
        case .formatUnknown: "state-format-unknown"
        case .otherLog: "state-of-other-log"
        }
    }

    package var explanation: String {
        switch self {
        case .tooLong: "the state is longer than \(AuditState.limitBytes) bytes"
        case .damaged: "the state is not as it was written"
        case .formatUnknown: "the state is of another version"
        case .otherLog(let key): "the state is of the log with the key \(key)"
        }
    }
}
