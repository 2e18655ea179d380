#if os(Linux)
    /// One message of the kernel, taken apart as far as it is well-formed.
    struct NetlinkMessage {
        enum Kind {
            static let error: UInt16 = 2
            static let done: UInt16 = 3
        }

        /// The dump changed while it was taken.
        private static let interrupted: UInt16 = 0x10

        let kind: UInt16
        let sequence: UInt32
        let wasInterrupted: Bool
        let body: ArraySlice<UInt8>

        /// The messages of a datagram; what is broken ends the list.
        static func all(in datagram: ArraySlice<UInt8>) -> [NetlinkMessage] {
            var messages: [NetlinkMessage] = []
            var rest = datagram
            while let length: UInt32 = number(in: rest, at: 0), let kind: UInt16 = number(in: rest, at: 4),
                let flags: UInt16 = number(in: rest, at: 6), let sequence: UInt32 = number(in: rest, at: 8),
                length >= NetlinkWriter.headerSize, length <= rest.count
            {
                let end = rest.startIndex + Int(length)
                messages.append(
                    NetlinkMessage(
                        kind: kind, sequence: sequence, wasInterrupted: flags & interrupted != 0,
                        body: rest[rest.startIndex + NetlinkWriter.headerSize..<end]))
                rest = rest.dropFirst((Int(length) + 3) & ~3)
            }
            return messages
        }

        /// The error number of an acknowledgement or of the end of a dump, 0 for success; `nil` in other messages.
        var outcome: Int32? {
            guard kind == Kind.error || kind == Kind.done else { return nil }
            let number: Int32? = Self.number(in: body, at: 0)
            return number.map { $0 == .min ? .max : -$0 } ?? (kind == Kind.done ? 0 : .max)
        }

        /// A byte of the fixed part.
        func byte(at offset: Int) -> UInt8? { Self.number(in: body, at: offset) }

        /// A number of the fixed part.
        func number(at offset: Int) -> UInt32? { Self.number(in: body, at: offset) }

        /// The attributes after a fixed part of this size; the last one of a kind counts.
        func attributes(after fixed: Int) -> [UInt16: ArraySlice<UInt8>] {
            var found: [UInt16: ArraySlice<UInt8>] = [:]
            var rest = body.dropFirst((fixed + 3) & ~3)
            while let length: UInt16 = Self.number(in: rest, at: 0), let kind: UInt16 = Self.number(in: rest, at: 2),
                length >= 4, length <= rest.count
            {
                found[kind & 0x3fff] = rest.dropFirst(4).prefix(Int(length) - 4)
                rest = rest.dropFirst((Int(length) + 3) & ~3)
            }
            return found
        }

        /// A number in the machine's byte order, or `nil` when the bytes end before it does.
        static func number<Number: FixedWidthInteger>(in bytes: ArraySlice<UInt8>, at offset: Int) -> Number? {
            let size = MemoryLayout<Number>.size
            guard offset >= 0, bytes.count >= offset + size else { return nil }
            return bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Number.self) }
        }
    }
#endif
