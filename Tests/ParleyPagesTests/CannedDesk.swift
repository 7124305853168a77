import ParleyService
import ParleyStatements

@testable import ParleyPages

/// A desk that answers every question with what such answers look like, each of its texts given by
/// the test.
struct CannedDesk: PageDesk {
    /// Stands wherever somebody else's text may stand.
    let said: String

    func answers(_ questions: [PageQuestion]) async throws -> [Result<Answer, Problem>] {
        questions.map { question in
            guard let json = json(question.operation) else {
                return .failure(Problem(status: 404, reason: "not-found", detail: said))
            }
            return .success(Answer(json))
        }
    }

    var text: JSONValue { .string(said) }
    var instant: JSONValue { "2026-11-03T09:12:00Z".json }
    var id: JSONValue { ("sha256:" + String(repeating: "a", count: 64)).json }
    var threadID: JSONValue { String(repeating: "a", count: 26).json }

    private func json(_ operation: String) -> JSONObject? {
        switch operation {
        case "queue.list", "thread.list":
            ["threads": .array([.object(row)]), "next": text]
        case "queue.count":
            [
                "ours": .integer(3), "theirs": .integer(0), "silent": .integer(1),
                "calls": .integer(1), "filings": .integer(2),
            ]
        case "thread.show": thread
        case "body.show": body
        case "node.show": node
        case "act.list":
            ["acts": .array([.object(["act": text, "opens": .bool(true), "subject": text])])]
        case "act.show": template
        case "draft.list": ["drafts": .array([.object(draft)])]
        case "draft.show", "draft.add", "draft.change": draft
        case "draft.preview":
            [
                "preview": id, "header": .object(["to": .array([text]), "thread": threadID]),
                "payload": "eyJhIjoxfQ==".json, "sealedTo": .array([text]), "until": instant,
                "body": .object(body), "exercise": .bool(true),
            ]
        default: people(operation)
        }
    }

    private func people(_ operation: String) -> JSONObject? {
        let account: JSONObject = [
            "name": text, "organ": text, "roles": .array(["officer".json, text]),
            "made": instant, "secondFactor": .bool(true), "disabled": .bool(true),
        ]
        return switch operation {
        case "session.show", "account.show": account
        case "account.list": ["accounts": .array([.object(account)])]
        case "session.list":
            ["sessions": .array([.object(["began": instant, "seen": instant])])]
        case "token.list":
            ["tokens": .array([.object(["label": text, "until": instant, "used": instant])])]
        case "trail.list":
            [
                "entries": .array([
                    .object([
                        "number": .integer(1), "at": instant, "account": text,
                        "operation": text, "object": text, "outcome": text,
                    ])
                ]), "head": text, "count": .integer(1), "next": text,
            ]
        case "keys.show": ["perShift": .bool(true), "locked": .bool(true), "until": instant]
        case "text.search":
            [
                "statements": .array([
                    .object(["statement": id, "thread": threadID, "snippet": text])
                ])
            ]
        case "command.run":
            [
                "exitCode": .integer(0),
                "output": .string(
                    String(
                        decoding: JSONValue.object(commanded).canonicalBytes, as: UTF8.self)),
            ]
        default: telling(operation) ?? keeping(operation) ?? reports(operation) ?? portal(operation)
        }
    }

    /// What any command says at once: each page takes what it asked for.
    private var commanded: JSONObject {
        [
            "chains": .array([.object(chain)]),
            "versions": .array([
                .object(["version": text, "effectiveFrom": instant, "parties": .array([text])])
            ]),
            "parties": .array([.object(["party": text, "standsUnder": text])]),
            "keys": .array([
                .object([
                    "organ": .string("us/" + said), "key": text, "notBefore": instant,
                    "notAfter": instant, "live": .bool(false),
                    "revoked": .object(["time": instant]),
                ])
            ]),
        ]
    }

    private var row: JSONObject {
        [
            "thread": threadID, "title": text, "subject": text, "kind": text, "state": text,
            "turn": text, "clock": text, "due": instant, "opener": text, "urgency": text,
            "addressed": .array([text]), "irregular": .integer(2), "ours": .bool(true),
        ]
    }

    private var thread: JSONObject {
        [
            "thread": threadID, "subject": text, "state": text, "turn": text, "basis": text,
            "basisInWords": .object([
                "article": text, "instrument": .object(["en": text]),
                "limits": .array([.object(["what": .object(["en": text]), "article": text])]),
                "fields": .object(["authority": .object(["en": text])]),
            ]), "follows": threadID,
            "clocks": .array([.object(["name": text, "start": instant, "verdict": text])]),
            "points": .array(
                ["minutes", "action", said].map { kind in
                    .object([
                        "id": id, "kind": kind.json, "by": text, "awaits": text,
                        "standing": text, "due": instant, "late": .bool(true),
                    ])
                }),
            "verdicts": .object(["us": text]), "members": .object(["aaaa": .array([text])]),
            "statements": .array([
                .object([
                    "id": id, "act": text, "from": .string("us/" + said), "to": .array([text]),
                    "saidAt": instant, "effect": .string("irregular:" + said),
                    "receipts": .object(["cn": instant]), "exhibits": .array([text]),
                    "terms": .object([
                        "kind": text, "threads": .array([text]), "round": .integer(1),
                    ]),
                ])
            ]),
        ]
    }

    private var body: JSONObject {
        [
            "texts": .array([.object(["language": text, "text": text, "authentic": .bool(true)])]),
            "fields": .object(["authority": text]),
            "exhibits": .array([
                .object(["name": text, "mediaType": text, "sizeBytes": .integer(1)])
            ]),
        ]
    }

    private var node: JSONObject {
        [
            "notifications": .object(telling), "party": text, "organ": text,
            "backup": .object(["at": instant, "due": .bool(true), "warnDays": .integer(7)]),
            "organs": .array([text]), "forks": .integer(1),
            "parties": .array([
                .object([
                    "party": text, "waiting": .integer(2), "waitingSince": instant,
                    "silent": .bool(true), "secondsAhead": .integer(90), "measured": instant,
                ])
            ]), "witnesses": .array([.object(["name": text, "fault": text])]),
            "refusals": .array([.object(["party": text, "statement": text])]),
        ]
    }

    private var draft: JSONObject {
        [
            "draft": text, "organ": text, "revision": .integer(2), "editor": text,
            "saved": instant, "state": "open".json, "needsApproval": .bool(true),
            "review": .object(["by": text, "approved": .bool(false), "note": text, "at": instant]),
            "content": .object([
                "act": "request.submit".json, "to": .array([text]), "exhibits": .array([text]),
                "terms": .object(["kind": text, "until": text, "claims": .array([.object([:])])]),
                "texts": .array([.object(["language": text, "text": text])]),
                "fields": .object(["authority": text]),
            ]),
        ]
    }

    private var template: JSONObject {
        let label: JSONValue = .object(["en": text, "zh-Hans": text])
        func term(_ name: String, _ shape: String) -> JSONValue {
            .object([
                "term": name.json, "shape": shape.json, "label": label, "required": .bool(true),
                "most": .integer(3), "closed": .bool(true),
                "values": .array(
                    shape == "word" ? [.object(["value": text, "title": label])] : []),
                "parts": .array([
                    .object([
                        "name": text, "label": label,
                        "values": .array([.object(["value": text, "title": label])]),
                    ])
                ]),
            ])
        }
        return [
            "to": .object(["parties": .array([.object(["party": text])]), "most": .integer(2)]),
            "terms": .array([
                term("kind", "word"), term("until", "instant"), term("round", "number"),
                term("claims", "claims"), term("review", "judgements"), term("exercise", "mark"),
                term("conditions", "short-names"), term("basis", "basis"),
            ]), "basis": .object(["article": text]),
            "settles": .array([
                .object(["statement": id, "point": text, "by": text, "time": instant])
            ]),
            "body": .object([
                "presence": "required".json,
                "fields": .array([
                    .object([
                        "field": text, "label": label, "article": text, "example": text,
                    ])
                ]),
            ]), "exhibits": .object(["allowed": .bool(true)]), "content": .object([:]),
        ]
    }

    private var chain: JSONObject {
        [
            "name": text, "standing": text, "sender": text, "holders": .array([text]),
            "content": text, "sizeBytes": .integer(12),
            "rows": .array([
                .object([
                    "by": text, "event": text, "recorded": instant,
                    "breaks": .array([.object(["explanation": text])]),
                ])
            ]),
        ]
    }
}

extension String {
    var json: JSONValue { .string(self) }
}
