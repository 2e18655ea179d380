import PIMCore
import PIMWire
import Testing

@testable import PIMDaemon

/// Nodes that ask each other across a mesh of plugins.
@Suite(.timeLimit(.minutes(1))) struct DiagnosticsPluginTests {
    private static let node = NodeID(high: 1, low: 2)

    @Test func everythingSaidIsUnderstood() throws {
        for question in [DiagnosticsMessage.Question.ping(filling: []), .ping(filling: [1, 2]), .way(to: Self.node)] {
            let read = try DiagnosticsMessage.question(DiagnosticsMessage.encode(question, number: 7))
            #expect(read.number == 7 && read.question == question)
        }
        for answer in [DiagnosticsMessage.Answer.pong(filling: [3]), .noWay, .way(by: Self.node)] {
            let read = try DiagnosticsMessage.answer(DiagnosticsMessage.encode(answer, number: .max))
            #expect(read.number == .max && read.answer == answer)
        }
    }

    @Test func anythingElseIsRefused() {
        let number = [UInt8](repeating: 0, count: 8)
        for body in [[], number, number + [2], number + [1] + [UInt8](repeating: 0, count: 15)] {
            #expect(throws: WireError.self) { try DiagnosticsMessage.question(body) }
        }
        for body in [[], number, number + [3], number + [2, 0]] {
            #expect(throws: WireError.self) { try DiagnosticsMessage.answer(body) }
        }
        let filling = [UInt8](repeating: 0, count: DiagnosticsMessage.maximumFilling + 1)
        #expect(throws: WireError.self) { try DiagnosticsMessage.question(number + [0] + filling) }
    }

    @Test func onlyWhoWasAskedCanAnswer() async throws {
        let questions = OpenQuestions()
        let stranger = NodeID(high: 9, low: 9)
        let answer = try await questions.ask(Self.node, within: .seconds(20)) { number in
            questions.take(.noWay, to: number, from: stranger)
            questions.take(.noWay, to: number &+ 1, from: Self.node)
            questions.take(.pong(filling: []), to: number, from: Self.node)
            questions.take(.noWay, to: number, from: Self.node)
        }
        #expect(answer == .pong(filling: []))
        #expect(try await questions.ask(Self.node, within: .milliseconds(10)) { _ in } == nil)
    }
}
