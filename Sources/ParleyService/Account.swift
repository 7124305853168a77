package import ParleyLog
package import ParleyStatements

/// Somebody who uses this node. Known here alone: no statement names an account.
package struct Account: Hashable, Sendable {
    package let name: AccountName
    /// For which of its party's organs the account acts.
    package var organ: OrganID
    package var roles: Set<Role>
    /// For which it writes, with the role ``Role/company``.
    package var company: CompanyName?
    package var isDisabled = false
    /// Nil for accounts that sign in elsewhere, or not yet.
    package var password: PasswordHash?
    /// As an identity provider names its holder; nobody else's.
    package var subject: String?
    /// Nil until its holder has shown a code of it.
    package var secondFactor: OneTimeSecret?
    /// Shown to its holder and not confirmed yet.
    package var pendingFactor: OneTimeSecret?
    /// The step of the latest code that was used.
    package var usedStep: Int64?
    package var recoveryCodes: Set<Digest> = []
    package let madeAt: Timestamp

    package init(name: AccountName, organ: OrganID, roles: Set<Role>, madeAt: Timestamp) {
        self.name = name
        self.organ = organ
        self.roles = roles
        self.madeAt = madeAt
    }

    /// Whether it could administer the node if it signed in now.
    package var isAdministrator: Bool { !isDisabled && roles.contains(.administrator) }
}

/// 256 random bits that prove who asks: in a browser's cookie, or in a program's settings. Only
/// their digest is kept, so that whoever reads the file gains nothing.
package struct Secret: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case session = "ps"
        case token = "parley"
        case first = "first"
        case signIn = "po"
    }

    package let kind: Kind
    package let text: String
    package var digest: Digest { Digest(hashing: Array("parley/secret/v1\u{0}\(text)".utf8)) }

    /// - Parameter bytes: 32 random ones.
    package init(_ kind: Kind, bytes: [UInt8]) {
        self.kind = kind
        text = "\(kind.rawValue)_\(Base32.encode(bytes))"
    }

    /// Nil for what cannot be one; saves looking it up.
    package init?(_ kind: Kind, text: String) {
        let prefix = kind.rawValue + "_"
        guard text.hasPrefix(prefix), text.utf8.count == prefix.utf8.count + 52,
            Base32.decode(String(text.dropFirst(prefix.count))) != nil
        else { return nil }
        self.kind = kind
        self.text = text
    }
}

/// A person's time at the node, from signing in on.
package struct Session: Hashable, Sendable {
    package static let idleSeconds: Int64 = 30 * 60
    /// One shift: then whoever is there signs in again.
    package static let longestSeconds: Int64 = 12 * 3600

    package let digest: Digest
    package let account: AccountName
    package let began: Timestamp
    package var seen: Timestamp
    /// By the word of an identity provider, and not by the account's password.
    package let isByProvider: Bool

    package init(
        digest: Digest, account: AccountName, began: Timestamp, seen: Timestamp,
        isByProvider: Bool
    ) {
        self.digest = digest
        self.account = account
        self.began = began
        self.seen = seen
        self.isByProvider = isByProvider
    }

    package func isOver(at now: Timestamp) -> Bool {
        now.seconds(since: seen) > Self.idleSeconds
            || now.seconds(since: began) > Self.longestSeconds
    }
}

/// What lets a program act for an account: some of its roles, for one agreement or any, for a time.
package struct APIToken: Hashable, Sendable {
    package static let limitDays = 366

    package let digest: Digest
    package let account: AccountName
    /// Of its holder's choice, each once an account: 1 to 64 of letters, digits, `. _ -`.
    package let label: String
    package let roles: Set<Role>
    /// Nil for any.
    package let agreement: AgreementID?
    package let madeAt: Timestamp
    package let until: Timestamp
    package var usedAt: Timestamp?
    package var revokedAt: Timestamp?

    package init(
        digest: Digest, account: AccountName, label: String, roles: Set<Role>,
        agreement: AgreementID?, madeAt: Timestamp, until: Timestamp, usedAt: Timestamp? = nil,
        revokedAt: Timestamp? = nil
    ) {
        self.digest = digest
        self.account = account
        self.label = label
        self.roles = roles
        self.agreement = agreement
        self.madeAt = madeAt
        self.until = until
        self.usedAt = usedAt
        self.revokedAt = revokedAt
    }

    package func isGood(at now: Timestamp) -> Bool { revokedAt == nil && now < until }

    package static func isLabel(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || Array("._-".utf8).contains($0)
            }
    }
}

/// Wrong tries under one name, or from one place, in a row.
package struct Attempts: Hashable, Sendable {
    /// So many are nobody's concern: people mistype.
    package static let free = 5
    private static let firstWaitSeconds: Int64 = 30
    private static let longestWaitSeconds: Int64 = 3600

    package var count: Int
    package var last: Timestamp

    package init(count: Int, last: Timestamp) {
        self.count = count
        self.last = last
    }

    /// From when another may be made: each wrong one doubles the wait, up to an hour.
    package var waitsUntil: Timestamp {
        guard count >= Self.free else { return last }
        let doublings = min(count - Self.free, 10)
        return last.adding(
            seconds: min(Self.longestWaitSeconds, Self.firstWaitSeconds << Int64(doublings)))
    }

    /// After a day without any they are forgotten.
    package func isForgotten(at now: Timestamp) -> Bool { now.seconds(since: last) > 86_400 }
}

/// What is to be different about an account; nil for what stays.
package struct AccountChange: Hashable, Sendable {
    package var roles: Set<Role>?
    package var password: String?
    package var isDisabled: Bool?
    package var forgetsFactor: Bool
    package var signsOut: Bool
    /// Links it to whom an identity provider names so.
    package var subject: String?
    package var forgetsSubject: Bool
    package var company: CompanyName?
    /// From then on its holder signs in at the provider alone.
    package var forgetsPassword: Bool

    package static let subjectCharacters = 1...255

    package init(
        roles: Set<Role>? = nil, password: String? = nil, isDisabled: Bool? = nil,
        forgetsFactor: Bool = false, signsOut: Bool = false, subject: String? = nil,
        forgetsSubject: Bool = false, forgetsPassword: Bool = false,
        company: CompanyName? = nil
    ) {
        self.company = company
        self.signsOut = signsOut
        self.subject = subject
        self.forgetsSubject = forgetsSubject
        self.forgetsPassword = forgetsPassword
        self.roles = roles
        self.password = password
        self.isDisabled = isDisabled
        self.forgetsFactor = forgetsFactor
    }

    /// Whoever is signed in is to show again that it is them; fewer roles hold at once anyway.
    var endsSessions: Bool {
        password != nil || isDisabled == true || forgetsFactor || signsOut || subject != nil
            || forgetsSubject || forgetsPassword
    }
}
