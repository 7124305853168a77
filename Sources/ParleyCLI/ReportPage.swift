import ParleyLog
import ParleyStatements

/// A report of tables, as text, as a page for printing, or as JSON: each always the same bytes for
/// the same facts.
struct ReportPage {
    struct Section {
        let key: String
        let title: String
        /// The columns' names, the same in every language.
        let columns: [String]
        let head: [String]
        let rows: [[String]]

        init(
            key: String, title: String, columns: [String], _ words: ReportWords, _ rows: [[String]]
        ) {
            self.key = key
            self.title = title
            self.columns = columns
            head = columns.map { words($0) }
            self.rows = rows
        }
    }

    let title: String
    let agreement: Agreement
    let parties: [PartyID]
    let asOf: Timestamp
    /// What stands where a section has no row.
    let none: String
    let sections: [Section]
    var language = "en"

    private var subtitle: String {
        parties.map(\.text).joined(separator: ", ") + " · \(agreement.name) · \(asOf)"
    }

    func print(as format: ReportFormat) {
        let text =
            switch format {
            case .text: lines.joined(separator: "\n")
            case .html: html
            case .json: String(decoding: JSONValue.object(json).canonicalBytes, as: UTF8.self)
            }
        Surroundings.here.output(text)
    }

    private var lines: [String] {
        var lines = [title, subtitle]
        if agreement.isExercise { lines.append("EXERCISE") }
        for section in sections {
            lines += ["", section.title]
            if section.rows.isEmpty { lines.append("  " + none) }
            if !section.rows.isEmpty { lines += Self.table([section.head] + section.rows) }
        }
        return lines
    }

    /// Columns one under the other; one that is empty in every row is left out.
    private static func table(_ rows: [[String]]) -> [String] {
        let columns = (rows.first ?? []).indices.filter { column in
            rows.dropFirst().contains { !$0[column].isEmpty }
        }
        let widths = columns.map { column in rows.map { width($0[column]) }.max() ?? 0 }
        return rows.map { row in
            var line = "  "
            for (column, most) in zip(columns, widths) {
                let text = row[column].isEmpty ? "-" : row[column]
                line += text + String(repeating: " ", count: most - width(text) + 2)
            }
            while line.hasSuffix(" ") { line.removeLast() }
            return line
        }
    }

    /// In columns of a terminal, where a Chinese character takes two (Unicode Standard Annex 11).
    private static func width(_ text: String) -> Int {
        text.reduce(0) { width, character in
            let isWide = character.unicodeScalars.contains {
                (0x1100...0x115F).contains($0.value) || (0x2E80...0xA4CF).contains($0.value)
                    || (0xAC00...0xD7A3).contains($0.value) || (0xF900...0xFAFF).contains($0.value)
                    || (0xFE30...0xFE6F).contains($0.value) || (0xFF00...0xFF60).contains($0.value)
                    || (0x1F300...0x1FAFF).contains($0.value)
            }
            return width + (isWide ? 2 : 1)
        }
    }

    var json: JSONObject {
        let sections = sections.map { section in
            JSONValue.object([
                "section": .string(section.key),
                "columns": .array(section.columns.map { .string($0) }),
                "head": .array(section.head.map { .string($0) }),
                "rows": .array(section.rows.map { .array($0.map { .string($0) }) }),
            ])
        }
        return [
            "title": .string(title), "agreement": .string(agreement.id.text),
            "parties": .array(parties.map { .string($0.text) }), "asOf": .string(asOf.text),
            "exercise": .bool(agreement.isExercise), "sections": .array(sections),
        ]
    }

    /// One page without script or outside host.
    private var html: String {
        let style = """
            body{font:16px/1.4 system-ui,sans-serif;margin:2rem;max-width:70rem}\
            table{border-collapse:collapse;width:100%;margin-bottom:1.5rem}\
            th,td{border-bottom:1px solid #999;padding:.3rem .6rem;text-align:start;\
            vertical-align:top}th{font-weight:600}h1{margin-bottom:0}\
            @media print{body{margin:0;max-width:none;font-size:11pt}tr{break-inside:avoid}}
            """
        var html = """
            <!DOCTYPE html>
            <html lang="\(Self.escaped(language))">
            <meta charset="utf-8">
            <title>\(Self.escaped(title))</title>
            <style>\(style)</style>
            <h1>\(Self.escaped(title))</h1>
            <p>\(Self.escaped(subtitle))\(agreement.isExercise ? " · EXERCISE" : "")</p>

            """
        for section in sections {
            html += "<h2>\(Self.escaped(section.title))</h2>\n"
            guard !section.rows.isEmpty else {
                html += "<p>\(Self.escaped(none))</p>\n"
                continue
            }
            let head = section.head.map { "<th scope=\"col\">\(Self.escaped($0))</th>" }.joined()
            html += "<table>\n<thead><tr>\(head)</tr></thead>\n<tbody>\n"
            for row in section.rows {
                html += "<tr>" + row.map { "<td>\(Self.escaped($0))</td>" }.joined() + "</tr>\n"
            }
            html += "</tbody>\n</table>\n"
        }
        return html
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            .replacing(">", with: "&gt;").replacing("\"", with: "&quot;")
    }
}
