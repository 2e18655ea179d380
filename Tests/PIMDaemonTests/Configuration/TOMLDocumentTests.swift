import PIMCore
import Testing

@testable import PIMDaemon

/// What TOML texts mean (TOML 1.0), as JSON says it.
@Suite struct TOMLDocumentTests {
    private func json(_ text: String) throws -> JSONValue? { JSONValue(try TOMLDocument(text).root) }

    private func table(_ members: [String: JSONValue]) -> JSONValue { .object(members) }

    @Test func numbersAreWhatTheySay() throws {
        let text = """
            a = 0xdead_BEEF
            b = 0o755
            c = 0b1101
            d = -9223372036854775808
            e = +1_000
            f = 6.02e23
            g = -0.5
            h = 123e-4
            i = true
            """
        #expect(
            try json(text)
                == table([
                    "a": .integer(0xdead_beef), "b": .integer(0o755), "c": .integer(13), "d": .integer(.min),
                    "e": .integer(1000), "f": .number(6.02e23), "g": .number(-0.5), "h": .number(0.0123),
                    "i": .bool(true),
                ]))
    }

    @Test(arguments: [
        "9223372036854775808", "0x8000000000000000", "1979-02-29", "1979-13-01", "1979-00-10", "24:00:00", "12:60:00",
        "1979-05-27T07:32:00+24:00",
    ])
    func whatFitsNoTypeIsRefused(value: String) {
        let error = #expect(throws: TOMLDocument.SyntaxError.self) { try TOMLDocument("a = \(value)") }
        #expect(error?.message.contains("out of range") == true)
    }

    @Test(arguments: [
        "1979-05-27", "2000-02-29", "07:32:00.999", "1979-05-27T07:32:00Z", "1979-05-27 07:32:00.5-07:00",
    ])
    func datesStayAsTheyAreWritten(value: String) throws {
        #expect(try json("a = \(value)") == table(["a": .string(value)]))
    }

    @Test func stringsOfAllKinds() throws {
        let text = #"""
            a = "é\t\"\\\u00e9\U0001F600"
            b = 'C:\no\escapes'
            c = """
            first
              second \
                 joined""\""""
            d = '''
            raw \n
            '''
            e = """""two quotes"""""
            f = """\r"""
            """#
        #expect(
            try json(text)
                == table([
                    "a": .string("é\t\"\\é😀"), "b": .string(#"C:\no\escapes"#),
                    "c": .string("first\n  second joined\"\"\""), "d": .string("raw \\n\n"),
                    "e": .string("\"\"two quotes\"\""), "f": .string("\r"),
                ]))
    }

    @Test(arguments: [
        #"a = "\q""#, #"a = "\ x""#, "a = \"tab\u{1}\"", "a = 'x\u{7F}'", "a = \"\"\"x\u{0B}\"\"\"", "a = 1 # \u{1}",
        "a = \"x\ry\"", #"a = """x\ y""""#,
    ])
    func whatAStringCannotHoldIsRefused(text: String) {
        #expect(throws: TOMLDocument.SyntaxError.self) { try TOMLDocument(text) }
    }

    private static let sound: [(text: String, value: JSONValue)] = [
        ("[a.b]\nx = 1\n[a]\ny = 2", .object(["a": .object(["b": .object(["x": .integer(1)]), "y": .integer(2)])])),
        (
            "a.b = 1\na.c = 2\n[d]\ne.f = 3\n[d.e.g]\nh = 4",
            .object([
                "a": .object(["b": .integer(1), "c": .integer(2)]),
                "d": .object(["e": .object(["f": .integer(3), "g": .object(["h": .integer(4)])])]),
            ])
        ),
        (
            "[[a]]\n[[a.b]]\nx = 1\n[[a.b]]\n[a.c]\n[[a]]\n",
            .object([
                "a": .array([
                    .object(["b": .array([.object(["x": .integer(1)]), .object([:])]), "c": .object([:])]),
                    .object([:]),
                ])
            ])
        ),
        (
            "a = { b.c = 1, b.d = [ {}, ] }",
            .object([
                "a": .object(["b": .object(["c": .integer(1), "d": .array([.object([:])])])])
            ])
        ),
        ("\"\" = 1\n'x y' = 2\n3 = 4", .object(["": .integer(1), "x y": .integer(2), "3": .integer(4)])),
    ]

    @Test(arguments: sound)
    func tablesComeTogether(text: String, value: JSONValue) throws {
        #expect(try json(text) == value)
    }

    @Test(arguments: [
        "a = 1\na = 2", "a = 1\n\"a\" = 2", "[a]\n[a]", "a.b = 1\n[a]", "[a]\nb.c = 1\n[a.b]", "a = {}\n[a]",
        "a = {}\n[a.b]",
        "a = { b = 1 }\na.c = 2", "a = []\n[[a]]", "[a]\n[[a]]", "[[a]]\n[a]", "a = 1\na.b = 2",
        "[a.b]\nx = 1\n[a]\nb.y = 2",
        "a = { b = 1, b = 2 }", "a = { b = {}, b.c = 1 }", "[[a]]\n[a.b]\n[[a.b]]", "a = 1\n[a.b]",
        "[a]\nx.y = 1\n[b]\n[a.x]",
        "a = { x = 1, }", "a = { x = 1\n}",
    ])
    func contradictionsAreRefused(text: String) {
        #expect(throws: TOMLDocument.SyntaxError.self) { try TOMLDocument(text) }
    }
}
