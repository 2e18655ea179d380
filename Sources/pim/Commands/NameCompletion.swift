import ArgumentParser
import PIMClient
import PIMCore
import PIMHost
import PIMRPC

/// What shells complete by asking the daemon, quickly and without a word when there is none.
enum NameCompletion {
    static let configurationKeys = CompletionKind.custom { _, _, _ in ConfigurationKeys.all }

    /// Names, or else ids, of every node the daemon knows.
    static let nodes = CompletionKind.custom { arguments, _, _ async in
        await ask(arguments) { client in
            try await PeerDirectory.known(to: client).flatMap { node, names in
                words(for: names.names, of: node)
            }
        }
    }

    /// Labels, or else ids, of configured peers.
    static let configuredPeers = CompletionKind.custom { arguments, _, _ async in
        await ask(arguments) { client in
            try await client.call(RPC.peersList, PeerListParameters()).filter(\.isStatic).flatMap { peer in
                words(for: peer.label.map { [$0] } ?? [], of: peer.nodeID)
            }
        }
    }

    /// The names of a node a shell can be offered, or else its id.
    static func words(for names: Set<String>, of node: NodeID?) -> [String] {
        let harmless = names.filter(isHarmless).sorted()
        return harmless.isEmpty ? node.map { [$0.description] } ?? [] : harmless
    }

    /// Whether a shell takes a word for itself and nothing else. Names are chosen by strangers, and the script for bash
    /// expands what it is given: `$(…)` would be run.
    static func isHarmless(_ word: String) -> Bool {
        word.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._\-]*/) != nil
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
        return words.sorted().filter(isHarmless)
    }
}
