using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.CodeFixes.Allocation;

namespace KernelMem.CodeFixes.Tests.Allocation;

/// <summary>KM1004: a struct overrides what it is boxed for.</summary>
[TestClass]
public sealed class OverrideFixTests
{
    [TestMethod]
    public Task ToString_is_the_name()
        => Check(
            """
            struct S
            {
                public int X;
            }

            class C
            {
                string M(S s) => {|KM1004:s.ToString()|};
            }
            """,
            """
            struct S
            {
                public int X;

                public override string ToString() => nameof(S);
            }

            class C
            {
                string M(S s) => s.ToString();
            }
            """);

    [TestMethod]
    public Task GetHashCode_comes_with_Equals()
        => Check(
            """
            #nullable enable
            unsafe struct S
            {
                public int X;
                public char* P;
                public System.TimeSpan Time { get; set; }
            }

            class C
            {
                int M(S s) => {|KM1004:s.GetHashCode()|};
            }
            """,
            """
            #nullable enable
            unsafe struct S
            {
                public int X;
                public char* P;
                public System.TimeSpan Time { get; set; }

                public override bool Equals(object? obj) => obj is S other && X == other.X && P == other.P && Time == other.Time;

                public override int GetHashCode() => unchecked((((X.GetHashCode() * 31) + (int)P) * 31) + Time.GetHashCode());
            }

            class C
            {
                int M(S s) => s.GetHashCode();
            }
            """);

    [TestMethod]
    public Task Equals_is_added_to_GetHashCode()
        => Check(
            """
            struct S
            {
                public override int GetHashCode() => 0;
            }

            class C
            {
                bool M(S s) => {|KM1004:s.Equals(null)|};
            }
            """,
            """
            struct S
            {
                public override int GetHashCode() => 0;

                public override bool Equals(object? obj) => obj is S;
            }

            class C
            {
                bool M(S s) => s.Equals(null);
            }
            """);

    [TestMethod]
    public Task GetType_is_known()
        => Check(
            "class C { System.Type M(int x) => {|KM1004:x.GetType()|}; }",
            "class C { System.Type M(int x) => typeof(int); }");

    [TestMethod]
    [DataRow("enum E { A } class C { string M(E e) => {|KM1004:e.ToString()|}; }")]
    [DataRow("class C { System.Type M(int? x) => {|KM1004:x.GetType()|}; }")]
    [DataRow("class C { System.Type M<T>(T x) => {|KM1004:x.GetType()|}; }")]
    [DataRow("class C { string M(System.ArgIterator x) => \"\"; string N(System.Threading.CancellationTokenRegistration r) => {|KM1004:r.ToString()|}; }")]
    public Task What_cannot_be_changed_stays(string source) => Verify.NoFix<AllocationAnalyzer, OverrideFix>(source);

    private static Task Check(string source, string fixedSource) => Verify.Fix<AllocationAnalyzer, OverrideFix>(source, fixedSource);
}
