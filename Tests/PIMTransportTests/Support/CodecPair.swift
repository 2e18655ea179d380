import NIOCore
import PIMCore
import PIMCrypto
import PIMTransport
import PIMWire

/// Two codecs without any carrier, each other's peer; the preamble has passed unless asked otherwise.
struct CodecPair {
    var alice: LinkCodec
    var bob: LinkCodec

    init(configuration: LinkConfiguration = LinkConfiguration(), withSession: Bool = true) throws {
        alice = LinkCodec(role: .dialer, configuration: configuration)
        bob = LinkCodec(role: .acceptor, configuration: configuration)
        bob.append(alice.preamble(own: Fixtures.alice))
        _ = try bob.next()
        guard withSession else { return }
        try install(key: 1, round: 0)
    }

    /// A session on both sides; the prefixes differ from round to round.
    mutating func install(key: UInt8, round: UInt64) throws {
        try installAlice(key: key, round: round)
        try installBob(key: key, round: round)
    }

    mutating func installAlice(key: UInt8, round: UInt64) throws {
        let prefix = Fixtures.alicePrefix + round
        try alice.installSession(Fixtures.key(key), noncePrefix: prefix, keepingPrevious: true)
    }

    mutating func installBob(key: UInt8, round: UInt64) throws {
        try bob.installSession(Fixtures.key(key), noncePrefix: Fixtures.bobPrefix + round, keepingPrevious: true)
    }

    /// Everything alice has to write.
    mutating func takeFromAlice() throws -> ByteBuffer { try Self.takeAll(&alice) }

    static func takeAll(_ codec: inout LinkCodec) throws -> ByteBuffer {
        var bytes = ByteBuffer()
        while var chunk = try codec.nextChunk() { bytes.writeBuffer(&chunk) }
        return bytes
    }

    static func frames(_ codec: inout LinkCodec, _ bytes: some Sequence<UInt8>) throws -> [LinkFrame] {
        codec.append(ByteBuffer(bytes: bytes))
        return try drain(&codec)
    }

    static func drain(_ codec: inout LinkCodec) throws -> [LinkFrame] {
        var frames: [LinkFrame] = []
        while let event = try codec.next() {
            if case .frame(let frame) = event { frames.append(frame) }
        }
        return frames
    }

    mutating func bobReceives(_ bytes: some Sequence<UInt8>) throws -> [LinkFrame] { try Self.frames(&bob, bytes) }
    mutating func bobReceives(_ bytes: ByteBuffer) throws -> [LinkFrame] { try bobReceives(bytes.readableBytesView) }
}
