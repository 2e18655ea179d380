internal import NIOCore
internal import PIMCore
internal import PIMHost

/// Who may use the control socket: the daemon's own user, root, and the group of `rpc.group` (`spec/rpc.md` §10.4). The
/// kernel says who connected, whatever the mode of the socket lets through.
struct ClientAccess: Sendable {
    var group: UserGroup?
    var ownUserID = ProcessProbe.effectiveUserID

    func admits(_ client: PeerCredentials) -> Bool {
        client.userID == ownUserID || client.userID == 0
            || group?.admits(client) == true
    }

    /// What somebody else is told.
    func refusal(of client: PeerCredentials) -> String {
        let way =
            group.map { "members of the group \($0.name) may" } ?? "`rpc.group` in its configuration names who else may"
        return "user \(client.userID) may not use this daemon; its own user and root may, and \(way)"
    }
}

extension PeerCredentials {
    /// Of the client at the other end of a connection; `nil` where the system does not tell.
    static func of(_ channel: any Channel) async -> PeerCredentials? {
        #if os(Linux)
            let credentials = try? await channel.eventLoop.submit {
                try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
                    try PeerCredentials(ofSocket: $0)
                }
            }.get()
            return credentials ?? nil
        #else
            return nil
        #endif
    }
}

extension PIMConfiguration.ControlSocket {
    /// `rpc.group`, looked up.
    var userGroup: UserGroup? {
        get throws(PIMError) {
            guard let group else { return nil }
            guard let found = UserGroup(named: group) else {
                throw PIMError(.config, "rpc.group: this machine has no group “\(group)”")
            }
            return found
        }
    }
}
