import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

#if os(Linux)
    /// What this thread may do (capabilities(7)): an ordinary user's files, and of root's powers only what is said.
    enum Capabilities {
        static let netAdmin: UInt32 = 1 << 12

        /// For the rest of this thread's life; the other threads of the process keep what they have.
        static func restrict(to capabilities: UInt32, asNobody: Bool = true) throws {
            // Files of nobody: the name of the C function says that this is about files, and about one thread.
            guard let setUser = dlsym(nil, "setfsuid"), let setCapabilities = dlsym(nil, "capset") else {
                throw NetworkNamespace.Refused(description: "this C library has no capabilities")
            }
            if asNobody { _ = unsafeBitCast(setUser, to: (@convention(c) (UInt32) -> CInt).self)(65_534) }
            typealias Set = @convention(c) (UnsafeMutableRawPointer, UnsafeMutableRawPointer) -> CInt
            var header: [UInt32] = [0x2008_0522, 0]
            var data: [UInt32] = [capabilities, capabilities, 0, 0, 0, 0]
            guard unsafeBitCast(setCapabilities, to: Set.self)(&header, &data) == 0 else {
                throw NetworkNamespace.Refused(description: "capset: errno \(errno)")
            }
        }
    }
#endif
