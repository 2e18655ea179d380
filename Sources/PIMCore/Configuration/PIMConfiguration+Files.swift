extension PIMConfiguration {
    /// `[files]`: what the daemon keeps up to date for programs that poll files (`spec/cli.md` §7.2, §7.3; the section is
    /// ours). Empty text writes none, `nil` writes to the platform's place.
    public struct Files: Sendable, Equatable {
        /// The statistics file.
        public var statistics: String?
        /// The debug snapshot.
        public var debugSnapshot: String?

        public init() {}
    }
}
