import PIMHost
import Testing

#if os(Linux)
    @Suite struct RuntimePathsTests {
        @Test func rootWithNothingSet() {
            let paths = RuntimePaths(environment: [:], privileged: true)
            #expect(paths.configuration == "/etc/pim/pim.toml")
            #expect(paths.pidFile == "/run/pim.pid")
            #expect(paths.log == "/run/pim.log")
            #expect(paths.statistics == "/run/pim.stats")
            #expect(paths.debugSnapshot == "/run/pim-debug.json")
            #expect(paths.socket == "/run/pim/pim.sock")
            #expect(paths.dataDirectory == "/var/lib/pim")
        }

        @Test func rootKeepsRunWhateverTheSessionSays() {
            let paths = RuntimePaths(
                environment: ["XDG_RUNTIME_DIR": "/run/user/0", "HOME": "/root"], privileged: true)
            #expect(paths.pidFile == "/run/pim.pid")
            #expect(paths.socket == "/run/user/0/pim.sock")
            #expect(paths.dataDirectory == "/root/.local/share/pim")
        }

        @Test func ordinaryUserGetsTheSessionDirectory() {
            let environment = ["XDG_RUNTIME_DIR": "/run/user/1000/", "HOME": "/home/u"]
            let paths = RuntimePaths(environment: environment, privileged: false)
            #expect(paths.pidFile == "/run/user/1000/pim.pid")
            #expect(paths.log == "/run/user/1000/pim.log")
            #expect(paths.socket == "/run/user/1000/pim.sock")
        }

        @Test func ordinaryUserWithoutASessionGetsTheDataDirectory() {
            let paths = RuntimePaths(environment: ["HOME": "/home/u"], privileged: false)
            #expect(paths.pidFile == "/home/u/.local/share/pim/pim.pid")
            #expect(paths.log == "/home/u/.local/share/pim/pim.log")
            #expect(paths.socket == "/run/pim/pim.sock")
        }

        /// systemd names the directory it made for a service.
        @Test func aServiceHasADirectoryOfItsOwn() {
            let environment = ["RUNTIME_DIRECTORY": "/run/pim:/run/other", "HOME": "/h"]
            let paths = RuntimePaths(environment: environment, privileged: false)
            #expect(paths.statistics == "/run/pim/pim.stats")
            #expect(paths.debugSnapshot == "/run/pim/pim-debug.json")
            #expect(RuntimePaths(environment: environment, privileged: true).statistics == "/run/pim.stats")
        }

        @Test func variablesMoveSocketAndData() {
            let environment = ["PIM_RPC_SOCKET": "/x/s", "XDG_DATA_HOME": "/d", "HOME": "/h", "XDG_RUNTIME_DIR": "/r"]
            let paths = RuntimePaths(environment: environment, privileged: true)
            #expect(paths.socket == "/x/s")
            #expect(paths.dataDirectory == "/d/pim")
        }

        @Test func emptyVariablesCountAsUnset() {
            let names = ["PIM_RPC_SOCKET", "PIM_DATA_DIR", "XDG_RUNTIME_DIR", "XDG_DATA_HOME", "HOME"]
            let environment = Dictionary(uniqueKeysWithValues: names.map { ($0, "") })
            let paths = RuntimePaths(environment: environment, privileged: true)
            #expect(paths == RuntimePaths(environment: [:], privileged: true))
        }

        @Test func dataDirectoryIsTheEnvironmentsThenTheConfigurationsThenTheDefault() {
            let plain = RuntimePaths(environment: ["HOME": "/h"], privileged: true)
            #expect(plain.dataDirectory(configured: nil) == "/h/.local/share/pim")
            #expect(plain.dataDirectory(configured: "") == "/h/.local/share/pim")
            #expect(plain.dataDirectory(configured: "/c") == "/c")
            let moved = RuntimePaths(environment: ["HOME": "/h", "PIM_DATA_DIR": "/v"], privileged: true)
            #expect(moved.dataDirectory(configured: "/c") == "/v")
        }

        @Test(arguments: [
            ("~/k", ["HOME": "/h"], "/h/k"), ("~/k", ["HOME": "/h/"], "/h/k"), ("~/k", [:], "~/k"),
            ("~u/k", ["HOME": "/h"], "~u/k"), ("/a/~/k", ["HOME": "/h"], "/a/~/k"),
        ])
        func homeIsExpandedAtTheFrontOnly(path: String, environment: [String: String], expected: String) {
            #expect(RuntimePaths.expandingHome(path, environment: environment) == expected)
        }
    }
#endif
