import ParleyLog
import ParleyNode
import ParleyService
import Subprocess
import SystemPackage

/// Hands messages to a program of this machine that takes them as sendmail does.
struct SendmailProgram: MailSending {
    private static let secondsLimit: Int64 = 60
    private static let outputLimitBytes = 64 * 1024

    let path: String
    let clock: any WallClock

    func send(_ message: MailMessage) async throws {
        let code = try await inTime { try await run(message) }
        switch code {
        case 0: return
        // sysexits: what the message or its receiver is, and not how the machine fares.
        case 65, 67, 68: throw NotifyFault("mail-program-ended-\(code)", isForGood: true)
        default: throw NotifyFault("mail-program-ended-\(code)")
        }
    }

    private func run(_ message: MailMessage) async throws -> Int {
        do {
            // A line of a dot alone is no end; nothing of the message says who gets it.
            let result = try await Subprocess.run(
                .path(FilePath(path)),
                arguments: ["-i", "-f", message.from.text, "--", message.to.text],
                environment: .custom(["PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"]),
                input: .array(message.bytes), output: .discarded,
                error: .string(limit: Self.outputLimitBytes))
            guard case .exited(let code) = result.terminationStatus else {
                throw NotifyFault("mail-program-broken-off")
            }
            return Int(code)
        } catch is SubprocessError {
            throw NotifyFault("mail-program-failed")
        }
    }

    private func inTime(_ work: @escaping @Sendable () async throws -> Int) async throws -> Int {
        try await withThrowingTaskGroup(of: Int?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                await clock.sleep(until: clock.now().adding(seconds: Self.secondsLimit))
                return nil
            }
            defer { group.cancelAll() }
            guard let first = try await group.next(), let code = first else {
                throw NotifyFault("mail-program-too-long")
            }
            return code
        }
    }
}
