/// What one plugin sends to its like on another node. `spec/wire.md` §13.3.
public struct PluginPayload: Hashable, Sendable {
    /// 1 to 255 bytes of ASCII. Decoding lets 0 bytes and other UTF-8 through: no plugin claims those.
    public var kind: String
    /// At most 65,535 bytes, less when it is to be routed: see `routedBodyLimit(kindLength:)`.
    public var body: [UInt8]

    public init(kind: String, body: [UInt8]) {
        self.kind = kind
        self.body = body
    }

    /// Bytes of the whole control frame, tag included.
    public var encodedCount: Int { WireLimits.pluginOverhead + kind.utf8.count + body.count }

    /// The largest body that fits a mesh frame beside a kind of this length (`spec/plugin.md` §12.10).
    public static func routedBodyLimit(kindLength: Int) -> Int {
        WireLimits.meshPayload - WireLimits.pluginOverhead - kindLength
    }

    /// Reads a whole control frame with tag 0x08 in place: the copy of the body is the only allocation, as kinds of up to
    /// 15 bytes live inside the string value.
    ///
    /// - Throws: `truncated`, `notUTF8`, `unknownControlTag`.
    public init(decoding frame: UnsafeRawBufferPointer) throws(WireError) {
        guard frame.count >= WireLimits.pluginOverhead else { throw WireError(.truncated, "PluginPayload") }
        guard frame[0] == ControlFrame.Tag.pluginPayload else { throw WireError(.unknownControlTag, "PluginPayload") }
        let kindEnd = 2 + Int(frame[1])
        guard frame.count >= kindEnd + 2 else { throw WireError(.truncated, "PluginPayload kind") }
        let bodyStart = kindEnd + 2
        guard let kind = String(validating: UnsafeRawBufferPointer(rebasing: frame[2..<kindEnd]), as: UTF8.self) else {
            throw WireError(.notUTF8, "PluginPayload kind")
        }
        let bodyEnd = bodyStart + Int(frame.bigEndian(at: kindEnd, as: UInt16.self))
        guard frame.count >= bodyEnd else { throw WireError(.truncated, "PluginPayload body") }
        self.init(kind: kind, body: [UInt8](UnsafeRawBufferPointer(rebasing: frame[bodyStart..<bodyEnd])))
    }

    func write(to writer: inout ByteWriter) throws(WireError) {
        guard let kindLength = UInt8(exactly: kind.utf8.count), kindLength > 0, kind.utf8.allSatisfy({ $0 < 0x80 })
        else { throw WireError(.unencodable, "a plugin kind is 1 to 255 bytes of ASCII") }
        guard let bodyLength = UInt16(exactly: body.count) else { throw WireError(.tooLarge, "PluginPayload body") }
        writer.write(uint8: kindLength)
        writer.write(bytes: kind.utf8)
        writer.write(uint16: bodyLength)
        writer.write(bytes: body)
    }
}
