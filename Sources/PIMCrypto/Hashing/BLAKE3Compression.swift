/// The compression function of BLAKE3: seven rounds over sixteen words.
enum BLAKE3Compression {
    /// The first 32 bits of the fractional parts of the square roots of the first eight primes, as in SHA-256.
    static let initialValue: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]

    private static let permutation = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8]

    /// - Parameters:
    ///   - chaining: 8 words.
    ///   - block: 16 words, little-endian.
    /// - Returns: the new chaining value, 8 words.
    static func compress(
        chaining: [UInt32], block: [UInt32], counter: UInt64, length: UInt32, flags: UInt32
    ) -> [UInt32] {
        var state = chaining + initialValue[..<4]
        state += [
            UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32), length, flags,
        ]
        var words = block
        for round in 0..<7 {
            if round > 0 { words = permutation.map { words[$0] } }
            mix(&state, 0, 4, 8, 12, words[0], words[1])
            mix(&state, 1, 5, 9, 13, words[2], words[3])
            mix(&state, 2, 6, 10, 14, words[4], words[5])
            mix(&state, 3, 7, 11, 15, words[6], words[7])
            mix(&state, 0, 5, 10, 15, words[8], words[9])
            mix(&state, 1, 6, 11, 12, words[10], words[11])
            mix(&state, 2, 7, 8, 13, words[12], words[13])
            mix(&state, 3, 4, 9, 14, words[14], words[15])
        }
        return (0..<8).map { state[$0] ^ state[$0 + 8] }
    }

    private static func mix(
        _ state: inout [UInt32], _ a: Int, _ b: Int, _ c: Int, _ d: Int, _ x: UInt32, _ y: UInt32
    ) {
        state[a] = state[a] &+ state[b] &+ x
        state[d] = rotated(state[d] ^ state[a], by: 16)
        state[c] = state[c] &+ state[d]
        state[b] = rotated(state[b] ^ state[c], by: 12)
        state[a] = state[a] &+ state[b] &+ y
        state[d] = rotated(state[d] ^ state[a], by: 8)
        state[c] = state[c] &+ state[d]
        state[b] = rotated(state[b] ^ state[c], by: 7)
    }

    private static func rotated(_ word: UInt32, by bits: UInt32) -> UInt32 {
        word >> bits | word << (32 - bits)
    }
}
