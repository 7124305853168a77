import ArgumentParser
import ParleyStatements

/// Runs a command's work; what it throws is printed as an error with a hint and sets the exit code.
func reporting(json: Bool, _ work: () async throws -> Void) async throws {
    do {
        try await work()
    } catch let failure as CommandFailure {
        Surroundings.here.errorOutput(failure.printed(asJSON: json))
        throw ExitCode(failure.kind.rawValue)
    } catch let exit as ExitCode {
        throw exit
    } catch {
        let failure = CommandFailure.failed("unexpected", "\(error)")
        Surroundings.here.errorOutput(failure.printed(asJSON: json))
        throw ExitCode(failure.kind.rawValue)
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
