import Foundation
import PIMCore
import TestVectors
import Testing

@Suite struct PrefixTests {
    @Test(arguments: Vectors.shared.meshAddresses.canonicalPrefixes)
    func clearsHostBits(_ vector: MeshAddressVectors.Canonical) throws {
        if vector.text.contains(":") {
            let prefix = try IPv6Prefix(parsing: vector.text)
            #expect(prefix.description == "\(vector.network)/\(vector.prefixLen)")
            #expect(prefix.network == IPv6Address(vector.network))
        } else {
            let prefix = try IPv4Prefix(parsing: vector.text)
            #expect(prefix.description == "\(vector.network)/\(vector.prefixLen)")
            #expect(prefix.network == IPv4Address(vector.network))
        }
    }

    @Test(arguments: Vectors.shared.meshAddresses.rejectedPrefixes)
    func refusesBadPrefixes(_ text: String) {
        #expect(throws: PIMError.self) { try IPv4Prefix(parsing: text) }
        #expect(throws: PIMError.self) { try IPv6Prefix(parsing: text) }
    }

    /// Every reason reads differently (`spec/wire.md` §4.1).
    @Test func namesTheReason() {
        func reason(_ text: String) -> String {
            do {
                _ = try IPv4Prefix(parsing: text)
                return "accepted"
            } catch {
                #expect(error.category == .config)
                return error.message
            }
        }
        #expect(reason("10.77.0.0").contains("no slash"))
        #expect(reason("not-an-ip/16").contains("no IPv4 address"))
        #expect(reason("10.77.0.0/33").contains("longer than 32 bits"))
        for length in ["", "x", "256", "-1", "+8", " 8", "8 ", "016", "8/8", "99999999999999999999"] {
            #expect(reason("10.77.0.0/\(length)").contains("is not a length"), "\(length)")
        }
    }

    @Test func containsExactlyItsAddresses() throws {
        let prefix = try IPv4Prefix(parsing: "10.77.0.0/16")
        #expect(prefix == .mesh)
        #expect(prefix.contains(IPv4Address(rawValue: 0x0a4d_ffff)))
        #expect(!prefix.contains(IPv4Address(rawValue: 0x0a4e_0000)))
        #expect(try IPv4Prefix(parsing: "0.0.0.0/0").contains(IPv4Address(rawValue: .max)))
        let host = try IPv4Prefix(parsing: "10.0.0.1/32")
        #expect(host.contains(IPv4Address(rawValue: 0x0a00_0001)))
        #expect(!host.contains(IPv4Address(rawValue: 0x0a00_0002)))
    }

    @Test(arguments: [0, 1, 63, 64, 65, 127, 128])
    func sixContainsExactlyItsAddresses(_ length: Int) throws {
        let network = IPv6Address(high: .max, low: .max)
        let prefix = try #require(IPv6Prefix(network, length: length))
        #expect(prefix.contains(network))
        let outside =
            length <= 64
            ? IPv6Address(high: length == 0 ? 0 : .max ^ (1 << UInt64(64 - length)), low: 0)
            : IPv6Address(high: .max, low: .max ^ (1 << UInt64(128 - length)))
        #expect(prefix.contains(outside) == (length == 0))
        #expect(IPv6Prefix.mesh == (try IPv6Prefix(parsing: "fd77::/64")))
    }

    @Test func refusesLengthsOutsideTheAddress() {
        #expect(IPv4Prefix(.unspecified, length: 33) == nil)
        #expect(IPv4Prefix(.unspecified, length: -1) == nil)
        #expect(IPv6Prefix(.unspecified, length: 129) == nil)
    }

    @Test func travelsThroughJSONAsText() throws {
        let data = Data(#"["10.77.5.42/16"]"#.utf8)
        #expect(try JSONDecoder().decode([IPv4Prefix].self, from: data) == [.mesh])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([IPv6Prefix].self, from: data) }
        let text = String(decoding: try JSONEncoder().encode(IPv6Prefix.mesh), as: UTF8.self)
        #expect(text == #""fd77::\/64""#)
    }
}
