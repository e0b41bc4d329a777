using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Paging;
using KernelMem.CodeFixes.Paging;

namespace KernelMem.CodeFixes.Tests.Paging;

/// <summary>KM4009: flags by their names.</summary>
[TestClass]
public sealed class TypedAccessorFixTests
{
    [TestMethod]
    [DataRow("e = PtEntry.FromRaw({|KM4009:e.Value | PtEntry.WritableMask|});", "e = e.WithWritable(true);")]
    [DataRow("e = PtEntry.FromRaw({|KM4009:e.Value & ~PtEntry.WritableMask|});", "e = e.WithWritable(false);")]
    [DataRow("e = PtEntry.Create({|KM4009:e.Value | 0x2|});", "e = e.WithWritable(true);")]
    [DataRow("b = ({|KM4009:e.Value & PtEntry.DirtyMask|}) != 0;", "b = e.Dirty;")]
    [DataRow("b = ({|KM4009:e.Value & 1|}) == 0;", "b = !e.Present;")]
    [DataRow("e = PtEntry.FromRaw({|KM4009:e.Value | PtEntry.NoExecuteMask|}); b = ({|KM4009:e.Value & PtEntry.UserMask|}) != 0;", "e = e.WithNoExecute(true); b = e.User;")]
    public Task One_flag_is_named(string body, string fixedBody) => Verify.Fix<RawBitsAnalyzer, TypedAccessorFix>(Source(body), Source(fixedBody));

    [TestMethod]
    [DataRow("e = PtEntry.FromRaw({|KM4009:e.Value | 0x6|});")]
    [DataRow("e = PtEntry.FromRaw({|KM4009:e.Value ^ PtEntry.WritableMask|});")]
    [DataRow("ulong raw = {|KM4009:e.Value | PtEntry.WritableMask|};")]
    [DataRow("e = PtEntry.FromRaw({|KM4009:e.Value & PtEntry.FrameMask|});")]
    public Task Anything_else_stays(string body) => Verify.NoFix<RawBitsAnalyzer, TypedAccessorFix>(Source(body));

    private static string Source(string body) => $"using KernelMem.Paging; class C {{ void M(PtEntry e, bool b) {{ {body} }} }}";
}
