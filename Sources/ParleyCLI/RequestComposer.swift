import ParleyLaw
import ParleyStatements

/// Tells in the words of the command line what ``RequestForm`` misses.
enum RequestComposer {
    private static let words = RequestFormWords(
        basis: "--basis", field: { "--field \($0)=…" }, urgency: "--urgency urgent",
        whole: "parley law basis")

    static func formed<Value>(_ work: () throws -> Value) throws -> Value {
        do {
            return try lawful(work)
        } catch let refusal as RequestFormRefusal {
            throw CommandFailure.refused(
                refusal.reason, refusal.explanation(in: words), hint: refusal.hint(in: words))
        }
    }
}
