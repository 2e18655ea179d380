import Testing

@testable import PIMDaemon

@Suite struct TOMLScannerTests {
    /// The places of keys and values, by dotted path.
    private func places(_ text: String) throws -> [String: [Int]] {
        var found: [String: [Int]] = [:]
        func visit(_ node: TOMLNode, _ path: String) {
            found[path] = [
                node.keyPosition.line, node.keyPosition.column, node.position.line, node.position.column,
            ]
            switch node.value {
            case .table(let members): for (key, member) in members { visit(member, path + "/" + key) }
            case .array(let elements):
                for (index, element) in elements.enumerated() { visit(element, path + "/\(index)") }
            default: break
            }
        }
        visit(try TOMLDocument(text).root, "")
        return found
    }

    @Test func everyFormOfKeyAndValueIsLocated() throws {
        let places = try places(
            #"""
            a = 1
              b.c = "x"
            "q u" = 'y'  # comment with = and [

            [table . "sub.x"]
            list = [ 1, # one
              [ "é", 2 ],
              { k = true, l.m = 1.5 },
            ]
            text = """
            line = 1
            [no.table] \""" """""
            raw = '''
            ''' # done
            date = 1979-05-27 07:32:00
            [[many]]
            x = 1
            [[many]]
            x = 2
            [many.inner]
            y = 3
            """#)
        #expect(places["/a"] == [1, 1, 1, 5])
        #expect(places["/b/c"] == [2, 5, 2, 9])
        #expect(places["/q u"] == [3, 1, 3, 9])
        #expect(places["/table/sub.x/list/0"] == [6, 10, 6, 10])
        #expect(places["/table/sub.x/list/1/0"] == [7, 5, 7, 5])
        #expect(places["/table/sub.x/list/1/1"] == [7, 10, 7, 10])
        #expect(places["/table/sub.x/list/2/k"] == [8, 5, 8, 9])
        #expect(places["/table/sub.x/list/2/l/m"] == [8, 17, 8, 21])
        #expect(places["/table/sub.x/text"] == [10, 1, 10, 8])
        #expect(places["/table/sub.x/raw"] == [13, 1, 13, 7])
        #expect(places["/table/sub.x/date"] == [15, 1, 15, 8])
        #expect(places["/many/0/x"] == [17, 1, 17, 5])
        #expect(places["/many/1/x"] == [19, 1, 19, 5])
        #expect(places["/many/1/inner/y"] == [21, 1, 21, 5])
    }

    @Test func linesMayEndTheWindowsWayAndTheFileMayHaveAMark() throws {
        let places = try places("\u{FEFF}[node]\r\nname = \"x\"\r\n# c\r\nb = 2\r\n")
        #expect(places["/node/name"] == [2, 1, 2, 8])
        #expect(places["/node/b"] == [4, 1, 4, 5])
    }

    @Test(arguments: ["a = 1\0\nb = 2", "a = \"x\\u0000y\"", "\"x\\U00000000\" = 1", "# \0\na = 1", "}\0"])
    func characterZeroIsRefused(text: String) {
        let error = #expect(throws: TOMLDocument.SyntaxError.self) { try TOMLDocument(text) }
        #expect(error?.message.contains("U+0000") == true)
    }

    @Test(arguments: [
        String(repeating: "a.", count: 200_000) + "a = 1", "[" + String(repeating: "a.", count: 5000) + "a]",
        "a = " + String(repeating: "[", count: 100_000), "a = " + String(repeating: "{ a = ", count: 100_000),
        "[x]\n" + String(repeating: "a.", count: 60) + "a = { " + String(repeating: "b.", count: 60) + "b = 1 }",
    ])
    func nestingIsBounded(text: String) {
        let error = #expect(throws: TOMLDocument.SyntaxError.self) { try TOMLDocument(text) }
        #expect(error?.message.contains("levels deep") == true)
    }

    @Test(arguments: [
        "0", "-17", "+1_000", "0xdead_BEEF", "0o755", "0b1101", "1.5", "-0.0", "6.02e23", "1e-3", "inf", "-nan", "true",
        "1979-05-27", "07:32:00.999", "1979-05-27T07:32:00Z", "1979-05-27 07:32:00.5-07:00",
    ])
    func plainValuesAreRead(value: String) throws {
        #expect(throws: Never.self) { try TOMLDocument("a = \(value) # x") }
        #expect(throws: Never.self) { try TOMLDocument("a = [\(value), \(value) ]") }
    }

    @Test(arguments: [
        "", "True", "1__0", "_1", "1_", "0x", "0xg", "1.", ".5", "1e", "--1", "12:00", "1979-5-27", "word", "1 2", "+",
        "]", "}", "1979-05-27T", "0b2", "é", "10:00:00Z", "=", "''' ", "\"\\u+123\"", "\"\\U00110000\"", "\"",
    ])
    func malformedValuesAreRefused(value: String) {
        #expect(throws: TOMLDocument.SyntaxError.self) { try TOMLDocument("a = \(value)") }
        #expect(throws: TOMLDocument.SyntaxError.self) { try TOMLDocument("a = [\(value)]x") }
    }

    @Test(arguments: [
        "[", "[]", "[}", "[a", "[[a]", "[a.]", "[.a]", "[a]]", "[a] b = 1", "a", "a =", "a.b. = 1", "= 1", "]",
    ])
    func malformedLinesAreRefused(line: String) {
        #expect(throws: TOMLDocument.SyntaxError.self) { try TOMLDocument(line) }
        #expect(throws: TOMLDocument.SyntaxError.self) { try TOMLDocument(line + "\n") }
    }

    /// Changed anywhere and cut anywhere, a text is read or refused, and nothing else happens.
    @Test func damagedTextsAreReadOrRefused() {
        let text = Array("[a]\nb.c = [1, { d = \"é\\n\" }, '''x''']\n[[e]]\nf = 07:32:00\n".utf8)
        let wildcards = Array("[]{}\"'=.,#\\\n\r x1\0".utf8)
        var read = 0
        for index in text.indices {
            for replacement in wildcards {
                var damaged = text
                damaged[index] = replacement
                for candidate in [damaged, Array(damaged[...index])] {
                    if (try? TOMLDocument(String(decoding: candidate, as: UTF8.self))) != nil { read += 1 }
                }
            }
        }
        #expect(read > 0)
    }

    /// Pieces of documents in any order: what has the form of TOML reaches the parser, with every contradiction in it.
    @Test func shuffledPiecesAreReadOrRefused() {
        let pieces = [
            "[a]\n", "[a.b]\n", "[[a]]\n", "[[a.b]]\n", "[\"\"]\n", "a = 1\n", "a.b = 2\n", "b = []\n", "b = {}\n",
            "a = [{}, {a.b = 1}]\n", "a = {b = {c = 1}, b.d = 2}\n", "c = 99999999999999999999\n", "c = 2024-02-31\n",
            "d = 25:61:61\n", "e = 1e999\n", "f = 0x" + String(repeating: "f", count: 40) + "\n", "'a' = 'x'\n",
            "g = " + String(repeating: "1", count: 100) + "\n", "h = \"\\q\"\n", "i = '\u{7}'\n", "# \u{1}\n", "x",
            "j = 1979-05-27T07:32:00+99:99\n", "k = \"\\uD800\"\n", "l = \"\"\"\\\n  x\"\"\"\n", "m = 1.e5\n", "\n",
        ]
        var generator = SeededGenerator(seed: 1)
        var read = 0
        for _ in 0..<3000 {
            let text = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                pieces.randomElement(using: &generator) ?? ""
            }
            if (try? TOMLDocument(text.joined())) != nil { read += 1 }
        }
        #expect(read > 0)
    }
}
