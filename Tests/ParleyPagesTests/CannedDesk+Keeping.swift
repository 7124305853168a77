import ParleyStatements

/// What people keep of the queue, and what companies file.
extension CannedDesk {
    func keeping(_ operation: String) -> JSONObject? {
        switch operation {
        case "filter.list":
            [
                "filters": .array([
                    .object([
                        "name": text, "filter": .object(["turn": "theirs".json, "kind": text]),
                        "count": .integer(7),
                    ])
                ])
            ]
        case "filing.list", "intake.list":
            ["company": text, "filings": .array([.object(filing)]), "next": text]
        case "filing.show", "filing.change", "filing.hand-in": filing
        case "intake.show": filing.adding(["draft": text])
        default: nil
        }
    }

    private var filing: JSONObject {
        let words: JSONValue = .array([.object(["language": text, "text": text])])
        return [
            "filing": text, "company": text, "editor": text, "saved": instant,
            "state": "returned".json, "note": text, "due": instant, "act": text,
            "content": .object([
                "act": "concern.judge".json, "follows": text, "verdict": text, "texts": words,
                "named": .bool(true),
            ]),
            "thread": .object([
                "state": text,
                "statements": .array([
                    .object([
                        "act": text, "by": text, "at": instant, "verdict": text, "until": instant,
                        "locked": .bool(true), "texts": words,
                    ])
                ]),
            ]), "further": .array([text, "concern.judge".json]),
        ]
    }
}
