using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using KernelMem.Generators.Tests.Harness;
using Microsoft.CodeAnalysis;

namespace KernelMem.Generators.Tests;

/// <summary>The generator does nothing twice and holds on to nothing, so that an editor stays fast.</summary>
[TestClass]
public sealed class IncrementalTests
{
    private const string Bad = """
        using KernelMem.Annotations;
        [BitLayout] public readonly partial struct Bad { }
        """;

    private static readonly string[] s_steps = [LayoutGenerator.ParsedStep, LayoutGenerator.LayoutsStep, LayoutGenerator.PlaceholdersStep];

    [TestMethod]
    public void An_edit_of_another_file_recomputes_nothing()
    {
        Generation first = Generation.Of(Declarations.EveryKind64, Declarations.EveryKind32, Bad, "class Other { }");
        Generation second = first.Again(ReplaceTree(first.Input, 3, "class Other { int added; }"));

        AssertNothingNew(second);
    }

    [TestMethod]
    public void A_new_file_recomputes_nothing()
    {
        Generation first = Generation.Of(Declarations.EveryKind64, Bad);
        Generation second = first.Again(first.Input.AddSyntaxTrees(Generation.Parse("namespace New; struct Thing;", "New.cs")));

        AssertNothingNew(second);
    }

    [TestMethod]
    public void An_edit_around_a_layout_in_its_own_file_recomputes_nothing()
    {
        Generation first = Generation.Of(Declarations.EveryKind64);
        string edited = "// A comment moves every line.\n\n" + Declarations.EveryKind64 + "\nclass Below { void Method() { } }";
        Generation second = first.Again(ReplaceTree(first.Input, 0, edited));

        AssertNothingNew(second);
    }

    [TestMethod]
    public void An_edit_of_a_layout_rewrites_that_layout_alone()
    {
        Generation first = Generation.Of(Declarations.EveryKind64, Declarations.EveryKind32);
        Generation second = first.Again(ReplaceTree(first.Input, 1, Declarations.EveryKind32.Replace("Busy", "Ready", System.StringComparison.Ordinal)));

        List<IncrementalStepRunReason> reasons = [.. Steps(second, LayoutGenerator.LayoutsStep).SelectMany(step => step.Outputs).Select(output => output.Reason)];
        Assert.HasCount(1, reasons.Where(reason => reason == IncrementalStepRunReason.Modified));
        Assert.HasCount(1, reasons.Where(reason => reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged));
        StringAssert.Contains(second.SourcesByName()["Sample.EveryKind32.g.cs"], "WithReady");
    }

    [TestMethod]
    public void An_edit_of_an_enum_elsewhere_reaches_its_layouts_alone()
    {
        const string Layout = "using KernelMem.Annotations; [BitLayout(typeof(byte)), Ignored(2, 7)] public readonly partial struct L { [Bits(0, 1)] public partial Mode Mode { get; } }";
        Generation first = Generation.Of(Layout, "public enum Mode { Off, On }", Declarations.Device32);
        Generation second = first.Again(ReplaceTree(first.Input, 1, "public enum Mode { Off, On, Test }"));

        StringAssert.Contains(first.SourcesByName()["L.g.cs"], "value is <= 1;");
        StringAssert.Contains(second.SourcesByName()["L.g.cs"], "value is <= 2;");
        Assert.AreEqual(first.SourcesByName()["Sample.Device32.g.cs"], second.SourcesByName()["Sample.Device32.g.cs"]);
        IncrementalStepRunReason[] reasons = [.. Steps(second, LayoutGenerator.LayoutsStep).SelectMany(step => step.Outputs).Select(output => output.Reason)];
        Assert.HasCount(1, reasons.Where(reason => reason == IncrementalStepRunReason.Modified));
    }

    [TestMethod]
    public void A_mended_declaration_takes_the_placeholder_s_place()
    {
        Generation first = Generation.Of(Bad, Declarations.EveryKind64);
        Generation second = first.Again(ReplaceTree(first.Input, 0, Bad.Replace("[BitLayout]", "[BitLayout, Ignored(0, 63)]", System.StringComparison.Ordinal)));

        Assert.HasCount(1, first.Placeholders);
        Assert.IsEmpty(second.Placeholders);
        Assert.HasCount(2, second.Layouts);
    }

    [TestMethod]
    public void No_step_holds_on_to_the_compilation()
    {
        Generation generation = Generation.Of(Declarations.Device32, Declarations.Nested8, Bad);

        int values = 0;
        foreach (object value in s_steps.SelectMany(name => Steps(generation, name)).SelectMany(step => step.Outputs).Select(output => output.Value))
        {
            values++;
            Assert.IsNull(CompilationReferences.Find(value));
        }

        Assert.AreEqual(6, values, "three parsed, two layouts, one placeholder");
    }

    [TestMethod]
    public void The_search_for_references_finds_them()
    {
        Generation generation = Generation.Of(Declarations.EveryKind64);
        SyntaxTree tree = generation.Input.SyntaxTrees.First();
        ISymbol symbol = generation.Input.GetSymbolsWithName("EveryKind64").Single();

        Assert.IsNotNull(CompilationReferences.Find(new { Inner = new List<object> { tree.GetRoot() } }));
        Assert.IsNotNull(CompilationReferences.Find(new object[] { symbol }));
        Assert.IsNotNull(CompilationReferences.Find((1, symbol.Locations[0])));
        Assert.IsNotNull(CompilationReferences.Find(new { generation.Input }));
    }

    private static Compilation ReplaceTree(Compilation compilation, int index, string source)
    {
        SyntaxTree old = compilation.SyntaxTrees.ElementAt(index);
        return compilation.ReplaceSyntaxTree(old, Generation.Parse(source, old.FilePath));
    }

    private static ImmutableArray<IncrementalGeneratorRunStep> Steps(Generation generation, string name)
        => generation.Result.TrackedSteps.TryGetValue(name, out var steps) ? steps : [];

    private static void AssertNothingNew(Generation second)
    {
        var ours = s_steps.SelectMany(name => Steps(second, name)).SelectMany(step => step.Outputs).Select(output => output.Reason).ToList();
        Assert.IsNotEmpty(ours);
        Assert.IsTrue(ours.TrueForAll(reason => reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged), string.Join(", ", ours));

        var outputs = second.Result.TrackedOutputSteps.SelectMany(pair => pair.Value).SelectMany(step => step.Outputs).Select(output => output.Reason).ToList();
        Assert.IsNotEmpty(outputs);
        Assert.IsTrue(outputs.TrueForAll(reason => reason == IncrementalStepRunReason.Cached), string.Join(", ", outputs));
    }
}
