import PIMClient
import PIMCore
import PIMRPC
import Testing

@testable import pim

@Suite("Errors say what to do next")
struct ComplaintTests {
    @Test func withoutADaemon() {
        let complaint = Complaint(ControlClientError(.notRunning, path: "/x", "no daemon listens on /x"))
        #expect(complaint.lines().first == "pim: no daemon listens on /x")
        #expect(complaint.hint?.contains("pim up") == true)
        #expect(complaint.status == .notRunning)
    }

    @Test func mistakesInAConfigurationAreListed() {
        let complaint = Complaint(
            RPCError.configurationInvalid(
                "config.save",
                [
                    ConfigProblem(line: 4, column: 7, path: "transport.listen_port", message: "expected an integer"),
                    ConfigProblem(message: "node: missing"),
                ]))
        #expect(complaint.details == ["4:7: transport.listen_port: expected an integer", "node: missing"])
        #expect(complaint.status == .refused)
    }

    @Test func scriptsGetAnObject() {
        let complaint = Complaint(RPCError(.peerNotFound, "peers.remove: nobody", data: .integer(7)))
        guard case .object(let outer) = complaint.json, case .object(let error)? = outer["error"] else {
            Issue.record("no object")
            return
        }
        #expect(error["kind"] == .string("refused"))
        #expect(error["exit_code"] == .integer(4))
        #expect(error["code"] == .integer(-32010))
        #expect(error["data"] == .integer(7))
    }

    @Test func whoMayUseTheSocket() {
        #expect(SocketAccess.text(group: "pim", groupMayWrite: true).contains("usermod -aG pim"))
        #expect(!SocketAccess.text(group: "pim", groupMayWrite: false).contains("usermod"))
        #expect(!SocketAccess.text(group: "root", groupMayWrite: true).contains("usermod"))
    }

    @Test(
        "commands that were nearly right",
        arguments: [
            (["stauts"], "Did you mean “pim status”?"), (["peers", "remov"], "Did you mean “pim peers remove”?"),
            (["debug", "route", "gte", "x"], "Did you mean “pim debug route get”?"), (["xyzzy"], nil),
            (["status", "stauts"], nil), (["--json", "stauts"], nil),
        ] as [([String], String?)])
    func suggestions(arguments: [String], text: String?) {
        #expect(CommandSuggestion.text(for: arguments, in: Pim.self) == text)
    }
}
