using System;
using System.Collections.Generic;
using System.Linq;
using KernelMem.Layouts;

namespace KernelMem.Tests.Paging;

/// <summary>Every layout of the library against the tables of the manual.</summary>
[TestClass]
public sealed class LayoutsAgainstManualTests
{
    /// <summary>Runs of bits that are tried in every combination; between them they hold every flag of every entry.</summary>
    private static readonly (int High, int Low)[] s_exhaustive = [(12, 0), (20, 12), (63, 52)];

    /// <summary>A table with more flags than this is tried with some combinations only.</summary>
    private const int MaxExhaustiveFlags = 12;

    public static IEnumerable<object[]> TablesWithFlags => Manual.Tables.Where(table => table.Rows.Any(row => row.IsFlag)).Select(table => new object[] { table });

    public static IEnumerable<object[]> TablesWithAddresses
        => Manual.Tables.Where(table => table.Rows.Any(row => row.IsAddress)).Select(table => new object[] { table });

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
            LayoutViolation violation = Manual.Judge(word, table);
            Assert.AreEqual(Manual.Invalid(word, table), layout.InvalidBits(word), $"{word:X16}");
            Assert.AreEqual(violation, layout.Validate(word), $"{word:X16}");
            Assert.AreEqual(violation.IsNone, layout.IsValid(word), $"{word:X16}");
            Assert.AreEqual(violation.IsNone, layout.TryCreate(word), $"{word:X16}");
        }

        Assert.AreEqual(Manual.Invalid(0, table with { OtherwiseAnother = [] }) | table.Reset, layout.Initial, "the fixed ones, and what a reset gives");
        Assert.IsTrue(layout.IsValid(layout.Initial));
    }

    [TestMethod]
    [DynamicData(nameof(Tables))]
    public void Writing_a_field_changes_that_field_alone(ManualTable table)
    {
        var layout = new LayoutUnderTest(table);
        var random = new Random(3);
        foreach (ManualRow row in table.Rows.Where(row => !row.IsReadOnly))
        {
            ulong highest = Manual.Read(ulong.MaxValue, row);
            for (int round = 0; round < 200; round++)
            {
                ulong word = NextWord(random, table);
                ulong value = round switch { 0 => 0, 1 => highest, _ => Manual.Read(NextWord(random, table), row) };
                if (!IsDefined(row, value))
                    continue;

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
        foreach (ManualRow row in table.Rows.Where(row => !row.IsReadOnly))
        {
            ulong possible = Manual.Read(ulong.MaxValue, row);
            for (int bit = 0; bit < BitsOf(layout.TypeOf(row.Property)); bit++)
            {
                ulong value = 1UL << bit;
                bool fits = (value & possible) != 0 && IsDefined(row, value);
                if (fits)
                    Assert.AreEqual(value, layout.Read(layout.Write(0, row.Property, value), row.Property));
                else
                    Assert.ThrowsExactly<PanicException>(() => layout.Write(0, row.Property, value), $"{row.Property} = {value:X}");

                if (layout.CanRefuse(row.Property))
                    Assert.AreEqual(fits ? Manual.Write(1, row, value) : null, layout.TryWrite(1, row.Property, value), $"{row.Property} = {value:X}");
                else
                    Assert.IsTrue(fits, $"{row.Property} = {value:X}");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Tables))]
    public void Only_what_software_may_write_can_be_written(ManualTable table)
    {
        var layout = new LayoutUnderTest(table);
        foreach (ManualRow row in table.Rows)
        {
            Assert.AreEqual(!row.IsReadOnly, layout.CanWrite(row.Property), row.Property);
        }
    }

    [TestMethod]
    [DynamicData(nameof(TablesWithFlags))]
    public void Every_combination_of_flags_is_decoded(ManualTable table)
    {
        var layout = new LayoutUnderTest(table);
        ManualRow[] flags = [.. table.Rows.Where(row => row.IsFlag).OrderBy(row => row.Low)];
        CollectionAssert.AreEquivalent(
            flags.Select(row => (Manual.Write(0, row, 1), row.Property)).ToArray(), layout.FlagNames.Select(flag => (flag.Key, flag.Value)).ToArray());

        var random = new Random(4);
        foreach (ulong combination in Combinations(flags.Length, random))
        {
            ulong wanted = 0;
            for (int index = 0; index < flags.Length; index++)
                wanted = Manual.Write(wanted, flags[index], (combination >> index) & 1);

            ulong word = wanted;
            foreach (ManualRow row in table.Rows.Where(row => !row.IsFlag))
                word = Manual.Write(word, row, Manual.Read(NextWord(random, table), row));

            Assert.AreEqual(wanted, layout.Flags(word), $"{word:X16}");
            string[] names = [.. flags.Where(row => Manual.Read(wanted, row) == 1).Select(Label)];
            string text = layout.Text(word).Split(' ')[0];
            Assert.AreEqual(string.Join('|', names), text.Contains('=', StringComparison.Ordinal) || text == "0" ? "" : text, $"{word:X16}");
            foreach (ManualRow row in flags)
                Assert.AreEqual(Manual.Read(wanted, row), layout.Read(word, row.Property), $"{row.Property} of {word:X16}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(TablesWithAddresses))]
    public void Addresses_are_held_against_the_processor_s_width(ManualTable table)
    {
        var layout = new LayoutUnderTest(table);
        var random = new Random(5);
        foreach (int width in new[] { 1, 32, 36, 39, 46, 51, 52 })
        {
            for (int round = 0; round < 200; round++)
            {
                ulong word = NextWord(random, table);
                if (round % 2 == 0)
                    word ^= Manual.Invalid(word, table);

                ulong beyond = Manual.BeyondWidth(word, table, width);
                LayoutViolation violation = Manual.Judge(word, table);
                Assert.AreEqual(Manual.Invalid(word, table) | beyond, layout.InvalidBitsFor(word, width), $"{word:X16}, {width} bits");
                Assert.AreEqual(
                    violation.IsNone && beyond != 0 ? LayoutViolation.Address(beyond) : violation, layout.Validate(word, width), $"{word:X16}, {width} bits");
            }
        }
    }

    [TestMethod]
    [DynamicData(nameof(Tables))]
    public void Level_and_software_bits_are_those_of_the_manual(ManualTable table)
    {
        var layout = new LayoutUnderTest(table);
        ulong ignored = table.Rows.Where(row => row.IsIgnored).Aggregate(0UL, (mask, row) => Manual.Write(mask, row, ulong.MaxValue));

        Assert.AreEqual(table.Level, layout.Level ?? 0);
        Assert.AreEqual(ignored, ignored == 0 ? 0 : layout.Constant("SoftwareMask"));
    }

    private static IEnumerable<ulong> Combinations(int flags, Random random)
        => flags <= MaxExhaustiveFlags
            ? Enumerable.Range(0, 1 << flags).Select(combination => (ulong)combination)
            : Enumerable.Range(0, 1 << MaxExhaustiveFlags).Select(_ => (ulong)random.NextInt64(1L << flags));

    /// <summary>Text calls the flags what the manual calls them, without slashes.</summary>
    private static string Label(ManualRow row) => row.Name.Replace("/", "", StringComparison.Ordinal);

    private static bool IsDefined(ManualRow row, ulong value) => row.Defined is null || row.Defined.Contains(value);

    /// <summary>How many bits a value of a property's type can have: more than fit is what is tried.</summary>
    private static int BitsOf(Type type)
    {
        if (type == typeof(bool))
            return 1;

        if (type == typeof(byte) || type.IsEnum)
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
