import ParleyStatements

/// What the public pages are answered.
extension CannedDesk {
    func portal(_ operation: String) -> JSONObject? {
        switch operation {
        case "portal.show": ["published": .object(["commitment": .integer(1)])]
        case "portal.agreement":
            [
                "versions": .array([.object(["agreement": text, "effectiveFrom": instant])]),
                "envelope": "e30=".json,
            ]
        case "portal.threads": ["threads": .array([.object(published)]), "next": text]
        case "portal.thread": published
        case "portal.text":
            [
                "texts": .array([
                    .object(["language": "en".json, "text": text]),
                    .object(["language": text, "text": .string(said + "\n" + said)]),
                ]), "document": text,
            ]
        case "portal.feed":
            [
                "items": .array([
                    .object([
                        "text": id, "published": instant, "subject": "notice".json, "by": text,
                        "act": text, "exercise": .bool(true),
                    ])
                ])
            ]
        case "portal.scorecard": scorecard
        case "portal.record": record
        case "receipt.check":
            [
                "verdict": text, "log": text, "index": .integer(7), "size": .integer(11),
                "steps": .array([
                    .object([
                        "step": text, "outcome": text, "reason": text, "explanation": text,
                    ])
                ]), "cosigned": .array([.object(["name": text, "time": text])]),
            ]
        default: nil
        }
    }

    private var published: JSONObject {
        let version: JSONObject = [
            "text": id, "act": text, "by": text, "proposed": instant, "publishedBy": text,
            "published": instant, "standing": "agreed".json, "settledBy": text,
            "settled": instant,
        ]
        return [
            "name": id, "subject": said == "said" ? "notice".json : "session".json,
            "opener": text, "addressed": .array([text]), "opened": instant, "state": text,
            "exercise": .bool(true), "published": instant, "round": .integer(1), "date": instant,
            "texts": .array([.object(version), .object(version)]), "commentsUntil": instant,
            "words": .array([
                .object(["act": text, "by": text, "time": instant, "verdict": text])
            ]),
            "comments": .array([
                .object(["party": text, "count": .integer(2), "late": .integer(1)])
            ]),
        ]
    }

    /// Scorecard, agenda and status of cases.
    func reports(_ operation: String) -> JSONObject? {
        switch operation {
        case "report.scorecard":
            return scorecard.adding([
                "commitments": .array([
                    .object([
                        "thread": threadID, "maker": text, "verdicts": .object(["us": text]),
                    ])
                ]),
                "promises": .array([
                    .object([
                        "party": text, "subject": text, "promise": text, "thread": threadID,
                        "start": instant, "verdict": text, "title": text,
                    ])
                ]),
                "promiseCount": .integer(2),
                "spread": .array([
                    .object([
                        "party": "us".json, "subject": text, "promise": text,
                        "inTime": .array([.integer(3), text]), "medianThousandths": .integer(400),
                    ])
                ]),
            ])
        case "report.agenda":
            return [
                "asOf": instant, "itemCount": .integer(7),
                "items": .array(
                    ["overdue", "urgent", "sessions"].map { section in
                        .object([
                            "section": section.json, "subject": text, "matter": text,
                            "party": text, "thread": threadID, "title": text, "due": instant,
                        ])
                    }),
            ]
        case "report.cases":
            return [
                "asOf": instant, "goingOn": .integer(2), "over": .integer(0),
                "cases": .array([
                    .object([
                        "thread": threadID, "title": text, "subject": text, "kind": text,
                        "urgency": text, "opener": text, "addressed": .array([text]),
                        "state": text, "outcome": text, "opened": instant, "last": instant,
                        "turn": .array([text]), "exercise": .bool(true),
                        "clocks": .array([.object(["promise": text, "verdict": text])]),
                    ])
                ]), "next": threadID,
            ]
        default: return nil
        }
    }

    private var scorecard: JSONObject {
        let line: JSONObject = [
            "party": text, "subject": text, "kind": text, "urgency": text, "promise": text,
            "inTime": .integer(41), "late": .integer(1), "overdue": .integer(0),
            "medianSeconds": .integer(3600),
        ]
        return [
            "party": text, "with": "cn".json, "others": .array([text, "cn".json]),
            "from": instant, "until": instant, "asOf": instant,
            "timeliness": .array([.object(line)]),
            "quality": .array([.object(["party": text, "reviews": .integer(1)])]),
            "sessions": .object(["held": .array([instant]), "nextDue": instant]),
            "theirs": .object([
                "differences": .integer(2), "timeliness": .array([.object(line)]),
            ]),
        ]
    }

    private var record: JSONObject {
        [
            "logs": .array([
                .object([
                    "party": text, "url": text, "path": text, "origin": text, "logKey": text,
                    "witnessKey": text, "size": .integer(3), "note": text,
                    "cosignedSizes": .object(["cn": .integer(3)]),
                    "cosignatures": .array([
                        .object(["name": text, "time": instant, "outside": .bool(true)])
                    ]),
                ])
            ]), "publicLog": .array([text]), "outsideWitnesses": .array([text]),
        ]
    }
}
