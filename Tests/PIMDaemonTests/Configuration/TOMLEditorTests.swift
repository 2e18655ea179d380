import PIMCore
import Testing

@testable import PIMDaemon

@Suite struct TOMLEditorTests {
    private let text = """
        # mine
        [node]
        name = "n"   # the name

        [gateway] # off for now
        enabled   =   false # why
        nat_interface = "eth0"

        # about messages
        [messaging.broadcast]
        unknown = 1
        """

    @Test func valueIsReplacedAndNothingElse() throws {
        let edited = try TOMLEditor.set(key: ["gateway", "enabled"], value: .boolean(true), in: text)
        #expect(edited == text.replacing("enabled   =   false # why", with: "enabled   =   true # why"))
    }

    @Test func missingKeyIsAddedToItsSection() throws {
        let edited = try TOMLEditor.set(key: ["gateway", "max_connections"], value: .integer(5), in: text)
        #expect(
            edited == text.replacing("\"eth0\"\n", with: "\"eth0\"\nmax_connections = 5\n"))
        let last = try TOMLEditor.set(
            key: ["messaging", "broadcast", "outgoing_interval_s"], value: .integer(60), in: text)
        #expect(last == text + "\noutgoing_interval_s = 60\n")
    }

    @Test func missingSectionIsAddedAtTheEnd() throws {
        let edited = try TOMLEditor.set(key: ["routing", "dns_servers"], value: .strings(["a\"b", "c"]), in: text)
        #expect(edited == text + "\n\n[routing]\ndns_servers = [\"a\\\"b\", \"c\"]\n")
    }

    @Test func implicitSectionGetsAHeaderOfItsOwn() throws {
        let edited = try TOMLEditor.set(key: ["messaging", "x"], value: .integer(1), in: text)
        #expect(edited == text + "\n\n[messaging]\nx = 1\n")
    }

    @Test func keyIsRemovedWithItsLine() throws {
        let edited = try TOMLEditor.remove(key: ["gateway", "enabled"], in: text)
        #expect(edited == text.replacing("enabled   =   false # why\n", with: ""))
        #expect(try TOMLEditor.remove(key: ["gateway", "absent"], in: text) == text)
        #expect(throws: PIMError.self) { try TOMLEditor.remove(key: ["gateway"], in: text) }
    }

    @Test func valuesInBracesAreReplacedToo() throws {
        let braces = "gateway = { enabled = false, x = 1 }\n"
        let edited = try TOMLEditor.set(key: ["gateway", "enabled"], value: .boolean(true), in: braces)
        #expect(edited == "gateway = { enabled = true, x = 1 }\n")
        #expect(throws: PIMError.self) { try TOMLEditor.remove(key: ["gateway", "enabled"], in: braces) }
        #expect(throws: PIMError.self) { try TOMLEditor.set(key: ["gateway", "y"], value: .integer(1), in: braces) }
    }

    @Test func whatStandsInTheWayIsAnError() {
        #expect(throws: PIMError.self) { try TOMLEditor.set(key: ["a", "b"], value: .integer(1), in: "a = 1\n") }
        #expect(throws: PIMError.self) { try TOMLEditor.set(key: ["a"], value: .integer(1), in: "[a\n") }
        #expect(throws: PIMError.self) { try TOMLEditor.set(key: [], value: .integer(1), in: "") }
        #expect(throws: PIMError.self) { try TOMLEditor.set(key: ["b"], value: .integer(1), in: "[a]\nx = 1\n") }
    }

    @Test func emptyTextAndOddNamesAreFine() throws {
        #expect(try TOMLEditor.set(key: ["a"], value: .string("x\n"), in: "") == "a = \"x\\n\"\n")
        #expect(try TOMLEditor.set(key: ["a b", "c"], value: .integer(1), in: "") == "\n[\"a b\"]\nc = 1\n")
    }

    /// Setting a value in a generated file changes that one and no other.
    @Test func editedFileDiffersInOneValue() throws {
        let template = try ConfigurationTemplate(roles: [.gateway]).text
        var expected = try ConfigurationText.load(template).configuration
        let edited = try TOMLEditor.set(
            key: ["messaging", "broadcast", "outgoing_interval_s"], value: .integer(45),
            in: TOMLEditor.set(key: ["gateway", "nat_interface"], value: .string("wan0"), in: template))
        expected.gateway.natInterface = "wan0"
        expected.messaging.broadcast.outgoingIntervalSeconds = 45
        #expect(try ConfigurationText.load(edited).configuration == expected)
    }
}
