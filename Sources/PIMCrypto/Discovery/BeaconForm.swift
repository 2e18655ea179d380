import Crypto
import PIMCore
public import PIMWire

/// How a mesh writes its beacons: in clear, or sealed so that those outside learn nothing but that there are some. A node
/// reads only its own form. `spec/discovery.md` §1, §3.
public enum BeaconForm: Sendable {
    /// An open mesh.
    case clear
    /// A private mesh, with its discovery key.
    case sealed(MeshKey)

    /// One datagram.
    ///
    /// - Parameter random: must be cryptographically secure outside of tests: it makes the nonce.
    public func encode(_ beacon: Beacon, using random: inout some RandomNumberGenerator) throws(CryptoError) -> [UInt8]
    {
        switch self {
        case .clear: beacon.encode()
        case .sealed(let key): try Self.seal(beacon, with: key, nonce: random.bytes(SealedBeacon.nonceByteCount))
        }
    }

    static func seal(_ beacon: Beacon, with key: MeshKey, nonce: [UInt8]) throws(CryptoError) -> [UInt8] {
        do {
            let box = try AES.GCM.seal(beacon.encode(), using: key.key, nonce: AES.GCM.Nonce(data: nonce))
            if let sealed = SealedBeacon(nonce: nonce, ciphertext: Array(box.ciphertext), tag: Array(box.tag)) {
                return sealed.encode()
            }
        } catch {}
        throw CryptoError(.encryptionFailed, "beacon")
    }

    /// Reads a datagram, and checks what can be checked without the node: that its NodeID belongs to its key, and that
    /// there is a port (§12.1).
    public func decode(_ datagram: [UInt8]) throws(BeaconRefusal) -> Beacon {
        let beacon: Beacon
        switch self {
        case .clear:
            guard !SealedBeacon.isBegun(by: datagram) else { throw .otherForm }
            beacon = try Self.read(datagram)
        case .sealed(let key):
            guard !Beacon.isBegun(by: datagram) else { throw .otherForm }
            beacon = try Self.read(Self.open(datagram, with: key))
        }
        guard NodeID(derivedFrom: beacon.publicKey) == beacon.node else { throw .foreignKey }
        guard beacon.port != 0 else { throw .noPort }
        return beacon
    }

    private static func read(_ bytes: [UInt8]) throws(BeaconRefusal) -> Beacon {
        do {
            return try Beacon.decode(bytes)
        } catch {
            throw .malformed
        }
    }

    private static func open(_ datagram: [UInt8], with key: MeshKey) throws(BeaconRefusal) -> [UInt8] {
        let sealed: SealedBeacon
        do {
            sealed = try SealedBeacon.decode(datagram)
        } catch {
            throw .malformed
        }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: sealed.nonce), ciphertext: sealed.ciphertext, tag: sealed.tag)
            return Array(try AES.GCM.open(box, using: key.key))
        } catch {
            throw .undecryptable
        }
    }
}
