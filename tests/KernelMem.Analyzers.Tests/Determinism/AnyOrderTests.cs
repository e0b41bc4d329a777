using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using KernelMem.Analyzers.Tests.Allocation.Oracle;

namespace KernelMem.Analyzers.Tests.Determinism;

/// <summary>The order of the files, and how many threads look at them, changes nothing that is said: no place, no message, no chain.</summary>
[TestClass]
public sealed class AnyOrderTests
{
    private const string Marks = "global using System; global using KernelMem.Annotations;\n";
    private const int ProbesInFile = 40;

    [TestMethod]
    public async Task All_constructs_in_many_files()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "Allocation");
        IReadOnlyList<Probe> probes = ProbeTable.Read(Path.Combine(folder, "Probes.txt"));
        (string Path, string Source)[] files =
        [
            ("Types.cs", await File.ReadAllTextAsync(Path.Combine(folder, "ProbeTypes.txt"))),
            .. probes.Chunk(ProbesInFile).Select(static (chunk, number) => ($"Probes{number}.cs", string.Join('\n', chunk.Select(static probe => probe.Source)))),
        ];

        string[] said = await Analysis.SameInAnyOrderAsync("Kernel", files, orders: 3);

        Assert.IsGreaterThan(1000, said.Length);
    }

    [TestMethod]
    public async Task Of_several_shortest_ways_through_a_dispatched_call() => await Expect(
        "KM1017",
        "[NoAlloc] static class A { static void M(IShape shape) { shape.Draw(); } } interface IShape { void Draw(); }",
        "class Square : IShape { public void Draw() => _ = new object(); }",
        "class Circle : IShape { public void Draw() => _ = new int[3]; }",
        "file class Other : IShape { public void Draw() => _ = new string('c', 3); }",
        "file class Other : IShape { public void Draw() => _ = new object(); }");

    [TestMethod]
    public async Task Of_several_ways_through_members_that_call_each_other() => await Expect(
        "KM1017",
        "[NoAlloc] static class A { static void M() { B.Even(3); } }",
        "static class B { public static void Even(int n) { C.Odd(n - 1); D.Other(n); } }",
        "static class C { public static void Odd(int n) { if (n > 0) B.Even(n - 1); E.Allocate(); } }",
        "static class D { public static void Other(int n) { if (n > 0) C.Odd(n - 1); E.AllocateToo(); } }",
        "static class E { public static void Allocate() => _ = new object(); public static void AllocateToo() => _ = new int[1]; }");

    [TestMethod]
    public async Task Of_several_initializers_in_the_parts_of_a_type() => await Expect(
        "KM1017",
        "[NoAlloc] static class A { static void M() { _ = new P().N; } }",
        "partial struct P { public int N; private object _a = new object(); public P() { N = 1; } }",
        "partial struct P { private int[] _b = new int[2]; private int _d = B.Next(); }",
        "partial struct P { private string _c = new string('c', 2); }",
        "static class B { public static int Next() => new int[3].Length; }");

    [TestMethod]
    public async Task Of_several_static_initializers_in_the_parts_of_a_type() => await Expect(
        "KM1022",
        "[NoAlloc] static class A { static int M() => P.N; }",
        "static partial class P { public static int N; private static object s_a = new object(); static P() { N = 1; } }",
        "static partial class P { private static int[] s_b = new int[2]; }");

    [TestMethod]
    public async Task Of_contracts_that_say_different_things() => await Expect(
        "KM1001",
        "interface IOne { [NoAlloc] void M(); [NoAlloc] void N(); } interface ITwo { [MayAlloc(\"two\")] void M(); } interface IAnother { [MayAlloc(\"another\")] void N(); }",
        "partial class P : IOne { public void M() => _ = new object(); public void N() => _ = new object(); }",
        "partial class P : ITwo { [NoAlloc] public void Own() => _ = new object(); }",
        "partial class P : IAnother { }");

    [TestMethod]
    public async Task Of_marks_on_the_parts_of_a_type() => await Expect(
        "KM1001",
        "[NoAlloc] partial class P { public void M() => _ = new object(); }",
        "[MayAlloc(\"host\")] partial class P { public void N() => _ = new object(); }",
        "partial class P { public void O() => _ = new object(); }");

    [TestMethod]
    public async Task Of_several_reasons_why_a_value_must_be_used() => await Expect(
        "KM5004",
        "interface IOne { [MustUse(\"one\")] int M(); } interface ITwo { [MustUse(\"two\")] int M(); }",
        "partial class P : IOne { public int M() => 1; }",
        "partial class P : ITwo { void N() { M(); } }");

    [TestMethod]
    public async Task Of_several_fields_that_are_boxed_to_be_compared() => await Expect(
        "KM1024",
        "[NoAlloc] static class A { static bool M(R one, R other) => one == other; }",
        "struct One { public int X; } struct Two { public int X; }",
        "partial record struct R(int N) { public One A; }",
        "partial record struct R { public Two B; }");

    [TestMethod]
    public async Task Of_several_type_arguments() => await Expect(
        "KM1021",
        "[NoAlloc] static class A { static void M() { G.Run(new One(), new Two()); } }",
        "[NoAlloc] static class G { public static void Run<T, U>(T one, U two) where T : struct, IRun where U : struct, IRun { two.Run(); one.Run(); } } interface IRun { void Run(); }",
        "struct One : IRun { public void Run() => B.Allocate(); }",
        "struct Two : IRun { public void Run() => B.AllocateToo(); }",
        "static class B { public static void Allocate() => _ = new object(); public static void AllocateToo() => _ = new int[1]; }");

    [TestMethod]
    public async Task Of_members_that_a_base_has_for_a_contract() => await Expect(
        "KM1020",
        "interface IQuiet { [NoAlloc] void Run(); }",
        "partial class P : Base { } class Base { public void Run() { B.Allocate(); B.AllocateToo(); } }",
        "partial class P : IQuiet { }",
        "static class B { public static void Allocate() => _ = new object(); public static void AllocateToo() => _ = new int[1]; }");

    [TestMethod]
    public async Task Of_suppressions_and_trust_without_need() => await Expect(
        "KM0004",
        "#pragma warning disable KM1001, KM1002\nstatic class A { [NoAlloc] static void M() => _ = new object(); }\n",
        "static class B { [TrustedNoAlloc(Justification = \"it is\")] public static int N() => C.N(); }",
        "static class C { public static int N() => 1; }\n#pragma warning disable KM1003\n");

    private static async Task Expect(string rule, params string[] sources)
    {
        (string Path, string Source)[] files = [("Usings.cs", Marks), .. sources.Select(static (source, number) => ($"File{number}.cs", source))];

        string[] said = await Analysis.SameInAnyOrderAsync("Hosted", files, orders: 12);

        Assert.IsTrue(Array.Exists(said, line => line.StartsWith(rule, StringComparison.Ordinal)), string.Join('\n', said));
    }
}
