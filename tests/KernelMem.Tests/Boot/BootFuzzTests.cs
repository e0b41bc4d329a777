using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace KernelMem.Tests.Boot;

/// <summary>Every reader on damaged tables: a short run always, a long one on demand (<c>TestCategory=Long</c>).</summary>
[TestClass]
public sealed class BootFuzzTests
{
    public static IEnumerable<object[]> Formats => FirmwareFormats.All.Select(format => new object[] { format.Name });

    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [DynamicData(nameof(Formats))]
    public void Damaged_tables_are_told_or_make_a_sound_map(string name) => Run(name, seed: 5, cases: 1500);

    // Another seed: KERNELMEM_FUZZ_SEED; more cases: KERNELMEM_FUZZ_CASES.
    [TestMethod]
    [TestCategory("Long")]
    [DynamicData(nameof(Formats))]
    public void Very_many_damaged_tables_are_told_or_make_a_sound_map(string name) =>
        Run(name, Number("KERNELMEM_FUZZ_SEED", Environment.TickCount), Number("KERNELMEM_FUZZ_CASES", 200_000));

    private void Run(string name, int seed, int cases)
    {
        TestContext.WriteLine($"{name}: seed {seed}, {cases} cases");
        BootFuzz fuzz = new(FirmwareFormats.All.Single(format => format.Name == name));
        fuzz.Run(seed, cases);
        TestContext.WriteLine($"read all the same: {fuzz.Read}; errors: {string.Join(", ", fuzz.Errors)}");
        Assert.IsGreaterThan(cases / 10, fuzz.Read, "the damage is so heavy that hardly anything is read");
        Assert.IsGreaterThan(cases / 100, fuzz.Errors.Values.Sum(), "the damage is so light that nothing is noticed");
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : otherwise;
}
