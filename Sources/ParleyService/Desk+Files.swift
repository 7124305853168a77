import ParleyLog
import ParleyNode
import ParleyStatements

/// Files that people and programs bring and fetch, however long, and go on with where they were cut
/// off.
///
/// Crash story. A file is made durable, with its size, before its bytes come; bytes are answered
/// for when they are durable, and how many they are is read from the disk. Who was cut off asks,
/// and goes on from there. What is not fetched is gone after a week.
extension Desk {
    private func owner(_ ask: Ask) throws(Problem) -> AccountName {
        guard let name = ask.caller.account else { throw .signInNeeded }
        return name
    }

    func ownFile(_ id: String, _ ask: Ask) async throws -> DeskFile {
        guard let id = FileID(text: id), let file = try await files.file(id),
            file.owner == ask.caller.account, !file.hasExpired(at: clock.now())
        else { throw Problem.notFound }
        return file
    }

    func listFiles(_ ask: Ask) async throws -> Answer {
        let owner = try owner(ask)
        let now = clock.now()
        let own = try await files.all().filter { $0.owner == owner && !$0.hasExpired(at: now) }
            .sorted { ($0.madeAt, $0.id.description) < ($1.madeAt, $1.id.description) }
        return Answer(["files": .array(own.map { .object($0.json) })])
    }

    func addFile(_ ask: Ask) async throws -> Answer {
        let owner = try owner(ask)
        let now = clock.now()
        let name = ask.given.text("name") ?? ""
        guard DeskFile.isName(name) else {
            throw Problem(
                status: 422, reason: "exhibit-name-unfit", detail: "that cannot be a file's name",
                hint: "no slash, control character or leading dot, 200 bytes")
        }
        var own: [DeskFile] = []
        for file in try await files.all() {
            if file.hasExpired(at: now) {
                try await files.remove(file.id)
            } else if file.owner == owner {
                own.append(file)
            }
        }
        let size = UInt64(ask.given.number("sizeBytes") ?? 0)
        guard own.count < DeskFile.countLimit,
            own.reduce(size, { $0 + $1.sizeBytes }) <= DeskFile.totalLimitBytes
        else {
            throw Problem(
                status: 409, reason: "files-too-many",
                detail: "an account may have \(DeskFile.countLimit) files and "
                    + "\(DeskFile.totalLimitBytes) bytes at the desk",
                hint: "discard some")
        }
        let file = DeskFile(
            id: FileID(randomness: randomness), owner: owner, name: name, sizeBytes: size,
            digest: ask.given.text("digest").flatMap(Digest.init(text:)), madeAt: now,
            receivedBytes: 0)
        try await files.add(file)
        return Answer(file.json)
    }

    func showFile(_ ask: Ask) async throws -> Answer {
        Answer(try await ownFile(ask.parameter("file"), ask).json)
    }

    func discardFile(_ ask: Ask) async throws -> Answer {
        try await files.remove(ownFile(ask.parameter("file"), ask).id)
        return .nothing
    }

    func appendToFile(_ ask: Ask) async throws -> Answer {
        let file = try await ownFile(ask.parameter("file"), ask)
        guard let offset = ask.uploadOffset.flatMap(ByteRange.number), let body = ask.body else {
            throw Problem(
                status: 400, reason: "upload-offset-missing",
                detail: "Upload-Offset says from which byte on this goes",
                hint: "GET says how many are here: receivedBytes")
        }
        guard offset <= file.sizeBytes,
            let writer = try await files.append(to: file.id, at: offset)
        else {
            throw Problem(
                status: 409, reason: "upload-offset-wrong",
                detail: "\(file.receivedBytes) bytes are here, or somebody is sending more",
                hint: "go on from receivedBytes")
        }
        var received = offset
        do {
            for try await bytes in body {
                received += UInt64(bytes.count)
                guard received <= file.sizeBytes else {
                    throw Problem(
                        status: 413, reason: "file-too-long",
                        detail: "the file was to have \(file.sizeBytes) bytes")
                }
                try await writer.append(bytes)
            }
        } catch {
            // What came before the line broke is kept, to go on from.
            try await writer.finish()
            throw error
        }
        try await writer.finish()
        if received == file.sizeBytes { try await checkDigest(of: file) }
        return Answer(try await ownFile(ask.parameter("file"), ask).json)
    }

    /// Read once more from the disk: it may have come in parts, and over a start of the node.
    private func checkDigest(of file: DeskFile) async throws {
        guard let expected = file.digest else { return }
        var hasher = RunningDigest()
        var offset: UInt64 = 0
        while offset < file.sizeBytes {
            let bytes = try await files.read(file.id, from: offset, count: 1 << 20)
            guard !bytes.isEmpty else { break }
            hasher.update(bytes)
            // A long file must not hold up whoever else is served by this thread.
            await Task.yield()
            offset += UInt64(bytes.count)
        }
        guard hasher.digest == expected else {
            try await files.empty(file.id)
            throw Problem(
                status: 422, reason: "digest-differs",
                detail: "what came has not the digest that was said; none of it was kept",
                hint: "send it again from the beginning")
        }
    }

    static func incomplete(_ file: DeskFile) -> Problem {
        Problem(
            status: 409, reason: "file-incomplete",
            detail: "\(file.receivedBytes) of \(file.sizeBytes) bytes are here",
            hint: "PATCH /files/{file}/content with the rest")
    }

    func fileContent(_ ask: Ask) async throws -> Answer {
        let file = try await ownFile(ask.parameter("file"), ask)
        guard file.isWhole else { throw Self.incomplete(file) }
        let asked = ask.range.flatMap(ByteRange.init(header:))
        let range = asked.map { $0.bytes(of: file.sizeBytes) } ?? 0..<file.sizeBytes
        guard let range else {
            throw Problem(
                status: 416, reason: "range-outside",
                detail: "the file has \(file.sizeBytes) bytes")
        }
        let files = files
        var answer = Answer(nil)
        answer.file = FileBytes(file: file, range: range, isPart: asked != nil) { offset, count in
            try await files.read(file.id, from: offset, count: count)
        }
        return answer
    }
}
