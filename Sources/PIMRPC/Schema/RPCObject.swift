/// The members of one kind of object on the control socket (`spec/rpc.md` §5).
public struct RPCObject: Sendable, Hashable {
    public struct Member: Sendable, Hashable {
        public var name: String
        public var schema: RPCSchema
        /// Of a result: whether it is there even when it has no value. Of parameters: whether clients must send it.
        public var isRequired: Bool
        /// One line for people; `nil` where nobody wrote one.
        public var note: String?

        public init(_ name: String, _ schema: RPCSchema, isRequired: Bool = true, note: String? = nil) {
            self.name = name
            self.schema = schema
            self.isRequired = isRequired
            self.note = note
        }
    }

    /// As the type declares them.
    public var members: [Member]

    public init(_ members: [Member]) {
        self.members = members
    }
}
