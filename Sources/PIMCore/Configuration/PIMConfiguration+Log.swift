extension PIMConfiguration {
    /// `[log]`: what is logged, and how it is written (`spec/cli.md` §7.1; the section is ours). Applied live.
    public struct Log: Sendable, Equatable {
        /// The least important lines that are wanted.
        public enum Level: String, Sendable, Hashable, CaseIterable {
            case trace, debug, info, warn, error
        }

        /// How a line is written to standard error.
        public enum Format: String, Sendable, Hashable, CaseIterable {
            /// For people and for `pim logs`.
            case text
            /// One object a line.
            case json
            /// With the priority in front and without a time stamp, which the journal adds itself.
            case journald
        }

        public var level = Level.info
        /// `nil`: `journald` where standard error leads to the journal, else `text`.
        public var format: Format?
        /// `[log.levels]`: other levels for some sources, by the beginning of their names.
        public var levels: [String: Level] = [:]

        public init() {}
    }
}
