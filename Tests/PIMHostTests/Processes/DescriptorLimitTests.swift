import Glibc
import PIMHost
import Testing

@Suite struct DescriptorLimitTests {
    @Test func raisesTheLimitToTheHighestAllowed() throws {
        let raised = DescriptorLimit.raise()
        var limit = rlimit()
        try #require(getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0)
        #expect(limit.rlim_cur == limit.rlim_max)
        #expect(raised == Int(clamping: limit.rlim_cur))
        #expect(DescriptorLimit.raise() == raised)
    }
}
