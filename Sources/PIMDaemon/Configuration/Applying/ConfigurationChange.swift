internal import PIMCore

/// What a new configuration means for a daemon that runs.
struct ConfigurationChange: Sendable, Equatable {
    /// Dotted keys whose new values count at once.
    var applied: [String] = []
    /// Dotted keys whose values differ from those of the start, and count from the next one.
    var requiresRestart: [String] = []
    /// What has to follow.
    var groups: Set<LiveKeys.Group> = []
}

extension ConfigurationChange {
    /// - Parameters:
    ///   - started: What the daemon started with.
    ///   - current: What it took last.
    init(from started: LoadedConfiguration, by current: LoadedConfiguration, to fresh: LoadedConfiguration) {
        for key in fresh.keys(changedFrom: current) {
            guard let group = LiveKeys.group(of: key, from: started.configuration, to: fresh.configuration) else {
                continue
            }
            applied.append(key)
            groups.insert(group)
        }
        requiresRestart = fresh.keys(changedFrom: started).filter { key in
            LiveKeys.group(of: key, from: started.configuration, to: fresh.configuration) == nil
        }
    }

    /// The same when these groups did not follow.
    func failing(_ groups: Set<LiveKeys.Group>, to fresh: PIMConfiguration, from started: PIMConfiguration) -> Self {
        let failed = applied.filter { key in
            LiveKeys.group(of: key, from: started, to: fresh).map(groups.contains) == true
        }
        var change = self
        change.applied.removeAll { failed.contains($0) }
        change.requiresRestart = (requiresRestart + failed).sorted()
        return change
    }
}
