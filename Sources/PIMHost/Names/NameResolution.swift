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
    /// How often `resolvectl` is asked whether all is as it was told: it takes a process each time.
    private static let interval = Duration.seconds(30)

    private let mode: PIMConfiguration.Routing.DNSMode
    private let servers: [String]
    private let interface: String
    private let file: ResolverFile
    /// How names are resolved now; `nil` when the machine does as it likes.
    private var way: Way?
    /// When `resolvectl` was last asked or told.
    private var lastExchange: ContinuousClock.Instant?

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

    /// Puts the resolvers in place, if they are not, and again if somebody else changed them.
    ///
    /// - Throws: `PIMError` when the machine does not take them, or asks others as well. ``isInstalled`` then tells whether
    ///   ours are among them.
    public func install() async throws(PIMError) {
        if let way, await isIntact(way) { return }
        let chosen = servers.isEmpty ? nil : await choose()
        // A killed daemon may have handed them over in another way.
        if chosen != .resolverFile { try restoreFile() }
        switch chosen {
        case .resolvectl:
            try await resolvectl(["dns", interface] + servers)
            way = .resolvectl
            // Without it other resolvers are asked too, and see every name.
            try await resolvectl(["domain", interface, "~."])
        case .resolverFile:
            do { try file.install(servers) } catch { throw error.asPIMError }
            way = .resolverFile
        case nil: break
        }
    }

    /// Takes them back, also those that a killed daemon left. What that one told `resolvectl` went with the interface.
    public func remove() async throws(PIMError) {
        if way == .resolvectl { try await resolvectl(["revert", interface]) }
        try restoreFile()
        way = nil
    }

    /// Whether names are resolved as ``install()`` would have it. Of `resolvectl` it may be half a minute before a change
    /// is noticed.
    public func stands() async -> Bool {
        guard let way else { return servers.isEmpty || mode == .off }
        if way == .resolvectl, let lastExchange, lastExchange.duration(to: .now) < Self.interval { return true }
        return await isIntact(way)
    }

    /// The same for a start that makes no interface of its own.
    public static func removeLeftovers(journal: HostJournal) throws(PIMError) {
        let file = ResolverFile(path: ResolverFile.standardPath, journal: journal)
        do { try file.restore() } catch { throw error.asPIMError }
    }

    private func restoreFile() throws(PIMError) {
        do { try file.restore() } catch { throw error.asPIMError }
    }

    private func isIntact(_ way: Way) async -> Bool {
        switch way {
        case .resolverFile: return file.holds(servers)
        case .resolvectl:
            lastExchange = .now
            let answer = try? await Command.run(Self.program, ["status", interface], deadline: Self.deadline)
            guard let answer, answer.isSuccess else { return false }
            return Self.lists(servers, in: answer.output)
        }
    }

    /// Whether `resolvectl status` tells of these servers, and that every name is asked of them.
    static func lists(_ servers: [String], in status: String) -> Bool {
        let words = status.split(whereSeparator: \.isWhitespace).map(String.init)
        let addresses = Set(words.compactMap { IPv6Address($0) })
        return words.contains("~.")
            && servers.allSatisfy { server in
                words.contains(server) || IPv6Address(server).map { addresses.contains($0) } ?? false
            }
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
        lastExchange = .now
        let result = try await Command.run(Self.program, arguments, deadline: Self.deadline)
        guard result.isSuccess else {
            throw PIMError(.io, "\(Self.program) \(arguments.joined(separator: " ")): \(result.complaint)")
        }
    }
}
