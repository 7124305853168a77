package import ParleyLog
package import ParleyStatements

/// The company for which an account writes: 1 to 80 characters of any script, as its node's
/// administrator spells it.
package struct CompanyName: Hashable, Comparable, Sendable, CustomStringConvertible {
    package static let characters = 1...80

    package let text: String

    package init?(_ text: String) {
        guard let text = OneLine.name(text, characters: Self.characters) else { return nil }
        self.text = text
    }

    package var description: String { text }

    package static func < (one: CompanyName, other: CompanyName) -> Bool { one.text < other.text }
}

package typealias FilingID = DeskID<Filing>

/// What a company without a node of its own wants said: written by it, handed in to its state's
/// organ, and said by that organ or returned. No statement, and nothing of the record, before the
/// organ says it.
package struct Filing: Hashable, Sendable {
    /// What becomes of what:
    package enum State: String, Hashable, Sendable {
        /// To handed-in, withdrawn.
        case open
        /// To taken, returned, withdrawn.
        case handedIn = "handed-in"
        /// A draft was made of it. To handed-in, where that draft is discarded.
        case taken
        /// To handed-in, withdrawn.
        case returned
        case withdrawn
    }

    /// As its company sees it: what became of the draft is told, and nothing else of it.
    package enum Standing: String, Sendable {
        case open
        case handedIn = "handed-in"
        case taken
        case said
        case returned
        case withdrawn
    }

    /// Of a company, open or handed in.
    package static let openLimit = 50
    /// Of a list.
    package static let pageRows = 50
    package static let noteCharacters = 1...2000

    package let id: FilingID
    package let company: CompanyName
    /// Who is to say it.
    package let organ: OrganID
    /// Counts everything that is done to it, from 1.
    package var revision: Int
    /// Who of the company wrote it.
    package var editor: AccountName
    package var savedAt: Timestamp
    package var content: FilingContent
    package var state: State = .open
    /// Why it was returned.
    package var note: String = ""
    package var draft: DraftID?
    /// Of that draft, as it stands.
    package var draftState: Draft.State?
    package var statement: StatementID?

    package init(
        id: FilingID, company: CompanyName, organ: OrganID, revision: Int, editor: AccountName,
        savedAt: Timestamp, content: FilingContent
    ) {
        self.id = id
        self.company = company
        self.organ = organ
        self.revision = revision
        self.editor = editor
        self.savedAt = savedAt
        self.content = content
    }

    package var standing: Standing {
        switch state {
        case .open: .open
        case .returned: .returned
        case .withdrawn: .withdrawn
        case .handedIn: .handedIn
        case .taken: draftState == .sent ? .said : .taken
        }
    }

    package var isChangeable: Bool { [.open, .returned].contains(standing) }

    package var json: JSONObject { row.adding(["content": .object(content.json)]) }

    /// Without its words.
    package var row: JSONObject {
        var json: JSONObject = [
            "filing": .string(id.description), "company": .string(company.text),
            "revision": .integer(Int64(revision)), "editor": .string(editor.text),
            "saved": .string(savedAt.text), "state": .string(standing.rawValue),
            "act": .string(content.act.rawValue),
        ]
        if standing == .returned { json = json.adding(["note": .string(note)]) }
        return json
    }
}

/// A filing's words, and what they are for.
package struct FilingContent: Hashable, Sendable {
    package static let openings: [Act] = [.concernRaise, .incidentReport]
    /// On a published measure of another state.
    package static let comment = Act.noticeComment
    /// Of what came of a filing before.
    package static let further: [Act] = [
        .concernExplain, .concernJudge, .concernReopen, .concernWithdraw, .incidentUpdate,
        .incidentAnswer,
    ]
    static let acts = openings + [comment] + further

    package let act: Act
    /// The filing that it goes on from.
    package let follows: FilingID?
    /// A text of the measure that it is about, by which the public finds it.
    package let notice: Digest?
    package let verdict: Verdict?
    /// Whether the company may be named to the other side.
    package let isNamed: Bool
    /// One text in several languages, as drafts have them.
    package let texts: [JSONObject]

    static let fields: [Field] = [
        .required("act", .word(acts.map(\.rawValue)), "What it is for"),
        .optional("follows", .shaped(.thread), "One's own filing that it goes on from"),
        .optional("notice", .shaped(.statement), "A published text of the measure it is about"),
        .optional(
            "verdict", .word(Verdict.allCases.map(\.rawValue)), "Whether the answer satisfies"),
        .optional("named", .flag, "Whether the company may be named to the other side"),
        .optional("texts", .texts, "The company's words, in several languages"),
    ]

    /// - Throws: ``FilingRefusal`` for what does not go together.
    package init(_ given: Given) throws(FilingRefusal) {
        guard let act = given.text("act").flatMap(Act.init(rawValue:)), Self.acts.contains(act)
        else { throw .contentUnfit }
        self.act = act
        follows = given.text("follows").flatMap { FilingID(text: $0) }
        notice = given.text("notice").flatMap { Digest(text: $0) }
        verdict = given.text("verdict").flatMap(Verdict.init(rawValue:))
        isNamed = given.flag("named") ?? false
        texts = Self.texts(given.object["texts"])
        guard (follows != nil) == Self.further.contains(act),
            (notice != nil) == (act == Self.comment), (verdict != nil) == (act == .concernJudge)
        else { throw .contentUnfit }
    }

    /// Reads ``json``.
    package init(json: JSONObject) throws {
        try self.init(Given(json, fields: Self.fields))
    }

    private static func texts(_ value: JSONValue?) -> [JSONObject] {
        guard case .array(let values)? = value else { return [] }
        return values.compactMap { value in
            guard case .object(let text) = value, case .string(let words)? = text["text"]
            else { return nil }
            // As forms send it, so that what an officer's page saves is the same text.
            let kept = words.replacing("\r\n", with: "\n").trimmed
            guard !kept.isEmpty else { return nil }
            return JSONObject(
                text.members.map {
                    $0.name == "text" ? .init(name: "text", value: .string(kept)) : $0
                })
        }
    }

    package var json: JSONObject {
        var json: JSONObject = ["act": .string(act.rawValue)]
        if let follows { json = json.adding(["follows": .string(follows.description)]) }
        if let notice { json = json.adding(["notice": .string(notice.text)]) }
        if let verdict { json = json.adding(["verdict": .string(verdict.rawValue)]) }
        if isNamed { json = json.adding(["named": .bool(true)]) }
        if !texts.isEmpty { json = json.adding(["texts": .array(texts.map { .object($0) })]) }
        return json
    }
}

/// What companies file at this node. Each call is one step, durable when it returns.
package protocol FilingStore: Sendable {
    func filing(_ id: FilingID) async throws -> Filing?
    /// Nil too where it is another company's.
    func filing(_ id: FilingID, of company: CompanyName) async throws -> Filing?
    /// Nil too where it is with another organ, or was never handed in.
    func filing(_ id: FilingID, with organ: OrganID) async throws -> Filing?
    /// Of which the draft was made.
    func filing(takenInto draft: DraftID) async throws -> Filing?
    /// ``Filing/pageRows`` of them, the latest first.
    ///
    /// - Parameter last: the last of the page before.
    func filings(of company: CompanyName, after last: FilingID?) async throws -> [Filing]
    /// Those that have waited longest for somebody to take them up, as many.
    func filings(waitingAt organ: OrganID) async throws -> [Filing]
    func countFilings(waitingAt organ: OrganID) async throws -> Int
    /// What was said of that filing and of those that go on from it.
    func statements(of filing: FilingID, of company: CompanyName) async throws -> Set<StatementID>
    /// False, and nothing kept, where the company has as many open as it may.
    func add(_ filing: Filing) async throws -> Bool
    /// Writes the next revision; false, and nothing kept, where another came first.
    func save(_ filing: Filing) async throws -> Bool
    /// The same, together with the draft that is made of it.
    func take(_ filing: Filing, into draft: Draft) async throws -> FilingTaking
}

package enum FilingTaking: Hashable, Sendable {
    case taken
    case changed
    /// The organ has as many open drafts as it may.
    case tooManyDrafts
}

/// Why nothing comes of a filing.
package enum FilingRefusal: DeskRefusal, Hashable {
    case companyMissing
    case contentUnfit
    case textsMissing
    case noticeUnknown
    case noticeOwn
    case followsUnknown
    case notLawful(String)
    case notNow(Filing.Standing)
    case tooMany(limit: Int)
    case changed
    case wordsChanged

    package var reason: String {
        switch self {
        case .companyMissing: "company-missing"
        case .contentUnfit: "filing-unfit"
        case .textsMissing: "filing-empty"
        case .noticeUnknown: "notice-unknown"
        case .noticeOwn: "notice-own"
        case .followsUnknown: "filing-unknown"
        case .notLawful: "act-not-lawful"
        case .notNow(let standing): "filing-\(standing.rawValue)"
        case .tooMany: "filings-too-many"
        case .changed: "filing-changed"
        case .wordsChanged: "company-words-changed"
        }
    }

    package var explanation: String {
        switch self {
        case .companyMissing: "this account belongs to no company"
        case .contentUnfit:
            "what goes on from a filing names it, a comment names the measure, and a verdict goes "
                + "with a judgement"
        case .textsMissing: "nothing is written yet"
        case .noticeUnknown: "no measure with that text was published"
        case .noticeOwn:
            "a comment on a measure of the company's own state is no statement of that state"
        case .followsUnknown: "no filing of that name has been said"
        case .notLawful(let act): "\(act) cannot be said there now"
        case .notNow(let standing): "the filing is \(standing.rawValue)"
        case .tooMany(let limit): "a company may have \(limit) filings that wait"
        case .changed: "somebody has changed the filing since"
        case .wordsChanged: "what a company wrote is said as it wrote it, or returned to it"
        }
    }

    package var hint: String? {
        switch self {
        case .companyMissing: "the node's administrator says which: parley user company"
        case .tooMany: "withdraw some"
        case .changed: "read it again"
        case .wordsChanged:
            "a translation may stand beside the words; to have them changed, discard the draft "
                + "and return the filing with a note"
        default: nil
        }
    }

    package var status: Int {
        switch self {
        case .contentUnfit, .textsMissing, .noticeUnknown, .followsUnknown, .wordsChanged: 422
        case .changed: 412
        default: 409
        }
    }
}
