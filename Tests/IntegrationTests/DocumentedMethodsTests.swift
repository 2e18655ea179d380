import PIMMessaging
import PIMRPC
import Testing

@testable import PIMDaemon

/// The documents are written from descriptors; here they are held against what a daemon really registers.
@Suite struct DocumentedMethodsTests {
    /// What a stock daemon registers. It answers `rpc.hello` and subscriptions without registering them.
    private func registered() async throws -> (registry: RPCRegistry, documented: Set<String>) {
        let registry = RPCRegistry()
        let daemon = try await DaemonUnderTest.start("n", plugins: [MessagingPlugin()], registry: registry)
        try await daemon.stop()
        let unregistered = RPC.events.flatMap { [$0.stream.subscribe.name, $0.stream.unsubscribe.name] }
        let documented = Set(RPC.stockMethods.map(\.name)).subtracting(unregistered + [RPC.hello.name])
        return (registry, documented)
    }

    @Test func everythingThatIsAnsweredIsDocumented() async throws {
        let (registry, documented) = try await registered()
        #expect(registry.methodNames.contains(RPC.sendMessage.name), "methods of plugins count too")
        #expect(registry.methodNames.subtracting(documented) == [])
    }

    @Test func everythingThatIsDocumentedIsAnswered() async throws {
        let (registry, documented) = try await registered()
        #expect(documented.subtracting(registry.methodNames) == [])
    }

    @Test func everyStreamThatIsDocumentedCanBeSubscribedTo() async throws {
        let (registry, _) = try await registered()
        for event in RPC.events { #expect(registry.hasStream(event.stream), "\(event.name)") }
    }
}
