/// The plaintext of a sealed payload: `k u8 ‖ kind ‖ body`, or nothing at all for a confirmation.
/// `design/extensions.md` §5.
public enum SealedPayload: Hashable, Sendable {
    /// Says that the session stands and carries nothing.
    case confirmation
    case payload(PluginPayload)

    /// The largest body beside a kind of this length, bytes.
    public static func bodyLimit(kindLength: Int) -> Int {
        WireLimits.meshPayload - WireLimits.sealedOverhead - 1 - kindLength
    }

    /// Bytes of the plaintext.
    public var encodedCount: Int {
        switch self {
        case .confirmation: 0
        case .payload(let payload): 1 + payload.kind.utf8.count + payload.body.count
        }
    }

    /// Writes the plaintext into a buffer of exactly ``encodedCount`` bytes.
    ///
    /// - Throws: `unencodable` for a kind that is not 1 to 255 bytes of ASCII, `tooLarge` for a body above
    ///   ``bodyLimit(kindLength:)``, `truncated` for a buffer of another size.
    public func write(to buffer: UnsafeMutableRawBufferPointer) throws(WireError) {
        guard buffer.count == encodedCount else { throw WireError(.truncated, "buffer for a sealed payload") }
        guard case .payload(let payload) = self else { return }
        let kind = payload.kind.utf8
        guard let length = UInt8(exactly: kind.count), length > 0, kind.allSatisfy({ $0 < 0x80 }) else {
            throw WireError(.unencodable, "a plugin kind is 1 to 255 bytes of ASCII")
        }
        guard payload.body.count <= Self.bodyLimit(kindLength: kind.count) else {
            throw WireError(.tooLarge, "sealed payload")
        }
        buffer[0] = length
        UnsafeMutableRawBufferPointer(rebasing: buffer[1...]).copyBytes(from: kind)
        UnsafeMutableRawBufferPointer(rebasing: buffer[(1 + kind.count)...]).copyBytes(from: payload.body)
    }

    /// Reads a whole plaintext.
    ///
    /// - Throws: `truncated` when the kind runs over, `unencodable` for an empty kind or one that is not ASCII.
    public static func decode(_ plaintext: UnsafeRawBufferPointer) throws(WireError) -> SealedPayload {
        guard let length = plaintext.first.map(Int.init) else { return .confirmation }
        guard plaintext.count > length else { throw WireError(.truncated, "kind of a sealed payload") }
        let kindBytes = UnsafeRawBufferPointer(rebasing: plaintext[1..<1 + length])
        guard length > 0, kindBytes.allSatisfy({ $0 < 0x80 }) else {
            throw WireError(.unencodable, "kind of a sealed payload")
        }
        let body = UnsafeRawBufferPointer(rebasing: plaintext[(1 + length)...])
        return .payload(PluginPayload(kind: String(decoding: kindBytes, as: UTF8.self), body: [UInt8](body)))
    }
}
