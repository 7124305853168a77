import Foundation

/// Vectors say why they exist, and most of them are refusals.
enum VectorRules {
    static let fewestCases = 150

    struct Tally: Equatable {
        var accepted = 0
        var refused = 0
        var offences: [Offence] = []

        static func + (one: Tally, other: Tally) -> Tally {
            Tally(
                accepted: one.accepted + other.accepted, refused: one.refused + other.refused,
                offences: one.offences + other.offences)
        }
    }

    /// Counts the cases of one file: `{"about": …, "cases": […]}`, or one case alone.
    static func tally(path: String, json: Data) -> Tally {
        var tally = Tally()
        guard let file = try? JSONSerialization.jsonObject(with: json) as? [String: Any] else {
            tally.offences = [Offence("vector", path, "not a JSON object")]
            return tally
        }
        guard let cases = file["cases"] as? [[String: Any]] else {
            count(file, path: path, into: &tally)
            return tally
        }
        if !isText(file["about"]) {
            tally.offences.append(Offence("vector", path, "does not say what it is about"))
        }
        if cases.isEmpty { tally.offences.append(Offence("vector", path, "has no cases")) }
        for one in cases { count(one, path: path, into: &tally) }
        return tally
    }

    /// Judges all folders together.
    static func offences(in total: Tally) -> [Offence] {
        var found = total.offences
        let caseCount = total.accepted + total.refused
        if caseCount < fewestCases {
            found.append(
                Offence("vector", "Vectors", "\(caseCount) cases; at least \(fewestCases)"))
        }
        if total.refused <= total.accepted {
            found.append(
                Offence(
                    "vector", "Vectors",
                    "\(total.refused) refusals to \(total.accepted) acceptances; refusals lead"))
        }
        return found
    }

    private static func count(_ one: [String: Any], path: String, into tally: inout Tally) {
        let name = one["name"] as? String ?? "a case without a name"
        if !isText(one["why"]) {
            tally.offences.append(Offence("vector", path, "\(name): does not say why it exists"))
        }
        switch (one["accept"] as? Bool, one["refuse"]) {
        case (true, nil): tally.accepted += 1
        case (nil, let reason) where isText(reason): tally.refused += 1
        default:
            tally.offences.append(
                Offence("vector", path, "\(name): says neither accept: true nor one refuse reason"))
        }
    }

    private static func isText(_ value: Any?) -> Bool {
        (value as? String)?.isEmpty == false
    }
}
