package import ParleyStatements

/// What a request thread needs of the agreement, and nothing else of it.
package struct ThreadRules: Hashable, Sendable {
    package let agreement: AgreementID
    package let kinds: [String: RequestKind]
    /// Every party of the agreement with the calendar it names.
    package let calendars: [PartyID: WorkingCalendar]
    package let silenceAfterSeconds: Int64

    package init(_ agreement: Agreement) {
        self.init(
            agreement: agreement.id,
            kinds: Dictionary(
                agreement.requestKinds.map { ($0.name, $0) }, uniquingKeysWith: { one, _ in one }),
            calendars: Dictionary(
                agreement.parties.compactMap { party in
                    agreement.calendars[party.calendar].map { (party.id, $0) }
                }, uniquingKeysWith: { one, _ in one }),
            silenceAfterSeconds: agreement.silenceAfterSeconds)
    }

    package init(
        agreement: AgreementID, kinds: [String: RequestKind],
        calendars: [PartyID: WorkingCalendar], silenceAfterSeconds: Int64
    ) {
        self.agreement = agreement
        self.kinds = kinds
        self.calendars = calendars
        self.silenceAfterSeconds = silenceAfterSeconds
    }
}
