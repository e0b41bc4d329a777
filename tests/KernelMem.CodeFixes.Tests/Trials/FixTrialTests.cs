using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.CodeFixes.Allocation;

namespace KernelMem.CodeFixes.Tests.Trials;

/// <summary>What every fix leaves as it is, or else is not offered.</summary>
[TestClass]
public sealed class FixTrialTests
{
    [TestMethod]
    public Task Line_ends_comments_and_regions_stay()
        => Verify.Fix<AllocationAnalyzer, ThrowFix>(
            Source("{|KM1014:throw new Exception(\"gone\");|} // never").ReplaceLineEndings("\r\n"),
            Source("Panic.Now(\"gone\");\n        return default; // never").ReplaceLineEndings("\r\n"));

    [TestMethod]
    public Task In_a_file_with_the_other_line_ends_new_lines_have_them()
        => Verify.Fix<AllocationAnalyzer, OverrideFix>(
            "struct S\r\n{\r\n    public int X;\r\n}\r\n\r\nclass C { string M(S s) => {|KM1004:s.ToString()|}; }\r\n",
            "struct S\r\n{\r\n    public int X;\r\n\r\n    public override string ToString() => nameof(S);\r\n}\r\n\r\nclass C { string M(S s) => s.ToString(); }\r\n");

    [TestMethod]
    [DataRow("Panic.Now(Text); {|KM1014:throw new Exception(\"gone\" /* for good */);|}")]
    [DataRow("{|KM1014:throw new Exception(\n#if DEBUG\n#endif\n            \"gone\");|}")]
    public Task What_would_lose_a_comment_or_a_directive_is_not_offered(string statement) => Verify.NoFix<AllocationAnalyzer, ThrowFix>(Source(statement));

    [TestMethod]
    public Task What_only_warns_and_is_silenced_counts()
        => Verify.NoFix<AllocationAnalyzer, StackArrayFix>(
            "#pragma warning disable CS9077, CS9080, CS9091, CS9092, CS9093\nusing System; class C { unsafe Span<int> M() { Span<int> s = {|KM1002:new int[4]|}; return s; } }");

    private static string Source(string statement) => $$"""
        using System;
        using KernelMem.Failures;

        class C
        {
            const string Text = "text";

            #region Failing
            // It has a reason.
            int M()
            {
                {{statement}}
            }
            #endregion
        }

        """;
}
