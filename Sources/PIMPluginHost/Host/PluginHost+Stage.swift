extension PluginHost {
    /// Where the host as a whole stands.
    enum Stage {
        case idle
        case starting(Task<Void, any Error>)
        case running(watchdog: Task<Void, Never>)
        case stopping(Task<Void, Never>)
        case stopped
    }
}
