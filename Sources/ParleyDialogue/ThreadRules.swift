package import ParleyStatements

/// What a thread needs of the agreement, and nothing else of it.
package struct ThreadRules: Hashable, Sendable {
    package let agreement: AgreementID
    package let kinds: [String: RequestKind]
    /// Every party of the agreement with the calendar it names.
    package let calendars: [PartyID: WorkingCalendar]
    package let silenceAfterSeconds: Int64
    package let partyKinds: [PartyID: Party.Kind]
    package let dialogue: DialogueTerms

    package init(_ agreement: Agreement) {
        self.init(
            agreement: agreement.id,
            kinds: Dictionary(
                agreement.requestKinds.map { ($0.name, $0) }, uniquingKeysWith: { one, _ in one }),
            calendars: Dictionary(
                agreement.parties.compactMap { party in
                    agreement.calendars[party.calendar].map { (party.id, $0) }
                }, uniquingKeysWith: { one, _ in one }),
            silenceAfterSeconds: agreement.silenceAfterSeconds,
            partyKinds: Dictionary(
                agreement.parties.map { ($0.id, $0.kind) }, uniquingKeysWith: { one, _ in one }),
            dialogue: agreement.dialogue)
    }

    package init(
        agreement: AgreementID, kinds: [String: RequestKind],
        calendars: [PartyID: WorkingCalendar], silenceAfterSeconds: Int64,
        partyKinds: [PartyID: Party.Kind] = [:], dialogue: DialogueTerms = .none
    ) {
        self.partyKinds = partyKinds
        self.dialogue = dialogue
        self.agreement = agreement
        self.kinds = kinds
        self.calendars = calendars
        self.silenceAfterSeconds = silenceAfterSeconds
    }
}
