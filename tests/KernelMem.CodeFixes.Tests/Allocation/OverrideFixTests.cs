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

                public override bool Equals(object? obj) => obj is S other && X == other.X && P == other.P && Time.Equals(other.Time);

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
    public Task Fields_of_all_kinds_are_compared_as_they_were()
        => Check(
            """
            /// <summary>Documented.</summary>
            public struct S
            {
                public double Real;
                public string other;
                public object obj;
                public int @class;
                public int[] Items;
                public (int, int) Pair;
            }

            class C
            {
                int M(S s) => {|KM1004:s.GetHashCode()|};
            }
            """,
            """
            /// <summary>Documented.</summary>
            public struct S
            {
                public double Real;
                public string other;
                public object obj;
                public int @class;
                public int[] Items;
                public (int, int) Pair;

                /// <inheritdoc/>
                public override bool Equals(object? obj) => obj is S other && Real.Equals(other.Real) && this.other == other.other && object.Equals(this.obj, other.obj) && @class == other.@class && Items == other.Items && Pair.Equals(other.Pair);

                /// <inheritdoc/>
                public override int GetHashCode() => unchecked((((((((((Real.GetHashCode() * 31) + (other?.GetHashCode() ?? 0)) * 31) + (obj?.GetHashCode() ?? 0)) * 31) + @class.GetHashCode()) * 31) + (Items?.GetHashCode() ?? 0)) * 31) + Pair.GetHashCode());
            }

            class C
            {
                int M(S s) => s.GetHashCode();
            }
            """);

    [TestMethod]
    public Task The_text_is_the_full_name()
        => Check(
            "namespace N.K { class C { struct S { public int X; } string M(S s) => {|KM1004:s.ToString()|}; } }",
            "namespace N.K { class C { struct S { public int X;\n\n            public override string ToString() => \"N.K.C+S\";\n        } string M(S s) => s.ToString(); } }");

    [TestMethod]
    public Task Of_a_partial_struct_one_part_gets_it()
        => Verify.Fix<AllocationAnalyzer, OverrideFix>(
            ["partial struct S\n{\n}\n\nclass C { string M(S s) => {|KM1004:s.ToString()|}; }", "partial struct S\n{\n}\n"],
            ["partial struct S\n{\n    public override string ToString() => nameof(S);\n}\n\nclass C { string M(S s) => s.ToString(); }", "partial struct S\n{\n}\n"]);

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
    [DataRow("class C { int Next() => 1; System.Type M() => {|KM1004:Next().GetType()|}; }")]
    [DataRow("class C { int P => 1; System.Type M() => {|KM1004:P.GetType()|}; }")]
    [DataRow("struct S<T> { } class C { string M(S<int> s) => {|KM1004:s.ToString()|}; }")]
    [DataRow("namespace N { struct S<T> { } class C { string M(S<int> s) => {|KM1004:s.ToString()|}; } }")]
    [DataRow("struct S<T> { T X; } class C { bool M(S<int> s) => {|KM1004:s.Equals(null)|}; }")]
    [DataRow("struct P { } struct S { P X; } class C { bool M(S s) => {|KM1004:s.Equals(null)|}; }")]
    [DataRow("struct S { int? X; decimal? Y; } class C { bool M(S s) => {|KM1004:s.Equals(null)|}; }")]
    [DataRow("unsafe struct S { fixed int X[2]; } class C { bool M(S s) => {|KM1004:s.Equals(null)|}; }")]
    [DataRow("struct S { int X { get => field++; } } class C { bool M(S s) => {|KM1004:s.Equals(null)|}; }")]
    [DataRow("struct S(int x) { int N => x; } class C { bool M(S s) => {|KM1004:s.Equals(null)|}; }")]
    [DataRow("[System.Runtime.CompilerServices.InlineArray(2)] struct S { int X; } class C { bool M(S s) => {|KM1004:s.Equals(null)|}; }")]
    [DataRow("struct S { bool M() => {|KM1004:base.Equals(null)|}; }")]
    public Task What_cannot_be_changed_stays(string source) => Verify.NoFix<AllocationAnalyzer, OverrideFix>(source);

    private static Task Check(string source, string fixedSource) => Verify.Fix<AllocationAnalyzer, OverrideFix>(source, fixedSource);
}
