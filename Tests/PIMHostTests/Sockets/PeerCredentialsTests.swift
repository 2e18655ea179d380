import Foundation
import PIMHost
import Testing

@Suite struct PeerCredentialsTests {
    @Test func bothEndsOfAPairAreThisProcess() throws {
        var sockets: [Int32] = [-1, -1]
        #if os(Linux)
            let kind = Int32(SOCK_STREAM.rawValue)
        #else
            let kind = SOCK_STREAM
        #endif
        try #require(socketpair(AF_UNIX, kind, 0, &sockets) == 0)
        defer { for socket in sockets { close(socket) } }
        for socket in sockets {
            let peer = try PeerCredentials(ofSocket: socket)
            #expect(peer.pid == ProcessProbe.ownPID)
            #expect(peer.userID == ProcessProbe.effectiveUserID)
        }
    }

    @Test func somethingThatIsNoSocketIsAnError() {
        #expect(throws: FileError.self) { try PeerCredentials(ofSocket: -1) }
    }
}
