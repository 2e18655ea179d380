import PIMCore
import Testing

@testable import PIMNode

@Suite struct StrangersTests {
    private func link(_ number: Int) -> LinkID { LinkID(rawValue: UInt64(number)) }

    @Test(arguments: [
        ("192.0.2.1:9100", "192.0.2.1"), ("[2001:db8::1]:9100", "[2001:db8::1]"), ("no port", "no port"), ("", ""),
    ])
    func takesTheHostOfAnAddress(text: String, host: String) {
        #expect(Strangers.host(of: text) == host)
    }

    @Test func makesRoomForANewcomerAtTheOldestOfItsAddress() {
        var strangers = Strangers(total: 10, perAddress: 2)
        #expect(strangers.admit(link(1), remoteAddress: "192.0.2.9:1") == nil)
        #expect(strangers.admit(link(2), remoteAddress: "192.0.2.1:1") == nil)
        #expect(strangers.admit(link(3), remoteAddress: "192.0.2.1:2") == nil)
        #expect(strangers.admit(link(4), remoteAddress: "192.0.2.1:3") == link(2))
        #expect(strangers.count == 3)
    }

    @Test func makesRoomAtTheOldestOfAllWhenFull() {
        var strangers = Strangers(total: 3, perAddress: 2)
        for number in 1...3 {
            #expect(strangers.admit(link(number), remoteAddress: "192.0.2.\(number):1") == nil)
        }
        #expect(strangers.admit(link(4), remoteAddress: "192.0.2.4:1") == link(1))
        #expect(strangers.count == 3)
    }

    @Test func aFinishedHandshakeFreesItsPlace() {
        var strangers = Strangers(total: 1, perAddress: 1)
        #expect(strangers.admit(link(1), remoteAddress: "192.0.2.1:1") == nil)
        strangers.remove(link(1))
        #expect(strangers.admit(link(2), remoteAddress: "192.0.2.1:1") == nil)
    }
}
