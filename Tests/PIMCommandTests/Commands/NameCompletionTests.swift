import PIMCore
import Testing

@testable import pim

@Suite("What shells complete")
struct NameCompletionTests {
    private let node = NodeID(high: 1, low: 2)

    @Test("words that mean themselves", arguments: ["a", "relay-1", "node.example_7", "7"])
    func harmless(word: String) {
        #expect(NameCompletion.isHarmless(word))
    }

    @Test(
        "words a shell would do something with",
        arguments: [
            "", "$(id)", "`id`", "a b", "-rf", "~", "a;b", "a\nb", "*", "x'", "x\"", "a\\b", "$HOME", "{a,b}", "é",
            "a:b",
        ])
    func harmful(word: String) {
        #expect(!NameCompletion.isHarmless(word))
    }

    @Test func whoHasNoUsableNameGoesByTheID() {
        #expect(NameCompletion.words(for: ["b", "a", "$(id)"], of: node) == ["a", "b"])
        #expect(NameCompletion.words(for: ["$(id)"], of: node) == [node.description])
        #expect(NameCompletion.words(for: [], of: node) == [node.description])
        #expect(NameCompletion.words(for: ["$(id)"], of: nil).isEmpty)
    }
}
