extension VirtioHeader {
    /// Completes the checksum a TUN device left open.
    ///
    /// - Throws: `truncated` when the header points outside of the packet.
    public func completeChecksum(_ packet: UnsafeMutableRawBufferPointer) throws(WireError) {
        guard needsChecksum else { return }
        let start = Int(checksumStart)
        let field = start + Int(checksumOffset)
        guard start < packet.count, field + 2 <= packet.count else {
            throw WireError(.truncated, "checksum of a TUN packet")
        }
        // The field holds the sum of the pseudo-header, so it is part of the sum.
        let sum = InternetChecksum.add(UnsafeRawBufferPointer(rebasing: packet[start...]))
        var value = InternetChecksum.finish(sum)
        // Zero means "none" in UDP; its complement is the same sum.
        if value == 0 { value = 0xffff }
        packet.storeBytes(of: value, toByteOffset: field, as: UInt16.self)
    }
}
