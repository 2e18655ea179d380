import Foundation
import NIOCore
import NIOPosix
import PIMCore
import PIMRPC
import Testing

/// A client that sends what no proper client would, and reads only when told to.
struct RawClient {
    let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    let channel: any Channel
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var framer = LineFramer(maximumLength: 64 * 1_048_576)

    static func with<Result: Sendable>(
        _ path: String, isolation: isolated (any Actor)? = #isolation,
        _ body: (inout RawClient) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var client = RawClient(
                outbound: outbound, channel: channel.channel, inbound: inbound.makeAsyncIterator())
            return try await body(&client)
        }
    }

    private init(
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>, channel: any Channel,
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    ) {
        self.outbound = outbound
        self.channel = channel
        self.inbound = inbound
    }

    func send(_ text: String) async throws {
        try await outbound.write(ByteBuffer(string: text))
    }

    func send(bytes: [UInt8]) async throws {
        try await outbound.write(ByteBuffer(bytes: bytes))
    }

    func send(_ method: String, id: Int, _ parameters: String = "null") async throws {
        try await send(#"{"jsonrpc":"2.0","id":\#(id),"method":"\#(method)","params":\#(parameters)}"# + "\n")
    }

    /// Says that no more requests will come, and goes on reading.
    func endRequests() async throws {
        try await channel.close(mode: .output)
    }

    /// The next line as an object; `nil` when the daemon has closed.
    mutating func next() async throws -> [String: JSONValue]? {
        while true {
            if let line = try framer.next() {
                return try JSONDecoder().decode([String: JSONValue].self, from: Data(line))
            }
            do {
                guard let buffer = try await inbound.next() else { return nil }
                framer.append(buffer.readableBytesView)
            } catch is IOError {
                return nil
            }
        }
    }

    /// The next line that is an answer; notifications before it are skipped.
    mutating func answer() async throws -> [String: JSONValue] {
        while true {
            let line = try #require(try await next(), "the daemon closed the connection")
            if line["id"] != nil { return line }
        }
    }

    mutating func expectEnd() async throws {
        let line = try await next()
        #expect(line == nil, "the daemon should have closed the connection")
    }

    mutating func hello() async throws {
        try await send("rpc.hello", id: 0, #"{"client":"test/1","rpc_version":1}"#)
        #expect(try await answer()["error"] == nil)
    }
}

extension [String: JSONValue] {
    /// The code of an error answer.
    var errorCode: Int64? {
        guard case .object(let error)? = self["error"], case .integer(let code)? = error["code"] else { return nil }
        return code
    }

    /// A member of the result.
    func result(_ name: String) -> JSONValue? {
        guard case .object(let result)? = self["result"] else { return nil }
        return result[name]
    }

    /// A member of a notification's parameters.
    func parameter(_ name: String) -> JSONValue? {
        guard case .object(let parameters)? = self["params"] else { return nil }
        return parameters[name]
    }
}
