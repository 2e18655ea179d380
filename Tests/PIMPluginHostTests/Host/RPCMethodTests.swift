import PIMCore
import PIMPlugin
import PIMPluginHost
import PIMTesting
import Testing

@Suite struct RPCMethodTests {
    private struct Pair: Codable, Sendable {
        var left: Int
        var right: Int
    }

    private func adder() -> ProbePlugin {
        ProbePlugin(
            "calculator", namespace: "sums",
            methods: [PluginRPCMethod("add", summary: "Adds.") { (pair: Pair) in ["sum": pair.left + pair.right] }])
    }

    @Test func methodsAnswerUnderTheNamespace() async throws {
        let mesh = PluginMesh()
        let node = try await mesh.addNode("a", plugins: [adder()])
        #expect(node.host.rpcMethods().keys.sorted() == ["sums.add"])
        #expect(try await node.call("sums.add", #"{"left":2,"right":3}"#) == #"{"sum":5}"#)
        await mesh.stop()
    }

    @Test func wrongParametersAreNamed() async throws {
        let mesh = PluginMesh()
        let node = try await mesh.addNode("a", plugins: [adder()])
        let error = await #expect(throws: RPCError.self) { try await node.call("sums.add", #"{"left":2}"#) }
        #expect(error == RPCError(.invalidParams, ""))
        #expect(error?.message == "add: “right” is missing")
        let fraction = await #expect(throws: RPCError.self) {
            try await node.call("sums.add", #"{"left":2,"right":1.5}"#)
        }
        #expect(fraction?.message.hasPrefix("add: “right” is not a whole number") == true)
        await mesh.stop()
    }

    @Test func methodsOfAPluginThatDoesNotRunSaySo() async throws {
        let mesh = PluginMesh()
        let node = try mesh.prepareNode("a", plugins: [adder()])
        let error = await #expect(throws: RPCError.self) { try await node.call("sums.add", "{}") }
        #expect(error == RPCError(.internalError, ""))
        #expect(error?.message.contains("calculator") == true)
        await mesh.stop()
    }

    @Test func disabledPluginHasNoMethods() async throws {
        let mesh = PluginMesh()
        let node = try await mesh.addNode(
            "a", plugins: [adder()], settings: ["calculator": PluginSettings(enabled: false)])
        #expect(node.host.rpcMethods().isEmpty)
        await mesh.stop()
    }
}
