import ParleyLog
import ParleyStatements

/// A draft's content, once it is complete enough to be said.
struct DraftWish {
    let act: Act
    let thread: ThreadID?
    let to: [PartyID]
    let answers: [StatementID]
    let terms: Terms
    let texts: [StatementBody.Text]
    let fields: [String: String]
    /// Sealed before, and kept in the home.
    let exhibits: [BlobID]
    /// An open exhibit that the record itself relies on.
    let document: BlobID?

    init(_ content: JSONObject) throws {
        do throws(FieldRefusal) {
            self = try JSONFields.reading(.object(content), Self.read)
        } catch {
            throw Problem(status: 422, reason: error.reason, detail: error.explanation)
        }
    }

    private init(
        act: Act, thread: ThreadID?, to: [PartyID], answers: [StatementID], terms: Terms,
        texts: [StatementBody.Text], fields: [String: String],
        exhibits: [BlobID], document: BlobID?
    ) {
        self.act = act
        self.thread = thread
        self.to = to
        self.answers = answers
        self.terms = terms
        self.texts = texts
        self.fields = fields
        self.exhibits = exhibits
        self.document = document
    }

    private static func read(_ fields: inout JSONFields) throws(FieldRefusal) -> DraftWish {
        DraftWish(
            act: try fields.parsed("act", "an act", Act.init(rawValue:)),
            thread: try fields.optionalParsed("thread", "a thread", ThreadID.init(text:)),
            to: fields.optional("to") == nil
                ? [] : try fields.parsedArray("to", "a party", { PartyID($0) }),
            answers: fields.optional("answers") == nil
                ? [] : try fields.parsedArray("answers", "a statement", StatementID.init(text:)),
            terms: try fields.optionalObject("terms", Terms.read) ?? Terms(),
            texts: fields.optional("texts") == nil
                ? []
                : try fields.array("texts") { value throws(FieldRefusal) in
                    try JSONFields.reading(value, readText)
                },
            fields: try readFields(fields.optional("fields")),
            exhibits: fields.optional("exhibits") == nil
                ? [] : try fields.parsedArray("exhibits", "an exhibit", BlobID.init(text:)),
            document: try fields.optionalParsed("document", "a document", BlobID.init(text:)))
    }

    private static func readText(
        _ fields: inout JSONFields
    ) throws(FieldRefusal) -> StatementBody.Text {
        StatementBody.Text(
            language: try fields.parsed("language", "a language tag", { LanguageTag($0) }),
            text: try fields.string("text"),
            isAuthentic: fields.optional("authentic") == nil
                ? true : try fields.bool("authentic"),
            isMachine: try fields.mark("machine"))
    }

    private static func readFields(
        _ value: JSONValue?
    ) throws(FieldRefusal) -> [String: String] {
        guard let value else { return [:] }
        guard case .object(let object) = value else {
            throw FieldRefusal(.wrongType("an object")).inside("fields")
        }
        var fields: [String: String] = [:]
        for member in object.members {
            guard case .string(let text) = member.value else {
                throw FieldRefusal(.wrongType("a string")).inside(member.name).inside("fields")
            }
            fields[member.name] = text
        }
        return fields
    }
}
