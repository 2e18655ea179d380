import PIMCore
import PIMDaemon
import Testing

@Suite("Configuration values as they are typed")
struct TypedValuesTests {
    @Test(
        "values",
        arguments: [
            ("9100", .integer(9100)), ("true", .bool(true)), ("0x10", .integer(16)), ("1.5", .number(1.5)),
            ("open", .string("open")), ("\"9100\"", .string("9100")), ("'a\\b'", .string("a\\b")),
            ("[\"a\", \"b\"]", .array([.string("a"), .string("b")])), ("", .string("")),
            ("10.77.0.0/16", .string("10.77.0.0/16")), ("5 # five", .string("5 # five")), ("a\nb", .string("a\nb")),
        ] as [(String, JSONValue)])
    func values(typed: String, value: JSONValue) throws {
        #expect(try ConfigurationEditing.value(typed: typed) == value)
    }

    @Test("what begins like a value and is none", arguments: ["\"a", "[1,", "{a", "'"])
    func mistakes(typed: String) {
        #expect(throws: PIMError.self) { try ConfigurationEditing.value(typed: typed) }
    }

    @Test func keys() throws {
        #expect(try ConfigurationEditing.parts(of: "transport.listen_port") == ["transport", "listen_port"])
        #expect(try ConfigurationEditing.parts(of: "plugins.\"a.b\".x") == ["plugins", "a.b", "x"])
        for mistake in ["", ".", "a.", "a b", "a = 1\nb", "[a]", "# a"] {
            #expect(throws: PIMError.self, "\(mistake)") { try ConfigurationEditing.parts(of: mistake) }
        }
    }

    @Test func secretsAreMasked() {
        let text = "[mesh]\nmode = \"private\"\npassphrase = \"seven herons\" # ours\n"
        let masked = ConfigurationEditing.masked(text)
        #expect(masked.keys == ["mesh.passphrase"])
        #expect(!masked.text.contains("herons") && masked.text.contains("# ours"))
    }
}
