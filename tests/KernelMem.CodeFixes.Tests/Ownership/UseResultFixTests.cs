using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Ownership;
using KernelMem.CodeFixes.Ownership;

namespace KernelMem.CodeFixes.Tests.Ownership;

/// <summary>KM5004: what must be used is used.</summary>
[TestClass]
public sealed class UseResultFixTests
{
    [TestMethod]
    [DataRow("{|KM5004:Try(1)|};", "Try(1).Expect(\"Try failed\");", 0)]
    [DataRow("{|KM5004:Try(1)|};", "_ = Try(1);", 1)]
    [DataRow("{|KM5004:Number()|};", "_ = Number();", 0)]
    [DataRow("if (true) {|KM5004:Try(1)|};", "if (true) Try(1).Expect(\"Try failed\");", 0)]
    public Task A_value_is_used(string body, string fixedBody, int action) => Verify.Fix<MustUseAnalyzer, UseResultFix>(Source(body), Source(fixedBody), action);

    [TestMethod]
    [DataRow("{|KM5004:Unmap()|};")]
    [DataRow("{|KM5004:TryUnmap()|};")]
    public Task An_obligation_cannot_be_dropped(string body) => Verify.NoFix<MustUseAnalyzer, UseResultFix>(Source(body));

    private static string Source(string body) => $$"""
        using KernelMem.Annotations;
        using KernelMem.Failures;
        using KernelMem.Paging;
        enum E { None, Bad }
        class C
        {
            Result<int, E> Try(int n) => n;
            [MustUse] int Number() => 1;
            PendingFlush Unmap() => default;
            Result<PendingFlush, E> TryUnmap() => E.Bad;
            void M() { {{body}} }
        }
        """;
}
