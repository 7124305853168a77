package import ParleyLog

/// Why the service does not do what somebody asked of an account.
package enum AccountRefusal: DeskRefusal, Hashable {
    case nameMalformed(String)
    case nameTaken(AccountName)
    case accountUnknown(AccountName)
    case roleUnknown(String)
    case rolesMissing
    /// Somebody would hold both halves of a rule that needs two.
    case lastAdministrator(AccountName)
    case passwordTooShort(characters: Int, least: Int)
    case passwordTooLong(limitBytes: Int)
    case passwordEasy
    /// One answer for a wrong name, password or code, and for an account that is disabled.
    case signInRefused
    case codeNeeded
    case waits(until: Timestamp)
    case codeWrong
    case secondFactorMissing
    case tokenRoleNotHeld(Role)
    case tokenLabelTaken(String)
    case tokenLabelMalformed(String)
    case tokenUnknown(String)
    case tokenDaysMalformed(Int, limit: Int)
    case firstLinkWrong
    case companyMalformed
    case subjectMalformed
    case subjectTaken
    /// Its holder could not sign in at all.
    case subjectMissing(AccountName)

    package var reason: String {
        switch self {
        case .nameMalformed: "account-name-malformed"
        case .nameTaken: "account-name-taken"
        case .accountUnknown: "account-unknown"
        case .roleUnknown: "role-unknown"
        case .rolesMissing: "roles-missing"
        case .lastAdministrator: "last-administrator"
        case .passwordTooShort: "password-too-short"
        case .passwordTooLong: "password-too-long"
        case .passwordEasy: "password-easy"
        case .signInRefused: "sign-in-refused"
        case .codeNeeded: "code-needed"
        case .waits: "sign-in-waits"
        case .codeWrong: "code-wrong"
        case .secondFactorMissing: "second-factor-missing"
        case .tokenRoleNotHeld: "token-role-not-held"
        case .tokenLabelTaken: "token-label-taken"
        case .tokenLabelMalformed: "token-label-malformed"
        case .tokenUnknown: "token-unknown"
        case .tokenDaysMalformed: "token-days-malformed"
        case .firstLinkWrong: "first-link-wrong"
        case .companyMalformed: "company-malformed"
        case .subjectMalformed: "subject-malformed"
        case .subjectTaken: "subject-taken"
        case .subjectMissing: "subject-missing"
        }
    }

    package var explanation: String {
        switch self {
        case .nameMalformed(let text): "\(text.debugDescription) is no name of an account"
        case .nameTaken(let name): "there is an account \(name) already"
        case .accountUnknown(let name): "there is no account \(name)"
        case .roleUnknown(let text): "\(text.debugDescription) is no role"
        case .rolesMissing: "an account has one role or more"
        case .lastAdministrator(let name):
            "\(name) is the only administrator; nobody could make another"
        case .passwordTooShort(let characters, let least):
            "the password has \(characters) characters; it must have \(least)"
        case .passwordTooLong(let limitBytes): "a password may have \(limitBytes) bytes"
        case .passwordEasy: "the password is one that others would guess"
        case .signInRefused: "the name, the password or the code is wrong"
        case .codeNeeded: "this account needs the code of its second factor as well"
        case .waits(let until): "after so many wrong tries, the next may be made at \(until)"
        case .codeWrong: "the code is wrong, or was used before"
        case .secondFactorMissing: "this account has no second factor"
        case .tokenRoleNotHeld(let role): "the account does not hold the role \(role.rawValue)"
        case .tokenLabelTaken(let label): "the account has a token \(label) already"
        case .tokenLabelMalformed(let label): "\(label.debugDescription) is no label of a token"
        case .tokenUnknown(let label): "the account has no token \(label)"
        case .tokenDaysMalformed(let days, let limit):
            "a token is good for 1 to \(limit) days, not for \(days)"
        case .companyMalformed:
            "a company's name has \(CompanyName.characters.lowerBound) to "
                + "\(CompanyName.characters.upperBound) characters, none of which hides or turns "
                + "what is shown"
        case .subjectMalformed: "a subject has 1 to 255 characters"
        case .subjectTaken: "another account is linked to that subject"
        case .subjectMissing(let name):
            "\(name) would have neither a password nor a subject to sign in with"
        case .firstLinkWrong: "the address is not the one that was printed, or was used already"
        }
    }

    package var status: Int {
        switch self {
        case .signInRefused, .codeNeeded, .firstLinkWrong: 401
        case .waits: 429
        case .accountUnknown, .tokenUnknown: 404
        case .subjectTaken, .subjectMissing: 409
        case .nameTaken, .tokenLabelTaken, .lastAdministrator, .secondFactorMissing, .codeWrong: 409
        default: 422
        }
    }
}
