import Testing

@testable import PIMHost

@Suite struct NetlinkNewsTests {
    /// One message as the kernel lays it out, in the byte order of this machine.
    private func message(_ kind: UInt16, _ body: [UInt8], length: UInt32? = nil) -> [UInt8] {
        var bytes: [UInt8] = []
        withUnsafeBytes(of: length ?? UInt32(16 + body.count)) { bytes += $0 }
        withUnsafeBytes(of: kind) { bytes += $0 }
        bytes += [UInt8](repeating: 0, count: 10)
        bytes += body
        while bytes.count % 4 != 0 { bytes.append(0) }
        return bytes
    }

    private func interface(_ index: UInt32, flags: UInt32) -> [UInt8] {
        var bytes: [UInt8] = [0, 0, 1, 0]
        withUnsafeBytes(of: index) { bytes += $0 }
        withUnsafeBytes(of: flags) { bytes += $0 }
        return bytes + [0, 0, 0, 0]
    }

    private func route(prefix: UInt8, table: UInt8 = 254) -> [UInt8] {
        [2, prefix, 0, 0, table, 3, 0, 1, 0, 0, 0, 0]
    }

    private func read(_ bytes: [UInt8], with reader: inout NetlinkNews) -> NetworkNews {
        bytes.withUnsafeBytes { reader.read($0) }
    }

    @Test func aChangedStateOfAnInterfaceIsNewsOnce() {
        var reader = NetlinkNews()
        #expect(read(message(16, interface(3, flags: 0x1043)), with: &reader) == .interfaces)
        // The same flags again, as wireless interfaces have told all the time.
        #expect(read(message(16, interface(3, flags: 0x1143)), with: &reader) == [])
        #expect(read(message(16, interface(3, flags: 0x1003)), with: &reader) == .interfaces)
        #expect(read(message(17, interface(3, flags: 0)), with: &reader) == .interfaces)
    }

    @Test func addressesAndDefaultRoutesAreNews() {
        var reader = NetlinkNews()
        #expect(read(message(20, [2, 24, 0, 0, 3, 0, 0, 0]), with: &reader) == .addresses)
        #expect(read(message(24, route(prefix: 0)), with: &reader) == .defaultRoutes)
        #expect(read(message(25, route(prefix: 0)), with: &reader) == .defaultRoutes)
        #expect(read(message(24, route(prefix: 24)), with: &reader) == [])
        #expect(read(message(24, route(prefix: 0, table: 255)), with: &reader) == [])
    }

    @Test func severalMessagesOfADatagramAreRead() {
        var reader = NetlinkNews()
        let datagram = message(21, [2, 24, 0, 0, 3, 0, 0, 0, 1]) + message(25, route(prefix: 0))
        #expect(read(datagram, with: &reader) == [.addresses, .defaultRoutes])
    }

    @Test func whatIsCutOffOrLiesAboutItsLengthIsNoNews() {
        var reader = NetlinkNews()
        let whole = message(24, route(prefix: 0))
        for count in 0..<whole.count { #expect(read(Array(whole.prefix(count)), with: &reader) == []) }
        #expect(read(message(24, [2, 0], length: 18), with: &reader) == [])
        #expect(read(message(24, route(prefix: 0), length: 0), with: &reader) == [])
        #expect(read(message(24, route(prefix: 0), length: .max), with: &reader) == [])
    }

    @Test func theAddressesOfThisMachineContainLoopback() {
        #expect(LocalAddresses.current().contains("127.0.0.1"))
    }
}
