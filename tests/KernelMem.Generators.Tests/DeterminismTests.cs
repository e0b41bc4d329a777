using KernelMem.Generators.Tests.Harness;

namespace KernelMem.Generators.Tests;

/// <summary>The same declarations give the same text, whatever the order in which the compiler sees them.</summary>
[TestClass]
public sealed class DeterminismTests
{
    private const string FirstHalf = """
        using KernelMem.Annotations;
        [BitLayout(typeof(byte)), Reserved(6)]
        public readonly partial struct Split { [Bit(7)] public partial bool Top { get; } [Bits(0, 2)] public partial byte Low { get; } }
        """;

    private const string SecondHalf = """
        using KernelMem.Annotations;
        [Ignored(3)]
        public readonly partial struct Split { [Bits(4, 5)] public partial byte Middle { get; } }
        """;

    [TestMethod]
    public void Two_runs_write_the_same()
        => CollectionAssert.AreEqual(Generation.Of(Declarations.EveryKind64).SourcesByName(), Generation.Of(Declarations.EveryKind64).SourcesByName());

    [TestMethod]
    public void The_order_of_the_files_does_not_matter()
    {
        string oneWay = Generation.Of(FirstHalf, SecondHalf).SingleSource();
        string otherWay = Generation.Of(SecondHalf, FirstHalf).SingleSource();

        Assert.AreEqual(oneWay, otherWay);
        StringAssert.Contains(oneWay, "A0BB.CCC");
    }

    [TestMethod]
    public void The_text_has_the_same_line_ends_everywhere()
        => Assert.IsFalse(Generation.Of(Declarations.EveryKind64).SingleSource().Contains('\r', System.StringComparison.Ordinal));

    [TestMethod]
    public void Names_that_differ_by_case_alone_get_files_of_their_own()
    {
        const string Body = "{ [Bit(0)] public partial bool F { get; } }";
        Generation generation = Generation.Of(
            $"using KernelMem.Annotations; namespace A; [BitLayout, Ignored(1, 63)] public readonly partial struct Entry {Body}",
            $"using KernelMem.Annotations; namespace A; [BitLayout, Ignored(1, 63)] public readonly partial struct ENTRY {Body}",
            $"using KernelMem.Annotations; namespace a; [BitLayout, Ignored(1, 63)] public readonly partial struct Entry {Body}");

        Assert.HasCount(3, generation.SourcesByName());
        Assert.IsEmpty(generation.Reported);
    }
}
