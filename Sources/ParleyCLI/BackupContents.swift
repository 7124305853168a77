import ParleyLog

/// Which of a home's files a backup holds, and why it does not hold the others.
enum BackupContents {
    static let ledger = "ledger.sqlite"
    static let desk = "desk.sqlite"
    static let keys = "keys"
    static let blobs = "blobs"

    /// What is in the home beside the databases: each before what it may name, blobs last.
    ///
    /// All of this is only ever added or replaced whole, but for `files` and `pouch`, whose files
    /// also go when nobody needs them any more; what goes while the copy is made is not in it.
    static let places = [
        "home.json", "agreement.json", "card.json", "tls-certificate.pem", "parley.json", "stamps",
        "figures", "pouch", "files", "prepared", blobs,
    ]

    enum Verdict: Equatable {
        /// In every backup.
        case held
        /// In a backup that was asked to hold keys.
        case key
        /// Never; why.
        case left(String)
        /// Of what is at work, or is in the databases' copies: there is nothing to say of it.
        case passing
        /// No file of Parley's.
        case unknown
    }

    private static let left = [
        Home.lastSignedName: "it says what no copy of the ledger may stand behind",
        "last-signed.damaged": "it cannot be read",
        LastBackup.name: "it is of this home",
        "views.sqlite": "it is folded from the ledger again",
        "events.sqlite": "it is begun anew; those who listen are told to read anew",
        "incoming": "what has come in part is asked for again",
    ]

    /// - Parameter name: of something that lies in the home itself.
    static func verdict(on name: String) -> Verdict {
        if name == ledger || name == desk || places.contains(name) || isLaterVersion(name) {
            return .held
        }
        if name == keys { return .key }
        if let why = left[name] { return .left(why) }
        let endings = [".lock", ".sock", ".new", ".sqlite-wal", ".sqlite-shm", ".sqlite-journal"]
        let isPassing = name == "commands" || endings.contains { name.hasSuffix($0) }
        return isPassing ? .passing : .unknown
    }

    /// `agreement-N.json`, of a version that was in force before the party joined.
    static func isLaterVersion(_ name: String) -> Bool {
        name.wholeMatch(of: #/agreement-[1-9][0-9]{0,8}\.json/#) != nil
    }

    /// The path itself, where a backup may hold such a file: below its own folder, plainly spelled,
    /// and of what is copied. `last-signed` is not, so that nobody's list can bring one along.
    static func path(_ text: String) -> String? {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (1...4).contains(parts.count), parts.allSatisfy(isPlain) else { return nil }
        switch verdict(on: parts[0]) {
        case .held, .key: return text
        case .left, .passing, .unknown: return nil
        }
    }

    private static func isPlain(_ name: String) -> Bool {
        name != "." && name != ".." && name.wholeMatch(of: #/[A-Za-z0-9._-]{1,200}/#) != nil
    }

    /// The blob whose bytes stand at a path of the copy; nil for anything else.
    static func blob(at path: String) -> Digest? {
        let parts = path.split(separator: "/")
        guard parts.count == 3, parts[0] == blobs else { return nil }
        return Digest(text: "sha256:" + parts[2])
    }
}
