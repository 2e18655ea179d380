import ArgumentParser
import PIMClient
import PIMCore
import PIMHost
import PIMRPC

/// What shells complete by asking the daemon, quickly and without a word when there is none.
enum NameCompletion {
    static let configurationKeys = CompletionKind.custom { _, _, _ in ConfigurationKeys.all }

    /// Names and short ids of every node the daemon knows.
    static let nodes = CompletionKind.custom { arguments, _, _ async in
        await ask(arguments) { client in
            try await PeerDirectory.known(to: client).flatMap { node, names in
                names.names.isEmpty ? [node.description] : names.names.sorted()
            }
        }
    }

    /// Labels of configured peers.
    static let configuredPeers = CompletionKind.custom { arguments, _, _ async in
        await ask(arguments) { client in
            try await client.call(RPC.peersList, PeerListParameters()).filter(\.isStatic).compactMap(\.label)
        }
    }

    private static func ask(
        _ arguments: [String], _ question: (ControlClient) async throws -> [String]
    ) async -> [String] {
        let given = arguments.firstIndex(of: "--socket").flatMap { index in
            arguments.indices.contains(index + 1) ? arguments[index + 1] : nil
        }
        let path = given ?? ClientOptions.paths.socket
        guard
            let client = try? await ControlClient.connect(
                to: path, as: Pim.clientName, timeout: .milliseconds(500))
        else { return [] }
        let words = (try? await question(client)) ?? []
        await client.close()
        // What would confuse a shell's list is left out.
        return words.sorted().filter { !$0.isEmpty && $0 == Printable.line($0) && !$0.contains(":") }
    }
}
