import NIOCore
import NIOPosix
import PIMCore
import SystemPackage

/// Says in one line why something with a socket failed, without the names of the calls.
public enum SocketFailure {
    /// The reason alone: whose address it was, the caller knows. Where a name stands for several addresses, each attempt is
    /// told with its own.
    public static func reason(_ error: any Error) -> String {
        switch error {
        case let failure as NIOConnectionError: reason(failure)
        case ChannelError.connectTimeout(let after): "no answer within \(after.nanoseconds / 1_000_000) ms"
        case let error as PIMError: error.message
        case let error as IOError: Errno(rawValue: error.errnoCode).description
        case is SocketAddressError.UnknownHost: "nobody knows it"
        default: "\(error)"
        }
    }

    private static func reason(_ failure: NIOConnectionError) -> String {
        let attempts = failure.connectionErrors.map { "\(TCPTransport.text($0.target)): \(reason($0.error))" }
        if !attempts.isEmpty { return attempts.joined(separator: ", ") }
        if let resolution = failure.dnsAAAAError ?? failure.dnsAError {
            return "the name does not resolve: \(reason(resolution))"
        }
        return "the name has no address"
    }
}
