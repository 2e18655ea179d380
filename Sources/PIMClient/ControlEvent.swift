public import PIMRPC

/// One notification from the daemon.
public struct ControlEvent: Sendable, Hashable {
    /// `<namespace>.event`
    public var method: String
    /// JSON text of an object.
    public var parameters: [UInt8]

    public init(method: String, parameters: [UInt8]) {
        self.method = method
        self.parameters = parameters
    }

    /// Whether it belongs to this stream.
    public func belongs(to stream: EventStream) -> Bool { method == stream.event }

    /// The parameters as a type of their own.
    ///
    /// - Throws: `DecodingError` when they have another shape.
    public func decode<Parameters: Decodable>(as type: Parameters.Type = Parameters.self) throws -> Parameters {
        try RPCCoding.decode(type, from: parameters)
    }
}
