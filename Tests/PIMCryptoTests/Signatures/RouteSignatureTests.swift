import PIMCore
import PIMCrypto
import PIMWire
import TestVectors
import Testing

@Suite struct RouteSignatureTests {
    @Test(arguments: Vectors.shared.frames.routeUpdate)
    func vectorsVerify(_ vector: FrameVectors.RouteUpdate) throws {
        let identity = try Identity(seed: vector.signerSeed.bytes)
        let received = try RouteUpdate.decode(vector.hex.bytes)
        try received.verify(publicKey: identity.publicKey)
        let signed = try RouteUpdate(signedBy: identity, sequence: vector.sequence, entries: received.entries)
        try signed.verify(publicKey: identity.publicKey)
        #expect(signed.origin == vector.originId)
        #if !canImport(Darwin)
            // Ed25519 is deterministic here; on Darwin signatures are randomised.
            #expect(signed == received)
        #endif
    }

    /// The computed vector of `spec/routing.md` §14.
    @Test func routingTableVerifies() throws {
        let identity = try Identity(seed: (1...32).map { UInt8($0) })
        #expect(identity.nodeID.description == "65b60673d6ed884bf01c2c222d82ada0")
        func entry(_ node: NodeID, _ hops: UInt8, _ isGateway: Bool) -> RouteEntry {
            RouteEntry(
                destination: node, hops: hops, isGateway: isGateway, meshIPv4: MeshAddress.ipv4(of: node, in: .mesh))
        }
        let update = try RouteUpdate(
            signedBy: identity, sequence: 7,
            entries: [
                entry(identity.nodeID, 0, true),
                entry(try NodeID(parsing: String(repeating: "42", count: 16)), 1, false),
                entry(try NodeID(parsing: String(repeating: "99", count: 16)), 16, true),
            ])
        #expect(
            Hex.encode(try update.signedBytes)
                == "65b60673d6ed884bf01c2c222d82ada00000000000000007000365b60673d6ed884bf01c2c222d82ada000010a4d322f"
                + "4242424242424242424242424242424201000a4da7ba9999999999999999999999999999999910010a4daf66")
        #expect(try update.encode().count == 156)
        var published = update
        published.signature = try #require(
            Hex.decode(
                "2675835fe30a51522a72759e6d253f9e835ccbc9aedf45ccff45fc40d0d638c8"
                    + "062c3f4f6c39ba7edb6baf43ccd2034ce51ad10736864bed23a0b5cd9b76d50b"))
        try published.verify(publicKey: identity.publicKey)
    }

    @Test func refusesUnsignedChangedAndForeignUpdates() throws {
        let identity = try Identity(seed: [UInt8](repeating: 1, count: 32))
        let other = try Identity(seed: [UInt8](repeating: 2, count: 32))
        let update = try RouteUpdate(signedBy: identity, sequence: 1, entries: [])
        let refused = CryptoError(.invalidSignature, "")
        #expect(throws: refused) { try update.verify(publicKey: other.publicKey) }
        var changed = update
        changed.sequence = 2
        #expect(throws: refused) { try changed.verify(publicKey: identity.publicKey) }
        var unsigned = update
        unsigned.signature = [UInt8](repeating: 0, count: 64)
        #expect(throws: refused) { try unsigned.verify(publicKey: identity.publicKey) }
    }

    @Test func refusesToSignTooManyEntries() throws {
        let identity = try Identity(seed: [UInt8](repeating: 1, count: 32))
        let entry = RouteEntry(destination: identity.nodeID, hops: 0, isGateway: false, meshIPv4: .unspecified)
        #expect(throws: CryptoError(.invalidInput, "")) {
            try RouteUpdate(signedBy: identity, sequence: 1, entries: Array(repeating: entry, count: 1001))
        }
    }
}
