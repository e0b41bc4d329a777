using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.CodeFixes.Allocation;

namespace KernelMem.CodeFixes.Tests.Allocation;

/// <summary>KM1001: a class becomes a struct.</summary>
[TestClass]
public sealed class ObjectToStructFixTests
{
    [TestMethod]
    public Task A_sealed_class_becomes_a_struct()
        => Check(
            """
            /// <summary>A point.</summary>
            internal sealed class Point // here
            {
                public int X;
            }

            class C
            {
                int M() => {|KM1001:new Point { X = 1 }|}.X;
            }
            """,
            """
            /// <summary>A point.</summary>
            internal struct Point // here
            {
                public int X;
            }

            class C
            {
                int M() => new Point { X = 1 }.X;
            }
            """);

    [TestMethod]
    public Task Several_uses_change_it_once()
        => Check(
            """
            sealed class Point { public int X; }
            class C { Point A() => {|KM1001:new Point()|}; Point B() => {|KM1001:new()|}; }
            """,
            """
            struct Point { public int X; }
            class C { Point A() => new Point(); Point B() => new(); }
            """);

    [TestMethod]
    public Task All_parts_of_a_partial_class()
        => Check(
            "sealed partial class Point { public int X; } partial class Point { public int Y() => X; } class C { Point A() => {|KM1001:new Point()|}; }",
            "partial struct Point { public int X; } partial struct Point { public int Y() => X; } class C { Point A() => new Point(); }");

    [TestMethod]
    public Task A_record_class()
        => Check(
            "sealed record class Point(int X); class C { Point A() => {|KM1001:new Point(1)|}; }",
            "record struct Point(int X); class C { Point A() => new Point(1); }");

    [TestMethod]
    public Task A_constructor_keeps_its_initializers()
        => Check(
            "sealed class Point { int _x = 3; public Point(int y) { _x += y; } } class C { Point A() => {|KM1001:new Point(1)|}; }",
            "struct Point { int _x = 3; public Point(int y) { _x += y; } } class C { Point A() => new Point(1); }");

    [TestMethod]
    [DataRow("class Open { } class C { Open A() => {|KM1001:new Open()|}; }")]
    [DataRow("class Base { } sealed class Derived : Base { } class C { Derived A() => {|KM1001:new Derived()|}; }")]
    [DataRow("sealed class Node { Node next; } class C { Node A() => {|KM1001:new Node()|}; }")]
    [DataRow("sealed class Initialised { int x = 3; } class C { Initialised A() => {|KM1001:new Initialised()|}; }")]
    [DataRow("sealed class Finalised { ~Finalised() { } } class C { Finalised A() => {|KM1001:new Finalised()|}; }")]
    [DataRow("class C { object A() => {|KM1001:new object()|}; }")]
    [DataRow("sealed partial class Parts { public int X; } partial class Parts { public int Y; } class C { Parts A() => {|KM1001:new Parts()|}; }")]
    [DataRow("public sealed class Seen { public int X; } class C { Seen A() => {|KM1001:new Seen()|}; }")]
    public Task What_needs_a_class_stays_one(string source) => Verify.NoFix<AllocationAnalyzer, ObjectToStructFix>(source);

    [TestMethod]
    [DataRow("Point p = {|KM1001:new Point(1)|}; Point q = p; return q.Sum(p);")]
    [DataRow("var p = {|KM1001:new Point(1) { Y = 2 }|}; return p.X + p.Y;")]
    [DataRow("Point p; Make(out p); Point q = p.X > 0 ? p : {|KM1001:new Point(0)|}; q = Same(q); return q.X;")]
    [DataRow("return Same({|KM1001:new(1)|}).X + Point.Zero();")]
    public Task Where_a_copy_is_as_good_as_the_object(string body)
        => Check(Uses("sealed class", body), Uses("struct", body.Replace("{|KM1001:", "").Replace("|}", "")));

    [TestMethod]
    [DataRow("Point p = {|KM1001:new Point(1)|}; p.Y = 2; return p.Y;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}; p.Y++; return p.Y;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}; Fill(out p.Y); return p.Y;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}; (p.Y, _) = (1, 2); return p.Y;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}; ((p.Y, _), _) = ((1, 2), 3); return p.Y;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}; return p == null ? 1 : 0;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}; return p is null ? 1 : 0;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}; p = null!; return p.X;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}; p = default!; return p.X;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}; return p?.X ?? 1;")]
    [DataRow("Point? p = {|KM1001:new Point(1)|}; return p.X;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}, q = p; return p == q ? 1 : 0;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}, q = p; return p.Equals(q) ? 1 : 0;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}, q = p; return ReferenceEquals(p, q) ? 1 : 0;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}; object o = p; return p.X;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}; IDisposable o = p; return p.X;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}; lock (p) { return p.X; }")]
    [DataRow("Point p = {|KM1001:new Point(1)|}; var t = (p, 1); return p.X;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}; Any(p); return p.X;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}; Action a = {|KM1006:p.Dispose|}; return p.X;")]
    [DataRow("Point[] all = {|KM1002:new Point[2]|}; all[0] = {|KM1001:new Point(1)|}; return 1;")]
    [DataRow("Span<Point> all = default; all[0] = {|KM1001:new Point(1)|}; return 1;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}; return typeof(Point).IsClass ? 1 : 0;")]
    [DataRow("Point p = {|KM1001:new Point(1)|}; return p is { X: 1 } ? 1 : 0;")]
    public Task Where_somebody_could_tell_it_stays(string body) => Verify.NoFix<AllocationAnalyzer, ObjectToStructFix>(Uses("sealed class", body));

    [TestMethod]
    [DataRow("sealed class P { int _n; public void Add() => _n++; } class C { P A() => {|KM1001:new P()|}; }")]
    [DataRow("sealed class P { public int N { get; set; } } class C { P A() => {|KM1001:new P()|}; void B(P p) => p.N = 1; }")]
    [DataRow("sealed class P { public int N; } class C { P A() => {|KM1001:new P()|}; P B { get; } }")]
    [DataRow("sealed class P { public int N; } class C { P _p; C() => _p = {|KM1001:new P()|}; }")]
    [DataRow("sealed class P { public int N; public int H() => GetHashCode(); } class C { P A() => {|KM1001:new P()|}; }")]
    [DataRow("sealed class P { public static object Last; public P() { Last = this; } } class C { P A() => {|KM1001:new P()|}; }")]
    [DataRow("sealed class P(int n) { public int Next() => n++; } class C { P A() => {|KM1001:new P(1)|}; }")]
    [DataRow("sealed class P { public int N; } class C { P A() => {|KM1001:new P()|}; P B() { P p = default; return p; } }")]
    [DataRow("sealed record P(int N); class C { P A() => {|KM1001:new P(1)|}; string B(P p) => p.ToString(); }")]
    [DataRow("sealed class P { public event System.Action E; } class C { P A() => {|KM1001:new P()|}; }")]
    public Task What_changes_is_shared(string source) => Verify.NoFix<AllocationAnalyzer, ObjectToStructFix>("#nullable disable warnings\n" + source);

    [TestMethod]
    public Task A_use_in_another_file_counts()
        => Verify.Fix<AllocationAnalyzer, ObjectToStructFix>(
            ["sealed class P { public int N; } class C { P A() => {|KM1001:new P()|}; }", "class D { void M(P p) => p.N = 1; }"],
            ["sealed class P { public int N; } class C { P A() => {|KM1001:new P()|}; }", "class D { void M(P p) => p.N = 1; }"]);

    private static string Uses(string kind, string body) => $$"""
        using System;
        {{kind}} Point : IDisposable
        {
            public readonly int X;
            public int Y;
            public Point(int x) { X = x; this.Y = X; }
            public static int Zero() => 0;
            public int Sum(Point other) => X + other.Y;
            public void Dispose() { }
        }

        class C
        {
            int M()
            {
                {{body}}
            }

            static Point Same(Point p) => p;
            static void Make(out Point p) => p = Same(new Point(2));
            static void Fill(out int x) => x = 1;
            static void Any<T>(T x) { }
        }
        """.Replace("Same(new Point(2))", kind == "struct" ? "Same(new Point(2))" : "Same({|KM1001:new Point(2)|})");

    private static Task Check(string source, string fixedSource) => Verify.Fix<AllocationAnalyzer, ObjectToStructFix>(source, fixedSource);
}
