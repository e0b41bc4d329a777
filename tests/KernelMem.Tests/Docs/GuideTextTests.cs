using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using KernelMem.Annotations;
using KernelMem.Boot;
using KernelMem.Paging;

namespace KernelMem.Tests.Docs;

/// <summary>The guides cannot rot: their examples are compiled and run, and their tables name what there is.</summary>
[TestClass]
public sealed class GuideTextTests
{
    [TestMethod]
    [DataRow("addresses.md", 8)]
    [DataRow("boot.md", 6)]
    [DataRow("layouts.md", 5)]
    [DataRow("memory-manager.md", 9)]
    [DataRow("paging.md", 6)]
    [DataRow("heap.md", 2)]
    [DataRow("mmio.md", 3)]
    [DataRow("simulation.md", 5)]
    [DataRow("user-memory.md", 3)]
    [DataRow("porting.md", 1)]
    public void Every_example_is_compiled_word_for_word(string guide, int atLeast)
    {
        string text = GuideText.Guide(guide);
        Assert.IsGreaterThanOrEqualTo(atLeast, GuideText.CSharpBlocks(text).Count);

        IReadOnlyList<string> missing = GuideText.Missing(text, GuideText.ExampleSources());
        Assert.IsEmpty(missing, $"not in tests/KernelMem.Tests/Docs/*Examples.cs:\n{string.Join("\n---\n", missing)}");
    }

    [TestMethod]
    public void A_changed_example_is_noticed()
    {
        const string Source = "class C\n{\n    int a = 1;\n    int b = 2;\n}\n";
        Assert.IsEmpty(GuideText.Missing("```csharp\nint a = 1;\nint b = 2;\n```\n", [Source]));
        Assert.HasCount(1, GuideText.Missing("```csharp\nint a = 2;\nint b = 2;\n```\n", [Source]));
        Assert.HasCount(1, GuideText.Missing("```csharp\nint b = 2;\nint a = 1;\n```\n", [Source]));
        Assert.HasCount(1, GuideText.Missing("```csharp\na = 1;\n```\n", [Source]));
    }

    [TestMethod]
    public void Every_annotation_is_explained()
    {
        string text = GuideText.Guide("addresses.md") + GuideText.Guide("layouts.md");
        foreach (Type attribute in typeof(NoAllocAttribute).Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(typeof(Attribute))))
            Assert.Contains("`[" + attribute.Name[..^"Attribute".Length], text, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(typeof(BootInformationError))]
    [DataRow(typeof(MemoryMapError))]
    [DataRow(typeof(EarlyAllocatorError))]
    [DataRow(typeof(MemoryRegionKind))]
    public void Every_error_and_every_kind_is_explained(Type members)
    {
        string text = GuideText.Guide("boot.md");
        foreach (string name in Enum.GetNames(members).Where(name => name != "None"))
            Assert.Contains("`" + name + "`", text, StringComparison.Ordinal);
    }

    [TestMethod]
    public void Every_layout_rule_is_explained()
    {
        string text = GuideText.Guide("layouts.md");
        IReadOnlyList<string> rules = [.. GuideText.LayoutRules()];
        Assert.IsGreaterThan(5, rules.Count);
        foreach (string rule in rules)
            Assert.Contains($"| {rule} |", text, StringComparison.Ordinal);
    }

    [TestMethod]
    [DataRow(1, typeof(Pml5Entry))]
    [DataRow(1, typeof(Pml4Entry))]
    [DataRow(2, typeof(PdptEntry))]
    [DataRow(2, typeof(PdEntry))]
    [DataRow(3, typeof(PdptPageEntry))]
    [DataRow(4, typeof(PdPageEntry))]
    [DataRow(5, typeof(PtEntry))]
    public void The_table_of_entry_bits_is_that_of_the_types(int column, Type entry)
    {
        ulong reserved = Constant(entry, "ReservedMask") | Constant(entry, "FixedMask");
        ulong seen = 0;
        foreach (string[] row in EntryBitRows().Where(row => row[column].Length != 0))
        {
            ulong mask = Mask(row[0]);
            Assert.AreEqual(0UL, seen & mask, $"bits {row[0]} twice");
            seen |= mask;
            switch (row[column])
            {
                case "–":
                    Assert.AreEqual(0UL, mask & reserved, row[0]);
                    break;
                case "0":
                    Assert.AreEqual(mask, mask & reserved & ~Constant(entry, "FixedValue"), row[0]);
                    break;
                case "1":
                    Assert.AreEqual(mask, mask & Constant(entry, "FixedValue"), row[0]);
                    break;
                default:
                    Assert.AreEqual(Constant(entry, row[column].Trim('`') + "Mask"), mask, row[column]);
                    break;
            }
        }

        Assert.AreEqual(ulong.MaxValue, seen);
    }

    private static ulong Constant(Type entry, string name)
        => (ulong)(entry.GetField(name, BindingFlags.Public | BindingFlags.Static)?.GetRawConstantValue() ?? throw new InvalidOperationException($"{entry.Name} has no {name}"));

    /// <summary>The rows of the table whose first column holds bits: <c>63</c> or <c>51:12</c>.</summary>
    private static IEnumerable<string[]> EntryBitRows()
        => GuideText.Guide("layouts.md").Split('\n')
            .Where(line => line.StartsWith("| ", StringComparison.Ordinal) && char.IsAsciiDigit(line[2]))
            .Select(line => line.Split('|')[1..^1].Select(cell => cell.Trim()).ToArray())
            .Where(row => row.Length == 6);

    private static ulong Mask(string bits)
    {
        int[] ends = [.. bits.Split(':').Select(bit => int.Parse(bit, CultureInfo.InvariantCulture))];
        return (ulong.MaxValue >> (63 - (ends[0] - ends[^1]))) << ends[^1];
    }
}
