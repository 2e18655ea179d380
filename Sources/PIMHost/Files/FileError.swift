public import PIMCore
import SystemPackage

/// Why a file or another host resource could not be used.
///
/// Programs compare `code`; everything else is for people.
public struct FileError: Error, Sendable, CustomStringConvertible {
    /// What kind of failure it is.
    public struct Code: RawRepresentable, Hashable, Sendable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let notFound = Code(rawValue: "not found")
        public static let alreadyExists = Code(rawValue: "already exists")
        public static let permissionDenied = Code(rawValue: "permission denied")
        public static let symbolicLink = Code(rawValue: "is a symbolic link")
        public static let notRegularFile = Code(rawValue: "is not a regular file")
        public static let notDirectory = Code(rawValue: "is not a directory")
        public static let tooLarge = Code(rawValue: "is larger than allowed")
        public static let invalidPath = Code(rawValue: "is not a usable path")
        /// Another process holds the lock; `holder` names it when it could be read.
        public static let locked = Code(rawValue: "is in use")
        /// The process does not exist.
        public static let noSuchProcess = Code(rawValue: "no such process")
        /// Anything else the kernel reported, see `systemError`.
        public static let io = Code(rawValue: "input/output failed")
    }

    public var code: Code
    /// The file, or another name of what was worked on.
    public var subject: String
    /// What was tried: `open`, `write`, `rename`…
    public var operation: String
    /// The kernel's `errno`, if it was the kernel that refused.
    public var systemError: Int32?
    /// The process that holds the lock, for code `locked`.
    public var holder: Int32?

    public init(_ code: Code, _ subject: String, operation: String, systemError: Int32? = nil, holder: Int32? = nil) {
        self.code = code
        self.subject = subject
        self.operation = operation
        self.systemError = systemError
        self.holder = holder
    }

    /// Classifies an `errno`.
    init(errno number: Int32, _ subject: String, operation: String) {
        let code: Code =
            switch Errno(rawValue: number) {
            case .noSuchFileOrDirectory: .notFound
            case .fileExists: .alreadyExists
            case .permissionDenied, .notPermitted: .permissionDenied
            case .tooManySymbolicLinkLevels: .symbolicLink
            case .notDirectory: .notDirectory
            case .noSuchProcess: .noSuchProcess
            default: .io
            }
        self.init(code, subject, operation: operation, systemError: number)
    }

    public var description: String {
        switch code {
        case .locked:
            holder.map { "\(subject) is in use by process \($0)" } ?? "\(subject) is in use by another process"
        case .io:
            "cannot \(operation) \(subject): \(systemError.map { Errno(rawValue: $0).description } ?? code.rawValue)"
        default:
            "cannot \(operation) \(subject): \(code.rawValue)"
        }
    }

    /// The same in the categories of `spec/wire.md` §16.
    public var asPIMError: PIMError { PIMError(.io, description) }
}

/// Equal by code: nobody branches on text.
extension FileError: Equatable {
    public static func == (left: FileError, right: FileError) -> Bool { left.code == right.code }
}
