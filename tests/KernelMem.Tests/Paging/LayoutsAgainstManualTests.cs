using System;
using System.Collections.Generic;
using System.Linq;

namespace KernelMem.Tests.Paging;

/// <summary>Every layout of the library against the tables of the manual.</summary>
[TestClass]
public sealed class LayoutsAgainstManualTests
{
    /// <summary>Runs of bits that are tried in every combination; between them they hold every flag of every entry.</summary>
    private static readonly (int High, int Low)[] s_exhaustive = [(12, 0), (20, 12), (63, 52)];

    public static IEnumerable<object[]> Tables => Manual.Tables.Select(table => new object[] { table });

    [TestMethod]
    [DynamicData(nameof(Tables))]
    public void The_fields_are_those_of_the_manual(ManualTable table)
    {
        var layout = new LayoutUnderTest(table);

        CollectionAssert.AreEquivalent(table.Rows.Select(row => row.Property).ToArray(), layout.Fields.ToArray());
        foreach (ManualRow row in table.Rows)
        {
            Assert.AreEqual(Manual.Write(0, row, ulong.MaxValue), layout.Constant(row.Property + "Mask"), row.Property);
            Assert.AreEqual((ulong)row.Low, layout.Constant(row.Property + "Shift"), row.Property);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Tables))]
    public void Every_field_reads_as_the_manual_says(ManualTable table)
    {
        var layout = new LayoutUnderTest(table);
        foreach (ulong word in Words(table, seed: 1))
        {
            foreach (ManualRow row in table.Rows)
            {
                Assert.AreEqual(Manual.Read(word, row), layout.Read(word, row.Property), $"{row.Property} of {word:X16}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Tables))]
    public void Validity_is_as_the_manual_says(ManualTable table)
    {
        var layout = new LayoutUnderTest(table);
        foreach (ulong word in Words(table, seed: 2).Concat(SingleBits(table)))
        {
            ulong invalid = Manual.Invalid(word, table);
            Assert.AreEqual(invalid, layout.InvalidBits(word), $"{word:X16}");
            Assert.AreEqual(invalid == 0, layout.IsValid(word), $"{word:X16}");
            Assert.AreEqual(invalid == 0, layout.TryCreate(word), $"{word:X16}");
        }

        Assert.AreEqual(Manual.Invalid(0, table), layout.Initial, "the fixed ones and nothing else");
    }

    [TestMethod]
    [DynamicData(nameof(Tables))]
    public void Writing_a_field_changes_that_field_alone(ManualTable table)
    {
        var layout = new LayoutUnderTest(table);
        var random = new Random(3);
        foreach (ManualRow row in table.Rows)
        {
            ulong highest = Manual.Read(ulong.MaxValue, row);
            for (int round = 0; round < 200; round++)
            {
                ulong word = NextWord(random, table);
                ulong value = round switch { 0 => 0, 1 => highest, _ => Manual.Read(NextWord(random, table), row) };
                ulong written = layout.Write(word, row.Property, value);

                Assert.AreEqual(Manual.Write(word, row, value), written, $"{row.Property} = {value:X} in {word:X16}");
                Assert.AreEqual(value, layout.Read(written, row.Property), $"{row.Property} = {value:X} in {word:X16}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Tables))]
    public void A_value_with_a_bit_outside_its_field_panics(ManualTable table)
    {
        var layout = new LayoutUnderTest(table);
        foreach (ManualRow row in table.Rows)
        {
            ulong possible = Manual.Read(ulong.MaxValue, row);
            for (int bit = 0; bit < BitsOf(layout.TypeOf(row.Property)); bit++)
            {
                ulong value = 1UL << bit;
                if ((value & possible) == 0)
                    Assert.ThrowsExactly<PanicException>(() => layout.Write(0, row.Property, value), $"{row.Property} = {value:X}");
                else
                    Assert.AreEqual(value, layout.Read(layout.Write(0, row.Property, value), row.Property));
            }
        }
    }

    /// <summary>How many bits a value of a property's type can have: more than fit is what is tried.</summary>
    private static int BitsOf(Type type)
    {
        if (type == typeof(bool))
            return 1;

        if (type == typeof(byte))
            return 8;

        return type == typeof(ushort) ? 16 : 64;
    }

    private static IEnumerable<ulong> Words(ManualTable table, int seed)
    {
        var random = new Random(seed);
        foreach ((int high, int low) in s_exhaustive.Where(run => run.High < table.Width))
        {
            for (ulong bits = 0; bits < 1UL << (high - low + 1); bits++)
            {
                ulong run = ((1UL << (high - low + 1)) - 1) << low;
                yield return (NextWord(random, table) & ~run) | (bits << low);
            }
        }

        for (int count = 0; count < 2000; count++)
        {
            yield return NextWord(random, table);
        }
    }

    private static IEnumerable<ulong> SingleBits(ManualTable table)
        => Enumerable.Range(0, table.Width).Select(bit => 1UL << bit).Append(0UL);

    private static ulong NextWord(Random random, ManualTable table)
        => (ulong)random.NextInt64(long.MinValue, long.MaxValue) >> (64 - table.Width);
}
