extension NodeID: CustomStringConvertible, CustomDebugStringConvertible {
    /// The 32 lowercase hex digits of the full text form.
    public var description: String { Hex.encode(bytes) }

    public var debugDescription: String { "NodeID(\(description))" }

    /// The form shown to people: first 8 hex digits, two dots, last 8 (`a3f1b2c4..9d32e0f8`).
    public var shortDescription: String {
        let text = description
        return "\(text.prefix(8))..\(text.suffix(8))"
    }

    /// Parses 32 hex digits of either case.
    ///
    /// - Throws: `PIMError` of category `config`, naming the actual length or the first bad pair of digits
    ///   (`spec/wire.md` §3, `spec/config.md` §2.6).
    public init(parsing text: String) throws(PIMError) {
        let digits = Array(text.utf8)
        guard digits.count == 2 * Self.byteCount else {
            throw PIMError(.config, "a node id has 32 hex characters, this one has \(digits.count) bytes")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        for pair in stride(from: 0, to: digits.count, by: 2) {
            guard let upper = Hex.value(of: digits[pair]), let lower = Hex.value(of: digits[pair + 1]) else {
                let shown = String(decoding: digits[pair...pair + 1], as: UTF8.self)
                throw PIMError(.config, "“\(shown)” at position \(pair) of a node id is not a pair of hex digits")
            }
            bytes.append(upper << 4 | lower)
        }
        guard let parsed = NodeID(bytes) else { throw PIMError(.config, "a node id has 16 bytes") }
        self = parsed
    }
}

extension NodeID: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            self = try NodeID(parsing: container.decode(String.self))
        } catch let error as PIMError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.message)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
