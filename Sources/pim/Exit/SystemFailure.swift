import Foundation

/// What the system refused, of an error of Foundation, which by itself reads like a dump.
struct SystemFailure: CustomStringConvertible {
    /// The file, where the error names one.
    private let path: String?
    private let reason: String

    /// `nil` for an error that has no cause in the system.
    init?(_ error: any Error) {
        let known = error as NSError
        let causes = [known] + [known.userInfo[NSUnderlyingErrorKey] as? any Error].compactMap { $0 as NSError? }
        guard let cause = causes.first(where: { $0.domain == NSPOSIXErrorDomain }) else { return nil }
        path = known.userInfo[NSFilePathErrorKey] as? String
        reason = String(cString: strerror(Int32(truncatingIfNeeded: cause.code)))
    }

    /// With the file the user named where the error itself names none.
    init?(_ error: any Error, file: String) {
        guard let failure = SystemFailure(error) else { return nil }
        path = failure.path ?? file
        reason = failure.reason
    }

    var description: String { (path.map { "\($0): " } ?? "") + reason }

    /// Runs `body`; an error of the system that names no file is told with the one that was meant.
    static func naming<Result>(_ file: String, _ body: () throws -> Result) throws -> Result {
        do {
            return try body()
        } catch {
            guard let failure = SystemFailure(error, file: file) else { throw error }
            throw CommandFailure("cannot use \(failure)")
        }
    }
}
