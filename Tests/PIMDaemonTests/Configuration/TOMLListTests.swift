import PIMCore
import Testing

@testable import PIMDaemon

/// Elements of `[[peers]]` come and go; the rest of the text stays as people wrote it.
@Suite struct TOMLListTests {
    private let text = """
        # mine
        [node]
        name = "n"

        # the hill
        [[peers]] # first
        address = "a:1" # there
        mechanism = "tcp"

        # the valley
        [[peers]]
        address = "b:1"
        mechanism = "tcp"
        [log]
        level = "info"
        """

    @Test func anElementIsAddedAtTheEnd() throws {
        let pairs: [(key: String, value: TOMLLiteral)] = [("label", .string("x\"y")), ("n", .integer(1))]
        #expect(
            try TOMLEditor.append(to: "peers", pairs, in: text)
                == text + "\n\n[[peers]]\nlabel = \"x\\\"y\"\nn = 1\n")
        #expect(try TOMLEditor.append(to: "peers", [("n", .integer(1))], in: "") == "\n[[peers]]\nn = 1\n")
    }

    @Test func anElementGoesWithItsPairsAndNothingElse() throws {
        let first = "[[peers]] # first\naddress = \"a:1\" # there\nmechanism = \"tcp\"\n"
        let second = "[[peers]]\naddress = \"b:1\"\nmechanism = \"tcp\"\n"
        #expect(try TOMLEditor.remove(elements: [0], of: "peers", in: text) == text.replacing(first, with: ""))
        #expect(try TOMLEditor.remove(elements: [1], of: "peers", in: text) == text.replacing(second, with: ""))
        #expect(
            try TOMLEditor.remove(elements: [0, 1], of: "peers", in: text)
                == text.replacing(first, with: "").replacing(second, with: ""))
        #expect(try TOMLEditor.remove(elements: [], of: "peers", in: text) == text)
    }

    @Test(arguments: [
        "peers = [ { address = \"a:1\" } ]\n", "[[peers]]\na = 1\n[peers.more]\nb = 2\n", "peers = 3\n", "[peers\n",
    ])
    func whatIsWrittenOtherwiseIsLeftToPeople(text: String) {
        #expect(throws: PIMError.self) { try TOMLEditor.remove(elements: [0], of: "peers", in: text) }
    }

    @Test func whatIsNotThereCannotGo() {
        #expect(throws: PIMError.self) { try TOMLEditor.remove(elements: [2], of: "peers", in: text) }
        #expect(throws: PIMError.self) { try TOMLEditor.append(to: "peers", [], in: "peers = [ { a = 1 } ]\n") }
    }
}
