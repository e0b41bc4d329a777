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
            public sealed class Point // here
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
            public struct Point // here
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
            "sealed partial class Point { public int X; } partial class Point { public int Y; } class C { Point A() => {|KM1001:new Point()|}; }",
            "partial struct Point { public int X; } partial struct Point { public int Y; } class C { Point A() => new Point(); }");

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
    public Task What_needs_a_class_stays_one(string source) => Verify.NoFix<AllocationAnalyzer, ObjectToStructFix>(source);

    private static Task Check(string source, string fixedSource) => Verify.Fix<AllocationAnalyzer, ObjectToStructFix>(source, fixedSource);
}
