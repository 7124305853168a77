package import ParleyLog

/// A log's checkpoint that its key has signed, read by the auditor's own code.
package struct SignedCheckpoint: Hashable, Sendable {
    package static let limitBytes = 64 * 1024
    static let lineLimit = 64

    package let origin: String
    package let size: UInt64
    package let root: Digest
    /// The note as it came: two of them can be the proof that a log shows two histories.
    package let note: [UInt8]
    let extensionCount: Int
    private let text: [UInt8]
    private let lines: [Line]

    struct Line: Hashable, Sendable {
        let name: [UInt8]
        let keyID: [UInt8]
        let signature: [UInt8]

        func isBy(_ key: VerifierKey) -> Bool { name == key.nameBytes && keyID == key.keyID }
    }

    /// Reads a note and verifies the log's signature on it.
    package init(note: [UInt8], log: VerifierKey) throws(CheckpointFault) {
        (text, lines) = try Self.cut(note)
        let fields = text.dropLast().split(separator: 0x0a, omittingEmptySubsequences: false)
        guard fields.count >= 3, fields.allSatisfy({ !$0.isEmpty }) else { throw .textMalformed }
        guard let size = plainNumber(fields[1]) else { throw .sizeMalformed }
        guard let bytes = StrictBase64.decode(fields[2]), let root = Digest(bytes: bytes) else {
            throw .rootMalformed
        }
        self.size = size
        self.root = root
        self.note = note
        extensionCount = fields.count - 3
        origin = String(decoding: fields[0], as: UTF8.self)
        guard fields[0].elementsEqual(log.nameBytes) else {
            throw .originDiffers(stated: origin, expected: log.name)
        }
        let ours = lines.filter { $0.isBy(log) }
        guard !ours.isEmpty else { throw .logSignatureMissing }
        for line in ours where !log.hasSigned(text, line.signature) { throw .logSignatureWrong }
    }

    /// What a note says which log it is of, believed in nothing: to choose the key by.
    package static func statedOrigin(of note: [UInt8]) -> String? {
        guard note.count <= limitBytes else { return nil }
        return String(validating: note.prefix { $0 != 0x0a }, as: UTF8.self)
    }

    /// Each known cosigner's word, and what is to be said about the other lines.
    func judge(
        log: VerifierKey, cosigners: [VerifierKey]
    ) -> (cosignatures: [AuditedCosignature], findings: [Finding]) {
        var cosignatures: [AuditedCosignature] = []
        var findings: [Finding] = []
        for key in cosigners {
            let theirs = lines.filter { $0.isBy(key) }
            if theirs.isEmpty {
                findings.append(.cosignerAbsent(name: key.name))
            } else if key.kind != .cosigner {
                findings.append(.cosignatureNotVerifiable(name: key.name))
            } else {
                var times: [Timestamp] = []
                for line in theirs {
                    if let time = time(of: line, by: key) {
                        times.append(time)
                    } else {
                        findings.append(.cosignatureWrong(name: key.name))
                    }
                }
                if times.count == theirs.count, let earliest = times.min() {
                    cosignatures.append(.init(name: key.name, time: earliest))
                }
            }
        }
        for line in lines where !([log] + cosigners).contains(where: line.isBy) {
            findings.append(
                .lineUnknown(name: String(decoding: line.name, as: UTF8.self)))
        }
        if extensionCount > 0 { findings.append(.extensionLines(count: extensionCount)) }
        return (cosignatures, findings)
    }

    /// The time a cosigner's line states; nil unless it is signed and before the year 10000.
    private func time(of line: Line, by key: VerifierKey) -> Timestamp? {
        guard line.signature.count == 72 else { return nil }
        let seconds = line.signature.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        guard let signed = Int64(exactly: seconds),
            let time = Timestamp(secondsSinceEpoch: signed),
            key.hasSigned(
                Array("cosignature/v1\ntime \(seconds)\n".utf8) + text,
                line.signature.dropFirst(8))
        else { return nil }
        return time
    }

    /// Takes a signed note apart: its text with the final line feed, and its signature lines.
    private static func cut(
        _ note: [UInt8]
    ) throws(CheckpointFault) -> (text: [UInt8], lines: [Line]) {
        guard note.count <= limitBytes else { throw .tooLong }
        guard String(validating: note, as: UTF8.self) != nil,
            note.allSatisfy({ $0 >= 0x20 || $0 == 0x0a })
        else { throw .notText }
        // The signed text ends where the last empty line stands: a text may hold empty lines.
        var end = note.count - 1
        while end > 0, !(note[end] == 0x0a && note[end - 1] == 0x0a) { end -= 1 }
        guard end > 0, note.last == 0x0a, end < note.count - 1 else { throw .signaturesMissing }
        let block = note[(end + 1)...].dropLast()
        var lines: [Line] = []
        for line in block.split(separator: 0x0a, omittingEmptySubsequences: false) {
            guard lines.count < lineLimit else { throw .tooManyLines }
            lines.append(try signatureLine(line))
        }
        return (Array(note[..<end]), lines)
    }

    private static func signatureLine(_ line: ArraySlice<UInt8>) throws(CheckpointFault) -> Line {
        let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].elementsEqual("\u{2014}".utf8),
            VerifierKey.isName(parts[1]), let bytes = StrictBase64.decode(parts[2]),
            bytes.count > 4
        else { throw .lineMalformed }
        return Line(
            name: Array(parts[1]), keyID: Array(bytes.prefix(4)),
            signature: Array(bytes.dropFirst(4)))
    }
}

/// A known cosigner's word that, at that time, this was the latest tree of the log it had seen.
package struct AuditedCosignature: Hashable, Sendable {
    package let name: String
    package let time: Timestamp
}

/// Why a note is not believed to be the log's checkpoint.
package enum CheckpointFault: Error, Hashable, Sendable {
    case tooLong
    case notText
    case signaturesMissing
    case tooManyLines
    case lineMalformed
    case textMalformed
    case sizeMalformed
    case rootMalformed
    case originDiffers(stated: String, expected: String)
    case logSignatureMissing
    case logSignatureWrong

    package var reason: String {
        switch self {
        case .tooLong: "checkpoint-too-long"
        case .notText: "checkpoint-not-text"
        case .signaturesMissing: "signatures-missing"
        case .tooManyLines: "too-many-signatures"
        case .lineMalformed: "signature-malformed"
        case .textMalformed: "checkpoint-malformed"
        case .sizeMalformed: "checkpoint-size-malformed"
        case .rootMalformed: "checkpoint-root-malformed"
        case .originDiffers: "checkpoint-origin-differs"
        case .logSignatureMissing: "log-signature-missing"
        case .logSignatureWrong: "log-signature-wrong"
        }
    }

    package var explanation: String {
        switch self {
        case .tooLong:
            "the checkpoint is longer than \(SignedCheckpoint.limitBytes) bytes"
        case .notText: "the checkpoint is not UTF-8 text without control characters"
        case .signaturesMissing: "the checkpoint has no empty line followed by signature lines"
        case .tooManyLines:
            "the checkpoint has more than \(SignedCheckpoint.lineLimit) signature lines"
        case .lineMalformed: "a signature line is not a dash, a key name and base 64"
        case .textMalformed: "a checkpoint is an origin, a size, a root, and non-empty lines"
        case .sizeMalformed: "the checkpoint's size is no plain number below 2^63"
        case .rootMalformed: "the checkpoint's root is not the base 64 of 32 bytes"
        case .originDiffers(let stated, let expected):
            "the checkpoint is of the log \(stated), not of \(expected)"
        case .logSignatureMissing: "the log's key has not signed the checkpoint"
        case .logSignatureWrong: "the log's signature on the checkpoint does not verify"
        }
    }
}
