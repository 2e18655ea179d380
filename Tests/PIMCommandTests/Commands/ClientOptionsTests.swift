import Testing

@testable import pim

@Suite("Which daemon is meant")
struct ClientOptionsTests {
    private let environment = ["XDG_RUNTIME_DIR": "/run/user/7", "HOME": "/home/u"]

    @Test func theUsualSocketNamesNobody() {
        #expect(!ClientOptions.namesDaemon("/run/user/7/pim.sock", environment: environment))
        let same = environment.merging(["PIM_RPC_SOCKET": "/run/user/7/pim.sock"]) { $1 }
        #expect(!ClientOptions.namesDaemon("/run/user/7/pim.sock", environment: same))
    }

    @Test func anotherOneDoesHoweverItIsGiven() {
        #expect(ClientOptions.namesDaemon("/tmp/s", environment: environment))
        #expect(
            ClientOptions.namesDaemon("/tmp/s", environment: environment.merging(["PIM_RPC_SOCKET": "/tmp/s"]) { $1 }))
    }
}
