using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Paging;
using KernelMem.CodeFixes.Paging;

namespace KernelMem.CodeFixes.Tests.Paging;

/// <summary>KM4001: memory is writable or executable.</summary>
[TestClass]
public sealed class WriteXorExecuteFixTests
{
    [TestMethod]
    [DataRow("{|KM4001:PageAccess.Read | PageAccess.Write | PageAccess.Execute|}", "PageAccess.Read | PageAccess.Write", 0)]
    [DataRow("{|KM4001:PageAccess.Read | PageAccess.Write | PageAccess.Execute|}", "PageAccess.Read | PageAccess.Execute", 1)]
    [DataRow("{|KM4001:(PageAccess.Execute | PageAccess.Read) | PageAccess.Write|}", "PageAccess.Read | PageAccess.Write", 0)]
    [DataRow("{|KM4001:PageAccess.Write | PageAccess.Execute|}", "PageAccess.Execute", 1)]
    public Task One_of_the_two_goes(string value, string fixedValue, int action)
        => Verify.Fix<WritableExecutableAnalyzer, WriteXorExecuteFix>(Source(value), Source(fixedValue), action);

    [TestMethod]
    [DataRow("{|KM4001:(PageAccess)7|}")]
    [DataRow("{|KM4001:All|}")]
    public Task A_number_stays(string value) => Verify.NoFix<WritableExecutableAnalyzer, WriteXorExecuteFix>(Source(value));

    private static string Source(string value)
        => $"using KernelMem.Paging; class C {{ const PageAccess All = (PageAccess)7; Protection M() => Protection.Create({value}); }}";
}
