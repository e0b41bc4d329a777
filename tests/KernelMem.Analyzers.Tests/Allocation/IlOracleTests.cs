using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading.Tasks;
using KernelMem.Analyzers.Rules.Allocation;
using KernelMem.RoslynTesting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace KernelMem.Analyzers.Tests.Allocation;

/// <summary>The rules and the compiled code agree, method by method, on who allocates. Unoptimised: otherwise what nobody reads is left out.</summary>
[TestClass]
public sealed class IlOracleTests
{
    [TestMethod]
    public async Task The_rules_and_the_compiled_code_agree()
    {
        string source = await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "Allocation", "Probes.txt"));
        CSharpCompilation compilation = Compile(source);

        SortedSet<string> diagnosed = await Diagnosed(compilation);
        SortedSet<string> allocating = Emitted(compilation);

        Assert.AreEqual(string.Join('\n', allocating), string.Join('\n', diagnosed));
        Assert.IsGreaterThan(60, allocating.Count);
        int methods = compilation.GetTypeByMetadataName("Probes")!.GetMembers().OfType<IMethodSymbol>().Count(static method => method.MethodKind == MethodKind.Ordinary);
        Assert.IsGreaterThan(40, methods - allocating.Count, "as many that do not allocate are needed");
    }

    private static CSharpCompilation Compile(string source)
        => CSharpCompilation.Create(
            "Probes",
            [CSharpSyntaxTree.ParseText(source, (CSharpParseOptions)KernelCompilation.ParseOptions)],
            KernelReferences.Library,
            ((CSharpCompilationOptions)KernelCompilation.Options).WithOptimizationLevel(OptimizationLevel.Debug).WithNullableContextOptions(NullableContextOptions.Disable));

    private static async Task<SortedSet<string>> Diagnosed(CSharpCompilation compilation)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        var diagnostics = await compilation.WithAnalyzers([new AllocationAnalyzer()]).GetAnalyzerDiagnosticsAsync();
        foreach (Diagnostic diagnostic in diagnostics)
        {
            Assert.StartsWith("KM1", diagnostic.Id, diagnostic.ToString());
            names.Add(diagnostic.GetMessage().Split('\'')[1]);
        }

        return names;
    }

    private static SortedSet<string> Emitted(CSharpCompilation compilation)
    {
        var assembly = new MemoryStream();
        var result = compilation.Emit(assembly);
        Assert.IsTrue(result.Success, string.Join('\n', result.Diagnostics));
        assembly.Position = 0;
        return IlOracle.Allocating(assembly, "Probes");
    }
}
