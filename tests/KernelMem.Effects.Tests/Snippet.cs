using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Threading;
using KernelMem.Analyzers.Effects;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace KernelMem.Effects.Tests;

/// <summary>A little C#, compiled in memory and judged as an assembly.</summary>
internal static class Snippet
{
    private static readonly string[] s_platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
    private static readonly MetadataReference[] s_references = [.. s_platform.Where(File.Exists).Select(static path => MetadataReference.CreateFromFile(path))];

    /// <summary>The verdicts on the members of the class C (a method's by its name), in an optimised build.</summary>
    public static Dictionary<string, MemberEffects> Judge(string source, string overrides = "")
    {
        AssemblyEffects effects = JudgeAll(source, overrides);
        return effects.Members
            .Where(static member => member.Key.DeclaringType.Name == "C")
            .GroupBy(static member => member.Key.Name)
            .ToDictionary(static member => member.Key, static member => member.First().Value);
    }

    public static AssemblyEffects JudgeAll(string source, string overrides = "")
    {
        using MemoryStream image = new(Compile(source));
        using World world = new([image], s_platform);
        EffectOverrides known = new(EffectOverrideFile.Parse(overrides), EffectOverrides.Platform);
        return EffectsInference.Infer(world, known, new KnownFiles([KnownFiles.Platform]).Find, CancellationToken.None).Single();
    }

    public static byte[] Compile(string source, string name = "Snippet")
    {
        const string Usings = "using System; using System.Collections.Generic; using System.Threading; using System.Runtime.CompilerServices; using System.Runtime.InteropServices; ";
        CSharpCompilation compilation = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(Usings + source, new CSharpParseOptions(LanguageVersion.Preview))],
            s_references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true, deterministic: true));
        using MemoryStream image = new();
        var result = compilation.Emit(image);
        Assert.IsTrue(result.Success, string.Join('\n', result.Diagnostics.Where(static each => each.Severity == DiagnosticSeverity.Error)));
        return image.ToArray();
    }
}
