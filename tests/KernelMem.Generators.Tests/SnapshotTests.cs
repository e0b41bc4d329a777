using System.IO;
using KernelMem.Generators.Tests.Harness;

namespace KernelMem.Generators.Tests;

/// <summary>What the generator writes, word for word.</summary>
[TestClass]
public sealed class SnapshotTests
{
    [TestMethod]
    public void Every_kind_of_field_in_64_bits() => Check("EveryKind64", Declarations.EveryKind64);

    [TestMethod]
    public void Every_kind_of_field_in_32_bits() => Check("EveryKind32", Declarations.EveryKind32);

    [TestMethod]
    public void A_narrow_word_is_widened_before_computing() => Check("Narrow16", Declarations.Narrow16);

    [TestMethod]
    public void A_byte_nested_in_the_global_namespace_with_keyword_names() => Check("Nested8", Declarations.Nested8);

    [TestMethod]
    public void Everything_that_a_field_can_say() => Check("Device32", Declarations.Device32);

    [TestMethod]
    public void A_word_that_memory_holds_the_other_way_round() => Check("BigEndian64", Declarations.BigEndian64);

    [TestMethod]
    public void A_short_word_that_memory_holds_the_other_way_round() => Check("BigEndian16", Declarations.BigEndian16);

    [TestMethod]
    public void A_placeholder_for_a_declaration_with_errors()
    {
        Generation generation = Generation.Of("""
            using KernelMem.Addresses;
            using KernelMem.Annotations;
            using KernelMem.Paging;

            namespace Sample;

            [BitLayout, PageTableEntry(4, PageTableEntryRole.Table)]
            public readonly partial struct Broken : IPageTableEntry<Broken>
            {
                [Bit(0)] public partial bool Present { get; }
                [Bit(1, Access = FieldAccess.WriteOnly)] public partial bool Start { init; }
                [Bits(2, 5)] internal partial string Text { get; }
            }
            """);

        Assert.IsEmpty(generation.CompilerProblems, string.Join('\n', generation.CompilerProblems));
        Snapshot.Matches("Placeholder", generation.SingleSource());
    }

    [TestMethod]
    public void The_library_s_own_page_directory_entry()
    {
        string path = Path.Combine(Snapshot.RepositoryRoot(), "src", "KernelMem", "Paging", "PdPageEntry.cs");
        Check("PdPageEntry", File.ReadAllText(path));
    }

    [TestMethod]
    public void A_difference_shows_the_lines_around_it()
    {
        string difference = Snapshot.Difference("one\ntwo\nthree\nfour\nfive", "one\ntwo\n3\nfour\nfive");

        StringAssert.Contains(difference, "line 3");
        StringAssert.Contains(difference, "    two");
        StringAssert.Contains(difference, "  - three");
        StringAssert.Contains(difference, "  + 3");
        StringAssert.Contains(difference, "    four");
    }

    private static void Check(string name, string source) => Snapshot.Matches(name, Generation.Of(source).SingleSource());
}
