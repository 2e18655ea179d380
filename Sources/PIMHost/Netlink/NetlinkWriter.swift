#if os(Linux)
    /// Builds one request of netlink(7): a header, the fixed part of its kind, attributes. Numbers are in the machine's byte
    /// order, addresses big-endian.
    struct NetlinkWriter {
        static let headerSize = 16

        private(set) var bytes: [UInt8] = []

        /// - Parameter fixed: The structure that follows the header, whole.
        init(_ kind: UInt16, flags: UInt16, fixed: [UInt8]) {
            put(UInt32(0))
            put(kind)
            put(flags)
            put(UInt32(0))
            put(UInt32(0))
            bytes += fixed
            pad()
        }

        /// The request with its length and this number, ready to be sent.
        func finished(sequence: UInt32) -> [UInt8] {
            var whole = bytes
            withUnsafeBytes(of: UInt32(whole.count)) { whole.replaceSubrange(0..<4, with: $0) }
            withUnsafeBytes(of: sequence) { whole.replaceSubrange(8..<12, with: $0) }
            return whole
        }

        mutating func attribute(_ kind: UInt16, _ value: [UInt8]) {
            put(UInt16(value.count + 4))
            put(kind)
            bytes += value
            pad()
        }

        mutating func attribute(_ kind: UInt16, _ value: UInt32) {
            attribute(kind, withUnsafeBytes(of: value) { Array($0) })
        }

        mutating func attribute(_ kind: UInt16, _ body: (inout NetlinkWriter) -> Void) {
            let start = bytes.count
            put(UInt16(0))
            put(kind | 0x8000)  // NLA_F_NESTED
            body(&self)
            withUnsafeBytes(of: UInt16(bytes.count - start)) { bytes.replaceSubrange(start..<start + 2, with: $0) }
        }

        private mutating func put(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value) { bytes += $0 }
        }

        private mutating func pad() {
            while bytes.count % 4 != 0 { bytes.append(0) }
        }
    }
#endif
