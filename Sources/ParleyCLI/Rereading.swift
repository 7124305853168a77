import Logging
import ParleyLog
import ParleyWeb

/// Takes up, when the operator says so (SIGHUP), what a running node can: the API's certificate and
/// the level of its log. All of it or nothing: where anything is faulty, what was in force stays.
struct Rereading: Sendable {
    let options: SettingOptions
    let homeOptions: HomeOptions
    let serving: Serving
    let level: LogLevel

    func run() async {
        do {
            let settings = try await options.settings(in: homeOptions)
            if let certificate = serving.certificate {
                try certificate.replace(
                    with: try Serving.apiIdentity(serving.home, settings))
            }
            level.least = LogLevel.named(in: settings)
            tell(settings)
        } catch let failure as CommandFailure {
            refuse(failure.reason, failure.message)
        } catch let fault as CertificateFault {
            refuse(fault.reason, fault.explanation)
        } catch {
            refuse("unexpected", "\(type(of: error))")
        }
    }

    private func refuse(_ reason: String, _ explanation: String) {
        serving.logger.error(
            "settings not taken up; those from before stay in force",
            metadata: ["reason": "\(reason)", "explanation": "\(explanation)"])
    }

    private func tell(_ settings: Settings) {
        var facts: Logger.Metadata = ["logLevel": "\(level.least)"]
        if let expiresAt = serving.certificate?.expiresAt {
            facts["certificateExpiresAt"] = "\(expiresAt.text)"
        }
        serving.logger.notice("settings taken up", metadata: facts)
        let waiting = zip(serving.settings.rows, settings.rows)
            .filter { !$0.0.setting.isReloaded && $0.0.value != $0.1.value }
            .map(\.0.setting.name)
        if !waiting.isEmpty {
            serving.logger.warning(
                "settings that wait for a restart",
                metadata: ["settings": "\(waiting.joined(separator: " "))"])
        }
    }
}
