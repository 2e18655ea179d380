/// Every number of the wire format, with its source in `spec/wire.md`.
public enum WireLimits {
    /// Largest value of a stream message's length prefix, bytes. §5
    public static let streamMessage = 1_048_576
    /// Length prefix of a stream message, bytes. §5
    public static let streamPrefix = 4
    /// Bytes of a transport frame before the payload. §6
    public static let transportHeader = 20
    /// Bytes of a transport frame after the payload. §6
    public static let tag = 16
    /// Header and tag together. §6
    public static let transportOverhead = transportHeader + tag
    /// Largest payload length a transport header may state. §6
    public static let transportPayload = 1_048_576
    /// Largest transport payload that fits a stream message. §5
    public static let streamPayload = streamMessage - transportOverhead
    /// Handshake Init and Response, bytes. §8
    public static let handshakeHello = 161
    /// Handshake Confirm, bytes. §8
    public static let handshakeConfirm = 33
    /// The nonce of a handshake, bytes. §8
    public static let handshakeNonce = 32
    /// Mesh data frame before the payload, bytes. §9
    public static let meshHeader = 40
    /// Mesh data payload, bytes. §9
    public static let meshPayload = 65_535
    /// ttl of a frame at its originator. §9.2
    public static let initialTTL: UInt8 = 8
    /// Fragment before the piece, bytes. §10.1
    public static let fragmentHeader = 8
    /// Payloads up to this many bytes are never fragmented. §10.2
    public static let fragmentThreshold = 1160
    /// Largest piece, bytes. §10.2
    public static let fragmentPiece = 1200
    /// Age at which an incomplete packet is forgotten. §10.3
    public static let reassemblyTimeout: Duration = .seconds(10)
    /// Route update before the entries, bytes. §11
    public static let routeUpdateHeader = 26
    /// One route entry, bytes. §11
    public static let routeEntry = 22
    /// Entries of one route update. §11
    public static let routeEntries = 1000
    /// An Ed25519 signature, bytes. §8, §11
    public static let signature = 64
    /// Heartbeat, bytes. §12
    public static let heartbeat = 58
    /// PeerInfo before the name, bytes. §13.2
    public static let peerInfoHeader = 34
    /// Friendly name, bytes of UTF-8. §13.3
    public static let name = 255
    /// Plugin kind, bytes of ASCII. §13.3
    public static let pluginKind = 255
    /// Plugin body, bytes. §13.3
    public static let pluginBody = 65_535
    /// PluginPayload without kind and body, bytes. §13.2
    public static let pluginOverhead = 4
    /// Type-length-values behind a PeerInfo, bytes. `design/extensions.md` §3
    public static let peerInfoTrailer = 1024
    /// The largest signed PeerInfo, bytes: header, name, "PIMX", values.
    public static let signedPeerInfo = peerInfoHeader + name + 4 + peerInfoTrailer
    /// A sealed frame before the ciphertext: tag, session, counter. `design/extensions.md` §5
    public static let sealedHeader = 17
    /// A sealed frame without its plaintext.
    public static let sealedOverhead = sealedHeader + tag
    /// Counters of sealed frames stay below. `design/extensions.md` §5
    public static let sealedCounterEnd: UInt64 = 1 << 48
}
