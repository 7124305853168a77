import ParleyService
import ParleyStatements
import ParleyWeb

/// One thing that an operator sets for `parley serve`: a row of ``all``.
///
/// Its one name serves three times: `--api-rate`, `PARLEY_API_RATE`, and `"api-rate"` in the file.
struct Setting: Hashable, Sendable {
    let name: String
    let kind: SettingKind
    /// What holds where nobody says anything; nil for nothing.
    let fallback: SettingValue?
    /// Never printed, and never taken from the command line, which every process can read.
    let isSecret: Bool
    /// Taken up by a running node on SIGHUP.
    let isReloaded: Bool
    /// What must be set too for this to mean anything.
    let needs: [String]
    /// One line for whoever sets it.
    let sentence: String

    init(
        _ name: String, _ kind: SettingKind, default fallback: SettingValue? = nil,
        secret: Bool = false, reloaded: Bool = false, needs: [String] = [], _ sentence: String
    ) {
        self.name = name
        self.kind = kind
        self.fallback = fallback
        isSecret = secret
        isReloaded = reloaded
        self.needs = needs
        self.sentence = sentence
    }

    var flag: String { "--" + name }

    var variable: String {
        "PARLEY_" + name.uppercased().replacing("-", with: "_")
    }
}

enum SettingValue: Hashable, Sendable {
    case text(String)
    case number(Int64)
    case flag(Bool)
    case list([String])

    var json: JSONValue {
        switch self {
        case .text(let text): .string(text)
        case .number(let number): .integer(number)
        case .flag(let isOn): .bool(isOn)
        case .list(let items): .array(items.map { .string($0) })
        }
    }

    var words: String {
        switch self {
        case .text(let text): text
        case .number(let number): String(number)
        case .flag(let isOn): isOn ? "true" : "false"
        case .list(let items): items.joined(separator: ", ")
        }
    }
}

/// What may stand in a setting, and its limits.
enum SettingKind: Hashable, Sendable {
    /// `host:port`.
    case address
    /// `host:port` that only this machine can reach.
    case loopback
    case file
    case text(most: Int)
    case number(ClosedRange<Int64>)
    case flag
    case word([String])
    case list(SettingItem, most: Int)

    static let pathLimitBytes = 4096
    static let itemLimitBytes = 512

    /// How it is written behind a flag.
    var placeholder: String {
        switch self {
        case .address, .loopback: "HOST:PORT"
        case .file: "FILE"
        case .text: "TEXT"
        case .number: "N"
        case .flag: ""
        case .word(let words): words.joined(separator: "|")
        case .list(.act, _): "ACT"
        case .list(.peer, _): "PARTY=HOST:PORT"
        case .list(.role, _): "ROLE"
        case .list(.text, _): "TEXT"
        }
    }

    /// What it takes, in words.
    var words: String {
        switch self {
        case .address: "host:port, such as 127.0.0.1:7443 or [2001:db8::1]:7443"
        case .loopback: "host:port of this machine alone, such as 127.0.0.1:9464 or [::1]:9464"
        case .file: "a file"
        case .text(let most): "a text of up to \(most) bytes"
        case .number(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .flag: "true or false"
        case .word(let words): "one of \(words.joined(separator: ", "))"
        case .list(.act, let most):
            "up to \(most) acts such as request.refuse, or allegation.* for all of a kind, or none"
        case .list(.peer, let most): "up to \(most) of party=host:port"
        case .list(.role, let most): "up to \(most) roles such as approver, or all, or none"
        case .list(.text, let most): "up to \(most) texts"
        }
    }

    /// Nil where the value is none of this kind, or is past its limit.
    func checked(_ value: SettingValue) -> SettingValue? {
        let fits =
            switch (self, value) {
            case (.address, .text(let text)): NodeAddress(text) != nil
            case (.loopback, .text(let text)): Self.isLoopback(text)
            case (.file, .text(let text)):
                !text.isEmpty && text.utf8.count <= Self.pathLimitBytes && !text.contains("\0")
            case (.text(let most), .text(let text)): !text.isEmpty && text.utf8.count <= most
            case (.number(let range), .number(let number)): range.contains(number)
            case (.flag, .flag): true
            case (.word(let words), .text(let text)): words.contains(text)
            case (.list(let item, let most), .list(let items)):
                items.count <= most && item.fits(items)
            default: false
            }
        return fits ? value : nil
    }

    static func isLoopback(_ text: String) -> Bool {
        guard let host = NodeAddress(text)?.host else { return false }
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// A value as a command line or the environment spells it.
    func parsed(_ text: String) -> SettingValue? {
        switch self {
        case .number: Int64(text).flatMap { checked(.number($0)) }
        case .flag: ["true": .flag(true), "false": .flag(false)][text]
        case .list: checked(.list([text]))
        case .address, .loopback, .file, .text, .word: checked(.text(text))
        }
    }
}

/// What the items of a list are.
enum SettingItem: Hashable, Sendable {
    case act
    case peer
    case role
    case text

    func fits(_ items: [String]) -> Bool {
        guard items.allSatisfy({ !$0.isEmpty && $0.utf8.count <= SettingKind.itemLimitBytes })
        else { return false }
        switch self {
        case .act: return items == ["none"] || FourEyes(checking: items) != nil
        case .peer: return (try? PeerAddress.parse(items)) != nil
        case .role:
            return items == ["none"] || items == ["all"]
                || items.allSatisfy { Role(rawValue: $0) != nil }
        case .text: return true
        }
    }
}
