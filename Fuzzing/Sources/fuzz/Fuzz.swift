import CFuzzer
import Glibc

/// Hands libFuzzer's inputs to the parser that `--target=NAME` names.
@main
enum Fuzz {
    static func main() {
        var argumentCount = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        _ = chosenTarget
        let status = LLVMFuzzerRunDriver(&argumentCount, &arguments) { start, count in
            chosenTarget.check(Array(UnsafeBufferPointer(start: start, count: count)))
            return 0
        }
        exit(status)
    }
}

private let chosenTarget: FuzzTarget = {
    let prefix = "--target="
    let named = CommandLine.arguments.last { $0.hasPrefix(prefix) }?.dropFirst(prefix.count)
    guard let named, let target = FuzzTarget(rawValue: String(named)) else {
        let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: " ")
        preconditionFailure("--target= names one of: \(names)")
    }
    return target
}()

/// What can be fuzzed. `seeds.py` knows the same names.
enum FuzzTarget: String, CaseIterable {
    case addCheckpoint = "add-checkpoint"
    case adoption
    case agreement
    case ask
    case auditState = "audit-state"
    case base64
    case body
    case bundle
    case calendar
    case card
    case checkpoint
    case deliveryRequest = "delivery-request"
    case deliveryResponse = "delivery-response"
    case envelope
    case export
    case fork
    case idToken = "id-token"
    case json
    case key
    case lastEventID = "last-event-id"
    case manifest
    case note
    case pouch
    case pouchLabel = "pouch-label"
    case problem
    case providerKeys = "provider-keys"
    case query
    case range
    case receipt
    case refusal
    case sealed
    case serviceWords = "service-words"
    case settings
    case statement
    case tilePath = "tile-path"
    case trail
    case words

    /// Parses the bytes; where they are accepted, they must be what is written again.
    func check(_ bytes: [UInt8]) {
        switch self {
        case .addCheckpoint: LogChecks.addCheckpoint(bytes)
        case .adoption: StatementChecks.adoption(bytes)
        case .agreement: StatementChecks.agreement(bytes)
        case .ask: ServiceChecks.ask(bytes)
        case .auditState: AuditChecks.state(bytes)
        case .base64: AuditChecks.base64(bytes)
        case .body: StatementChecks.body(bytes)
        case .bundle: AuditChecks.bundle(bytes)
        case .calendar: StatementChecks.calendar(bytes)
        case .card: StatementChecks.card(bytes)
        case .checkpoint: LogChecks.checkpoint(bytes)
        case .deliveryRequest: ExchangeChecks.request(bytes)
        case .deliveryResponse: ExchangeChecks.response(bytes)
        case .envelope: StatementChecks.envelope(bytes)
        case .export: ExchangeChecks.export(bytes)
        case .fork: ExchangeChecks.fork(bytes)
        case .idToken: ServiceChecks.idToken(bytes)
        case .json: StatementChecks.json(bytes)
        case .key: LogChecks.key(bytes)
        case .lastEventID: ServiceChecks.lastEventID(bytes)
        case .manifest: ExchangeChecks.manifest(bytes)
        case .note: LogChecks.note(bytes)
        case .pouch: ExchangeChecks.pouch(bytes)
        case .pouchLabel: ExchangeChecks.pouchLabel(bytes)
        case .problem: ServiceChecks.problem(bytes)
        case .providerKeys: ServiceChecks.providerKeys(bytes)
        case .query: ServiceChecks.query(bytes)
        case .range: ServiceChecks.range(bytes)
        case .receipt: LogChecks.receipt(bytes)
        case .refusal: ExchangeChecks.refusal(bytes)
        case .sealed: StatementChecks.sealed(bytes)
        case .serviceWords: ServiceChecks.words(bytes)
        case .settings: SettingChecks.file(bytes)
        case .statement: StatementChecks.statement(bytes)
        case .tilePath: LogChecks.tilePath(bytes)
        case .trail: ServiceChecks.trail(bytes)
        case .words: StatementChecks.words(bytes)
        }
    }
}

/// Stops the fuzzer, which then keeps the input, unless the statement holds.
func expect(_ holds: Bool, _ statement: StaticString) {
    guard !holds else { return }
    print("does not hold: \(statement)")
    preconditionFailure("\(statement)")
}

/// What must be there for a check to mean anything, such as keys made from fixed seeds.
func known<Value>(_ make: () throws -> Value) -> Value {
    do {
        return try make()
    } catch {
        preconditionFailure("a fixed value cannot be made: \(error)")
    }
}

func utf8(_ bytes: [UInt8]) -> String? { String(validating: bytes, as: UTF8.self) }
