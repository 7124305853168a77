import HTTPTypes
import Hummingbird
import NIOCore
import NIOSSL
import ParleyExchange
import ParleyLog
import ParleyNode
import ParleyService
import ParleyStatements

/// The log as anybody's software reads it, and the node's duty as witness: C2SP tlog-tiles and
/// tlog-witness under the node's address (`Spec/log.md` §§7 and 9).
extension NodeServer {
    /// - Parameters:
    ///   - place: where the connection comes from; strangers are limited by it.
    ///   - isParty: whether the connection showed a TLS key that the agreement lists.
    func addLogRoutes<Context: RequestContext>(
        to router: Router<Context>, place: @escaping @Sendable (Context) -> String,
        isParty: @escaping @Sendable (Context) async throws -> Bool
    ) {
        let prefix = LogPath.log(of: node.identity.agreement.name)
        router.get(RouterPath(prefix + "/checkpoint")) { _, context in
            try await answering {
                try await admit(.hashes, isParty: isParty(context))
                guard let note = node.published.checkpoint else {
                    throw Problem(
                        status: 404, reason: "log-empty", detail: "nothing has been logged yet")
                }
                // Asked for again and again: it is what changes.
                return published(note, LogPath.checkpointType, cache: "no-cache")
            }
        }
        router.get(RouterPath(prefix + "/tile/**")) { _, context in
            try await answering {
                let path = try tilePath(context)
                let part: LogPart = path.content == .entries ? .entries : .hashes
                try await admit(part, isParty: isParty(context))
                guard let bytes = try await node.published.bytes(of: path) else {
                    throw Problem(
                        status: 404, reason: "tile-not-there",
                        detail: "the log's latest checkpoint covers no such tile of that width")
                }
                let scope = node.identity.agreement.publicLog.contains(part) ? "public" : "private"
                return published(
                    bytes, LogPath.tileType, cache: "\(scope), max-age=31536000, immutable")
            }
        }
        router.get(RouterPath(prefix + "/text/:digest")) { _, context in
            try await answering {
                let text = try Self.blob(named: context.parameters.get("digest"))
                guard let bytes = try await node.publishedTexts.bytes(of: text) else {
                    throw Problem(
                        status: 404, reason: "text-not-published",
                        detail: "no publication of a text with that digest is on record here")
                }
                return published(
                    bytes, BoundText.mediaType, cache: "public, max-age=31536000, immutable")
            }
        }
        router.get(RouterPath(LogPath.witness + "/:origin/checkpoint")) { _, context in
            try await answering {
                try await admit(.hashes, isParty: isParty(context))
                let origin = context.parameters.get("origin") ?? ""
                guard let note = await node.witness.checkpoint(originDigest: origin) else {
                    throw Problem(
                        status: 404, reason: "origin-unknown",
                        detail: "no checkpoint of a log with that digest has been cosigned here")
                }
                return published(note, LogPath.checkpointType, cache: "no-cache")
            }
        }
        router.post(RouterPath(LogPath.addCheckpoint)) { request, context in
            try await answering {
                if try await !isParty(context) { try limitStranger(at: place(context)) }
                return try await addCheckpoint(request)
            }
        }
        router.post(RouterPath(LogPath.forks)) { request, context in
            try await answering {
                if try await !isParty(context) { try limitStranger(at: place(context)) }
                return try await takeForkProof(request)
            }
        }
    }

    private func addCheckpoint(_ request: Request) async throws -> Response {
        let body = try await collect(
            request, limitBytes: AddCheckpointRequest.sizeLimitBytes, status: 400,
            reason: "add-checkpoint-too-long")
        switch try await node.witness.addCheckpoint(body) {
        case .cosigned(let line):
            return bytes(line, type: LogPath.checkpointType)
        case .conflict(let known):
            return bytes(
                Array("\(known.entryCount)\n".utf8), type: LogPath.sizeType, status: .conflict)
        case .refused(let refusal):
            throw Problem(
                status: refusal.status, reason: refusal.reason, detail: refusal.explanation)
        }
    }

    private func takeForkProof(_ request: Request) async throws -> Response {
        let body = try await collect(request, limitBytes: ForkProof.sizeLimitBytes)
        do {
            guard try await node.witness.takeForkProof(body) else {
                throw Problem(
                    status: 404, reason: "origin-unknown",
                    detail: "the agreement lists no log with that key")
            }
        } catch let refusal as ForkProofRefusal {
            throw Problem(status: 422, reason: refusal.reason, detail: refusal.explanation)
        }
        return Response(status: .noContent)
    }

    private func admit(_ part: LogPart, isParty: Bool) throws {
        guard isParty || node.identity.agreement.publicLog.contains(part) else {
            // SPEC log §9: A node MUST answer 403 to whoever is no party and asks for a part of its
            // log that publicLog does not name.
            throw Problem(
                status: 403, reason: "log-not-public",
                detail: "the agreement opens this part of the log to its parties alone")
        }
    }

    private func tilePath(_ context: some RequestContext) throws -> TilePath {
        let text = "tile/" + context.parameters.getCatchAll().joined(separator: "/")
        do throws(TilePathRefusal) {
            return try TilePath(parsing: text)
        } catch {
            throw Problem(status: 404, reason: error.reason, detail: error.explanation)
        }
    }

    private func published(_ body: [UInt8], _ type: String, cache: String) -> Response {
        var response = bytes(body, type: type)
        response.headers[.cacheControl] = cache
        return response
    }
}

/// Paths and types of the log and the witness.
enum LogPath {
    static let witness = "/witness"
    static let addCheckpoint = witness + "/add-checkpoint"
    static let forks = witness + "/forks"
    static let checkpointType = "text/plain; charset=utf-8"
    static let tileType = "application/octet-stream"
    static let sizeType = "text/x.tlog.size"

    /// The prefix below which the log of the agreement so named stands.
    static func log(of agreement: String) -> String { "/log/" + agreement }
}
