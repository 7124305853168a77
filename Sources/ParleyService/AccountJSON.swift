import ParleyLog
package import ParleyStatements

/// Accounts, tokens and entries as the API and the command line show them: never a secret, nor what
/// one could be tried against.
extension Account {
    package var json: JSONObject {
        var json: JSONObject = [
            "name": .string(name.text), "organ": .string(organ.text),
            "roles": .array(roles.sorted().map { .string($0.rawValue) }),
            "disabled": .bool(isDisabled), "secondFactor": .bool(secondFactor != nil),
            "recoveryCodes": .integer(Int64(recoveryCodes.count)),
            "made": .string(madeAt.text), "passwordSet": .bool(password != nil),
        ]
        if let subject { json = json.adding(["subject": .string(subject)]) }
        if let company { json = json.adding(["company": .string(company.text)]) }
        return json
    }
}

extension APIToken {
    package var json: JSONObject {
        var json: JSONObject = [
            "label": .string(label), "account": .string(account.text),
            "roles": .array(roles.sorted().map { .string($0.rawValue) }),
            "made": .string(madeAt.text), "until": .string(until.text),
        ]
        if let agreement { json = json.adding(["agreement": .string(agreement.text)]) }
        if let usedAt { json = json.adding(["used": .string(usedAt.text)]) }
        if let revokedAt { json = json.adding(["revoked": .string(revokedAt.text)]) }
        return json
    }
}
