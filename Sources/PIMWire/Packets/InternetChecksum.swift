/// The ones' complement sum of IP, TCP, UDP and ICMP (RFC 1071), in the byte order of the machine: sums do not care, as
/// long as what is stored is in the same order as what is read.
enum InternetChecksum {
    /// Adds the bytes to a sum; an odd last byte counts as if a zero followed.
    @inline(__always)
    static func add(_ bytes: UnsafeRawBufferPointer, to sum: UInt64 = 0) -> UInt64 {
        var sum = sum
        var offset = 0
        let count = bytes.count
        while offset + 8 <= count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            let (partial, overflow) = sum.addingReportingOverflow(word)
            sum = partial &+ (overflow ? 1 : 0)
            offset += 8
        }
        while offset + 2 <= count {
            sum = add(bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self), to: sum)
            offset += 2
        }
        if offset < count { sum = add(UInt16(littleEndian: UInt16(bytes[offset])), to: sum) }
        return sum
    }

    /// Adds one 16-bit word as it stands in memory.
    @inline(__always)
    static func add(_ word: UInt16, to sum: UInt64) -> UInt64 {
        let (partial, overflow) = sum.addingReportingOverflow(UInt64(word))
        return partial &+ (overflow ? 1 : 0)
    }

    /// The sum in 16 bits, not inverted.
    @inline(__always)
    static func fold(_ sum: UInt64) -> UInt16 {
        var sum = (sum & 0xffff_ffff) + (sum >> 32)
        sum = (sum & 0xffff) + (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16)
        return UInt16(truncatingIfNeeded: sum)
    }

    /// The value of a checksum field, as it stands in memory.
    @inline(__always)
    static func finish(_ sum: UInt64) -> UInt16 { ~fold(sum) }
}
