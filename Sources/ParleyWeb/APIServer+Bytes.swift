import HTTPTypes
import Hummingbird
import NIOCore
import ParleyService

/// Bodies of any length, both ways: the next piece is read when the last one is on the disk or on
/// the line, so that memory does not grow with the file.
extension APIServer {
    private static let pieceBytes = 256 * 1024

    static func addBytes(to ask: inout Ask, _ operation: Operation, _ request: Request) {
        if operation.takesBytes {
            ask.uploadOffset = HTTPField.Name("Upload-Offset").flatMap { request.headers[$0] }
            ask.body = request.body.map { [UInt8]($0.readableBytesView) }
        }
        guard operation.produces == .bytes else { return }
        // RFC 9110 §13.1.5: of another file than was begun with, all is sent.
        let isSame = request.headers[.ifRange].map {
            $0 == "\"\(ask.parameters["file"] ?? "")\""
        }
        if isSame ?? true { ask.range = request.headers[.range] }
    }

    static func response(_ bytes: FileBytes, _ request: Request) -> Response {
        var response = self.bytes(
            nil, type: "application/octet-stream", status: bytes.isPart ? 206 : 200)
        let size = bytes.file.sizeBytes
        response.headers[.contentType] = "application/octet-stream"
        response.headers[.acceptRanges] = "bytes"
        response.headers[.eTag] = bytes.tag
        response.headers[.contentDisposition] = disposition(bytes.file.name)
        if bytes.isPart {
            response.headers[.contentRange] =
                "bytes \(bytes.range.lowerBound)-\(bytes.range.upperBound - 1)/\(size)"
        }
        response.body = ResponseBody(contentLength: Int(bytes.range.count)) { writer in
            var offset = bytes.range.lowerBound
            while offset < bytes.range.upperBound {
                let count = Int(min(UInt64(pieceBytes), bytes.range.upperBound - offset))
                let piece = try await bytes.read(offset, count)
                guard !piece.isEmpty else { throw BytesGone() }
                try await writer.write(ByteBuffer(bytes: piece))
                offset += UInt64(piece.count)
            }
            try await writer.finish(nil)
        }
        return response
    }

    /// The file was discarded while it was sent; the line is cut rather than the end pretended.
    private struct BytesGone: Error {}

    /// The name as RFC 6266 and RFC 8187 have it.
    private static func disposition(_ name: String) -> String {
        let plain = name.utf8.map { byte -> String in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F:
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return "attachment; filename*=UTF-8''" + plain.joined()
    }
}
