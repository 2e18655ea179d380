import Testing

@testable import pim

@Suite struct FilePathTests {
    @Test(
        "names of files",
        arguments: [
            ("/etc/pim.toml", "/home/u", "/etc/pim.toml"), ("pim.toml", "/home/u", "/home/u/pim.toml"),
            ("./a/pim.toml", "/home/u", "/home/u/a/pim.toml"), ("../pim.toml", "/home/u", "/home/u/../pim.toml"),
            ("pim.toml", "/", "/pim.toml"),
        ])
    func absolute(path: String, directory: String, whole: String) {
        #expect(FilePath.absolute(path, from: directory) == whole)
    }
}
