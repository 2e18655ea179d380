public import PIMCore

/// What there is to say about a method, for documentation and listings.
public struct RPCMethodDescription: Sendable {
    public let name: String
    public let summary: String
    /// The type `params` is decoded as; ``NoParameters`` where they are ignored.
    public let parameters: any (Codable & Sendable).Type
    /// The type of `result`; ``NoResult`` where it is `null`.
    public let result: any (Codable & Sendable).Type
    public let errors: [RPCError.Code]
}
