import Foundation

/// Passphrases that can be read aloud and typed: words of five letters, consonants and vowels in turn, drawn evenly.
struct PassphraseGenerator {
    // Letters that are hard to tell apart by ear or eye are left out: c, q, x, y among the consonants.
    private static let consonants = Array("bdfghjklmnprstvwz")
    private static let vowels = Array("aeiou")

    var words: Int

    /// What is drawn once for each word.
    private static var wordCount: Int {
        consonants.count * vowels.count * consonants.count * vowels.count * consonants.count
    }

    /// How hard it is to guess, for somebody who knows how it was made: whole bits, rounded down.
    var entropyBits: Int { Int(Double(words) * log2(Double(Self.wordCount))) }

    func make(using generator: inout some RandomNumberGenerator) -> String {
        (0..<words).map { _ in
            var rest = Int.random(in: 0..<Self.wordCount, using: &generator)
            let letters = [Self.consonants, Self.vowels, Self.consonants, Self.vowels, Self.consonants].map { letters in
                defer { rest /= letters.count }
                return letters[rest % letters.count]
            }
            return String(letters)
        }.joined(separator: " ")
    }
}
