/// What `TCPTransport.listen` opened.
public struct TCPListening: Sendable, Hashable {
    /// The port in use, also when the system chose it.
    public var port: Int
    /// The addresses listened on, as text.
    public var addresses: [String]
    /// Why the second address family is missing, if it is. Worth a line in the log, no reason to stop.
    public var warning: String?
}
