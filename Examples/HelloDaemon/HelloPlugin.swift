import PIMCore
import PIMPlugin

/// Greets every node that becomes reachable and prints the greetings that arrive.
final class HelloPlugin: DaemonPlugin {
    let name = "hello"
    let payloadKinds = ["hello.greeting"]

    func start(_ context: PluginContext) async throws {
        let events = context.peers.events()
        context.run("greet") {
            for await case .routeUp(let peer) in events {
                let greeting = Array("hello from \(context.identity.nodeName)".utf8)
                _ = context.control.send(OutboundPayload(kind: "hello.greeting", body: greeting), to: peer)
            }
        }
    }

    func handlePayload(_ payload: InboundPayload) async {
        print("\(payload.source.shortDescription): \(String(decoding: payload.body, as: UTF8.self))")
    }
}
