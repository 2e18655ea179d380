import Testing

@testable import PIMHost

@Suite struct UserGroupTests {
    @Test func aGroupIsFoundByItsName() throws {
        let root = try #require(UserGroup(named: "root"))
        #expect(root.id == 0)
        #expect(UserGroup(named: "no-such-group-anywhere") == nil)
        #expect(UserGroup(named: "") == nil)
    }

    @Test func rootBelongsToItsOwnAndNobodyDoesNot() throws {
        let root = try #require(UserGroup(named: "root"))
        func admits(user: UInt32, group: UInt32, more: [UInt32] = []) -> Bool {
            root.admits(PeerCredentials(pid: 1, userID: user, groupID: group, supplementaryGroups: more))
        }
        #expect(admits(user: 0, group: 4242))
        #expect(admits(user: 65534, group: 0))
        #expect(admits(user: 65534, group: 65534, more: [1, 0]))
        #expect(!admits(user: 65534, group: 65534, more: [1, 2]))
        #expect(!admits(user: 4_000_000_000, group: 4_000_000_000))
    }
}
