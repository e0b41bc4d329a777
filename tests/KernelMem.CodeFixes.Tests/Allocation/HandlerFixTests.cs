using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.CodeFixes.Allocation;

namespace KernelMem.CodeFixes.Tests.Allocation;

/// <summary>KM1008: joining becomes interpolating, where that goes to a handler.</summary>
[TestClass]
public sealed class HandlerFixTests
{
    [TestMethod]
    [DataRow("Log({|KM1008:\"a\" + n|});", "Log($\"a{n}\");")]
    [DataRow("Log({|KM1008:\"a {\" + n + \"} \\n\"|});", "Log($\"a {{{n}}} \\n\");")]
    [DataRow("Log({|KM1008:n + n + \"x\" + n * 2|});", "Log($\"{n + n}x{n * 2}\");")]
    [DataRow("Log({|KM1008:\"a\" + s + \"b\"|}); Log({|KM1008:\"c\" + s|});", "Log($\"a{s}b\"); Log($\"c{s}\");")]
    public Task For_a_handler(string body, string fixedBody) => Verify.Fix<AllocationAnalyzer, HandlerFix>(Method(body), Method(fixedBody));

    [TestMethod]
    [DataRow("Plain({|KM1008:\"a\" + n|});")]
    [DataRow("s = {|KM1008:\"a\" + n|};")]
    [DataRow("Log({|KM1008:\"a\" + (n > 1 ? \"x\" : \"y\")|});")]
    [DataRow("Plain({|KM1008:$\"{n}\"|});")]
    [DataRow("Log({|KM1008:\"a\" + Next()|});")]
    [DataRow("Log({|KM1008:\"a\" /* and */ + n|});")]
    [DataRow("Log({|KM1008:\"a\" + n++|});")]
    public Task For_nothing_else(string body) => Verify.NoFix<AllocationAnalyzer, HandlerFix>(Method(body));

    private static string Method(string body) => $$"""
        using System.Runtime.CompilerServices;
        [InterpolatedStringHandler]
        ref struct Handler
        {
            public Handler(int literals, int holes) { }
            public void AppendLiteral(string text) { }
            public void AppendFormatted(int value) { }
            public void AppendFormatted(string value) { }
        }

        class C
        {
            void Log(string text) { }
            void Log(Handler text) { }
            void Plain(string text) { }
            int Next() => 1;
            void M(int n, string s) { {{body}} }
        }
        """;
}
