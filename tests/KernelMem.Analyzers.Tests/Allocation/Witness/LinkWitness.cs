using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using KernelMem.Analyzers.Tests.Allocation.Oracle;
using KernelMem.Kernels;
using KernelMem.RoslynTesting;
using KernelMem.Sdk.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KernelMem.Analyzers.Tests.Allocation.Witness;

/// <summary>
/// A second witness beside the IL: compiles a probe as a kernel is compiled, to machine code, and links it. There are no helpers that
/// allocate or throw, so that a program that needs one does not link.
/// </summary>
internal static class LinkWitness
{
    private const string Missing = "KERNELMEM_FORBIDDEN_missing_member";

    private static readonly string[] s_helpers = ["RhpNew", "RhNew", "RhpThrow", "RhpRethrow", "KERNELMEM_FORBIDDEN_boxing"];

    private static readonly CSharpCompilation s_types = CSharpCompilation.Create(
        "Probe",
        [CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Allocation", "ProbeTypes.txt")), KernelCompilation.ParseOptions)],
        KernelReferences.Library,
        ((CSharpCompilationOptions)KernelCompilation.Options).WithOptimizationLevel(OptimizationLevel.Release).WithNullableContextOptions(NullableContextOptions.Disable));

    /// <summary>Compiles and links a probe.</summary>
    /// <param name="probe">The probe.</param>
    /// <param name="optimize">Whether ILC optimises, as it does for kernels.</param>
    public static LinkVerdict Ask(Probe probe, bool optimize)
    {
        using TemporaryFolder folder = new();
        string assembly = folder.File("Probe.dll");
        string compiled = folder.File("probe.o");
        ProbeProgram.Write(probe, s_types.AddSyntaxTrees(CSharpSyntaxTree.ParseText(probe.Source, KernelCompilation.ParseOptions)), assembly);
        CommandResult compilation = KernelRecipe.BootKernel.CompileAlone(assembly, compiled, optimize);

        // Of what only runtimes have, ILC may end in an error of its own.
        if (!File.Exists(compiled))
            return LinkVerdict.Lacking;

        CommandResult link = KernelRecipe.BootKernel.LinkAlone(compiled, ProbeProgram.EntryPoint, folder.File("probe.elf"));
        string[] needed = [.. LinkErrors.Parse(link.Output.Split('\n')).Where(reference => reference.Function?.Contains($"_{probe.Namespace}_", StringComparison.Ordinal) == true).Select(static reference => reference.Symbol)];
        if (needed.Any(static symbol => s_helpers.Any(helper => symbol.StartsWith(helper, StringComparison.Ordinal))))
            return LinkVerdict.Allocates;
        Assert.DoesNotContain("more times", OfHelpers(link.Output), $"The linker does not name all that need a helper: {probe.Code}");
        return needed.Contains(Missing) || compilation.Output.Contains("always throw", StringComparison.Ordinal) ? LinkVerdict.Lacking : LinkVerdict.Links;
    }

    /// <summary>What the report says of the helpers.</summary>
    private static string OfHelpers(string report)
    {
        IEnumerable<string> errors = report.Split("error: ").Where(static error => s_helpers.Any(helper => error.StartsWith("undefined symbol: " + helper, StringComparison.Ordinal)));
        return string.Concat(errors);
    }
}
