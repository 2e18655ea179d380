public import PIMCore

/// Hands resolvers to this machine while its default route leads into the mesh (`spec/host-network.md` §4).
///
/// Calls are made one after the other by one task; every call may be repeated.
public actor NameResolution {
    /// How resolvers are handed over.
    enum Way: Hashable, Sendable {
        case resolvectl
        case resolverFile
    }

    private static let program = "resolvectl"
    private static let deadline = Duration.seconds(5)

    private let mode: PIMConfiguration.Routing.DNSMode
    private let servers: [String]
    private let interface: String
    private let file: ResolverFile
    /// How names are resolved now; `nil` when the machine does as it likes.
    private var way: Way?

    /// Whether resolvers of ours are in place.
    public var isInstalled: Bool { way != nil }

    /// - Parameters:
    ///   - servers: Addresses of resolvers; empty leaves name resolution alone.
    ///   - interface: The TUN device.
    public init(
        mode: PIMConfiguration.Routing.DNSMode, servers: [String], interface: String, journal: HostJournal
    ) {
        self.init(
            mode: mode, servers: servers, interface: interface,
            file: ResolverFile(path: ResolverFile.standardPath, journal: journal))
    }

    init(mode: PIMConfiguration.Routing.DNSMode, servers: [String], interface: String, file: ResolverFile) {
        self.mode = mode
        // The configuration only warns of what is no address, and a file is no place to try it.
        self.servers = servers.filter { IPv4Address($0) != nil || IPv6Address($0) != nil }
        self.interface = interface
        self.file = file
    }

    /// Puts the resolvers in place, if they are not.
    ///
    /// - Throws: `PIMError` when the machine does not take them. Name resolution is then as it was.
    public func install() async throws(PIMError) {
        guard way == nil, !servers.isEmpty, let chosen = await choose() else { return }
        switch chosen {
        case .resolvectl:
            try await resolvectl(["dns", interface] + servers)
            way = .resolvectl
            // Without it other resolvers are asked too, which is no reason to do without ours.
            try? await resolvectl(["domain", interface, "~."])
        case .resolverFile:
            do { try file.install(servers) } catch { throw error.asPIMError }
            way = .resolverFile
        }
    }

    /// Takes them back.
    public func remove() async throws(PIMError) {
        switch way {
        case .resolvectl: try await resolvectl(["revert", interface])
        case .resolverFile: do { try file.restore() } catch { throw error.asPIMError }
        case nil: break
        }
        way = nil
    }

    /// Undoes what a killed daemon left. What `resolvectl` was told went with the interface.
    public nonisolated func removeLeftovers() throws(PIMError) {
        do { try file.restore() } catch { throw error.asPIMError }
    }

    /// The same for a start that makes no interface of its own.
    public static func removeLeftovers(journal: HostJournal) throws(PIMError) {
        let file = ResolverFile(path: ResolverFile.standardPath, journal: journal)
        do { try file.restore() } catch { throw error.asPIMError }
    }

    private func choose() async -> Way? {
        switch mode {
        case .off: return nil
        case .resolvectl: return .resolvectl
        case .resolvConf: return .resolverFile
        case .auto:
            let answer = try? await Command.run(Self.program, ["status"], deadline: Self.deadline)
            return answer?.isSuccess == true ? .resolvectl : .resolverFile
        }
    }

    private func resolvectl(_ arguments: [String]) async throws(PIMError) {
        let result = try await Command.run(Self.program, arguments, deadline: Self.deadline)
        guard result.isSuccess else {
            throw PIMError(.io, "\(Self.program) \(arguments.joined(separator: " ")): \(result.complaint)")
        }
    }
}
