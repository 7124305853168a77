import ArgumentParser
import Foundation
import ParleyLaw
import ParleyLog
import ParleyStatements

struct OverlayNewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Write an overlay with one more row.",
        discussion: """
            The row's source, confidence and date are said anew: those shipped are not yours.

            Example:
              parley law overlay new --party cn --supersede treaty-status/CN:un-cybercrime \\
                  --set status=ratified-not-in-force --set bound=2026-12-01 \\
                  --set source=S-UNTC --set confidence=high --set asOf=2026-12-01 \\
                  --out ours.json
            """)

    @OptionGroup var flag: JSONFlag
    @Option(help: "Whose overlay it is; without it, one for both to sign.") var party: String?
    @Option(help: "The row to supersede: TABLE/ID.") var supersede: String?
    @Option(help: "The row to add: TABLE/ID.") var add: String?
    @Option(help: "A field of the row: name=text, or name:=JSON.") var set: [String] = []
    @Option(help: "A field to leave out.") var unset: [String] = []
    @Option(help: "An overlay to continue, instead of --party.") var from: String?
    @Option(help: "The file to write.") var out: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let layer = try lawful { try make() }
            try PrivateFile.write(
                layer.document.indentedBytes, to: URL(filePath: out), mode: 0o644)
            emit(
                [
                    "file": .string(out), "digest": .string(layer.digest.text),
                    "rows": .integer(Int64(layer.entries.count)),
                ], json: flag.json,
                lines: [
                    "\(out): \(layer.origin.text), \(layer.entries.count) rows, \(layer.digest)"
                ])
        }
    }

    private func make() throws -> LawLayer {
        let shipped = try ShippedLaw.layer()
        let data = try LawData(layers: [shipped])
        var draft = try draft(in: data)
        let (action, reference) = try target()
        let old = data.standing[reference]?.row
        if action == .supersede, old == nil { throw LawRefusal.rowUnknown(reference) }
        var changes = try set.map { try Self.change($0) }
        changes += unset.map { ($0, nil) }
        let isSaid = Set(changes.filter { $0.value != nil }.map(\.name))
        // A source says nothing of a source.
        let missing =
            reference.table == .sources
            ? [] : OverlayDraft.marks.filter { !isSaid.contains($0) }
        guard missing.isEmpty else {
            throw CommandFailure.refused(
                "marks-missing", "the row does not say its \(missing.joined(separator: ", "))",
                hint: "add --set \(missing[0])=…: what you know, from where, how surely")
        }
        guard !changes.contains(where: { $0.name == "id" }) else {
            throw CommandFailure.refused(
                "id-set", "a row's id is in --supersede or --add", hint: "leave out --set id")
        }
        let start = old ?? ["id": .string(reference.id.text)]
        draft.put(action, reference.table, OverlayDraft.changed(start, changes))
        let layer = try LawLayer(overlay: draft.document)
        _ = try LawData(layers: [shipped, layer])
        return layer
    }

    private func draft(in data: LawData) throws -> OverlayDraft {
        if let from {
            guard party == nil else {
                throw CommandFailure.refused(
                    "options-contradict", "--from has its party already", hint: "leave out --party")
            }
            let bytes = try PrivateFile.read(from, limitBytes: LawLayer.overlayLimitBytes)
            return OverlayDraft(continuing: try LawLayer(parsingOverlay: bytes))
        }
        return OverlayDraft(try party.map { .party(try data.party(named: $0)) } ?? .agreed)
    }

    private func target() throws -> (LawLayer.Action, RowReference) {
        let action: LawLayer.Action
        let text: String
        switch (supersede, add) {
        case (let row?, nil): (action, text) = (.supersede, row)
        case (nil, let row?): (action, text) = (.add, row)
        default:
            throw CommandFailure.refused(
                "row-missing", "one row is superseded or added at a time",
                hint: "give either --supersede TABLE/ID or --add TABLE/ID")
        }
        let parts = text.split(separator: "/", maxSplits: 1).map(String.init)
        guard parts.count == 2, let id = RowID(naming: parts[1]) else {
            throw CommandFailure.refused(
                "row-malformed", "\(text) is not TABLE/ID",
                hint: "such as treaty-status/CN:un-cybercrime")
        }
        guard let table = LawTable(rawValue: parts[0]) else {
            throw LawRefusal.tableUnknown(parts[0])
        }
        return (action, RowReference(table, id))
    }

    /// `name=text` or `name:=JSON`.
    private static func change(_ text: String) throws -> (name: String, value: JSONValue?) {
        guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
            throw CommandFailure.refused(
                "field-malformed", "\(text) is not name=text", hint: "such as status=party")
        }
        let name = text[..<sign]
        let value = String(text[text.index(after: sign)...])
        guard name.last == ":" else { return (String(name), .string(value)) }
        let parsed = try JSONValue(
            parsing: Array(value.utf8), limitBytes: LawLayer.overlayLimitBytes)
        return (String(name.dropLast()), parsed)
    }
}

/// An overlay, parsed and laid over the shipped data.
private func readOverlay(_ file: String) throws -> (layer: LawLayer, data: LawData) {
    try lawful {
        let bytes = try PrivateFile.read(file, limitBytes: LawLayer.overlayLimitBytes)
        let layer = try LawLayer(parsingOverlay: bytes)
        return (layer, try LawData(layers: [ShippedLaw.layer(), layer]))
    }
}

struct OverlayCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check an overlay against the shipped data.",
        discussion: "Example:\n  parley law overlay check ours.json")

    @OptionGroup var flag: JSONFlag
    @Argument(help: "The overlay.") var file: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let (layer, data) = try readOverlay(file)
            let references = Set(layer.entries.map(\.reference))
            let doubtful = data.uses(of: references, askedOn: LawOptions.today).filter {
                $0.isStale || $0.confidence == .low || $0.source == StaleRows.generalKnowledge
            }
            emit(
                [
                    "origin": .string(layer.origin.text), "digest": .string(layer.digest.text),
                    "rows": .integer(Int64(layer.entries.count)),
                    "doubtful": .array(
                        doubtful.map { .string($0.reference.description) }),
                ], json: flag.json,
                lines: [
                    "\(file): \(layer.origin.text), \(layer.entries.count) rows, \(layer.digest)"
                ]
                    + doubtful.map {
                        "read with care: \($0.reference), as of \($0.asOf), "
                            + "\($0.confidence.rawValue), \($0.source)"
                    } + ["it fits the shipped data"])
        }
    }
}

struct OverlayShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an overlay's rows, old and new side by side.",
        discussion: "Example:\n  parley law overlay show ours.json")

    @OptionGroup var flag: JSONFlag
    @Argument(help: "The overlay.") var file: String

    func run() async throws {
        try await reporting(json: flag.json) {
            let (layer, data) = try readOverlay(file)
            let rows = LawDifference(of: layer, over: data).rows
            emit(
                [
                    "origin": .string(layer.origin.text), "digest": .string(layer.digest.text),
                    "rows": .array(rows.map { .object($0.json) }),
                ], json: flag.json, lines: rows.flatMap(\.lines))
        }
    }
}
