import ParleyStatements

/// How people are told of things outside the desk.
extension CannedDesk {
    func telling(_ operation: String) -> JSONObject? {
        let standing: JSONObject = [
            "waiting": .integer(2), "arrived": instant, "fault": text, "faultAt": instant,
        ]
        let hooks: JSONValue = .array([
            .object(
                standing.adding([
                    "label": text, "host": text, "kinds": .array([text, "overdue".json]),
                ]))
        ])
        return switch operation {
        case "notify.show":
            [
                "wishes": .object([
                    "mail": text, "language": text, "mailKinds": .array([text, "overdue".json]),
                    "digestHours": .integer(4), "quietFrom": text, "quietUntil": text,
                    "offsetMinutes": .integer(480), "ladder": .bool(true),
                ]), "mail": .object(standing), "webhooks": hooks,
                "channels": .array(["mail".json, "webhook".json]),
            ]
        case "node-webhook.list": ["webhooks": hooks]
        default: nil
        }
    }

    /// Of the node: what waits to be told.
    var telling: JSONObject {
        ["waiting": .integer(1200), "failing": .integer(1), "oldest": instant, "fault": text]
    }
}
