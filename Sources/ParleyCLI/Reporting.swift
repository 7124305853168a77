import ArgumentParser
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements
import ParleyStore
import ParleyWeb

/// Runs a command's work; what it throws is printed as an error with a hint and sets the exit code.
func reporting(json: Bool, _ work: () async throws -> Void) async throws {
    do {
        try await work()
    } catch let made as DraftMade {
        made.tell(json: json)
    } catch let failure as CommandFailure {
        throw end(failure, json: json)
    } catch let problem as Problem {
        throw end(CommandFailure(problem), json: json)
    } catch let failure as APIClientFailure {
        throw end(CommandFailure(failure), json: json)
    } catch let failure as LogFailure {
        throw end(.failed(failure.reason, failure.explanation), json: json)
    } catch let fault as LastSignedFault {
        throw end(.failed("last-signed-missing", "\(fault)"), json: json)
    } catch let damage as LedgerDamage {
        throw end(CommandFailure(damage), json: json)
    } catch let exit as ExitCode {
        throw exit
    } catch {
        throw end(.failed("unexpected", "\(error)"), json: json)
    }
}

private func end(_ failure: CommandFailure, json: Bool) -> ExitCode {
    Surroundings.here.errorOutput(failure.printed(asJSON: json))
    return ExitCode(failure.kind.rawValue)
}

extension CommandFailure {
    init(_ damage: LedgerDamage) {
        self =
            switch damage {
            case .tileMissing(let level, let number):
                .failed("ledger-damaged", "the ledger lacks tile \(number) of level \(level)")
            case .valueMalformed(let column):
                .failed("ledger-damaged", "the ledger holds what cannot be read as \(column)")
            case .envelopeAltered(let index):
                .failed("ledger-damaged", "entry \(index.position) is not what was logged")
            case .timeNotCosigned(let name):
                .failed("ledger-damaged", "the ledger holds a time that \(name) has not signed")
            case .versionUnknown(let version):
                .failed(
                    "ledger-version-unknown", "the ledger's tables are of version \(version)",
                    hint: "a later Parley has written it; use that one")
            }
    }
}

/// Prints a result: the object for machines, the lines for people.
func emit(_ object: JSONObject, json: Bool, lines: @autoclosure () -> [String]) {
    if json {
        Surroundings.here.output(
            String(decoding: JSONValue.object(object).canonicalBytes, as: UTF8.self))
    } else {
        // One write: a reader that stops after the first line must not cut us off in the middle.
        Surroundings.here.output(lines().joined(separator: "\n"))
    }
}

struct JSONFlag: ParsableArguments {
    @Flag(help: "Print JSON for machines.")
    var json = false
}
