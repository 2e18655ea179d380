import NIOCore
import PIMCrypto
import PIMWire

/// Puts frames into a write buffer and seals them there (`spec/wire.md` §5, §6, §9).
///
/// Pointers are into the write buffer and do not leave these functions; sizes are computed before space is asked for.
enum FrameLayout {
    /// Fills exactly the space of one stream message. Data frames are plaintext with room for the tag.
    static func write(_ frame: OutboundFrame, to space: UnsafeMutableRawBufferPointer) {
        let message = space.count - WireLimits.streamPrefix
        space.storeBytes(of: UInt32(truncatingIfNeeded: message).bigEndian, as: UInt32.self)
        let transport = UnsafeMutableRawBufferPointer(rebasing: space[WireLimits.streamPrefix...])
        let length = message - WireLimits.transportOverhead
        let payload = UnsafeMutableRawBufferPointer(rebasing: transport[WireLimits.transportHeader...].prefix(length))
        let tag = UnsafeMutableRawBufferPointer(rebasing: transport.suffix(WireLimits.tag))
        tag.initializeMemory(as: UInt8.self, repeating: 0)
        switch frame {
        case .direct(let type, let bytes):
            write(TransportHeader(type: type, length: length), to: transport)
            payload.copyBytes(from: bytes)
        case .mesh(let header, let bytes), .packets(let header, let bytes, _):
            write(TransportHeader(type: .data, length: length), to: transport)
            bytes.withUnsafeReadableBytes { write(header, $0, to: payload) }
        case .meshBytes(let header, let bytes):
            write(TransportHeader(type: .data, length: length), to: transport)
            bytes.withUnsafeBytes { write(header, $0, to: payload) }
        }
    }

    /// Seals every frame of a buffer of stream messages that `write` made, where its type is one that is sealed.
    static func seal(_ chunk: inout ByteBuffer, with sessions: LinkSessions) throws(CryptoError) {
        try chunk.withUnsafeMutableReadableBytes { (bytes: UnsafeMutableRawBufferPointer) throws(CryptoError) in
            var offset = 0
            while offset < bytes.count {
                let length = Int(UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
                let start = offset + WireLimits.streamPrefix
                if let type = FrameType(rawValue: bytes[start + 3]), sessions.seals(type) {
                    try sessions.seal(UnsafeMutableRawBufferPointer(rebasing: bytes[start..<start + length]), as: type)
                }
                offset = start + length
            }
        }
    }

    private static func write(_ header: TransportHeader, to transport: UnsafeMutableRawBufferPointer) {
        do {
            try header.encode(into: transport)
        } catch {
            preconditionFailure("the frame was checked to be encodable: \(error)")
        }
    }

    private static func write(
        _ header: MeshHeader, _ bytes: UnsafeRawBufferPointer, to payload: UnsafeMutableRawBufferPointer
    ) {
        var header = header
        header.payloadLength = bytes.count
        do {
            try header.write(to: payload)
        } catch {
            preconditionFailure("the frame was checked to be encodable: \(error)")
        }
        UnsafeMutableRawBufferPointer(rebasing: payload[WireLimits.meshHeader...]).copyBytes(from: bytes)
    }
}
