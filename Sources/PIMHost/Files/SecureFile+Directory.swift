import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension SecureFile {
    /// Creates a directory and its missing parents with exactly these permissions. One that exists is left as it is.
    ///
    /// - Returns: Whether the directory itself was created.
    @discardableResult
    public static func createDirectory(_ path: String, permissions: UInt32 = 0o700) throws(FileError) -> Bool {
        guard !path.isEmpty, !path.utf8.contains(0) else {
            throw FileError(.invalidPath, path, operation: "create directory")
        }
        if mkdir(path, mode_t(permissions)) == 0 {
            guard chmod(path, mode_t(permissions)) == 0 else {
                throw FileError(errno: errno, path, operation: "set the permissions of")
            }
            return true
        }
        switch errno {
        case EEXIST:
            // A link to a directory is fine: people move data directories to other disks.
            _ = try OpenFile.open(path, O_RDONLY | O_DIRECTORY)
            return false
        case ENOENT:
            let parent = FilePath(path).removingLastComponent()
            guard !parent.isEmpty, parent.string != path else {
                throw FileError(errno: ENOENT, path, operation: "create directory")
            }
            try createDirectory(parent.string, permissions: permissions)
            return try createDirectory(path, permissions: permissions)
        default:
            throw FileError(errno: errno, path, operation: "create directory")
        }
    }
}
