extension PIMConfiguration {
    /// `[node]`, the only section every file must have (`spec/config.md` §3.1).
    public struct Node: Sendable, Equatable {
        /// The human name; may be empty. 255 bytes of it travel to other nodes.
        public var name: String
        /// `data_dir` if the file says so; `nil` leaves the choice to the platform.
        public var dataDirectory: String?

        public init(name: String, dataDirectory: String? = nil) {
            self.name = name
            self.dataDirectory = dataDirectory
        }
    }
}
