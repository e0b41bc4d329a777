using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using KernelMem.Generators.Tests.Harness;
using KernelMem.Layouts;

namespace KernelMem.Generators.Tests;

/// <summary>Forbidden combinations mean what they say: random ones, compiled, against an evaluation of the tree they were printed from.</summary>
[TestClass]
public sealed class CombinationTests
{
    private const int Combinations = 60;

    /// <summary>Fields of a byte: name, lowest bit, width.</summary>
    private static readonly (string Name, int Low, int Width)[] s_fields = [("A", 0, 1), ("B", 1, 1), ("C", 2, 1), ("N", 3, 2), ("M", 5, 3)];

    private static readonly string[] s_comparisons = ["==", "!=", "<", "<=", ">", ">="];

    [TestMethod]
    [DataRow("A | B & C", 0x01, true)]
    [DataRow("A & B | C", 0x04, true)]
    [DataRow("C & A | B", 0x02, true)]
    [DataRow("!A & B", 0x02, true)]
    [DataRow("!A & B", 0x03, false)]
    [DataRow("B & !(A | C)", 0x02, true)]
    [DataRow("B & !(A | C)", 0x06, false)]
    [DataRow("N == 2 & A", 0x11, true)]
    [DataRow("N==2&&A||C", 0x04, true)]
    [DataRow("N", 0x10, true)]
    [DataRow("!!A", 0x01, true)]
    [DataRow(" ( ( A ) ) ", 0x01, true)]
    [DataRow("M == 0x7", 0xE0, true)]
    public void Operators_bind_as_in_Csharp(string combination, int word, bool isForbidden)
        => WithLayouts([combination], judge => Assert.AreEqual(isForbidden, judge(0, (byte)word)));

    [TestMethod]
    [DataRow(1)]
    [DataRow(2)]
    public void A_random_combination_forbids_exactly_the_words_that_have_it(int seed)
    {
        var random = new Random(seed);
        List<(string Text, Func<int, bool> Holds)> combinations = [];
        while (combinations.Count < Combinations)
        {
            (string text, Func<int, bool> holds) = Alternatives(random, depth: 3);
            if (!holds(0)) // the initial word must be allowed
                combinations.Add((text, holds));
        }

        WithLayouts([.. combinations.Select(combination => combination.Text)], judge =>
        {
            for (int index = 0; index < Combinations; index++)
            {
                for (int word = 0; word < 256; word++)
                    Assert.AreEqual(combinations[index].Holds(word), judge(index, (byte)word), $"seed {seed}: {combinations[index].Text} in {word:X2}");
            }
        });
    }

    private static (string Text, Func<int, bool> Holds) Alternatives(Random random, int depth)
    {
        (string Text, Func<int, bool> Holds)[] parts = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Conjunction(random, depth))];
        return (string.Join(random.Next(2) == 0 ? " | " : "||", parts.Select(part => part.Text)), word => parts.Any(part => part.Holds(word)));
    }

    private static (string Text, Func<int, bool> Holds) Conjunction(Random random, int depth)
    {
        (string Text, Func<int, bool> Holds)[] parts = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Test(random, depth))];
        return (string.Join(random.Next(2) == 0 ? "&" : " && ", parts.Select(part => part.Text)), word => parts.All(part => part.Holds(word)));
    }

    private static (string Text, Func<int, bool> Holds) Test(Random random, int depth)
    {
        if (depth > 0 && random.Next(4) == 0)
        {
            (string text, Func<int, bool> holds) = Alternatives(random, depth - 1);
            return random.Next(2) == 0 ? ($"({text})", holds) : ($"!({text})", word => !holds(word));
        }

        (string name, int low, int width) = s_fields[random.Next(s_fields.Length)];
        int Read(int word) => word / (1 << low) % (1 << width);
        switch (random.Next(3))
        {
            case 0:
                return (name, word => Read(word) != 0);
            case 1:
                return ("!" + name, word => Read(word) == 0);
            default:
                string comparison = s_comparisons[random.Next(s_comparisons.Length)];
                int number = random.Next(1 << width);
                return (string.Create(CultureInfo.InvariantCulture, $"{name} {comparison} {number}"), word => Compare(Read(word), comparison, number));
        }
    }

    private static bool Compare(int value, string comparison, int number) => comparison switch
    {
        "==" => value == number,
        "!=" => value != number,
        "<" => value < number,
        "<=" => value <= number,
        ">" => value > number,
        _ => value >= number,
    };

    /// <summary>Compiles a layout for each combination, and gives what tells whether one forbids a word.</summary>
    private static void WithLayouts(IReadOnlyList<string> combinations, Action<Func<int, byte, bool>> check)
    {
        string[] sources =
        [
            .. combinations.Select((combination, index) => $$"""
                using KernelMem.Annotations;
                [BitLayout(typeof(byte)), Forbid("{{combination}}")]
                public readonly partial struct L{{index}}
                {
                    [Bit(0)] public partial bool A { get; }
                    [Bit(1)] public partial bool B { get; }
                    [Bit(2)] public partial bool C { get; }
                    [Bits(3, 4)] public partial byte N { get; }
                    [Bits(5, 7)] public partial byte M { get; }
                }
                """),
        ];
        Generation generation = Generation.Of(sources);
        Assert.IsEmpty(generation.Reported, string.Join('\n', generation.Reported));

        var context = new AssemblyLoadContext("combinations", isCollectible: true);
        try
        {
            context.Resolving += (_, name) => name.Name == "KernelMem" ? typeof(LayoutViolation).Assembly : null;
            Assembly assembly = context.LoadFromStream(generation.Emit());
            check((index, word) => Judge(assembly.GetType($"L{index}")!, word));
        }
        finally
        {
            context.Unload();
        }
    }

    private static bool Judge(Type layout, byte word)
    {
        object view = layout.GetMethod("FromRaw")!.Invoke(null, [word])!;
        var violation = (LayoutViolation)layout.GetMethod("Validate", Type.EmptyTypes)!.Invoke(view, null)!;
        Assert.AreEqual(violation.IsNone, layout.GetProperty("IsValid")!.GetValue(view));
        return violation.Kind == LayoutViolationKind.ForbiddenCombination;
    }
}
