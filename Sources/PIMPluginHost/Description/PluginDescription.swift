internal import PIMPlugin

/// A plugin's properties, read once.
struct PluginDescription {
    let name: String
    let kinds: [String]
    let policy: PluginFailurePolicy
    let minimumSecurity: PayloadSecurity
    let workers: Workers
    let rpcNamespace: String
    let rpcMethods: [PluginRPCMethod]
    let requestsSigningSeed: Bool

    /// How payloads are handed out.
    enum Workers: Equatable {
        case one
        case perSource(Int)
    }

    init(of plugin: any DaemonPlugin) {
        name = plugin.name
        kinds = plugin.payloadKinds
        policy = plugin.failurePolicy
        minimumSecurity = plugin.minimumSecurity
        switch plugin.concurrency {
        case .serial: workers = .one
        case .perSource(let limit): workers = .perSource(min(max(limit, 1), 64))
        }
        rpcNamespace = plugin.rpcNamespace
        rpcMethods = plugin.rpcMethods
        requestsSigningSeed = plugin.requestsSigningSeed
    }

    /// What is wrong with the plugin by itself.
    var problems: [PluginProblem] {
        var problems: [PluginProblem] = []
        func refuse(_ message: String) { problems.append(PluginProblem(.error, plugin: name, message)) }
        if !Self.isIdentifier(name) {
            refuse("a plugin's name has 1–64 characters of a-z, 0-9, - and _ and starts with a letter")
        }
        if !Self.isIdentifier(rpcNamespace) {
            refuse("its RPC namespace “\(rpcNamespace)” is not made like a plugin's name")
        }
        for kind in kinds where !(1...255).contains(kind.utf8.count) || !kind.utf8.allSatisfy({ $0 < 0x80 }) {
            refuse("its payload kind “\(kind)” does not have 1–255 ASCII bytes")
        }
        for method in rpcMethods where !Self.isMethodName(method.name) {
            refuse("its RPC method “\(method.name)” is not made of names like a plugin's, joined by dots")
        }
        let methods = rpcMethods.map(\.name)
        for name in Set(methods).sorted() where methods.filter({ $0 == name }).count > 1 {
            refuse("it has two RPC methods “\(name)”")
        }
        return problems
    }

    /// 1–64 of `a-z 0-9 - _`, first a letter.
    static func isIdentifier(_ text: String) -> Bool {
        guard (1...64).contains(text.utf8.count), let first = text.utf8.first, isLetter(first) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2d || $0 == 0x5f }
    }

    private static func isMethodName(_ text: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { isIdentifier(String($0)) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) }
}
