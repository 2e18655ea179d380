import Attacks
import PIMCore
import PIMWire
import Testing

@testable import PIMNode

@Suite struct HandshakeQueueTests {
    private let start = MonotonicTime.seconds(10)
    private let hello = HandshakeHello(
        publicKey: [UInt8](repeating: 1, count: 32), ephemeral: [UInt8](repeating: 2, count: 32),
        nonce: [UInt8](repeating: 3, count: 32), signature: [UInt8](repeating: 4, count: 64))
    private let nobody: (AddressGroup) -> Bool = { _ in false }

    private func link(_ number: Int) -> LinkID { LinkID(rawValue: UInt64(number)) }
    private func address(_ number: Int) -> AddressGroup { AddressGroup("192.0.2.\(number)") }

    /// A queue whose burst is used up, so that everything waits.
    private func exhausted(perSecond: Double) -> HandshakeQueue {
        var queue = HandshakeQueue(perSecond: perSecond, at: start)
        var number = 1_000_000
        repeat {
            number += 1
            queue.append(hello, on: link(number), from: address(250))
        } while queue.next(at: start, restricted: nobody) != nil
        queue.remove(link(number))
        return queue
    }

    @Test func servesSoManyASecond() {
        var queue = exhausted(perSecond: 100)
        for number in 0..<200 { queue.append(hello, on: link(number), from: address(1)) }
        var served = 0
        for millisecond in 1...1000 {
            let time = start.advanced(by: .milliseconds(millisecond))
            while queue.next(at: time, restricted: nobody) != nil { served += 1 }
        }
        #expect((99...100).contains(served))
        #expect(queue.count == 200 - served)
    }

    @Test func aNewcomerIsNextHoweverManyWait() {
        var queue = exhausted(perSecond: 10)
        for number in 0..<500 { queue.append(hello, on: link(number), from: address(number % 20)) }
        // Every address of the flood has had a turn.
        for second in 1...40 { serve(&queue, atSecond: second) }
        queue.append(hello, on: link(1000), from: address(99))
        let turn = queue.next(at: start.advanced(by: .seconds(60)), restricted: nobody)
        #expect(turn?.link == link(1000))
    }

    private func serve(_ queue: inout HandshakeQueue, atSecond second: Int) {
        while queue.next(at: start.advanced(by: .seconds(second)), restricted: nobody) != nil {}
    }

    @Test func addressesTakeTurnsAndOneAddressKeepsItsOrder() {
        var queue = exhausted(perSecond: 10)
        for number in 0..<6 { queue.append(hello, on: link(number), from: address(1)) }
        queue.append(hello, on: link(10), from: address(2))
        queue.append(hello, on: link(11), from: address(2))
        var order: [LinkID] = []
        for second in 1...20 {
            if let entry = queue.next(at: start.advanced(by: .seconds(second)), restricted: nobody) {
                order.append(entry.link)
            }
        }
        #expect(order == [0, 10, 1, 11, 2, 3, 4, 5].map(link))
    }

    @Test func restrictedAddressesWaitForAllOthersAndHaveASmallBudget() {
        var queue = exhausted(perSecond: 200)
        let restricted: (AddressGroup) -> Bool = { $0 == address(1) }
        for number in 0..<100 { queue.append(hello, on: link(number), from: address(1)) }
        for number in 100..<110 { queue.append(hello, on: link(number), from: address(2)) }
        var order: [LinkID] = []
        for millisecond in 1...1000 {
            let time = start.advanced(by: .milliseconds(millisecond))
            while let entry = queue.next(at: time, restricted: restricted) { order.append(entry.link) }
        }
        #expect(Array(order.prefix(10)) == (100..<110).map(link))
        let slow = Int(HandshakeQueue.restrictedPerSecond)
        #expect((slow...slow + 3).contains(order.count - 10))
    }

    @Test func tellsWhenTheNextTurnComes() {
        var queue = exhausted(perSecond: 4)
        #expect(queue.nextDeadline(after: start, restricted: nobody) == nil)
        queue.append(hello, on: link(1), from: address(1))
        guard let deadline = queue.nextDeadline(after: start, restricted: nobody) else {
            Issue.record("something waits")
            return
        }
        #expect(deadline > start && deadline <= start.advanced(by: .milliseconds(251)))
        #expect(queue.next(at: deadline, restricted: nobody)?.link == link(1))
    }

    @Test func whoLeavesIsNotServed() {
        var queue = exhausted(perSecond: 4)
        queue.append(hello, on: link(1), from: address(1))
        queue.remove(link(1))
        #expect(queue.count == 0)
        #expect(queue.next(at: start.advanced(by: .seconds(9)), restricted: nobody) == nil)
    }

    @Test func remembersABoundedNumberOfAddresses() {
        var queue = HandshakeQueue(perSecond: 100_000, at: start)
        for number in 0..<5000 {
            queue.append(hello, on: link(number), from: AddressGroup("10.0.\(number / 250).\(number % 250)"))
            let time = start.advanced(by: .milliseconds(number))
            #expect(queue.next(at: time, restricted: nobody) != nil)
        }
        #expect(queue.addressCount <= HandshakeQueue.capacity)
    }

    /// An address with hundreds of Inits in the queue. First come, first served lets it win.
    @Test func aFloodDoesNotStarveANewcomer() {
        let outcome = attack(on: .handshakeTurns) {
            var queue = exhausted(perSecond: 10)
            for number in 0..<300 { queue.append(hello, on: link(number), from: address(1)) }
            queue.append(hello, on: link(1000), from: address(2))
            var waited = 0
            while queue.next(at: start.advanced(by: .seconds(waited + 1)), restricted: nobody)?.link != link(1000) {
                waited += 1
            }
            return waited > 2
        }
        #expect(outcome == .prevented)
    }
}
