import NIOCore
import NIOPosix
import PIMCore
import SystemPackage

/// Says in one line why a dial failed.
enum DialFailure {
    static func text(_ address: String, _ error: any Error) -> String {
        switch error {
        case let failure as NIOConnectionError:
            let attempts = failure.connectionErrors.map { "\(TCPTransport.text($0.target)): \(reason($0.error))" }
            if !attempts.isEmpty { return "\(address): \(attempts.joined(separator: ", "))" }
            if let resolution = failure.dnsAAAAError ?? failure.dnsAError {
                return "\(address): the name does not resolve: \(reason(resolution))"
            }
            return "\(address): the name has no address"
        default:
            return "\(address): \(reason(error))"
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case ChannelError.connectTimeout(let after):
            "no answer within \(after.nanoseconds / 1_000_000) ms"
        case let error as PIMError:
            error.message
        case let error as IOError:
            Errno(rawValue: error.errnoCode).description
        case is SocketAddressError.UnknownHost:
            "nobody knows it"
        default:
            "\(error)"
        }
    }
}
