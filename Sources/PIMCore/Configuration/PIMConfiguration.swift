/// Everything `pim.toml` can say, as values: one member per section, every key with its default.
///
/// Reading, checking and explaining a file is the business of the daemon; this is only the result. Key names, types and
/// defaults: `spec/config.md` §3.
public struct PIMConfiguration: Sendable, Equatable {
    public var node: Node
    public var interface = Interface()
    public var discovery = Discovery()
    public var mesh = Mesh()
    public var transport = Transport()
    public var routing = Routing()
    public var gateway = Gateway()
    public var relay = Relay()
    public var security = Security()
    public var wifiDirect = WifiDirect()
    public var bluetooth = Bluetooth()
    public var bluetoothRFCOMM = BluetoothRFCOMM()
    public var bluetoothCOC = BluetoothCOC()
    public var messaging = Messaging()
    public var rpc = ControlSocket()
    public var log = Log()
    public var files = Files()
    public var metrics = Metrics()
    /// The entries of `[[peers]]`, in the order of the file.
    public var peers: [Peer] = []
    /// The sections `[plugins.<name>]`, by name.
    public var plugins: [String: Plugin] = [:]

    /// The configuration of a file that says nothing but `[node] name`.
    public init(node: Node) {
        self.node = node
    }

    /// Whether this node forwards for others and advertises others' routes: unless `[relay]` says `enabled = false`. A
    /// gateway always does, for nobody could reach it otherwise (`spec/config.md` §11.7).
    public var relaysForOthers: Bool { relay.enabled != false || gateway.enabled }
}
