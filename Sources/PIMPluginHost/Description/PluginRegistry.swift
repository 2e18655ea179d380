internal import PIMPlugin

/// Which plugins there are and who receives which kind, found out once.
struct PluginRegistry {
    /// One plugin with what was read from it and what the operator says about it.
    struct Entry {
        let plugin: any DaemonPlugin
        let description: PluginDescription
        let settings: PluginSettings
        /// The kinds it receives: no plugin registered before it claims them.
        var kinds: [String] = []

        var policy: PluginFailurePolicy {
            guard let required = settings.required else { return description.policy }
            return required ? .required : .optional
        }
    }

    private(set) var entries: [Entry] = []
    /// The position in `entries` of the plugin that receives a kind.
    private(set) var receivers: [String: Int] = [:]
    /// Everything wrong with names, kinds, namespaces and switches; errors and warnings in order of discovery.
    private(set) var problems: [PluginProblem] = []

    init(_ plugins: [any DaemonPlugin], settings: [String: PluginSettings]) {
        entries = plugins.map { plugin in
            let description = PluginDescription(of: plugin)
            return Entry(
                plugin: plugin, description: description, settings: settings[description.name] ?? PluginSettings())
        }
        refuseSharedNames()
        for position in entries.indices where entries[position].settings.enabled {
            problems += entries[position].description.problems
            assignKinds(at: position)
            warnAboutSeed(at: position)
        }
        refuseSharedNamespaces()
        let names = Set(entries.map(\.description.name))
        for name in settings.keys.sorted() where !names.contains(name) {
            problems.append(PluginProblem(.warning, plugin: name, "this daemon has no plugin of that name"))
        }
    }

    private mutating func refuseSharedNames() {
        var seen: Set<String> = []
        for entry in entries where !seen.insert(entry.description.name).inserted {
            problems.append(
                PluginProblem(.error, plugin: entry.description.name, "two plugins of this name are registered"))
        }
    }

    private mutating func assignKinds(at position: Int) {
        let name = entries[position].description.name
        for kind in entries[position].description.kinds {
            guard let first = receivers[kind] else {
                receivers[kind] = position
                entries[position].kinds.append(kind)
                continue
            }
            guard first != position else { continue }
            let winner = entries[first].description.name
            problems.append(
                PluginProblem(
                    .warning, plugin: name,
                    "its payload kind “\(kind)” is claimed by “\(winner)” too, which was registered first and gets it"))
        }
    }

    private mutating func warnAboutSeed(at position: Int) {
        let (description, settings) = (entries[position].description, entries[position].settings)
        if description.requestsSigningSeed, settings.exposeSigningSeed {
            problems.append(
                PluginProblem(.warning, plugin: description.name, "it is given the node's signing seed, as configured"))
        } else if settings.exposeSigningSeed {
            problems.append(
                PluginProblem(
                    .warning, plugin: description.name, "“expose_signing_seed” has no effect: it does not ask for it"))
        }
    }

    private mutating func refuseSharedNamespaces() {
        var owners: [String: String] = [:]
        for entry in entries where entry.settings.enabled {
            let namespace = entry.description.rpcNamespace
            if let owner = owners[namespace], owner != entry.description.name {
                problems.append(
                    PluginProblem(
                        .error, plugin: entry.description.name,
                        "its RPC namespace “\(namespace)” belongs to “\(owner)” already"))
            } else {
                owners[namespace] = entry.description.name
            }
        }
    }
}
