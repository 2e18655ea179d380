import ArgumentParser
import PIMClient
import PIMCore
import PIMRPC

struct MessagesTailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail", abstract: "Print messages as they come and go, until interrupted.")

    @OptionGroup var client: ClientOptions
    @Flag(help: "Print the daemon's events as JSON, one a line.")
    var json = false

    func run() async throws {
        let path = client.socketPath
        try await client.withClient { client in
            // Fails at once when this daemon has no messaging.
            _ = try await client.call(EventStream.messages.subscribe)
            for await event in client.events where event.belongs(to: .messages) { print(event) }
            throw ControlClientError(.closed, path: path, "the daemon closed the connection")
        }
    }

    private func print(_ event: ControlEvent) {
        if json { return Output.line(JSONText.of(event.parameters)) }
        if let lagged: LaggedNotice = try? event.decode(), lagged.kind == LaggedNotice.kind {
            return Output.complain("\(lagged.dropped) events were missed")
        }
        guard let event: MessageEvent = try? event.decode() else { return }
        switch event {
        case .received(let message, in: let conversation), .queued(let message, in: let conversation):
            Output.line(MessageLine.text(of: message, name: conversation.name))
        case .status(let change):
            let reason = change.reason.map { ": \(Printable.line($0.rawValue))" } ?? ""
            let time = Printable.localTime(milliseconds: change.atMilliseconds)
            Output.line("\(time)  message \(change.messageID) is \(change.newStatus.rawValue)\(reason)")
        default: return
        }
    }
}
