/// BLAKE3 with 32-byte output, in its three modes, for inputs of any size.
///
/// The mesh needs it for addresses only (`spec/wire.md` §4.2), where one compression does; the whole tree is here so
/// that the public test vectors can be run against it. Written from the BLAKE3 specification, for clarity: a chunk is
/// 1024 bytes, a block 64, parents join the roots of complete subtrees.
struct BLAKE3 {
    private static let blockSize = 64
    private static let chunkSize = 1024

    /// Domain flags of a compression.
    private enum Flag {
        static let chunkStart: UInt32 = 1 << 0
        static let chunkEnd: UInt32 = 1 << 1
        static let parent: UInt32 = 1 << 2
        static let root: UInt32 = 1 << 3
        static let keyedHash: UInt32 = 1 << 4
        static let deriveKeyContext: UInt32 = 1 << 5
        static let deriveKeyMaterial: UInt32 = 1 << 6
    }

    /// The key of a keyed hash, 32 bytes.
    struct Key: Sendable {
        fileprivate let words: [UInt32]
        let bytes: [UInt8]

        /// `nil` unless there are 32 bytes.
        init?(_ bytes: [UInt8]) {
            guard bytes.count == 32 else { return nil }
            self.init(digest: bytes)
        }

        fileprivate init(digest: [UInt8]) {
            bytes = digest
            words = BLAKE3.words(of: digest[...])
        }
    }

    private let key: [UInt32]
    private let mode: UInt32

    static func hash(_ input: [UInt8]) -> [UInt8] {
        BLAKE3(key: BLAKE3Compression.initialValue, mode: 0).digest(input[...])
    }

    static func keyedHash(key: Key, _ input: [UInt8]) -> [UInt8] {
        BLAKE3(key: key.words, mode: Flag.keyedHash).digest(input[...])
    }

    static func deriveKey(context: String, material: [UInt8]) -> Key {
        let contextKey = BLAKE3(key: BLAKE3Compression.initialValue, mode: Flag.deriveKeyContext)
            .digest(Array(context.utf8)[...])
        return Key(
            digest: BLAKE3(key: words(of: contextKey[...]), mode: Flag.deriveKeyMaterial).digest(material[...]))
    }

    private init(key: [UInt32], mode: UInt32) {
        self.key = key
        self.mode = mode
    }

    private func digest(_ input: ArraySlice<UInt8>) -> [UInt8] {
        node(input, firstChunk: 0, flags: Flag.root).flatMap { word in
            withUnsafeBytes(of: word.littleEndian) { Array($0) }
        }
    }

    /// The chaining value of the subtree over `input`. The left half is the largest power of two of chunks that leaves
    /// something for the right.
    private func node(_ input: ArraySlice<UInt8>, firstChunk: UInt64, flags: UInt32) -> [UInt32] {
        guard input.count > Self.chunkSize else { return chunk(input, index: firstChunk, flags: flags) }
        let chunks = (input.count - 1) / Self.chunkSize
        var leftChunks = 1
        while leftChunks * 2 <= chunks { leftChunks *= 2 }
        let middle = input.startIndex + leftChunks * Self.chunkSize
        let left = node(input[..<middle], firstChunk: firstChunk, flags: 0)
        let right = node(input[middle...], firstChunk: firstChunk + UInt64(leftChunks), flags: 0)
        return BLAKE3Compression.compress(
            chaining: key, block: left + right, counter: 0, length: UInt32(Self.blockSize),
            flags: mode | Flag.parent | flags)
    }

    private func chunk(_ input: ArraySlice<UInt8>, index: UInt64, flags: UInt32) -> [UInt32] {
        var chaining = key
        var rest = input
        var start = Flag.chunkStart
        while rest.count > Self.blockSize {
            chaining = BLAKE3Compression.compress(
                chaining: chaining, block: Self.words(of: rest.prefix(Self.blockSize)), counter: index,
                length: UInt32(Self.blockSize), flags: mode | start)
            rest = rest.dropFirst(Self.blockSize)
            start = 0
        }
        let padded = Array(rest) + [UInt8](repeating: 0, count: Self.blockSize - rest.count)
        // Only the root of the tree is marked as such, and it always counts as block 0.
        return BLAKE3Compression.compress(
            chaining: chaining, block: Self.words(of: padded[...]), counter: index, length: UInt32(rest.count),
            flags: mode | start | Flag.chunkEnd | flags)
    }

    private static func words(of bytes: ArraySlice<UInt8>) -> [UInt32] {
        stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { position in
            bytes[position..<position + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}
