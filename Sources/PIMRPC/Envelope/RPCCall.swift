public import PIMCore

/// What one line of a client asks for: one thing, or several at once.
public enum RPCCall: Sendable {
    /// So many requests fit into one batch.
    public static let maximumBatch = 100

    case single(RPCRequest)
    /// Carried out in order, answered with one line. An entry that is no request is answered with its error.
    case batch([Result<RPCRequest, RPCError>])

    /// - Throws: `RPCError` for a line that is neither, to be answered with `id` null: `parseError`, or `invalidRequest` for an
    ///   empty batch and one that is too large.
    public init(parsing line: [UInt8]) throws(RPCError) {
        let elements: [ArraySlice<UInt8>]?
        do {
            elements = try JSONScanner.elements(of: line)
        } catch {
            throw RPCError(.parseError, "parse error: \(error.reason) at byte \(error.position)")
        }
        guard let elements else {
            self = .single(try RPCRequest(parsing: line))
            return
        }
        guard (1...Self.maximumBatch).contains(elements.count) else {
            throw RPCError(
                .invalidRequest, "a batch has 1 to \(Self.maximumBatch) requests, this one \(elements.count)")
        }
        self = .batch(
            elements.map { element in
                do throws(RPCError) {
                    return .success(try RPCRequest(parsing: Array(element)))
                } catch {
                    return .failure(error)
                }
            })
    }
}
