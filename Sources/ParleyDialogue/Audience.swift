package import ParleyStatements

/// Somebody who may come to know something of a statement (`Spec/audience.md`).
package enum Audience: String, Hashable, Sendable, CaseIterable {
    /// Every organ of the party that says it.
    case author
    /// Every organ of the parties that it is addressed to, companies as much as states.
    case addressed
    /// A state that is party to the agreement, and not addressed.
    case otherState = "other-state"
    /// A company that is party to the agreement, and not addressed.
    case otherCompany = "other-company"
    /// Whoever is shown an export of the thread.
    case auditor
    case anybody
}

/// A part of a statement that can be known without the others.
package enum StatementPart: String, Hashable, Sendable, CaseIterable {
    /// Its id: that something was said, and when it was logged.
    case digest
    /// Who said what act to whom, when, with which terms; digests of all the rest.
    case header
    /// Its sealed body, and the exhibits sealed with it.
    case body
    /// A document that is open to read.
    case document
}

extension Act {
    /// What each audience may know of a statement of this act.
    ///
    /// - Parameter publicLog: what of the logs the agreement opens to anybody.
    package func parts(
        knownTo audience: Audience, publicLog: Set<LogPart> = AgreementTerms.standardPublicLog
    ) -> Set<StatementPart> {
        let form = form
        var parts: Set<StatementPart>
        switch audience {
        case .author, .addressed:
            parts = [.digest, .header]
            if form.body != .none { parts.insert(.body) }
            if form.document != nil { parts.insert(.document) }
            return parts
        case .otherState, .otherCompany: parts = [.digest]
        case .auditor: parts = [.digest, .header]
        case .anybody: parts = publicLog.contains(.entries) ? [.digest] : []
        }
        // A publication opens its text to everybody; a version of the agreement is told to every
        // party, and goes with each export that rests on it.
        if self == .textPublish || self == .agreementAmend && audience == .auditor {
            parts.insert(.document)
        }
        return parts
    }

    /// The matrix in Markdown, an act a row.
    package static func audienceTable(of acts: [Act] = allCases) -> String {
        let audiences = Audience.allCases
        var lines = [
            "| act | " + audiences.map(\.rawValue).joined(separator: " | ") + " |",
            "| --- |" + audiences.map { _ in " --- |" }.joined(),
        ]
        for act in acts {
            let cells = audiences.map { audience in
                let parts = act.parts(knownTo: audience)
                let words = StatementPart.allCases.filter(parts.contains).map(\.rawValue)
                return words.isEmpty ? "(nothing)" : words.joined(separator: ", ")
            }
            lines.append("| \(act.rawValue) | " + cells.joined(separator: " | ") + " |")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
