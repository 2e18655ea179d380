import PIMTesting

extension SimulatedMesh {
    /// Nodes in a row.
    func line(_ count: Int, latency: Duration = .milliseconds(5)) -> [MeshNode] {
        let nodes = addNodes(count)
        for (left, right) in zip(nodes, nodes.dropFirst()) { link(left, right, latency: latency) }
        return nodes
    }

    /// Nodes in a circle, and the cables: the one behind node i is at index i.
    func ring(_ count: Int, latency: Duration = .milliseconds(5)) -> (nodes: [MeshNode], cables: [MeshCable]) {
        let nodes = addNodes(count)
        let cables = nodes.indices.map { index in
            link(nodes[index], nodes[(index + 1) % count], latency: latency)
        }
        return (nodes, cables)
    }

    /// A connected random graph: a random tree and so many cables more.
    func randomGraph(
        _ count: Int, extraCables: Int, using random: inout SeededGenerator
    ) -> (nodes: [MeshNode], cables: [MeshCable]) {
        let nodes = addNodes(count)
        var cables: [MeshCable] = []
        var joined: Set<[Int]> = []
        func join(_ left: Int, _ right: Int, latency: Int) {
            guard left != right, joined.insert([min(left, right), max(left, right)]).inserted else { return }
            cables.append(link(nodes[left], nodes[right], latency: .milliseconds(latency)))
        }
        for index in 1..<count {
            join(index, Int.random(in: 0..<index, using: &random), latency: Int.random(in: 1...20, using: &random))
        }
        for _ in 0..<extraCables {
            join(
                Int.random(in: 0..<count, using: &random), Int.random(in: 0..<count, using: &random),
                latency: Int.random(in: 1...20, using: &random))
        }
        return (nodes, cables)
    }
}
