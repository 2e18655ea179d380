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
        #expect(root.admits(userID: 0, groupID: 4242))
        #expect(root.admits(userID: 65534, groupID: 0))
        #expect(!root.admits(userID: 65534, groupID: 65534))
        #expect(!root.admits(userID: 4_000_000_000, groupID: 4_000_000_000))
    }
}
