using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using KernelMem.Analyzers.Layout;
using KernelMem.RoslynTesting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KernelMem.Analyzers.Tests.Layout;

/// <summary>The layouts that are computed are those of the runtime: random structs are compiled, loaded and measured.</summary>
[TestClass]
public sealed class StructLayoutOracleTests
{
    [TestMethod]
    public void Structs_in_source_are_laid_out_as_the_runtime_does() => Compare(fromMetadata: false, seeds: 10, firstSeed: 1);

    [TestMethod]
    public void Structs_in_assemblies_are_laid_out_as_the_runtime_does() => Compare(fromMetadata: true, seeds: 10, firstSeed: 101);

    private static void Compare(bool fromMetadata, int seeds, int firstSeed)
    {
        foreach (int seed in Enumerable.Range(firstSeed, seeds))
        {
            var structs = new RandomStructs(seed);
            CSharpCompilation compilation = Compile(structs.Write());
            byte[] image = Emit(compilation);
            Compilation seen = fromMetadata ? compilation.RemoveAllSyntaxTrees().AddReferences(MetadataReference.CreateFromImage(image)) : compilation;

            var context = new AssemblyLoadContext($"structs {seed}", isCollectible: true);
            Type meter = context.LoadFromStream(new MemoryStream(image)).GetType(RandomStructs.Meter)!;
            var layouts = new StructLayouts();
            foreach (string name in structs.Names)
            {
                long[] measured = (long[])meter.GetMethod(name, BindingFlags.Public | BindingFlags.Static)!.Invoke(null, null)!;
                INamedTypeSymbol type = seen.GetTypeByMetadataName(name)!;
                StructShape? shape = layouts.Of(type);
                Assert.IsNotNull(shape, $"seed {seed}: {name} has no layout");

                // Where a property hides its field, only the offsets of the others tell where it is.
                long[] computed = [shape.Size, .. shape.Fields.Select((field, index) => measured[index + 1] == RandomStructs.Hidden ? RandomStructs.Hidden : field.Offset)];
                CollectionAssert.AreEqual(measured, computed, $"seed {seed}: {name}: [{string.Join(", ", measured)}] measured, [{string.Join(", ", computed)}] computed\n{Declaration(compilation, name)}");
            }

            context.Unload();
        }
    }

    private static CSharpCompilation Compile(string source) => CSharpCompilation.Create(
        "Structs",
        [CSharpSyntaxTree.ParseText(source, KernelCompilation.ParseOptions)],
        PlatformReferences.Net100,
        KernelCompilation.Options);

    private static byte[] Emit(CSharpCompilation compilation)
    {
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.IsTrue(result.Success, string.Join("\n", result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)));
        return image.ToArray();
    }

    /// <summary>The declarations that concern a struct, for a reader of a failure.</summary>
    private static string Declaration(CSharpCompilation compilation, string name) => string.Join(
        "\n",
        compilation.SyntaxTrees[0].ToString().Split('\n').Where(line => line.Contains($"struct {name}", StringComparison.Ordinal)));
}
