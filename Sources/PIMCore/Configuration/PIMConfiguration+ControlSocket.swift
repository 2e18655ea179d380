extension PIMConfiguration {
    /// `[rpc]`: who may use the control socket.
    public struct ControlSocket: Sendable, Equatable {
        /// The group whose members may, beside the daemon's own user and root. The socket is given to it.
        public var group: String?

        public init() {}
    }
}
