using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>Checks the allocation rules on one member, among types to use in it.</summary>
internal static class Member
{
    private const string Types = """
        using System.Collections;
        using System.Collections.Generic;
        using System.Diagnostics;
        using System.Linq;

        interface IShape { int Area { get; } }
        struct Square : IShape, IDisposable { public int Side; public int Area => Side * Side; public void Dispose() { } }
        struct Named { public override string ToString() => ""; public override bool Equals(object? other) => false; public override int GetHashCode() => 0; public int Length() => 0; }
        enum Colour { Red, Green }
        class Node { public Node? Next; public int Value; public static void Static() { } public static int Twice(int x) => 2 * x; public void Instance() { } public event Action? Changed; }
        struct Numbers : IEnumerable<int> { public IEnumerator<int> GetEnumerator() => null!; IEnumerator IEnumerable.GetEnumerator() => null!; }

        """;

    private const string Fields = """
        static object? s_object; static IShape? s_shape; static string? s_text; static int s_number; static int? s_maybe; static Action? s_action;
        static void Take(object? o) { } static void Many(params object[] all) { } static void Ints(params int[] all) { }
        static void Span(params ReadOnlySpan<int> all) { } static void List(params List<int> all) { } static void Sequence(params IEnumerable<int> all) { }

        """;

    /// <summary>A member of a class.</summary>
    public static Task Check(string member) => Verify.Rule<AllocationAnalyzer>($"{Types}unsafe partial class C\n{{\n{Fields}{member}\n}}");

    /// <summary>The statements of a method with a parameter of each kind.</summary>
    public static Task CheckBody(string statements)
        => Check($"void M<T>(int number, Square square, Named named, Colour colour, Node node, int[] array, object? o, T generic, int* pointer)\n{{\n{statements}\n}}");
}
