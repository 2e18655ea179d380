import PIMCore
import PIMWire
import Testing

@testable import PIMCrypto

@Suite struct BeaconFormTests {
    private static let nonce = (0..<12).map(UInt8.init)
    /// Vector B of `spec/discovery.md` §10.
    private static let sealed =
        "50494d4402000102030405060708090a0b48ee437eeacba550b0a555cfefc019377ce061ef2e7a8a766758a81dadfb15bab7e1937d514afc56"
        + "947ebc322ed845dd5774ff1fc7ad908e38579bf177e2be61188595d188013b93"
    /// Vectors C and E.
    private static let real =
        "50494d440165b60673d6ed884bf01c2c222d82ada079b5562e8fe654f94078b112e8a98ba7901f853ae695bed7e0e3910bad04966407238c"
    private static let realSealed =
        "50494d4402000102030405060708090a0b3c689ebc618039b7da98812d7efea9ccffe82cb2f6b79361ead1d6c8d0b8fbb3c19d4c402cc15f24"
        + "100ffceca227f2e1274677eb2ca9fa5c47fd0331810b20611336b497a21a1897"

    private static func identity() throws -> Identity { try Identity(seed: (1...32).map(UInt8.init)) }
    private static let homeKey = "d8f6598fd2c4963cb587ead297142900689aaf82108e2067c6d2ae824161ef37"

    private static func key(_ hex: String = homeKey) throws -> MeshKey { try MeshKey(try #require(Hex.decode(hex))) }

    private static func beacon(port: UInt16 = 9100) throws -> Beacon {
        let identity = try identity()
        return try #require(
            Beacon(
                node: identity.nodeID, publicKey: identity.publicKey,
                roles: BeaconRoles(isRelay: true, isGateway: true), port: port))
    }

    @Test func sealsTheVectors() throws {
        let word: UInt64 = 0xabab_abab_abab_abab
        let made = try #require(
            Beacon(
                node: NodeID(high: word, low: word), publicKey: [UInt8](repeating: 0x55, count: 32),
                roles: [.client, .relay], port: 9100))
        let thirtyThree = try MeshKey([UInt8](repeating: 0x33, count: 32))
        #expect(Hex.encode(try BeaconForm.seal(made, with: thirtyThree, nonce: Self.nonce)) == Self.sealed)
        #expect(Hex.encode(try Self.beacon().encode()) == Self.real)
        #expect(
            Hex.encode(try BeaconForm.seal(Self.beacon(), with: Self.key(), nonce: Self.nonce)) == Self.realSealed)
    }

    @Test func opensTheVectors() throws {
        #expect(try BeaconForm.clear.decode(#require(Hex.decode(Self.real))) == Self.beacon())
        #expect(try BeaconForm.sealed(Self.key()).decode(#require(Hex.decode(Self.realSealed))) == Self.beacon())
    }

    /// Vector D: the key comes from the passphrase.
    @Test func membersOfAMeshReadEachOther() throws {
        let secret = try MeshSecret(passphrase: "correct horse", meshID: "home")
        #expect(Hex.encode(secret.discoveryKey.key.exposedBytes) == Self.homeKey)
    }

    @Test func everySealedBeaconHasANonceOfItsOwn() throws {
        var random = SystemRandomNumberGenerator()
        let form = BeaconForm.sealed(try Self.key())
        let first = try form.encode(Self.beacon(), using: &random)
        let second = try form.encode(Self.beacon(), using: &random)
        #expect(first.count == 89)
        #expect(first[5..<17] != second[5..<17])
        #expect(try form.decode(first) == form.decode(second))
    }

    @Test func theFormsIgnoreEachOther() throws {
        let clear = try Self.beacon().encode()
        let sealed = try #require(Hex.decode(Self.realSealed))
        #expect(throws: BeaconRefusal.otherForm) { try BeaconForm.sealed(Self.key()).decode(clear) }
        #expect(throws: BeaconRefusal.otherForm) { try BeaconForm.clear.decode(sealed) }
    }

    @Test func anotherKeyAndEveryChangedBitAreRefused() throws {
        let sealed = try #require(Hex.decode(Self.realSealed))
        let other = BeaconForm.sealed(try MeshKey([UInt8](repeating: 0x33, count: 32)))
        #expect(throws: BeaconRefusal.undecryptable) { try other.decode(sealed) }
        let form = BeaconForm.sealed(try Self.key())
        for position in 5..<89 {
            var changed = sealed
            changed[position] ^= 1
            #expect(throws: BeaconRefusal.undecryptable) { try form.decode(changed) }
        }
        #expect(throws: BeaconRefusal.malformed) { try form.decode(Array(sealed.dropLast())) }
        #expect(throws: BeaconRefusal.malformed) { try form.decode(Array("garbage".utf8)) }
        #expect(throws: BeaconRefusal.malformed) { try BeaconForm.clear.decode([]) }
    }

    /// §12.1: what is inside is checked as well, in both forms.
    @Test func aNodeIDHasToBelongToItsKey() throws {
        var foreign = try Self.beacon()
        foreign.node = NodeID(high: 1, low: 2)
        let form = BeaconForm.sealed(try Self.key())
        #expect(throws: BeaconRefusal.foreignKey) { try BeaconForm.clear.decode(foreign.encode()) }
        #expect(throws: BeaconRefusal.foreignKey) {
            try form.decode(BeaconForm.seal(foreign, with: Self.key(), nonce: Self.nonce))
        }
        #expect(throws: BeaconRefusal.noPort) { try BeaconForm.clear.decode(Self.beacon(port: 0).encode()) }
    }
}
