/// What stands before every packet on a TUN device with offloads: `struct virtio_net_hdr`, 10 bytes, little-endian.
///
/// It tells which checksum is still to be computed, and into which segments the packet is to be cut.
public struct VirtioHeader: Hashable, Sendable {
    public static let byteCount = 10

    /// Kinds of super-packets.
    public enum Segmentation: UInt8, Hashable, Sendable {
        case none = 0
        case tcpIPv4 = 1
        case tcpIPv6 = 4
        case udp = 5
    }

    /// The checksum from `checksumStart` to the end is to be computed; its field holds the sum of the pseudo-header.
    public var needsChecksum: Bool
    public var segmentation: Segmentation
    /// Bytes of all headers; a hint.
    public var headerLength: UInt16
    /// Payload bytes of a segment; 0 without segmentation.
    public var segmentSize: UInt16
    public var checksumStart: UInt16
    /// Behind `checksumStart`.
    public var checksumOffset: UInt16

    private static let needsChecksumFlag: UInt8 = 1
    private static let congestionFlag: UInt8 = 0x80

    public init(
        needsChecksum: Bool = false, segmentation: Segmentation = .none, headerLength: UInt16 = 0,
        segmentSize: UInt16 = 0, checksumStart: UInt16 = 0, checksumOffset: UInt16 = 0
    ) {
        self.needsChecksum = needsChecksum
        self.segmentation = segmentation
        self.headerLength = headerLength
        self.segmentSize = segmentSize
        self.checksumStart = checksumStart
        self.checksumOffset = checksumOffset
    }

    /// A complete packet.
    public static let plain = VirtioHeader()

    /// - Throws: `truncated` below 10 bytes, `unencodable` for a kind of segmentation nobody asked the device for.
    public init(decoding bytes: UnsafeRawBufferPointer) throws(WireError) {
        guard bytes.count >= Self.byteCount else { throw WireError(.truncated, "header of a TUN packet") }
        guard let segmentation = Segmentation(rawValue: bytes[1] & ~Self.congestionFlag) else {
            throw WireError(.unencodable, "segmentation of a TUN packet")
        }
        self.init(
            needsChecksum: bytes[0] & Self.needsChecksumFlag != 0, segmentation: segmentation,
            headerLength: bytes.littleEndian(at: 2), segmentSize: bytes.littleEndian(at: 4),
            checksumStart: bytes.littleEndian(at: 6), checksumOffset: bytes.littleEndian(at: 8))
    }

    /// Calls `body` with the 10 bytes.
    @inline(__always)
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        var storage: (UInt64, UInt16) = (
            UInt64(needsChecksum ? Self.needsChecksumFlag : 0) | UInt64(segmentation.rawValue) << 8
                | UInt64(headerLength) << 16 | UInt64(segmentSize) << 32 | UInt64(checksumStart) << 48,
            checksumOffset.littleEndian
        )
        storage.0 = storage.0.littleEndian
        return withUnsafeBytes(of: &storage) { body(UnsafeRawBufferPointer(rebasing: $0[..<Self.byteCount])) }
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func littleEndian(at offset: Int) -> UInt16 {
        UInt16(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }
}
