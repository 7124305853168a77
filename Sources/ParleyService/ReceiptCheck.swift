package import ParleyExchange
import ParleyLog
package import ParleyStatements

/// Says step by step what a receipt, or a thread's export, proves under an agreement.
package struct ReceiptCheck {
    private let versions: AgreementVersions
    private let keys: AgreementKeys
    /// So that a file of faults does not become an answer of faults.
    private static let faultLimit = 20

    private enum Outcome: String { case ok, wrong, open }

    private struct Step {
        let name: String
        let outcome: Outcome
        var reason: String?
        var explanation: String?

        init(_ name: String, _ outcome: Outcome) {
            self.name = name
            self.outcome = outcome
        }

        init(_ name: String, _ reason: String, _ explanation: String) {
            self.name = name
            outcome = .wrong
            self.reason = reason
            self.explanation = explanation
        }

        init(_ name: String, _ refusal: ReceiptRefusal) {
            self.init(name, refusal.reason, refusal.explanation)
        }

        var json: JSONObject {
            var json: JSONObject = ["step": .string(name), "outcome": .string(outcome.rawValue)]
            if let reason { json = json.adding(["reason": .string(reason)]) }
            if let explanation { json = json.adding(["explanation": .string(explanation)]) }
            return json
        }
    }

    package init(versions: AgreementVersions, keys: AgreementKeys) {
        self.versions = versions
        self.keys = keys
    }

    /// - Parameter statement: which one the receipt is to be of; nil leaves that open.
    package func json(_ bytes: [UInt8], statement: StatementID?) -> JSONObject {
        bytes.first == UInt8(ascii: "{") ? export(bytes) : receipt(bytes, statement: statement)
    }

    private func answer(_ kind: String, _ steps: [Step], _ more: JSONObject = [:]) -> JSONObject {
        let verdict =
            steps.contains { $0.outcome == .wrong }
            ? "not-proven" : steps.contains { $0.outcome == .open } ? "open" : "proven"
        return more.adding([
            "kind": .string(kind), "verdict": .string(verdict),
            "steps": .array(steps.map { .object($0.json) }),
        ])
    }

    // MARK: A receipt

    private func receipt(_ bytes: [UInt8], statement: StatementID?) -> JSONObject {
        let receipt: UnverifiedReceipt
        do throws(ReceiptRefusal) {
            receipt = try UnverifiedReceipt(parsing: bytes)
        } catch {
            return answer("receipt", [Step("form", error)])
        }
        var steps = [Step("form", .ok)]
        let note = receipt.checkpointNote
        let origin = String(decoding: note.prefix { $0 != 0x0A }, as: UTF8.self)
        guard
            let party = versions.all.flatMap(\.parties).map(\.id)
                .first(where: { keys.log(of: $0)?.name.utf8.elementsEqual(origin.utf8) == true }),
            let log = keys.log(of: party)
        else {
            steps.append(
                Step(
                    "checkpoint", "checkpoint-origin-differs",
                    "it is of no log in the agreement"))
            return answer("receipt", steps)
        }
        let facts: JSONObject = [
            "log": .string(party.text),
            "index": .integer(Int64(clamping: receipt.index.position)),
        ]
        let checkpoint: VerifiedCheckpoint
        do throws(CheckpointRefusal) {
            checkpoint = try UnverifiedCheckpoint(note: note).verify(logKey: log)
        } catch {
            steps.append(Step("checkpoint", .checkpoint(error)))
            return answer("receipt", steps, facts)
        }
        steps.append(Step("checkpoint", .ok))
        let cosigned: CosignedCheckpoint
        do throws(CheckpointRefusal) {
            cosigned = try checkpoint.cosigned(by: keys.cosigners)
        } catch {
            steps.append(Step("cosignatures", .checkpoint(error)))
            return answer("receipt", steps, facts)
        }
        steps.append(inclusion(of: statement, receipt, cosigned))
        steps.append(quorum(of: party, cosigned))
        return answer("receipt", steps, facts.adding(self.facts(cosigned)))
    }

    private func inclusion(
        of statement: StatementID?, _ receipt: UnverifiedReceipt, _ cosigned: CosignedCheckpoint
    ) -> Step {
        guard let statement else { return Step("inclusion", .open) }
        do throws(ReceiptRefusal) {
            _ = try receipt.verify(entry: statement.digest, under: cosigned)
            return Step("inclusion", .ok)
        } catch {
            return Step("inclusion", error)
        }
    }

    private func quorum(of party: PartyID, _ cosigned: CosignedCheckpoint) -> Step {
        let names = cosigned.cosignatures.map(\.key.name)
        let count = keys.outside(party, among: names).count
        let needed = versions.all.map(\.receiptQuorum).max() ?? 0
        guard count >= needed else {
            return Step(
                "cosignatures", "quorum-missing",
                "\(count) cosigners outside the log's own party; the agreement asks for \(needed)")
        }
        return Step("cosignatures", .ok)
    }

    private func facts(_ cosigned: CosignedCheckpoint) -> JSONObject {
        [
            "size": .integer(Int64(clamping: cosigned.checkpoint.size.entryCount)),
            "cosigned": .array(
                cosigned.cosignatures.map {
                    .object([
                        "name": .string($0.key.name), "time": .string($0.time.text),
                    ])
                }),
        ]
    }

    // MARK: An export

    private func export(_ bytes: [UInt8]) -> JSONObject {
        let export: ThreadExport
        do {
            export = try ThreadExport(parsing: bytes)
        } catch {
            return answer("export", [Step("form", error.reason, error.explanation)])
        }
        var steps = [Step("form", .ok)]
        let facts: JSONObject = [
            "statements": .integer(Int64(export.items.count)),
            "proofs": .integer(Int64(export.items.reduce(0) { $0 + $1.proofs.count })),
        ]
        do {
            let faults = try export.verified(under: versions.first).faults
            steps += faults.prefix(Self.faultLimit).map { fault in
                let place = fault.place.map { "statement \($0 + 1): " } ?? ""
                return Step("export", fault.reason, place + fault.explanation)
            }
            if faults.isEmpty { steps.append(Step("export", .ok)) }
        } catch {
            steps.append(
                Step("export", "agreement-unfit", "it cannot be judged under this agreement"))
        }
        return answer("export", steps, facts)
    }
}
