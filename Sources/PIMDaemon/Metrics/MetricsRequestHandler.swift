internal import NIOCore
internal import NIOHTTP1

/// Answers one request of one connection, which then ends: nothing a client does keeps anything here for longer than
/// ``MetricsLimits/connection``.
final class MetricsRequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum Phase {
        case waiting
        case reading(HTTPRequestHead)
        case answered
    }

    private let page: MetricsPage
    private var phase = Phase.waiting

    init(_ page: MetricsPage) {
        self.page = page
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), phase) {
        case (.head(let head), .waiting): phase = .reading(head)
        case (.end, .reading(let head)):
            phase = .answered
            answer(head, on: context.channel)
        default: break
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        // A client that has said all still wants its answer; one that asked nothing is gone.
        if case .answered = phase {} else if event as? ChannelEvent == .inputClosed { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answer(_ request: HTTPRequestHead, on channel: any Channel) {
        let isHead = request.method == .HEAD
        let path = request.uri.prefix { $0 != "?" }
        guard path == "/metrics" || path == "/" else {
            return Self.write(.notFound, "not found; metrics are at /metrics\n", isHead: isHead, to: channel)
        }
        guard isHead || request.method == .GET else {
            return Self.write(
                .methodNotAllowed, "only GET and HEAD\n", isHead: false, also: [("Allow", "GET, HEAD")], to: channel)
        }
        guard path == "/metrics" else {
            return Self.write(.ok, "pim-daemon: metrics are at /metrics\n", isHead: isHead, to: channel)
        }
        channel.eventLoop.makeFutureWithTask { [page] in try await page.text() }.whenComplete { result in
            switch result {
            case .success(let text):
                Self.write(.ok, text, isHead: isHead, type: MetricsText.contentType, to: channel)
            case .failure:
                // The mesh is gone: the daemon is about to end.
                Self.write(.serviceUnavailable, "shutting down\n", isHead: isHead, to: channel)
            }
        }
    }

    private static func write(
        _ status: HTTPResponseStatus, _ body: String, isHead: Bool, also: [(String, String)] = [],
        type: String = "text/plain; charset=utf-8", to channel: any Channel
    ) {
        var headers = HTTPHeaders([
            ("Content-Type", type), ("Content-Length", "\(body.utf8.count)"), ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"), ("Connection", "close"),
        ])
        headers.add(contentsOf: also)
        channel.write(
            HTTPServerResponsePart.head(HTTPResponseHead(version: .http1_1, status: status, headers: headers)),
            promise: nil)
        if !isHead {
            channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: body))), promise: nil)
        }
        channel.writeAndFlush(HTTPServerResponsePart.end(nil)).whenComplete { _ in channel.close(promise: nil) }
    }
}
