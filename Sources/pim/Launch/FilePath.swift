import Foundation

/// Names of files.
enum FilePath {
    /// The name by which others find the file, from whatever directory: a daemon tells its clients where its configuration is.
    static func absolute(
        _ path: String, from directory: String = FileManager.default.currentDirectoryPath
    ) -> String {
        guard !path.hasPrefix("/") else { return path }
        let name = path.hasPrefix("./") ? String(path.dropFirst(2)) : path
        return directory.hasSuffix("/") ? "\(directory)\(name)" : "\(directory)/\(name)"
    }
}
