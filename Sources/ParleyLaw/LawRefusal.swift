package import ParleyStatements

/// Why law data, an overlay or a question is not taken.
package enum LawRefusal: Error, Hashable, Sendable {
    case textMalformed(JSONRefusal)
    case fieldWrong(RowReference?, FieldRefusal)
    case tableUnknown(String)
    case rowTwice(RowReference)
    /// An overlay adds a row that is there already.
    case rowExists(RowReference)
    /// An overlay supersedes a row that is not there.
    case rowUnknown(RowReference)
    /// A row names another that does not exist.
    case referenceDangling(RowReference, to: RowReference)
    case layerOrder(String)
    /// An export's layer is not the one that its digest names.
    case digestWrong(String)
    case partyUnknown(String)
    case factUnknown(String)
    case kindUnknown(String)
    case factContradicted(String)
    case sameParty(String)

    package var reason: String {
        switch self {
        case .textMalformed(let refusal): refusal.reason
        case .fieldWrong(_, let refusal): refusal.reason
        case .tableUnknown: "table-unknown"
        case .rowTwice: "row-twice"
        case .rowExists: "row-exists"
        case .rowUnknown: "row-unknown"
        case .referenceDangling: "reference-dangling"
        case .layerOrder: "layer-order"
        case .digestWrong: "digest-wrong"
        case .partyUnknown: "party-unknown"
        case .factUnknown: "fact-unknown"
        case .kindUnknown: "kind-unknown"
        case .factContradicted: "fact-contradicted"
        case .sameParty: "same-party"
        }
    }

    package var explanation: String {
        switch self {
        case .textMalformed(let refusal): refusal.explanation
        case .fieldWrong(let row, let refusal):
            (row.map { "In \($0): " } ?? "") + refusal.explanation
        case .tableUnknown(let name): "There is no table \(name)."
        case .rowTwice(let row): "A layer has the row \(row) twice."
        case .rowExists(let row): "The row \(row) exists; an overlay can supersede it, not add it."
        case .rowUnknown(let row): "There is no row \(row) to supersede."
        case .referenceDangling(let row, let target):
            "The row \(row) names \(target), which does not exist."
        case .layerOrder(let fault): "The layers do not fit together: \(fault)."
        case .digestWrong(let layer): "The layer \(layer) does not have the digest that is given."
        case .partyUnknown(let text): "The data knows no party \(text)."
        case .factUnknown(let text): "There is no fact named \(text)."
        case .kindUnknown(let text): "There is no kind of request named \(text)."
        case .factContradicted(let text): "The fact \(text) is said to hold and not to hold."
        case .sameParty(let text): "Both parties are \(text); the question needs two."
        }
    }
}
