import Crypto
import ParleyDialogue
import ParleyLog
import ParleyStatements

/// Chains of custody as a CASE/UCO graph in JSON-LD, for other people's tools.
///
/// An export profile: what is kept is the statements. Terms are those of CASE 1.4.0 and UCO 1.4.0
/// (`Spec/custody.md` §8). The same chains always give the same bytes: the identifiers are made
/// of digests.
struct CustodyGraph {
    private let thread: ThreadID
    private let chains: [CustodyChain]
    private var nodes: [JSONValue] = []
    private var seen: Set<String> = []

    init(of chains: [CustodyChain], in thread: ThreadID) {
        self.thread = thread
        self.chains = chains
    }

    /// Canonical JSON, laid out for reading.
    func fileBytes(agreement: Agreement) -> [UInt8] {
        var graph = self
        graph.build(agreement)
        return JSONValue.object([
            "@context": .object(
                JSONObject(
                    Self.prefixes.map { .init(name: $0.key, value: .string($0.value)) })),
            "@graph": .array(graph.nodes),
        ]).indentedBytes
    }

    private static let prefixes = [
        "kb": "urn:parley:",
        "case-investigation": "https://ontology.caseontology.org/case/investigation/",
        "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
        "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
        "uco-identity": "https://ontology.unifiedcyberontology.org/uco/identity/",
        "uco-location": "https://ontology.unifiedcyberontology.org/uco/location/",
        "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
        "uco-role": "https://ontology.unifiedcyberontology.org/uco/role/",
        "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
        "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    ]

    private mutating func build(_ agreement: Agreement) {
        var members: [JSONValue] = []
        var authorizations: Set<String> = [
            authorization(
                "agreement", type: "agreement", identifier: agreement.id.text,
                name: agreement.name)
        ]
        for chain in chains {
            members.append(Self.link(exhibit(chain)))
            for bound in chain.conditions {
                authorizations.insert(
                    authorization(
                        bound.id.text, type: "conditions", identifier: bound.id.text,
                        name: bound.conditions.joined(separator: ", ")))
            }
            var previous: [StatementID: String] = [:]
            for row in chain.rows {
                let action = add(row, of: chain, after: row.answers.flatMap { previous[$0] })
                previous[row.id] = action
                members.append(Self.link(action))
                if let authority = row.reading.details?.authority {
                    authorizations.insert(
                        authorization(
                            authority, type: "authority", identifier: authority, name: authority))
                }
            }
        }
        let id = Self.id("investigation", thread.text)
        add(
            id, "case-investigation:Investigation",
            [
                "uco-core:name": .string("Parley thread \(thread)"),
                "uco-core:object": .array(members),
                "case-investigation:relevantAuthorization": .array(
                    authorizations.sorted().map(Self.link)),
            ])
    }

    // MARK: Things

    private mutating func exhibit(_ chain: CustodyChain) -> String {
        let id = Self.id("file", thread.text + chain.exhibit.text)
        let content = Self.id("content", thread.text + chain.exhibit.text)
        var facets: [JSONValue] = []
        var sealed: JSONObject = [
            "uco-observable:hash": .array([Self.link(hash(chain.exhibit.digest.hex))]),
            "uco-observable:isEncrypted": .bool(true),
        ]
        if let described = chain.described {
            let file = Self.id("file-facet", thread.text + chain.exhibit.text)
            facets.append(
                node(
                    file, "uco-observable:FileFacet",
                    [
                        "uco-observable:fileName": .string(described.name.text),
                        "uco-observable:sizeInBytes": .integer(
                            Int64(clamping: described.sizeBytes)),
                    ]))
            sealed = [
                "uco-observable:hash": .array([Self.link(hash(described.digest.hex))]),
                "uco-observable:mimeType": .string(described.mediaType),
                "uco-observable:sizeInBytes": .integer(Int64(clamping: described.sizeBytes)),
            ]
        }
        facets.append(node(content, "uco-observable:ContentDataFacet", sealed))
        add(
            id, "uco-observable:File",
            [
                "uco-core:name": .string(chain.exhibit.text),
                "uco-core:hasFacet": .array(facets),
            ])
        return id
    }

    private mutating func add(
        _ row: CustodyRow, of chain: CustodyChain, after previous: String?
    ) -> String {
        let id = Self.id("action", row.id.text)
        let record = Self.id("provenance", row.id.text)
        let file = Self.id("file", thread.text + chain.exhibit.text)
        add(
            record, "case-investigation:ProvenanceRecord",
            [
                "uco-core:description": .string("Parley statement \(row.id)"),
                "case-investigation:exhibitNumber": .string(row.id.text),
                "case-investigation:rootExhibitNumber": .string(chain.exhibit.text),
                "uco-core:object": .array([Self.link(file)]),
            ])
        var fields: JSONObject = [
            "uco-core:name": .string(row.event.rawValue),
            "uco-action:object": .array([Self.link(file)]),
            "uco-action:result": .array([Self.link(record)]),
        ]
        var performer = Self.id("organization", row.by.party.text)
        add(
            performer, "uco-identity:Organization",
            ["uco-core:name": .string(row.by.party.text)])
        if let details = row.reading.details {
            let role = Self.id("role", row.by.party.text + details.handler)
            add(
                role, "uco-role:Role",
                ["uco-core:name": .string("\(row.by.party): \(details.handler)")])
            performer = role
            fields = fields.adding(spoken(details, by: row.by.party))
        } else if let recorded = row.recorded {
            fields = fields.adding(["uco-action:endTime": Self.time(recorded)])
        }
        fields = fields.adding(["uco-action:performer": Self.link(performer)])
        if let previous {
            fields = fields.adding([
                "case-investigation:wasInformedBy": .array([Self.link(previous)])
            ])
        }
        add(id, "case-investigation:InvestigativeAction", fields)
        return id
    }

    /// What the handler says.
    private mutating func spoken(_ details: CustodyDetails, by party: PartyID) -> JSONObject {
        var words = [details.purpose]
        for (name, value) in [
            ("seal", details.seal), ("receiver", details.receiver),
            ("hash before", details.hashBefore?.text), ("hash after", details.hashAfter?.text),
            ("copy", details.copy?.text), ("corrects", details.corrects?.text),
        ] {
            if let value { words.append("\(name): \(value)") }
        }
        var fields: JSONObject = [
            "uco-action:endTime": Self.time(details.time),
            "uco-core:description": .string(words.joined(separator: "\n")),
        ]
        if let place = details.place {
            let id = Self.id("location", place)
            add(id, "uco-location:Location", ["uco-core:name": .string(place)])
            fields = fields.adding(["uco-action:location": .array([Self.link(id)])])
        }
        if let tool = details.tool {
            let id = Self.id("tool", tool + "\n" + (details.toolVersion ?? ""))
            var said: JSONObject = ["uco-core:name": .string(tool)]
            if let version = details.toolVersion {
                said = said.adding(["uco-tool:version": .string(version)])
            }
            add(id, "uco-tool:Tool", said)
            fields = fields.adding(["uco-action:instrument": .array([Self.link(id)])])
        }
        if let witness = details.witness {
            let id = Self.id("role", party.text + witness)
            add(id, "uco-role:Role", ["uco-core:name": .string("\(party): \(witness)")])
            fields = fields.adding(["uco-action:participant": .array([Self.link(id)])])
        }
        return fields
    }

    private mutating func authorization(
        _ key: String, type: String, identifier: String, name: String
    ) -> String {
        let id = Self.id("authorization", thread.text + key)
        add(
            id, "case-investigation:Authorization",
            [
                "uco-core:name": .string(name),
                "case-investigation:authorizationType": .string(type),
                "case-investigation:authorizationIdentifier": .array([.string(identifier)]),
            ])
        return id
    }

    private mutating func hash(_ hex: String) -> String {
        let id = Self.id("hash", hex)
        add(
            id, "uco-types:Hash",
            [
                "uco-types:hashMethod": .string("SHA256"),
                "uco-types:hashValue": .object([
                    "@type": .string("xsd:hexBinary"), "@value": .string(hex.uppercased()),
                ]),
            ])
        return id
    }

    // MARK: Spelling

    private mutating func add(_ id: String, _ type: String, _ fields: JSONObject) {
        if seen.insert(id).inserted { nodes.append(node(id, type, fields)) }
    }

    private func node(_ id: String, _ type: String, _ fields: JSONObject) -> JSONValue {
        .object(fields.adding(["@id": .string(id), "@type": .string(type)]))
    }

    /// UCO asks for identifiers that end in a UUID: here one of version 5 (RFC 9562 §5.5), so that
    /// it comes out of what is named. SHA-1 gives a label here and vouches for nothing.
    private static func id(_ kind: String, _ key: String) -> String {
        let name = namespace + Array("urn:parley:\(kind):\(key)".utf8)
        var bytes = Array(Insecure.SHA1.hash(data: name).prefix(16))
        bytes[6] = bytes[6] & 0x0F | 0x50
        bytes[8] = bytes[8] & 0x3F | 0x80
        var rest = Hex.encode(bytes)[...]
        var parts: [Substring] = []
        for count in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return "kb:\(kind)-" + parts.joined(separator: "-")
    }

    /// The name space for URLs (RFC 9562 §6.6).
    private static let namespace: [UInt8] = [
        0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30,
        0xc8,
    ]

    private static func link(_ id: String) -> JSONValue { .object(["@id": .string(id)]) }

    private static func time(_ instant: Timestamp) -> JSONValue {
        .object(["@type": .string("xsd:dateTime"), "@value": .string(instant.text)])
    }
}
