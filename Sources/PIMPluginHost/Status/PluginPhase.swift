/// Where a plugin stands in its life. The raw values appear in `plugins.list`.
public enum PluginPhase: String, Sendable, Hashable, Codable, CaseIterable {
    /// Switched off by `[plugins.<name>] enabled = false`; nothing of it was called.
    case disabled
    /// Its name and kinds are known.
    case described
    /// Its configuration was found good.
    case configured
    /// `start` runs.
    case starting
    /// It receives payloads.
    case running
    /// It receives no new payloads; handlers and background work end, then `shutdown` runs.
    case draining
    /// `shutdown` is over, or it was never started and the host stopped.
    case stopped
    /// `start` threw or missed its deadline.
    case failed
}
