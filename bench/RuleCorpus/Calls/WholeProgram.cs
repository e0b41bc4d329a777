extern alias Inference;

using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using Inference::KernelMem.Analyzers.Effects;
using Inference::KernelMem.Effects;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace RuleCorpus.Calls;

/// <summary>A program with all that is known of its references.</summary>
/// <param name="Name">What it is called in the report.</param>
/// <param name="Compilation">A program: nobody derives from its types.</param>
/// <param name="Texts">Lists and effects files.</param>
internal sealed record WholeProgram(string Name, CSharpCompilation Compilation, IReadOnlyList<ProgramText> Texts)
{
    private const string Entry = "EntryOfTheCorpus";

    /// <summary>A corpus as a program. Of references that are not of .NET the effects are inferred, as the build does.</summary>
    public static WholeProgram Of(string name, CSharpCompilation compilation) => new(name, AsProgram(compilation), [EffectsOfReferences(compilation)]);

    /// <summary>Adds an entry to a library.</summary>
    public static CSharpCompilation AsProgram(CSharpCompilation compilation)
    {
        if (compilation.Options.OutputKind == OutputKind.ConsoleApplication && compilation.GetEntryPoint(default) is not null)
            return compilation;

        SyntaxTree entry = CSharpSyntaxTree.ParseText(
            SourceText.From($"internal static class {Entry} {{ private static void Main() {{ }} }}", System.Text.Encoding.UTF8), (CSharpParseOptions)compilation.SyntaxTrees[0].Options, Entry + ".cs");
        return compilation
            .AddSyntaxTrees(entry)
            .WithOptions(compilation.Options.WithOutputKind(OutputKind.ConsoleApplication).WithMainTypeName(Entry));
    }

    private static ProgramText EffectsOfReferences(CSharpCompilation compilation)
    {
        string[] references = [.. compilation.References.OfType<PortableExecutableReference>().Select(static reference => reference.FilePath!)];
        HashSet<string> used = [.. compilation.GetUsedAssemblyReferences().OfType<PortableExecutableReference>().Select(static reference => reference.FilePath!)];
        string platform = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string[] judged = [.. used.Where(path => Path.GetDirectoryName(path) != platform)];
        if (judged.Length == 0)
            return new ProgramText("references.kmeffects", EffectsFile.Header + "\n");

        using World world = new(judged, references);
        List<AssemblyEffects> effects = EffectsInference.Infer(world, new EffectOverrides(EffectOverrides.Platform), new KnownFiles([KnownFiles.Platform]).Find, CancellationToken.None);
        return new ProgramText("references.kmeffects", EffectsWriter.Write(effects));
    }
}
