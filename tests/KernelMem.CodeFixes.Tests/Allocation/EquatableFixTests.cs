using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.CodeFixes.Allocation;

namespace KernelMem.CodeFixes.Tests.Allocation;

/// <summary>KM1024: a struct becomes equatable.</summary>
[TestClass]
public sealed class EquatableFixTests
{
    [TestMethod]
    public Task A_field_of_a_record()
        => Check(
            """
            using System;

            // What is compared.
            struct S
            {
                public int X;
                public float Y { get; set; }
            }

            record struct R(S A, int B);

            class C
            {
                bool M(R a, R b) => {|KM1024:a == b|};
                bool N(R a, R b) => {|KM1024:a.Equals(b)|};
            }
            """,
            """
            using System;

            // What is compared.
            struct S : IEquatable<S>
            {
                public int X;
                public float Y { get; set; }

                public bool Equals(S other) => X == other.X && Y.Equals(other.Y);

                public override bool Equals(object? obj) => obj is S other && Equals(other);

                public override int GetHashCode() => unchecked((X.GetHashCode() * 31) + Y.GetHashCode());

                public static bool operator ==(S left, S right) => left.Equals(right);

                public static bool operator !=(S left, S right) => !left.Equals(right);
            }

            record struct R(S A, int B);

            class C
            {
                bool M(R a, R b) => a == b;
                bool N(R a, R b) => a.Equals(b);
            }
            """);

    [TestMethod]
    public Task What_a_comparer_is_for_in_another_file()
        => Verify.Fix<AllocationAnalyzer, EquatableFix>(
            ["using System.Collections.Generic; class C { object M() => {|KM1024:EqualityComparer<S>.Default|}; }", "struct S : System.IDisposable // small\n{\n    int _x;\n    public static implicit operator int(S s) => s._x;\n    public void Dispose() { }\n}"],
            ["using System.Collections.Generic; class C { object M() => EqualityComparer<S>.Default; }", "struct S : System.IDisposable, System.IEquatable<S> // small\n{\n    int _x;\n    public static implicit operator int(S s) => s._x;\n    public void Dispose() { }\n\n    public bool Equals(S other) => _x == other._x;\n\n    public override bool Equals(object? obj) => obj is S other && Equals(other);\n\n    public override int GetHashCode() => unchecked(_x.GetHashCode());\n}"]);

    [TestMethod]
    [DataRow("record struct R(int A); class C { string M(R r) => {|KM1024:r.ToString()|}; }")]
    [DataRow("struct P { } struct S { P A; } record struct R(S A); class C { bool M(R a, R b) => {|KM1024:a == b|}; }")]
    [DataRow("struct S<T> { T A; } record struct R(S<int> A); class C { bool M(R a, R b) => {|KM1024:a == b|}; }")]
    [DataRow("struct S { public override bool Equals(object o) => false; public override int GetHashCode() => 0; } record struct R(S A); class C { bool M(R a, R b) => {|KM1024:a == b|}; }")]
    [DataRow("record struct R(System.ArraySegment<int> A); class C { bool M(R a, R b) => {|KM1024:a == b|}; }")]
    public Task Another_stays(string source) => Verify.NoFix<AllocationAnalyzer, EquatableFix>(source);

    private static Task Check(string source, string fixedSource) => Verify.Fix<AllocationAnalyzer, EquatableFix>(source, fixedSource);
}
