import PIMCore
import PIMRPC
import Testing

@testable import pim

@Suite("JSON for terminals")
struct JSONTextTests {
    @Test func controlsAreEscapedAndMeanTheSame() throws {
        let value = JSONValue.object(["n": .string("a\u{1b}\u{7f}\u{9b}2J\u{9f}é\u{a0}")])
        let text = try JSONText.of(value)
        #expect(text.contains("\\u007f\\u009b2J\\u009fé\u{a0}"))
        #expect(!text.unicodeScalars.contains { 0x7f..<0xa0 ~= $0.value || $0.value == 0x1b })
        #expect(try RPCCoding.decode(JSONValue.self, from: text.utf8) == value)
    }

    @Test func whatTheDaemonSentStaysOtherwiseAsItIs() {
        #expect(JSONText.of(Array("{\"b\":1,\"a\":\"\u{85}\"}".utf8)) == "{\"b\":1,\"a\":\"\\u0085\"}")
    }
}
