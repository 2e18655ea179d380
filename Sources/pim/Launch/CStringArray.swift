#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An array of C strings ending with a null pointer, as `exec` and `posix_spawn` want it. The memory lives as long as the
/// object; the pointers are used during calls only.
final class CStringArray {
    let pointers: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    private let count: Int

    init(_ strings: [String]) {
        count = strings.count
        pointers = .allocate(capacity: count + 1)
        for (position, string) in strings.enumerated() { pointers.advanced(by: position).initialize(to: strdup(string)) }
        pointers.advanced(by: count).initialize(to: nil)
    }

    deinit {
        for position in 0..<count { free(pointers[position]) }
        pointers.deinitialize(count: count + 1)
        pointers.deallocate()
    }
}
