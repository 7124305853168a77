import ParleyLog
import ParleyService
import ParleyStatements

/// What became public, for those who follow it: Atom (RFC 4287) and JSON Feed 1.1.
enum FeedPages {
    private static let itemLimit: Int64 = 30
    private static let summaryCharacters = 600

    struct Item: Sendable {
        let digest: Digest
        let title: String
        let author: String
        let published: Timestamp
        let page: Address
        let language: String
        let summary: String

        /// The text under its digest (RFC 6920), which stays whatever becomes of this node.
        var id: String { "ni:///sha-256;" + FeedPages.base64URL(digest.bytes) }
    }

    static func atom(_ request: PageRequest) async throws -> PageReply {
        let items = try await items(request)
        return .file(
            atom(items, request.sheet, at: request.origin),
            type: "application/atom+xml; charset=utf-8")
    }

    static func json(_ request: PageRequest) async throws -> PageReply {
        let items = try await items(request)
        return .file(
            JSONValue.object(json(items, request.sheet, at: request.origin)).canonicalBytes,
            type: "application/feed+json; charset=utf-8")
    }

    // MARK: Items

    private static func items(_ request: PageRequest) async throws -> [Item] {
        let sheet = request.sheet
        let rows = try await request.read(
            "portal.feed", [:], ["limit": .integer(itemLimit)]
        ).objects("items")
        let texts = try await request.desk.answers(
            rows.map { PageQuestion("portal.text", ["text": $0.text("text") ?? ""]) })
        return zip(rows, texts).compactMap { row, text in
            item(row, (try? text.get().json) ?? [:], sheet)
        }
    }

    static func item(_ row: JSONObject, _ text: JSONObject, _ sheet: Sheet) -> Item? {
        guard let digest = row.text("text").flatMap(Digest.init(text:)),
            let published = row.text("published").flatMap({ Timestamp(text: $0) }),
            let register = PublicRegisterPage.Register(subject: row.text("subject") ?? "")
        else { return nil }
        var versions: [LanguageTag: String] = [:]
        for version in text.objects("texts") {
            if let language = version.text("language").flatMap({ LanguageTag($0) }) {
                versions[language] = version.text("text")
            }
        }
        let chosen = sheet.words.choose(versions)
        let act = row.text("act") ?? ""
        let kind = sheet.words.known("text.\(act)") ?? sheet.title(of: act)
        return Item(
            digest: digest,
            title: (row.flag("exercise") ? sheet.words("feed.exercise") : "")
                + sheet.words(
                    "feed.item", ("what", kind), ("party", sheet.named(row.text("by")))),
            author: sheet.named(row.text("by")), published: published,
            page: Address(register.rawValue, digest.text),
            language: chosen?.tag ?? sheet.words.tag,
            summary: shortened(chosen?.text ?? ""))
    }

    private static func shortened(_ text: String) -> String {
        text.count <= summaryCharacters
            ? text : String(text.prefix(summaryCharacters)).trimmed + "…"
    }

    private static func base64URL(_ bytes: [UInt8]) -> String {
        Base64.encode(bytes).replacing("+", with: "-").replacing("/", with: "_")
            .replacing("=", with: "")
    }

    // MARK: Atom

    static func atom(_ items: [Item], _ sheet: Sheet, at origin: String) -> [UInt8] {
        let words = sheet.words
        let own = Link(Address("feed.atom"), in: words.code).text(at: origin)
        let home = Link(Address(), in: words.code).text(at: origin)
        var xml = XMLText()
        xml.declaration()
        xml.element(
            "feed", [("xmlns", "http://www.w3.org/2005/Atom"), ("xml:lang", words.tag)]
        ) { xml in
            xml.element("id", text: feedID(sheet))
            xml.element("title", text: title(sheet))
            xml.element("updated", text: (items.first?.published ?? since(sheet)).text)
            xml.element("author") { $0.element("name", text: sheet.named(sheet.party.text)) }
            xml.element("link", [("rel", "self"), ("type", "application/atom+xml"), ("href", own)])
            xml.element("link", [("rel", "alternate"), ("type", "text/html"), ("href", home)])
            xml.element("generator", text: "Parley")
            for item in items {
                xml.element("entry") { xml in
                    xml.element("id", text: item.id)
                    xml.element("title", text: item.title)
                    xml.element("published", text: item.published.text)
                    xml.element("updated", text: item.published.text)
                    xml.element("author") { $0.element("name", text: item.author) }
                    xml.element(
                        "link",
                        [
                            ("rel", "alternate"), ("type", "text/html"),
                            ("href", Link(item.page, in: words.code).text(at: origin)),
                        ])
                    xml.element("summary", [("xml:lang", item.language)], text: item.summary)
                }
            }
        }
        return xml.bytes
    }

    private static func title(_ sheet: Sheet) -> String {
        (sheet.agreement.isExercise ? sheet.words("feed.exercise") : "")
            + sheet.words(
                "feed.name", ("agreement", sheet.agreementTitle.text),
                ("party", sheet.named(sheet.party.text)))
    }

    /// Nothing was published yet: since when something could have been.
    private static func since(_ sheet: Sheet) -> Timestamp { sheet.agreement.effectiveFrom }

    /// Of this agreement at this party's node in this language, wherever it is read.
    private static func feedID(_ sheet: Sheet) -> String {
        let name =
            "parley/feed/v1\n\(sheet.agreement.name)\n\(sheet.party.text)\n\(sheet.words.code)\n"
        return "ni:///sha-256;" + base64URL(Digest(hashing: Array(name.utf8)).bytes)
    }

    // MARK: JSON Feed

    static func json(_ items: [Item], _ sheet: Sheet, at origin: String) -> JSONObject {
        let words = sheet.words
        return [
            "version": .string("https://jsonfeed.org/version/1.1"),
            "title": .string(title(sheet)), "language": .string(words.tag),
            "home_page_url": .string(Link(Address(), in: words.code).text(at: origin)),
            "feed_url": .string(Link(Address("feed.json"), in: words.code).text(at: origin)),
            "authors": .array([.object(["name": .string(sheet.named(sheet.party.text))])]),
            "items": .array(
                items.map { item in
                    .object([
                        "id": .string(item.id),
                        "url": .string(Link(item.page, in: words.code).text(at: origin)),
                        "title": .string(item.title), "content_text": .string(item.summary),
                        "language": .string(item.language),
                        "date_published": .string(item.published.text),
                        "authors": .array([.object(["name": .string(item.author)])]),
                    ])
                }),
        ]
    }
}
